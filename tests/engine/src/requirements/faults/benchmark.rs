//! Faults in what `benchmark.rs` asserts.

use serde_json::json;

use super::Fault;
use super::plant::{call_more, change, drop_output, drop_resources, in_containers, made};

pub(super) const FAULTS: &[Fault] = &[
    made("10.1", "the benchmark has no workers", |seen| {
        drop_resources(seen, "module.benchmark.aws_ecs_service.this[\"worker\"]");
    }),
    made("10.2", "the workers run another image", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_containers(seen, task, "\"image\":\"", "\"image\":\"odd/");
    }),
    made("10.3", "worker_service_name is gone", |seen| {
        drop_output(seen, "benchmark", "worker_service_name");
    }),
    made("10.4", "the benchmark keeps an instance", |seen| {
        let group = "module.benchmark.module.ec2_capacity.aws_autoscaling_group.this";
        change(seen, group, |values| values["min_size"] = json!(1));
    }),
    made("10.4", "nothing scales the benchmark's instances", |seen| {
        let provider = "module.benchmark.module.ec2_capacity.aws_ecs_capacity_provider.this";
        change(seen, provider, |values| {
            values["auto_scaling_group_provider"][0]["managed_scaling"][0]["status"] =
                json!("DISABLED");
        });
    }),
    made(
        "10.4",
        "the workers run on the services' instances",
        |seen| {
            let workers = "module.benchmark.aws_ecs_service.this[\"worker\"]";
            change(seen, workers, |values| {
                values["capacity_provider_strategy"][0]["capacity_provider"] = json!("main");
            });
        },
    ),
    made(
        "10.5",
        "the root calls the benchmark without being asked",
        |seen| call_more(seen, "benchmark"),
    ),
];
