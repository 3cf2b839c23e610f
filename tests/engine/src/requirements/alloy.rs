//! 12: the sidecar that collects metrics and logs.

use serde_json::json;

use super::seen::{Environment, Seen, items, text};
use super::{Outcome, Row, each, each_if, ensure, row, same};

/// Where Docker is spoken to.
const SOCKET: &str = "/var/run/docker.sock";

pub(super) const ROWS: &[Row] = &[
    row(
        "12.1",
        &[each(
            "module alloy_sidecar has the parameter /<name>/alloy/<service> with Alloy's configuration for each of its \
             tasks, and its local.init_container and local.sidecar_container are what those run",
            encapsulates,
        )],
    ),
    row(
        "12.2",
        &[each(
            "module alloy_sidecar takes service_name, prometheus_endpoint and loki_endpoint: metrics are written, with the \
             service's name on them, to the workspace of module observability",
            takes,
        )],
    ),
    row(
        "12.3",
        &[each(
            "module alloy_sidecar puts out init_container_definition and sidecar_container_definition, and each Temporal \
             task has both: alloy-config ends before alloy starts",
            is_in_the_tasks,
        )],
    ),
    row(
        "12.4",
        &[
            each_if(
                "with Loki: the tasks have the host's Docker socket as a volume, mounted read-only into alloy alone",
                |wanted| wanted.loki.is_some(),
                mounts_the_socket,
            ),
            each_if(
                "without Loki, when no log is collected: no task has the socket",
                |wanted| wanted.loki.is_none(),
                mounts_no_socket,
            ),
        ],
    ),
];

/// The services of Temporal, whose tasks have the sidecar in any case.
fn services(environment: &Environment) -> Vec<&'static str> {
    let services = environment.wanted.services.iter();
    services.map(|service| service.name).collect()
}

fn encapsulates(environment: &Environment, _: &Seen) -> Outcome {
    let outputs = &environment.call("alloy_sidecar")?["module"]["outputs"];
    ensure(outputs.is_object(), || "it has no outputs".to_owned())?;
    for service in services(environment) {
        let address = format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config");
        same(
            "the parameter's name",
            environment.text_at(&address, "name")?,
            format!("/{}/alloy/{service}", environment.full_name),
        )?;
        let init = environment.container(&super::service::task(service), "alloy-config")?;
        let given: Vec<(&str, &str)> = items(&init["secrets"])
            .map(|secret| (text(&secret["name"]), text(&secret["valueFrom"])))
            .collect();
        same(
            "what alloy-config writes",
            given,
            vec![("ALLOY_CONFIG", environment.text_at(&address, "arn")?)],
        )?;
    }
    environment.puts_out(
        "alloy_sidecar",
        &[
            ("sidecar", "local.init_container"),
            ("sidecar", "local.sidecar_container"),
        ],
    )
}

fn takes(environment: &Environment, _: &Seen) -> Outcome {
    environment.takes(
        "alloy_sidecar",
        &["service_name", "prometheus_endpoint", "loki_endpoint"],
    )?;
    environment.is_given(
        "alloy_sidecar",
        "prometheus_endpoint",
        &["module.observability.prometheus_remote_write_endpoint"],
    )?;
    if environment.wanted.loki.is_some() {
        environment.is_given(
            "alloy_sidecar",
            "loki_endpoint",
            &["module.observability.loki_endpoint"],
        )?;
    }
    let url = text(environment.output("prometheus_remote_write_endpoint")?);
    for service in services(environment) {
        let address = format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config");
        let config = environment.text_at(&address, "value")?;
        for part in [
            format!("url = \"{url}\""),
            format!("\"service\" = \"{service}\""),
        ] {
            ensure(config.contains(&part), || {
                format!("the sidecar of {service} has no {part}:\n{config}")
            })?;
        }
    }
    Ok(())
}

fn is_in_the_tasks(environment: &Environment, _: &Seen) -> Outcome {
    environment.puts_out(
        "alloy_sidecar",
        &[
            ("init_container_definition", "local.init_container"),
            ("sidecar_container_definition", "local.sidecar_container"),
        ],
    )?;
    for service in services(environment) {
        let task = super::service::task(service);
        let init = environment.container(&task, "alloy-config")?;
        same("alloy-config is essential", &init["essential"], false)?;
        let alloy = environment.container(&task, "alloy")?;
        same(
            "what alloy waits for",
            &alloy["dependsOn"],
            &json!([{ "containerName": "alloy-config", "condition": "SUCCESS" }]),
        )?;
    }
    Ok(())
}

fn mounts_the_socket(environment: &Environment, _: &Seen) -> Outcome {
    for service in services(environment) {
        let task = super::service::task(service);
        let volumes: Vec<(&str, &str)> = items(&environment.at(&task)?["volume"])
            .filter(|volume| !text(&volume["host_path"]).is_empty())
            .map(|volume| (text(&volume["name"]), text(&volume["host_path"])))
            .collect();
        same(
            &format!("the host's paths in the task of {service}"),
            volumes,
            vec![("docker-socket", SOCKET)],
        )?;
        for (name, container) in environment.containers(&task)? {
            let mounted: Vec<_> = items(&container["mountPoints"])
                .filter(|mount| mount["sourceVolume"] == "docker-socket")
                .cloned()
                .collect();
            let wanted = if name == "alloy" {
                vec![json!({
                    "sourceVolume": "docker-socket",
                    "containerPath": SOCKET,
                    "readOnly": true,
                })]
            } else {
                Vec::new()
            };
            same(&format!("the socket in {name}"), mounted, wanted)?;
        }
    }
    Ok(())
}

fn mounts_no_socket(environment: &Environment, _: &Seen) -> Outcome {
    for task in environment.all("aws_ecs_task_definition") {
        let found: Vec<&str> = items(&task["values"]["volume"])
            .map(|volume| text(&volume["host_path"]))
            .filter(|path| !path.is_empty())
            .collect();
        same(
            &format!("the host's paths in {}", text(&task["address"])),
            found,
            Vec::<&str>::new(),
        )?;
    }
    Ok(())
}
