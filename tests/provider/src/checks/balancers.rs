//! Load balancers of layer 4, what they forward to, and the names and endpoint services that lead to them.
//!
//! Sources: the Elastic Load Balancing guide for Network Load Balancers ("Security groups", "Listeners", "Target groups",
//! "Health checks"), the API models of Elastic Load Balancing and EC2, and what ECS and Route 53 say when they refuse.

use super::{Phase, blocks_are_known, containers, refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};
use crate::world::World;

const REFUSED: &str = "InvalidConfigurationRequest";

pub(super) fn balancer(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_network = text(resource, "load_balancer_type") == Some("network");
    if is_network && whole(resource, "idle_timeout").is_some() {
        let detail = "a Network Load Balancer's idle timeout is one of its listeners'";
        problems.push(refuse("idle_timeout", REFUSED, detail));
    }
    if let Some(name) = text(resource, "name")
        && (name.starts_with("internal-") || name.starts_with('-') || name.ends_with('-'))
    {
        let detail = format!("`{name}` begins with internal- or with a hyphen, or ends with one");
        problems.push(refuse("name", REFUSED, detail));
    }
    problems
}

/// A load balancer has a subnet in each of its zones, and no two in one.
pub(super) fn balancer_among(resource: &Object, world: &World) -> Vec<Problem> {
    let mut zones = Vec::new();
    let mut problems = Vec::new();
    for id in get(resource, "subnets").strings() {
        let zone = world
            .find("aws_subnet", "id", id)
            .and_then(|subnet| text(subnet, "availability_zone"));
        if zone.is_some() && zones.contains(&zone) {
            let detail = format!(
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone: {}",
                zone.unwrap_or_default()
            );
            problems.push(refuse("subnets", REFUSED, detail));
        }
        zones.push(zone);
    }
    problems
}

pub(super) fn listener(prior: Option<&Object>, resource: &Object, phase: Phase) -> Vec<Problem> {
    let Some(protocol) = text(resource, "protocol") else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let mut say = |place: &str, detail: String| problems.push(refuse(place, REFUSED, detail));
    let is_encrypted = matches!(protocol, "TLS" | "HTTPS");
    if is_encrypted && get(resource, "certificate_arn").is_null() {
        say(
            "certificate_arn",
            format!("A certificate must be specified for {protocol} listeners"),
        );
    }
    for name in ["certificate_arn", "ssl_policy"] {
        let value = text(resource, name);
        // The provider keeps a policy that the configuration no longer has, and sends it. That AWS refuses it shows only when
        // the listener is changed, and not if it is replaced.
        let is_kept = value.is_some() && prior.and_then(|prior| text(prior, name)) == value;
        if !is_encrypted && value.is_some() && !(is_kept && phase == Phase::Plan) {
            let detail = format!("`{name}` is for TLS and HTTPS, this listener has {protocol}");
            say(name, detail);
        }
    }
    if protocol != "TLS" && text(resource, "alpn_policy").is_some() {
        say(
            "alpn_policy",
            format!("`alpn_policy` is for TLS, this listener has {protocol}"),
        );
    }
    // The provider keeps what it knows of a listener that was one with TCP, and sends it no more.
    let timeout = whole(resource, "tcp_idle_timeout_seconds");
    let kept = prior.and_then(|prior| whole(prior, "tcp_idle_timeout_seconds"));
    if protocol != "TCP" && timeout.is_some() && timeout != kept {
        say(
            "tcp_idle_timeout_seconds",
            format!("only a listener with TCP has an idle timeout to set, not one with {protocol}"),
        );
    }
    problems
}

/// A target group of a Network Load Balancer and its health check.
pub(super) fn target_group(resource: &Object) -> Vec<Problem> {
    let is_network = matches!(
        text(resource, "protocol"),
        Some("TCP" | "TLS" | "UDP" | "TCP_UDP")
    );
    let mut problems = Vec::new();
    for check in blocks(resource, "health_check") {
        let is_http = matches!(text(check, "protocol"), None | Some("HTTP" | "HTTPS"));
        for name in ["matcher", "path"] {
            if !is_http && text(check, name).is_some() {
                let detail = format!("a health check by TCP has no `{name}`");
                let place = format!("health_check.0.{name}");
                problems.push(refuse(&place, "Invalid Attribute Combination", detail));
            }
        }
        if let (Some(timeout), Some(interval)) = (whole(check, "timeout"), whole(check, "interval"))
            && timeout >= interval
        {
            let detail = format!(
                "Health check interval must be greater than the timeout: {interval} and {timeout}"
            );
            problems.push(refuse("health_check.0.timeout", "ValidationError", detail));
        }
    }
    if !is_network && get(resource, "connection_termination").as_bool() == Some(true) {
        let detail = "only a target group of a Network Load Balancer ends connections";
        problems.push(refuse("connection_termination", REFUSED, detail));
    }
    problems
}

