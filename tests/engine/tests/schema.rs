//! What asks the provider for its schema and for nothing else, so that it needs neither an account nor the stand-in:
//! `cargo xtask test --provider real` runs it against the real one.
#![allow(missing_docs, reason = "tests say what they are by their names")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use composer_core::switches::switch_all;
use composer_core::templates;
use engine_tests::{Tree, mirror, spec};
use xtask::provider;

/// A tree with every module in it.
fn everything() -> Tree {
    let mut spec = spec(
        "standard",
        &[
            "environments.dev.dsql.mode=create",
            "environments.dev.compute.instance_count=4",
        ],
    );
    switch_all(&mut spec, "dev", true);
    Tree::of(&spec)
}

#[test]
fn every_root_is_valid() {
    let tree = everything();
    for environment in ["dev", "bench", "prod"] {
        tree.environment(environment).initialise();
    }
}

/// The tests that a module brings for its users.
#[test]
fn every_modules_tests_pass() {
    let tree = everything();
    let mut run = 0;
    for entry in fs::read_dir(tree.path().join("terraform/modules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        run += test(&tree, &format!("terraform/modules/{name}"));
    }
    run += test(&tree, "terraform/bootstrap");
    let files = templates::ALL
        .iter()
        .filter(|(path, _)| path.ends_with(".tftest.hcl"))
        .count();
    assert!(run >= files, "{run} runs in {files} files");
}

/// Initialises and validates a folder, runs `terraform test` in it and returns how many runs passed.
fn test(tree: &Tree, folder: &str) -> usize {
    let root = tree.root(folder, &[]);
    root.initialise();
    assert!(
        Path::new(root.path()).join("tests").is_dir(),
        "{folder} has no tests"
    );
    let said = root.terraform(&["test", "-no-color"]);
    assert_eq!(said.code, 0, "{folder}\n{}", said.text);
    let summary = said
        .text
        .lines()
        .find_map(|line| line.strip_prefix("Success! "))
        .unwrap_or_else(|| panic!("{folder}\n{}", said.text));
    summary
        .split(' ')
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or_else(|| panic!("{summary}"))
}

/// The file with which Terraform takes providers from `folder` and nowhere else.
fn only(folder: &Path) -> PathBuf {
    let file = folder.join("terraformrc");
    let folder = folder.display();
    let text = format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = \"{folder}\"\n  }}\n}}\n"
    );
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn the_real_provider_comes_from_the_mirror_that_the_user_names() {
    let found = provider::find(Command::new("terraform").env("TF_CLI_CONFIG_FILE", mirror()));
    assert_eq!(found.unwrap(), stand_in_provider::mirror::VERSION);
}

#[test]
fn without_the_real_provider_it_is_said_what_is_needed() {
    let empty = tempfile::tempdir().unwrap();
    let config = only(empty.path());
    let found = provider::find(Command::new("terraform").env("TF_CLI_CONFIG_FILE", config));
    let said = found.unwrap_err().to_string();
    for part in [
        "the real hashicorp/aws provider could not be had",
        "registry.terraform.io",
        "TF_CLI_CONFIG_FILE",
        // What Terraform itself says.
        "Failed to query available provider packages",
    ] {
        assert!(said.contains(part), "no `{part}`\n{said}");
    }
}
