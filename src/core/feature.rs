//! What an environment can have or be without: for each the option that decides, and whether it is on.

use crate::environment::Environment;

/// Something that an environment has or is without.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// The key of the option that decides, inside the environment.
    pub key: &'static str,
    condition: Condition,
}

/// When an environment has something.
#[derive(Clone, Copy, Debug)]
enum Condition {
    Always,
    If(fn(&Environment) -> bool),
}

impl Feature {
    /// What the option `key` decides, with what it settles to.
    pub(crate) const fn new(key: &'static str, is_on: fn(&Environment) -> bool) -> Self {
        Self {
            key,
            condition: Condition::If(is_on),
        }
    }

    /// What every environment has, described by the options that begin with `key`; `""` for none.
    pub(crate) const fn always(key: &'static str) -> Self {
        Self {
            key,
            condition: Condition::Always,
        }
    }

    /// Whether an environment can be without it.
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        matches!(self.condition, Condition::If(_))
    }

    /// Whether `environment` has it.
    #[must_use]
    pub fn is_on(&self, environment: &Environment) -> bool {
        match self.condition {
            Condition::Always => true,
            Condition::If(is_on) => is_on(environment),
        }
    }
}

/// Names of the flat root.
pub(crate) const FLAT_NAMES: Feature = Feature::new("migration.keep_flat_names", |it| {
    it.migration.keep_flat_names
});
