//! 13: what an environment is by default, and how that is changed.

use std::collections::BTreeMap;

use composer_core::options::Profile;
use serde_json::{Value as Json, json};

use super::observation::{Environment, Observation, is_plain, items, text, wanted_grafana};
use super::{Outcome, Row, each, each_if, ensure, row, same};

/// What decides the sizes of an environment.
const SIZES: &[&str] = &[
    "frontend",
    "history",
    "matching",
    "worker",
    "compute",
    "network.availability_zones",
    "network.nat",
    "opensearch.instance_type",
    "opensearch.instance_count",
    "benchmark.enabled",
    "deletion_protection",
];

pub(super) const ROWS: &[Row] = &[
    row(
        "13.1",
        &[each_if(
            "in dev with nothing said of sizes: one task of each Temporal service, 2 m8g.large, one NAT gateway, one \
             t3.small.search, no benchmark",
            |wanted| is_plain(wanted, Profile::Dev, SIZES),
            is_small,
        )],
    ),
    row(
        "13.2",
        &[each_if(
            "in bench with nothing said of sizes: module benchmark, 4 frontend, 8 history, 8 matching and 2 worker tasks, \
             6 m8g.4xlarge, 3 m6g.large.search",
            |wanted| is_plain(wanted, Profile::Bench, SIZES),
            is_for_load,
        )],
    ),
    row(
        "13.3",
        &[each_if(
            "in prod with nothing said of sizes: 3 frontend, 6 history, 4 matching and 2 worker tasks, 6 m8g.2xlarge, \
             subnets, NAT gateways and 3 m6g.large.search over three zones, and deletion protection",
            |wanted| is_plain(wanted, Profile::Prod, SIZES),
            is_for_production,
        )],
    ),
    row(
        "13.4",
        &[
            each(
                "each root has terraform.tfvars, which Terraform reads by itself: every value in it is of a declared \
                 variable and is the one that was planned",
                is_overridden,
            ),
            each(
                "what these files say and no variable takes, a switch or a slip of the pen, stops the plan: the validation \
                 of project knows every variable and the attributes of every object; terraform.tfvars names the switches",
                refuses_what_nothing_takes,
            ),
            each_if(
                "where instances or history are asked for otherwise than the profile has them: the value stands in \
                 terraform.tfvars and is what is there",
                |wanted| {
                    let keys = ["compute.instance_count", "history.count"];
                    wanted.settings.iter().any(|setting| {
                        keys.contains(&setting.row.key)
                            && setting.is_stated
                            && setting.value != setting.profile_default
                    })
                },
                takes_effect,
            ),
        ],
    ),
    row(
        "13.5",
        &[
            each_if(
                "where no secret of one's own is named: the secret of Grafana's administrator is \
                 <project>-<environment>/grafana/admin",
                |wanted| wanted_grafana(wanted).admin_secret.is_none(),
                has_secret_of_its_own,
            ),
            each_if(
                "where one is named and not said to be shared: it is read, its name has the environment's as a word, and \
                 variables.tf refuses another in terraform.tfvars",
                |wanted| {
                    let grafana = wanted_grafana(wanted);
                    grafana.admin_secret.is_some() && !grafana.shares_admin_secret
                },
                has_a_secret_with_its_name,
            ),
            each(
                "every parameter's name is below /<project>-<environment>/",
                has_parameters_of_its_own,
            ),
        ],
    ),
];

