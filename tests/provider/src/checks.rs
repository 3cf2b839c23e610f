//! What AWS refuses and the schema doesn't: one file per subject.

mod alarms;
mod backups;
mod balancers;
mod budgets;
mod containers;
mod data;
mod events;
mod images;
mod network;
mod policies;
mod scaling;
mod scheduler;
mod services;
mod tags;
mod values;

use crate::diagnostic::{Path, Problem};
use crate::schema::Block;
use crate::value::{Object, Value, blocks, get};
use crate::world::World;

/// When a resource is looked at; parts that are unknown then are passed over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Phase {
    Validate,
    Plan,
    Apply,
}

/// Terraform leaves it to providers to refuse values for what is computed only.
pub(crate) fn settable(block: &Block, config: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    unsettable(block, config, "", &mut problems);
    problems
}

fn unsettable(block: &Block, config: &Object, place: &str, problems: &mut Vec<Problem>) {
    for (name, attribute) in &block.attributes {
        let is_own = attribute.optional || attribute.required;
        if !is_own && !get(config, name).is_null() {
            let detail = format!(
                "Can't configure a value for \"{name}\": its value will be decided automatically based on the result of applying this configuration."
            );
            let place = format!("{place}{name}");
            problems.push(refuse(&place, "Value for unconfigurable attribute", detail));
        }
    }
    for (name, nested) in &block.blocks {
        for (index, inner) in blocks(config, name).into_iter().enumerate() {
            unsettable(
                &nested.block,
                inner,
                &format!("{place}{name}.{index}."),
                problems,
            );
        }
    }
}

/// What can be said of a resource by itself, as it was and as it's to be.
pub(crate) fn resource(
    kind: &str,
    prior: Option<&Object>,
    resource: &Object,
    phase: Phase,
) -> Vec<Problem> {
    let mut problems = values::check(kind, resource);
    problems.extend(policies::check(kind, resource));
    problems.extend(tags::check(kind, resource));
    problems.extend(match kind {
        "aws_appautoscaling_policy" => scaling::policy(resource),
        "aws_appautoscaling_scheduled_action" => scaling::schedule(resource),
        "aws_appautoscaling_target" => scaling::target(resource),
        "aws_autoscaling_group" => services::scaling_group(prior, resource),
        "aws_backup_plan" => backups::plan(resource),
        "aws_backup_selection" => backups::selection(resource),
        "aws_backup_vault_lock_configuration" => backups::lock(resource),
        "aws_budgets_budget" => budgets::check(resource),
        "aws_cloudwatch_event_rule" => events::rule(resource),
        "aws_cloudwatch_event_target" => events::target(resource),
        "aws_cloudwatch_metric_alarm" => alarms::metric_alarm(resource),
        "aws_codebuild_project" => images::project(resource),
        "aws_dynamodb_table" => data::table(resource),
        "aws_ecr_lifecycle_policy" => images::lifecycle(resource),
        "aws_ecs_capacity_provider" => services::capacity_provider(resource),
        "aws_ecs_cluster_capacity_providers" => services::association(resource),
        "aws_ecs_service" => services::service(resource, phase),
        "aws_ecs_task_definition" => containers::check(resource),
        "aws_launch_template" => services::launch_template(resource),
        "aws_lb" => balancers::balancer(resource),
        "aws_lb_listener" => balancers::listener(prior, resource, phase),
        "aws_lb_target_group" => balancers::target_group(resource),
        "aws_opensearch_domain" => data::search_domain(resource),
        "aws_prometheus_alert_manager_definition" => alarms::alert_manager(resource),
        "aws_prometheus_rule_group_namespace" => alarms::rules(resource),
        "aws_route" => network::route(resource),
        "aws_route53_record" => balancers::record(resource),
        "aws_s3_bucket" => data::bucket(resource).into_iter().collect(),
        "aws_s3_bucket_lifecycle_configuration" => data::lifecycle(resource, phase),
        "aws_scheduler_schedule" => scheduler::schedule(resource),
        "aws_security_group_rule" => network::old_rule(resource),
        "aws_subnet" => network::subnet(resource),
        "aws_vpc" => network::vpc(resource),
        "aws_vpc_endpoint" => network::endpoint(resource),
        "aws_vpc_endpoint_service" => balancers::endpoint_service(resource),
        "aws_vpc_security_group_egress_rule" | "aws_vpc_security_group_ingress_rule" => {
            network::rule(resource)
        }
        _ => Vec::new(),
    });
    problems
}

