//! What holds for any spec.

use composer_core::changes::Changes;
use composer_core::duration::Duration;
use composer_core::options::{self, Kind, OPTIONS, OptionRow, Scope};
use composer_core::rules::Rule;
use composer_core::{
    FieldPath, PreviousCheck, ProblemCode, Severity, Spec, Value, archive, assignment, check,
    check_from, compose, link, read,
};
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
        Kind::Duration { min, max } => (min.seconds()..=max.seconds())
            .prop_map(|seconds| Value::from(Duration::from_seconds(seconds)))
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

/// A value that `row` takes.
fn good_value(row: &'static OptionRow) -> BoxedStrategy<Value> {
    match row.kind {
        Kind::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Integer { min, max, .. } => (min..=max).prop_map(Value::Integer).boxed(),
        Kind::OneOf { values, .. } => proptest::sample::select(values)
            .prop_map(Value::Integer)
            .boxed(),
        Kind::Choice(choices) => proptest::sample::select(choices)
            .prop_map(|(name, _)| Value::from(name))
            .boxed(),
        Kind::Duration { min, max } => (min.seconds()..=max.seconds())
            .prop_map(|seconds| Value::from(Duration::from_seconds(seconds)))
            .boxed(),
        Kind::Text(rule) => proptest::sample::select(good_texts(rule))
            .prop_map(Value::from)
            .boxed(),
        Kind::List { rule, min, max } => {
            let texts = good_texts(rule);
            let max = max.min(texts.len());
            proptest::sample::subsequence(texts, min..=max)
                .prop_map(|texts| Value::List(texts.into_iter().map(str::to_owned).collect()))
                .boxed()
        }
    }
}

/// Texts that `rule` takes in the presets' region.
fn good_texts(rule: Rule) -> Vec<&'static str> {
    rule.examples_in("eu-west-1").collect()
}

/// A preset with a few values that their options take.
pub(crate) fn likely_spec() -> impl Strategy<Value = Spec> {
    let assignment = (0..OPTIONS.len(), 0..3usize).prop_flat_map(|(index, environment)| {
        let row = &OPTIONS[index];
        let environment = ["dev", "bench", "prod"][environment];
        let at = if row.is_map() {
            // Of the server's keys one that takes any text.
            let key = match row.keys {
                Rule::ServerKey => "history.TaskDLQErrorPattern",
                keys => good_texts(keys)[0],
            };
            row.path(environment).parent().unwrap().key(key)
        } else {
            row.path(environment)
        };
        good_value(row).prop_map(move |value| (at.clone(), value))
    });
    proptest::collection::vec(assignment, 1..4).prop_map(|assignments| {
        let mut spec = composer_core::presets::find("standard").unwrap().spec();
        for (at, value) in assignments {
            spec.set(at, value).expect("the address is an option's");
        }
        spec
    })
}

