//! Switches the optional parts of an environment on and off. For tests that compose everything or the least, which so have
//! every new part by themselves.

use crate::check::check;
use crate::feature::Feature;
use crate::option::Kind;
use crate::options;
use crate::parts::PARTS;
use crate::parts::part::Part;
use crate::spec::Spec;
use crate::value::Value;

/// The parts that an environment can be without.
pub fn optional_parts() -> impl Iterator<Item = &'static Part> {
    let all = PARTS.iter().copied();
    all.filter(|part| part.feature.is_optional())
}

/// Has `spec` state what gives `environment` every optional part, or none of them. What is so already isn't stated.
///
/// # Panics
/// If a part can't be switched: the environment's values are not allowed.
pub fn switch_all(spec: &mut Spec, environment: &str, is_on: bool) {
    for part in optional_parts() {
        if has(spec, environment, part.feature) != Some(is_on) {
            switch(spec, environment, part, is_on);
        }
    }
}

/// Has `spec` state what gives `environment` the optional part, with what that needs, or takes it away.
///
/// # Panics
/// If it can't be switched: the environment's values are not allowed.
pub fn switch(spec: &mut Spec, environment: &str, part: &Part, is_on: bool) {
    let feature = part.feature;
    let row = options::environment_option(feature.key);
    if is_on && let Some((key, wanted)) = row.needs {
        spec.put(
            options::environment_option(key).path(environment),
            wanted.into(),
        );
    }
    let values: Vec<Value> = match row.kind {
        Kind::Boolean => vec![is_on.into(), (!is_on).into()],
        Kind::Choice(names) => names.iter().map(|(name, _)| Value::from(*name)).collect(),
        Kind::Integer { .. }
        | Kind::OneOf { .. }
        | Kind::Text(_)
        | Kind::Duration { .. }
        | Kind::List { .. } => Vec::new(),
    };
    for value in values {
        spec.put(row.path(environment), value);
        if has(spec, environment, feature) == Some(is_on) {
            return;
        }
    }
    panic!("no value of `{}` switches {environment}", feature.key);
}

/// Whether `environment` has `feature`; `None` if its values are not allowed.
fn has(spec: &Spec, environment: &str, feature: Feature) -> Option<bool> {
    let checked = check(spec);
    let mut all = checked.environments().iter();
    let settled = all.find(|settled| settled.name == environment)?;
    Some(feature.is_on(settled))
}
