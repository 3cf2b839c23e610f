//! 3: the network.

use std::collections::BTreeSet;

use composer_core::options::Profile;
use serde_json::Value as Json;

use super::observation::{Environment, Observation, is_plain, items, text, texts};
use super::{Outcome, Row, each, each_if, ensure, row, same};

pub(super) const ROWS: &[Row] = &[
    row(
        "3.1",
        &[
            each(
                "module vpc alone has the VPC, its subnets, internet and NAT gateways, route tables and routes",
                encapsulates,
            ),
            each(
                "public subnets have their way out through the internet gateway, private ones through a NAT gateway, which \
                 is in a public subnet",
                has_ways_out,
            ),
        ],
    ),
    row(
        "3.2",
        &[each(
            "module vpc takes vpc_cidr, availability_zones and project_name, and the VPC has that network and name",
            takes,
        )],
    ),
    row(
        "3.3",
        &[each(
            "module vpc outputs vpc_id, private_subnet_ids, public_subnet_id and vpc_cidr of what it made; others take \
             the VPC and the private subnets from there",
            puts_out,
        )],
    ),
    row(
        "3.4",
        &[
            each(
                "a gateway endpoint for S3 is in the route table of every private subnet",
                has_s3_endpoint,
            ),
            each_if(
                "where asked for: interface endpoints for ECR's API and registry, SSM and CloudWatch Logs in every \
                 private subnet, with private names",
                |wanted| wanted.endpoints,
                has_interface_endpoints,
            ),
            each_if(
                "in bench and prod with nothing said of them: they are there",
                |wanted| {
                    let is_plain = |profile| is_plain(wanted, profile, &["network.endpoints"]);
                    is_plain(Profile::Bench) || is_plain(Profile::Prod)
                },
                has_interface_endpoints,
            ),
            each_if(
                "in dev with nothing said of them: none, and the README says that this is a decision, what it saves and how \
                 to have them",
                |wanted| is_plain(wanted, Profile::Dev, &["network.endpoints"]),
                says_why_there_are_none,
            ),
        ],
    ),
    row(
        "3.5",
        &[each(
            "one private subnet in each of the zones asked for, none elsewhere, each with a route table of its own and \
             without public addresses",
            has_a_subnet_a_zone,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    environment.has_alone(
        "vpc",
        &[
            "aws_vpc",
            "aws_subnet",
            "aws_internet_gateway",
            "aws_nat_gateway",
            "aws_eip",
            "aws_route_table",
            "aws_route",
            "aws_route_table_association",
        ],
        &[],
    )?;
    same("VPCs", environment.all("aws_vpc").len(), 1)
}

/// The route tables of the subnets of a name, in order.
fn route_tables<'a>(environment: &'a Environment, name: &str) -> Vec<&'a str> {
    let mut tables: Vec<&str> = environment
        .in_module("vpc", "aws_route_table_association")
        .into_iter()
        .filter(|association| association["name"] == name)
        .map(|association| text(&association["values"]["route_table_id"]))
        .collect();
    tables.sort_unstable();
    tables
}

fn has_ways_out(environment: &Environment, _: &Observation) -> Outcome {
    let ids = |kind: &str, name: Option<&str>| -> Vec<&str> {
        let all = environment.in_module("vpc", kind).into_iter();
        all.filter(|resource| name.is_none_or(|name| resource["name"] == name))
            .map(|resource| text(&resource["values"]["id"]))
            .collect()
    };
    for (name, target, kind) in [
        ("public", "gateway_id", "aws_internet_gateway"),
        ("private", "nat_gateway_id", "aws_nat_gateway"),
    ] {
        let gateways = ids(kind, None);
        let tables = route_tables(environment, name);
        ensure(!tables.is_empty(), || {
            format!("{name} subnets have no route table")
        })?;
        for table in tables {
            let ways: Vec<&Json> = environment
                .in_module("vpc", "aws_route")
                .into_iter()
                .map(|route| &route["values"])
                .filter(|route| {
                    route["route_table_id"] == table
                        && route["destination_cidr_block"] == "0.0.0.0/0"
                })
                .collect();
            same(&format!("ways out of {table}, {name}"), ways.len(), 1)?;
            ensure(gateways.contains(&text(&ways[0][target])), || {
                format!(
                    "the way out of {table}, {name}, is through none of {gateways:?}: {}",
                    ways[0]
                )
            })?;
        }
    }
    let public = ids("aws_subnet", Some("public"));
    for gateway in environment.in_module("vpc", "aws_nat_gateway") {
        let subnet = text(&gateway["values"]["subnet_id"]);
        ensure(public.contains(&subnet), || {
            format!(
                "{} is in {subnet}, of {public:?}",
                text(&gateway["address"])
            )
        })?;
    }
    Ok(())
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("vpc", &["vpc_cidr", "availability_zones", "project_name"])?;
    let address = "module.vpc.aws_vpc.this";
    let asked = environment.setting("network.vpc_cidr");
    let asked = asked.and_then(|value| value.as_text());
    same(
        "the VPC's network",
        Some(environment.text_at(address, "cidr_block")?),
        asked,
    )?;
    same(
        "the VPC's name",
        text(&environment.at(address)?["tags"]["Name"]),
        environment.full_name.as_str(),
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "vpc",
        &[
            ("vpc_id", "aws_vpc.this.id"),
            ("private_subnet_ids", "aws_subnet.private"),
            ("public_subnet_id", "aws_subnet.public"),
            ("vpc_cidr", "aws_vpc.this.cidr_block"),
        ],
    )?;
    environment.is_read("vpc", "vpc_id")?;
    environment.is_read("vpc", "private_subnet_ids")?;
    let vpc = environment.text_at("module.vpc.aws_vpc.this", "id")?;
    same(
        "the root's output vpc_id",
        environment.output("vpc_id")?,
        vpc,
    )?;
    let mut subnets: Vec<&str> = private_subnets(environment)
        .iter()
        .map(|subnet| text(&subnet["id"]))
        .collect();
    subnets.sort_unstable();
    same(
        "the root's output private_subnet_ids",
        texts(environment.output("private_subnet_ids")?),
        subnets,
    )
}

/// The private subnets' values.
fn private_subnets(environment: &Environment) -> Vec<&Json> {
    environment
        .in_module("vpc", "aws_subnet")
        .into_iter()
        .filter(|subnet| subnet["name"] == "private")
        .map(|subnet| &subnet["values"])
        .collect()
}

/// The endpoints' values whose service ends so.
fn endpoint<'a>(environment: &'a Environment, service: &str) -> Result<&'a Json, String> {
    let name = format!("com.amazonaws.{}.{service}", environment.wanted.region);
    let all = environment.in_module("vpc", "aws_vpc_endpoint");
    all.into_iter()
        .map(|endpoint| &endpoint["values"])
        .find(|values| values["service_name"] == name.as_str())
        .ok_or_else(|| format!("there is no endpoint for {name}"))
}

