//! The alarms of a composition and the sections of its runbook: two lists that must be one.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::alarm::ON_WITHOUT_TASKS;
use composer_core::{Tree, alarms};
use hcl::Expression;

use crate::harness::{blueprint, spec, varied_trees};

/// The sections that the messages of an environment's alarms name.
fn named(text: &str) -> BTreeSet<String> {
    let file = hcl::parse(text).unwrap();
    let mut found = BTreeSet::new();
    for block in file.blocks() {
        for attribute in block.body().attributes() {
            let Expression::Object(entries) = attribute.expr() else {
                continue;
            };
            for (key, value) in entries {
                match attribute.key() {
                    "alert_rules" | "event_alarms" => {
                        found.insert(key.to_string());
                    }
                    "metric_alarms" => {
                        let Expression::Object(alarm) = value else {
                            panic!("{key} is no object")
                        };
                        let section = alarm.iter().find(|(name, _)| name.to_string() == "section");
                        let Some((_, Expression::String(section))) = section else {
                            panic!("{key} has no section")
                        };
                        found.insert(section.clone());
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// The sections of a runbook.
fn sections(runbook: &str) -> BTreeSet<String> {
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    headings.map(str::to_owned).collect()
}

/// The files of the alarms by environment, and the runbook; `None` where there are no alarms.
fn files(tree: &Tree) -> Option<(BTreeMap<String, String>, String)> {
    let mut found = BTreeMap::new();
    let mut runbook = None;
    for (path, file) in tree.files() {
        if path.ends_with("/alarms.tf") {
            found.insert(path.to_owned(), file.text.to_string());
        }
        if path == "docs/runbook.md" {
            runbook = Some(file.text.to_string());
        }
    }
    assert_eq!(found.is_empty(), runbook.is_none());
    Some((found, runbook?))
}

#[test]
fn each_alarm_has_a_section_and_each_section_an_alarm() {
    let mut with_alarms = 0;
    for (name, tree) in varied_trees() {
        let Some((files, runbook)) = files(&tree) else {
            continue;
        };
        with_alarms += 1;
        let mut all = BTreeSet::new();
        for text in files.values() {
            all.extend(named(text));
        }
        assert_eq!(all, sections(&runbook), "{name}");
    }
    assert!(with_alarms > 3, "{with_alarms}");
}

#[test]
fn a_section_that_is_gone_is_found() {
    let tree = composer_core::compose(&blueprint(&spec("ha-prod", &[])));
    let (files, runbook) = files(&tree).unwrap();
    let named = named(files.values().next().unwrap());
    let (start, end) = runbook.split_once("\n## latency\n").unwrap();
    let (_, rest) = end.split_once("\n## ").unwrap();
    let without = format!("{start}\n## {rest}");
    let missing: Vec<String> = named.difference(&sections(&without)).cloned().collect();
    assert_eq!(missing, ["latency"]);
}

/// The sections of a runbook with their texts.
fn texts(runbook: &str) -> BTreeMap<&str, &str> {
    let sections = runbook.split("\n## ").skip(1);
    sections
        .map(|section| section.split_once('\n').unwrap())
        .collect()
}

#[test]
fn each_section_has_a_command_or_an_expression() {
    let mut commands = 0;
    for (name, tree) in varied_trees() {
        let Some((_, runbook)) = files(&tree) else {
            continue;
        };
        for (section, text) in texts(&runbook) {
            let (_, see) = text.split_once("**How to see it:**").unwrap();
            let (see, _) = see.split_once("**What to do first:**").unwrap();
            assert!(see.contains("```"), "{name}: {section}: {see}");
            if text.contains("(CloudWatch)") {
                commands += 1;
                let command = "aws cloudwatch describe-alarms --region ";
                assert!(see.contains(command), "{name}: {section}: {see}");
                let prefix = format!("-{section} \\\n");
                assert!(see.contains(&prefix), "{name}: {section}: {see}");
            }
        }
    }
    assert!(commands > 50, "{commands}");
}

/// Somebody who starts an environment for the first time knows which alarms are no fault. That no other goes on,
/// `tests/engine` proves.
#[test]
fn the_first_start_says_which_alarms_go_on_without_tasks() {
    let all = ON_WITHOUT_TASKS
        .map(|name| format!("`{name}`"))
        .join(" and ");
    let (mut with, mut without) = (0, 0);
    for (name, tree) in varied_trees() {
        for (path, file) in tree.files() {
            let Some(root) = path.strip_suffix("/README.md") else {
                continue;
            };
            let Some((_, start)) = file.text.split_once("## First start\n") else {
                continue;
            };
            let (start, _) = start.split_once("\n## ").unwrap();
            let has_alarms = tree.file(&format!("{root}/alarms.tf")).is_some();
            let says = start.contains(&format!("the alarms {all} go on"));
            assert_eq!(says, has_alarms, "{name}: {path}");
            *if has_alarms { &mut with } else { &mut without } += 1;
        }
        let Some((_, runbook)) = files(&tree) else {
            continue;
        };
        let said: BTreeSet<&str> = texts(&runbook)
            .into_iter()
            .filter(|(_, text)| text.contains("also goes on before the first start"))
            .map(|(section, _)| section)
            .collect();
        assert_eq!(said, BTreeSet::from(ON_WITHOUT_TASKS), "{name}");
    }
    assert!(with > 0 && without > 0, "{with}, {without}");
}

/// The sections of the alarms that roll back a deployment, and no other, say so.
#[test]
fn what_rolls_back_a_deployment_says_so() {
    let tree = composer_core::compose(&blueprint(&spec("ha-prod", &[])));
    let (files, runbook) = files(&tree).unwrap();
    let alarms = files.values().next().unwrap();
    let mut rolling = BTreeSet::new();
    for alarm in alarms.split("section    = \"").skip(1) {
        let (section, rest) = alarm.split_once('"').unwrap();
        let (alarm, _) = rest.split_once("metrics = [").unwrap();
        if alarm.contains("deployment = true") {
            rolling.insert(section);
        }
    }
    let says = |text: &str| text.contains("is rolled back if this alarm goes on meanwhile");
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for (section, text) in texts(&runbook) {
        if says(text) {
            said.insert(section);
        }
    }
    assert_eq!(said, rolling);
    assert!(said.len() > 2, "{said:?}");
}

#[test]
fn what_an_environment_lacks_wakes_nobody() {
    let names = |assignments: &[&str]| -> BTreeSet<&str> {
        let blueprint = blueprint(&spec("ha-prod", assignments));
        alarms::of(&blueprint.environments[0])
            .into_iter()
            .map(|alarm| alarm.name)
            .collect()
    };
    let all = names(&[]);
    for (assignments, gone) in [
        (
            &["environments.prod.access.frontend=none"][..],
            &["frontend-ports", "frontend-unhealthy"][..],
        ),
        (
            &["environments.prod.lease.enabled=false"],
            &["lease-refused", "lease-throttled"],
        ),
        (
            &[
                "environments.prod.lease.enabled=false",
                "environments.prod.reservoir.enabled=false",
            ],
            &[
                "connections-fail",
                "connects-limited",
                "lease-refused",
                "lease-throttled",
                "reservoir-empty",
                "reservoir-low",
            ],
        ),
        (
            &["environments.prod.opensearch.instance_count=1"],
            &["search-yellow"],
        ),
    ] {
        let left = names(assignments);
        let missing: Vec<&str> = all.difference(&left).copied().collect();
        assert_eq!(missing, gone, "{assignments:?}");
    }
    assert!(names(&["environments.prod.alarms.enabled=false"]).is_empty());
}

/// The dimensions with which AWS publishes the metrics of a namespace. An alarm on others has no data, and AWS doesn't say so.
/// Sources: "CloudWatch metrics" in the user guides of OpenSearch Service, DynamoDB, NAT gateways, Network Load Balancers,
/// EC2 Auto Scaling, Managed Service for Prometheus and Aurora DSQL; "Container Insights with enhanced observability for
/// Amazon ECS metrics"; "Deep dive on Amazon ECS cluster auto scaling"; "AWS usage metrics" and "Supported metrics for resource
/// tags for telemetry" of CloudWatch, the latter for AWS Backup.
const PUBLISHED: [(&str, &[&str]); 12] = [
    ("AWS/AuroraDSQL", &["ClusterId"]),
    ("AWS/AutoScaling", &["AutoScalingGroupName"]),
    ("AWS/Backup", &["BackupVaultName"]),
    ("AWS/DynamoDB", &["TableName"]),
    (
        "AWS/ECS/ManagedScaling",
        &["CapacityProviderName", "ClusterName"],
    ),
    ("AWS/ES", &["ClientId", "DomainName"]),
    ("AWS/NATGateway", &["NatGatewayId"]),
    ("AWS/NetworkELB", &["LoadBalancer"]),
    ("AWS/NetworkELB", &["LoadBalancer", "TargetGroup"]),
    ("AWS/Prometheus", &["Workspace"]),
    (
        "AWS/Usage",
        &["Class", "Resource", "ResourceId", "Service", "Type"],
    ),
    ("ECS/ContainerInsights", &["ClusterName", "ServiceName"]),
];

/// The namespace and the dimensions of each metric in `value`.
fn metrics(value: &Expression, found: &mut BTreeSet<(String, Vec<String>)>) {
    match value {
        Expression::Array(items) => items.iter().for_each(|item| metrics(item, found)),
        Expression::Object(entries) => {
            let of = |name: &str| {
                let mut entries = entries.iter();
                entries.find_map(|(key, value)| (key.to_string() == name).then_some(value))
            };
            if let (Some(Expression::String(namespace)), Some(Expression::Object(dimensions))) =
                (of("namespace"), of("dimensions"))
            {
                let mut names: Vec<String> = dimensions.keys().map(ToString::to_string).collect();
                names.sort();
                found.insert((namespace.clone(), names));
            }
            entries.values().for_each(|value| metrics(value, found));
        }
        _ => {}
    }
}

#[test]
fn each_metric_has_the_dimensions_that_aws_publishes_it_with() {
    let mut found = BTreeSet::new();
    for (_, tree) in varied_trees() {
        for text in files(&tree)
            .map(|(files, _)| files)
            .unwrap_or_default()
            .values()
        {
            for block in hcl::parse(text).unwrap().blocks() {
                let attributes = block.body().attributes();
                attributes.for_each(|attribute| metrics(attribute.expr(), &mut found));
            }
        }
    }
    let published: BTreeSet<(String, Vec<String>)> = PUBLISHED
        .iter()
        .map(|(namespace, names)| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            ((*namespace).to_owned(), names)
        })
        .collect();
    assert_eq!(found, published);
}

/// A threshold of somebody's own reaches Terraform, and the runbook says which number is in force.
#[test]
fn another_threshold_is_a_value_of_terraform() {
    let spec = spec(
        "ha-prod",
        &[
            "environments.prod.alarms.thresholds.tasks-missing=\"2\"",
            "environments.prod.alarms.thresholds.deadlocks=\"0.5\"",
            "environments.prod.alarms.runbook=https://git.example.com/docs/runbook.md",
        ],
    );
    let tree = composer_core::compose(&blueprint(&spec));
    let file = |path: &str| tree.file(path).unwrap().text.to_string();
    let values = file("terraform/envs/prod/terraform.tfvars");
    for line in [
        "    deadlocks     = \"0.5\"\n",
        "    tasks-missing = \"2\"\n",
        "  runbook = \"https://git.example.com/docs/runbook.md\"\n",
    ] {
        assert!(values.contains(line), "{values}");
    }
    let runbook = file("docs/runbook.md");
    for line in [
        "- `prod`: fewer running tasks than desired (threshold set to 2), for 10 minutes (CloudWatch)\n",
        "(threshold set to 0.5), for",
    ] {
        assert!(runbook.contains(line), "{line}");
    }
}
