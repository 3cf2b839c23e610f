//! Changes of a spec.

use composer_core::options::{self, Scope};
use composer_core::{FieldPath, Spec, Value};

/// `spec` with `value` at `at`. Where that is what holds without a word, the spec says nothing.
///
/// An address that no option has leaves the spec as it is: fields get their addresses from the table of options.
#[must_use]
pub(crate) fn with(spec: &Spec, at: &FieldPath, value: Option<Value>) -> Spec {
    let mut spec = spec.clone();
    let Some(row) = options::find(at) else {
        return spec;
    };
    spec.unset(at);
    let Some(value) = value else {
        return spec;
    };
    let default = match row.scope {
        Scope::Environment => spec.default_of(row, at.environment().unwrap_or_default()),
        Scope::Spec => spec.default_of(row, ""),
    };
    if default.value.as_ref() != Some(&value) {
        spec.put(at.clone(), value);
    }
    spec
}

/// `spec` without an environment.
#[must_use]
pub(crate) fn without_environment(spec: &Spec, name: &str) -> Spec {
    let mut spec = spec.clone();
    spec.remove_environment(name);
    spec
}

/// How many values and environments of `spec` are not as in `base`.
#[must_use]
pub(crate) fn differing(base: &Spec, spec: &Spec) -> usize {
    let values = spec
        .values()
        .filter(|(at, value)| base.get(at) != Some(value))
        .count();
    let gone = base
        .values()
        .filter(|(at, _)| spec.get(at).is_none())
        .count();
    let (ours, theirs) = (spec.environments(), base.environments());
    let environments = ours.iter().filter(|name| !theirs.contains(name)).count()
        + theirs.iter().filter(|name| !ours.contains(name)).count();
    values + gone + environments
}
