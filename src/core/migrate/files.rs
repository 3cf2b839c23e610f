//! The files of a migration: scripts, blocks, values and the page that says how they are used.

use super::plan::Migration;
use super::{blocks, page};
use crate::compose::compose;
use crate::path::FieldPath;
use crate::templates;
use crate::tree::{File, Tree};

impl Migration {
    /// The files: scripts, blocks, values and the page that says how they are used.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let composed = compose(&self.blueprint);
        let copied = |path: &str| {
            composed
                .file(path)
                .cloned()
                .unwrap_or_else(|| unreachable!("every tree has {path}"))
        };
        let mut tree = Tree::default();
        tree.add("MIGRATION.md", page::page(self));
        tree.add("composition.toml", copied("composition.toml"));
        tree.add(
            "terraform.tfvars",
            blocks::values(
                self,
                &copied(&format!(
                    "terraform/envs/{}/terraform.tfvars",
                    self.environment
                )),
            ),
        );
        tree.add("moved.tf", blocks::moved(self));
        tree.add("imports.tf", blocks::imports(self));
        tree.add("moves.sh", blocks::moves(self));
        tree.add("leftovers/main.tf", blocks::leftovers(self));
        for (path, text) in templates::below("migration") {
            let mut file = File::copied(text, FieldPath::root());
            file.executable = path.ends_with(".sh");
            tree.add(path, file);
        }
        tree
    }
}
