//! 6: the four services of the Temporal server.

use composer_core::parts::loki;
use serde_json::{Value as Json, json};

use super::observation::{Environment, Observation, items, references, text};
use super::{Outcome, Row, each, each_if, ensure, row, same};

/// A service's name, its gRPC port and its membership port.
const PORTS: [(&str, i64, i64); 4] = [
    ("frontend", 7233, 6933),
    ("history", 7234, 6934),
    ("matching", 7235, 6935),
    ("worker", 7239, 6939),
];

pub(super) const ROWS: &[Row] = &[
    row(
        "6.1",
        &[each(
            "module temporal_service, once for each of frontend, history, matching and worker: one task definition, one \
             service of that task, one security group attached to it and a log group below /ecs/<name>/ that ends with its \
             name, into which the server logs where it logs to CloudWatch",
            encapsulates,
        )],
    ),
    row(
        "6.2",
        &[each(
            "module temporal_service takes service_name, cpu, memory, desired_count and image, and the task, its \
             container's SERVICES and image and service_desired_counts are what was asked for",
            takes,
        )],
    ),
    row(
        "6.3",
        &[each(
            "module temporal_service takes dsql_endpoint, opensearch_endpoint and prometheus_workspace_arn: \
             CLUSTER_ENDPOINT and the server's configuration, composed or its variables, have the first two, and the sidecar \
             writes to the workspace of the third",
            knows_its_backends,
        )],
    ),
    row(
        "6.4",
        &[each(
            "module temporal_service outputs service_name, task_definition_arn and security_group_id, and the root's \
             service_names are those of the services",
            puts_out,
        )],
    ),
    row(
        "6.5",
        &[
            each_if(
                "with Loki: each task has the containers alloy-config and alloy, whose configuration scrapes port 9090 \
                 and sends the containers' logs to Loki",
                |wanted| loki::FEATURE.is_on(wanted),
                ships_logs,
            ),
            each_if(
                "without Loki: the sidecar's configuration has no word of it, and the log goes to CloudWatch",
                |wanted| !loki::FEATURE.is_on(wanted),
                logs_to_cloudwatch,
            ),
        ],
    ),
    row(
        "6.6",
        &[each(
            "each has port mappings grpc, membership and metrics (frontend 7233, history 7234, matching 7235, worker 7239; \
             6933 to 6939; 9090); the frontend, and with Loki or an image's own configuration each, is in the cluster's \
             namespace; and the frontend alone is found, as temporal-frontend:7233",
            is_connected,
        )],
    ),
];

pub(super) fn task(service: &str) -> String {
    format!("module.temporal_service[\"{service}\"].aws_ecs_task_definition.this")
}

fn service_of(service: &str) -> String {
    format!("module.temporal_service[\"{service}\"].aws_ecs_service.this")
}

/// The address of a resource of a service's.
fn of(service: &str, resource: &str) -> String {
    format!("module.temporal_service[\"{service}\"].{resource}")
}

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    let calls = environment.in_module("temporal_service", "aws_ecs_service");
    same("services", calls.len(), PORTS.len())?;
    for (service, ..) in PORTS {
        let module = format!("temporal_service[\"{service}\"]");
        for kind in [
            "aws_ecs_task_definition",
            "aws_ecs_service",
            "aws_security_group",
            "aws_cloudwatch_log_group",
        ] {
            let found = environment.in_module(&module, kind).len();
            same(&format!("{kind} in module {module}"), found, 1)?;
        }
        same(
            "the service's task",
            environment.text_at(&service_of(service), "task_definition")?,
            environment.text_at(&task(service), "arn")?,
        )?;
        let group = environment.text_at(&of(service, "aws_security_group.this"), "id")?;
        let network = &environment.at(&service_of(service))?["network_configuration"][0];
        ensure(
            items(&network["security_groups"]).any(|id| id == group),
            || format!("the service {service} has not its group {group}"),
        )?;
        let log = environment.text_at(&of(service, "aws_cloudwatch_log_group.this"), "name")?;
        ensure(
            log.starts_with(&format!("/ecs/{}/", environment.full_name)) && log.ends_with(service),
            || format!("the log group of {service} is {log}"),
        )?;
        let server = environment.container(&task(service), &format!("temporal-{service}"))?;
        logs_into(&server, log)?;
    }
    Ok(())
}

