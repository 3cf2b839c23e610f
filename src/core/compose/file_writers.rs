//! What writes the files of a tree. The writers are most of the composer's code, and the page loads them in its second
//! part.

use super::{
    checks, dashboards, docs, locals, main, moved, outputs, protection, readme, root, tfvars,
    variables,
};
use crate::blueprint::Blueprint;
use crate::environment::Environment;
use crate::hcl;
use crate::tree::File;

/// Writes a page about a tree as a whole.
type PageWriter = fn(&Blueprint) -> File;

/// The pages about a tree as a whole: the path and the writer of each.
pub(super) const PAGES: [(&str, PageWriter); 4] = [
    ("README.md", readme::repository),
    ("docs/migration.md", docs::migration),
    ("docs/operations.md", docs::operations),
    ("docs/security.md", docs::security),
];

/// Writes a file of an environment's root, given the project's name too.
type RootWriter = fn(&str, &Environment) -> File;

/// The files of an environment's root: each follows from the environment and the project's name alone. Only a protected
/// one has guards, and only one with addresses that have changed says so.
pub(super) const ROOT: [(&str, RootWriter); 12] = [
    ("terraform.tf", |_, environment| {
        hcl::file(&root::terraform(&environment.address()))
    }),
    ("backend.tf", |_, environment| {
        hcl::file(&root::backend(environment))
    }),
    ("providers.tf", |_, environment| {
        hcl::file(&root::providers(environment))
    }),
    ("main.tf", |_, environment| {
        hcl::file(&main::compose(environment))
    }),
    ("locals.tf", |_, environment| {
        hcl::file(&locals::compose(environment))
    }),
    ("checks.tf", |_, environment| {
        hcl::file(&checks::compose(environment))
    }),
    (protection::FILE, |_, environment| {
        hcl::file(&protection::compose(environment))
    }),
    (moved::FILE, |_, environment| {
        hcl::file(&moved::compose(moved::MOVES, environment))
    }),
    ("variables.tf", |_, environment| {
        hcl::file(&variables::compose(environment))
    }),
    ("outputs.tf", |_, environment| {
        hcl::file(&outputs::compose(environment))
    }),
    ("terraform.tfvars", |project, environment| {
        hcl::file(&tfvars::compose(project, environment))
    }),
    ("dashboards.yaml", |_, environment| {
        dashboards::file(environment)
    }),
];
