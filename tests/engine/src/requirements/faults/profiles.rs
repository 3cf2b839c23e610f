//! Faults in what `profiles.rs` asserts.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::requirements::observation::Environment;
use crate::requirements::observation::text;

use super::Fault;
use super::plant::{CALLS, DOMAIN, add_like, call_more, change, drop_resources, file, made};

pub(super) const FAULTS: &[Fault] = &[
    made("13.1", "dev has two nodes", |seen| {
        if seen.wanted.profile.name() == "dev" {
            change(seen, DOMAIN, |values| {
                values["cluster_config"][0]["instance_count"] = json!(2);
            });
        }
    }),
    made("13.1", "dev has the benchmark", |seen| {
        if seen.wanted.profile.name() == "dev" {
            call_more(seen, "benchmark");
        }
    }),
    made("13.1", "dev has a NAT gateway more", |seen| {
        if seen.wanted.profile.name() == "dev" {
            let gateway = |environment: &Environment| {
                let all = environment.all("aws_nat_gateway");
                text(&all[0]["address"]).to_owned()
            };
            let first = gateway(seen);
            add_like(seen, &first, |_| {});
        }
    }),
    made("13.2", "bench's instances are dev's", |seen| {
        if seen.wanted.profile.name() == "bench" {
            let template = "module.ec2_capacity.aws_launch_template.this";
            change(seen, template, |values| {
                values["instance_type"] = json!("m8g.large");
            });
        }
    }),
    made("13.3", "prod's tables can be deleted", |seen| {
        if seen.wanted.profile.name() == "prod" {
            let table = "module.dynamodb.aws_dynamodb_table.rate_limiter";
            change(seen, table, |values| {
                values["deletion_protection_enabled"] = json!(false);
            });
        }
    }),
    made("13.3", "prod has one NAT gateway", |seen| {
        if seen.wanted.profile.name() == "prod" {
            let zone = seen.wanted.network.zones[1].clone();
            drop_resources(seen, &format!("aws_nat_gateway.this[\"{zone}\"]"));
        }
    }),
    made("13.2", "bench has no benchmark", |seen| {
        if seen.wanted.profile.name() == "bench"
            && let Some(Json::Object(calls)) = Arc::make_mut(&mut seen.plan).pointer_mut(CALLS)
        {
            calls.remove("benchmark");
        }
    }),
    made("13.3", "prod's visibility store is in two zones", |seen| {
        if seen.wanted.profile.name() == "prod" {
            change(seen, DOMAIN, |values| {
                values["cluster_config"][0]["zone_awareness_config"][0]["availability_zone_count"] =
                    json!(2);
            });
        }
    }),
    file(
        "13.4",
        "terraform.tfvars sets what no variable is",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(format!("{text}\nodd = 1\n")),
    ),
    file(
        "13.4",
        "the count asked for is not what was planned",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("instance_count = 4", "instance_count = 5")),
    ),
    made(
        "13.5",
        "a parameter has the name that all environments share",
        |seen| {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            change(seen, config, |values| {
                values["name"] = json!("/alloy/history");
            });
        },
    ),
    file(
        "13.4",
        "a variable's attributes are not looked at",
        "terraform/envs/<env>/locals.tf",
        |text| Some(text.replace("= keys(var.history)", "= null")),
    ),
    file(
        "13.4",
        "nobody asks for unknown values",
        "terraform/envs/<env>/variables.tf",
        |text| Some(text.replace("length(local.unknown_values) == 0", "true")),
    ),
    file(
        "13.4",
        "terraform.tfvars forgets a switch",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("lease.enabled, ", "")),
    ),
    made("13.5", "all environments share a secret", |seen| {
        let secret = "module.observability.aws_secretsmanager_secret.grafana_admin[0]";
        change(seen, secret, |values| {
            values["name"] = json!("grafana/admin");
        });
    }),
    file(
        "13.5",
        "another environment's secret can be named later",
        "terraform/envs/<env>/variables.tf",
        |text| Some(text.replace("(^|[^A-Za-z0-9])", "")),
    ),
];
