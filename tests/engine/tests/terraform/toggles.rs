//! Options changed on a state that is there: what holds data stays, and what has nothing to do with it.

use composer_core::Spec;
use composer_core::options::{self, Kind, OptionRow, Scope};
use engine_tests::{Tree, spec};

/// A change of a composition, and back.
struct Change {
    name: String,
    low: Vec<String>,
    high: Vec<String>,
    effect: Effect,
}

/// What a change may do beyond making things, as parts of addresses.
#[derive(Clone, Copy, Default)]
struct Effect {
    /// What it is about: comes and goes with it even where it holds data.
    about: &'static [&'static str],
    /// What is changed in place or, of a task definition, written again.
    alters: &'static [&'static str],
}

/// What holds data or an address that others know.
const STATEFUL: &[&str] = &[
    "aws_vpc",
    "aws_subnet",
    "aws_eip",
    "aws_nat_gateway",
    "aws_dsql_cluster",
    "aws_opensearch_domain",
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_backup_vault",
    "aws_cloudwatch_log_group",
    "aws_prometheus_workspace",
    "aws_secretsmanager_secret",
    "aws_service_discovery_http_namespace",
    "aws_ecs_cluster",
    "aws_iam_role",
];

/// Temporal's own services, whose tasks are written again.
const SERVICES: &str = "module.temporal_service[";

/// Grafana's dashboards, which have panels of the features that there are, and the task and the service that get them.
const DASHBOARDS: &str = "module.observability.aws_ssm_parameter.dashboards[";
const GRAFANA_TASK: &str = "module.observability.aws_ecs_task_definition.grafana";
const GRAFANA: &str = "module.observability.aws_ecs_service.grafana";

/// The alarms, which read what there is.
const ALARMS: &str = "module.alarms.";

/// The schedule, which names the services and counts that it wakes.
const SCHEDULE: &str = "module.schedule.";

/// The services in place: a change that gives them other alarms starts no task.
const IN_PLACE: &str = "].aws_ecs_service.this";

/// The benchmark's tasks.
const BENCHMARK_TASKS: &str = "module.benchmark.aws_ecs_";

const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";

/// What can be turned on in place and never off: it is on throughout, and [`access_control_goes_with_the_domain`] changes it.
const ONE_WAY: &[&str] = &["opensearch.access_control"];

/// What boolean options do. One that isn't here may make things and take away what holds no data.
const EFFECTS: &[(&str, Effect)] = &[
    (
        "alarms.enabled",
        Effect {
            about: &[ALARMS],
            // A deployment is rolled back when an alarm of its service goes off.
            alters: &[IN_PLACE],
        },
    ),
    (
        "schedule.enabled",
        Effect {
            about: &[SCHEDULE],
            // It may be empty then.
            alters: &["module.ec2_capacity.aws_autoscaling_group.this"],
        },
    ),
    (
        "backup.enabled",
        Effect {
            about: &["module.backup."],
            alters: &[],
        },
    ),
    (
        "deletion_protection",
        Effect {
            about: &[],
            alters: &[
                "aws_backup_vault.",
                "aws_cloudwatch_log_group.",
                "aws_dsql_cluster.",
                "aws_dynamodb_table.",
                "aws_lb.this",
                "aws_secretsmanager_secret.",
                "aws_s3_bucket.loki",
                "aws_s3_bucket_versioning.loki",
            ],
        },
    ),
    (
        "ui.enabled",
        Effect {
            about: &[
                "module.temporal_ui.",
                "temporal_ui_task",
                "alloy_sidecar[\"ui\"]",
            ],
            alters: &[SCHEDULE],
        },
    ),
    (
        "loki.enabled",
        Effect {
            // The UI has nothing but its output to collect, and a sidecar for that alone.
            about: &["loki", "alloy_sidecar[\"ui\"]"],
            // Every task with a sidecar, and Grafana's sources.
            alters: &[
                SERVICES,
                "module.temporal_ui.",
                BENCHMARK_TASKS,
                SCHEDULE,
                "module.alloy_sidecar[",
                GRAFANA,
                GRAFANA_TASK,
                "module.observability.aws_ssm_parameter.grafana[\"DATASOURCES\"]",
            ],
        },
    ),
    (
        "reservoir.enabled",
        Effect {
            // The lease counts its connections alone, and goes with it.
            about: &["aws_dynamodb_table.conn_lease"],
            alters: &[
                SERVICES,
                "module.iam.aws_iam_role_policy.temporal_task",
                ALARMS,
                DASHBOARDS,
                GRAFANA_TASK,
                GRAFANA,
            ],
        },
    ),
    (
        "lease.enabled",
        Effect {
            about: &["aws_dynamodb_table.conn_lease"],
            alters: &[
                SERVICES,
                "module.iam.aws_iam_role_policy.temporal_task",
                ALARMS,
                DASHBOARDS,
                GRAFANA_TASK,
                GRAFANA,
            ],
        },
    ),
    (
        // The same nodes over the zones or in one, changed in place.
        "opensearch.zone_awareness",
        Effect {
            about: &[],
            alters: &["aws_opensearch_domain.this"],
        },
    ),
    (
        "opensearch.dedicated_masters",
        Effect {
            about: &[],
            // Fewer nodes than there should be is an alarm.
            alters: &[DOMAIN, ALARMS],
        },
    ),
    (
        "opensearch.audit_log",
        Effect {
            about: &["module.opensearch.aws_cloudwatch_log_group.audit"],
            // The task that turns it on.
            alters: &[
                DOMAIN,
                "module.opensearch.aws_cloudwatch_log_resource_policy.domain",
                "module.opensearch.aws_ecs_task_definition.setup",
            ],
        },
    ),
    (
        "benchmark.enabled",
        Effect {
            about: &["module.benchmark.", "alloy_sidecar[\"benchmark-"],
            alters: &[
                "aws_ecs_cluster_capacity_providers.",
                DASHBOARDS,
                GRAFANA_TASK,
                GRAFANA,
            ],
        },
    ),
];