/// Where the container logs to CloudWatch, it is into this group.
pub(super) fn logs_into(container: &Json, group: &str) -> Outcome {
    let log = &container["logConfiguration"];
    if log["logDriver"] != "awslogs" {
        return Ok(());
    }
    same(
        &format!(
            "the log group of the container {}",
            text(&container["name"])
        ),
        text(&log["options"]["awslogs-group"]),
        group,
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "temporal_service",
        &["service_name", "cpu", "memory", "desired_count", "image"],
    )?;
    let module = &environment.call("temporal_service")?["module"];
    let configured = items(&module["resources"])
        .find(|resource| resource["address"] == "aws_ecs_service.this")
        .ok_or("no service is configured")?;
    ensure(
        references(&configured["expressions"]["desired_count"]).contains("var.desired_count"),
        || "the service doesn't begin with desired_count".to_owned(),
    )?;
    for service in &environment.wanted.services {
        let name = service.name();
        let definition = environment.at(&task(name))?;
        for (what, wanted) in [("cpu", service.size.cpu), ("memory", service.size.memory)] {
            same(
                &format!("{what} of {name}"),
                text(&definition[what]),
                wanted.to_string(),
            )?;
        }
        let container = format!("temporal-{name}");
        environment.has_variables(&task(name), &container, &[("SERVICES", name)])?;
        if let Some(image) = environment.setting("images.temporal") {
            same(
                "the image",
                environment.container(&task(name), &container)?["image"].as_str(),
                image.as_text(),
            )?;
        }
        same(
            &format!("service_desired_counts of {name}"),
            &environment.output("service_desired_counts")?[name],
            service.size.count,
        )?;
    }
    Ok(())
}

fn knows_its_backends(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "temporal_service",
        &[
            "dsql_endpoint",
            "opensearch_endpoint",
            "prometheus_workspace_arn",
        ],
    )?;
    let database = text(environment.output("dsql_endpoint")?);
    let visibility =
        environment.text_at("module.opensearch.aws_opensearch_domain.this", "endpoint")?;
    let metrics =
        environment.text_at("module.observability.aws_prometheus_workspace.this", "arn")?;
    let (_, workspace) = metrics.split_once('/').ok_or("the workspace has no id")?;
    let url = format!("/workspaces/{workspace}/api/v1/remote_write");
    ensure(!database.is_empty(), || "there is no database".to_owned())?;
    for (service, ..) in PORTS {
        let container = format!("temporal-{service}");
        environment.has_variables(
            &task(service),
            &container,
            &[("CLUSTER_ENDPOINT", database)],
        )?;
        let variables = environment.variables(&task(service), &container)?;
        match variables.get("TEMPORAL_SERVER_CONFIG") {
            Some(config) => {
                for line in [
                    format!("connectAddr: \"{database}:5432\""),
                    format!("host: \"{visibility}\""),
                ] {
                    ensure(config.lines().any(|it| it.trim() == line), || {
                        format!("the configuration of {service} has no {line}")
                    })?;
                }
            }
            None => environment.has_variables(
                &task(service),
                &container,
                &[
                    ("TEMPORAL_SQL_HOST", database),
                    ("TEMPORAL_ELASTICSEARCH_HOST", visibility),
                ],
            )?,
        }
        let config = environment.text_at(
            &format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config"),
            "value",
        )?;
        ensure(config.contains(&url), || {
            format!("the sidecar of {service} does not write to {url}")
        })?;
    }
    Ok(())
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "temporal_service",
        &[
            ("service_name", "aws_ecs_service.this.name"),
            ("task_definition_arn", "aws_ecs_task_definition.this.arn"),
            ("security_group_id", "aws_security_group.this.id"),
        ],
    )?;
    for (service, ..) in PORTS {
        same(
            "service_names",
            text(&environment.output("service_names")?[service]),
            environment.text_at(&service_of(service), "name")?,
        )?;
    }
    Ok(())
}

