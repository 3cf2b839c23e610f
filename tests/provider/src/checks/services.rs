//! ECS services, capacity providers and the instances under them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Phase, balancers, blocks_are_known, containers, is_true, refuse, text, whole};
use crate::diagnostic::Problem;
use crate::generated::last;
use crate::value::{Object, Value, block, blocks, get};
use crate::world::World;

/// What Service Connect's proxy needs of a task beyond its containers.
const PROXY_CPU: i64 = 256;
const PROXY_MEMORY: i64 = 64;

pub(super) fn service(resource: &Object, phase: Phase) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_daemon = text(resource, "scheduling_strategy") == Some("DAEMON");
    let most = whole(resource, "deployment_maximum_percent");
    // Unset is ENABLED for a new service. In a plan, unknown may be either.
    let rebalances = match get(resource, "availability_zone_rebalancing") {
        Value::String(switch) => switch == "ENABLED",
        Value::Null => phase == Phase::Validate,
        Value::Unknown(_) => phase == Phase::Apply,
        _ => false,
    };
    if rebalances && (is_daemon || most.is_some_and(|most| most <= 100)) {
        let detail = if is_daemon {
            "Availability Zone Rebalancing does not support DAEMON services; unset is ENABLED, say DISABLED."
        } else {
            "Availability Zone Rebalancing does not support maximumPercent <= 100%; unset is ENABLED, say DISABLED."
        };
        problems.push(refuse(
            "availability_zone_rebalancing",
            "InvalidParameterException",
            detail,
        ));
    }
    let has_strategy = !blocks(resource, "capacity_provider_strategy").is_empty();
    if has_strategy && text(resource, "launch_type").is_some() {
        let detail = "a launch_type can't be given together with a capacity_provider_strategy";
        problems.push(refuse("launch_type", "InvalidParameterException", detail));
    }
    let based = blocks(resource, "capacity_provider_strategy")
        .iter()
        .filter(|strategy| whole(strategy, "base").is_some_and(|base| base > 0))
        .count();
    if based > 1 {
        let detail = "only one capacity provider of a strategy may have a base";
        problems.push(refuse(
            "capacity_provider_strategy",
            "InvalidParameterException",
            detail,
        ));
    }
    let least = whole(resource, "deployment_minimum_healthy_percent");
    if let (Some(least), Some(most)) = (least, most)
        && least >= most
        && !is_daemon
    {
        let detail =
            format!("a deployment can't go on with {least} % at least and {most} % at most");
        problems.push(refuse(
            "deployment_maximum_percent",
            "InvalidParameterException",
            detail,
        ));
    }
    problems.extend(balancers::grace_period(resource));
    problems
}

/// A service among the task definitions and associations it's made from.
pub(super) fn service_among(resource: &Object, world: &World) -> Vec<Problem> {
    let mut problems = association_problems(resource, world);
    let task = text(resource, "task_definition")
        .and_then(|arn| world.find("aws_ecs_task_definition", "arn", arn));
    let Some(task) = task else {
        return problems;
    };
    problems.extend(balancers::service_among(resource, task, world));
    if text(task, "network_mode") == Some("awsvpc")
        && blocks(resource, "network_configuration").is_empty()
    {
        let detail =
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
        problems.push(refuse(
            "network_configuration",
            "InvalidParameterException",
            detail,
        ));
    }
    if is_true(resource, "enable_execute_command") && text(task, "task_role_arn").is_none() {
        let detail = "enable_execute_command needs a task definition with a task role";
        problems.push(refuse(
            "enable_execute_command",
            "InvalidParameterException",
            detail,
        ));
    }
    let Some(connect) = block(resource, "service_connect_configuration")
        .filter(|connect| is_true(connect, "enabled"))
    else {
        return problems;
    };
    let known = containers::port_names(task);
    for service in blocks(connect, "service") {
        let name = text(service, "port_name").unwrap_or_default();
        if !known.iter().any(|port| port == name) {
            let detail = format!(
                "portName {name} is not a name of a port mapping of the task definition, which has: {}",
                known.join(", ")
            );
            problems.push(refuse(
                "service_connect_configuration.0.service",
                "InvalidParameterException",
                detail,
            ));
        }
    }
    match containers::left_over(task) {
        (_, None) => problems.push(refuse(
            "service_connect_configuration",
            "InvalidParameterException",
            "Service Connect needs a task definition that says how much memory the task has",
        )),
        (cpu, Some(memory)) => {
            let lacks_cpu = cpu.is_some_and(|cpu| cpu < PROXY_CPU);
            if lacks_cpu || memory < PROXY_MEMORY {
                let detail = format!(
                    "Service Connect's proxy needs {PROXY_CPU} CPU units and {PROXY_MEMORY} MiB beyond the containers: {} and {memory} are left",
                    cpu.map_or_else(|| "enough".to_owned(), |cpu| cpu.to_string())
                );
                problems.push(refuse(
                    "service_connect_configuration",
                    "No room for Service Connect",
                    detail,
                ));
            }
        }
    }
    problems
}

