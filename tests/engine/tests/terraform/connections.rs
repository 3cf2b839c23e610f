//! The connections to DSQL, as Terraform counts them.

use std::collections::BTreeMap;
use std::fs;

use engine_tests::{Root, Tree, spec};
use serde_json::Value as Json;

/// Plans after an edit of `terraform.tfvars`, and expects the plan to say what is wrong with it.
#[track_caller]
fn expect_caught(root: &Root, edit: &str, expected: &str) {
    let values = root.path().join("terraform.tfvars");
    let composed = fs::read_to_string(&values).unwrap();
    fs::write(&values, format!("{composed}{edit}\n")).unwrap();
    let said = root.with_variables(&["plan", "-no-color"], &[]);
    fs::write(&values, composed).unwrap();
    let text = said
        .text
        .replace(['│', '╷', '╵'], " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        text.contains("Check block assertion failed") && text.contains(expected),
        "{edit}\n{}",
        said.text
    );
}

#[test]
fn a_later_edit_is_caught_by_the_plan() {
    let tree = Tree::of(&spec("ha-prod", &[]));
    let root = tree.environment("prod");
    root.initialise();
    for (edit, expected) in [
        (
            "history = { count = 60 }",
            "A deployment of all services may open 18150 DSQL connections, but the cluster allows 10000.",
        ),
        (
            "reservoir = { target_ready = 700 }",
            "The lease allows 10000 DSQL connections. A deployment of all services may open 68850",
        ),
        (
            "lease = { limit = 20000 }",
            "The lease allows 20000 DSQL connections. A deployment of all services may open 3570, and the cluster allows 10000.",
        ),
        (
            "lease = { limit = 3569 }",
            "The lease allows 3569 DSQL connections. A deployment of all services may open 3570",
        ),
        (
            "reservoir = { base_lifetime = \"58m\" }",
            "A connection lives up to 58m plus 2m, but DSQL closes it after 60m.",
        ),
        (
            "reservoir = { base_lifetime = \"10m\", guard_window = \"10m\" }",
            "The guard window of 10m is not less than the lifetime of 10m",
        ),
    ] {
        expect_caught(&root, edit, expected);
    }
}

/// The rows of the README's table by service: tasks, steady, while all are deployed.
fn readme_rows(root: &Root) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root.path().join("README.md")).unwrap();
    let section = text.split("## DSQL connections\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .skip(2)
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let numbers = [cells[1], cells[3], cells[4]].map(str::to_owned);
            (cells[0].to_owned(), numbers.to_vec())
        })
        .collect()
}

fn resources<'a>(module: &'a Json, kind: &str, found: &mut Vec<&'a Json>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["type"] == kind {
            found.push(&resource["values"]);
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        resources(child, kind, found);
    }
}

/// A variable of the server's container.
fn variable(definition: &Json, name: &str) -> Option<String> {
    let text = definition["container_definitions"].as_str().unwrap();
    let containers: Vec<Json> = serde_json::from_str(text).unwrap();
    containers
        .iter()
        .flat_map(|container| container["environment"].as_array().into_iter().flatten())
        .find(|variable| variable["name"] == name)
        .map(|variable| variable["value"].as_str().unwrap().to_owned())
}

/// The connections that a task may hold: those in use, by the server's configuration, and those that its four pools, or
/// its one with the limiter slots, keep ready, as far as it has blocks for them.
fn connections(definition: &Json) -> i64 {
    let config = variable(definition, "TEMPORAL_SERVER_CONFIG").unwrap();
    let mut lines = config.lines().map(str::trim);
    let in_use = lines
        .find_map(|line| line.strip_prefix("maxConns: "))
        .unwrap();
    let ready = variable(definition, "DSQL_RESERVOIR_TARGET_READY");
    let number = |text: &str| text.parse::<i64>().unwrap();
    let ready = ready.map_or(0, |text| number(&text));
    if variable(definition, "DSQL_TOKEN_BUCKET_ENABLED").is_none() {
        return number(in_use) + 4 * ready;
    }
    let all = number(in_use) + ready;
    match variable(definition, "DSQL_SLOT_BLOCK_SIZE") {
        Some(size) => {
            let size = number(&size);
            all.min((ready + size - 1) / size * size)
        }
        None => all,
    }
}

/// What Terraform would create, counted: tasks as wanted, connections as the containers are told, the deployment's
/// maximum as ECS rounds it.
fn counted(plan: &Json) -> BTreeMap<String, Vec<String>> {
    let planned = &plan["planned_values"];
    let mut services = Vec::new();
    let mut definitions = Vec::new();
    resources(&planned["root_module"], "aws_ecs_service", &mut services);
    resources(
        &planned["root_module"],
        "aws_ecs_task_definition",
        &mut definitions,
    );
    let counts = &planned["outputs"]["service_desired_counts"]["value"];
    let mut rows = BTreeMap::new();
    let mut all = [0, 0];
    for name in ["frontend", "history", "matching", "worker"] {
        let of = |rows: &[&Json], key: &str| -> Json {
            let found: Vec<&&Json> = rows
                .iter()
                .filter(|row| {
                    row[key]
                        .as_str()
                        .is_some_and(|found| found.ends_with(&format!("-{name}")))
                })
                .filter(|row| {
                    !row[key]
                        .as_str()
                        .is_some_and(|found| found.ends_with("-benchmark-worker"))
                })
                .collect();
            assert_eq!(found.len(), 1, "{name}");
            (*found[0]).clone()
        };
        let service = of(&services, "name");
        let definition = of(&definitions, "family");
        let count = counts[name].as_i64().unwrap();
        let percent = service["deployment_maximum_percent"].as_i64().unwrap();
        let each = connections(&definition);
        let steady = count * each;
        let deploying = (count * percent).div_euclid(100) * each;
        all[0] += steady;
        all[1] += deploying;
        rows.insert(
            name.to_owned(),
            [count, steady, deploying]
                .map(|number| number.to_string())
                .to_vec(),
        );
    }
    rows.insert(
        "all".to_owned(),
        vec![String::new(), all[0].to_string(), all[1].to_string()],
    );
    let quota = plan["variables"]["dsql_max_connections"]["value"]
        .as_i64()
        .unwrap()
        .to_string();
    rows.insert(
        "cluster limit".to_owned(),
        vec![String::new(), quota.clone(), quota],
    );
    rows
}

#[track_caller]
fn check_readme(preset: &str, assignments: &[&str], environment: &str) {
    let tree = Tree::of(&spec(preset, assignments));
    let root = tree.environment(environment);
    root.initialise();
    // Containers are told the endpoints of what is made first: only after an apply a plan knows all of them.
    root.apply(&[]);
    let said = root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]);
    root.succeed(&said, "plan");
    let shown = root.terraform(&["show", "-json", "tfplan"]);
    let plan: Json = serde_json::from_str(&shown.text).unwrap();
    assert_eq!(readme_rows(&root), counted(&plan));
}

#[test]
fn the_readme_counts_what_terraform_would_create() {
    check_readme("dev-lean", &[], "dev");
    check_readme(
        "standard",
        &[
            "environments.bench.history.target_ready=75",
            "environments.bench.worker.count=3",
            "environments.bench.dsql.max_connections=12000",
        ],
        "bench",
    );
    check_readme("ha-prod", &[], "prod");
    check_readme(
        "ha-prod",
        &[
            "environments.prod.dsql.limiter=slots",
            "environments.prod.lease.block_size=100",
        ],
        "prod",
    );
}
