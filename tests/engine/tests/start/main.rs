//! Starts what is composed: the containers of the Temporal services as Terraform has made them, on this machine and
//! without AWS. The server is a stand-in that writes down what it is given.
#![allow(missing_docs, reason = "tests say what they are by their names")]

mod config;
mod container;
mod contract;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use composer_core::{Environment, check, templates};
use engine_tests::{Tree, spec};
use serde_json::Value as Json;

use container::{
    Client, Container, Machine, Shell, Start, closed_port, metadata_endpoint, while_listening,
};

const SERVICES: [&str; 4] = ["frontend", "history", "matching", "worker"];

/// What the endpoint of the task's metadata answers, as far as the task's address is concerned.
const METADATA: &str = r#"{"Cluster":"default","TaskARN":"arn:aws:ecs:eu-west-1:123456789012:task/default/158d","Containers":[{"DockerId":"ea32","Networks":[{"NetworkMode":"awsvpc","IPv4Addresses":["10.0.2.106"],"MACAddress":"0e:9e","IPv4SubnetCIDRBlock":"10.0.2.0/24"}]}]}"#;
/// The same with white space.
const SPACED_METADATA: &str = "{ \"Containers\": [ {\n  \"Networks\": [ { \"NetworkMode\": \"awsvpc\",\n    \"IPv4Addresses\": [ \"10.0.2.106\" ] } ] } ] }\n";

/// The environments of a spec with the containers of their services, applied.
fn applied(
    preset: &str,
    assignments: &[&str],
) -> Vec<(Environment, BTreeMap<&'static str, Container>, Json)> {
    let spec = spec(preset, assignments);
    let tree = Tree::of(&spec);
    let checked = check(&spec);
    let mut all = Vec::new();
    for environment in checked.environments() {
        let root = tree.environment(&environment.name);
        root.initialise();
        root.apply(&[]);
        let shown = root.terraform(&["show", "-json"]);
        let state: Json = serde_json::from_str(&shown.text).unwrap();
        let containers = SERVICES.map(|service| {
            let address =
                format!("module.temporal_service[\"{service}\"].aws_ecs_task_definition.this");
            let definition = resource(&state["values"]["root_module"], &address).unwrap();
            (
                service,
                Container::of(definition, &format!("temporal-{service}")),
            )
        });
        all.push(((**environment).clone(), containers.into(), state));
    }
    all
}

/// The values of the resource at an address.
fn resource<'a>(module: &'a Json, address: &str) -> Option<&'a Json> {
    let of = |key: &str| module[key].as_array().into_iter().flatten();
    let own = of("resources").find(|resource| resource["address"] == address);
    own.map(|resource| &resource["values"])
        .or_else(|| of("child_modules").find_map(|child| resource(child, address)))
}

/// The services of an environment with the limiter and the lease. They are applied once.
fn dev() -> &'static BTreeMap<&'static str, Container> {
    static DEV: OnceLock<BTreeMap<&str, Container>> = OnceLock::new();
    DEV.get_or_init(|| {
        let mut all = applied(
            "dev-lean",
            &[
                "environments.dev.reservoir.enabled=true",
                "environments.dev.lease.enabled=true",
            ],
        );
        let (_, containers, _) = all.remove(0);
        containers
    })
}

/// Starts the services of each environment of such a composition; the names of the other containers that it has.
#[track_caller]
fn expect_each_service_to_start(loki: bool, limiter: &str, uri: &str) -> BTreeSet<String> {
    let mut others = BTreeSet::new();
    let mut assignments = vec!["environments.dev.compute.instance_count=4".to_owned()];
    for name in ["dev", "bench", "prod"] {
        assignments.push(format!("environments.{name}.loki.enabled={loki}"));
        assignments.push(format!("environments.{name}.dsql.limiter={limiter}"));
        // One of the server's keys that has no option.
        assignments.push(format!(
            "environments.{name}.dynamic_config.keys.\"system.historyArchivalState\"=disabled"
        ));
    }
    let assignments: Vec<&str> = assignments.iter().map(String::as_str).collect();
    for (environment, containers, state) in applied("standard", &assignments) {
        expect_room_in_task_definitions(&state["values"]["root_module"]);
        others.extend(contract::expect_others(&state, &environment));
        for (service, container) in &containers {
            let place = format!(
                "{service} of {} with Loki {loki} and {limiter}",
                environment.name
            );
            for shell in [Shell::Dash, Shell::Busybox] {
                let machine = Machine::new(shell, Client::BusyboxWget);
                let start =
                    machine.start(container, &[("ECS_CONTAINER_METADATA_URI_V4", uri)], None);
                assert_eq!((start.code, start.err.as_str()), (Some(0), ""), "{place}");
                assert_eq!(
                    start.out,
                    format!("start: {service} at 10.0.2.106\n"),
                    "{place}"
                );
                let server = start.server.expect("the server was started");
                let folder = machine.config_folder();
                assert_eq!(
                    server.arguments,
                    [
                        "--config-file",
                        &folder.join("server.yaml").display().to_string(),
                        "--allow-no-auth",
                        "start",
                        "--service",
                        service,
                    ],
                    "{place}"
                );
                config::expect(&server, &environment, service, &state, &place);
                config::expect_time_to_stop(&server, container, service, &place);
                contract::expect(container, &environment, service, &place);
            }
        }
    }
    others
}

