//! Who reaches which TCP port, worked out from what Terraform has applied: security groups with their rules, what has which
//! of them, and load balancers with their listeners, targets and endpoint services.
//!
//! A connection needs a rule for outbound traffic at its source and one for inbound traffic at its destination. A Network
//! Load Balancer takes what is for one of its listeners, and connects to its targets as itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::Ipv4Addr;

use serde_json::Value as Json;

/// Something that connects or is connected to.
#[derive(Clone, Debug)]
pub struct Member {
    /// What it is called in the table.
    pub name: String,
    groups: Vec<String>,
    /// The networks in CIDR notation in which its address is.
    networks: Vec<String>,
    /// Whether no group of the environment limits it: it has others besides, or is outside of AWS.
    is_free: bool,
    /// The ARN, of a load balancer.
    balancer: Option<String>,
}

impl Member {
    /// Something outside of the environment, with security groups of it or of somebody else, in these networks.
    #[must_use]
    pub fn outside(name: &str, groups: &[&str], networks: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Self {
            name: name.to_owned(),
            groups: owned(groups),
            networks: owned(networks),
            is_free: true,
            balancer: None,
        }
    }
}

/// A range of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ports(pub i64, pub i64);

impl Ports {
    /// What both have.
    fn and(self, other: Self) -> Option<Self> {
        let both = Self(self.0.max(other.0), self.1.min(other.1));
        (both.0 <= both.1).then_some(both)
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 == self.1 {
            true => write!(f, "{}", self.0),
            false => write!(f, "{}-{}", self.0, self.1),
        }
    }
}

/// From whom, to whom, at which ports.
pub type Way = (String, String, Ports);

/// Where a listener of a load balancer leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forward {
    balancer: String,
    listener: Ports,
    protocol: String,
    service: String,
    at: Ports,
}

/// An applied environment.
#[derive(Clone, Debug)]
pub struct Network {
    /// The values of each resource, by type.
    resources: BTreeMap<String, Vec<Json>>,
    members: Vec<Member>,
}

/// A rule of a security group.
struct Rule<'a> {
    group: &'a str,
    ports: Ports,
    network: Option<&'a str>,
    other_group: Option<&'a str>,
}

/// Types of resources that let through or hold back and that nobody taught this file.
const UNKNOWN: &[&str] = &[
    "aws_security_group_rule",
    "aws_network_acl",
    "aws_network_acl_rule",
    "aws_lb_listener_rule",
    "aws_lb_target_group_attachment",
    "aws_vpc_peering_connection",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_instance",
    "aws_lambda_function",
];

/// Who comes by way of an endpoint service.
pub const PRINCIPAL: &str = "a principal by PrivateLink";

const ALL_PORTS: Ports = Ports(0, 65_535);

impl Network {
    /// That of the environment in the output of `terraform show -json`, whose names begin with `prefix`.
    ///
    /// # Panics
    /// If it has a resource that this file knows nothing of.
    #[must_use]
    pub fn of(shown: &Json, prefix: &str) -> Self {
        let mut network = Self {
            resources: BTreeMap::new(),
            members: vec![Member::outside("the internet", &[], &["198.51.100.7/32"])],
        };
        network.collect(&shown["values"]["root_module"]);
        for kind in UNKNOWN {
            assert!(network.all(kind).is_empty(), "{kind} is new");
        }
        network.find_members(prefix, &shown["values"]["outputs"]);
        network
    }

    fn collect(&mut self, module: &Json) {
        for resource in items(&module["resources"]) {
            if resource["mode"] == "managed" {
                self.plant(text(resource, "type"), resource["values"].clone());
            }
        }
        for child in items(&module["child_modules"]) {
            self.collect(child);
        }
    }

    /// `outputs` are those of the root, which name the groups of tasks that the scripts run once.
    fn find_members(&mut self, prefix: &str, outputs: &Json) {
        let mut found = Vec::new();
        let networks: Vec<String> = self
            .all("aws_subnet")
            .iter()
            .map(|subnet| text(subnet, "cidr_block").to_owned())
            .collect();
        let mut add = |name: String, groups: &Json, balancer: Option<&str>| {
            found.push(Member {
                name,
                groups: items(groups)
                    .map(|id| id.as_str().unwrap_or_default().to_owned())
                    .collect(),
                networks: networks.clone(),
                is_free: false,
                balancer: balancer.map(str::to_owned),
            });
        };
        let short = |values: &Json, name: &str| {
            let name = text(values, name);
            name.strip_prefix(prefix)
                .unwrap_or(name)
                .trim_end_matches('-')
                .to_owned()
        };
        for service in self.all("aws_ecs_service") {
            let groups = &service["network_configuration"][0]["security_groups"];
            add(short(service, "name"), groups, None);
        }
        for (output, it) in outputs.as_object().into_iter().flatten() {
            if let Some(task) = output.strip_suffix("_security_group_ids") {
                add(format!("the task {task}"), &it["value"], None);
            }
        }
        for template in self.all("aws_launch_template") {
            let name = format!("instances {}", short(template, "name_prefix"));
            add(name, &template["vpc_security_group_ids"], None);
        }
        for domain in self.all("aws_opensearch_domain") {
            add(
                "opensearch".to_owned(),
                &domain["vpc_options"][0]["security_group_ids"],
                None,
            );
        }
        for balancer in self.all("aws_lb") {
            let name = format!("load balancer {}", short(balancer, "name"));
            add(
                name,
                &balancer["security_groups"],
                Some(text(balancer, "arn")),
            );
        }
        // Every interface endpoint has the same groups.
        let mut endpoints = self.all("aws_vpc_endpoint").iter();
        if let Some(endpoint) = endpoints.find(|it| text(it, "vpc_endpoint_type") == "Interface") {
            add(
                "endpoints".to_owned(),
                &endpoint["security_group_ids"],
                None,
            );
        }
        self.members.append(&mut found);
    }

