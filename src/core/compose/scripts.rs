//! `scripts/`: what operates the environments once they are applied.

use crate::blueprint::Blueprint;
use crate::path::FieldPath;
use crate::templates::{self, Templates};
use crate::tree::{File, Lines, Tree};

/// Adds the scripts that serve something of the composition, and the list of environments that they read.
pub(super) fn add(blueprint: &Blueprint, templates: Templates, tree: &mut Tree) {
    let benchmark = blueprint
        .environments
        .iter()
        .find(|environment| environment.benchmark.is_some())
        .map(|environment| environment.address().join("benchmark.enabled"));
    for (path, content) in templates::below(templates, "scripts") {
        let from = match (path, &benchmark) {
            ("scale-benchmark-workers.sh", None) => continue,
            ("scale-benchmark-workers.sh", Some(from)) => from.clone(),
            _ => FieldPath::root(),
        };
        let mut file = File::copied(content, from);
        // What lies in `lib` is read by the others, not run.
        file.executable = !path.contains('/');
        tree.add(format!("scripts/{path}"), file);
    }
    tree.add("scripts/environments", environments(blueprint));
}

/// A line for each environment: its name, its profile, and what some scripts look for.
fn environments(blueprint: &Blueprint) -> File {
    let mut lines = Lines::default();
    for environment in &blueprint.environments {
        lines
            .write(&environment.name)
            .write(" ")
            .write(environment.profile.name());
        if environment.benchmark.is_some() {
            lines.write(" benchmark");
        }
        lines.end(&environment.address());
    }
    File::generated(lines)
}