/// Room for everything at once, without trunking as well.
const COMMON: &[&str] = &[
    "environments.dev.dsql.mode=create",
    "environments.dev.opensearch.access_control=true",
    "environments.dev.compute.instance_type=m8g.8xlarge",
    "environments.dev.compute.max_count=12",
    "environments.dev.autoscaling.frontend_max=8",
    "environments.dev.autoscaling.worker_max=8",
];

/// Each option that is on or off.
fn booleans() -> impl Iterator<Item = Change> {
    let is_boolean = |row: &&OptionRow| row.kind == Kind::Boolean;
    options::OPTIONS
        .iter()
        .filter(is_boolean)
        // Off, there is no environment whose state could be looked at.
        .filter(|row| (row.scope, row.key) != (Scope::Environment, "enabled"))
        .filter(|row| !row.immutable && !ONE_WAY.contains(&row.key))
        .map(|row| {
            let path = row.path("dev");
            let effect = EFFECTS.iter().find(|(key, _)| *key == row.key);
            Change {
                name: row.key.to_owned(),
                low: vec![format!("{path}=false")],
                high: vec![format!("{path}=true")],
                effect: effect.map_or(Effect::default(), |(_, effect)| *effect),
            }
        })
}

/// The way in for clients, which is a choice.
fn access() -> Change {
    let value = |choice| vec![format!("environments.dev.access.frontend={choice}")];
    Change {
        name: "access.frontend".to_owned(),
        low: value("none"),
        high: value("internal"),
        effect: Effect {
            about: &[],
            alters: &[
                // The frontend's tasks stand behind it, and its alarms roll deployments of all services back.
                SERVICES,
                DASHBOARDS,
                GRAFANA_TASK,
                GRAFANA,
            ],
        },
    }
}

/// Sizes, small and large.
fn scales() -> Vec<Change> {
    let change = |name: &str, values: &[(&str, &str, &str)], effect| {
        let set = |high: bool| {
            let value = |(key, from, to): &(&str, &str, &str)| {
                format!("environments.dev.{key}={}", if high { to } else { from })
            };
            values.iter().map(value).collect()
        };
        Change {
            name: name.to_owned(),
            low: set(false),
            high: set(true),
            effect,
        }
    };
    let altering = |alters| Effect { about: &[], alters };
    vec![
        // Terraform leaves counts alone: what is wanted is an output.
        change(
            "tasks",
            &[
                ("frontend.count", "1", "3"),
                ("history.count", "1", "4"),
                ("matching.count", "1", "3"),
                ("worker.count", "1", "2"),
            ],
            altering(&[SCHEDULE]),
        ),
        change(
            "sizes of tasks",
            &[
                ("history.cpu", "1024", "2048"),
                ("history.memory", "2048", "4096"),
                ("grafana.memory", "768", "1024"),
            ],
            altering(&[
                "module.temporal_service[\"history\"]",
                "module.observability.aws_ecs_service.grafana",
                "module.observability.aws_ecs_task_definition.grafana",
            ]),
        ),
        change(
            "instances",
            &[("compute.instance_count", "6", "8")],
            // The provider for the largest step it may take at once.
            altering(&[
                "module.ec2_capacity.aws_autoscaling_group.this",
                "module.ec2_capacity.aws_ecs_capacity_provider.this",
                SCHEDULE,
            ]),
        ),
        change(
            "nodes",
            &[
                ("opensearch.instance_count", "1", "2"),
                ("opensearch.volume_size", "20", "40"),
            ],
            altering(&["aws_opensearch_domain.", ALARMS]),
        ),
        change(
            "gateways",
            &[("network.nat", "single", "per-az")],
            Effect {
                about: &[
                    "aws_eip.nat[\"eu-west-1b\"]",
                    "aws_nat_gateway.this[\"eu-west-1b\"]",
                    "aws_subnet.public[\"eu-west-1b\"]",
                ],
                alters: &["aws_route.", DASHBOARDS, GRAFANA_TASK, GRAFANA],
            },
        ),
    ]
}