/// A service may use a provider only once the cluster has it.
///
/// Without a world file that is said only where it's certain: of a cluster or
/// provider that this same command made.
fn association_problems(resource: &Object, world: &World) -> Vec<Problem> {
    let cluster = last(text(resource, "cluster").unwrap_or_default());
    let associated: Vec<&str> = world
        .all("aws_ecs_cluster_capacity_providers")
        .filter(|association| text(association, "cluster_name") == Some(cluster))
        .flat_map(|association| get(association, "capacity_providers").strings())
        .collect();
    blocks(resource, "capacity_provider_strategy")
        .into_iter()
        .filter_map(|strategy| text(strategy, "capacity_provider"))
        .map(last)
        .filter(|name| !associated.contains(name))
        .filter(|name| {
            world.is_complete()
                || world.is_created_here("aws_ecs_cluster", "name", cluster)
                || world.is_created_here("aws_ecs_capacity_provider", "name", name)
        })
        .map(|name| {
            let detail = format!(
                "The specified capacity provider '{name}' was not found: it is not associated with cluster '{cluster}' yet."
            );
            refuse("capacity_provider_strategy", "InvalidParameterException", detail)
        })
        .collect()
}

pub(super) fn association(resource: &Object) -> Vec<Problem> {
    let Value::List(_) = get(resource, "capacity_providers") else {
        return Vec::new();
    };
    if !get(resource, "capacity_providers").is_wholly_known() {
        return Vec::new();
    }
    let providers = get(resource, "capacity_providers").strings();
    blocks(resource, "default_capacity_provider_strategy")
        .into_iter()
        .filter_map(|strategy| text(strategy, "capacity_provider"))
        .filter(|name| !providers.contains(name))
        .map(|name| {
            let detail =
                format!("the default strategy uses `{name}`, which is not in capacity_providers");
            refuse(
                "default_capacity_provider_strategy",
                "InvalidParameterException",
                detail,
            )
        })
        .collect()
}

/// What leaves an association must not be in use.
pub(super) fn dissociation(prior: &Object, resource: &Object, world: &World) -> Vec<Problem> {
    let cluster = text(prior, "cluster_name").unwrap_or_default();
    let kept = get(resource, "capacity_providers").strings();
    get(prior, "capacity_providers")
        .strings()
        .into_iter()
        .filter(|name| !kept.contains(name))
        .filter_map(|name| {
            let user = user_of(name, Some(cluster), world)?;
            let detail = format!(
                "The specified capacity provider '{name}' is in use by service '{user}' and cannot be removed from cluster '{cluster}'."
            );
            Some(refuse("capacity_providers", "ResourceInUseException", detail))
        })
        .collect()
}

pub(super) fn provider_goes(resource: &Object, world: &World) -> Vec<Problem> {
    let name = text(resource, "name").unwrap_or_default();
    let mut problems = Vec::new();
    if let Some(user) = user_of(name, None, world) {
        let detail =
            format!("The specified capacity provider '{name}' is in use by service '{user}'.");
        problems.push(refuse("name", "ResourceInUseException", detail));
    }
    let association = world
        .all("aws_ecs_cluster_capacity_providers")
        .find(|association| {
            get(association, "capacity_providers")
                .strings()
                .contains(&name)
        });
    if let Some(association) = association {
        let cluster = text(association, "cluster_name").unwrap_or_default();
        let detail = format!(
            "The capacity provider '{name}' is still associated with cluster '{cluster}': AWS keeps it until it isn't, and the provider waits for 20 minutes."
        );
        problems.push(refuse("name", "ResourceInUseException", detail));
    }
    problems
}

fn user_of<'a>(provider: &str, cluster: Option<&str>, world: &'a World) -> Option<&'a str> {
    world
        .all("aws_ecs_service")
        .filter(|service| {
            cluster
                .is_none_or(|cluster| last(text(service, "cluster").unwrap_or_default()) == cluster)
        })
        .find(|service| {
            blocks(service, "capacity_provider_strategy")
                .iter()
                .any(|strategy| text(strategy, "capacity_provider").map(last) == Some(provider))
        })
        .and_then(|service| text(service, "name"))
}

pub(super) fn capacity_provider(resource: &Object) -> Vec<Problem> {
    let Some(provider) = block(resource, "auto_scaling_group_provider") else {
        return Vec::new();
    };
    let protects = text(provider, "managed_termination_protection") == Some("ENABLED");
    let scaling = block(provider, "managed_scaling");
    let scales = scaling.is_some_and(|scaling| text(scaling, "status") == Some("ENABLED"));
    let is_known = scaling.is_none_or(|scaling| !get(scaling, "status").is_unknown());
    if protects && !scales && is_known {
        let detail = "managed termination protection needs managed scaling to be ENABLED";
        return vec![refuse(
            "auto_scaling_group_provider.0.managed_termination_protection",
            "ClientException",
            detail,
        )];
    }
    Vec::new()
}