pub(crate) fn any_spec() -> impl Strategy<Value = Spec> {
    let key = prop_oneof![4 => "[A-Za-z_]{1,8}", 1 => "[ -~]{0,8}", 1 => any::<String>()];
    let assignment =
        (0..OPTIONS.len(), 0..4usize, key).prop_flat_map(|(index, environment, key)| {
            let row = &OPTIONS[index];
            let environment = ["dev", "bench", "prod", "staging"][environment];
            let at = if row.is_map() {
                row.path(environment).parent().unwrap().key(&key)
            } else {
                row.path(environment)
            };
            value(row).prop_map(move |value| (at.clone(), value))
        });
    let environment = proptest::option::of(proptest::sample::select(&[
        "dev", "bench", "prod", "staging", "qa",
    ]));
    (
        0..3usize,
        proptest::collection::vec(assignment, 0..12),
        environment.clone(),
        environment,
    )
        .prop_map(|(preset, assignments, added, removed)| {
            let mut spec = composer_core::presets::PRESETS[preset].spec();
            for (at, value) in assignments {
                spec.set(at, value).expect("the address is an option's");
            }
            if let Some(name) = added {
                spec.add_environment(name);
            }
            if let Some(name) = removed {
                spec.remove_environment(name);
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
    fn any_spec_comes_back_from_its_link(spec in any_spec(), preset in 0..3usize) {
        for changes in [
            Changes::between(&composer_core::presets::PRESETS[preset], &spec),
            Changes::nearest(&spec),
        ] {
            let fragment = link::write(&changes);
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/:%=&".contains(c);
            prop_assert!(fragment.chars().all(is_plain), "{fragment}");
            let found = link::read(&format!("https://example.org/#{fragment}")).unwrap();
            prop_assert_eq!(found.problems.0, []);
            prop_assert_eq!(found.spec, spec.clone());
            prop_assert_eq!(found.preset.name, changes.preset.name);
        }
    }

    #[test]
    fn any_spec_is_made_by_the_arguments_of_its_command(spec in any_spec()) {
        let changes = Changes::nearest(&spec);
        let mut made = changes.preset.spec();
        for at in &changes.unset {
            prop_assert!(assignment::unset(&mut made, &at.to_string()).is_ok());
        }
        for (at, value) in &changes.set {
            let assignment = format!("{at}={value}");
            prop_assert!(assignment::set(&mut made, &assignment).is_ok(), "{assignment}");
        }
        prop_assert_eq!(made, spec);
    }

    #[test]
    fn any_fragment_is_read_without_a_panic(
        text in prop_oneof![any::<String>(), "(&?[a-z.%0-9\"\\[{=-]{0,9}=?){0,9}"],
        has_head in any::<bool>(),
    ) {
        let head = if has_head { "v=1&preset=standard&" } else { "" };
        if let Ok(found) = link::read(&format!("{head}{text}")) {
            prop_assert!(!found.problems.has_errors());
            let _ = check(&found.spec);
        }
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_an_option_takes_is_never_refused_by_itself(spec in likely_spec()) {
        for problem in check(&spec).problems.of(Severity::Error) {
            prop_assert!(
                !matches!(
                    problem.code,
                    ProblemCode::Type | ProblemCode::NotAllowed | ProblemCode::OutOfRange | ProblemCode::Missing
                ),
                "{}: {}", problem.at, problem.message
            );
        }
    }

    #[test]
    fn any_text_is_read_and_every_place_lies_in_it(
        cut in 0..2000usize,
        gone in 0..20usize,
        put in prop_oneof![any::<String>(), "[\\[\\]{}=.,\"'\n#é 0-9a-z-]{0,12}"],
        is_json in any::<bool>(),
    ) {
        let spec = if is_json { JSON } else { TOML };
        let cut = cut % (spec.len() + 1);
        let end = (cut + gone).min(spec.len());
        let text = format!("{}{put}{}", &spec[..cut], &spec[end..]);
        let found = read::read(&text);
        let places = found.places.values().cloned();
        let spans = found.problems.0.iter().filter_map(|problem| problem.span.clone());
        for place in places.chain(spans) {
            prop_assert!(text.get(place.clone()).is_some(), "{place:?} in {text:?}");
        }
        // Whatever it is: no panic.
        let _ = check(&found.spec);
    }
}

proptest! {
    // Each composes some trees.
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_taken_from_an_earlier_tree_is_as_recomposed(
        before in likely_spec(),
        after in likely_spec(),
        added in proptest::option::of(Just("staging")),
    ) {
        let mut after = after;
        if let Some(name) = added {
            after.add_environment(name);
            let profile = FieldPath::of(&["environments", name, "profile"]);
            after.set(profile, Value::from("dev")).unwrap();
        }
        let (former, latter) = (check(&before), check(&after));
        let known = PreviousCheck {
            spec: &before,
            environments: former.environments(),
        };
        let from_former = check_from(&after, Some(known));
        prop_assert_eq!(format!("{from_former:?}"), format!("{latter:?}"));
        if let (Some(before), Some(after)) = (former.blueprint, from_former.blueprint) {
            let former = compose(&before);
            let tree = compose::compose_from(&after, Some((&before, &former)));
            prop_assert!(tree == compose(&latter.blueprint.unwrap()));
        }
    }

    #[test]
    fn a_tree_archived_twice_gives_the_same_bytes(spec in likely_spec()) {
        if let Some(blueprint) = check(&spec).blueprint {
            let folder = compose::folder(&blueprint);
            let first = archive(&compose(&blueprint), &folder);
            let again = check(&read::read(&spec.to_toml()).spec).blueprint.unwrap();
            prop_assert!(archive(&compose(&again), &folder) == first);
        }
    }
}

/// ASCII, so that it can be cut anywhere.
const TOML: &str = "version = 1 # text\nproject = \"temporal\"\nregion = 'eu-west-1'\ntags.\"cost center\" = \"a\\tb\"\n\n\
    [environments.dev]\r\nhistory = { cpu = 1_024, count = 0x2 }\n[environments.prod.network]\n\
    availability_zones = [\n  \"eu-west-1a\",\n  \"eu-west-1b\", # two\n]\n[environments.prod.reservoir]\nbase_lifetime = \"\"\"11m\"\"\"\n";
const JSON: &str = r#"{"version": 1, "project": "temporal", "region": "eu-west-1", "tags": {"a": "\u00e9"},
    "environments": {"dev": {"history": {"cpu": 1024}, "network": {"availability_zones": ["eu-west-1a", "eu-west-1b"]}}}}"#;

#[test]
fn every_option_can_be_set_in_each_environment() {
    for row in options::in_scope(Scope::Environment) {
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
