//! Where the roots call a copied module.

use composer_core::Tree;

/// A call of a module: the environment, and file and line where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The environment's name.
    pub(crate) environment: String,
    /// The file.
    pub(crate) path: String,
    /// The line, from zero.
    pub(crate) line: usize,
}

/// The module that the file at `path` is part of.
#[must_use]
pub(crate) fn module_of(path: &str) -> Option<&str> {
    let (module, _) = path.strip_prefix("terraform/modules/")?.split_once('/')?;
    Some(module)
}

/// Where `module` is called.
#[must_use]
pub(crate) fn calls(tree: &Tree, module: &str) -> Vec<Call> {
    let source = format!("\"../../modules/{module}\"");
    let mut calls = Vec::new();
    for (path, file) in tree.files() {
        let environment = path
            .strip_prefix("terraform/envs/")
            .and_then(|inside| inside.strip_suffix("/main.tf"));
        let Some(environment) = environment else {
            continue;
        };
        let mut begins = 0;
        for (line, text) in file.text.lines().enumerate() {
            if text.starts_with("module ") {
                begins = line;
            }
            if text.trim_start().starts_with("source") && text.ends_with(&source) {
                calls.push(Call {
                    environment: environment.to_owned(),
                    path: path.to_owned(),
                    line: begins,
                });
            }
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{check, compose, presets};

    fn tree() -> Tree {
        let spec = presets::find("standard").unwrap().spec();
        compose(&check(&spec).blueprint.unwrap())
    }

    #[test]
    fn a_module_is_called_where_it_is_used() {
        let tree = tree();
        let called = |module: &str| -> Vec<(String, String)> {
            calls(&tree, module)
                .into_iter()
                .map(|call| {
                    let file = tree.file(&call.path).unwrap();
                    let text = file.text.lines().nth(call.line).unwrap();
                    (call.environment, text.to_owned())
                })
                .collect()
        };
        let row = |environment: &str, text: &str| (environment.to_owned(), text.to_owned());
        assert_eq!(
            called("benchmark"),
            [row("bench", "module \"benchmark\" {")]
        );
        assert_eq!(
            called("temporal-service"),
            ["bench", "dev", "prod"].map(|name| row(name, "module \"temporal_service\" {"))
        );
        assert_eq!(module_of("terraform/modules/vpc/main.tf"), Some("vpc"));
        assert_eq!(module_of("terraform/envs/dev/main.tf"), None);
    }

    #[test]
    fn every_copied_module_has_a_call() {
        let tree = tree();
        for (path, _) in tree.files() {
            if let Some(module) = module_of(path) {
                assert!(!calls(&tree, module).is_empty(), "{module}");
            }
        }
    }
}
