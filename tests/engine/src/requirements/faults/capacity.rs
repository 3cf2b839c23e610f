//! Faults in what `capacity.rs` asserts.

use serde_json::json;

use super::Fault;
use super::plant::{GROUP, change, drop_output, made, replace};

pub(super) const FAULTS: &[Fault] = &[
    made("5.1", "the provider has another group", |seen| {
        change(
            seen,
            "module.ec2_capacity.aws_ecs_capacity_provider.this",
            |values| {
                values["auto_scaling_group_provider"][0]["auto_scaling_group_arn"] =
                    json!("arn:odd");
            },
        );
    }),
    made("5.2", "the instances are of another type", |seen| {
        change(
            seen,
            "module.ec2_capacity.aws_launch_template.this",
            |values| {
                values["instance_type"] = json!("m5.large");
            },
        );
    }),
    made("5.3", "asg_name is gone", |seen| {
        drop_output(seen, "ec2_capacity", "asg_name");
    }),
    made("5.4", "the image is for x86", |seen| {
        let ami = "module.ec2_capacity.data.aws_ssm_parameter.ami";
        replace(seen, ami, "name", "/arm64", "");
    }),
    made("5.4", "the benchmark's image is for x86", |seen| {
        let ami = "module.benchmark.module.ec2_capacity.data.aws_ssm_parameter.ami";
        replace(seen, ami, "name", "/arm64", "");
    }),
    made("5.5", "the group has no room for its instances", |seen| {
        change(seen, GROUP, |values| values["max_size"] = json!(0));
    }),
    made("5.5", "the group wants one instance more", |seen| {
        change(seen, GROUP, |values| {
            values["desired_capacity"] =
                json!(values["desired_capacity"].as_i64().unwrap_or(0) + 1);
        });
    }),
];
