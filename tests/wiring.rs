//! Roots and modules fit together, without Terraform: every argument is declared, every required one given, every
//! reference leads to something.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::Tree;
use hcl::Body;

use crate::harness::varied_trees;

struct Module {
    required: BTreeSet<String>,
    optional: BTreeSet<String>,
    outputs: BTreeSet<String>,
}

fn parse(tree: &Tree, path: &str) -> Body {
    hcl::parse(&tree.file(path).unwrap_or_else(|| panic!("no {path}")).text).unwrap()
}

fn labels(body: &Body, kind: &str) -> BTreeSet<String> {
    body.blocks()
        .filter(|block| block.identifier() == kind)
        .map(|block| block.labels()[0].as_str().to_owned())
        .collect()
}

fn module(tree: &Tree, folder: &str) -> Module {
    let mut found = Module {
        required: BTreeSet::new(),
        optional: BTreeSet::new(),
        outputs: BTreeSet::new(),
    };
    let prefix = format!("{folder}/");
    for (path, file) in tree.files() {
        let Some(name) = path.strip_prefix(&prefix) else {
            continue;
        };
        if !name.ends_with(".tf") {
            continue;
        }
        let body = hcl::parse(&file.text).unwrap();
        for block in body
            .blocks()
            .filter(|block| block.identifier() == "variable")
        {
            let has_default = block
                .body()
                .attributes()
                .any(|attribute| attribute.key() == "default");
            let set = if has_default {
                &mut found.optional
            } else {
                &mut found.required
            };
            set.insert(block.labels()[0].as_str().to_owned());
        }
        found.outputs.extend(labels(&body, "output"));
    }
    found
}

/// What follows `prefix` in `text`: every name that is referred to.
fn references<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    text.match_indices(prefix)
        .filter(|(at, _)| {
            !text[..*at]
                .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '/')
        })
        .map(|(at, _)| {
            let rest = &text[at + prefix.len()..];
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            &rest[..end]
        })
        .collect()
}

#[test]
fn every_root_fits_its_modules() {
    for (name, tree) in varied_trees() {
        let environments: BTreeSet<String> = tree
            .files()
            .filter_map(|(path, _)| {
                path.strip_prefix("terraform/envs/")?
                    .split('/')
                    .next()
                    .map(str::to_owned)
            })
            .collect();
        assert!(!environments.is_empty());
        for environment in environments {
            check_root(&tree, &environment, &name);
        }
    }
}

fn check_root(tree: &Tree, environment: &str, tree_name: &str) {
    let folder = format!("terraform/envs/{environment}");
    let main = parse(tree, &format!("{folder}/main.tf"));
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for block in main.blocks().filter(|block| block.identifier() == "module") {
        let label = block.labels()[0].as_str().to_owned();
        let source = block
            .body()
            .attributes()
            .find(|attribute| attribute.key() == "source")
            .unwrap();
        let hcl::Expression::String(source) = source.expr() else {
            panic!()
        };
        let target = source.strip_prefix("../../modules/").unwrap();
        let module = module(tree, &format!("terraform/modules/{target}"));
        let given: BTreeSet<String> = block
            .body()
            .attributes()
            .map(|attribute| attribute.key().to_owned())
            .filter(|key| key != "source" && key != "for_each")
            .collect();
        for argument in &given {
            assert!(
                module.required.contains(argument) || module.optional.contains(argument),
                "{tree_name}: {environment}: module {label} has no variable {argument}"
            );
        }
        for argument in &module.required {
            assert!(
                given.contains(argument),
                "{tree_name}: {environment}: module {label} needs {argument}"
            );
        }
        modules.insert(label, module);
    }
    let declared = labels(&parse(tree, &format!("{folder}/variables.tf")), "variable");
    let mut used = BTreeSet::new();
    for file in [
        "main.tf",
        "locals.tf",
        "checks.tf",
        "outputs.tf",
        "providers.tf",
    ] {
        let text = &tree.file(&format!("{folder}/{file}")).unwrap().text;
        for variable in references(text, "var.") {
            assert!(
                declared.contains(variable),
                "{tree_name}: {environment}/{file}: var.{variable} is not declared"
            );
            used.insert(variable.to_owned());
        }
        for label in references(text, "module.") {
            let Some(module) = modules.get(label) else {
                panic!("{tree_name}: {environment}/{file}: there is no module.{label}");
            };
            for suffix in [
                "",
                "[\"frontend\"]",
                "[each.key]",
                "[\"ui\"]",
                "[\"benchmark-generator\"]",
            ] {
                for output in references(text, &format!("module.{label}{suffix}.")) {
                    assert!(
                        module.outputs.contains(output),
                        "{tree_name}: {environment}/{file}: module.{label} has no output {output}"
                    );
                }
            }
        }
    }
    for variable in &declared {
        assert!(
            used.contains(variable),
            "{tree_name}: {environment}: var.{variable} is declared but not used"
        );
    }
    let values = parse(tree, &format!("{folder}/terraform.tfvars"));
    for attribute in values.attributes() {
        assert!(
            declared.contains(attribute.key()),
            "{tree_name}: {environment}: {} has no variable",
            attribute.key()
        );
    }
    // What the README reads are outputs that exist.
    let outputs = labels(&parse(tree, &format!("{folder}/outputs.tf")), "output");
    let readme = &tree.file(&format!("{folder}/README.md")).unwrap().text;
    for output in references(readme, "(value .")
        .into_iter()
        .filter(|output| !output.is_empty())
    {
        assert!(
            outputs.contains(output),
            "{tree_name}: {environment}: the README reads {output}"
        );
    }
}