#[test]
fn every_service_starts_with_its_configuration() {
    let uri = metadata_endpoint(METADATA);
    let cases = [
        (true, "counter"),
        (false, "counter"),
        (true, "slots"),
        (false, "slots"),
    ];
    let uri = uri.as_str();
    let others = thread::scope(|scope| {
        let of_each = cases.map(|(loki, limiter)| {
            scope.spawn(move || expect_each_service_to_start(loki, limiter, uri))
        });
        of_each
            .into_iter()
            .flat_map(|others| others.join().expect("its services start"))
            .collect()
    });
    contract::expect_all_seen(&others);
}

/// An image with a start script of its own, as the public deployment's does it: it asks for its variables, and starts the
/// server. Source: temporal-dsql-deploy-ecs at b02a116, `docker/scripts/render-and-start.sh`.
const IMAGE_SCRIPT: &str = r#"set -eu
for name in TEMPORAL_SQL_HOST TEMPORAL_SQL_PORT TEMPORAL_SQL_DATABASE TEMPORAL_SQL_USER TEMPORAL_SQL_PLUGIN_NAME \
  TEMPORAL_SQL_TLS_ENABLED TEMPORAL_SQL_MAX_CONNS TEMPORAL_SQL_MAX_IDLE_CONNS TEMPORAL_SQL_CONNECTION_TIMEOUT \
  TEMPORAL_SQL_MAX_CONN_LIFETIME TEMPORAL_HISTORY_SHARDS TEMPORAL_ELASTICSEARCH_HOST TEMPORAL_ELASTICSEARCH_INDEX \
  TEMPORAL_ELASTICSEARCH_VERSION AWS_REGION SERVICES; do
  eval "value=\${$name-}"
  [ -n "$value" ] || { echo "start: $name is not set" >&2; exit 1; }
done
exec temporal-server --config-file "${TEMPORAL_PERSISTENCE_TEMPLATE%.template.yaml}.yaml" --allow-no-auth start --service "$SERVICES""#;

#[test]
fn an_image_with_its_own_configuration_starts_with_what_it_asks_for() {
    for limiter in ["counter", "slots"] {
        let limiter = format!("environments.dev.dsql.limiter={limiter}");
        let assignments = [
            "images.config=own",
            "images.temporal=registry.example.com/temporal:1.29.0",
            &limiter,
        ];
        for (environment, containers, state) in applied("dev-lean", &assignments) {
            contract::expect_others(&state, &environment);
            for (service, container) in &containers {
                let place = format!("{service} with {limiter}");
                contract::expect(container, &environment, service, &place);
                // Entry point and command are the image's, and so is the folder for its configuration.
                assert_eq!(
                    (&container.arguments[..], &container.memory_folders[..]),
                    (&[][..], &[][..]),
                    "{place}"
                );
                for shell in [Shell::Dash, Shell::Busybox] {
                    let machine = Machine::new(shell, Client::BusyboxWget);
                    let image = container.with_entry_point(&["-c", IMAGE_SCRIPT]);
                    let start = machine.start(&image, &[], None);
                    assert_eq!((start.code, start.err.as_str()), (Some(0), ""), "{place}");
                    let server = start.server.expect("the server was started");
                    assert_eq!(server.arguments.last().unwrap(), service, "{place}");
                    let without = image.without("TEMPORAL_SQL_HOST");
                    let start = Machine::new(shell, Client::BusyboxWget).start(&without, &[], None);
                    expect_one_line(&start, 1, "TEMPORAL_SQL_HOST is not set");
                }
            }
        }
    }
}

