//! Which environments have something.

use crate::blueprint::{self, Blueprint};
use crate::environment::Environment;
use crate::feature::Feature;
use crate::path::FieldPath;

/// What some environments have: which, and the value that brings it to the first of them.
pub(super) struct Presence<'a> {
    pub(super) environments: Vec<&'a Environment>,
    pub(super) from: FieldPath,
    pub(super) is_everywhere: bool,
}

impl<'a> Presence<'a> {
    /// Which have `feature`; `None` where none has.
    pub(super) fn having(blueprint: &'a Blueprint, feature: &Feature) -> Option<Self> {
        Self::of(blueprint, feature.key, |environment| {
            feature.is_on(environment)
        })
    }

    /// `None` where no environment has it. `key` is the option that brings it.
    pub(super) fn of(
        blueprint: &'a Blueprint,
        key: &str,
        has: impl Fn(&Environment) -> bool,
    ) -> Option<Self> {
        let mut environments = blueprint::environments(&blueprint.environments);
        environments.retain(|environment| has(environment));
        let first = environments.first()?;
        Some(Self {
            from: if key.is_empty() {
                FieldPath::of(&["environments"])
            } else {
                first.address().join(key)
            },
            is_everywhere: environments.len() == blueprint.environments.len(),
            environments,
        })
    }

    /// For a table's cell: `all`, or the names.
    pub(super) fn names(&self) -> String {
        if self.is_everywhere {
            return "all".to_owned();
        }
        self.environments
            .iter()
            .map(|environment| environment.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}
