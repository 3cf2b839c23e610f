//! Blueprint to tree: one file here for each kind of file there.

use crate::blueprint::Blueprint;
use crate::path::FieldPath;
use crate::tree::{File, Line, Tree};

/// Composes the tree. It can't fail: a blueprint is always valid.
#[must_use]
pub fn compose(blueprint: &Blueprint) -> Tree {
    let mut tree = Tree::default();
    tree.add("composition.toml", lines(&blueprint.spec.to_toml()));
    tree
}

/// The name of the archive's one top folder.
#[must_use]
pub fn folder(blueprint: &Blueprint) -> String {
    format!("{}-terraform", blueprint.project)
}

/// A file of `text` that belongs to the spec as a whole.
fn lines(text: &str) -> File {
    File::generated(
        text.lines()
            .map(|text| Line {
                text: text.to_owned(),
                from: FieldPath::root(),
            })
            .collect(),
    )
}
