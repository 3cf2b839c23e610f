//! Each module's own tests, the ones that its users run.

use std::fs;
use std::path::Path;

use composer_core::templates;
use engine_tests::{Tree, spec};

#[test]
fn every_modules_tests_pass() {
    let tree = Tree::of(&spec(
        "standard",
        &[
            "environments.dev.dsql.mode=create",
            "environments.dev.enabled=true",
        ],
    ));
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

/// Runs `terraform test` in a folder and returns how many runs passed.
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
