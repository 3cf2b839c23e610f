//! `images/`: the recipes of the images that the environments use.

use crate::blueprint::Blueprint;
use crate::parts::images::{BUILT, builds};
use crate::path::FieldPath;
use crate::templates;
use crate::tree::{File, Tree};

/// Adds the recipes that some environment uses, and the versions that they are built from.
pub(super) fn add(blueprint: &Blueprint, tree: &mut Tree) {
    for (path, content) in templates::below("images") {
        let from = match path.strip_suffix(".Dockerfile") {
            Some(recipe) => uses(blueprint, recipe),
            None => blueprint.first_with(BUILT),
        };
        if let Some(from) = from {
            tree.add(format!("images/{path}"), File::copied(content, from));
        }
    }
}

/// The address of the first image that `recipe` builds.
fn uses(blueprint: &Blueprint, recipe: &str) -> Option<FieldPath> {
    for environment in &blueprint.environments {
        for build in builds(environment) {
            if build.source == recipe {
                return Some(environment.address().join(build.key));
            }
        }
    }
    None
}
