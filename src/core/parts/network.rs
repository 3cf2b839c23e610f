//! The network: the VPC with its subnets, and how they reach the internet.

use super::part::{
    Call, DocumentTexts, FixContext, FlatSource, FlatTexts, FormSection, HourlyColumn, Module,
    Part, PartTexts, Proposal, ProtectedResource, RootTexts, To, Values,
};
use super::subject::Subject;
use crate::alarm::{
    self, Alarm, Limit, Metric, MetricAlarm, Severity as AlarmSeverity, Signal, WatchedMetrics,
};
use crate::catalog::{quotas, regions};
use crate::cidr::Cidr;
use crate::compose::check_block::check_block;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, Panel, Unit, cloudwatch};
use crate::compose::references::NAME;
use crate::compose::rows::{ANYWHERE, Right, RoleKind, Way};
use crate::environment::{Environment, Nat, Network};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, Profile, environment_row, text_per_profile,
};
use crate::path::FieldPath;
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemCode, ProblemRow, Severity};
use crate::rules::Rule;
use crate::sizing::bill_line::{BillLine, HOURS};
use crate::sizing::quota_need::Need;
use crate::sizing::usage_line::{UsageLine, usage_line};
use crate::value::Value;

/// Every environment has one.
const FEATURE: Feature = Feature::always("network");

const CIDR: &str = "network.vpc_cidr";
pub(super) const ZONES: &str = "network.availability_zones";
const NAT: &str = "network.nat";

/// The network in the form and the check.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "Network",
        summary: "{vpc_cidr}",
    }),
    modules: &[Module::new(
        "vpc",
        "VPC, subnets, NAT, endpoints and flow log",
        Feature::always(""),
    )],
    check: check_zones,
    advise,
    warn_in_production,
    check_between,
    values_of: |it, variable| alarm::values_of(it, variable, it.network.nat_gateways()),
    ..Part::new("network", Subject::Network, FEATURE)
};

/// The network in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| {
            vec![(
                "nat_gateways",
                "join(\",\", module.vpc.nat_gateway_ids)".to_owned(),
            )]
        },
        call: Some(Call {
            takes: &[To::Network],
            ..Call::new("vpc", "vpc", arguments)
        }),
        variables: &[(
            "network",
            "The VPC. You can't change its address range and zones after the first apply",
        )],
        outputs: |_| outputs(),
        checks: check_blocks,
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[ProtectedResource::by_aws(
            "the flow log of the network",
            FEATURE,
            "CloudWatch refuses to delete the log group.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways_out: &[Way::new(
            "egress",
            ANYWHERE,
            ports::HTTPS,
            "AWS services and image registries; every task and instance has this group",
            FEATURE,
        )],
        rights: &[Right::new(
            "vpc-flow-log",
            "the VPC",
            &[
                "logs:DescribeLogGroups",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            "the log of the network's flows",
            FEATURE,
        )
        .of(RoleKind::Network)],
        hourly: Some(HourlyColumn {
            head: "NAT gateways",
            cell: |it| it.network.nat_gateways().to_string(),
        }),
        ..DocumentTexts::NONE
    },
    counted,
    quotas: quota_needs,
    used: USED,
    overview: &[("Network", |it| {
        Some(format!("{}, {}", zones_in_short(it), ways_out_in_short(it)))
    })],
    flat: FlatTexts {
        values: &[
            (
                ZONES,
                "aws_subnet.private",
                FlatSource::Each("availability_zone"),
            ),
            (CIDR, "aws_vpc.main", FlatSource::Text("cidr_block")),
            (
                NAT,
                "aws_nat_gateway.main",
                FlatSource::Implies(Nat::Single.name()),
            ),
        ],
        blanks: &[
            (ZONES, "`availability_zones`, in the same order"),
            (CIDR, "`vpc_cidr`"),
        ],
        ..FlatTexts::NONE
    },
    problems: &[
        NETWORKS_OVERLAP,
        ZONE_OF_ANOTHER_REGION,
        UNKNOWN_ZONE,
        TWO_ZONES,
        SINGLE_NAT,
    ],
    fixes,
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const NETWORKS_OVERLAP: ProblemRow = ProblemRow::of_part(
    "networks-overlap",
    Severity::Error,
    "The networks of two environments overlap, so they can't be peered.",
    "Choose another `network.vpc_cidr` for one of them.",
    Fixable::Yes,
);
const ZONE_OF_ANOTHER_REGION: ProblemRow = ProblemRow::of_part(
    "zone-of-another-region",
    Severity::Error,
    "An availability zone is not in the environment's region.",
    "Use zones of the environment's region.",
    Fixable::Yes,
);
const UNKNOWN_ZONE: ProblemRow = ProblemRow::of_part(
    "unknown-zone",
    Severity::Warning,
    "The catalog doesn't have this zone of the region.",
    "Use one of the known zones, or check with `aws ec2 describe-availability-zones`.",
    Fixable::Yes,
);
const TWO_ZONES: ProblemRow = ProblemRow::of_part(
    "two-zones",
    Severity::Advice,
    "Production runs in two zones, so losing one takes half of its capacity.",
    "Use three zones: they can't change after the first apply.",
    Fixable::Yes,
);
const SINGLE_NAT: ProblemRow = ProblemRow::of_part(
    "single-nat",
    Severity::Warning,
    "Production has one NAT gateway, so losing its zone cuts every task off from DSQL.",
    "Set `network.nat` to `per-az`.",
    Fixable::Yes,
);

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let (code, environment) = (found.problem.code, found.environment);
    if code == NETWORKS_OVERLAP.code {
        free_networks(found)
    } else if code == ZONE_OF_ANOTHER_REGION.code || code == UNKNOWN_ZONE.code {
        let zones = zones_of_region(environment).map(|zones| Proposal::Here(Value::List(zones)));
        zones.into_iter().chain([Proposal::DefaultHere]).collect()
    } else if code == TWO_ZONES.code {
        let zones = with_another_zone(environment);
        zones
            .map(|zones| Proposal::Here(Value::List(zones)))
            .into_iter()
            .collect()
    } else if code == SINGLE_NAT.code {
        vec![Proposal::Here(Nat::PerZone.into())]
    } else {
        Vec::new()
    }
}

