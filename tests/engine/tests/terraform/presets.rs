//! Each preset from nothing to running and back.

use std::collections::BTreeMap;
use std::fs;

use composer_core::{check, inventory, read};
use engine_tests::{Root, Tree, spec};

/// The life of an environment: formatted, initialised, valid, applied, nothing left to do, destroyed.
fn live(tree: &Tree, environment: &str, is_protected: bool) {
    let root = tree.environment(environment);
    root.initialise();
    root.apply(&[]);
    root.expect_no_changes(&[]);
    expect_outputs(&root);
    expect_inventory(tree, &root, environment);
    if is_protected {
        let said = root.with_variables(&["destroy", "-no-color", "-auto-approve"], &[]);
        assert_eq!(said.code, 1, "destroy is not refused\n{}", said.text);
        assert!(said.text.contains("protection"), "{}", said.text);
        root.apply(&["-var=deletion_protection=false"]);
    }
    let said = root.with_variables(
        &["destroy", "-no-color", "-auto-approve"],
        &["-var=deletion_protection=false"],
    );
    root.succeed(&said, "destroy");
    let left = root.terraform(&["state", "list"]);
    assert_eq!((left.code, left.text.as_str()), (0, ""));
}

/// Services are made with no tasks; what is wanted is an output, by the same names as the services.
fn expect_outputs(root: &Root) {
    let counts = root.output("service_desired_counts");
    let names = root.output("service_names");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&counts), keys(&names));
    let state = root.terraform(&["show", "-json"]);
    let state: serde_json::Value = serde_json::from_str(&state.text).unwrap();
    let mut services = Vec::new();
    collect(
        &state["values"]["root_module"],
        "aws_ecs_service",
        &mut services,
    );
    assert!(services.len() >= keys(&names).len());
    for service in services {
        assert_eq!(
            service["values"]["desired_count"], 0,
            "{}",
            service["address"]
        );
    }
}

/// What the page says that will exist is what Terraform has made.
fn expect_inventory(tree: &Tree, root: &Root, name: &str) {
    let spec = fs::read_to_string(tree.path().join("composition.toml")).unwrap();
    let blueprint = check(&read::read_toml(&spec).spec).blueprint.unwrap();
    let environment = blueprint
        .environments
        .iter()
        .find(|environment| environment.name == name)
        .unwrap();
    let state = root.terraform(&["show", "-json"]);
    let state: serde_json::Value = serde_json::from_str(&state.text).unwrap();
    let mut made = BTreeMap::new();
    let mut modules = vec![&state["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
        for resource in module["resources"].as_array().into_iter().flatten() {
            if resource["mode"] == "managed" {
                let kind = resource["type"].as_str().unwrap().to_owned();
                *made.entry(kind).or_default() += 1;
            }
        }
    }
    let said: BTreeMap<String, usize> = inventory::resources(environment)
        .into_iter()
        .map(|(kind, count)| (kind.to_owned(), count))
        .collect();
    assert_eq!(said, made);
}

fn collect<'a>(module: &'a serde_json::Value, kind: &str, found: &mut Vec<&'a serde_json::Value>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["type"] == kind {
            found.push(resource);
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        collect(child, kind, found);
    }
}

#[track_caller]
fn expect_formatted(tree: &Tree) {
    let said = tree
        .root(".", &[])
        .terraform(&["fmt", "-check", "-recursive", "-diff"]);
    assert_eq!((said.code, said.text.as_str()), (0, ""));
}

#[test]
fn standard_dev() {
    let tree = Tree::of(&spec("standard", &[]));
    expect_formatted(&tree);
    live(&tree, "dev", false);
}

#[test]
fn standard_bench() {
    live(&Tree::of(&spec("standard", &[])), "bench", false);
}

#[test]
fn standard_prod() {
    live(&Tree::of(&spec("standard", &[])), "prod", true);
}

#[test]
fn dev_lean() {
    live(&Tree::of(&spec("dev-lean", &[])), "dev", false);
}

#[test]
fn ha_prod() {
    live(&Tree::of(&spec("ha-prod", &[])), "prod", true);
}

#[test]
fn what_is_open_is_asked_for() {
    let tree = Tree::of(&spec("dev-lean", &[]));
    let root = tree.environment("dev");
    root.initialise();
    let said = root.terraform(&["plan", "-no-color", "-input=false"]);
    assert_eq!(said.code, 1);
    for variable in [
        "temporal_image",
        "admin_tools_image",
        "dsql_endpoint",
        "dsql_cluster_arn",
    ] {
        assert!(
            said.text.contains(&format!(
                "The root module input variable \"{variable}\" is not set"
            )),
            "{}",
            said.text
        );
    }
}

#[test]
fn an_environment_refuses_what_its_variables_forbid() {
    let tree = Tree::of(&spec("dev-lean", &[]));
    let root = tree.environment("dev");
    root.initialise();
    for (variable, expected) in [
        (
            "-var=history={cpu=1}",
            "history.cpu must be a whole number from 256 to 196608",
        ),
        (
            "-var=network={nat=\"none\"}",
            "network.nat must be `single` or `per-az`.",
        ),
        (
            "-var=network={vpc_cidr=\"10.0.0.0/8\"}",
            "network.vpc_cidr must be an IPv4 network from /16 to /20",
        ),
        (
            "-var=compute={max_count=1}",
            "compute.max_count must not be less than compute.instance_count",
        ),
        (
            "-var=compute={instance_type=\"m5.large\"}",
            "compute.instance_type must be a Graviton type",
        ),
        (
            "-var=log_retention_days=8",
            "log_retention_days must be one of 1, 3, 5",
        ),
        ("-var=project=a-very-long-name", "project must have 2 to 13"),
    ] {
        let said = root.with_variables(&["plan", "-no-color"], &[variable]);
        let text = said.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replace("│ ", "");
        assert_eq!(said.code, 1, "{variable}");
        assert!(text.contains(expected), "{variable}\n{}", said.text);
    }
}

#[test]
fn bootstrap_applies_once_for_each_account_and_region() {
    let tree = Tree::of(&spec("standard", &["environments.bench.region=us-east-1"]));
    let root = tree.root("terraform/bootstrap", &[]);
    root.initialise();
    for place in ["eu-west-1", "us-east-1"] {
        let said = root.terraform(&["workspace", "new", place]);
        assert_eq!(said.code, 0, "{}", said.text);
        let values = format!("-var-file={place}.tfvars");
        root.apply(&[&values]);
        root.expect_no_changes(&[&values]);
        assert_eq!(
            root.output("default_state_bucket"),
            format!("temporal-tfstate-123456789012-{place}")
        );
    }
}
