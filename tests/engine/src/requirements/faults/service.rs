//! Faults in what `service.rs` asserts.

use composer_core::parts::loki;
use serde_json::json;

use super::Fault;
use super::plant::{change, drop_output, drop_resources, in_container, in_service, made, replace};
use crate::requirements::observation::text;

pub(super) const FAULTS: &[Fault] = &[
    made("6.1", "matching has no log group", |seen| {
        drop_resources(
            seen,
            "module.temporal_service[\"matching\"].aws_cloudwatch_log_group",
        );
    }),
    made("6.1", "history logs into the group of matching", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let task = crate::requirements::service::task("history");
            in_container(seen, &task, "temporal-history", |container| {
                let group = &mut container["logConfiguration"]["options"]["awslogs-group"];
                *group = json!(text(group).replace("history", "matching"));
            });
        }
    }),
    made(
        "6.1",
        "history doesn't have its own security group",
        |seen| {
            change(
                seen,
                "module.temporal_service[\"history\"].aws_ecs_service.this",
                |values| values["network_configuration"][0]["security_groups"] = json!([]),
            );
        },
    ),
    made("6.2", "history runs as matching", |seen| {
        in_service(
            seen,
            "history",
            "\"value\":\"history\"",
            "\"value\":\"matching\"",
        );
    }),
    made("6.3", "the lease's variable has another name", |seen| {
        in_service(seen, "worker", "\"CLUSTER_ENDPOINT\"", "\"CLUSTER_HOST\"");
    }),
    made("6.3", "the server connects to another database", |seen| {
        in_service(seen, "worker", "connectAddr: \\\"", "connectAddr: \\\"not-");
    }),
    made("6.3", "a sidecar writes to another workspace", |seen| {
        let config = "module.alloy_sidecar[\"worker\"].aws_ssm_parameter.config";
        replace(
            seen,
            config,
            "value",
            "/workspaces/ws-",
            "/workspaces/ws-odd",
        );
    }),
    made("6.4", "task_definition_arn is gone", |seen| {
        drop_output(seen, "temporal_service", "task_definition_arn");
    }),
    made("6.5", "with Loki the sidecar collects no logs", |seen| {
        let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
        replace(
            seen,
            config,
            "value",
            "loki.source.docker",
            "loki.source.file",
        );
    }),
    made("6.5", "with Loki the log goes to CloudWatch", |seen| {
        in_service(
            seen,
            "history",
            "\"logDriver\":\"json-file\"",
            "\"logDriver\":\"awslogs\"",
        );
    }),
    made("6.5", "without Loki the sidecar asks for it", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            replace(seen, config, "value", "logging {", "loki.write {");
        }
    }),
    made("6.6", "the frontend is found under another name", |seen| {
        change(
            seen,
            "module.temporal_service[\"frontend\"].aws_ecs_service.this",
            |values| {
                values["service_connect_configuration"][0]["service"][0]["client_alias"][0]["dns_name"] =
                    json!("frontend");
            },
        );
    }),
    made("6.6", "history listens on another port", |seen| {
        in_service(
            seen,
            "history",
            "\"containerPort\":7234",
            "\"containerPort\":7244",
        );
    }),
];