/// A free network for the environment, or for the one that it overlaps.
fn free_networks(found: &FixContext<'_>) -> Vec<Proposal> {
    let own = found.environment;
    let others = found.all.iter().copied().filter(|other| {
        other.name != own.name && other.network.vpc_cidr.overlaps(own.network.vpc_cidr)
    });
    std::iter::once(own)
        .chain(others)
        .filter_map(|one| {
            let free = Value::Text(free_network(found.all, &one.name)?.to_string());
            Some(Proposal::Values(vec![(one.name.clone(), CIDR, free)]))
        })
        .collect()
}

/// The first network that no other of `environments` has a part of, for the one named `name`.
pub(crate) fn free_network(environments: &[&Environment], name: &str) -> Option<Cidr> {
    let others = environments.iter().filter(|other| other.name != name);
    let taken: Vec<Cidr> = others.map(|other| other.network.vpc_cidr).collect();
    Cidr::free(&taken)
}

/// The zones of the environment's region with the same letters, as far as there are such.
fn zones_of_region(environment: &Environment) -> Option<Vec<String>> {
    let known: Vec<String> = regions::find(&environment.region)?.zone_names().collect();
    let mut zones: Vec<String> = Vec::new();
    for zone in &environment.network.zones {
        let same_letter = known
            .iter()
            .find(|name| name.chars().last() == zone.chars().last());
        zones.extend(same_letter.filter(|name| !zones.contains(name)).cloned());
    }
    let missing = environment.network.zones.len().saturating_sub(zones.len());
    let others = known.into_iter().filter(|name| !zones.contains(name));
    let others: Vec<String> = others.take(missing).collect();
    zones.extend(others);
    Some(zones)
}

/// The environment's zones and a further one of its region; `None` where it has them all.
pub(super) fn with_another_zone(environment: &Environment) -> Option<Vec<String>> {
    let mut zones = environment.network.zones.clone();
    let mut known = regions::find(&environment.region)?.zone_names();
    zones.push(known.find(|zone| !environment.network.zones.contains(zone))?);
    Some(zones)
}

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("private_subnet_cidrs", "module.vpc.private_subnet_cidrs"),
    ("nat_gateway_id", "module.vpc.nat_gateway_ids[0]"),
    ("nat_gateway_public_ip", "module.vpc.nat_public_ips[0]"),
];

const GATEWAYS: &[(&str, &str)] = &[("NatGatewayId", "${nat_gateways}")];

