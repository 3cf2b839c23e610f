//! The flat root, applied once and copied by each test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use composer_core::migrate::flat::FLAT;
use engine_tests::Root;

use crate::stage::Stage;

/// Where Terraform keeps what it was told to make: `flat`, with its state, and `world.json`, with what is in AWS.
pub(crate) fn applied() -> &'static Path {
    static APPLIED: OnceLock<PathBuf> = OnceLock::new();
    APPLIED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("migration");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("flat");
        copy(&source, &folder.join("flat"));
        let root = root_in(&folder);
        root.initialise();
        root.apply(&[]);
        folder
    })
}

/// The flat root in a copy of the folder above.
pub(crate) fn root_in(folder: &Path) -> Root {
    with_world(Root::at(&folder.join("flat")), folder)
}

/// The root, in the AWS of that folder.
pub(crate) fn with_world(root: Root, folder: &Path) -> Root {
    let world = folder.join("world.json").to_str().unwrap().to_owned();
    root.with_environment(vec![("STAND_IN_WORLD".to_owned(), world)])
}

/// What `terraform state list` says.
pub(crate) fn list(root: &Root) -> Vec<String> {
    let said = root.terraform(&["state", "list"]);
    if said.text.contains("No state file was found!") {
        return Vec::new();
    }
    assert_eq!(said.code, 0, "{}", said.text);
    said.text.lines().map(str::to_owned).collect()
}

/// Files, folders and links, as they are.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_flat_root_is_the_one_of_the_table_and_at_rest() {
    let root = root_in(applied());
    let addresses = list(&root);
    let rows: BTreeSet<String> = addresses
        .iter()
        .map(|address| address.replace("[0]", "[#]").replace("[1]", "[#]"))
        .collect();
    let expected: BTreeSet<String> = FLAT.iter().map(|row| row.from.to_owned()).collect();
    assert_eq!(rows, expected);
    // What the command's own tests read is what Terraform says.
    let sorted = |text: &'static str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let addresses: BTreeSet<String> = addresses.into_iter().collect();
    assert_eq!(
        addresses,
        sorted(include_str!("../../../migrate/flat.list"))
    );
    let outputs: BTreeSet<String> = Stage::outputs(&root).into_keys().collect();
    assert_eq!(
        outputs,
        sorted(include_str!("../../../migrate/outputs.list"))
    );
    root.expect_no_changes(&[]);
}
