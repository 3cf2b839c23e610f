//! What AWS refuses and the schema doesn't: one file per subject.

use crate::diagnostic::Problem;
use crate::value::Object;
use crate::world::World;

/// When a resource is looked at; parts that are unknown then are passed over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Phase {
    Validate,
    Plan,
    Apply,
}

/// What can be said of a resource by itself.
pub(crate) fn resource(_kind: &str, _resource: &Object, _phase: Phase) -> Vec<Problem> {
    Vec::new()
}

/// What can be said of a resource among others, when it's made or changed.
pub(crate) fn related(_: &str, _: Option<&Object>, _: &Object, _: &World) -> Vec<Problem> {
    Vec::new()
}

/// Whether a resource may go.
pub(crate) fn destroy(_: &str, _: &Object, _: &World) -> Vec<Problem> {
    Vec::new()
}