const PANELS: &[Panel] = &[
    Panel::new(
        AWS,
        "NAT: traffic out",
        "Bytes that leave the network through each gateway, per minute.",
        Unit::Bytes,
        &[cloudwatch(
            "",
            "NatGatewayId",
            ("AWS/NATGateway", "BytesOutToDestination", "Sum"),
            GATEWAYS,
        )],
    ),
    Panel::new(
        AWS,
        "NAT: errors",
        "Connections without a free port, and dropped packets. Any of them can cut a task off from DSQL.",
        Unit::Count,
        &[
            cloudwatch(
                "no port",
                "NatGatewayId",
                ("AWS/NATGateway", "ErrorPortAllocation", "Sum"),
                GATEWAYS,
            ),
            cloudwatch(
                "dropped",
                "NatGatewayId",
                ("AWS/NATGateway", "PacketsDropCount", "Sum"),
                GATEWAYS,
            ),
        ],
    ),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        CIDR,
        "VPC network",
        "The address range of the VPC. The private subnet of each zone takes one sixteenth of it.",
        Kind::Text(Rule::Cidr),
        text_per_profile(["10.10.0.0/16", "10.20.0.0/16", "10.30.0.0/16"]),
    )
    .because("another one for each profile, so that they can be peered later")
    .attribute("network", "vpc_cidr")
    .immutable(),
    environment_row(
        ZONES,
        "Availability zones",
        "The names of the zones. Their order decides the address ranges of the subnets.",
        Kind::List {
            rule: Rule::Zone,
            min: 2,
            max: 4,
        },
        DefaultValue::Derived(DerivedDefault::Zones),
    )
    .because("dev needs no third zone; bench and prod spread three OpenSearch nodes over three")
    .attribute("network", "availability_zones")
    .immutable(),
    environment_row(
        NAT,
        "NAT",
        "How private subnets reach the internet.",
        Kind::Choice(Nat::CHOICES),
        text_per_profile([Nat::Single.name(), Nat::Single.name(), Nat::PerZone.name()]),
    )
    .because(
        "tasks reach DSQL's public endpoint through NAT, and prod must survive the loss of a zone",
    )
    .attribute("network", "nat"),
];

/// The network of an environment with these values.
pub(crate) fn settle(values: &dyn Values) -> Option<Network> {
    Some(Network {
        zones: values.list(ZONES)?,
        vpc_cidr: Cidr::parse(&values.text(CIDR)?)?,
        nat: Nat::parse(&values.text(NAT)?)?,
    })
}

fn push(
    environment: &Environment,
    problems: &mut Problems,
    (code, key): (ProblemCode, &str),
    message: String,
    hint: &str,
) {
    let at = FieldPath::in_environment(&environment.name, key);
    problems.push(Problem::new(code, at, message).hint(hint));
}

/// Whether the zones are those of the environment's region.
fn check_zones(environment: &Environment, problems: &mut Problems) {
    let region = &environment.region;
    let row = regions::find(region);
    for zone in &environment.network.zones {
        match zone.strip_prefix(region.as_str()) {
            Some(letter) if letter.len() == 1 => {
                if let Some(row) = row
                    && !row.zones.contains(letter)
                {
                    let known: Vec<String> = row.zone_names().collect();
                    push(
                        environment,
                        problems,
                        (const { UNKNOWN_ZONE.code }, ZONES),
                        format!("the catalog doesn't have the zone `{zone}` of {region}"),
                        &format!("it has {}", known.join(", ")),
                    );
                }
            }
            _ => push(
                environment,
                problems,
                (const { ZONE_OF_ANOTHER_REGION.code }, ZONES),
                format!("`{zone}` is not a zone of `{region}`, the environment's region"),
                &format!("for example `{region}a`"),
            ),
        }
    }
}

fn advise(environment: &Environment, problems: &mut Problems) {
    if environment.profile == Profile::Prod && environment.network.nat == Nat::Single {
        push(
            environment,
            problems,
            (const { SINGLE_NAT.code }, NAT),
            "with one NAT gateway, losing its zone cuts every task off from DSQL".to_owned(),
            "use `per-az`",
        );
    }
}

fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    if environment.network.zones.len() == 2 {
        push(
            environment,
            problems,
            (const { TWO_ZONES.code }, ZONES),
            "with two zones, losing one takes half of the capacity".to_owned(),
            "use three: you can't change the zones after the first apply",
        );
    }
}

/// Environments whose networks overlap can never be peered; probably one is an unchanged copy.
fn check_between(environments: &[&Environment], problems: &mut Problems) {
    for (index, environment) in environments.iter().enumerate() {
        let cidr = environment.network.vpc_cidr;
        // Only the first: one problem for each environment, not for each pair.
        let mut before = environments[..index].iter();
        if let Some(other) = before.find(|other| cidr.overlaps(other.network.vpc_cidr)) {
            push(
                environment,
                problems,
                (const { NETWORKS_OVERLAP.code }, CIDR),
                format!(
                    "`{cidr}` overlaps `{}` of `{}`: the networks of environments must not overlap",
                    other.network.vpc_cidr, other.name
                ),
                "choose another network, for example `10.40.0.0/16`",
            );
        }
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank().code("project_name", NAME);
    for (name, key, code) in [
        ("vpc_cidr", CIDR, "var.network.vpc_cidr"),
        (
            "availability_zones",
            ZONES,
            "var.network.availability_zones",
        ),
        ("nat", NAT, "var.network.nat"),
        ("endpoints", "network.endpoints", "var.network.endpoints"),
        (
            "log_retention_days",
            "log_retention_days",
            "var.log_retention_days",
        ),
        (
            "deletion_protection",
            "deletion_protection",
            "var.deletion_protection",
        ),
    ] {
        block.origin(&at.join(key)).code(name, code);
    }
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "vpc_id",
            "The ID of the VPC.",
            "network",
            "module.vpc.vpc_id",
        ),
        output(
            "vpc_cidr",
            "The address range of the VPC.",
            CIDR,
            "module.vpc.vpc_cidr",
        ),
        output(
            "private_subnet_ids",
            "The private subnets of instances and tasks, one in each zone.",
            "network",
            "module.vpc.private_subnet_ids",
        ),
        output(
            "public_subnet_ids",
            "The public subnets, with the NAT gateways.",
            NAT,
            "module.vpc.public_subnet_ids",
        ),
        output(
            "nat_public_ips",
            "The public addresses from which tasks and instances reach the internet.",
            NAT,
            "module.vpc.nat_public_ips",
        ),
    ]
}

