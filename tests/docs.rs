//! The documents of the tree: what they refer to is there. `tests/engine` runs their commands and holds their tables to
//! what is applied.

use std::collections::BTreeSet;

use composer_core::Tree;

use crate::harness::{tree, varied_trees};

/// `folder/../name` without the detour.
fn resolve(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[test]
fn links_lead_to_files_of_the_tree() {
    for (name, tree) in varied_trees() {
        let files: BTreeSet<&str> = tree.files().map(|(path, _)| path).collect();
        let mut links = 0;
        for (path, file) in tree.files() {
            let is_copied =
                path.starts_with("terraform/modules/") || path.starts_with("terraform/bootstrap/");
            if !path.ends_with(".md") || is_copied {
                continue;
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for link in file
                .text
                .split("](")
                .skip(1)
                .map(|rest| rest.split(')').next().unwrap())
            {
                if !link.starts_with("https://") {
                    assert!(
                        files.contains(resolve(folder, link).as_str()),
                        "{name}: {path}: {link}"
                    );
                    links += 1;
                }
            }
        }
        assert!(links > 10, "{name}: {links}");
    }
}

/// The environments of a tree with the names of their outputs.
fn outputs(tree: &Tree) -> Vec<BTreeSet<&str>> {
    tree.files()
        .filter(|(path, _)| path.starts_with("terraform/envs/") && path.ends_with("/outputs.tf"))
        .map(|(_, file)| {
            file.text
                .lines()
                .filter_map(|line| line.strip_prefix("output \"")?.strip_suffix("\" {"))
                .collect()
        })
        .collect()
}

#[test]
fn outputs_that_are_named_are_in_every_root() {
    let mut found = 0;
    for (name, tree) in varied_trees() {
        let outputs = outputs(&tree);
        for path in ["docs/operations.md", "docs/security.md"] {
            let text = &tree.file(path).unwrap().text.replace('\n', " ");
            for named in text.split("output `").skip(1) {
                let output = named.split('`').next().unwrap();
                assert!(
                    outputs.iter().all(|names| names.contains(output)),
                    "{name}: {path}: {output}"
                );
                found += 1;
            }
        }
    }
    assert!(found >= 10, "{found}");
}

/// The reasons of findings stand at the resources alone. The page about security lists those of what is there.
#[test]
fn the_reasons_of_findings_are_listed() {
    const SKIP: &str = "#checkov:skip=";
    let (mut listed, mut given) = (BTreeSet::new(), BTreeSet::new());
    for (name, tree) in varied_trees() {
        let page = &tree.file("docs/security.md").unwrap().text;
        let (_, section) = page.split_once("## Findings of scanners").unwrap();
        for (path, file) in tree.files().filter(|(path, _)| path.ends_with(".tf")) {
            for line in file.text.lines() {
                let Some(comment) = line.trim_start().strip_prefix(SKIP) else {
                    continue;
                };
                let (id, reason) = comment.split_once(':').unwrap();
                assert!(reason.len() > 20, "{name}: {path}: {comment}");
                given.insert((id.to_owned(), reason.to_owned()));
            }
        }
        for line in section.lines().filter(|line| line.starts_with("| CKV")) {
            let cells: Vec<&str> = line.trim_matches(['|', ' ']).split(" | ").collect();
            let [id, _, reason] = cells[..] else {
                panic!("{name}: {line}");
            };
            listed.insert((id.to_owned(), reason.to_owned()));
        }
    }
    assert_eq!(listed, given);
    assert!(given.len() > 30, "{given:?}");
}

/// The value of an option in a command.
fn value<'a>(command: &'a str, option: &str) -> Option<&'a str> {
    let mut words = command.split_whitespace();
    words.find(|word| *word == option)?;
    words.next()
}

/// Where images have no version in their tags, the commands state two, one minor version apart: the same number twice reads
/// like a slip. Both kinds of images are told apart by what must be stated.
#[test]
fn the_upgrade_that_is_shown_goes_to_the_next_minor_version() {
    let (mut stated, mut tagged) = (0, 0);
    let mut trees = varied_trees();
    trees.push(("own".to_owned(), tree("ha-prod", &["images.source=own"])));
    for (name, tree) in trees {
        let page = &tree.file("docs/operations.md").unwrap().text;
        let (_, chapter) = page.split_once("## Upgrading Temporal\n").unwrap();
        let (chapter, _) = chapter.split_once("\n## ").unwrap();
        let commands: Vec<&str> = chapter
            .lines()
            .filter(|line| line.starts_with("scripts/upgrade.sh "))
            .collect();
        assert!(!commands.is_empty(), "{name}");
        for command in commands {
            let minor = |option| {
                let (major, minor) = value(command, option)?.split_once('.')?;
                Some((major, minor.parse::<u32>().ok()?))
            };
            let (Some((major, from)), Some(to)) = (minor("--from"), minor("--to")) else {
                assert!(command.contains("--image"), "{name}: {command}");
                assert!(chapter.contains("the same command without it"), "{name}");
                tagged += 1;
                continue;
            };
            assert_eq!(to, (major, from + 1), "{name}: {command}");
            for option in ["`--from` is the version that runs", "`--to` the version of"] {
                assert!(chapter.contains(option), "{name}: {option}");
            }
            stated += 1;
        }
    }
    assert!(stated > 0 && tagged > 0, "{stated}, {tagged}");
}
