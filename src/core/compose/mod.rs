//! Blueprint to tree: one file here for each kind of file there.

mod alarms;
mod bootstrap;
pub(crate) mod check_block;
mod checks;
mod connections;
mod dashboards;
mod declarations;
mod docs;
mod file_writers;
mod flat_outputs;
mod images;
mod locals;
mod main;
pub(crate) mod markdown;
pub mod modules;
pub mod moved;
pub mod next;
pub(crate) mod output;
mod outputs;
pub(crate) mod panel;
mod placement;
pub(crate) mod protection;
mod readme;
pub(crate) mod references;
mod root;
pub(crate) mod rows;
mod rule_conditions;
mod scripts;
mod service_outputs;
mod targets;
mod tfvars;
mod variables;

use self::readme::Surroundings;
use crate::blueprint::Blueprint;
use crate::hcl;
use crate::path::FieldPath;
use crate::templates;
use crate::tree::{File, Lines, Tree};
use crate::versions;

/// Composes the tree. It can't fail: a blueprint is always valid.
#[must_use]
pub fn compose(blueprint: &Blueprint) -> Tree {
    compose_from(blueprint, None)
}

/// [`compose`] after another composition. The files of a root follow from its environment and the project's name, its README
/// also from what it says of the other environments: where these are the same in `before`, an earlier blueprint and its
/// tree, the files are taken from there.
#[must_use]
pub fn compose_from(blueprint: &Blueprint, before: Option<(&Blueprint, &Tree)>) -> Tree {
    let before = before.filter(|(before, _)| before.project == blueprint.project);
    let mut tree = Tree::default();
    let top = FieldPath::root();
    for (path, write) in file_writers::PAGES {
        tree.add(path, write(blueprint));
    }
    let mut environments = blueprint.environments.iter();
    if environments.any(|environment| crate::alarms::are_on(environment)) {
        tree.add("docs/runbook.md", docs::runbook(blueprint));
    }
    tree.add("composition.toml", text(&blueprint.spec.to_toml(), &top));
    tree.add(".gitignore", text(GITIGNORE, &top));
    tree.add(".gitattributes", text(GITATTRIBUTES, &top));
    tree.add(
        ".terraform-version",
        text(&format!("{}\n", versions::PINNED_TERRAFORM), &top),
    );
    bootstrap::add(blueprint, &mut tree);
    scripts::add(blueprint, &mut tree);
    images::add(blueprint, &mut tree);
    for (module, from) in modules::used(blueprint) {
        let name = module.name;
        let folder = format!("terraform/modules/{name}/");
        for (path, content) in templates::below(&format!("modules/{name}")) {
            tree.add(
                [&folder, path].concat(),
                File::copied(content, from.clone()),
            );
        }
    }
    for environment in &blueprint.environments {
        let folder = format!("terraform/envs/{}", environment.name);
        let same = before.filter(|(before, _)| {
            let mut former = before.environments.iter();
            former.any(|former| former.is_same(environment))
        });
        for (name, write) in file_writers::ROOT {
            if name == protection::FILE && !environment.deletion_protection
                || name == moved::FILE && !moved::is_needed(environment)
            {
                continue;
            }
            let path = [&folder, "/", name].concat();
            if !same.is_some_and(|(_, before)| tree.reuse(before, &path)) {
                tree.add(path, write(&blueprint.project, environment));
            }
        }
        let path = format!("{folder}/alarms.tf");
        if crate::alarms::are_on(environment)
            && !same.is_some_and(|(_, before)| tree.reuse(before, &path))
        {
            tree.add(path, hcl::file(&alarms::compose(environment)));
        }
        let path = format!("{folder}/README.md");
        let surroundings = Surroundings::of(environment, blueprint);
        let same = same.filter(|(before, _)| Surroundings::of(environment, before) == surroundings);
        if !same.is_some_and(|(_, before)| tree.reuse(before, &path)) {
            let page = readme::environment(&blueprint.project, environment, &surroundings);
            tree.add(path, page);
        }
    }
    tree
}

/// The name of the archive's one top folder.
#[must_use]
pub fn folder(blueprint: &Blueprint) -> String {
    format!("{}-terraform", blueprint.project)
}

/// A file of `content`, all of whose lines come from the value at `from`.
fn text(content: &str, from: &FieldPath) -> File {
    let mut lines = Lines::default();
    lines.lines(content, from);
    File::generated(lines)
}

const GITIGNORE: &str = "\
# What Terraform makes on the machine that runs it. The lock files of the roots (.terraform.lock.hcl) are not here:
# commit them, so that every apply takes the same provider.
.terraform/
*.tfstate
*.tfstate.*
terraform.tfstate.d/
*.tfplan
crash.log
crash.*.log
override.tf
override.tf.json
*_override.tf
*_override.tf.json
.terraformrc
terraform.rc
";

const GITATTRIBUTES: &str = "\
# The same bytes on every system: Terraform and the shell want line feeds.
* text=auto eol=lf
*.sh text eol=lf
";