/// ECS refuses a task definition of more than 64 KiB. The API takes it as JSON, of which the containers are all but some
/// hundred bytes. Source: the ECS developer guide, "Service quotas".
fn expect_room_in_task_definitions(module: &Json) {
    let of = |key: &str| module[key].as_array().into_iter().flatten();
    for resource in of("resources").filter(|it| it["type"] == "aws_ecs_task_definition") {
        let size = resource["values"]["container_definitions"]
            .as_str()
            .unwrap()
            .len();
        assert!(size < 60 * 1024, "{}: {size} bytes", resource["address"]);
    }
    for child in of("child_modules") {
        expect_room_in_task_definitions(child);
    }
}

#[test]
fn a_variable_is_set_where_something_reads_it() {
    for assignments in [
        &["environments.prod.lease.enabled=false"][..],
        &[
            "environments.prod.reservoir.enabled=false",
            "environments.prod.dsql.limiter=slots",
            "environments.prod.history.max_conns=101",
        ],
    ] {
        for (environment, containers, _) in applied("ha-prod", assignments) {
            for (service, container) in &containers {
                contract::expect(container, &environment, service, &assignments.join(" "));
            }
        }
    }
}

/// What the ECS agent adds to a container's environment.
fn agent(uri: &str) -> [(&str, &str); 1] {
    [("ECS_CONTAINER_METADATA_URI_V4", uri)]
}

#[track_caller]
fn expect_one_line(start: &Start, code: i32, line: &str) {
    assert_eq!(
        (start.code, start.out.as_str(), start.err.as_str()),
        (Some(code), "", format!("start: {line}\n").as_str())
    );
    assert!(
        start.server.is_none(),
        "the server was started all the same"
    );
}

