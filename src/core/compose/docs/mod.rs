//! `docs/`: how the environments are operated, who may do what in them, and how one comes from the flat root. They speak
//! only of what the composition has.

mod migration;
mod operations;
mod security;

pub(super) use migration::page as migration;
pub(super) use operations::page as operations;
pub(super) use security::page as security;

use super::place;
use crate::blueprint::{self, Blueprint};
use crate::environment::Environment;
use crate::path::FieldPath;

/// What some environments have: which, and the value that brings it to the first of them.
struct Presence<'a> {
    environments: Vec<&'a Environment>,
    from: FieldPath,
    is_everywhere: bool,
}

impl<'a> Presence<'a> {
    /// `None` where no environment has it. `key` is the option that brings it.
    fn of(blueprint: &'a Blueprint, key: &str, has: impl Fn(&Environment) -> bool) -> Option<Self> {
        let mut environments = blueprint::environments(&blueprint.environments);
        environments.retain(|environment| has(environment));
        let first = environments.first()?;
        Some(Self {
            from: if key.is_empty() {
                FieldPath::of(&["environments"])
            } else {
                place(first).join(key)
            },
            is_everywhere: environments.len() == blueprint.environments.len(),
            environments,
        })
    }

    /// For a table's cell: `all`, or the names.
    fn names(&self) -> String {
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
