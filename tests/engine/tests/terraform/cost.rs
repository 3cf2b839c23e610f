//! What is counted for the bill is what Terraform would create.

use std::collections::BTreeMap;

use composer_core::check;
use composer_core::sizing::cost::cost;
use composer_core::sizing::price_list::PriceList;
use engine_tests::{Tree, spec};
use serde_json::Value as Json;

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

/// The lines without load, counted in a plan.
fn counted(plan: &Json) -> BTreeMap<&'static str, String> {
    let of = |kind: &str| {
        let mut found = Vec::new();
        resources(&plan["planned_values"]["root_module"], kind, &mut found);
        found
    };
    let only = |kind: &str, name: &str| -> Json {
        let found: Vec<&Json> = of(kind)
            .into_iter()
            .filter(|values| {
                values["name_prefix"]
                    .as_str()
                    .is_none_or(|prefix| prefix.contains(name))
            })
            .collect();
        assert_eq!(found.len(), 1, "{kind}");
        found[0].clone()
    };
    let group = only("aws_autoscaling_group", "-main-");
    let template = only("aws_launch_template", "-main-");
    let disk = &template["block_device_mappings"][0]["ebs"][0]["volume_size"];
    let domain = only("aws_opensearch_domain", "");
    let cluster = &domain["cluster_config"][0];
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let mut lines = BTreeMap::from([
        (
            "instances",
            format!(
                "{} × {}",
                group["min_size"],
                text(&template["instance_type"])
            ),
        ),
        (
            "instance-volumes",
            format!("{} × {disk} GiB", group["min_size"]),
        ),
        (
            "opensearch-nodes",
            format!(
                "{} × {}",
                cluster["instance_count"],
                text(&cluster["instance_type"])
            ),
        ),
        (
            "opensearch-volumes",
            format!(
                "{} × {} GiB",
                cluster["instance_count"], domain["ebs_options"][0]["volume_size"]
            ),
        ),
        ("nat-gateways", of("aws_nat_gateway").len().to_string()),
        ("public-addresses", of("aws_eip").len().to_string()),
    ]);
    let endpoints = of("aws_vpc_endpoint")
        .into_iter()
        .filter(|values| values["vpc_endpoint_type"] == "Interface")
        .count();
    let zones = of("aws_route_table").len().saturating_sub(1);
    if endpoints > 0 {
        lines.insert("endpoints", format!("{endpoints} in {zones} zones"));
    }
    for (line, kind) in [
        ("load-balancer", "aws_lb"),
        ("hosted-zone", "aws_route53_zone"),
    ] {
        let count = of(kind).len();
        if count > 0 {
            lines.insert(line, count.to_string());
        }
    }
    // An alarm reads one metric, or those of its queries.
    let metrics = of("aws_cloudwatch_metric_alarm").into_iter().map(|alarm| {
        let queries = alarm["metric_query"].as_array().into_iter().flatten();
        let read =
            queries.filter(|query| query["metric"].as_array().is_some_and(|it| !it.is_empty()));
        read.count().max(1)
    });
    let metrics: usize = metrics.sum();
    if metrics > 0 {
        lines.insert("alarms", format!("{metrics} metrics"));
    }
    let secrets = of("aws_secretsmanager_secret").len();
    if secrets > 0 {
        lines.insert("grafana-secret", secrets.to_string());
    }
    lines
}

#[track_caller]
fn check_lines(preset: &str, assignments: &[&str], environment: &str) {
    let spec = spec(preset, assignments);
    let blueprint = check(&spec).blueprint.unwrap();
    let composed = blueprint
        .environments
        .iter()
        .find(|each| each.name == environment)
        .unwrap();
    let expected: BTreeMap<&str, String> = cost(composed, &PriceList::default())
        .lines
        .into_iter()
        .filter(|line| !line.by_use)
        .map(|line| (line.key, line.amount))
        .collect();
    let tree = Tree::of(&spec);
    let root = tree.environment(environment);
    root.initialise();
    let said = root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]);
    root.succeed(&said, "plan");
    let shown = root.terraform(&["show", "-json", "tfplan"]);
    let plan: Json = serde_json::from_str(&shown.text).unwrap();
    assert_eq!(expected, counted(&plan));
}

#[test]
fn the_bill_counts_what_terraform_would_create() {
    check_lines("dev-lean", &[], "dev");
    check_lines("standard", &[], "bench");
    check_lines(
        "ha-prod",
        &[
            "environments.prod.grafana.admin_secret=prod/grafana",
            "environments.prod.compute.instance_count=7",
            "environments.prod.opensearch.instance_count=6",
        ],
        "prod",
    );
}
