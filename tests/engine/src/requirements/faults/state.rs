//! Faults in what `state.rs` asserts.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::Fault;
use super::plant::{CLUSTER, change, file, files, made, share_backend};

pub(super) const FAULTS: &[Fault] = &[
    made(
        "14.1",
        "something of another environment is in the state",
        |seen| {
            change(seen, CLUSTER, |values| {
                values["tags_all"]["Environment"] = json!("other");
            });
        },
    ),
    files(
        "14.1",
        "two roots keep their state in one place",
        share_backend,
    ),
    file(
        "14.2",
        "the key names no environment",
        "terraform/envs/<env>/backend.tf",
        |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            for line in &mut lines {
                if line.trim_start().starts_with("key ") {
                    *line = "    key = \"temporal/terraform.tfstate\"";
                }
            }
            Some(lines.join("\n"))
        },
    ),
    file(
        "14.2",
        "the state has no lock",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("use_lockfile", "#")),
    ),
    file(
        "14.3",
        "the README says nothing of the state",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("\n## State\n", "\n## Other\n")),
    ),
    file(
        "14.3",
        "the README doesn't say how a local state moves to S3",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("terraform init -migrate-state", "terraform init")),
    ),
    made(
        "14.4",
        "a root looks for another environment's VPC",
        |seen| {
            let at = "/configuration/root_module/resources";
            if let Some(Json::Array(all)) = Arc::make_mut(&mut seen.plan).pointer_mut(at) {
                all.push(
                    json!({ "mode": "data", "type": "aws_vpc", "address": "data.aws_vpc.other" }),
                );
            }
        },
    ),
    file(
        "14.4",
        "the README shows no way to read an environment's state",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("\ndata \"terraform_remote_state\"", "\ndata \"none\"")),
    ),
];