    /// The values of all resources of a type.
    #[must_use]
    pub fn all(&self, kind: &str) -> &[Json] {
        self.resources.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The same, to change them as a wrong line in a module would.
    pub fn all_mut(&mut self, kind: &str) -> &mut [Json] {
        self.resources
            .get_mut(kind)
            .map_or(&mut [], Vec::as_mut_slice)
    }

    /// Adds a resource.
    pub fn plant(&mut self, kind: &str, values: Json) {
        self.resources
            .entry(kind.to_owned())
            .or_default()
            .push(values);
    }

    /// The id of the security group whose name begins so.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&str> {
        let mut groups = self.all("aws_security_group").iter();
        let found = groups.find(|group| text(group, "name").starts_with(name));
        found.map(|group| text(group, "id"))
    }

    fn rules(&self, direction: &str) -> Vec<Rule<'_>> {
        let kind = format!("aws_vpc_security_group_{direction}_rule");
        let mut rules = Vec::new();
        for values in self.all(&kind) {
            let ports = match text(values, "ip_protocol") {
                "-1" => ALL_PORTS,
                "tcp" => Ports(number(values, "from_port"), number(values, "to_port")),
                other => panic!("the protocol {other} is new"),
            };
            let rule = Rule {
                group: text(values, "security_group_id"),
                ports,
                network: values["cidr_ipv4"].as_str(),
                other_group: values["referenced_security_group_id"].as_str(),
            };
            let is_known = rule.network.is_some() || rule.other_group.is_some();
            assert!(is_known, "a rule for neither a group nor IPv4: {values}");
            rules.push(rule);
        }
        rules
    }

    /// Who of the members and `others` reaches whom of the members.
    #[must_use]
    pub fn ways(&self, others: &[Member]) -> BTreeSet<Way> {
        let (outbound, inbound) = (self.rules("egress"), self.rules("ingress"));
        let mut ways = BTreeSet::new();
        for from in self.members.iter().chain(others) {
            for to in &self.members {
                if from.is_free && to.is_free {
                    continue;
                }
                for leaves in from.open_to(to, &outbound) {
                    for arrives in to.open_to(from, &inbound) {
                        let both = leaves.and(arrives);
                        ways.extend(both.into_iter().flat_map(|both| self.heard(from, to, both)));
                    }
                }
            }
        }
        for balancer in self.members.iter().filter(|it| self.has_open_service(it)) {
            let from = Member::outside(PRINCIPAL, &[], &[]);
            ways.extend(self.heard(&from, balancer, ALL_PORTS));
        }
        ways
    }

    /// The ways that are left of one: a load balancer hears what is for a listener.
    fn heard(&self, from: &Member, to: &Member, ports: Ports) -> Vec<Way> {
        let heard = match &to.balancer {
            None => vec![ports],
            Some(arn) => {
                let listeners = self.listeners(arn);
                listeners.filter_map(|it| port(it).and(ports)).collect()
            }
        };
        let way = |ports| (from.name.clone(), to.name.clone(), ports);
        heard.into_iter().map(way).collect()
    }

    fn listeners<'a>(&'a self, balancer: &'a str) -> impl Iterator<Item = &'a Json> {
        let all = self.all("aws_lb_listener").iter();
        all.filter(move |it| text(it, "load_balancer_arn") == balancer)
    }

    /// Whether an endpoint service leads around the inbound rules of the load balancer.
    fn has_open_service(&self, member: &Member) -> bool {
        let Some(arn) = &member.balancer else {
            return false;
        };
        let rules = "enforce_security_group_inbound_rules_on_private_link_traffic";
        let mut balancers = self.all("aws_lb").iter();
        let is_open = balancers.any(|it| text(it, "arn") == arn && text(it, rules) == "off");
        let mut services = self.all("aws_vpc_endpoint_service").iter();
        is_open
            && services.any(|it| items(&it["network_load_balancer_arns"]).any(|other| other == arn))
    }

    /// Where the listeners of load balancers lead: from a load balancer's port to a service's, if it reaches that.
    #[must_use]
    pub fn forwards(&self) -> BTreeSet<Forward> {
        let ways = self.ways(&[]);
        let mut found = BTreeSet::new();
        for balancer in &self.members {
            let Some(arn) = &balancer.balancer else {
                continue;
            };
            for listener in self.listeners(arn) {
                let target_group = text(&listener["default_action"][0], "target_group_arn");
                for (service, at) in self.targets(target_group) {
                    let way = (balancer.name.clone(), service.clone(), at);
                    if ways.contains(&way) {
                        found.insert(Forward {
                            balancer: balancer.name.clone(),
                            protocol: text(listener, "protocol").to_owned(),
                            listener: port(listener),
                            service,
                            at,
                        });
                    }
                }
            }
        }
        found
    }

    /// The services of a target group, each with its port.
    fn targets(&self, target_group: &str) -> Vec<(String, Ports)> {
        let mut found = Vec::new();
        for service in self.all("aws_ecs_service") {
            for behind in items(&service["load_balancer"]) {
                if text(behind, "target_group_arn") == target_group {
                    let mut members = self.members.iter();
                    let member = members
                        .find(|it| text(service, "name").ends_with(&it.name))
                        .expect("each service is a member");
                    let at = number(behind, "container_port");
                    found.push((member.name.clone(), Ports(at, at)));
                }
            }
        }
        found
    }

    /// Whom `from` reaches in the end: itself, or through a load balancer.
    #[must_use]
    pub fn reached(&self, from: &str, others: &[Member]) -> BTreeSet<(String, Ports)> {
        let forwards = self.forwards();
        let mut reached = BTreeSet::new();
        for (_, to, ports) in self.ways(others).into_iter().filter(|way| way.0 == from) {
            let is_balancer = |it: &Member| it.name == to && it.balancer.is_some();
            if !self.members.iter().any(is_balancer) {
                reached.insert((to, ports));
                continue;
            }
            for it in &forwards {
                if it.balancer == to && it.listener.and(ports).is_some() {
                    reached.insert((it.service.clone(), it.at));
                }
            }
        }
        reached
    }

    /// Everything as lines, the ports of each two together.
    #[must_use]
    pub fn table(&self, others: &[Member]) -> BTreeSet<String> {
        let mut all: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (from, to, ports) in self.ways(others) {
            all.entry((from, to)).or_default().push(ports.to_string());
        }
        let mut lines: BTreeSet<String> = all
            .into_iter()
            .map(|((from, to), ports)| format!("{from} -> {to}: {}", ports.join(" ")))
            .collect();
        for it in self.forwards() {
            lines.insert(format!(
                "{}: {} by {} leads to {}: {}",
                it.balancer, it.listener, it.protocol, it.service, it.at
            ));
        }
        lines
    }
}

