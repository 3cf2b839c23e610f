//! A task definition's containers, which are JSON to Terraform.
//!
//! Source: the API model of `RegisterTaskDefinition` and what ECS says when it
//! refuses one.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{blocks_are_known, refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};

/// The keys of a container definition, and of the objects in it.
const KEYS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "command",
            "cpu",
            "credentialSpecs",
            "dependsOn",
            "disableNetworking",
            "dnsSearchDomains",
            "dnsServers",
            "dockerLabels",
            "dockerSecurityOptions",
            "entryPoint",
            "environment",
            "environmentFiles",
            "essential",
            "extraHosts",
            "firelensConfiguration",
            "healthCheck",
            "hostname",
            "image",
            "interactive",
            "links",
            "linuxParameters",
            "logConfiguration",
            "memory",
            "memoryReservation",
            "mountPoints",
            "name",
            "portMappings",
            "privileged",
            "pseudoTerminal",
            "readonlyRootFilesystem",
            "repositoryCredentials",
            "resourceRequirements",
            "restartPolicy",
            "secrets",
            "startTimeout",
            "stopTimeout",
            "systemControls",
            "ulimits",
            "user",
            "versionConsistency",
            "volumesFrom",
            "workingDirectory",
        ],
    ),
    ("dependsOn", &["condition", "containerName"]),
    ("environment", &["name", "value"]),
    ("environmentFiles", &["type", "value"]),
    ("extraHosts", &["hostname", "ipAddress"]),
    ("firelensConfiguration", &["options", "type"]),
    (
        "healthCheck",
        &["command", "interval", "retries", "startPeriod", "timeout"],
    ),
    (
        "linuxParameters",
        &[
            "capabilities",
            "devices",
            "initProcessEnabled",
            "maxSwap",
            "sharedMemorySize",
            "swappiness",
            "tmpfs",
        ],
    ),
    (
        "logConfiguration",
        &["logDriver", "options", "secretOptions"],
    ),
    (
        "mountPoints",
        &["containerPath", "readOnly", "sourceVolume"],
    ),
    (
        "portMappings",
        &[
            "appProtocol",
            "containerPort",
            "containerPortRange",
            "hostPort",
            "name",
            "protocol",
        ],
    ),
    ("repositoryCredentials", &["credentialsParameter"]),
    ("resourceRequirements", &["type", "value"]),
    (
        "restartPolicy",
        &["enabled", "ignoredExitCodes", "restartAttemptPeriod"],
    ),
    ("secrets", &["name", "valueFrom"]),
    ("systemControls", &["namespace", "value"]),
    ("ulimits", &["hardLimit", "name", "softLimit"]),
    ("volumesFrom", &["readOnly", "sourceContainer"]),
];

const TEXTS: &[&str] = &["hostname", "image", "name", "user", "workingDirectory"];
const NUMBERS: &[&str] = &[
    "cpu",
    "memory",
    "memoryReservation",
    "startTimeout",
    "stopTimeout",
];
const SWITCHES: &[&str] = &[
    "disableNetworking",
    "essential",
    "interactive",
    "privileged",
    "pseudoTerminal",
    "readonlyRootFilesystem",
];
const LISTS_OF_TEXTS: &[&str] = &["command", "dnsServers", "entryPoint", "links"];

const LOG_DRIVERS: &[&str] = &[
    "awsfirelens",
    "awslogs",
    "fluentd",
    "gelf",
    "journald",
    "json-file",
    "splunk",
    "syslog",
];

const HEALTH_BOUNDS: &[(&str, i64, i64)] = &[
    ("interval", 5, 300),
    ("retries", 1, 10),
    ("startPeriod", 0, 300),
    ("timeout", 2, 60),
];

pub(super) fn check(task: &Object) -> Vec<Problem> {
    let Some(definitions) = text(task, "container_definitions") else {
        return Vec::new();
    };
    let problem = |detail: String| {
        refuse(
            "container_definitions",
            "Invalid container definitions",
            detail,
        )
    };
    let containers = match serde_json::from_str(definitions) {
        Ok(Json::Array(containers)) => containers,
        Ok(_) => {
            return vec![problem(
                "container_definitions is not a JSON array".to_owned(),
            )];
        }
        Err(error) => {
            return vec![problem(format!(
                "container_definitions is not valid JSON: {error}"
            ))];
        }
    };
    let mut details = Vec::new();
    let containers: Vec<&Map<String, Json>> =
        containers.iter().filter_map(Json::as_object).collect();
    if containers.is_empty() {
        details.push("a task definition needs at least one container".to_owned());
    }
    for container in &containers {
        let name = name_of(container);
        let own = shape(container)
            .into_iter()
            .chain(health(container))
            .chain(logs(container, &containers))
            .chain(ports(container, task))
            .chain(mounts(container, task))
            .chain(dependencies(container, &containers));
        details.extend(own.map(|detail| format!("container `{name}`: {detail}")));
    }
    details.extend(together(&containers, task));
    details.into_iter().map(problem).collect()
}

