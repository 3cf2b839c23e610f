//! What makes faults, and what puts them into what was seen.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};

use super::{Fault, Insertion};
use crate::requirements::observation::{Environment, text};

/// Where the plan has the calls of modules.
pub(super) const CALLS: &str = "/configuration/root_module/module_calls";

pub(super) const CLUSTER: &str = "module.ecs_cluster.aws_ecs_cluster.this";
pub(super) const GROUP: &str = "module.ec2_capacity.aws_autoscaling_group.this";
pub(super) const UI: &str = "module.temporal_ui.aws_ecs_task_definition.this";
pub(super) const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";
pub(super) const SETUP: &str = "module.opensearch.aws_ecs_task_definition.setup";
pub(super) const EXECUTION: &str = "module.iam.aws_iam_role.execution";
pub(super) const GRAFANA_POLICY: &str = "module.iam.aws_iam_role_policy.grafana_task";

pub(super) const fn made(
    row: &'static str,
    does: &'static str,
    put: fn(&mut Environment),
) -> Fault {
    Fault {
        row,
        does,
        put: Insertion::Made(put),
    }
}

pub(super) const fn file(
    row: &'static str,
    does: &'static str,
    path: &'static str,
    change: fn(&str) -> Option<String>,
) -> Fault {
    Fault {
        row,
        does,
        put: Insertion::File(path, change),
    }
}

pub(super) const fn files(
    row: &'static str,
    does: &'static str,
    change: fn(&mut BTreeMap<String, String>, &str),
) -> Fault {
    Fault {
        row,
        does,
        put: Insertion::Files(change),
    }
}

/// Gives a file, or the folder of several, another name.
pub(super) fn rename(files: &mut BTreeMap<String, String>, from: &str, to: &str) {
    let moved: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with(from))
        .cloned()
        .collect();
    for path in moved {
        if let Some(text) = files.remove(&path) {
            files.insert(path.replacen(from, to, 1), text);
        }
    }
}

/// What is seen of a resource, to be changed.
pub(super) fn each_resource(environment: &mut Environment, change: &mut dyn FnMut(&mut Vec<Json>)) {
    fn go(module: &mut Json, change: &mut dyn FnMut(&mut Vec<Json>)) {
        if let Some(Json::Array(all)) = module.get_mut("resources") {
            change(all);
        }
        if let Some(Json::Array(all)) = module.get_mut("child_modules") {
            for child in all {
                go(child, change);
            }
        }
    }
    go(
        &mut Arc::make_mut(&mut environment.plan)["prior_state"]["values"]["root_module"],
        change,
    );
}

/// Changes the values of the resource at an address.
pub(super) fn change(environment: &mut Environment, address: &str, change: impl Fn(&mut Json)) {
    each_resource(environment, &mut |all| {
        for resource in all.iter_mut() {
            if resource["address"] == address {
                change(&mut resource["values"]);
            }
        }
    });
}

/// Takes the resources away whose address has this part.
pub(super) fn drop_resources(environment: &mut Environment, part: &str) {
    each_resource(environment, &mut |all| {
        all.retain(|resource| !text(&resource["address"]).contains(part));
    });
}

/// Adds a resource that is made like the one at an address, if there is one.
pub(super) fn add_like(environment: &mut Environment, address: &str, change: impl Fn(&mut Json)) {
    each_resource(environment, &mut |all| {
        let like = all.iter().find(|resource| resource["address"] == address);
        if let Some(mut added) = like.cloned() {
            added["address"] = json!(format!("{address}_odd"));
            change(&mut added);
            all.push(added);
        }
    });
}

/// Gives the role at an address a policy of AWS, or another's.
pub(super) fn attach(environment: &mut Environment, role: &str, policy: &str) {
    add_like(environment, role, |added| {
        added["type"] = json!("aws_iam_role_policy_attachment");
        added["values"] = json!({ "role": added["values"]["name"], "policy_arn": policy });
    });
}

/// Adds a policy to the role that the inline policy at an address is of.
pub(super) fn allow_more(environment: &mut Environment, policy: &str, statement: &Json) {
    add_like(environment, policy, |added| {
        added["values"]["name"] = json!("odd");
        added["values"]["policy"] = json!(json!({ "Statement": [statement] }).to_string());
    });
}

