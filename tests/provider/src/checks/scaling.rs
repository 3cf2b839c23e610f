//! Application Auto Scaling of ECS services.
//!
//! Sources: `RegisterScalableTarget`, `PutScalingPolicy` and `PutScheduledAction` in the API model of Application Auto
//! Scaling (botocore 1.44) for the form of a resource's id, the dimension and the three kinds of schedules, and for what
//! must be there before; its user guide, "Scheduled scaling for Application Auto Scaling", for the six fields of a cron
//! expression.

use super::{refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, block, blocks, get};
use crate::world::World;

const REFUSED: &str = "ValidationException";

/// What a service's count is called.
const DIMENSION: &str = "ecs:service:DesiredCount";

pub(super) fn target(target: &Object) -> Vec<Problem> {
    let mut problems = of_service(target);
    if let (Some(least), Some(most)) =
        (whole(target, "min_capacity"), whole(target, "max_capacity"))
    {
        problems.extend(bounds("max_capacity", least, most));
    }
    problems
}

/// What tracks a target has one, and a metric of it.
pub(super) fn policy(policy: &Object) -> Vec<Problem> {
    let mut problems = of_service(policy);
    let tracks = text(policy, "policy_type") == Some("TargetTrackingScaling");
    let Some(tracking) = block(policy, "target_tracking_scaling_policy_configuration") else {
        if tracks {
            problems.push(refuse(
                "policy_type",
                REFUSED,
                "a target tracking policy has target_tracking_scaling_policy_configuration",
            ));
        }
        return problems;
    };
    let metrics = [
        "predefined_metric_specification",
        "customized_metric_specification",
    ];
    let count: usize = metrics
        .iter()
        .map(|name| blocks(tracking, name).len())
        .sum();
    if count != 1 {
        problems.push(refuse(
            "target_tracking_scaling_policy_configuration",
            REFUSED,
            format!("a target tracking policy has one metric, not {count}"),
        ));
    }
    for metric in blocks(tracking, "predefined_metric_specification") {
        let known = [
            "ECSServiceAverageCPUUtilization",
            "ECSServiceAverageMemoryUtilization",
            "ALBRequestCountPerTarget",
        ];
        if let Some(name) = text(metric, "predefined_metric_type")
            && !known.contains(&name)
        {
            problems.push(refuse(
                "target_tracking_scaling_policy_configuration",
                REFUSED,
                format!("`{name}` is no metric of an ECS service"),
            ));
        }
    }
    problems
}

pub(super) fn schedule(action: &Object) -> Vec<Problem> {
    let mut problems = of_service(action);
    if let Some(schedule) = text(action, "schedule")
        && !is_schedule(schedule)
    {
        problems.push(refuse(
            "schedule",
            REFUSED,
            format!("`{schedule}` is none of at(…), rate(…) and cron(…) with six fields"),
        ));
    }
    if let Some(change) = block(action, "scalable_target_action") {
        match (whole(change, "min_capacity"), whole(change, "max_capacity")) {
            (Some(least), Some(most)) => {
                problems.extend(bounds("scalable_target_action", least, most));
            }
            (None, None)
                if get(change, "min_capacity").is_null()
                    && get(change, "max_capacity").is_null() =>
            {
                problems.push(refuse(
                    "scalable_target_action",
                    REFUSED,
                    "it sets min_capacity, max_capacity or both",
                ));
            }
            _ => {}
        }
    }
    problems
}

/// The service must be there.
pub(super) fn target_among(target: &Object, world: &World) -> Vec<Problem> {
    let Some(id) = text(target, "resource_id") else {
        return Vec::new();
    };
    let is_there = world.all("aws_ecs_service").any(|service| {
        let cluster = text(service, "cluster").unwrap_or_default();
        let cluster = cluster.rsplit('/').next().unwrap_or_default();
        let name = text(service, "name").unwrap_or_default();
        id == format!("service/{cluster}/{name}")
    });
    if is_there {
        return Vec::new();
    }
    vec![refuse(
        "resource_id",
        REFUSED,
        format!("ECS service doesn't exist: {id}"),
    )]
}

/// A policy and a scheduled action need a registered target.
pub(super) fn of_target_among(resource: &Object, world: &World) -> Vec<Problem> {
    let Some(id) = text(resource, "resource_id") else {
        return Vec::new();
    };
    if world
        .find("aws_appautoscaling_target", "resource_id", id)
        .is_some()
    {
        return Vec::new();
    }
    vec![refuse(
        "resource_id",
        "ObjectNotFoundException",
        format!(
            "No scalable target registered for service namespace: ecs, resource ID: {id}, scalable dimension: {DIMENSION}"
        ),
    )]
}

