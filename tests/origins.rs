//! Every line knows the value that made it.

use composer_core::{FieldPath, options};

use crate::harness::{tree, varied_trees};

#[test]
fn every_line_leads_to_an_option_or_a_table_around_one() {
    for (name, tree) in varied_trees() {
        for (path, file) in tree.files() {
            let lines = file.text.lines().count();
            for index in 0..lines {
                let origin = file
                    .origin(index)
                    .unwrap_or_else(|| panic!("{name}: {path}:{}", index + 1));
                assert!(is_known(origin), "{name}: {path}:{}: {origin}", index + 1);
            }
            assert_eq!(file.origin(lines), None);
        }
    }
}

fn is_known(origin: &FieldPath) -> bool {
    let environment = origin.environment().unwrap_or("dev");
    origin == &FieldPath::of(&["environments"])
        || options::find(origin).is_some()
        || options::OPTIONS
            .iter()
            .any(|row| row.path(environment).starts_with(origin))
}

#[track_caller]
fn check(preset: &str, assignments: &[&str], path: &str, line: &str, expected: &str) {
    let tree = tree(preset, assignments);
    let file = tree.file(path).unwrap();
    let index = file
        .text
        .lines()
        .position(|other| other.trim() == line)
        .unwrap_or_else(|| panic!("no line `{line}` in\n{}", file.text));
    assert_eq!(file.origin(index).unwrap().to_string(), expected);
}

#[test]
fn lines_lead_to_the_option_that_made_them() {
    check(
        "standard",
        &[],
        "terraform/envs/prod/main.tf",
        "vpc_cidr            = var.network.vpc_cidr",
        "environments.prod.network.vpc_cidr",
    );
    check(
        "standard",
        &[],
        "terraform/envs/bench/main.tf",
        "loki_enabled        = true",
        "environments.bench.loki.enabled",
    );
    check(
        "standard",
        &[],
        "terraform/envs/bench/main.tf",
        "module \"benchmark\" {",
        "environments.bench.benchmark.enabled",
    );
    check(
        "standard",
        &["environments.prod.history.count=9"],
        "terraform/envs/prod/terraform.tfvars",
        "count = 9",
        "environments.prod.history.count",
    );
    check(
        "standard",
        &["images.ui=temporalio/ui:2.50.0"],
        "terraform/envs/prod/terraform.tfvars",
        "ui_image = \"temporalio/ui:2.50.0\"",
        "images.ui",
    );
    check(
        "standard",
        &[],
        "terraform/modules/benchmark/main.tf",
        "}",
        "environments.bench.benchmark.enabled",
    );
}
