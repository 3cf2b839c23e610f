//! Whole generated files as they should look, in `tests/golden`. After a change that is meant:
//! `BLESS=1 cargo test golden`, and read the difference as if it were code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use composer_core::Tree;

use crate::harness::{is_copied, varied_trees, walk};

/// The files that are generated: the copied modules, bootstrap and scripts are their own reference.
fn generated(tree: &Tree) -> Vec<(&str, &str)> {
    tree.files()
        .filter(|(path, _)| !is_copied(path))
        .map(|(path, file)| (path, file.text.as_ref()))
        .collect()
}

#[test]
fn generated_files_look_as_they_should() {
    for (name, tree) in varied_trees() {
        // The small one to read, and the one in which everything is on.
        if name != "dev-lean" && name != "everything" {
            continue;
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(&name);
        if env::var_os("BLESS").is_some() {
            bless(&folder, &tree);
        }
        let mut files = Vec::new();
        walk(&folder, &folder, &mut files);
        let found: BTreeSet<&str> = files.iter().map(String::as_str).collect();
        let expected: BTreeSet<&str> = generated(&tree).into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, expected, "{name}: which files there are");
        for (path, text) in generated(&tree) {
            let golden = fs::read_to_string(folder.join(path)).unwrap();
            assert!(
                golden == text,
                "{name}: {path} differs from {}\n{}",
                folder.join(path).display(),
                first_difference(&golden, text)
            );
        }
    }
}

fn bless(folder: &Path, tree: &Tree) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    for (path, text) in generated(tree) {
        let path: PathBuf = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn first_difference(golden: &str, text: &str) -> String {
    let (mut left, mut right) = (golden.lines(), text.lines());
    for line in 1.. {
        match (left.next(), right.next()) {
            (None, None) => break,
            (expected, found) if expected != found => {
                return format!("line {line}\n  golden:   {expected:?}\n  composed: {found:?}");
            }
            _ => {}
        }
    }
    "they differ in how they end".to_owned()
}
