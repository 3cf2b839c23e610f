//! Why there is no migration.

use super::read::NotAState;
use crate::problem::Problems;
use crate::value::excerpt;

/// Why there is no migration.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoMigration {
    /// The state is none of the flat root.
    #[error(transparent)]
    NotAState(#[from] NotAState),
    /// The spec has errors.
    #[error("the spec has errors")]
    Spec(Problems),
    /// The spec has no such environment.
    #[error("the composition has no environment `{0}`: it has {1}")]
    NoEnvironment(String, String),
    /// There are subnets in more zones than the environment has.
    #[error("the flat root has {found} private subnets, `{environment}` has {expected} zones")]
    TooFewZones {
        /// The environment.
        environment: String,
        /// How many subnets.
        found: usize,
        /// How many zones.
        expected: usize,
    },
    /// The names can't stay.
    #[error("the names of the flat root begin with `{}` and can't stay: {why}", excerpt(.name))]
    Name {
        /// The flat root's name.
        name: String,
        /// What is wrong.
        why: String,
    },
}

impl NoMigration {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAState(error) => Some(error.hint().to_owned()),
            Self::Spec(_) => None,
            Self::NoEnvironment(..) => {
                Some("name one of them with --env, or add one to the spec".to_owned())
            }
            Self::TooFewZones { environment, .. } => Some(format!(
                "state its zones in the flat root's order: `environments.{environment}.network.availability_zones`"
            )),
            Self::Name { .. } => Some(
                "every resource would be replaced: let `migration.keep_flat_names` be true, and choose project and \
                 environment so that no other has this name"
                    .to_owned(),
            ),
        }
    }
}
