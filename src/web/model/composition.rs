//! What a spec composes to.

use std::ptr;

use composer_core::compose::FileWriters;
use composer_core::{Blueprint, Tree, compose};

/// What the preview shows and the download packs.
#[derive(Clone)]
pub(crate) struct Composition {
    /// What it was composed from.
    pub(crate) blueprint: Blueprint,
    /// The files.
    pub(crate) tree: Tree,
    /// The name of the archive and of its one folder.
    pub(crate) folder: String,
    /// What wrote its files.
    writers: &'static FileWriters,
}

/// The same spec composes to the same files, but for writers that are not loaded yet.
impl PartialEq for Composition {
    fn eq(&self, other: &Self) -> bool {
        self.blueprint.spec() == other.blueprint.spec()
            && ptr::eq(self.writers, other.writers)
            && self.is_empty() == other.is_empty()
    }
}

impl Composition {
    /// What `blueprint` composes to with `writers`.
    #[must_use]
    pub(crate) fn of(blueprint: Blueprint, writers: &'static FileWriters) -> Self {
        Self::after(None, blueprint, writers)
    }

    /// The same after another one, from which is taken what has not changed.
    #[must_use]
    pub(crate) fn after(
        before: Option<&Self>,
        blueprint: Blueprint,
        writers: &'static FileWriters,
    ) -> Self {
        let before = before.filter(|before| ptr::eq(before.writers, writers) && !before.is_empty());
        Self {
            tree: compose::compose_from(
                &blueprint,
                writers,
                before.map(|before| (&before.blueprint, &before.tree)),
            ),
            folder: compose::folder(&blueprint),
            blueprint,
            writers,
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

    /// Whether nothing is composed.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    /// How many resources Terraform makes in all of the files.
    #[must_use]
    pub(crate) fn resources(&self) -> usize {
        let environments = self.blueprint.environments.iter();
        environments.map(|environment| environment.resources).sum()
    }

    /// The same with `writers`.
    #[must_use]
    pub(crate) fn with_writers(&self, writers: &'static FileWriters) -> Self {
        if self.is_empty() {
            return Self {
                writers,
                ..self.clone()
            };
        }
        Self::of(self.blueprint.clone(), writers)
    }

    /// The spec as a file, which is in the tree.
    #[must_use]
    pub(crate) fn spec_file(&self) -> Option<&str> {
        Some(&self.tree.file("composition.toml")?.text)
    }

    /// How many Terraform modules are in it.
    #[must_use]
    pub(crate) fn modules(&self) -> usize {
        let folder = "terraform/modules/";
        let files = self.tree.files();
        let of_module = files.filter_map(|(path, _)| path.strip_prefix(folder)?.split('/').next());
        let mut modules: Vec<&str> = of_module.collect();
        // Files are sorted: those of a module stand side by side.
        modules.dedup();
        modules.len()
    }
}