/// What can be said of a resource among others, when it's made or changed.
pub(crate) fn related(
    kind: &str,
    prior: Option<&Object>,
    resource: &Object,
    world: &World,
) -> Vec<Problem> {
    match kind {
        "aws_appautoscaling_policy" | "aws_appautoscaling_scheduled_action" => {
            scaling::of_target_among(resource, world)
        }
        "aws_appautoscaling_target" => scaling::target_among(resource, world),
        "aws_ecs_capacity_provider" => services::provider_among(resource, world),
        "aws_ecs_cluster_capacity_providers" => prior.map_or_else(Vec::new, |prior| {
            services::dissociation(prior, resource, world)
        }),
        "aws_ecs_service" => services::service_among(resource, world),
        "aws_backup_plan" => backups::plan_among(resource, world),
        "aws_backup_selection" => backups::selection_among(resource, world),
        "aws_iam_role_policy" => policies::inline_among(resource, world),
        "aws_lb" => balancers::balancer_among(resource, world),
        "aws_route53_record" => balancers::record_among(resource, world),
        "aws_security_group_rule"
        | "aws_vpc_security_group_egress_rule"
        | "aws_vpc_security_group_ingress_rule" => network::rule_among(kind, resource, world),
        "aws_subnet" => network::subnet_among(prior, resource, world),
        "aws_vpc_endpoint" => network::endpoint_among(resource, world),
        "aws_vpc_endpoint_service" => balancers::endpoint_service_among(resource, world),
        _ => Vec::new(),
    }
}

/// What can be said of a resource among others as soon as it's planned, if what it names is there already.
pub(crate) fn related_in_plan(kind: &str, resource: &Object, world: &World) -> Vec<Problem> {
    match kind {
        "aws_security_group_rule"
        | "aws_vpc_security_group_egress_rule"
        | "aws_vpc_security_group_ingress_rule" => network::rule_among(kind, resource, world),
        _ => Vec::new(),
    }
}

/// Whether a resource may go.
pub(crate) fn destroy(kind: &str, resource: &Object, world: &World) -> Vec<Problem> {
    let mut problems = match kind {
        "aws_backup_plan" => backups::plan_goes(resource, world),
        "aws_ecs_capacity_provider" => services::provider_goes(resource, world),
        "aws_ecs_cluster_capacity_providers" => {
            services::dissociation(resource, &Object::new(), world)
        }
        "aws_lb" => balancers::balancer_goes(resource, world),
        "aws_lb_target_group" => balancers::target_group_goes(resource, world),
        _ => Vec::new(),
    };
    let forced = kind == "aws_dsql_cluster" && get(resource, "force_destroy") == &Value::Bool(true);
    for protection in [
        "deletion_protection_enabled",
        "deletion_protection",
        "enable_deletion_protection",
    ] {
        if !forced && get(resource, protection).as_bool() == Some(true) {
            problems.push(Problem::error(
                Path::of(protection),
                "Deletion protection is enabled",
                format!("`{protection}` is true: AWS refuses to delete this {kind}. Set it to false and apply first."),
            ));
        }
    }
    problems
}

/// A whole number, whether written as one or as text.
fn whole(object: &Object, name: &str) -> Option<i64> {
    get(object, name).as_i64()
}

/// A text that is there and not empty.
fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    get(object, name).as_str().filter(|text| !text.is_empty())
}

fn is_true(object: &Object, name: &str) -> bool {
    get(object, name).as_bool() == Some(true)
}

/// Whether it's known how many blocks of a type there are, and which.
fn blocks_are_known(object: &Object, name: &str) -> bool {
    match get(object, name) {
        Value::Unknown(_) => false,
        Value::List(items) => items.iter().all(|item| !item.is_unknown()),
        _ => true,
    }
}

/// The problem with an attribute, summary and detail.
fn refuse(place: &str, summary: &str, detail: impl Into<String>) -> Problem {
    Problem::error(Path::of(place), summary, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused of a resource by itself, as summaries.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    pub(super) fn check(kind: &str, json: serde_json::Value, expected: &[&str]) {
        let Value::Map(object) = Value::from_json(&json) else {
            panic!("not an object")
        };
        let problems = resource(kind, None, &object, Phase::Validate);
        let details: Vec<&str> = problems
            .iter()
            .map(|problem| problem.detail.as_str())
            .collect();
        assert_eq!(details, expected);
    }
}
