//! Releases: a folder that the last one composed is updated by this version, and loses nothing. `tests/releases` has of each
//! release what is in the folder `.composer` of a download: everything that can be on, in one environment.
//!
//! To release, raise the version in Cargo.toml, add its section to UPGRADING.md, and run
//! `RELEASE=1 cargo test --workspace --test integration -- releases`, which adds the folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use composer_core::catalog::replacement::Holds;
use composer_core::compose::moved::{self, Move};
use composer_core::losses::{Action, Files, Loss, Terraform, losses};
use composer_core::manifest::{self, BASE, FormerComposition, MANIFEST, with_manifest};
use composer_core::{Tree, check, compose, read};
use tempfile::TempDir;

use crate::harness::varied_trees;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ROOT: &str = "terraform/envs/dev";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn number(version: &str) -> Vec<u32> {
    let parts = version.split('.');
    parts.map(|part| part.parse().unwrap()).collect()
}

/// The releases, the oldest first.
fn releases() -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(repository().join("tests/releases"))
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), entry.path())
        })
        .collect();
    found.sort_by_key(|(version, _)| number(version));
    found
}

fn composed(folder: &Path) -> FormerComposition {
    let [manifest, base] = [MANIFEST, BASE].map(|name| {
        let name = name.rsplit('/').next().unwrap();
        fs::read_to_string(folder.join(name)).unwrap()
    });
    manifest::read(&manifest, &base).unwrap()
}

/// The same composition by this version.
fn by_this_version(tree: &Tree) -> Tree {
    let spec = read::read(&tree.file("composition.toml").unwrap().text).spec;
    compose(&check(&spec).blueprint.unwrap())
}

fn files(tree: &Tree) -> Files<'_> {
    let files = tree.files();
    files
        .map(|(path, file)| (path, file.text.as_ref()))
        .collect()
}

fn write(tree: &Tree, folder: &Path) {
    for (path, file) in tree.files() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.text.as_bytes()).unwrap();
    }
}

/// What a release loses by an apply: what goes, and what holds something and is replaced.
fn lost(before: &Files<'_>, after: &Files<'_>) -> Vec<Loss> {
    let [before, after] = [before, after].map(|files| Terraform::from(files.clone()));
    let mut lost = losses(&before, &after, ROOT).unwrap();
    lost.retain(|it| it.action == Action::Destroy || it.holds != Holds::Nothing);
    lost
}

#[test]
fn releases_are_numbered_and_this_version_is_the_last_or_a_later_one() {
    if env::var_os("RELEASE").is_some() {
        let (_, tree) = varied_trees()
            .into_iter()
            .find(|(name, _)| name == "everything")
            .unwrap();
        let folder = repository().join("tests/releases").join(VERSION);
        fs::create_dir_all(&folder).unwrap();
        let tree = with_manifest(tree);
        for path in [MANIFEST, BASE] {
            let name = path.rsplit('/').next().unwrap();
            fs::write(folder.join(name), tree.file(path).unwrap().text.as_bytes()).unwrap();
        }
    }
    let releases = releases();
    let upgrading = fs::read_to_string(repository().join("UPGRADING.md")).unwrap();
    let sections: Vec<&str> = upgrading
        .lines()
        .filter_map(|line| line.strip_prefix("## To "))
        .collect();
    for (version, folder) in &releases {
        assert_eq!(composed(folder).manifest.composer, *version);
        assert!(
            sections.contains(&version.as_str()),
            "UPGRADING.md has no section of {version}"
        );
    }
    let (last, _) = releases.last().expect("a release");
    assert!(
        number(VERSION) >= number(last),
        "{VERSION} is older than {last}"
    );
    assert!(
        sections.contains(&VERSION),
        "UPGRADING.md has no section of {VERSION}"
    );
}

/// An address that changes needs a row in `MOVES`; else Terraform destroys what has the former one.
#[test]
fn an_update_from_the_last_release_loses_nothing() {
    let (_, folder) = releases().pop().unwrap();
    let before = composed(&folder).tree;
    let after = by_this_version(&before);
    assert_eq!(lost(&files(&before), &files(&after)), []);

    // And it would be found.
    let renamed = |path: &str, text: &str| match path {
        "terraform/modules/dsql/main.tf" | "terraform/modules/dsql/outputs.tf" => text
            .replace("aws_dsql_cluster\" \"this\"", "aws_dsql_cluster\" \"main\"")
            .replace("aws_dsql_cluster.this", "aws_dsql_cluster.main"),
        _ => text.to_owned(),
    };
    let mut texts: BTreeMap<&str, String> = after
        .files()
        .map(|(path, file)| (path, renamed(path, &file.text)))
        .collect();
    let former = files(&before);
    let present: Files<'_> = texts
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let found = lost(&former, &present);
    let addresses: Vec<(&str, Action)> = found
        .iter()
        .map(|it| (it.address.as_str(), it.action))
        .collect();
    assert_eq!(
        addresses[0],
        ("module.dsql.aws_dsql_cluster.this", Action::Destroy)
    );

    // A row makes it a change of name.
    let spec = read::read(&before.file("composition.toml").unwrap().text).spec;
    let checked = check(&spec);
    let environment = &checked.environments()[0].environment;
    let row = |from, to| Move {
        since: "9.0.0",
        from,
        to,
    };
    let moves = [
        row(
            "module.dsql.aws_dsql_cluster.this",
            "module.dsql.aws_dsql_cluster.main",
        ),
        row("module.nowhere.aws_vpc.this", "module.nowhere.aws_vpc.main"),
    ];
    let text = moved::text(&moves, environment);
    assert!(!text.contains("nowhere"), "{text}");
    texts.insert("terraform/envs/dev/moved.tf", text);
    let present: Files<'_> = texts
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(lost(&former, &present), []);
}

#[test]
fn this_version_updates_what_the_last_release_composed() {
    let (version, release) = releases().pop().unwrap();
    let before = composed(&release).tree;
    let folder = TempDir::new().unwrap();
    write(&before, folder.path());
    fs::create_dir(folder.path().join(".composer")).unwrap();
    for name in ["manifest.json", "base"] {
        fs::copy(
            release.join(name),
            folder.path().join(".composer").join(name),
        )
        .unwrap();
    }
    let edited = folder.path().join("terraform/modules/vpc/main.tf");
    let text = fs::read_to_string(&edited).unwrap();
    fs::write(&edited, format!("{text}\n# Ours.\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
        .arg("update")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "from {version}: {said}");
    let expected = with_manifest(by_this_version(&before));
    for (path, file) in expected.files() {
        let there = fs::read_to_string(folder.path().join(path)).unwrap();
        if folder.path().join(path) == edited {
            assert!(there.ends_with("\n# Ours.\n"), "the edit is gone");
        } else if path != ".composer/.gitattributes" {
            assert!(there == *file.text, "{path} differs from a fresh export");
        }
    }
}
