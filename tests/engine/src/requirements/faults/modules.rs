//! Faults in what `modules.rs` asserts.

use std::sync::Arc;

use serde_json::json;

use super::Fault;
use super::plant::{file, files, made, rename};

pub(super) const FAULTS: &[Fault] = &[
    file(
        "1.1",
        "a module loses outputs.tf",
        "terraform/modules/vpc/outputs.tf",
        |_| None,
    ),
    file(
        "1.1",
        "an output moves to main.tf",
        "terraform/modules/vpc/main.tf",
        |text| Some(format!("{text}\noutput \"odd\" {{\n  value = 1\n}}\n")),
    ),
    file(
        "1.1",
        "variables.tf has a value, too",
        "terraform/modules/dynamodb/variables.tf",
        |text| Some(format!("{text}\nlocals {{\n  odd = 1\n}}\n")),
    ),
    file(
        "1.1",
        "outputs.tf is empty",
        "terraform/modules/dynamodb/outputs.tf",
        |_| Some(String::new()),
    ),
    file(
        "1.2",
        "a role stands in main.tf",
        "terraform/modules/vpc/main.tf",
        |text| {
            Some(format!(
                "{text}\nresource \"aws_iam_role\" \"odd\" {{\n}}\n"
            ))
        },
    ),
    files(
        "1.2",
        "security groups stand in security_groups.tf",
        |files, _| {
            let folder = "terraform/modules/vpc";
            rename(
                files,
                &format!("{folder}/security-groups.tf"),
                &format!("{folder}/security_groups.tf"),
            );
        },
    ),
    file(
        "1.2",
        "a role's policy stands in variables.tf",
        "terraform/modules/iam/variables.tf",
        |text| {
            Some(format!(
                "{text}\nresource \"aws_iam_role_policy\" \"odd\" {{\n}}\n"
            ))
        },
    ),
    file(
        "1.3",
        "a module has no main.tf",
        "terraform/modules/dynamodb/main.tf",
        |_| None,
    ),
    made("1.3", "a call has a source elsewhere", |seen| {
        Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["module_calls"]["vpc"]["source"] =
            json!("../vpc");
    }),
    file(
        "1.3",
        "a module calls another from a registry",
        "terraform/modules/benchmark/main.tf",
        |text| {
            Some(text.replace(
                "\"../ec2-capacity\"",
                "\"terraform-aws-modules/autoscaling/aws\"",
            ))
        },
    ),
    files("1.3", "modules lie in modules/", |files, _| {
        rename(files, "terraform/modules/", "modules/");
    }),
    file(
        "1.4",
        "a template lies beside main.tf",
        "terraform/modules/alloy-sidecar/main.tf",
        |text| Some(text.replace("${path.module}/templates/", "${path.module}/")),
    ),
    file(
        "1.5",
        "a README forgets an output",
        "terraform/modules/vpc/README.md",
        |text| Some(text.replace("| vpc_cidr |", "| cidr |")),
    ),
    file(
        "1.5",
        "a README has no inputs",
        "terraform/modules/iam/README.md",
        |text| Some(text.replace("\n## Inputs\n", "\n## Values\n")),
    ),
];
