//! 12: the sidecar that collects metrics and logs.

use composer_core::parts::{benchmark, loki, ui};
use serde_json::{Value as Json, json};

use super::observation::{Environment, Observation, items, text};
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
            "module alloy_sidecar outputs init_container_definition and sidecar_container_definition, and each Temporal \
             task, each of the benchmark's and, with Loki, the UI's has both, and no other: alloy-config ends before alloy \
             starts",
            is_in_the_tasks,
        )],
    ),
    row(
        "12.4",
        &[
            each_if(
                "with Loki: each task with the sidecar, whoever's it is, has the host's Docker socket as a volume, mounted \
                 read-only into alloy alone, which runs as root to read it; no other task has anything of the host's",
                |wanted| loki::FEATURE.is_on(wanted),
                mounts_the_socket,
            ),
            each_if(
                "without Loki, when no log is collected: no task has the socket",
                |wanted| !loki::FEATURE.is_on(wanted),
                mounts_no_socket,
            ),
        ],
    ),
];

/// A task that carries the sidecar.
struct Carrier {
    /// What the sidecar knows it as.
    name: &'static str,
    /// The address of the task definition.
    task: String,
    /// Whether it serves metrics.
    has_metrics: bool,
}

/// All tasks that carry the sidecar: those of the Temporal services in any case, the benchmark's, and the UI's where its
/// log is collected.
fn carriers(environment: &Environment) -> Vec<Carrier> {
    let wanted = &environment.wanted;
    let mut all: Vec<Carrier> = wanted
        .services
        .iter()
        .map(|service| Carrier {
            name: service.name(),
            task: super::service::task(service.name()),
            has_metrics: true,
        })
        .collect();
    if benchmark::FEATURE.is_on(wanted) {
        for (name, role) in [
            ("benchmark-generator", "generator"),
            ("benchmark-worker", "worker"),
        ] {
            all.push(Carrier {
                name,
                task: format!("module.benchmark.aws_ecs_task_definition.this[\"{role}\"]"),
                has_metrics: true,
            });
        }
    }
    if ui::FEATURE.is_on(wanted) && loki::FEATURE.is_on(wanted) {
        all.push(Carrier {
            name: "ui",
            task: "module.temporal_ui.aws_ecs_task_definition.this".to_owned(),
            has_metrics: false,
        });
    }
    all
}

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    let outputs = &environment.call("alloy_sidecar")?["module"]["outputs"];
    ensure(outputs.is_object(), || "it has no outputs".to_owned())?;
    for Carrier {
        name: service,
        task,
        ..
    } in carriers(environment)
    {
        let address = format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config");
        same(
            "the parameter's name",
            environment.text_at(&address, "name")?,
            format!("/{}/alloy/{service}", environment.full_name),
        )?;
        let init = environment.container(&task, "alloy-config")?;
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

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "alloy_sidecar",
        &["service_name", "prometheus_endpoint", "loki_endpoint"],
    )?;
    environment.is_given(
        "alloy_sidecar",
        "prometheus_endpoint",
        &["module.observability.prometheus_remote_write_endpoint"],
    )?;
    if loki::FEATURE.is_on(&environment.wanted) {
        environment.is_given(
            "alloy_sidecar",
            "loki_endpoint",
            &["module.observability.loki_endpoint"],
        )?;
    }
    let url = text(environment.output("prometheus_remote_write_endpoint")?);
    for Carrier {
        name: service,
        has_metrics,
        ..
    } in carriers(environment)
    {
        let address = format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config");
        let config = environment.text_at(&address, "value")?;
        let mut parts = vec![format!("\"service\" = \"{service}\"")];
        if has_metrics {
            parts.push(format!("url = \"{url}\""));
        }
        if loki::FEATURE.is_on(&environment.wanted) {
            parts.push("url = \"http://loki:3100/loki/api/v1/push\"".to_owned());
        }
        for part in parts {
            ensure(config.contains(&part), || {
                format!("the sidecar of {service} has no {part}:\n{config}")
            })?;
        }
    }
    Ok(())
}

fn is_in_the_tasks(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "alloy_sidecar",
        &[
            ("init_container_definition", "local.init_container"),
            ("sidecar_container_definition", "local.sidecar_container"),
        ],
    )?;
    let carriers = carriers(environment);
    for task in environment.all("aws_ecs_task_definition") {
        let address = text(&task["address"]);
        let is_carrier = carriers.iter().any(|carrier| carrier.task == address);
        let containers = environment.containers(address)?;
        for name in ["alloy-config", "alloy"] {
            same(
                &format!("whether {address} has the container {name}"),
                containers.contains_key(name),
                is_carrier,
            )?;
        }
    }
    for Carrier { task, .. } in carriers {
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

/// The names of the volumes of a task that are paths of the host, and the paths.
fn host_volumes(task: &Json) -> Vec<(&str, &str)> {
    items(&task["volume"])
        .map(|volume| (text(&volume["name"]), text(&volume["host_path"])))
        .filter(|(_, path)| !path.is_empty())
        .collect()
}

fn mounts_the_socket(environment: &Environment, _: &Observation) -> Outcome {
    let carriers = carriers(environment);
    let tasks = environment.all("aws_ecs_task_definition");
    for carrier in &carriers {
        environment.at(&carrier.task)?;
    }
    for task in tasks {
        let address = text(&task["address"]);
        let is_carrier = carriers.iter().any(|carrier| carrier.task == address);
        let volumes = host_volumes(&task["values"]);
        let wanted = if is_carrier {
            vec![("docker-socket", SOCKET)]
        } else {
            Vec::new()
        };
        same(&format!("the host's paths in {address}"), &volumes, &wanted)?;
        for (name, container) in environment.containers(address)? {
            let mounted: Vec<_> = items(&container["mountPoints"])
                .filter(|mount| {
                    let mut all = volumes.iter();
                    all.any(|(volume, _)| mount["sourceVolume"] == *volume)
                })
                .cloned()
                .collect();
            let is_alloy = is_carrier && name == "alloy";
            let wanted = if is_alloy {
                vec![json!({
                    "sourceVolume": "docker-socket",
                    "containerPath": SOCKET,
                    "readOnly": true,
                })]
            } else {
                Vec::new()
            };
            same(
                &format!("what of the host {name} of {address} has"),
                mounted,
                wanted,
            )?;
            if is_alloy {
                same(
                    &format!("the user of {name} of {address}"),
                    text(&container["user"]),
                    "0",
                )?;
            }
        }
    }
    Ok(())
}

fn mounts_no_socket(environment: &Environment, _: &Observation) -> Outcome {
    for task in environment.all("aws_ecs_task_definition") {
        same(
            &format!("the host's paths in {}", text(&task["address"])),
            host_volumes(&task["values"]),
            Vec::<(&str, &str)>::new(),
        )?;
    }
    Ok(())
}
