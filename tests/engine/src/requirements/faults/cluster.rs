//! Faults in what `cluster.rs` asserts.

use serde_json::json;

use super::Fault;
use super::plant::{CLUSTER, change, drop_input, drop_output, drop_resources, made};

pub(super) const FAULTS: &[Fault] = &[
    made("4.1", "there is no namespace", |seen| {
        drop_resources(seen, "aws_service_discovery_http_namespace");
    }),
    made("4.2", "the cluster module takes no vpc_id", |seen| {
        drop_input(seen, "ecs_cluster", "vpc_id");
    }),
    made("4.2", "the ECS Exec log is kept for ever", |seen| {
        let log = "module.ecs_cluster.aws_cloudwatch_log_group.exec";
        change(seen, log, |values| values["retention_in_days"] = json!(0));
    }),
    made("4.3", "cluster_arn is gone", |seen| {
        drop_output(seen, "ecs_cluster", "cluster_arn");
    }),
    made("4.4", "Container Insights is off", |seen| {
        change(seen, CLUSTER, |values| {
            values["setting"][0]["value"] = json!("disabled");
        });
    }),
    made("4.4", "what is typed in ECS Exec is not recorded", |seen| {
        change(seen, CLUSTER, |values| {
            values["configuration"][0]["execute_command_configuration"][0]["logging"] =
                json!("NONE");
        });
    }),
    made(
        "4.4",
        "Container Insights makes its log group itself",
        |seen| {
            drop_resources(seen, "aws_cloudwatch_log_group.container_insights");
        },
    ),
    made("4.5", "the cluster has no default namespace", |seen| {
        change(seen, CLUSTER, |values| {
            values["service_connect_defaults"] = json!([]);
        });
    }),
];