/// The names of the ports of a task definition, as Service Connect knows them.
pub(super) fn port_names(task: &Object) -> Vec<String> {
    parsed(task)
        .iter()
        .flat_map(|container| items(&container["portMappings"]))
        .filter_map(|port| port["name"].as_str().map(str::to_owned))
        .collect()
}

/// Whether a container of this name has a mapping of this port.
pub(super) fn has_port(task: &Object, name: &str, port: i64) -> bool {
    let containers = parsed(task);
    let mut ports = containers
        .iter()
        .filter(|container| container["name"].as_str() == Some(name))
        .flat_map(|container| items(&container["portMappings"]));
    ports.any(|mapping| mapping["containerPort"].as_i64() == Some(port))
}

/// CPU units and MiB that are left of a task when its containers have theirs.
pub(super) fn left_over(task: &Object) -> (Option<i64>, Option<i64>) {
    let containers = parsed(task);
    let sum = |keys: &[&str]| -> i64 {
        containers
            .iter()
            .map(|container| {
                keys.iter()
                    .find_map(|key| container[*key].as_i64())
                    .unwrap_or(0)
            })
            .sum()
    };
    (
        whole(task, "cpu").map(|cpu| cpu - sum(&["cpu"])),
        whole(task, "memory").map(|memory| memory - sum(&["memoryReservation", "memory"])),
    )
}

fn parsed(task: &Object) -> Vec<Json> {
    text(task, "container_definitions")
        .and_then(|definitions| serde_json::from_str(definitions).ok())
        .unwrap_or_default()
}

fn name_of(container: &Map<String, Json>) -> &str {
    container.get("name").and_then(Json::as_str).unwrap_or("?")
}

fn items(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn field<'a>(container: &'a Map<String, Json>, key: &str) -> &'a Json {
    container.get(key).unwrap_or(&Json::Null)
}

fn shape(container: &Map<String, Json>) -> Vec<String> {
    let mut details = Vec::new();
    for required in ["name", "image"] {
        if field(container, required)
            .as_str()
            .unwrap_or_default()
            .is_empty()
        {
            details.push(format!("`{required}` is missing"));
        }
    }
    let name = name_of(container);
    if name != "?" && (name.len() > 255 || !name.chars().all(is_name_letter)) {
        details.push("the name may have 255 letters, digits, hyphens and underscores".to_owned());
    }
    for (place, known) in KEYS {
        let objects = match *place {
            "" => vec![container],
            place => match field(container, place) {
                Json::Array(items) => items.iter().filter_map(Json::as_object).collect(),
                Json::Object(object) => vec![object],
                _ => Vec::new(),
            },
        };
        for key in objects.iter().flat_map(|object| object.keys()) {
            if !known.contains(&key.as_str()) {
                let near = known
                    .iter()
                    .min_by_key(|known| strsim::levenshtein(known, key))
                    .map(|near| format!(", did you mean `{near}`?"))
                    .unwrap_or_default();
                let place = if place.is_empty() {
                    String::new()
                } else {
                    format!("{place}.")
                };
                details.push(format!("unknown key `{place}{key}`{near}"));
            }
        }
    }
    let mut wrong = |keys: &[&str], kind: &str, fits: fn(&Json) -> bool| {
        for key in keys {
            let value = field(container, key);
            if !value.is_null() && !fits(value) {
                details.push(format!("`{key}` must be {kind}, got {value}"));
            }
        }
    };
    wrong(TEXTS, "a string", Json::is_string);
    wrong(NUMBERS, "a whole number", Json::is_i64);
    wrong(SWITCHES, "true or false", Json::is_boolean);
    wrong(LISTS_OF_TEXTS, "a list of strings", |json| {
        json.as_array()
            .is_some_and(|items| items.iter().all(Json::is_string))
    });
    for (list, keys) in [
        ("environment", ["name", "value"]),
        ("secrets", ["name", "valueFrom"]),
    ] {
        for item in items(field(container, list)) {
            for key in keys {
                if !item[key].is_string() {
                    let name = &item["name"];
                    details.push(format!(
                        "`{list}` {name}: `{key}` must be a string, got {}",
                        item[key]
                    ));
                }
            }
        }
    }
    let mut named = BTreeSet::new();
    for name in ["environment", "secrets"]
        .iter()
        .flat_map(|list| items(field(container, list)))
        .filter_map(|item| item["name"].as_str())
    {
        if !named.insert(name) {
            details.push(format!("the environment variable `{name}` is set twice"));
        }
    }
    let reservation = field(container, "memoryReservation").as_i64();
    let memory = field(container, "memory").as_i64();
    if let (Some(reservation), Some(memory)) = (reservation, memory)
        && reservation > memory
    {
        details.push(format!(
            "memoryReservation {reservation} is more than memory {memory}"
        ));
    }
    if memory.or(reservation).is_some_and(|mib| mib < 6) {
        details.push("a container needs 6 MiB at least".to_owned());
    }
    details
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_".contains(letter)
}