impl Member {
    /// The ports that the rules of its groups open to or from `other`.
    fn open_to(&self, other: &Self, rules: &[Rule<'_>]) -> Vec<Ports> {
        if self.is_free {
            return vec![ALL_PORTS];
        }
        let is_open = |rule: &&Rule<'_>| {
            let has = |member: &Self, id: &str| member.groups.iter().any(|group| group == id);
            let in_network = |network| other.networks.iter().any(|own| overlap(own, network));
            has(self, rule.group)
                && (rule.other_group.is_some_and(|id| has(other, id))
                    || rule.network.is_some_and(in_network))
        };
        rules
            .iter()
            .filter(is_open)
            .map(|rule| rule.ports)
            .collect()
    }
}

/// Whether two networks in CIDR notation have an address in common.
fn overlap(one: &str, other: &str) -> bool {
    let parts = |cidr: &str| {
        let (first, bits) = cidr.split_once('/').expect("CIDR notation");
        let first: Ipv4Addr = first.parse().expect("an IPv4 address");
        (
            u32::from(first),
            bits.parse::<u32>().expect("a number of bits"),
        )
    };
    let ((one, one_bits), (other, other_bits)) = (parts(one), parts(other));
    let mask = u32::MAX
        .checked_shl(32 - one_bits.min(other_bits))
        .unwrap_or(0);
    one & mask == other & mask
}

fn items(values: &Json) -> impl Iterator<Item = &Json> {
    values.as_array().into_iter().flatten()
}

fn text<'a>(values: &'a Json, name: &str) -> &'a str {
    values[name].as_str().unwrap_or_default()
}

fn number(values: &Json, name: &str) -> i64 {
    values[name]
        .as_i64()
        .unwrap_or_else(|| panic!("no {name} in {values}"))
}

fn port(listener: &Json) -> Ports {
    let port = number(listener, "port");
    Ports(port, port)
}
