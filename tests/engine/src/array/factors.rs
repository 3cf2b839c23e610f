//! What a composition can vary, from the table of options: a new option is a factor without anyone remembering it.

use composer_core::catalog::instance_types::{self, InstanceType};
use composer_core::catalog::{opensearch_types, regions};
use composer_core::duration::Duration;
use composer_core::options::{self, Kind, OptionRow, Scope};
use composer_core::presets;
use composer_core::rules::Rule;
use composer_core::{FieldPath, Spec, Value, check};

/// The region of every composition: the one of four zones. The others have a test of their own, since a region
/// decides nothing but names.
pub const REGION: &str = "us-west-2";

/// The account of the stand-in provider.
const ACCOUNT: &str = "123456789012";

/// Most environments in a tree.
pub const MAX_ENVIRONMENTS: usize = 4;

/// One thing that varies.
#[derive(Clone, Debug)]
pub struct Factor {
    /// What it is.
    pub about: About,
    /// Its levels.
    pub levels: Vec<Level>,
}

/// What a factor is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// How many environments the tree has.
    Count,
    /// The environment of a preset that an environment begins as.
    Start,
    /// An option.
    Option(&'static OptionRow),
}

/// One of the values that a factor takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// So many environments.
    Count(usize),
    /// An environment of a preset.
    Start(&'static str, &'static str),
    /// Not stated: the default, or open.
    Unset,
    /// Stated.
    Stated(Value),
    /// A network of this prefix, another in each environment of a tree.
    Network(u8),
}

impl Factor {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self.about {
            About::Count => "number of environments".to_owned(),
            About::Start => "start".to_owned(),
            About::Option(row) => row.documented_key(),
        }
    }

    /// A level in words.
    #[must_use]
    pub fn label(&self, level: usize) -> String {
        let level = match &self.levels[level] {
            Level::Count(count) => count.to_string(),
            Level::Start(preset, environment) => format!("{environment} of {preset}"),
            Level::Unset => "not stated".to_owned(),
            Level::Stated(value) => value.to_string(),
            Level::Network(prefix) => format!("/{prefix}"),
        };
        format!("{} = {level}", self.name())
    }

    /// Whether it is the same for every environment of a tree.
    #[must_use]
    pub fn is_of_tree(&self) -> bool {
        match self.about {
            About::Count => true,
            About::Start => false,
            About::Option(row) => row.scope == Scope::Spec,
        }
    }

    /// The level that it has in an environment, if it has an effect there.
    #[must_use]
    pub fn found(&self, spec: &Spec, slot: usize, count: usize, start: usize) -> Option<usize> {
        let name = environment(slot);
        let row = match self.about {
            About::Count => return Some(count - 1),
            About::Start => return Some(start),
            About::Option(row) => row,
        };
        if lacks_a_need(spec, row, &name) {
            return None;
        }
        let stated = spec.get(&path(row, &name)).cloned();
        // Of a switch it counts what it says, stated or not.
        let value = match row.kind {
            Kind::Boolean | Kind::Choice(_) => spec.effective(row, &name).value,
            _ => stated,
        };
        self.levels.iter().position(|level| match level {
            Level::Unset => value.is_none(),
            Level::Stated(one) => value.as_ref() == Some(one),
            Level::Network(prefix) => value.as_ref() == Some(&network(*prefix, slot)),
            Level::Count(_) | Level::Start(..) => false,
        })
    }
}

/// Whether the row, or what it needs, is without effect.
fn lacks_a_need(spec: &Spec, row: &OptionRow, environment: &str) -> bool {
    if spec.unmet_need(row, environment).is_some() {
        return true;
    }
    needed(row).is_some_and(|(needed, _)| lacks_a_need(spec, needed, environment))
}

/// The options and values without which a row has no effect: its own need, that one's, and so on.
pub fn needs(row: &OptionRow) -> impl Iterator<Item = (&'static OptionRow, Value)> {
    std::iter::successors(needed(row), |(row, _)| needed(row))
}

