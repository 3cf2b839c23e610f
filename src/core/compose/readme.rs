//! The READMEs of the tree.
use crate::blueprint::{Blueprint, Environment};
use crate::tree::File;
pub(super) fn repository(blueprint: &Blueprint) -> File {
    super::text(
        &format!("# {}\n", blueprint.project),
        &crate::path::FieldPath::root(),
    )
}
pub(super) fn environment(_: &Blueprint, environment: &Environment) -> File {
    super::text(
        &format!("# {}\n", environment.name),
        &super::place(environment),
    )
}
