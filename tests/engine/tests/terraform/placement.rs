//! Room for the tasks, as Terraform sees it.

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
    let text = said.text.replace(['│', '╷', '╵'], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.code == 0 && text.contains("Check block assertion failed") && text.contains(expected),
        "{edit}\n{}",
        said.text
    );
}

#[test]
fn a_later_edit_that_does_not_fit_is_caught_by_the_plan() {
    let tree = Tree::of(&spec("ha-prod", &["environments.prod.loki.enabled=true"]));
    let root = tree.environment("prod");
    root.initialise();
    for (edit, expected) in [
        (
            "history = { count = 19 }",
            "The tasks request 50688 CPU units, but 6 × m8g.2xlarge have 49152.",
        ),
        (
            "history = { count = 11 }",
            "If a zone is lost, the tasks request 34304 CPU units, but the 4 × m8g.2xlarge that are left have 32768.",
        ),
        (
            "matching = { memory = 45000 }",
            "The tasks request 233504 MiB of memory, but 6 × m8g.2xlarge have 196608.",
        ),
        (
            "matching = { cpu = 9000, count = 1 }",
            "matching: a task requests more CPU units or MiB than a m8g.2xlarge has.",
        ),
        (
            "compute = { eni_trunking = false }",
            "The tasks request 19 network interfaces, but 6 × m8g.2xlarge have 18.",
        ),
        (
            "compute = { instance_type = \"t4g.2xlarge\" }",
            "The tasks request 19 network interfaces, but 6 × t4g.2xlarge have 18.",
        ),
        (
            "compute = { instance_count = 4 }",
            "If a zone is lost, the tasks request 24064 CPU units, but the 2 × m8g.2xlarge that are left have 16384.",
        ),
    ] {
        expect_caught(&root, edit, expected);
    }
}

#[test]
fn a_benchmark_that_does_not_fit_its_instances_is_caught_too() {
    let tree = Tree::of(&spec("standard", &[]));
    let root = tree.environment("bench");
    root.initialise();
    expect_caught(
        &root,
        "benchmark = { worker_count = 16 }",
        "Generator and workers request 69632 CPU units, but 4 × m8g.4xlarge have 65536.",
    );
}

/// A row of the README's table: tasks, instances, then asked and had of CPU, memory and interfaces.
type Row = [i64; 8];

/// The rows of the README by the kind of instances and situation.
fn readme_rows(root: &Root) -> BTreeMap<String, Row> {
    let text = fs::read_to_string(root.path().join("README.md")).unwrap();
    let section = text.split("## Capacity\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    let mut kind = "";
    for line in section.lines() {
        if line.starts_with("The benchmark runs on") {
            kind = "benchmark ";
        }
        let Some(line) = line.strip_prefix("| ") else {
            continue;
        };
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if cells[0] == "Situation" || cells[0] == "---" {
            continue;
        }
        let numbers: Vec<i64> = cells[1..6]
            .iter()
            .flat_map(|cell| cell.split(" of "))
            .map(|number| number.parse().unwrap())
            .collect();
        rows.insert(format!("{kind}{}", cells[0]), numbers.try_into().unwrap());
    }
    rows
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

/// What Terraform would create of one kind.
fn planned<'a>(plan: &'a Json, kind: &str) -> Vec<&'a Json> {
    let mut found = Vec::new();
    resources(&plan["planned_values"]["root_module"], kind, &mut found);
    found
}

/// A service with its task's size.
struct Service {
    name: String,
    cpu: i64,
    memory: i64,
    count: i64,
    most: i64,
}

/// The services that go to the instances of a capacity provider.
fn services(plan: &Json, is_benchmark: bool) -> Vec<Service> {
    let name = plan["planned_values"]["outputs"]["name"]["value"]
        .as_str()
        .unwrap();
    let number = |value: &Json| -> i64 {
        match value {
            Json::String(text) => text.parse().unwrap(),
            other => other.as_i64().unwrap(),
        }
    };
    let outputs = &plan["planned_values"]["outputs"];
    planned(plan, "aws_ecs_service")
        .into_iter()
        .filter_map(|service| {
            let full = service["name"].as_str().unwrap();
            let short = full.strip_prefix(&format!("{name}-")).unwrap();
            if short.starts_with("benchmark-") != is_benchmark {
                return None;
            }
            let short = short.strip_prefix("temporal-").unwrap_or(short);
            let definition = planned(plan, "aws_ecs_task_definition")
                .into_iter()
                .find(|definition| definition["family"].as_str() == Some(full))
                .unwrap_or_else(|| panic!("{full} has no task definition"));
            assert_eq!(definition["network_mode"], "awsvpc");
            let strategies: Vec<&str> = service["ordered_placement_strategy"]
                .as_array()
                .unwrap()
                .iter()
                .map(|strategy| strategy["field"].as_str().unwrap())
                .collect();
            assert_eq!(
                strategies,
                ["attribute:ecs.availability-zone", "instanceId"],
                "what the sizing assumes of {full}"
            );
            let count = match short {
                "benchmark-generator" => 1,
                "benchmark-worker" => number(&outputs["benchmark_worker_count"]["value"]),
                _ => number(&outputs["service_desired_counts"]["value"][short]),
            };
            let percent = number(&service["deployment_maximum_percent"]);
            Some(Service {
                name: short.to_owned(),
                cpu: number(&definition["cpu"]),
                memory: number(&definition["memory"]),
                count,
                most: (count * percent).div_euclid(100).max(count),
            })
        })
        .collect()
}

