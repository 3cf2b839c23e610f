//! Faults in what `observability.rs` asserts.

use composer_core::parts::loki;
use serde_json::json;

use super::Fault;
use super::plant::{
    add_like, change, drop_output, drop_resources, in_containers, in_sources, made, replace,
};

pub(super) const FAULTS: &[Fault] = &[
    made("8.1", "there is no Prometheus workspace", |seen| {
        drop_resources(seen, "aws_prometheus_workspace");
    }),
    made("8.1", "Grafana's service runs another task", |seen| {
        let service = "module.observability.aws_ecs_service.grafana";
        replace(seen, service, "task_definition", "grafana", "odd");
    }),
    made("8.1", "Loki has no service", |seen| {
        drop_resources(seen, "module.observability.aws_ecs_service.loki");
    }),
    made("8.1", "Loki's bucket is there without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let workspace = "module.observability.aws_prometheus_workspace.this";
            add_like(seen, workspace, |added| {
                added["address"] = json!("module.observability.aws_s3_bucket.loki[0]");
                added["type"] = json!("aws_s3_bucket");
            });
        }
    }),
    made("8.2", "Grafana's password is another secret's", |seen| {
        let task = "module.observability.aws_ecs_task_definition.grafana";
        in_containers(seen, task, ":admin_password::", ":password::");
    }),
    made("8.3", "loki_endpoint is gone", |seen| {
        drop_output(seen, "observability", "loki_endpoint");
    }),
    made("8.4", "Loki writes to another bucket", |seen| {
        let config = "module.observability.aws_ssm_parameter.loki[0]";
        replace(seen, config, "value", "bucketnames: ", "bucketnames: odd-");
    }),
    made("8.4", "Loki keeps the logs on its own disk", |seen| {
        let config = "module.observability.aws_ssm_parameter.loki[0]";
        replace(
            seen,
            config,
            "value",
            "object_store: s3",
            "object_store: filesystem",
        );
    }),
    made(
        "8.5",
        "Grafana gets the dashboard in place of the data sources",
        |seen| {
            let parameter =
                "module.observability.aws_ssm_parameter.grafana[\"DASHBOARD_PROVIDER\"]";
            let other = seen
                .text_at(parameter, "value")
                .unwrap_or_default()
                .to_owned();
            let sources = "module.observability.aws_ssm_parameter.grafana[\"DATASOURCES\"]";
            change(seen, sources, |values| values["value"] = json!(other));
        },
    ),
    made("8.5", "Grafana has no source of Loki", |seen| {
        in_sources(seen, "type: loki", "type: tempo");
    }),
    made("8.5", "Grafana has a source of Loki without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            in_sources(
                seen,
                "type: grafana-amazonprometheus-datasource",
                "type: loki",
            );
        }
    }),
];
