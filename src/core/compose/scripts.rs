//! `scripts/`: what operates the environments once they are applied.

use crate::blueprint::Blueprint;
use crate::parts::{self, PARTS, images};
use crate::path::FieldPath;
use crate::templates;
use crate::tree::{File, Lines, Tree};

/// Adds the scripts that serve something of the composition, and the list of environments that they read.
pub(super) fn add(blueprint: &Blueprint, tree: &mut Tree) {
    for (path, content) in templates::below("scripts") {
        let Some(from) = origin(path, blueprint) else {
            continue;
        };
        let mut file = File::copied(content, from);
        // What lies in `lib` is read by the others, not run.
        file.executable = path.ends_with(".sh") && !path.contains('/');
        tree.add(format!("scripts/{path}"), file);
    }
    tree.add("scripts/environments", environments(blueprint));
}

/// The value that brings the script at `path`; `None` if no environment has the part that it serves.
fn origin(path: &str, blueprint: &Blueprint) -> Option<FieldPath> {
    if path == images::SCRIPT {
        return blueprint.first_with(images::BUILT);
    }
    match parts::of_script(path) {
        Some((_, feature)) => blueprint.first_with(*feature),
        None => Some(FieldPath::root()),
    }
}

/// A line for each environment: its name, its profile, and what some scripts look for.
fn environments(blueprint: &Blueprint) -> File {
    let mut lines = Lines::default();
    for environment in &blueprint.environments {
        lines
            .write(&environment.name)
            .write(" ")
            .write(environment.profile.name());
        for part in PARTS.iter() {
            if !part.scripts.is_empty() && part.scripts_feature().is_on(environment) {
                lines.write(" ").write(part.name);
            }
        }
        lines.end(&environment.address());
    }
    File::generated(lines)
}
