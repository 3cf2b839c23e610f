//! What the README of an environment takes from the rest of the composition.

use crate::blueprint::Blueprint;
use crate::compose::{connections, next};
use crate::environment::Environment;

/// What the README of an environment says of the others.
#[derive(PartialEq)]
pub(in crate::compose) struct Surroundings {
    /// Whether there are others.
    pub(super) has_others: bool,
    /// Who else uses the cluster, an entry each.
    pub(super) sharing: Vec<String>,
    /// The commands that connect the root with its state, which may be that of one of several accounts.
    pub(super) init: String,
}

impl Surroundings {
    /// Those of `environment` in `blueprint`.
    pub(in crate::compose) fn of(environment: &Environment, blueprint: &Blueprint) -> Self {
        Self {
            has_others: blueprint.environments.len() > 1,
            sharing: connections::shared(blueprint, environment),
            init: next::init(blueprint, environment),
        }
    }
}