fn health(container: &Map<String, Json>) -> Vec<String> {
    let check = field(container, "healthCheck");
    if check.is_null() {
        return Vec::new();
    }
    let mut details: Vec<String> = HEALTH_BOUNDS
        .iter()
        .filter_map(|(key, least, most)| {
            let value = check[*key].as_i64()?;
            (!(*least..=*most).contains(&value)).then(|| {
                format!("healthCheck.{key} must be between {least} and {most}, got {value}")
            })
        })
        .collect();
    let command = items(&check["command"]);
    let first = command.first().and_then(Json::as_str).unwrap_or_default();
    if !["CMD", "CMD-SHELL", "NONE"].contains(&first) || (first != "NONE" && command.len() < 2) {
        details.push(
            "healthCheck.command must begin with CMD or CMD-SHELL and go on with a command"
                .to_owned(),
        );
    }
    details
}

fn logs(container: &Map<String, Json>, all: &[&Map<String, Json>]) -> Vec<String> {
    let logs = field(container, "logConfiguration");
    if logs.is_null() {
        return Vec::new();
    }
    let mut details = Vec::new();
    let driver = logs["logDriver"].as_str().unwrap_or_default();
    if !LOG_DRIVERS.contains(&driver) {
        details.push(format!(
            "logDriver must be one of {}, got `{driver}`",
            LOG_DRIVERS.join(", ")
        ));
    }
    let options = &logs["options"];
    for (key, value) in options.as_object().into_iter().flatten() {
        if !value.is_string() {
            details.push(format!(
                "the log option `{key}` must be a string, got {value}"
            ));
        }
    }
    if let Some(mode) = options["mode"].as_str()
        && !["blocking", "non-blocking"].contains(&mode)
    {
        details.push(format!(
            "the log option `mode` must be blocking or non-blocking, got `{mode}`"
        ));
    }
    if driver == "awslogs" {
        for key in ["awslogs-group", "awslogs-region"] {
            if options[key].as_str().unwrap_or_default().is_empty() {
                details.push(format!("the log driver awslogs needs the option `{key}`"));
            }
        }
    }
    let has_router = all
        .iter()
        .any(|other| !field(other, "firelensConfiguration").is_null());
    if driver == "awsfirelens" && !has_router {
        details.push(
            "the log driver awsfirelens needs a container with firelensConfiguration".to_owned(),
        );
    }
    details
}

fn ports(container: &Map<String, Json>, task: &Object) -> Vec<String> {
    let in_vpc = text(task, "network_mode") == Some("awsvpc");
    let mut details = Vec::new();
    for port in items(field(container, "portMappings")) {
        let inner = port["containerPort"].as_i64();
        let outer = port["hostPort"].as_i64();
        if inner.is_some_and(|port| !(1..=65_535).contains(&port)) {
            details.push(format!(
                "containerPort must be between 1 and 65535, got {}",
                port["containerPort"]
            ));
        }
        if inner.is_none() && port["containerPortRange"].is_null() {
            details.push(format!(
                "containerPort must be a whole number, got {}",
                port["containerPort"]
            ));
        }
        if in_vpc && outer.is_some_and(|outer| outer != 0 && Some(outer) != inner) {
            details.push(format!(
                "hostPort {} must equal containerPort in network mode awsvpc",
                port["hostPort"]
            ));
        }
        for (key, allowed) in [
            ("protocol", &["tcp", "udp"] as &[&str]),
            ("appProtocol", &["http", "http2", "grpc"]),
        ] {
            if let Some(value) = port[key].as_str()
                && !allowed.contains(&value)
            {
                details.push(format!(
                    "{key} must be one of {}, got `{value}`",
                    allowed.join(", ")
                ));
            }
        }
        if let Some(name) = port["name"].as_str() {
            let fits = (1..=64).contains(&name.len())
                && name.chars().all(|letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter)
                })
                && !name.starts_with('-');
            if !fits {
                details.push(format!(
                    "the port name `{name}` may have 64 lower-case letters, digits, - and _"
                ));
            }
        }
    }
    details
}

