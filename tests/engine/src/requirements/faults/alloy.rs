//! Faults in what `alloy.rs` asserts.

use composer_core::parts::loki;
use serde_json::json;

use super::Fault;
use super::plant::{UI, change, in_container, in_containers, in_json, in_service, made, replace};

pub(super) const FAULTS: &[Fault] = &[
    made(
        "12.1",
        "a sidecar's configuration is named for another service",
        |seen| {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            replace(seen, config, "name", "/alloy/history", "/alloy/matching");
        },
    ),
    made(
        "12.1",
        "the workers' sidecar has the generator's configuration",
        |seen| {
            let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
            in_containers(
                seen,
                task,
                "/alloy/benchmark-worker",
                "/alloy/benchmark-generator",
            );
        },
    ),
    made("12.2", "metrics go to another workspace", |seen| {
        let config = "module.alloy_sidecar[\"worker\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "api/v1/remote_write", "api/v1/write");
    }),
    made("12.2", "the benchmark's metrics have no name", |seen| {
        let config = "module.alloy_sidecar[\"benchmark-generator\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "\"service\" = ", "\"job\" = ");
    }),
    made("12.2", "the UI's log goes nowhere", |seen| {
        let config = "module.alloy_sidecar[\"ui\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "/loki/api/v1/push", "/push");
    }),
    made(
        "12.3",
        "a task starts its sidecar without its configuration",
        |seen| {
            in_service(
                seen,
                "history",
                "\"condition\":\"SUCCESS\"",
                "\"condition\":\"START\"",
            );
        },
    ),
    made("12.3", "the workers have no sidecar", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_json(seen, task, "container_definitions", |all| {
            if let Some(all) = all.as_array_mut() {
                all.retain(|container| container["name"] != "alloy");
            }
        });
    }),
    made("12.3", "Grafana's task has a sidecar, too", |seen| {
        let task = "module.observability.aws_ecs_task_definition.grafana";
        in_json(seen, task, "container_definitions", |all| {
            if let Some(all) = all.as_array_mut() {
                all.push(json!({ "name": "alloy" }));
            }
        });
    }),
    made("12.4", "the UI's sidecar has no socket", |seen| {
        change(seen, UI, |values| values["volume"] = json!([]));
    }),
    made("12.4", "the workers can write to the socket", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_container(seen, task, "alloy", |container| {
            for mount in container["mountPoints"]
                .as_array_mut()
                .into_iter()
                .flatten()
            {
                mount["readOnly"] = json!(false);
            }
        });
    }),
    made("12.4", "the sidecar's user can't read the socket", |seen| {
        let task = crate::requirements::service::task("history");
        in_container(seen, &task, "alloy", |container| {
            container["user"] = json!("473");
        });
    }),
    made("12.4", "Grafana has the socket as well", |seen| {
        let history = crate::requirements::service::task("history");
        let volumes = seen
            .at(&history)
            .map(|values| values["volume"].clone())
            .unwrap_or_default();
        let task = "module.observability.aws_ecs_task_definition.grafana";
        if loki::FEATURE.is_on(&seen.wanted) {
            change(seen, task, |values| values["volume"] = volumes.clone());
        }
    }),
    made("12.4", "the server itself has the socket", |seen| {
        let task = crate::requirements::service::task("history");
        let mount =
            json!({ "sourceVolume": "docker-socket", "containerPath": "/sock", "readOnly": true });
        if loki::FEATURE.is_on(&seen.wanted) {
            in_container(seen, &task, "temporal-history", |container| {
                container["mountPoints"] = json!([mount]);
            });
        }
    }),
    made("12.4", "the socket can be written to", |seen| {
        in_service(
            seen,
            "history",
            "\"readOnly\":true,\"sourceVolume\":\"docker-socket\"",
            "\"readOnly\":false,\"sourceVolume\":\"docker-socket\"",
        );
    }),
    made("12.4", "a task has the socket without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            change(seen, UI, |values| {
                values["volume"] = json!([{ "name": "odd", "host_path": "/var/run/docker.sock" }]);
            });
        }
    }),
];