/// A target group stays while a listener forwards to it, and here while a service puts its tasks into it: AWS would delete
/// it, and ECS would look for it in vain.
pub(super) fn target_group_goes(resource: &Object, world: &World) -> Vec<Problem> {
    let arn = text(resource, "arn").unwrap_or_default();
    let mut problems = Vec::new();
    let mut say = |user: String| {
        let detail = format!("Target group '{arn}' is currently in use by {user}");
        problems.push(refuse("arn", "ResourceInUse", detail));
    };
    if forwards(arn, world) {
        say("a listener or a rule".to_owned());
    }
    for service in world.all("aws_ecs_service") {
        let mut balancers = blocks(service, "load_balancer").into_iter();
        if balancers.any(|balancer| text(balancer, "target_group_arn") == Some(arn)) {
            let name = text(service, "name").unwrap_or_default();
            say(format!("the service {name}"));
        }
    }
    problems
}

/// A load balancer stays while an endpoint service leads to it.
pub(super) fn balancer_goes(resource: &Object, world: &World) -> Vec<Problem> {
    let arn = text(resource, "arn").unwrap_or_default();
    let mut services = world.all("aws_vpc_endpoint_service");
    let leads_here = |service: &Object| {
        let mut arns = get(service, "network_load_balancer_arns")
            .strings()
            .into_iter();
        arns.any(|other| other == arn)
    };
    match services.any(leads_here) {
        true => vec![refuse(
            "arn",
            "ResourceInUse",
            format!("Load balancer '{arn}' is currently associated with another service"),
        )],
        false => Vec::new(),
    }
}

fn forwards(target_group: &str, world: &World) -> bool {
    let mut listeners = world.all("aws_lb_listener");
    listeners.any(|listener| {
        let mut actions = blocks(listener, "default_action").into_iter();
        actions.any(|action| text(action, "target_group_arn") == Some(target_group))
    })
}

/// The target groups of a service: each behind a load balancer, of the kind that the network mode needs, for a port that
/// a container has.
pub(super) fn service_among(resource: &Object, task: &Object, world: &World) -> Vec<Problem> {
    const INVALID: &str = "InvalidParameterException";
    let mut problems = Vec::new();
    let balancers = blocks(resource, "load_balancer");
    for (index, balancer) in balancers.iter().enumerate() {
        let place = format!("load_balancer.{index}");
        let mut say = |detail: String| problems.push(refuse(&place, INVALID, detail));
        let arn = text(balancer, "target_group_arn").unwrap_or_default();
        let group = world.find("aws_lb_target_group", "arn", arn);
        let is_known = group.is_some() || world.is_complete();
        if is_known && !forwards(arn, world) {
            say(format!(
                "The target group with targetGroupArn {arn} does not have an associated load balancer."
            ));
        }
        if let Some(group) = group
            && text(task, "network_mode") == Some("awsvpc")
            && text(group, "target_type") != Some("ip")
        {
            say(format!(
                "The provided target group {arn} has target type {}, which is incompatible with the awsvpc network mode specified in the task definition.",
                text(group, "target_type").unwrap_or("instance")
            ));
        }
        let (container, port) = (
            text(balancer, "container_name").unwrap_or_default(),
            whole(balancer, "container_port").unwrap_or_default(),
        );
        if !containers::has_port(task, container, port) {
            say(format!(
                "The container {container} did not have a container port {port} defined."
            ));
        }
    }
    if balancers.len() > 5 {
        let detail = format!(
            "a service has at most 5 target groups, not {}",
            balancers.len()
        );
        problems.push(refuse("load_balancer", INVALID, detail));
    }
    problems
}

/// A grace period is for services behind a load balancer.
pub(super) fn grace_period(resource: &Object) -> Vec<Problem> {
    let is_given = whole(resource, "health_check_grace_period_seconds").is_some_and(|it| it > 0);
    let is_alone =
        blocks_are_known(resource, "load_balancer") && blocks(resource, "load_balancer").is_empty();
    match is_given && is_alone {
        true => vec![refuse(
            "health_check_grace_period_seconds",
            "InvalidParameterException",
            "Health check grace period is only valid for services configured to use load balancers",
        )],
        false => Vec::new(),
    }
}