fn mounts(container: &Map<String, Json>, task: &Object) -> Vec<String> {
    if !blocks_are_known(task, "volume") {
        return Vec::new();
    }
    let volumes: Vec<&str> = blocks(task, "volume")
        .iter()
        .filter_map(|volume| get(volume, "name").as_str())
        .collect();
    items(field(container, "mountPoints"))
        .iter()
        .filter_map(|mount| mount["sourceVolume"].as_str())
        .filter(|volume| !volumes.contains(volume))
        .map(|volume| format!("the mount point's volume `{volume}` is not in the task definition"))
        .collect()
}

fn dependencies(container: &Map<String, Json>, all: &[&Map<String, Json>]) -> Vec<String> {
    let mut details = Vec::new();
    let find = |name: &str| all.iter().find(|other| name_of(other) == name);
    for dependency in items(field(container, "dependsOn")) {
        let name = dependency["containerName"].as_str().unwrap_or_default();
        let condition = dependency["condition"].as_str().unwrap_or_default();
        if !["START", "COMPLETE", "SUCCESS", "HEALTHY"].contains(&condition) {
            details.push(format!(
                "dependsOn.condition must be START, COMPLETE, SUCCESS or HEALTHY, got `{condition}`"
            ));
        }
        let Some(other) = find(name) else {
            details.push(format!(
                "dependsOn names `{name}`, which is no container of this task"
            ));
            continue;
        };
        if name == name_of(container) {
            details.push("depends on itself".to_owned());
        }
        if condition == "HEALTHY" && field(other, "healthCheck").is_null() {
            details.push(format!(
                "waits for `{name}` to be HEALTHY, which has no healthCheck"
            ));
        }
        let is_essential = field(other, "essential").as_bool().unwrap_or(true);
        if ["COMPLETE", "SUCCESS"].contains(&condition) && is_essential {
            details.push(format!("waits for `{name}` to end, which is essential"));
        }
    }
    for volume in items(field(container, "volumesFrom")) {
        let name = volume["sourceContainer"].as_str().unwrap_or_default();
        if find(name).is_none() {
            details.push(format!(
                "volumesFrom names `{name}`, which is no container of this task"
            ));
        }
    }
    details
}

/// What the containers must be to each other and to the task.
fn together(containers: &[&Map<String, Json>], task: &Object) -> Vec<String> {
    let mut details = Vec::new();
    let mut names = BTreeSet::new();
    for container in containers {
        if !names.insert(name_of(container)) {
            details.push(format!("duplicate container name `{}`", name_of(container)));
        }
    }
    let mut ports = BTreeSet::new();
    for name in containers
        .iter()
        .flat_map(|container| items(field(container, "portMappings")))
        .filter_map(|port| port["name"].as_str())
    {
        if !ports.insert(name) {
            details.push(format!("duplicate port name `{name}`"));
        }
    }
    let is_essential =
        |container: &&Map<String, Json>| field(container, "essential").as_bool().unwrap_or(true);
    if !containers.is_empty() && !containers.iter().any(is_essential) {
        details.push("at least one container must be essential".to_owned());
    }
    if let Some(waiting) = circle(containers) {
        details.push(format!("containers wait for each other: {waiting}"));
    }
    let (cpu, memory) = left_over(task);
    if let Some(lack) = cpu.filter(|cpu| *cpu < 0) {
        details.push(format!(
            "the containers' cpu is {} more than the task's",
            -lack
        ));
    }
    if let Some(lack) = memory.filter(|memory| *memory < 0) {
        details.push(format!(
            "the containers' memory is {} MiB more than the task's",
            -lack
        ));
    }
    let task_memory = whole(task, "memory");
    for container in containers {
        let own = field(container, "memory").as_i64();
        if let (Some(own), Some(most)) = (own, task_memory)
            && own > most
        {
            let name = name_of(container);
            details.push(format!(
                "container `{name}`: memory {own} is more than the task's {most}"
            ));
        }
        let reserves = own.is_some() || !field(container, "memoryReservation").is_null();
        if !reserves && get(task, "memory") == &Value::Null {
            let name = name_of(container);
            details.push(format!(
                "container `{name}`: neither it nor the task says how much memory"
            ));
        }
    }
    details
}