/// That the zones offer the instances' type, which is asked of AWS before anything is made.
fn check_blocks(environment: &Environment, file: &mut Body) {
    file.origin(&environment.address().join(ZONES))
        .comment("Checks before the apply that the zones offer the instance type.")
        .block(
            "data",
            &["aws_ec2_instance_type_offerings", "zones"],
            |data| {
                data.text("location_type", "availability-zone")
                    .blank()
                    .block("filter", &[], |filter| {
                        filter
                            .text("name", "instance-type")
                            .code("values", "[var.compute.instance_type]");
                    });
            },
        );
    check_block(
        file,
        "zones_offer_the_instance_type",
        "length(setsubtract(var.network.availability_zones, data.aws_ec2_instance_type_offerings.zones.locations)) == 0",
        "${var.compute.instance_type} is not offered in ${join(\", \", setsubtract(var.network.availability_zones, \
         data.aws_ec2_instance_type_offerings.zones.locations))}.",
    );
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    let gateways = environment.network.nat_gateways() as i64;
    let each_hour = |key, label, item: &str| BillLine {
        key,
        label,
        item: item.to_owned(),
        units: gateways * HOURS,
        amount: gateways.to_string(),
    };
    vec![
        each_hour("nat-gateways", "NAT gateways", "nat-hour"),
        each_hour("public-addresses", "Public IPv4 addresses", "ipv4-hour"),
    ]
}

fn quota_needs(environment: &Environment) -> Vec<Need> {
    let need = |quota, amount| Need {
        quota,
        amount: Some(amount),
    };
    vec![
        need(
            quotas::ELASTIC_IPS,
            environment.network.nat_gateways() as i64,
        ),
        // A zone has one, whether it is the only one of the environment or one of several.
        need(quotas::NAT_GATEWAYS, 1),
        need(quotas::VPCS, 1),
    ]
}

const USED: &[UsageLine] = &[
    usage_line("nat-data", "Data processed by NAT", "nat-gb", "by use"),
    usage_line("zone-data", "Data between zones", "zone-gb", "by use"),
];

/// The VPC in a few words.
#[must_use]
pub fn zones_in_short(environment: &Environment) -> String {
    format!("VPC in {} zones", environment.network.zones.len())
}

/// How the VPC reaches AWS and the registries, in a few words.
#[must_use]
pub fn ways_out_in_short(environment: &Environment) -> String {
    let nat = match environment.network.nat {
        Nat::Single => "one NAT gateway",
        Nat::PerZone => "a NAT gateway in each zone",
    };
    match environment.endpoints {
        true => format!("{nat}, interface endpoints"),
        false => nat.to_owned(),
    }
}

const ALARMS: &[Alarm] = &[Alarm {
    name: "nat-ports",
    summary: "A NAT gateway has no free ports for a destination.",
    severity: AlarmSeverity::Critical,
    feature: FEATURE,
    limit: |_| Limit::fixed("0", "a refused connection"),
    signal: Signal::Aws(MetricAlarm::above(gateways, 5)),
    users: "New connections to AWS or DSQL fail now and then.",
    look: None,
    first: "A gateway has 55,000 ports for each destination. Find the tasks that open connections without end, and restart \
            them. `network.nat = \"per-az\"` and interface endpoints spread the load.",
    over: "No refused connections for five minutes.",
}];

/// The NAT gateways, each by its zone's letter.
fn gateways(environment: &Environment) -> Vec<WatchedMetrics> {
    let network = &environment.network;
    let mut all = Vec::new();
    for (index, zone) in network
        .zones
        .iter()
        .take(network.nat_gateways())
        .enumerate()
    {
        let id = format!("module.vpc.nat_gateway_ids[{index}]");
        all.push(WatchedMetrics {
            of: zone.clone(),
            metrics: vec![Metric::new(
                "AWS/NATGateway",
                "ErrorPortAllocation",
                "Sum",
                &[("NatGatewayId", &id)],
            )],
        });
    }
    all
}
