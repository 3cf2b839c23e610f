//! Faults in what `scripts.rs` asserts.

use std::sync::Arc;

use super::Fault;
use super::plant::{file, made};

pub(super) const FAULTS: &[Fault] = &[
    file(
        "16.1",
        "the script takes no environment",
        "scripts/scale-services.sh",
        |text| Some(text.replace("enter \"${words[0]-}\"", "enter nowhere")),
    ),
    file(
        "16.1",
        "a script takes a command that an environment may be called",
        "scripts/scale-services.sh",
        |text| {
            Some(text.replace(
                "commands='up down restart status'",
                "commands='up down restart status all'",
            ))
        },
    ),
    file(
        "16.2",
        "Terraform runs in the tree's own folder",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
            "outputs=$(terraform output -json)",
            "outputs=$(cd ../../.. && cp terraform/envs/*/outputs.json . && terraform output -json)",
        ))
        },
    ),
    file(
        "16.3",
        "the workers' script ignores the count asked for",
        "scripts/scale-benchmark-workers.sh",
        |text| Some(text.replace("up \"${words[2]:-$workers}\"", "up 0")),
    ),
    file(
        "16.3",
        "the workers' script takes an environment without a benchmark",
        "scripts/scale-benchmark-workers.sh",
        |text| {
            let call = text
                .lines()
                .find(|line| line.trim_start().starts_with("enter "))?;
            let any = call.strip_suffix(" benchmark")?;
            Some(text.replace(call, any))
        },
    ),
    file(
        "16.4",
        "a script asks ECS for a service that isn't there",
        "scripts/lib/ecs.sh",
        |text| {
            let asks = "--services \"${names[@]}\"";
            Some(text.replace(asks, &format!("{asks} odd")))
        },
    ),
    file(
        "16.4",
        "a script asks for the scaling of a service that isn't there",
        "scripts/lib/scaling/autoscaling.sh",
        |text| {
            Some(text.replace(
                "--resource-ids \"${scaling_target[@]}\"",
                "--resource-ids odd",
            ))
        },
    ),
    file(
        "16.4",
        "a script reads an output that isn't there",
        "scripts/lib/connections.sh",
        |text| {
            Some(text.replace(
                "$(output dsql_max_connections)",
                "$(output dsql_connections)",
            ))
        },
    ),
    made(
        "16.4",
        "the index is made in the security groups of the schema",
        |seen| {
            let outputs =
                &mut Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["outputs"];
            outputs["opensearch_setup_security_group_ids"] =
                outputs["dsql_schema_security_group_ids"].clone();
        },
    ),
    file(
        "16.5",
        "the folder isn't looked for",
        "scripts/lib/common.sh",
        |text| Some(text.replace("if [[ ! -d $tree/$folder ]]; then", "if false; then")),
    ),
    file(
        "16.6",
        "the environments aren't named",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
                "\"no environment given\" \"the environments are $environments\"",
                "\"no environment given\"",
            ))
        },
    ),
];