/// The form of an ECS service's id, and its only dimension.
fn of_service(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    if text(resource, "service_namespace") != Some("ecs") {
        return problems;
    }
    if let Some(id) = text(resource, "resource_id") {
        let parts: Vec<&str> = id.split('/').collect();
        let has_form = parts.len() == 3 && parts[0] == "service" && !parts.contains(&"");
        if !has_form {
            problems.push(refuse(
                "resource_id",
                REFUSED,
                format!("`{id}` is not service/CLUSTER/SERVICE"),
            ));
        }
    }
    if let Some(dimension) = text(resource, "scalable_dimension")
        && dimension != DIMENSION
    {
        problems.push(refuse(
            "scalable_dimension",
            REFUSED,
            format!("an ECS service has no dimension `{dimension}`"),
        ));
    }
    problems
}

fn bounds(place: &str, least: i64, most: i64) -> Option<Problem> {
    if least < 0 {
        return Some(refuse(
            place,
            REFUSED,
            format!("a service has 0 tasks or more, not {least}"),
        ));
    }
    (least > most).then(|| {
        refuse(
            place,
            REFUSED,
            format!("Maximum capacity cannot be less than minimum capacity: {most} < {least}"),
        )
    })
}

fn is_schedule(schedule: &str) -> bool {
    let inside = |kind: &str| {
        schedule
            .strip_prefix(kind)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    if let Some(fields) = inside("cron") {
        return fields.split_whitespace().count() == 6;
    }
    inside("at").is_some() || inside("rate").is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::checks::tests::check;

    /// What all three have.
    fn of_frontend(other: &Value) -> Value {
        let mut resource = json!({
            "service_namespace": "ecs",
            "resource_id": "service/temporal-dev-cluster/temporal-dev-temporal-frontend",
            "scalable_dimension": "ecs:service:DesiredCount",
        });
        for (name, value) in other.as_object().unwrap() {
            resource[name] = value.clone();
        }
        resource
    }

    #[test]
    fn a_target_names_a_service_and_has_bounds_in_order() {
        let check = |other: Value, expected: &[&str]| {
            check("aws_appautoscaling_target", of_frontend(&other), expected);
        };
        check(json!({ "min_capacity": 0, "max_capacity": 0 }), &[]);
        check(
            json!({ "min_capacity": 3, "max_capacity": 2 }),
            &["Maximum capacity cannot be less than minimum capacity: 2 < 3"],
        );
        check(
            json!({ "min_capacity": -1, "max_capacity": 2 }),
            &["a service has 0 tasks or more, not -1"],
        );
        check(
            json!({ "resource_id": "service/temporal-dev-temporal-frontend" }),
            &["`service/temporal-dev-temporal-frontend` is not service/CLUSTER/SERVICE"],
        );
        check(
            json!({ "scalable_dimension": "ecs:service:Count" }),
            &["an ECS service has no dimension `ecs:service:Count`"],
        );
    }

    #[test]
    fn a_policy_tracks_one_metric_of_a_service() {
        let metric = |name: &str| json!({ "predefined_metric_type": name });
        let policy = |metrics: &[Value]| {
            of_frontend(&json!({
                "name": "cpu",
                "policy_type": "TargetTrackingScaling",
                "target_tracking_scaling_policy_configuration": [{
                    "target_value": 60, "predefined_metric_specification": metrics,
                }],
            }))
        };
        let kind = "aws_appautoscaling_policy";
        check(
            kind,
            policy(&[metric("ECSServiceAverageCPUUtilization")]),
            &[],
        );
        check(
            kind,
            policy(&[metric("CPUUtilization")]),
            &["`CPUUtilization` is no metric of an ECS service"],
        );
        check(
            kind,
            policy(&[]),
            &["a target tracking policy has one metric, not 0"],
        );
        check(
            kind,
            of_frontend(&json!({ "name": "cpu", "policy_type": "TargetTrackingScaling" })),
            &["a target tracking policy has target_tracking_scaling_policy_configuration"],
        );
    }

    #[test]
    fn a_schedule_has_a_form_and_sets_something() {
        let action = |schedule: &str, change: Value| {
            of_frontend(&json!({
                "name": "sleep", "schedule": schedule, "scalable_target_action": [change],
            }))
        };
        let kind = "aws_appautoscaling_scheduled_action";
        let none = json!({ "min_capacity": "0", "max_capacity": "0" });
        check(kind, action("cron(0 20 ? * MON-FRI *)", none.clone()), &[]);
        check(kind, action("rate(1 hour)", none.clone()), &[]);
        check(
            kind,
            action("cron(0 20 * * 1-5)", none),
            &["`cron(0 20 * * 1-5)` is none of at(…), rate(…) and cron(…) with six fields"],
        );
        check(
            kind,
            action(
                "rate(1 hour)",
                json!({ "min_capacity": "2", "max_capacity": "1" }),
            ),
            &["Maximum capacity cannot be less than minimum capacity: 1 < 2"],
        );
        check(
            kind,
            action("rate(1 hour)", json!({})),
            &["it sets min_capacity, max_capacity or both"],
        );
    }
}
