//! What a spec composes to.

use std::ptr;

use composer_core::compose::Texts;
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
    /// Where its texts are from.
    texts: &'static Texts,
}

/// The same spec composes to the same files, but for texts that are not loaded yet.
impl PartialEq for Composition {
    fn eq(&self, other: &Self) -> bool {
        self.blueprint.spec() == other.blueprint.spec() && ptr::eq(self.texts, other.texts)
    }
}

impl Composition {
    /// What `blueprint` composes to with `texts`.
    #[must_use]
    pub(crate) fn of(blueprint: Blueprint, texts: &'static Texts) -> Self {
        Self::after(None, blueprint, texts)
    }

    /// The same after another one, from which is taken what has not changed.
    #[must_use]
    pub(crate) fn after(
        before: Option<&Self>,
        blueprint: Blueprint,
        texts: &'static Texts,
    ) -> Self {
        let before = before.filter(|before| ptr::eq(before.texts, texts));
        Self {
            tree: compose::compose_from(
                &blueprint,
                texts,
                before.map(|before| (&before.blueprint, &before.tree)),
            ),
            folder: compose::folder(&blueprint),
            blueprint,
            texts,
        }
    }

    /// How many resources Terraform makes in all of the files.
    #[must_use]
    pub(crate) fn resources(&self) -> usize {
        let environments = self.blueprint.environments.iter();
        environments.map(|environment| environment.resources).sum()
    }

    /// The same with `texts`.
    #[must_use]
    pub(crate) fn with_texts(&self, texts: &'static Texts) -> Self {
        Self::of(self.blueprint.clone(), texts)
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