#[test]
fn a_start_that_fails_says_why_in_one_line() {
    let history = &dev()["history"];
    let closed = format!("http://127.0.0.1:{}/v4/1a2b", closed_port());
    let elsewhere = metadata_endpoint(METADATA).replace("1a2b", "3c4d");
    let without_address = metadata_endpoint(r#"{"Containers":[]}"#);
    let loopback = metadata_endpoint(r#"{"IPv4Addresses":["127.0.0.1"]}"#);
    let uri = metadata_endpoint(METADATA);
    for shell in [Shell::Dash, Shell::Busybox] {
        for client in [Client::BusyboxWget, Client::Curl] {
            let machine = Machine::new(shell, client);
            for name in [
                "SERVICES",
                "TEMPORAL_SERVER_CONFIG",
                "TEMPORAL_DYNAMIC_CONFIG",
                "AWS_REGION",
                "CLUSTER_ENDPOINT",
                "DSQL_DISTRIBUTED_RATE_LIMITER_TABLE",
                "DSQL_DISTRIBUTED_CONN_LEASE_TABLE",
            ] {
                expect_one_line(
                    &machine.start(&history.without(name), &agent(&uri), None),
                    1,
                    &format!(
                        "the environment variable {name} is missing: the task definition sets it"
                    ),
                );
            }
            expect_one_line(
                &machine.start(history, &[], None),
                1,
                "the environment variable ECS_CONTAINER_METADATA_URI_V4 is missing: the ECS agent sets it",
            );
            for uri in [&closed, &elsewhere] {
                expect_one_line(
                    &machine.start(history, &agent(uri), None),
                    1,
                    &format!(
                        "the task metadata endpoint {uri}/task does not answer, so the address of the task is unknown"
                    ),
                );
            }
            expect_one_line(
                &machine.start(history, &agent(&without_address), None),
                1,
                &format!("the task metadata endpoint {without_address}/task names no IPv4 address"),
            );
            expect_one_line(
                &machine.start(history, &agent(&loopback), None),
                1,
                "no other task reaches this one at 127.0.0.1",
            );
            // Nobody can write there, root neither.
            expect_one_line(
                &machine.start(history, &agent(&uri), Some("/proc")),
                1,
                "/proc/server.yaml can't be written",
            );
            let path = machine.config_folder().with_file_name("bin");
            expect_one_line(
                &machine.without_server().start(history, &agent(&uri), None),
                1,
                &format!(
                    "the image has no temporal-server on its PATH ({})",
                    path.display()
                ),
            );
        }
    }
}

#[test]
fn the_address_is_found_with_what_the_image_has() {
    let history = &dev()["history"];
    let uri = metadata_endpoint(METADATA);
    let spaced = metadata_endpoint(SPACED_METADATA);
    let hosts = "127.0.0.1\tlocalhost\n10.0.9.9 other ip-10-0-9-9\n10.0.2.106\tip-10-0-2-106.eu-west-1.compute.internal ip-10-0-2-106\n";
    let name = "ip-10-0-2-106.eu-west-1.compute.internal";
    for shell in [Shell::Dash, Shell::Busybox] {
        for (client, agent) in [
            (
                Client::BusyboxWget,
                ("ECS_CONTAINER_METADATA_URI_V4", uri.as_str()),
            ),
            (
                Client::BusyboxWget,
                ("ECS_CONTAINER_METADATA_URI_V4", spaced.as_str()),
            ),
            (
                Client::Curl,
                ("ECS_CONTAINER_METADATA_URI_V4", uri.as_str()),
            ),
            (Client::None(hosts), ("HOSTNAME", name)),
            // Who says it isn't asked.
            (
                Client::None(""),
                ("TEMPORAL_BROADCAST_ADDRESS", "10.0.2.106"),
            ),
        ] {
            let start = Machine::new(shell, client).start(history, &[agent], None);
            assert_eq!(
                (start.code, start.err.as_str()),
                (Some(0), ""),
                "{shell:?} {client:?}"
            );
            let environment = start.server.unwrap().environment;
            assert_eq!(
                environment["TEMPORAL_BROADCAST_ADDRESS"], "10.0.2.106",
                "{client:?}"
            );
        }
        let machine = Machine::new(shell, Client::None(hosts));
        let file = machine.config_folder().with_file_name("hosts");
        expect_one_line(
            &machine.start(history, &[("HOSTNAME", "ip-10-0-0-1")], None),
            1,
            &format!(
                "the image has neither curl nor wget, and {} has no address of 'ip-10-0-0-1', the host name",
                file.display()
            ),
        );
    }
}

#[test]
fn what_the_server_refuses_does_not_reach_it() {
    let history = &dev()["history"];
    let brought = [
        "TEMPORAL_ENVIRONMENT",
        "TEMPORAL_ROOT",
        "TEMPORAL_CONFIG_DIR",
        "TEMPORAL_AVAILABILITY_ZONE",
        "TEMPORAL_AVAILABILTY_ZONE",
    ];
    let mut agent = vec![("TEMPORAL_BROADCAST_ADDRESS", "10.0.2.106")];
    agent.extend(brought.map(|name| (name, "x")));
    let start = Machine::new(Shell::Dash, Client::Curl).start(history, &agent, None);
    let environment = start.server.unwrap().environment;
    for name in brought {
        assert!(!environment.contains_key(name), "{name}");
    }
}

/// The health check of each service finds who listens on its port, and nobody else.
#[test]
fn the_health_check_looks_for_a_listener() {
    for (service, port) in [
        ("frontend", 7233),
        ("history", 7234),
        ("matching", 7235),
        ("worker", 6939),
    ] {
        let check = &dev()[service].health_check;
        assert_eq!(check[..3], ["CMD", "/bin/sh", "-c"]);
        let [script, name, checked] = &check[3..] else {
            panic!("{check:?}");
        };
        assert_eq!(*checked, format!("{port:04X}"), "{service}");
        for shell in [Shell::Dash, Shell::Busybox] {
            let finds = |port: u16| {
                let mut command = shell.command();
                command.args(["-c", script, name, &format!("{port:04X}")]);
                command.env_clear().status().unwrap().success()
            };
            assert!(while_listening(finds), "{shell:?}");
            assert!(!finds(closed_port()), "{shell:?}");
        }
    }
}

#[test]
fn shellcheck_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("shellcheck");
    let scripts = templates::ALL
        .iter()
        .filter(|(path, _)| path.contains("/files/") && path.ends_with(".sh"));
    for (index, (_, text)) in scripts.enumerate() {
        let file = folder.path().join(format!("{index}.sh"));
        fs::write(&file, text).unwrap();
        command.arg(file);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(command.get_args().len() >= 2, "no script was found");
}