struct Sizes {
    counts: [i64; 4],
    instances: (&'static str, i64),
    nat_gateways: usize,
    nodes: (&'static str, i64),
}

fn has_sizes(environment: &Environment, sizes: &Sizes) -> Outcome {
    let counts = environment.output("service_desired_counts")?;
    let names = ["frontend", "history", "matching", "worker"];
    let found: Vec<&Json> = names.iter().map(|name| &counts[*name]).collect();
    same("tasks of each service", json!(found), json!(sizes.counts))?;
    let template = "module.ec2_capacity.aws_launch_template.this";
    let group = environment.at("module.ec2_capacity.aws_autoscaling_group.this")?;
    same(
        "instances",
        json!([
            environment.at(template)?["instance_type"],
            group["desired_capacity"]
        ]),
        json!([sizes.instances.0, sizes.instances.1]),
    )?;
    same(
        "NAT gateways",
        environment.all("aws_nat_gateway").len(),
        sizes.nat_gateways,
    )?;
    let domain = environment.at("module.opensearch.aws_opensearch_domain.this")?;
    let nodes = &domain["cluster_config"][0];
    same(
        "nodes of the visibility store",
        json!([nodes["instance_type"], nodes["instance_count"]]),
        json!([sizes.nodes.0, sizes.nodes.1]),
    )
}

fn is_small(environment: &Environment, _: &Observation) -> Outcome {
    has_sizes(
        environment,
        &Sizes {
            counts: [1, 1, 1, 1],
            instances: ("m8g.large", 2),
            nat_gateways: 1,
            nodes: ("t3.small.search", 1),
        },
    )?;
    ensure(environment.call("benchmark").is_err(), || {
        "there is a benchmark".to_owned()
    })
}

fn is_for_load(environment: &Environment, _: &Observation) -> Outcome {
    environment.call("benchmark")?;
    has_sizes(
        environment,
        &Sizes {
            counts: [4, 8, 8, 2],
            instances: ("m8g.4xlarge", 6),
            nat_gateways: 1,
            nodes: ("m6g.large.search", 3),
        },
    )
}

fn is_for_production(environment: &Environment, _: &Observation) -> Outcome {
    has_sizes(
        environment,
        &Sizes {
            counts: [3, 6, 4, 2],
            instances: ("m8g.2xlarge", 6),
            nat_gateways: 3,
            nodes: ("m6g.large.search", 3),
        },
    )?;
    let group = environment.at("module.ec2_capacity.aws_autoscaling_group.this")?;
    same(
        "zones of the instances",
        items(&group["vpc_zone_identifier"]).count(),
        3,
    )?;
    let domain = environment.at("module.opensearch.aws_opensearch_domain.this")?;
    same(
        "zones of the visibility store",
        &domain["cluster_config"][0]["zone_awareness_config"][0]["availability_zone_count"],
        3,
    )?;
    let table = environment.at("module.dynamodb.aws_dynamodb_table.rate_limiter")?;
    same(
        "deletion protection",
        &table["deletion_protection_enabled"],
        true,
    )
}

/// What terraform.tfvars says.
fn values(environment: &Environment, seen: &Observation) -> Result<Json, String> {
    let path = format!("{}/terraform.tfvars", environment.folder());
    hcl::eval::from_str(seen.file(&path)?, &hcl::eval::Context::new())
        .map_err(|error| format!("{path}: {error}"))
}

/// `part` says nothing else than `whole`, which may say more.
fn is_within(part: &Json, whole: &Json) -> bool {
    match (part, whole) {
        (Json::Object(part), Json::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|whole| is_within(value, whole))),
        // 3 and 3.0 are one number to Terraform.
        (Json::Number(part), Json::Number(whole)) => part.as_f64() == whole.as_f64(),
        _ => part == whole,
    }
}

fn is_overridden(environment: &Environment, seen: &Observation) -> Outcome {
    let said = values(environment, seen)?;
    let said = said.as_object().ok_or("terraform.tfvars is empty")?;
    for (name, value) in said {
        ensure(environment.root()["variables"].get(name).is_some(), || {
            format!("{name} is no variable of the root")
        })?;
        let planned = &environment.plan["variables"][name]["value"];
        ensure(is_within(value, planned), || {
            format!("{name} was planned as {planned}, but terraform.tfvars says {value}")
        })?;
    }
    Ok(())
}

fn refuses_what_nothing_takes(environment: &Environment, seen: &Observation) -> Outcome {
    let variables = seen.hcl(&format!("{}/variables.tf", environment.folder()))?;
    let locals = seen.hcl(&format!("{}/locals.tf", environment.folder()))?;
    let mut declared = BTreeMap::new();
    let mut known = BTreeMap::new();
    let mut is_asked = false;
    for block in variables.blocks().chain(locals.blocks()) {
        let attribute = |name: &str| {
            let mut all = block.body().attributes();
            all.find(|attribute| attribute.key() == name)
                .map(|attribute| attribute.expr().to_string())
        };
        if block.identifier() == "variable" {
            let name = block.labels()[0].as_str();
            let is_object = attribute("type").is_some_and(|kind| kind.starts_with("object("));
            let keys = if is_object {
                format!("keys(var.{name})")
            } else {
                "null".to_owned()
            };
            declared.insert(name.to_owned(), keys);
            is_asked |= name == "project"
                && block.body().blocks().any(|validation| {
                    let mut all = validation.body().attributes();
                    all.any(|it| {
                        it.expr()
                            .to_string()
                            .contains("length(local.unknown_values) == 0")
                    })
                });
        } else {
            let mut all = block.body().attributes();
            let names = all.find(|attribute| attribute.key() == "known_attributes");
            if let Some(hcl::Expression::Object(names)) = names.map(hcl::Attribute::expr) {
                known.extend(
                    names
                        .iter()
                        .map(|(name, value)| (name.to_string(), value.to_string())),
                );
            }
        }
    }
    same("what is known of each variable", known, declared)?;
    ensure(is_asked, || {
        "no validation of project asks for unknown values".to_owned()
    })?;
    let said = seen.file(&format!("{}/terraform.tfvars", environment.folder()))?;
    for switch in [
        "ui.enabled",
        "loki.enabled",
        "reservoir.enabled",
        "lease.enabled",
        "benchmark.enabled",
        "dsql.mode",
    ] {
        let mut lines = said.lines().filter(|line| line.starts_with("# "));
        ensure(lines.any(|line| line.contains(switch)), || {
            format!("terraform.tfvars doesn't say that {switch} needs composing again")
        })?;
    }
    Ok(())
}

fn takes_effect(environment: &Environment, seen: &Observation) -> Outcome {
    let said = values(environment, seen)?;
    let group = environment.at("module.ec2_capacity.aws_autoscaling_group.this")?;
    let counts = environment.output("service_desired_counts")?;
    for (key, found) in [
        ("compute.instance_count", &group["desired_capacity"]),
        ("history.count", &counts["history"]),
    ] {
        let mut settings = environment.wanted.settings.iter();
        let setting = settings.find(|setting| setting.row.key == key);
        let Some(setting) =
            setting.filter(|setting| setting.is_stated && setting.value != setting.profile_default)
        else {
            continue;
        };
        let (variable, attribute) = key.split_once('.').unwrap_or_default();
        let wanted = json!(setting.value);
        same(key, &said[variable][attribute], &wanted)?;
        same(key, found, &wanted)?;
    }
    Ok(())
}

fn has_secret_of_its_own(environment: &Environment, _: &Observation) -> Outcome {
    let name = &environment.full_name;
    same(
        "the secret",
        environment.text_at(
            "module.observability.aws_secretsmanager_secret.grafana_admin[0]",
            "name",
        )?,
        format!("{name}/grafana/admin"),
    )?;
    same(
        "secrets",
        environment.all("aws_secretsmanager_secret").len(),
        1,
    )
}

fn has_a_secret_with_its_name(environment: &Environment, seen: &Observation) -> Outcome {
    same(
        "secrets",
        environment.all("aws_secretsmanager_secret").len(),
        0,
    )?;
    let secret = text(environment.output("grafana_admin_secret_name")?);
    let name = &environment.wanted.name;
    let mut words = secret.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let named = |word: &str| format!("-{word}-").contains(&format!("-{name}-"));
    ensure(words.any(named), || {
        format!("{secret} doesn't have {name} as a word")
    })?;
    let variables = seen.file(&format!("{}/variables.tf", environment.folder()))?;
    let condition =
        format!("can(regex(\"(^|[^A-Za-z0-9]){name}([^A-Za-z0-9]|$)\", var.grafana_admin_secret))");
    ensure(variables.contains(&condition), || {
        format!("variables.tf takes secrets without {name}")
    })
}

fn has_parameters_of_its_own(environment: &Environment, _: &Observation) -> Outcome {
    let prefix = format!("/{}/", environment.full_name);
    for parameter in environment.all("aws_ssm_parameter") {
        let found = text(&parameter["values"]["name"]);
        ensure(found.starts_with(&prefix), || {
            format!("the parameter {found} is not below {prefix}")
        })?;
    }
    Ok(())
}
