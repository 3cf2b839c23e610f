//! Faults in what `vpc.rs` asserts.

use std::sync::Arc;

use serde_json::json;

use super::Fault;
use super::plant::{DOMAIN, change, drop_output, drop_resources, each_resource, file, made};
use crate::requirements::observation::text;

pub(super) const FAULTS: &[Fault] = &[
    made("3.1", "there is no NAT gateway", |seen| {
        drop_resources(seen, "aws_nat_gateway");
    }),
    made("3.1", "another module has a subnet", |seen| {
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["address"] == DOMAIN {
                    resource["type"] = json!("aws_subnet");
                }
            }
        });
    }),
    made("3.1", "private subnets are public", |seen| {
        let gateway = seen
            .text_at("module.vpc.aws_internet_gateway.this", "id")
            .unwrap_or_default()
            .to_owned();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_route" && resource["name"] == "private_nat" {
                    resource["values"]["gateway_id"] = json!(gateway);
                    resource["values"]["nat_gateway_id"] = json!("");
                }
            }
        });
    }),
    made("3.1", "a private subnet has no way out", |seen| {
        drop_resources(seen, "aws_route.private_nat");
    }),
    made("3.1", "the NAT gateway is in a private subnet", |seen| {
        let private = seen
            .output("private_subnet_ids")
            .map(|ids| ids[0].clone())
            .unwrap_or_default();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_nat_gateway" {
                    resource["values"]["subnet_id"] = private.clone();
                }
            }
        });
    }),
    made("3.2", "the VPC has another network", |seen| {
        change(seen, "module.vpc.aws_vpc.this", |values| {
            values["cidr_block"] = json!("192.168.0.0/16");
        });
    }),
    made("3.3", "public_subnet_id is gone", |seen| {
        drop_output(seen, "vpc", "public_subnet_id");
    }),
    made("3.3", "vpc_id is made from a subnet", |seen| {
        let calls =
            &mut Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["module_calls"];
        calls["vpc"]["module"]["outputs"]["vpc_id"]["expression"] =
            json!({ "references": ["aws_subnet.private"] });
    }),
    made("3.3", "private_subnet_ids are ARNs", |seen| {
        let outputs = &mut Arc::make_mut(&mut seen.plan)["prior_state"]["values"]["outputs"];
        let ids = outputs["private_subnet_ids"]["value"].as_array_mut();
        for id in ids.into_iter().flatten() {
            *id = json!(format!(
                "arn:aws:ec2:eu-west-1:111122223333:subnet/{}",
                text(id)
            ));
        }
    }),
    made("3.4", "S3's endpoint is in no route table", |seen| {
        change(
            seen,
            "module.vpc.aws_vpc_endpoint.gateway[\"s3\"]",
            |values| {
                values["route_table_ids"] = json!([]);
            },
        );
    }),
    made("3.4", "there is no endpoint for ECR's registry", |seen| {
        drop_resources(seen, "aws_vpc_endpoint.interface[\"ecr.dkr\"]");
    }),
    made("3.4", "prod has no endpoint for SSM by default", |seen| {
        if seen.wanted.profile.name() == "prod" {
            drop_resources(seen, "aws_vpc_endpoint.interface[\"ssm\"]");
        }
    }),
    file(
        "3.4",
        "dev's README doesn't say why there are no endpoints",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("- **No interface endpoints**", "- **No endpoints**")),
    ),
    made("3.5", "two private subnets are in one zone", |seen| {
        let first = seen.wanted.network.zones[0].clone();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_subnet" && resource["name"] == "private" {
                    resource["values"]["availability_zone"] = json!(first);
                }
            }
        });
    }),
    made("3.5", "private subnets give public addresses", |seen| {
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_subnet" && resource["name"] == "private" {
                    resource["values"]["map_public_ip_on_launch"] = json!(true);
                }
            }
        });
    }),
];