/// The option and value without which a row has no effect.
#[must_use]
pub fn needed(row: &OptionRow) -> Option<(&'static OptionRow, Value)> {
    let (key, value) = row.needs?;
    Some((options::option(row.scope, key)?, value.into()))
}

/// The name of an environment by its place.
#[must_use]
pub fn environment(slot: usize) -> String {
    format!("e{}", slot + 1)
}

/// Where a row's value stands; of a map, one of its keys.
#[must_use]
pub fn path(row: &OptionRow, environment: &str) -> FieldPath {
    let path = row.path(environment);
    match path.parent() {
        // One that takes any text.
        Some(parent) if row.section() == "dynamic_config" && row.is_map() => {
            parent.key("history.TaskDLQErrorPattern")
        }
        Some(parent) if row.is_map() => {
            let mut names = row.keys.examples_in("");
            parent.key(names.next().expect("a rule has examples"))
        }
        _ => path,
    }
}

/// A network of its own for each environment of a tree.
#[must_use]
pub fn network(prefix: u8, slot: usize) -> Value {
    Value::Text(match prefix {
        16 => format!("10.{}.0.0/16", 100 + slot),
        _ => format!("10.200.{}.0/{prefix}", 16 * slot),
    })
}

/// States what leaves room for everything: what is too large for a profile's defaults is tried with it.
pub fn make_room(spec: &mut Spec, environment: &str) {
    let largest = by_size().last().expect("the catalog has types").name;
    for (key, value) in [
        ("compute.instance_type", Value::from(largest)),
        ("compute.instance_count", Value::from(100)),
        ("compute.max_count", Value::from(200)),
        ("dsql.max_connections", Value::from(100_000)),
    ] {
        state(spec, options::environment_option(key), environment, value);
    }
}

/// The instance types, the smallest first.
fn by_size() -> Vec<&'static InstanceType> {
    let mut types: Vec<_> = instance_types::ALL.iter().collect();
    types.sort_by_key(|kind| (kind.memory_mib, kind.vcpu, kind.name));
    types
}

/// States a row's value.
pub fn state(spec: &mut Spec, row: &OptionRow, environment: &str, value: Value) {
    spec.set(path(row, environment), value)
        .expect("the address is an option's");
}

/// A spec without environments.
#[must_use]
pub fn empty() -> Spec {
    let mut spec = Spec::default();
    for (key, value) in [("project", "temporal"), ("region", REGION)] {
        let row = options::option(Scope::Spec, key).expect("every spec has it");
        state(&mut spec, row, "", Value::from(value));
    }
    spec
}

/// Adds an environment that has what the preset's has.
pub fn begin(spec: &mut Spec, slot: usize, preset: &str, of: &str) {
    let name = environment(slot);
    let from = presets::find(preset).expect("a preset").spec();
    spec.add_environment(&name);
    for row in options::in_scope(Scope::Environment) {
        if let Some(value) = from.get(&row.path(of)) {
            state(spec, row, &name, value.clone());
        }
    }
    let profile = from.profile(of).expect("a preset's environment has one");
    state(
        spec,
        options::environment_option("profile"),
        &name,
        profile.name().into(),
    );
    let row = options::environment_option("network.vpc_cidr");
    state(spec, row, &name, network(16, slot));
}

