//! What writes the files of a tree. The writers are most of the composer's code, and the page loads them in its second
//! part. Until then it composes a tree by stubs, and most of its files are empty.

use super::bootstrap::{self, AccountRegion};
use super::{
    alarms, checks, dashboards, docs, locals, main, outputs, protection, readme, root, tfvars,
    variables,
};
use crate::blueprint::{Blueprint, Settled};
use crate::environment::Environment;
use crate::hcl;
use crate::templates::{self, Templates};
use crate::tree::{File, Lines};

/// The pages about a tree as a whole.
const PAGES: [&str; 4] = [
    "README.md",
    "docs/migration.md",
    "docs/operations.md",
    "docs/security.md",
];

/// The files of an environment's root: each follows from the environment and the project's name alone. Only a protected
/// one has guards.
const ROOT: [&str; 11] = [
    "terraform.tf",
    "backend.tf",
    "providers.tf",
    "main.tf",
    "locals.tf",
    "checks.tf",
    protection::FILE,
    "variables.tf",
    "outputs.tf",
    "terraform.tfvars",
    "dashboards.yaml",
];

/// The page about an environment, in which the others have a part.
pub(super) const PAGE: &str = "README.md";

/// What writes the files of a tree.
#[derive(Debug)]
pub struct FileWriters {
    /// What is copied.
    pub(super) templates: Templates,
    /// The writers of [`PAGES`].
    pages: [fn(&Blueprint) -> File; PAGES.len()],
    /// The writers of [`ROOT`], each given the project's name, too.
    root: [fn(&str, &Environment) -> File; ROOT.len()],
    /// The writer of `alarms.tf`, for an environment with alarms.
    pub(super) alarms: fn(&Environment) -> File,
    /// The writer of the page about them.
    pub(super) runbook: fn(&Blueprint) -> File,
    /// The writer of [`PAGE`].
    pub(super) page: fn(&Blueprint, &Settled) -> File,
    /// The writer of the values of `terraform/bootstrap` for a place.
    pub(super) bootstrap: fn(&Blueprint, &AccountRegion) -> File,
}

/// All writers.
pub static FULL: FileWriters = FileWriters {
    templates: templates::ALL,
    pages: [
        readme::repository,
        docs::migration,
        docs::operations,
        docs::security,
    ],
    root: [
        |_, environment| hcl::file(&root::terraform(&environment.address())),
        |_, environment| hcl::file(&root::backend(environment)),
        |_, environment| hcl::file(&root::providers(environment)),
        |_, environment| hcl::file(&main::compose(environment)),
        |_, environment| hcl::file(&locals::compose(environment)),
        |_, environment| hcl::file(&checks::compose(environment)),
        |_, environment| hcl::file(&protection::compose(environment)),
        |_, environment| hcl::file(&variables::compose(environment)),
        |_, environment| hcl::file(&outputs::compose(environment)),
        |project, environment| hcl::file(&tfvars::compose(project, environment)),
        |_, environment| dashboards::file(environment),
    ],
    alarms: |environment| hcl::file(&alarms::compose(environment)),
    runbook: docs::runbook,
    page: readme::environment,
    bootstrap: |blueprint, place| hcl::file(&bootstrap::values(blueprint, place)),
};

/// No writer: every file is empty, but for those that are the same in every tree.
pub static STUB: FileWriters = FileWriters {
    templates: templates::NAMES,
    pages: [|_| empty(); PAGES.len()],
    root: [|_, _| empty(); ROOT.len()],
    alarms: |_| empty(),
    runbook: |_| empty(),
    page: |_, _| empty(),
    bootstrap: |_, _| empty(),
};

fn empty() -> File {
    File::generated(Lines::default())
}

impl FileWriters {
    /// The pages about a tree as a whole: the path and the writer of each.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&'static str, fn(&Blueprint) -> File)> {
        PAGES.into_iter().zip(self.pages)
    }

    /// The files of an environment's root, as [`Self::pages`].
    pub(super) fn root(
        &self,
    ) -> impl Iterator<Item = (&'static str, fn(&str, &Environment) -> File)> {
        ROOT.into_iter().zip(self.root)
    }
}