/// All low or all high, but for the change at `other`.
fn composed(changes: &[Change], high: bool, other: Option<usize>) -> Spec {
    let mut assignments: Vec<&str> = COMMON.to_vec();
    for (index, change) in changes.iter().enumerate() {
        let values = if high != (other == Some(index)) {
            &change.high
        } else {
            &change.low
        };
        assignments.extend(values.iter().map(String::as_str));
    }
    spec("dev-lean", &assignments)
}

/// What is wrong with one step of a plan.
fn fault(effect: Effect, address: &str, actions: &[String]) -> Option<&'static str> {
    let kind = address.split('.').rev().nth(1).unwrap_or_default();
    let is_in = |parts: &[&str]| parts.iter().any(|part| address.contains(part));
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    match actions[..] {
        ["create"] => None,
        ["delete"] if !STATEFUL.contains(&kind) || is_in(effect.about) => None,
        ["delete"] => Some("goes with what it holds"),
        ["update"] if is_in(effect.alters) => None,
        ["update"] => Some("has nothing to do with it"),
        _ if kind != "aws_ecs_task_definition" => Some("is replaced"),
        _ if is_in(effect.alters) => None,
        _ => Some("has nothing to do with it"),
    }
}

/// Everything off and small, or on and large, is applied; each change by itself is planned, and then all of them are applied.
#[track_caller]
fn plan_each_change(is_high: bool) {
    let changes: Vec<Change> = booleans().chain(scales()).chain([access()]).collect();
    let tree = Tree::of(&composed(&changes, is_high, None));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    root.expect_no_changes(&[]);
    let recompose = |spec: &Spec| {
        tree.recompose(spec);
        let root = tree.environment("dev");
        root.succeed(&root.terraform(&["get", "-no-color"]), "get");
        root
    };
    let mut faults = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let root = recompose(&composed(&changes, is_high, Some(index)));
        for (address, actions) in root.changes(&["-refresh=false"]) {
            if let Some(fault) = fault(change.effect, &address, &actions) {
                faults.push(format!("{}: {address} {fault}", change.name));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    if is_high {
        // The lease's table goes, which protection refuses as long as it's on.
        recompose(&composed(&changes, true, None)).apply(&["-var=deletion_protection=false"]);
    }
    let root = recompose(&composed(&changes, !is_high, None));
    root.apply(&[]);
    root.expect_no_changes(&[]);
}

#[test]
fn nothing_that_is_turned_on_or_enlarged_costs_data() {
    plan_each_change(false);
}

#[test]
fn nothing_that_is_turned_off_or_made_smaller_costs_data() {
    plan_each_change(true);
}

/// At night, the services have no tasks and the group no instances: a plan has nothing to say about it.
#[test]
fn nothing_is_to_be_changed_while_it_sleeps() {
    let tree = Tree::of(&spec(
        "dev-lean",
        &["environments.dev.schedule.enabled=true"],
    ));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    let world = root.path().join("stand-in-world.json");
    let mut lines = Vec::new();
    let mut asleep = 0;
    let text = std::fs::read_to_string(&world).unwrap();
    for line in text.lines() {
        let mut entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let count = match entry["type"].as_str() {
            Some("aws_ecs_service") => Some("desired_count"),
            Some("aws_autoscaling_group") => Some("desired_capacity"),
            _ => None,
        };
        if let Some(count) = count
            && entry["state"].is_object()
        {
            entry["state"][count] = 0.into();
            asleep += 1;
        }
        lines.push(entry.to_string());
    }
    assert!(asleep >= 5, "{asleep}");
    // What a scheduled action sets besides.
    for line in text.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        if entry["type"] == "aws_autoscaling_schedule" && entry["state"].is_object() {
            for bound in ["min_size", "max_size"] {
                assert_eq!(entry["state"][bound], -1, "{entry}");
            }
        }
    }
    std::fs::write(&world, lines.join("\n") + "\n").unwrap();
    root.expect_no_changes(&[]);
}

/// Access control comes in place. Off again, AWS has no way but another domain, and the plan says so.
#[test]
fn access_control_goes_with_the_domain() {
    let spec = |is_on: bool| {
        let access = format!("environments.dev.opensearch.access_control={is_on}");
        spec("dev-lean", &[access.as_str()])
    };
    let tree = Tree::of(&spec(false));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    let of_domain = |root: &engine_tests::Root| {
        let all = root.changes(&[]);
        all.into_iter()
            .find(|(address, _)| address == DOMAIN)
            .map(|(_, actions)| actions)
    };
    tree.recompose(&spec(true));
    let root = tree.environment("dev");
    assert_eq!(of_domain(&root).unwrap(), ["update"]);
    root.apply(&[]);
    root.expect_no_changes(&[]);
    tree.recompose(&spec(false));
    let root = tree.environment("dev");
    assert_eq!(of_domain(&root).unwrap(), ["delete", "create"]);
}

#[test]
fn every_effect_is_of_a_boolean_option() {
    for (key, _) in EFFECTS {
        assert!(booleans().any(|change| change.name == *key), "{key}");
    }
}
