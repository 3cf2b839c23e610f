//! What a spec composes to.

use composer_core::{Blueprint, PlacedEnvironment, Tree, compose, manifest};

use crate::model::words::count;

/// Composes after an earlier blueprint and its tree.
pub(crate) type Compose = fn(&Blueprint, Option<(&Blueprint, &Tree)>) -> Tree;

/// What the preview shows and the download packs.
#[derive(Clone)]
pub(crate) struct Composition {
    /// What it was composed from.
    pub(crate) blueprint: Blueprint,
    /// The files. None as long as nothing can compose them.
    pub(crate) tree: Tree,
    /// The name of the archive and of its one folder.
    pub(crate) folder: String,
    /// What composed its files.
    compose: Option<Compose>,
}

/// The same spec composes to the same files, once these can be composed.
impl PartialEq for Composition {
    fn eq(&self, other: &Self) -> bool {
        self.blueprint.spec() == other.blueprint.spec()
            && self.compose.is_some() == other.compose.is_some()
            && self.is_empty() == other.is_empty()
    }
}

impl Composition {
    /// What `blueprint` composes to.
    #[must_use]
    pub(crate) fn of(blueprint: Blueprint, compose: Option<Compose>) -> Self {
        Self::after(None, blueprint, compose)
    }

    /// The same after another one, from which is taken what has not changed.
    #[must_use]
    pub(crate) fn after(
        before: Option<&Self>,
        blueprint: Blueprint,
        compose: Option<Compose>,
    ) -> Self {
        let before = before.map(|before| (&before.blueprint, &before.tree));
        let composed = compose.map(|compose| compose(&blueprint, before));
        Self {
            tree: composed.unwrap_or_default(),
            folder: compose::folder(&blueprint),
            blueprint,
            compose,
        }
    }

    /// No files and no environments: for a spec that was opened and of which nothing can be composed.
    #[must_use]
    pub(crate) fn emptied(&self) -> Self {
        let mut emptied = self.clone();
        emptied.blueprint.environments.clear();
        emptied.tree = Tree::default();
        emptied
    }

    /// Whether it has no environments, and so no files.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.blueprint.environments.is_empty()
    }

    /// How many resources Terraform makes in all of the files.
    #[must_use]
    pub(crate) fn resources(&self) -> usize {
        let environments = self.blueprint.environments.iter();
        environments.map(PlacedEnvironment::resources).sum()
    }

    /// The same, its files by `compose`.
    #[must_use]
    pub(crate) fn composed(&self, compose: Option<Compose>) -> Self {
        if self.is_empty() {
            return Self {
                compose,
                ..self.clone()
            };
        }
        Self::of(self.blueprint.clone(), compose)
    }

    /// The spec as a file, which is in the tree.
    #[must_use]
    pub(crate) fn spec_file(&self) -> Option<&str> {
        Some(&self.tree.file("composition.toml")?.text)
    }

    /// How many Terraform modules are in it.
    fn modules(&self) -> usize {
        let folder = "terraform/modules/";
        let files = self.tree.files();
        let of_module = files.filter_map(|(path, _)| path.strip_prefix(folder)?.split('/').next());
        let mut modules: Vec<&str> = of_module.collect();
        // Files are sorted: those of a module stand side by side.
        modules.dedup();
        modules.len()
    }
}

/// How much a composition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amounts {
    /// How many resources Terraform makes.
    pub(crate) resources: usize,
    /// How many files a download has: those that are composed and those of its manifest.
    pub(crate) files: usize,
    /// How many Terraform modules are in them.
    pub(crate) modules: usize,
}

impl Amounts {
    /// Those of `composition`.
    pub(crate) fn of(composition: &Composition) -> Self {
        Self {
            resources: composition.resources(),
            files: match composition.tree.len() {
                0 => 0,
                composed => composed + manifest::PATHS.len(),
            },
            modules: composition.modules(),
        }
    }

    /// In a line: `588 resources in 214 files, 15 modules`.
    pub(crate) fn in_words(self) -> String {
        format!(
            "{} in {}, {}",
            count(self.resources, "resource"),
            count(self.files, "file"),
            count(self.modules, "module")
        )
    }
}