/// The sidecar's configuration.
fn sidecar_config<'a>(environment: &'a Environment, service: &str) -> Result<&'a str, String> {
    environment.text_at(
        &format!("module.alloy_sidecar[\"{service}\"].aws_ssm_parameter.config"),
        "value",
    )
}

fn log_driver(environment: &Environment, service: &str) -> Result<Json, String> {
    let container = environment.container(&task(service), &format!("temporal-{service}"))?;
    Ok(container["logConfiguration"]["logDriver"].clone())
}

fn ships_logs(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("temporal_service", &["loki_enabled"])?;
    for (service, ..) in PORTS {
        let containers = environment.containers(&task(service))?;
        let names: Vec<&str> = containers.keys().map(String::as_str).collect();
        let server = format!("temporal-{service}");
        same(
            "the containers",
            names,
            vec!["alloy", "alloy-config", server.as_str()],
        )?;
        let config = sidecar_config(environment, service)?;
        for part in [
            "\"__address__\" = \"127.0.0.1:9090\"",
            "loki.source.docker \"containers\"",
            "url = \"http://loki:3100/loki/api/v1/push\"",
        ] {
            ensure(config.contains(part), || {
                format!("the sidecar of {service} has no {part}:\n{config}")
            })?;
        }
        // What Docker keeps is what the sidecar reads.
        same(
            "the log driver",
            log_driver(environment, service)?,
            "json-file",
        )?;
    }
    Ok(())
}

fn logs_to_cloudwatch(environment: &Environment, _: &Observation) -> Outcome {
    for (service, ..) in PORTS {
        let config = sidecar_config(environment, service)?;
        ensure(!config.contains("loki"), || {
            format!("the sidecar of {service} speaks of Loki:\n{config}")
        })?;
        same(
            "the log driver",
            log_driver(environment, service)?,
            "awslogs",
        )?;
    }
    Ok(())
}

fn is_connected(environment: &Environment, _: &Observation) -> Outcome {
    let namespace = environment.text_at(
        "module.ecs_cluster.aws_service_discovery_http_namespace.this",
        "arn",
    )?;
    for (service, grpc, membership) in PORTS {
        let container = environment.container(&task(service), &format!("temporal-{service}"))?;
        let ports: Vec<(&str, i64, i64)> = items(&container["portMappings"])
            .map(|port| {
                let number = |key: &str| port[key].as_i64().unwrap_or_default();
                (
                    text(&port["name"]),
                    number("containerPort"),
                    number("hostPort"),
                )
            })
            .collect();
        same(
            &format!("port mappings of {service}"),
            ports,
            vec![
                ("grpc", grpc, grpc),
                ("membership", membership, membership),
                ("metrics", 9090, 9090),
            ],
        )?;
        let connect = &environment.at(&service_of(service))?["service_connect_configuration"][0];
        let variables = environment.variables(&task(service), &format!("temporal-{service}"))?;
        let is_used = service == "frontend"
            || loki::FEATURE.is_on(&environment.wanted)
            || variables.contains_key("DEPLOY_ENVIRONMENT");
        same(service, &connect["enabled"], is_used)?;
        let wanted = if is_used { namespace } else { "" };
        same(service, text(&connect["namespace"]), wanted)?;
        let found: Vec<Json> = items(&connect["service"])
            .map(|found| {
                json!([
                    found["port_name"],
                    found["discovery_name"],
                    found["client_alias"][0]["dns_name"],
                    found["client_alias"][0]["port"]
                ])
            })
            .collect();
        let wanted = if service == "frontend" {
            vec![json!([
                "grpc",
                "temporal-frontend",
                "temporal-frontend",
                7233
            ])]
        } else {
            Vec::new()
        };
        same(&format!("what {service} is found as"), found, wanted)?;
    }
    Ok(())
}
