//! What stands in the files. Most of a tree's bytes and of the composer's code are this, and the page loads it once it
//! stands: so a tree can be composed as an outline, which has each file and no text in it.

use super::bootstrap::{self, Place};
use super::{docs, hcl, main, outputs, place, readme, root, tfvars, variables};
use crate::blueprint::{Blueprint, Environment};
use crate::templates::{self, Templates};
use crate::tree::File;

/// The pages about a tree as a whole.
const PAGES: [&str; 4] = [
    "README.md",
    "docs/migration.md",
    "docs/operations.md",
    "docs/security.md",
];

/// The files of an environment's root.
const ROOT: [&str; 8] = [
    "terraform.tf",
    "backend.tf",
    "providers.tf",
    "main.tf",
    "variables.tf",
    "outputs.tf",
    "terraform.tfvars",
    "README.md",
];

/// Where the texts of a tree's files come from.
#[derive(Debug)]
pub struct Texts {
    /// What is copied.
    pub(super) templates: Templates,
    /// The writers of [`PAGES`].
    pages: [fn(&Blueprint) -> File; PAGES.len()],
    /// The writers of [`ROOT`].
    root: [fn(&Blueprint, &Environment) -> File; ROOT.len()],
    /// The writer of the values of `terraform/bootstrap` for a place.
    pub(super) bootstrap: fn(&Blueprint, &Place) -> File,
}

/// All of them.
pub static WHOLE: Texts = Texts {
    templates: templates::ALL,
    pages: [
        readme::repository,
        docs::migration,
        docs::operations,
        docs::security,
    ],
    root: [
        |_, environment| hcl(&root::terraform(&place(environment))),
        |_, environment| hcl(&root::backend(environment)),
        |_, environment| hcl(&root::providers(environment)),
        |_, environment| hcl(&main::compose(environment)),
        |_, environment| hcl(&variables::compose(environment)),
        |_, environment| hcl(&outputs::compose(environment)),
        |blueprint, environment| hcl(&tfvars::compose(blueprint, environment)),
        readme::environment,
    ],
    bootstrap: |blueprint, place| hcl(&bootstrap::values(blueprint, place)),
};

/// None of them: each file is empty, but for the few that no feature has a part in.
pub static OUTLINE: Texts = Texts {
    templates: templates::NAMES,
    pages: [|_| empty(); PAGES.len()],
    root: [|_, _| empty(); ROOT.len()],
    bootstrap: |_, _| empty(),
};

fn empty() -> File {
    File::generated(Vec::new())
}

impl Texts {
    /// The pages about the tree as a whole, each with its path.
    pub(super) fn pages(
        &self,
        blueprint: &Blueprint,
    ) -> impl Iterator<Item = (&'static str, File)> {
        let files = self.pages.iter().map(|write| write(blueprint));
        PAGES.into_iter().zip(files)
    }

    /// The files of an environment's root, each with its path inside it.
    pub(super) fn root(
        &self,
        blueprint: &Blueprint,
        environment: &Environment,
    ) -> impl Iterator<Item = (&'static str, File)> {
        let files = self.root.iter().map(|write| write(blueprint, environment));
        ROOT.into_iter().zip(files)
    }
}
