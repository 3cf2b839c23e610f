//! VPCs, subnets, routes, endpoints and security groups.

use std::net::Ipv4Addr;

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, get};
use crate::world::{World, id_of};

/// An IPv4 range as its first address and how many bits are fixed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    first: u32,
    bits: u32,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: Ipv4Addr = address.parse().ok()?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
        let range = Self {
            first: u32::from(address),
            bits,
        };
        (range.first & !range.mask() == 0).then_some(range)
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.bits).unwrap_or(0)
    }

    fn holds(self, other: Self) -> bool {
        other.bits >= self.bits && other.first & self.mask() == self.first
    }

    fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }
}

pub(super) fn vpc(resource: &Object) -> Vec<Problem> {
    range_problem(resource, "cidr_block")
}

pub(super) fn subnet(resource: &Object) -> Vec<Problem> {
    range_problem(resource, "cidr_block")
}

fn range_problem(resource: &Object, name: &str) -> Vec<Problem> {
    let Some(text) = text(resource, name) else {
        return Vec::new();
    };
    let fits = Range::parse(text).is_some_and(|range| (16..=28).contains(&range.bits));
    if fits {
        return Vec::new();
    }
    let detail =
        format!("`{text}` is no IPv4 range of size /16 to /28 that begins at its first address");
    vec![refuse(name, "InvalidRange", detail)]
}

/// A subnet lies in its VPC and overlaps no other.
pub(super) fn subnet_among(
    prior: Option<&Object>,
    resource: &Object,
    world: &World,
) -> Vec<Problem> {
    let Some(range) = text(resource, "cidr_block").and_then(Range::parse) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let cidr = text(resource, "cidr_block").unwrap_or_default();
    let vpc_id = text(resource, "vpc_id").unwrap_or_default();
    let secondary = world
        .all("aws_vpc_ipv4_cidr_block_association")
        .filter(|association| text(association, "vpc_id") == Some(vpc_id))
        .filter_map(|association| text(association, "cidr_block"));
    let primary = world
        .find("aws_vpc", "id", vpc_id)
        .and_then(|vpc| text(vpc, "cidr_block"));
    if let Some(primary) = primary {
        let is_inside = std::iter::once(primary)
            .chain(secondary)
            .filter_map(Range::parse)
            .any(|vpc| vpc.holds(range));
        if !is_inside {
            let detail = format!("The CIDR '{cidr}' is outside the VPC's {primary}.");
            problems.push(refuse("cidr_block", "InvalidSubnet.Range", detail));
        }
    }
    let own = prior.map(id_of);
    for other in world.all("aws_subnet") {
        if text(other, "vpc_id") != Some(vpc_id) || own.as_ref() == Some(&id_of(other)) {
            continue;
        }
        let other_cidr = text(other, "cidr_block").unwrap_or_default();
        if Range::parse(other_cidr).is_some_and(|other| other.overlaps(range)) {
            let detail = format!(
                "The CIDR '{cidr}' conflicts with another subnet: {} has {other_cidr}.",
                id_of(other)
            );
            problems.push(refuse("cidr_block", "InvalidSubnet.Conflict", detail));
        }
    }
    problems
}

/// A separate rule, which names one source or destination.
pub(super) fn rule(resource: &Object) -> Vec<Problem> {
    let sources = [
        "cidr_ipv4",
        "cidr_ipv6",
        "prefix_list_id",
        "referenced_security_group_id",
    ];
    let mut problems = Vec::new();
    let is_known = sources.iter().all(|name| !get(resource, name).is_unknown());
    let given = sources
        .iter()
        .filter(|name| get(resource, name).is_set())
        .count();
    let possible = sources
        .iter()
        .filter(|name| !get(resource, name).is_null())
        .count();
    if (is_known && given != 1) || possible == 0 || given > 1 {
        let detail = format!(
            "Exactly one of {} must be set, {possible} are.",
            sources.join(", ")
        );
        problems.push(refuse(
            "security_group_id",
            "Invalid Attribute Combination",
            detail,
        ));
    }
    if let Some(cidr) = text(resource, "cidr_ipv4")
        && Range::parse(cidr).is_none()
    {
        let detail = format!("`{cidr}` is no IPv4 range that begins at its first address");
        problems.push(refuse("cidr_ipv4", "InvalidParameterValue", detail));
    }
    problems.extend(ports(resource, "ip_protocol"));
    problems
}