/// What AWS has of the types used here: CPU units, the least MiB that ECS registers, interfaces with trunking.
fn instance_has(name: &str) -> [i64; 3] {
    match name {
        "m7g.large" => [2_048, 7_636, 10],
        "m8g.large" => [2_048, 7_636, 10],
        "m8g.xlarge" => [4_096, 15_664, 20],
        "m8g.2xlarge" => [8_192, 31_393, 40],
        "m8g.4xlarge" => [16_384, 62_850, 60],
        other => panic!("no facts of {other}"),
    }
}

/// The same rows, counted from what Terraform would create.
fn counted(plan: &Json) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    let templates = planned(plan, "aws_launch_template");
    for group in planned(plan, "aws_autoscaling_group") {
        let prefix = group["name_prefix"].as_str().unwrap();
        let is_benchmark = prefix.ends_with("-benchmark-");
        let template = templates
            .iter()
            .find(|template| template["name_prefix"].as_str() == Some(prefix))
            .unwrap();
        let each = instance_has(template["instance_type"].as_str().unwrap());
        let most = group["max_size"].as_i64().unwrap();
        let least = if is_benchmark {
            most
        } else {
            group["min_size"].as_i64().unwrap()
        };
        let zones = i64::try_from(
            planned(plan, "aws_subnet")
                .iter()
                .filter(|subnet| subnet["map_public_ip_on_launch"] != true)
                .filter_map(|subnet| subnet["availability_zone"].as_str())
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
        )
        .unwrap();
        let services = services(plan, is_benchmark);
        let row = |instances: i64, tasks: &dyn Fn(&Service) -> i64| -> Row {
            let sum = |amount: &dyn Fn(&Service) -> i64| -> i64 {
                services
                    .iter()
                    .map(|service| tasks(service) * amount(service))
                    .sum()
            };
            let count = sum(&|_| 1);
            [
                count,
                instances,
                sum(&|service| service.cpu),
                each[0] * instances,
                sum(&|service| service.memory),
                each[1] * instances,
                count,
                each[2] * instances,
            ]
        };
        let steady = |service: &Service| service.count;
        if is_benchmark {
            rows.insert("benchmark steady".to_owned(), row(least, &steady));
            continue;
        }
        rows.insert("steady".to_owned(), row(least, &steady));
        let lost = (least + zones - 1) / zones;
        rows.insert("a zone is lost".to_owned(), row(least - lost, &steady));
        rows.insert(
            "the same, scaled out".to_owned(),
            row(most, &|service| service.most),
        );
        let growing = services.iter().filter(|one| one.most > one.count);
        for grown in growing {
            let tasks = |service: &Service| {
                if service.name == grown.name {
                    service.most
                } else {
                    service.count
                }
            };
            rows.insert(format!("{} is deployed", grown.name), row(least, &tasks));
            rows.insert(
                "all are deployed at once".to_owned(),
                row(least, &|service| service.most),
            );
        }
    }
    rows
}

#[track_caller]
fn check_readme(preset: &str, assignments: &[&str], environment: &str) {
    let tree = Tree::of(&spec(preset, assignments));
    let root = tree.environment(environment);
    root.initialise();
    let said = root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]);
    root.succeed(&said, "plan");
    let shown = root.terraform(&["show", "-json", "tfplan"]);
    let plan: Json = serde_json::from_str(&shown.text).unwrap();
    let readme = readme_rows(&root);
    assert_eq!(readme, counted(&plan));
}

#[test]
fn the_readme_counts_the_room_that_terraform_would_create() {
    check_readme("dev-lean", &[], "dev");
    check_readme(
        "standard",
        &[
            "environments.bench.history.count=7",
            "environments.bench.worker.cpu=768",
            "environments.bench.compute.instance_count=7",
            "environments.bench.benchmark.worker_count=5",
        ],
        "bench",
    );
    check_readme("ha-prod", &[], "prod");
}