pub(super) fn provider_among(resource: &Object, world: &World) -> Vec<Problem> {
    let Some(provider) = block(resource, "auto_scaling_group_provider") else {
        return Vec::new();
    };
    let group = text(provider, "auto_scaling_group_arn")
        .and_then(|arn| world.find("aws_autoscaling_group", "arn", arn));
    let protects = text(provider, "managed_termination_protection") == Some("ENABLED");
    if protects && group.is_some_and(|group| !is_true(group, "protect_from_scale_in")) {
        let detail =
            "managed termination protection needs an Auto Scaling group with protect_from_scale_in";
        return vec![refuse(
            "auto_scaling_group_provider",
            "ClientException",
            detail,
        )];
    }
    Vec::new()
}

/// A size that a group has already gives way to new bounds: AWS raises or lowers it itself.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html>
pub(super) fn scaling_group(prior: Option<&Object>, resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let [least, wanted, most] =
        ["min_size", "desired_capacity", "max_size"].map(|name| whole(resource, name));
    let is_above =
        |low: Option<i64>, high: Option<i64>| low.zip(high).is_some_and(|(low, high)| low > high);
    if is_above(least, most) {
        problems.push(refuse(
            "min_size",
            "ValidationError",
            "min_size is more than max_size",
        ));
    }
    let is_asked_for = prior.is_none_or(|prior| whole(prior, "desired_capacity") != wanted);
    if is_asked_for && (is_above(least, wanted) || is_above(wanted, most)) {
        let detail = "desired_capacity must lie between min_size and max_size";
        problems.push(refuse("desired_capacity", "ValidationError", detail));
    }
    let sources = ["launch_template", "mixed_instances_policy"];
    let has_block = sources
        .iter()
        .any(|name| !blocks(resource, name).is_empty() || !blocks_are_known(resource, name));
    if !has_block && get(resource, "launch_configuration").is_null() {
        let detail =
            "one of launch_template, mixed_instances_policy and launch_configuration must be given";
        problems.push(refuse("launch_template", "ValidationError", detail));
    }
    problems
}

/// What instances are told at their start travels in Base64, 16 KiB at most.
pub(super) fn launch_template(resource: &Object) -> Vec<Problem> {
    let Some(encoded) = text(resource, "user_data") else {
        return Vec::new();
    };
    match STANDARD.decode(encoded.trim()) {
        Err(_) => vec![refuse(
            "user_data",
            "InvalidUserData.Malformed",
            "Invalid BASE64 encoding of user data.",
        )],
        Ok(decoded) if decoded.len() > 16_384 => {
            vec![refuse(
                "user_data",
                "InvalidUserData.Malformed",
                "User data is limited to 16384 bytes.",
            )]
        }
        Ok(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::scaling_group;
    use crate::checks::tests::check;
    use crate::value::Value;
    use serde_json::json;

    #[test]
    fn rebalancing_is_on_unless_said_otherwise() {
        check(
            "aws_ecs_service",
            json!({ "deployment_maximum_percent": 100 }),
            &[
                "Availability Zone Rebalancing does not support maximumPercent <= 100%; unset is ENABLED, say DISABLED.",
            ],
        );
        check(
            "aws_ecs_service",
            json!({ "deployment_maximum_percent": 100, "availability_zone_rebalancing": "DISABLED" }),
            &[],
        );
        check(
            "aws_ecs_service",
            json!({ "deployment_maximum_percent": 200 }),
            &[],
        );
    }

    #[test]
    fn a_groups_size_is_asked_for_within_its_bounds() {
        let group = |least: i64, wanted: i64| {
            let template = json!([{ "id": "lt-1" }]);
            let group = json!({
                "min_size": least, "desired_capacity": wanted, "max_size": 9, "launch_template": template,
            });
            match Value::from_json(&group) {
                Value::Map(group) => group,
                _ => unreachable!("an object"),
            }
        };
        let prior = group(6, 6);
        for (prior, group, problems) in [
            (None, group(6, 6), 0),
            (None, group(8, 6), 1),
            (Some(&prior), group(8, 6), 0),
            (Some(&prior), group(8, 7), 1),
        ] {
            assert_eq!(scaling_group(prior, &group).len(), problems, "{group:?}");
        }
    }

    #[test]
    fn protection_from_termination_needs_scaling() {
        check(
            "aws_ecs_capacity_provider",
            json!({ "auto_scaling_group_provider": [{ "managed_termination_protection": "ENABLED" }] }),
            &["managed termination protection needs managed scaling to be ENABLED"],
        );
    }

    #[test]
    fn user_data_is_base64() {
        check(
            "aws_launch_template",
            json!({ "user_data": "ZWNobyBoaQo=" }),
            &[],
        );
        check(
            "aws_launch_template",
            json!({ "user_data": "#!/bin/bash" }),
            &["Invalid BASE64 encoding of user data."],
        );
    }
}