/// All that varies, and what doesn't with the reason.
#[must_use]
pub fn all() -> (Vec<Factor>, Vec<(String, &'static str)>) {
    let mut factors = vec![
        Factor {
            about: About::Count,
            levels: (1..=MAX_ENVIRONMENTS).map(Level::Count).collect(),
        },
        Factor {
            about: About::Start,
            levels: starts()
                .map(|(preset, of)| Level::Start(preset, of))
                .collect(),
        },
    ];
    let mut fixed = Vec::new();
    for row in options::OPTIONS.iter() {
        match (row.key, row.kind) {
            ("enabled", _) => fixed.push((
                row.documented_key(),
                "an environment that is switched off has no root",
            )),
            ("profile", _) => fixed.push((
                row.documented_key(),
                "follows from the preset's environment that one begins as",
            )),
            ("region", Kind::Text(Rule::Region)) => {
                fixed.push((row.documented_key(), "every region is validated by itself"));
            }
            _ => factors.push(Factor {
                about: About::Option(row),
                levels: levels(row),
            }),
        }
    }
    (factors, fixed)
}

/// The levels of an option: each of its names, both of a switch, for a size the least and the most that a composition
/// can have, for a text examples; and not stated, where that is something else.
fn levels(row: &'static OptionRow) -> Vec<Level> {
    let unset_and = |values: Vec<Value>| {
        std::iter::once(Level::Unset)
            .chain(values.into_iter().map(Level::Stated))
            .collect()
    };
    match row.kind {
        Kind::Boolean => [true, false].map(|one| Level::Stated(one.into())).into(),
        Kind::Choice(names) => names
            .iter()
            .map(|(name, _)| Level::Stated(Value::from(*name)))
            .collect(),
        Kind::Integer { min, max, .. } => {
            let value = |number| Value::from(number);
            let middle = number_of(row).clamp(min, max);
            let least = edge(row, middle, min, &value);
            let most = edge(row, middle, max, &value);
            unset_and(vec![value(least), value(most)])
        }
        Kind::Duration { min, max } => {
            let value = |seconds| Value::from(Duration::from_seconds(seconds));
            let (min, max) = (min.seconds(), max.seconds());
            let middle = number_of(row).clamp(min, max);
            let least = edge(row, middle, min, &value);
            let most = edge(row, middle, max, &value);
            unset_and(vec![value(least), value(most)])
        }
        Kind::OneOf { values, .. } => {
            let ends = [values.first(), values.last()];
            unset_and(ends.into_iter().flatten().map(|&one| one.into()).collect())
        }
        Kind::List {
            rule: Rule::Zone,
            min,
            max,
        } => {
            let region = regions::find(REGION).expect("a region");
            let zones: Vec<String> = region.zone_names().collect();
            let lists = (min..=max).map(|count| Value::List(zones[..count].to_vec()));
            unset_and(lists.collect())
        }
        Kind::List { rule, .. } => {
            unset_and(vec![Value::List(texts(rule).into_iter().take(1).collect())])
        }
        Kind::Text(Rule::Cidr) => {
            vec![Level::Unset, Level::Network(16), Level::Network(20)]
        }
        Kind::Text(Rule::ProjectName) => {
            let texts = texts(Rule::ProjectName).into_iter();
            texts.map(|text| Level::Stated(Value::Text(text))).collect()
        }
        Kind::Text(Rule::InstanceType) => {
            unset_and(ends(row, by_size().iter().map(|kind| kind.name)))
        }
        Kind::Text(Rule::OpenSearchType) => {
            let mut types: Vec<_> = opensearch_types::ALL.iter().collect();
            types.sort_by_key(|kind| (kind.memory_gib, kind.vcpu, kind.name));
            unset_and(ends(row, types.iter().map(|kind| kind.name)))
        }
        Kind::Text(rule) => unset_and(texts(rule).into_iter().map(Value::Text).collect()),
    }
}

/// The first and the last of the names, ascending, with which there is a composition.
fn ends(
    row: &'static OptionRow,
    names: impl DoubleEndedIterator<Item = &'static str> + Clone,
) -> Vec<Value> {
    let name = environment(0);
    let specs: Vec<Spec> = starts()
        .flat_map(|(preset, of)| [false, true].map(|has_room| (preset, of, has_room)))
        .map(|(preset, of, has_room)| {
            let mut spec = empty();
            begin(&mut spec, 0, preset, of);
            if has_room {
                make_room(&mut spec, &name);
            }
            for (needed, value) in needs(row) {
                state(&mut spec, needed, &name, value);
            }
            spec
        })
        .collect();
    let is_valid = |value: &&'static str| {
        specs.iter().any(|spec| {
            let mut spec = spec.clone();
            state(&mut spec, row, &name, Value::from(*value));
            check(&spec).blueprint.is_some()
        })
    };
    let found = [names.clone().find(is_valid), names.rev().find(is_valid)];
    found.into_iter().flatten().map(Value::from).collect()
}