fn has_s3_endpoint(environment: &Environment, _: &Observation) -> Outcome {
    let s3 = endpoint(environment, "s3")?;
    same(
        "the type of S3's endpoint",
        text(&s3["vpc_endpoint_type"]),
        "Gateway",
    )?;
    let mut tables: Vec<&str> = environment
        .in_module("vpc", "aws_route_table_association")
        .into_iter()
        .filter(|association| association["name"] == "private")
        .map(|association| text(&association["values"]["route_table_id"]))
        .collect();
    tables.sort_unstable();
    same(
        "route tables with S3's endpoint",
        texts(&s3["route_table_ids"]),
        tables,
    )
}

fn has_interface_endpoints(environment: &Environment, _: &Observation) -> Outcome {
    let mut subnets: Vec<&str> = private_subnets(environment)
        .iter()
        .map(|subnet| text(&subnet["id"]))
        .collect();
    subnets.sort_unstable();
    for service in ["ecr.api", "ecr.dkr", "ssm", "logs"] {
        let values = endpoint(environment, service)?;
        same(service, text(&values["vpc_endpoint_type"]), "Interface")?;
        same(service, texts(&values["subnet_ids"]), subnets.clone())?;
        same(service, &values["private_dns_enabled"], true)?;
    }
    Ok(())
}

fn says_why_there_are_none(environment: &Environment, seen: &Observation) -> Outcome {
    let endpoints = environment.in_module("vpc", "aws_vpc_endpoint");
    let interfaces = endpoints
        .iter()
        .filter(|endpoint| endpoint["values"]["vpc_endpoint_type"] == "Interface");
    same("interface endpoints", interfaces.count(), 0)?;
    let readme = seen.file(&format!("{}/README.md", environment.folder()))?;
    let zones = environment.wanted.network.zones.len();
    let decision = readme
        .lines()
        .find(|line| line.starts_with("- **No interface endpoints**"))
        .ok_or("the README has no word of interface endpoints")?;
    for part in [
        "This is a decision about money",
        &format!("12 interface endpoints in {zones} zones would cost "),
        "`network = { endpoints = true }` in `terraform.tfvars`",
    ] {
        ensure(decision.contains(part), || {
            format!("the README doesn't say: {part}")
        })?;
    }
    Ok(())
}

fn has_a_subnet_a_zone(environment: &Environment, _: &Observation) -> Outcome {
    let subnets = private_subnets(environment);
    for subnet in &subnets {
        ensure(subnet["map_public_ip_on_launch"] != true, || {
            format!("{} gives public addresses", text(&subnet["id"]))
        })?;
    }
    let mut found: Vec<&str> = subnets
        .iter()
        .map(|subnet| text(&subnet["availability_zone"]))
        .collect();
    found.sort_unstable();
    let mut asked: Vec<&str> = environment
        .wanted
        .network
        .zones
        .iter()
        .map(String::as_str)
        .collect();
    asked.sort_unstable();
    same("zones with a private subnet", &found, &asked)?;
    let tables: BTreeSet<&str> = environment
        .in_module("vpc", "aws_route_table_association")
        .into_iter()
        .filter(|association| association["name"] == "private")
        .map(|association| text(&association["values"]["route_table_id"]))
        .collect();
    same("private route tables", tables.len(), found.len())?;
    let output = environment.output("private_subnet_ids")?;
    ensure(items(output).count() == found.len(), || {
        format!("the output private_subnet_ids is {output}")
    })
}