pub(super) fn old_rule(resource: &Object) -> Vec<Problem> {
    let sources = [
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "prefix_list_ids",
        "self",
        "source_security_group_id",
    ];
    let given = sources.iter().any(|name| !get(resource, name).is_null());
    let mut problems = ports(resource, "protocol");
    if !given {
        let detail = format!("One of {} must be set.", sources.join(", "));
        problems.push(refuse(
            "security_group_id",
            "Invalid Attribute Combination",
            detail,
        ));
    }
    problems
}

fn ports(resource: &Object, protocol: &str) -> Vec<Problem> {
    let (from, to) = (get(resource, "from_port"), get(resource, "to_port"));
    let Some(name) = text(resource, protocol) else {
        return Vec::new();
    };
    let numbers = from.as_i64().zip(to.as_i64());
    let detail = match name {
        "-1" | "all"
            if protocol == "ip_protocol"
                && (from.is_set() || to.is_set())
                && numbers != Some((-1, -1)) =>
        {
            "from_port and to_port can't be set when ip_protocol is -1 (every protocol)".to_owned()
        }
        "tcp" | "udp" | "6" | "17" if from.is_null() || to.is_null() => {
            format!("from_port and to_port must be set when {protocol} is {name}")
        }
        "tcp" | "udp" | "6" | "17" => match numbers {
            Some((from, to))
                if !(0..=65_535).contains(&from) || !(0..=65_535).contains(&to) || from > to =>
            {
                format!("{from} to {to} is no range of ports")
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    vec![refuse("from_port", "InvalidParameterValue", detail)]
}

/// Terraform takes away separate rules of a group that has rules of its own.
pub(super) fn rule_among(kind: &str, resource: &Object, world: &World) -> Vec<Problem> {
    let inline = match (kind, text(resource, "type")) {
        ("aws_vpc_security_group_egress_rule", _) | (_, Some("egress")) => "egress",
        _ => "ingress",
    };
    let group_id = text(resource, "security_group_id").unwrap_or_default();
    if !world.has_inline(group_id, inline) {
        return Vec::new();
    }
    let detail = format!(
        "{group_id} has `{inline}` blocks of its own: together with separate rules they undo each other at every apply."
    );
    vec![refuse(
        "security_group_id",
        "Inline and separate rules in one security group",
        detail,
    )]
}

pub(super) fn route(resource: &Object) -> Vec<Problem> {
    let targets = [
        "carrier_gateway_id",
        "core_network_arn",
        "egress_only_gateway_id",
        "gateway_id",
        "local_gateway_id",
        "nat_gateway_id",
        "transit_gateway_id",
        "vpc_endpoint_id",
        "vpc_peering_connection_id",
        "odb_network_arn",
    ];
    let destinations = [
        "destination_cidr_block",
        "destination_ipv6_cidr_block",
        "destination_prefix_list_id",
    ];
    let count = |names: &[&str]| {
        names
            .iter()
            .filter(|name| !get(resource, name).is_null())
            .count()
    };
    let mut problems = Vec::new();
    // An interface is computed as well: unknown says nothing about it.
    let has_interface = !get(resource, "network_interface_id").is_null();
    if count(&targets) > 1 || (count(&targets) == 0 && !has_interface) {
        problems.push(refuse(
            "route_table_id",
            "Invalid Attribute Combination",
            format!("one of {} must be set", targets.join(", ")),
        ));
    }
    if count(&destinations) != 1 {
        problems.push(refuse(
            "route_table_id",
            "Invalid Attribute Combination",
            format!("one of {} must be set", destinations.join(", ")),
        ));
    }
    problems
}

pub(super) fn endpoint(resource: &Object) -> Vec<Problem> {
    let kind = get(resource, "vpc_endpoint_type");
    let is_gateway = kind.is_null() || kind.as_str() == Some("Gateway");
    let is_interface = kind.as_str() == Some("Interface");
    let is_given = |name: &str| match get(resource, name) {
        Value::List(items) => !items.is_empty(),
        Value::Bool(value) => *value,
        _ => false,
    };
    let mut problems = Vec::new();
    for name in ["subnet_ids", "security_group_ids", "private_dns_enabled"] {
        if is_gateway && is_given(name) {
            let detail =
                format!("`{name}` is for endpoints of type Interface, this one is a Gateway");
            problems.push(refuse(name, "InvalidParameter", detail));
        }
    }
    if is_interface && is_given("route_table_ids") {
        let detail = "`route_table_ids` is for endpoints of type Gateway, this one is an Interface";
        problems.push(refuse("route_table_ids", "InvalidParameter", detail));
    }
    let service = text(resource, "service_name").unwrap_or_default();
    let has_gateway = service.ends_with(".s3") || service.ends_with(".dynamodb");
    if is_gateway && !service.is_empty() && !has_gateway {
        let detail = format!("{service} offers no endpoint of type Gateway");
        problems.push(refuse("vpc_endpoint_type", "InvalidParameter", detail));
    }
    problems
}

/// One subnet of each zone, and one private DNS name of each service in a VPC.
pub(super) fn endpoint_among(resource: &Object, world: &World) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut zones = Vec::new();
    for id in get(resource, "subnet_ids").strings() {
        let zone = world
            .find("aws_subnet", "id", id)
            .and_then(|subnet| text(subnet, "availability_zone"));
        if zone.is_some() && zones.contains(&zone) {
            let detail = format!("two of the subnets are in {}", zone.unwrap_or_default());
            problems.push(refuse("subnet_ids", "DuplicateSubnetsInSameZone", detail));
        }
        zones.push(zone);
    }
    let is_same = |other: &Object| {
        ["vpc_id", "service_name"]
            .iter()
            .all(|name| get(other, name) == get(resource, name))
            && id_of(other) != id_of(resource)
            && get(other, "private_dns_enabled").as_bool() == Some(true)
    };
    if get(resource, "private_dns_enabled").as_bool() == Some(true)
        && world.all("aws_vpc_endpoint").any(is_same)
    {
        let detail = "another endpoint of this VPC has the private DNS name of this service";
        problems.push(refuse("private_dns_enabled", "InvalidParameter", detail));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::check;
    use serde_json::json;

    #[test]
    fn ranges_begin_at_their_first_address() {
        assert!(Range::parse("10.0.0.0/16").is_some());
        assert!(Range::parse("10.0.1.0/16").is_none());
        assert!(Range::parse("0.0.0.0/0").is_some());
    }

    #[test]
    fn ranges_overlap_when_one_holds_the_other() {
        let range = |text| Range::parse(text).unwrap();
        assert!(range("10.0.0.0/16").overlaps(range("10.0.255.0/24")));
        assert!(range("10.0.255.0/24").overlaps(range("10.0.0.0/16")));
        assert!(!range("10.0.0.0/20").overlaps(range("10.0.16.0/20")));
    }

    #[test]
    fn a_rule_has_one_source() {
        let rule = json!({
            "security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 1, "to_port": 2,
            "cidr_ipv4": "10.0.0.0/16", "referenced_security_group_id": "sg-2",
        });
        check(
            "aws_vpc_security_group_ingress_rule",
            rule,
            &[
                "Exactly one of cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id must be set, 2 are.",
            ],
        );
    }
}