/// Changes the JSON that is a value of the resource at an address; how it is written alone is no change.
pub(super) fn in_json(
    environment: &mut Environment,
    address: &str,
    value: &str,
    put: impl Fn(&mut Json),
) {
    change(environment, address, |values| {
        let before: Json = serde_json::from_str(text(&values[value])).unwrap_or_default();
        let mut document = before.clone();
        put(&mut document);
        if document != before {
            values[value] = json!(document.to_string());
        }
    });
}

/// Changes a container of a task.
pub(super) fn in_container(
    environment: &mut Environment,
    task: &str,
    name: &str,
    put: impl Fn(&mut Json),
) {
    in_json(environment, task, "container_definitions", |all| {
        for container in all.as_array_mut().into_iter().flatten() {
            if container["name"] == name {
                put(container);
            }
        }
    });
}

/// Gives the server of history a variable more.
pub(super) fn add_variable(environment: &mut Environment, name: &str) {
    let task = crate::requirements::service::task("history");
    in_container(environment, &task, "temporal-history", |container| {
        if let Some(all) = container["environment"].as_array_mut() {
            all.push(json!({ "name": name, "value": "true" }));
        }
    });
}

/// Calls a module that the root has no call of.
pub(super) fn call_more(environment: &mut Environment, module: &str) {
    if let Some(Json::Object(calls)) = Arc::make_mut(&mut environment.plan).pointer_mut(CALLS) {
        calls.entry(module).or_insert_with(|| json!({}));
    }
}

/// Changes Grafana's data sources, which are packed.
pub(super) fn in_sources(environment: &mut Environment, from: &str, to: &str) {
    let Ok(sources) = crate::requirements::observability::sources(environment) else {
        return;
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let written = packed.write_all(sources.replace(from, to).as_bytes());
    let packed = written.and_then(|()| packed.finish()).unwrap_or_default();
    if sources.contains(from) {
        change(
            environment,
            crate::requirements::observability::SOURCES,
            |values| {
                values["value"] = json!(STANDARD.encode(&packed));
            },
        );
    }
}

/// Gives another root this one's backend.
pub(super) fn share_backend(files: &mut BTreeMap<String, String>, name: &str) {
    let own = format!("terraform/envs/{name}/backend.tf");
    let other = files
        .keys()
        .find(|path| path.ends_with("/backend.tf") && **path != own)
        .cloned();
    if let (Some(other), Some(text)) = (other, files.get(&own).cloned()) {
        files.insert(other, text);
    }
}

/// Replaces a part of the setup task's command.
pub(super) fn in_setup(environment: &mut Environment, from: &str, to: &str) {
    in_container(environment, SETUP, "opensearch-setup", |container| {
        container["command"][0] = json!(text(&container["command"][0]).replace(from, to));
    });
}

/// Replaces a part of a text of the resource at an address.
pub(super) fn replace(
    environment: &mut Environment,
    address: &str,
    value: &str,
    from: &str,
    to: &str,
) {
    change(environment, address, |values| {
        if let Some(found) = values[value].as_str() {
            values[value] = json!(found.replace(from, to));
        }
    });
}

/// Replaces a part of the containers of a task.
pub(super) fn in_containers(environment: &mut Environment, task: &str, from: &str, to: &str) {
    replace(environment, task, "container_definitions", from, to);
}

pub(super) fn in_service(environment: &mut Environment, service: &str, from: &str, to: &str) {
    in_containers(
        environment,
        &crate::requirements::service::task(service),
        from,
        to,
    );
}

/// Takes an input (`variables`) or an output (`outputs`) of a module away.
pub(super) fn drop_of_module(environment: &mut Environment, module: &str, what: &str, name: &str) {
    let at = format!("{CALLS}/{module}/module/{what}");
    if let Some(Json::Object(all)) = Arc::make_mut(&mut environment.plan).pointer_mut(&at) {
        all.remove(name);
    }
}

pub(super) fn drop_output(environment: &mut Environment, module: &str, name: &str) {
    drop_of_module(environment, module, "outputs", name);
}

pub(super) fn drop_input(environment: &mut Environment, module: &str, name: &str) {
    drop_of_module(environment, module, "variables", name);
}

/// The text without the line that has this part.
pub(super) fn without_line(text: &str, part: &str) -> Option<String> {
    let lines = text
        .split_inclusive('\n')
        .filter(|line| !line.contains(part));
    Some(lines.collect())
}
