//! What is a thing of its own in AWS and may be written inside another
//! resource: the routes of a route table, the rules of a security group. They
//! are in the world beside what they were written in, so that a second one is
//! refused as AWS refuses it, and so that they can be imported.

use crate::generated::Generator;
use crate::schema::Provider;
use crate::value::{Object, Value, conform, get};

/// A part: its type as a resource, and all that AWS would say of it.
pub(crate) type Part = (&'static str, Object);

const INGRESS: &str = "aws_vpc_security_group_ingress_rule";
const EGRESS: &str = "aws_vpc_security_group_egress_rule";
const LOG_GROUP: &str = "aws_cloudwatch_log_group";

/// The parts of a resource that is there.
pub(crate) fn of(kind: &str, state: &Object, provider: &Provider, region: &str) -> Vec<Part> {
    let parts = match kind {
        "aws_route_table" => routes(state),
        "aws_security_group" | "aws_default_security_group" => rules_of_group(state),
        "aws_security_group_rule" => rules_of_rule(state),
        _ => Vec::new(),
    };
    let mut whole: Vec<Part> = parts
        .into_iter()
        .map(|(kind, part)| (kind, complete(kind, &part, provider, region)))
        .collect();
    // An old rule with one source says the id that AWS gave the rule.
    if let ([(_, part)], Value::String(id)) =
        (whole.as_mut_slice(), get(state, "security_group_rule_id"))
    {
        for name in ["id", "security_group_rule_id"] {
            part.insert(name.to_owned(), id.as_str().into());
        }
    }
    whole
}

/// What AWS makes by itself beside a resource, unless it is there, and leaves there when the resource goes.
pub(crate) fn beside(kind: &str, state: &Object, provider: &Provider, region: &str) -> Vec<Part> {
    let has_insights = kind == "aws_ecs_cluster"
        && maps(get(state, "setting")).any(|setting| {
            get(setting, "name").as_str() == Some("containerInsights")
                && get(setting, "value").as_str() != Some("disabled")
        });
    if !has_insights {
        return Vec::new();
    }
    // In truth when there is something to measure, which may be at once.
    let cluster = get(state, "name").as_str().unwrap_or_default();
    let name = format!("/aws/ecs/containerinsights/{cluster}/performance");
    let group = Object::from([("name".to_owned(), name.as_str().into())]);
    vec![(LOG_GROUP, complete(LOG_GROUP, &group, provider, region))]
}

fn complete(kind: &str, part: &Object, provider: &Provider, region: &str) -> Object {
    let block = &provider.resources[kind].block;
    let mut whole = conform(&Value::Map(part.clone()), block);
    for (name, attribute) in &block.attributes {
        if attribute.computed && get(&whole, name).is_null() {
            whole.insert(name.clone(), Value::unknown());
        }
    }
    let generator = Generator {
        kind,
        block,
        region,
        copy: 0,
        prior: None,
    };
    generator.fill(&whole)
}

fn routes(table: &Object) -> Vec<Part> {
    let route = |inline: &Object| {
        let mut route = Object::from([("route_table_id".to_owned(), get(table, "id").clone())]);
        for (name, value) in inline {
            let name = match name.as_str() {
                "cidr_block" => "destination_cidr_block",
                "ipv6_cidr_block" => "destination_ipv6_cidr_block",
                other => other,
            };
            if value.as_str().is_some_and(|text| !text.is_empty()) {
                route.insert(name.to_owned(), value.clone());
            }
        }
        ("aws_route", route)
    };
    maps(get(table, "route")).map(route).collect()
}

fn rules_of_group(group: &Object) -> Vec<Part> {
    let group_id = get(group, "id");
    let rules = |direction: &'static str, kind: &'static str| {
        maps(get(group, direction))
            .flat_map(|inline| rules(kind, inline, group_id, get(inline, "security_groups")))
            .collect::<Vec<_>>()
    };
    [rules("ingress", INGRESS), rules("egress", EGRESS)].concat()
}

fn rules_of_rule(rule: &Object) -> Vec<Part> {
    let kind = if get(rule, "type").as_str() == Some("egress") {
        EGRESS
    } else {
        INGRESS
    };
    let source = Value::List(vec![get(rule, "source_security_group_id").clone()]);
    rules(kind, rule, get(rule, "security_group_id"), &source)
}

/// One rule for each source or destination.
fn rules(kind: &'static str, written: &Object, group_id: &Value, groups: &Value) -> Vec<Part> {
    let own = (get(written, "self").as_bool() == Some(true))
        .then(|| group_id.as_str())
        .flatten();
    let peers = [
        ("cidr_ipv4", get(written, "cidr_blocks").strings()),
        ("cidr_ipv6", get(written, "ipv6_cidr_blocks").strings()),
        ("prefix_list_id", get(written, "prefix_list_ids").strings()),
        (
            "referenced_security_group_id",
            groups.strings().into_iter().chain(own).collect(),
        ),
    ];
    let protocol = get(written, "protocol");
    let rule = |peer: &str, value: &str| {
        let mut rule = Object::from([
            ("security_group_id".to_owned(), group_id.clone()),
            ("ip_protocol".to_owned(), protocol.clone()),
            (peer.to_owned(), value.into()),
        ]);
        // Every protocol has every port, and none is said.
        if protocol.as_str() != Some("-1") {
            for name in ["from_port", "to_port"] {
                rule.insert(name.to_owned(), get(written, name).clone());
            }
        }
        if let Value::String(text) = get(written, "description")
            && !text.is_empty()
        {
            rule.insert("description".to_owned(), text.as_str().into());
        }
        (kind, rule)
    };
    peers
        .iter()
        .flat_map(|(peer, values)| values.iter().map(|value| rule(peer, value)))
        .collect()
}

fn maps(list: &Value) -> impl Iterator<Item = &Object> {
    list.as_list()
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_map)
}