/// An endpoint service leads to load balancers of one kind, and who may use it has an ARN.
pub(super) fn endpoint_service(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let balancers = ["network_load_balancer_arns", "gateway_load_balancer_arns"];
    if balancers
        .iter()
        .all(|name| matches!(get(resource, name), Value::Null))
    {
        let detail = format!("one of {} must be set", balancers.join(", "));
        problems.push(refuse("network_load_balancer_arns", REFUSED, detail));
    }
    for principal in get(resource, "allowed_principals").strings() {
        if principal != "*" && !principal.starts_with("arn:") {
            let detail = format!("Invalid Principal: '{principal}'");
            problems.push(refuse("allowed_principals", "InvalidPrincipal", detail));
        }
    }
    problems
}

pub(super) fn endpoint_service_among(resource: &Object, world: &World) -> Vec<Problem> {
    let mut problems = Vec::new();
    for arn in get(resource, "network_load_balancer_arns").strings() {
        let balancer = world.find("aws_lb", "arn", arn);
        if balancer.is_some_and(|it| text(it, "load_balancer_type") != Some("network")) {
            let detail = format!("{arn} is no Network Load Balancer");
            problems.push(refuse("network_load_balancer_arns", REFUSED, detail));
        }
    }
    problems
}

/// A record has values of its own and their lifetime, or is an alias and has neither.
pub(super) fn record(resource: &Object) -> Vec<Problem> {
    let is_alias = !blocks(resource, "alias").is_empty();
    let has_records = !get(resource, "records").is_null();
    let has_ttl = !get(resource, "ttl").is_null();
    let detail = match (is_alias, has_records, has_ttl) {
        (true, true, _) | (true, _, true) => "an alias has neither `records` nor `ttl`",
        (false, true, false) => "a record that is no alias needs a `ttl`",
        (false, false, _) if blocks_are_known(resource, "alias") => {
            "one of `alias` and `records` must be set"
        }
        _ => return Vec::new(),
    };
    vec![refuse("name", "InvalidChangeBatch", detail)]
}

/// A record's name is in its zone.
pub(super) fn record_among(resource: &Object, world: &World) -> Vec<Problem> {
    let zone =
        text(resource, "zone_id").and_then(|id| world.find("aws_route53_zone", "zone_id", id));
    let (Some(zone), Some(name)) = (
        zone.and_then(|zone| text(zone, "name")),
        text(resource, "name"),
    ) else {
        return Vec::new();
    };
    if name == zone || name.ends_with(&format!(".{zone}")) {
        return Vec::new();
    }
    let detail = format!("RRSet with DNS name {name}. is not permitted in zone {zone}.");
    vec![refuse("name", "InvalidChangeBatch", detail)]
}

#[cfg(test)]
mod tests {
    use crate::checks::tests::check;
    use serde_json::json;

    #[test]
    fn only_an_encrypted_listener_has_a_certificate() {
        check(
            "aws_lb_listener",
            json!({ "load_balancer_arn": "arn", "port": 7233, "protocol": "TLS", "tcp_idle_timeout_seconds": 350 }),
            &[
                "A certificate must be specified for TLS listeners",
                "only a listener with TCP has an idle timeout to set, not one with TLS",
            ],
        );
        check(
            "aws_lb_listener",
            json!({ "load_balancer_arn": "arn", "port": 7233, "protocol": "TCP", "alpn_policy": "HTTP2Preferred" }),
            &["`alpn_policy` is for TLS, this listener has TCP"],
        );
    }

    #[test]
    fn an_alias_has_no_values_of_its_own() {
        let alias = json!([{ "name": "x", "zone_id": "Z", "evaluate_target_health": false }]);
        check(
            "aws_route53_record",
            json!({ "zone_id": "Z", "name": "x", "type": "A", "alias": alias, "ttl": 60 }),
            &["an alias has neither `records` nor `ttl`"],
        );
        check(
            "aws_route53_record",
            json!({ "zone_id": "Z", "name": "x", "type": "A" }),
            &["one of `alias` and `records` must be set"],
        );
    }

    #[test]
    fn a_service_without_a_load_balancer_has_no_grace_period() {
        check(
            "aws_ecs_service",
            json!({ "name": "x", "health_check_grace_period_seconds": 60, "deployment_maximum_percent": 200 }),
            &[
                "Health check grace period is only valid for services configured to use load balancers",
            ],
        );
    }
}
