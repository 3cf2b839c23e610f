//! What a create or an update makes of a plan.

use crate::diagnostic::{Path, Problem};
use crate::generated::Generator;
use crate::schema::Schema;
use crate::value::{Object, Value, get};
use crate::world::{World, id_of};

/// Names AWS gives out once: by type, the attributes that may not be the same
/// in two resources of one region.
const UNIQUE: &[(&str, &[&str])] = &[
    ("aws_autoscaling_group", &["name"]),
    ("aws_backup_vault", &["name"]),
    ("aws_budgets_budget", &["name"]),
    ("aws_cloudwatch_event_rule", &["event_bus_name", "name"]),
    ("aws_cloudwatch_log_group", &["name"]),
    ("aws_cloudwatch_metric_alarm", &["alarm_name"]),
    ("aws_codebuild_project", &["name"]),
    ("aws_dynamodb_table", &["name"]),
    ("aws_ecr_repository", &["name"]),
    ("aws_ecs_capacity_provider", &["name"]),
    ("aws_ecs_service", &["cluster", "name"]),
    ("aws_iam_instance_profile", &["name"]),
    ("aws_iam_policy", &["path", "name"]),
    ("aws_iam_role", &["name"]),
    (
        "aws_iam_service_linked_role",
        &["aws_service_name", "custom_suffix"],
    ),
    ("aws_kms_alias", &["name"]),
    ("aws_launch_template", &["name"]),
    ("aws_lb", &["name"]),
    ("aws_lb_listener", &["load_balancer_arn", "port"]),
    ("aws_lb_target_group", &["name"]),
    ("aws_opensearch_domain", &["domain_name"]),
    ("aws_prometheus_alert_manager_definition", &["workspace_id"]),
    (
        "aws_prometheus_rule_group_namespace",
        &["workspace_id", "name"],
    ),
    (
        "aws_route",
        &[
            "route_table_id",
            "destination_cidr_block",
            "destination_prefix_list_id",
        ],
    ),
    ("aws_route53_record", &["zone_id", "name", "type"]),
    ("aws_route_table_association", &["subnet_id", "gateway_id"]),
    ("aws_s3_bucket", &["bucket"]),
    ("aws_secretsmanager_secret", &["name"]),
    ("aws_security_group", &["vpc_id", "name"]),
    ("aws_service_discovery_http_namespace", &["name"]),
    ("aws_sns_topic", &["name"]),
    ("aws_ssm_parameter", &["name"]),
    ("aws_vpc_security_group_egress_rule", RULE),
    ("aws_vpc_security_group_ingress_rule", RULE),
];

const RULE: &[&str] = &[
    "security_group_id",
    "ip_protocol",
    "from_port",
    "to_port",
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
];

/// The state after an apply, everything known.
pub(crate) fn apply(
    kind: &str,
    schema: &Schema,
    prior: Option<&Object>,
    planned: &Object,
    config: &Object,
    region: &str,
    world: &World,
) -> Result<Object, Problem> {
    let latest = get(planned, "family")
        .as_str()
        .filter(|_| kind == "aws_ecs_task_definition")
        .and_then(|family| world.latest_revision(family))
        .map(|revision| Object::from([("revision".to_owned(), revision.into())]));
    let made = |copy| {
        Generator {
            kind,
            block: &schema.block,
            region,
            copy,
            prior: prior.or(latest.as_ref()),
        }
        .fill(planned)
    };
    let mut state = made(0);
    if prior.is_none() {
        refuse_taken(kind, &state, world)?;
        // Two elastic IPs may be asked for in the same words and yet be two.
        let mut copy = 1;
        while world.has_id(kind, &id_of(&state)) {
            let other = made(copy);
            if id_of(&other) == id_of(&state) {
                break;
            }
            state = other;
            copy += 1;
        }
    }
    if schema.block.attributes.contains_key("has_secret_string_wo") {
        let is_given = get(config, "secret_string_wo").is_set();
        state.insert("has_secret_string_wo".to_owned(), is_given.into());
    }
    Ok(state)
}

fn refuse_taken(kind: &str, state: &Object, world: &World) -> Result<(), Problem> {
    let Some((_, names)) = UNIQUE.iter().find(|(name, _)| *name == kind) else {
        return Ok(());
    };
    let is_same = |other: &Object| {
        names
            .iter()
            .chain(&["region"])
            .all(|name| get(other, name) == get(state, name))
    };
    if !world.all(kind).any(is_same) {
        return Ok(());
    }
    let own = names.last().copied().unwrap_or_default();
    let name = match get(state, own) {
        Value::String(name) => format!(" `{name}`"),
        _ => String::new(),
    };
    Err(Problem::error(
        Path::of(own),
        "ResourceAlreadyExists",
        format!(
            "A {kind}{name} with the same {} already exists.",
            names.join(", ")
        ),
    ))
}
