//! What will be built: the environments, and of each what was found out about it. Only [`crate::check`] makes one.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::environment::Environment;
use crate::feature::Feature;
use crate::inventory;
use crate::path::FieldPath;
use crate::sizing::placement::{Placement, place};
use crate::spec::Spec;

/// A composition that can be composed.
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub(crate) spec: Spec,
    /// The project's name.
    pub project: String,
    /// The environments, in the order of the tree.
    pub environments: Vec<PlacedEnvironment>,
}

/// An environment and what follows from it alone. All of it is shared with earlier and later blueprints in which the
/// environment is the same.
#[derive(Clone, Debug)]
pub struct PlacedEnvironment {
    /// The environment.
    pub environment: Arc<Environment>,
    /// Where its tasks find room.
    pub placement: Arc<Placement>,
    resources: Arc<OnceLock<usize>>,
}

impl PlacedEnvironment {
    /// `environment`, and what follows from it.
    #[must_use]
    pub fn of(environment: Environment) -> Self {
        Self {
            placement: Arc::new(place(&environment)),
            resources: Arc::default(),
            environment: Arc::new(environment),
        }
    }

    /// How many resources Terraform makes for it. They are counted when somebody asks, since a first look at the page does
    /// not and loads no table of them.
    #[must_use]
    pub fn resources(&self) -> usize {
        let counted = || inventory::resources(&self.environment);
        *self.resources.get_or_init(|| counted().into_values().sum())
    }

    /// Whether it is the very environment that `other` is, found out once.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.environment, &other.environment)
    }
}

/// Most of the time it is the environment that is asked.
impl Deref for PlacedEnvironment {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &self.environment
    }
}

impl Blueprint {
    /// The spec it was made from.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The address of the option that brings `feature` into the first environment that has it; `None` without one.
    pub(crate) fn first_with(&self, feature: Feature) -> Option<FieldPath> {
        let mut environments = self.environments.iter();
        let first = environments.find(|it| feature.is_on(it))?;
        Some(first.address().join(feature.key))
    }
}

/// The environments of `all`.
#[must_use]
pub fn environments(all: &[PlacedEnvironment]) -> Vec<&Environment> {
    all.iter().map(|settled| &*settled.environment).collect()
}
