//! Blueprint to tree: one file here for each kind of file there.

mod bootstrap;
mod checks;
mod connections;
mod docs;
mod flat_outputs;
mod kept;
mod locals;
mod main;
pub(crate) mod markdown;
pub mod next;
mod outputs;
mod placement;
mod readme;
mod root;
mod scripts;
mod targets;
mod texts;
mod tfvars;
mod variables;

use crate::blueprint::Blueprint;
use crate::environment::{Dsql, Environment};
use crate::hcl::{Body, print};
use crate::path::FieldPath;
use crate::templates;
use crate::tree::{File, Lines, Tree};

pub use texts::{OUTLINE, Texts, WHOLE};

/// The oldest Terraform that the composed tree runs on: from 1.11 on the S3 backend's lock file is no experiment and
/// providers take write-only arguments. Source: Terraform's changelog of 1.11.0.
pub const TERRAFORM_VERSION: &str = "1.11.4";

/// Composes the tree. It can't fail: a blueprint is always valid.
#[must_use]
pub fn compose(blueprint: &Blueprint) -> Tree {
    compose_from(blueprint, &WHOLE, None)
}

/// [`compose`] with the texts given, so that the page can show a tree before it has loaded them. The files of a root
/// follow from its environment and the project's name: where `before`, a blueprint and what it was composed to with the
/// same texts, has the very same, they are taken from there.
#[must_use]
pub fn compose_from(
    blueprint: &Blueprint,
    texts: &Texts,
    before: Option<(&Blueprint, &Tree)>,
) -> Tree {
    let before = before.filter(|(before, _)| before.project == blueprint.project);
    let mut tree = Tree::default();
    let root = FieldPath::root();
    for (path, write) in texts.pages() {
        tree.add(path, write(blueprint));
    }
    tree.add("composition.toml", text(&blueprint.spec.to_toml(), &root));
    tree.add(".gitignore", text(GITIGNORE, &root));
    tree.add(".gitattributes", text(GITATTRIBUTES, &root));
    tree.add(
        ".terraform-version",
        text(&format!("{TERRAFORM_VERSION}\n"), &root),
    );
    bootstrap::add(blueprint, texts, &mut tree);
    scripts::add(blueprint, texts.templates, &mut tree);
    for (module, from) in modules(blueprint) {
        let folder = format!("terraform/modules/{module}/");
        for (path, content) in templates::below(texts.templates, &format!("modules/{module}")) {
            tree.add(
                format!("{folder}{path}"),
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
        for (name, write) in texts.root() {
            let path = format!("{folder}/{name}");
            if !same.is_some_and(|(_, before)| tree.reuse(before, &path)) {
                tree.add(path, write(&blueprint.project, environment));
            }
        }
        tree.add(
            format!("{folder}/{}", texts::PAGE),
            (texts.page)(blueprint, environment),
        );
    }
    tree
}

/// The name of the archive's one top folder.
#[must_use]
pub fn folder(blueprint: &Blueprint) -> String {
    format!("{}-terraform", blueprint.project)
}

/// Every module and what it makes.
#[rustfmt::skip] // one row a line
pub const MODULES: &[(&str, &str)] = &[
    ("alloy-sidecar", "the sidecar's configuration and containers, for metrics and logs"),
    ("benchmark", "load generator and workers on instances of their own, from zero"),
    ("dsql", "the Aurora DSQL cluster"),
    ("dsql-schema", "a task that makes or updates Temporal's schema in DSQL"),
    ("dynamodb", "tables that share DSQL's connection limits between tasks"),
    ("ec2-capacity", "launch template, Auto Scaling group and capacity provider"),
    ("ecs-cluster", "the cluster, its Service Connect namespace and exec logging"),
    ("iam", "the roles of tasks and agents"),
    ("observability", "Prometheus workspace, Grafana and, where used, Loki"),
    ("opensearch", "the visibility store and the task that makes its index"),
    ("temporal-service", "one Temporal service; called over a map of the four"),
    ("temporal-ui", "the web interface"),
    ("vpc", "VPC, subnets, NAT, endpoints and flow log"),
];

/// The modules that some environment uses, each with the value that brings it in.
#[must_use]
pub fn modules(blueprint: &Blueprint) -> Vec<(&'static str, FieldPath)> {
    let first = |uses: fn(&Environment) -> bool, key: &str| {
        blueprint
            .environments
            .iter()
            .find(|environment| uses(environment))
            .map(|environment| place(environment).join(key))
    };
    MODULES
        .iter()
        .filter_map(|&(module, _)| {
            let from = match module {
                "benchmark" => first(
                    |environment| environment.benchmark.is_some(),
                    "benchmark.enabled",
                )?,
                "dsql" => first(|environment| environment.dsql == Dsql::Create, "dsql.mode")?,
                "temporal-ui" => first(|environment| environment.ui.is_some(), "ui.enabled")?,
                _ => FieldPath::root(),
            };
            Some((module, from))
        })
        .collect()
}

/// The address of an environment.
fn place(environment: &Environment) -> FieldPath {
    FieldPath::of(&["environments", &environment.name])
}

/// A file of `body`.
pub(crate) fn hcl(body: &Body) -> File {
    let mut lines = Lines::default();
    print(body, &mut lines);
    File::generated(lines)
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