/// The environments of the presets.
fn starts() -> impl Iterator<Item = (&'static str, &'static str)> {
    presets::PRESETS.iter().flat_map(|preset| {
        let spec = preset.spec();
        let profiles = spec.environments().into_iter().map(|name| {
            let profile = spec.profile(name).expect("a preset's environment has one");
            (preset.name, profile.name())
        });
        profiles.collect::<Vec<_>>()
    })
}

/// The row's default as a number, in seconds where it is a duration.
fn number_of(row: &'static OptionRow) -> i64 {
    let (spec, name) = roomy(row);
    match spec.effective(row, &name).value {
        Some(Value::Integer(number)) => number,
        Some(Value::Text(text)) => Duration::parse(&text).expect("a duration").seconds(),
        other => panic!("{}: {other:?} is no number", row.key),
    }
}

/// One environment in which the row has an effect, with room for everything.
fn roomy(row: &'static OptionRow) -> (Spec, String) {
    let name = environment(0);
    let mut spec = empty();
    begin(&mut spec, 0, "standard", "prod");
    make_room(&mut spec, &name);
    for (needed, value) in needs(row) {
        state(&mut spec, needed, &name, value);
    }
    (spec, name)
}

/// The last number between `good` and `limit` with which there is a composition.
fn edge(row: &'static OptionRow, good: i64, limit: i64, value: &dyn Fn(i64) -> Value) -> i64 {
    let (spec, name) = roomy(row);
    let is_valid = |number| {
        let mut spec = spec.clone();
        state(&mut spec, row, &name, value(number));
        check(&spec).blueprint.is_some()
    };
    if is_valid(limit) {
        return limit;
    }
    let (mut good, mut bad) = (good, limit);
    while (good - bad).abs() > 1 {
        let middle = i64::midpoint(good, bad);
        if is_valid(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

/// The shortest and the longest of the rule's examples that can stand in the region and the account of every composition.
fn texts(rule: Rule) -> Vec<String> {
    let texts: Vec<&str> = rule
        .examples_in(REGION)
        .filter(|text| *text == ACCOUNT || !Rule::AccountId.accepts(text))
        .collect();
    let shortest = texts.iter().min_by_key(|text| text.len());
    let longest = texts.iter().rev().max_by_key(|text| text.len());
    let mut found: Vec<String> = [shortest, longest]
        .into_iter()
        .flatten()
        .map(|text| (*text).to_owned())
        .collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_a_factor_or_left_out_by_name() {
        let (factors, fixed) = all();
        let mut names: Vec<String> = factors.iter().map(Factor::name).collect();
        names.extend(fixed.into_iter().map(|(name, _)| name));
        for row in options::OPTIONS.iter() {
            let name = row.documented_key();
            assert!(names.contains(&name), "{name}");
        }
        assert_eq!(names.len(), options::OPTIONS.len() + 2);
    }

    #[test]
    fn sizes_have_the_least_and_the_most_that_compose() {
        let (factors, _) = all();
        let levels = |name: &str| {
            let factor = factors.iter().find(|factor| factor.name() == name);
            factor.unwrap().levels.clone()
        };
        let stated = |number: i64| Level::Stated(Value::from(number));
        // Each of prod's six history tasks needs a shard.
        assert_eq!(
            levels("environments.<name>.history_shards"),
            [Level::Unset, stated(6), stated(16384)]
        );
        assert_eq!(
            levels("environments.<name>.loki.enabled"),
            [Level::Stated(true.into()), Level::Stated(false.into())]
        );
        // A task can have a whole instance, up to what ECS may register of it, so more than half of the largest.
        let Some(Level::Stated(Value::Integer(most))) =
            levels("environments.<name>.history.memory").pop()
        else {
            panic!("the most memory is a number")
        };
        let largest = i64::from(by_size().last().unwrap().memory_mib);
        assert!((largest / 2..=largest).contains(&most), "{most}");
    }
}
