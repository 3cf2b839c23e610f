//! What holds for any spec.

use composer_core::options::{self, Kind, OPTIONS, OptionRow, Scope};
use composer_core::{FieldPath, Spec, Value, archive, check, compose, read};
use proptest::prelude::*;

/// Any value that `row` might be given: good ones and bad ones.
fn value(row: &'static OptionRow) -> BoxedStrategy<Value> {
    let any_text = prop_oneof![
        Just(Value::from("")),
        "[ -~]{0,40}".prop_map(Value::Text),
        any::<String>().prop_map(Value::Text),
    ];
    let good: BoxedStrategy<Value> = match row.kind {
        Kind::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Integer { min, max, .. } => (min..=max).prop_map(Value::Integer).boxed(),
        Kind::OneOf { values, .. } => proptest::sample::select(values)
            .prop_map(Value::Integer)
            .boxed(),
        Kind::Choice(choices) => proptest::sample::select(choices)
            .prop_map(|(name, _)| Value::from(name))
            .boxed(),
        Kind::Duration { min, max } => (min..=max)
            .prop_map(|seconds| Value::Text(format!("{seconds}s")))
            .boxed(),
        Kind::Text(_) | Kind::List { .. } => Just(Value::from("eu-west-1")).boxed(),
    };
    prop_oneof![
        6 => good,
        1 => any_text,
        1 => any::<i64>().prop_map(Value::Integer),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => proptest::collection::vec("[a-z0-9-]{0,12}", 0..5).prop_map(Value::List),
    ]
    .boxed()
}

fn any_spec() -> impl Strategy<Value = Spec> {
    let assignment = (0..OPTIONS.len(), 0..4usize, "[A-Za-z_]{1,8}").prop_flat_map(
        |(index, environment, key)| {
            let row = &OPTIONS[index];
            let environment = ["dev", "bench", "prod", "staging"][environment];
            let at = if row.is_map() {
                row.path(environment).parent().unwrap().key(&key)
            } else {
                row.path(environment)
            };
            value(row).prop_map(move |value| (at.clone(), value))
        },
    );
    (0..3usize, proptest::collection::vec(assignment, 0..12)).prop_map(|(preset, assignments)| {
        let mut spec = composer_core::presets::PRESETS[preset].spec();
        for (at, value) in assignments {
            spec.set(at, value).expect("the address is an option's");
        }
        spec
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_spec_reads_back_from_its_text(spec in any_spec()) {
        let found = read::read(&spec.to_toml());
        prop_assert_eq!(found.problems.0, []);
        prop_assert_eq!(found.spec, spec);
    }

    #[test]
    fn any_spec_is_checked_and_what_passes_composes(spec in any_spec()) {
        let checked = check(&spec);
        prop_assert_eq!(checked.blueprint.is_none(), checked.problems.has_errors());
        for problem in &checked.problems.0 {
            let environment = problem.at.environment().unwrap_or("dev");
            let is_known = options::find(&problem.at).is_some()
                || problem.at == FieldPath::of(&["environments"])
                || OPTIONS.iter().any(|row| row.path(environment).starts_with(&problem.at));
            prop_assert!(is_known, "{}", problem.at);
        }
        if let Some(blueprint) = checked.blueprint {
            let tree = compose(&blueprint);
            for (path, file) in tree.files() {
                if path.contains("/envs/") && (path.ends_with(".tf") || path.ends_with(".tfvars")) {
                    let parsed = hcl::parse(&file.text);
                    prop_assert!(parsed.is_ok(), "{path}: {:?}\n{}", parsed.err(), file.text);
                }
            }
        }
    }
}

#[test]
fn archiving_twice_gives_the_same_bytes() {
    let tree = crate::harness::tree("standard", &[]);
    assert!(archive(&tree, "a") == archive(&tree.clone(), "a"));
}

#[test]
fn every_option_can_be_set_in_each_environment() {
    for row in options::of(Scope::Environment) {
        let at = if row.is_map() {
            row.path("x").parent().unwrap().key("K")
        } else {
            row.path("x")
        };
        assert!(
            Spec::default().set(at, Value::from("y")).is_ok(),
            "{}",
            row.key
        );
    }
}