/// Containers that wait for each other, if there are any.
fn circle(containers: &[&Map<String, Json>]) -> Option<String> {
    let mut ready: BTreeSet<&str> = BTreeSet::new();
    let names: BTreeSet<&str> = containers
        .iter()
        .map(|container| name_of(container))
        .collect();
    loop {
        let before = ready.len();
        for container in containers {
            let waits = items(field(container, "dependsOn"))
                .iter()
                .filter_map(|dependency| dependency["containerName"].as_str())
                .any(|name| names.contains(name) && !ready.contains(name));
            if !waits {
                ready.insert(name_of(container));
            }
        }
        if ready.len() == before {
            break;
        }
    }
    let stuck: Vec<&str> = names.difference(&ready).copied().collect();
    (!stuck.is_empty()).then(|| stuck.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::checks::tests::check as check_resource;
    use serde_json::{Value as Json, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    fn check(containers: Json, expected: &[&str]) {
        let task = json!({
            "family": "f", "cpu": "512", "memory": "1024", "network_mode": "awsvpc",
            "container_definitions": containers.to_string(), "volume": [{ "name": "data" }],
        });
        check_resource("aws_ecs_task_definition", task, expected);
    }

    #[test]
    fn a_good_container_passes() {
        check(
            json!([{
                "name": "web", "image": "nginx:1", "cpu": 256, "memory": 512, "essential": true,
                "portMappings": [{ "name": "web", "containerPort": 80 }],
                "environment": [{ "name": "A", "value": "1" }],
                "mountPoints": [{ "sourceVolume": "data", "containerPath": "/data" }],
                "healthCheck": { "command": ["CMD", "true"], "interval": 30 },
            }]),
            &[],
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest() {
        check(
            json!([{ "name": "a", "image": "b", "enviroment": [] }]),
            &["container `a`: unknown key `enviroment`, did you mean `environment`?"],
        );
    }

    #[test]
    fn containers_may_not_ask_for_more_than_the_task_has() {
        check(
            json!([
                { "name": "a", "image": "b", "cpu": 300, "memory": 600 },
                { "name": "c", "image": "b", "cpu": 300, "memory": 500 },
            ]),
            &[
                "the containers' cpu is 88 more than the task's",
                "the containers' memory is 76 MiB more than the task's",
            ],
        );
    }

    #[test]
    fn names_volumes_and_dependencies_must_exist_once() {
        check(
            json!([
                { "name": "a", "image": "b", "mountPoints": [{ "sourceVolume": "x", "containerPath": "/" }] },
                { "name": "a", "image": "b", "dependsOn": [{ "containerName": "z", "condition": "UP" }] },
            ]),
            &[
                "container `a`: the mount point's volume `x` is not in the task definition",
                "container `a`: dependsOn.condition must be START, COMPLETE, SUCCESS or HEALTHY, got `UP`",
                "container `a`: dependsOn names `z`, which is no container of this task",
                "duplicate container name `a`",
            ],
        );
    }

    #[test]
    fn two_containers_may_not_wait_for_each_other() {
        check(
            json!([
                { "name": "a", "image": "i", "dependsOn": [{ "containerName": "b", "condition": "START" }] },
                { "name": "b", "image": "i", "dependsOn": [{ "containerName": "a", "condition": "START" }] },
            ]),
            &["containers wait for each other: a, b"],
        );
    }

    #[test]
    fn health_checks_have_bounds() {
        check(
            json!([{ "name": "a", "image": "b", "healthCheck": { "command": ["CMD", "x"], "interval": 4, "timeout": 61, "retries": 0, "startPeriod": 301 } }]),
            &[
                "container `a`: healthCheck.interval must be between 5 and 300, got 4",
                "container `a`: healthCheck.retries must be between 1 and 10, got 0",
                "container `a`: healthCheck.startPeriod must be between 0 and 300, got 301",
                "container `a`: healthCheck.timeout must be between 2 and 60, got 61",
            ],
        );
    }
}
