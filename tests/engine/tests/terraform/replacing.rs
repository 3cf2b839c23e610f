//! What comes when something is replaced, and what stays when all of it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use engine_tests::{Root, Tree, spec};
use serde_json::Value as Json;

/// An environment with everything that is off in dev.
const EVERYTHING: &[&str] = &[
    "environments.dev.network.endpoints=true",
    "environments.dev.loki.enabled=true",
    "environments.dev.benchmark.enabled=true",
    "environments.dev.compute.instance_type=m8g.2xlarge",
];

/// Gives each security group of the modules another description, which AWS can't change in place.
fn describe_otherwise(modules: &Path) {
    for module in fs::read_dir(modules).unwrap() {
        for file in fs::read_dir(module.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "tf") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let mut is_group = false;
            let changed: String = text
                .split_inclusive('\n')
                .map(|line| {
                    if line.starts_with("resource ") {
                        is_group = line.starts_with("resource \"aws_security_group\" ");
                    }
                    if is_group && line.starts_with("  description = ") {
                        "  description = \"Described otherwise\"\n"
                    } else {
                        line
                    }
                })
                .collect();
            fs::write(&path, changed).unwrap();
        }
    }
}

#[test]
fn a_security_group_that_is_described_otherwise_is_made_beside_the_old_one() {
    let tree = Tree::of(&spec("dev-lean", EVERYTHING));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    describe_otherwise(&tree.path().join("terraform/modules"));

    let changes = root.changes(&[]);
    let groups: BTreeMap<&str, &[String]> = changes
        .iter()
        .filter(|(address, _)| address.contains(".aws_security_group."))
        .map(|(address, actions)| (address.as_str(), actions.as_slice()))
        .collect();
    assert_eq!(groups.len(), 16, "{groups:#?}");
    for (address, actions) in groups {
        assert_eq!(actions, ["create", "delete"], "{address}");
    }
    root.apply(&[]);
    root.expect_no_changes(&[]);
}

/// What there is of a type in the stand-in's world, by id.
fn in_the_world(root: &Root, kind: &str) -> BTreeSet<String> {
    let world = fs::read_to_string(root.path().join("stand-in-world.json")).unwrap();
    let mut there = BTreeSet::new();
    for line in world.lines() {
        let entry: Json = serde_json::from_str(line).unwrap();
        if entry["type"] == kind {
            let id = entry["id"].as_str().unwrap().to_owned();
            if entry["state"].is_null() {
                there.remove(&id);
            } else {
                there.insert(id);
            }
        }
    }
    there
}

#[test]
fn no_log_group_is_left_behind() {
    let tree = Tree::of(&spec("dev-lean", EVERYTHING));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    let insights = "/aws/ecs/containerinsights/temporal-dev-cluster/performance";
    assert!(in_the_world(&root, "aws_cloudwatch_log_group").contains(insights));
    let said = root.with_variables(&["destroy", "-no-color", "-auto-approve"], &[]);
    root.succeed(&said, "destroy");
    assert_eq!(
        in_the_world(&root, "aws_cloudwatch_log_group"),
        BTreeSet::new()
    );
}
