//! `outputs.tf` of an environment: what people, scripts and other roots read.

use super::output::{Output, output};
use super::references::{dsql_arn, dsql_endpoint};
use super::{connections, flat_outputs, targets};
use crate::environment::Environment;
use crate::hcl::{Body, Expr};
use crate::parts::part::Service;
use crate::parts::subject::Subject;
use crate::parts::{TEXTS, texts_about_in, texts_in};
use crate::path::FieldPath;
use crate::sizing;

pub(super) fn compose(environment: &Environment) -> Body {
    let at = environment.address();
    let mut file = Body::new();
    let mut all = outputs(environment);
    if environment.migration.keep_flat_outputs {
        all.extend(flat_outputs::outputs(environment));
    }
    for (name, description, key, value) in all {
        let from = if key.is_empty() {
            at.clone()
        } else {
            at.join(key)
        };
        file.from(&from);
        if !file.is_empty() {
            file.blank();
        }
        file.block("output", &[&name], |block| {
            block.text("description", description);
            block.attribute("value", value);
        });
    }
    file
}

fn outputs(environment: &Environment) -> Vec<Output> {
    let plain = output;
    let (namespaces_from, namespaces) = namespaces(environment);
    let mut all = vec![
        plain(
            "region",
            "AWS region of this environment.",
            "region",
            "var.region",
        ),
        plain(
            "name",
            "First part of every resource's name.",
            "",
            "local.name",
        ),
    ];
    let mut services = vec![
        (
            "service_names".into(),
            "The ECS services by short name, in the names that `service_desired_counts` uses.",
            "",
            Expr::Object(service_names(environment)),
        ),
        (
            "service_desired_counts".into(),
            "How many tasks of each service this composition wants. Services are created at 0 and scaled to these.",
            "",
            Expr::Object(desired_counts(environment)),
        ),
        (
            "service_order".into(),
            "The services in the order in which they start.",
            "",
            Expr::List(
                sizing::tasks(environment)
                    .iter()
                    .map(|tasks| Expr::text(tasks.service))
                    .collect(),
            ),
        ),
        (
            "service_sizes".into(),
            "CPU units and MiB of a task of each Temporal service.",
            "",
            Expr::code(
                "{ for name, service in local.temporal_services : name => { cpu = service.cpu, memory = service.memory } }",
            ),
        ),
        (
            "throughput_targets".into(),
            "By workflows per second: how many tasks, of which size at the least, and on how many instances at the least. \
             Recommended or worked out, not promised.",
            "",
            targets::map(environment),
        ),
        plain(
            "max_instances",
            "How many instances the services may have.",
            "compute.max_count",
            "var.compute.max_count",
        ),
        (
            "connections_per_task".into(),
            "How many DSQL connections a task of each Temporal service may open.",
            "dsql.max_connections",
            Expr::code(connections_per_task(environment)),
        ),
        plain(
            "client_security_group_ids",
            "The security groups of a task that calls the Temporal services, such as the one that makes the namespaces.",
            "",
            "[module.vpc.egress_security_group_id, module.ecs_cluster.ring_security_group_id]",
        ),
        plain(
            "namespaces",
            "The Temporal namespaces that `scripts/setup.sh` makes.",
            namespaces_from,
            &namespaces,
        ),
    ];
    let mut database = vec![
        plain(
            "dsql_endpoint",
            "The database's host name.",
            "dsql.endpoint",
            dsql_endpoint(environment),
        ),
        plain(
            "dsql_cluster_arn",
            "The database's ARN.",
            "dsql.arn",
            dsql_arn(environment),
        ),
        plain(
            "dsql_max_connections",
            "How many connections the cluster takes.",
            "dsql.max_connections",
            "var.dsql_max_connections",
        ),
        plain(
            "dsql_schema_task_definition_arn",
            "The task that makes or updates Temporal's schema in DSQL.",
            "dsql",
            "module.dsql_schema.task_definition_arn",
        ),
        plain(
            "dsql_schema_security_group_ids",
            "The security groups of that task.",
            "dsql",
            "module.dsql_schema.security_group_ids",
        ),
        plain(
            "dsql_schema_log_group_name",
            "Its log.",
            "dsql",
            "module.dsql_schema.log_group_name",
        ),
        plain(
            "dynamodb_table_name",
            "The table of the distributed connection rate limiter.",
            "",
            "module.dynamodb.rate_limiter_table_name",
        ),
        plain(
            "dynamodb_table_arn",
            "Its ARN.",
            "",
            "module.dynamodb.rate_limiter_table_arn",
        ),
    ];
    for subject in Subject::OUTPUTS {
        match subject {
            Subject::Services => all.append(&mut services),
            Subject::Database => all.append(&mut database),
            Subject::Telemetry => all.extend(metrics()),
            Subject::Dashboards => all.push(administrator()),
            _ => {}
        }
        for texts in texts_about_in(subject, environment) {
            all.extend((texts.root.outputs)(environment));
        }
    }
    all
}

fn metrics() -> [Output; 3] {
    [
        output(
            "prometheus_workspace_arn",
            "The workspace of the metrics.",
            "",
            "module.observability.prometheus_workspace_arn",
        ),
        output(
            "prometheus_remote_write_endpoint",
            "Where the sidecars write metrics.",
            "",
            "module.observability.prometheus_remote_write_endpoint",
        ),
        output(
            "prometheus_query_endpoint",
            "Where metrics are queried.",
            "",
            "module.observability.prometheus_query_endpoint",
        ),
    ]
}

fn administrator() -> Output {
    output(
        "grafana_admin_secret_name",
        "The secret with Grafana's administrator.",
        "grafana.admin_secret",
        "module.observability.grafana_admin_secret_name",
    )
}

fn service_names(environment: &Environment) -> Vec<(FieldPath, String, Expr)> {
    rows(environment, |service| match service {
        "grafana" => "module.observability.grafana_service_name".to_owned(),
        "ui" => "module.temporal_ui.service_name".to_owned(),
        other => match service_of_a_part(other) {
            Some(service) => service.service_name.to_owned(),
            None => format!("module.temporal_service[\"{other}\"].service_name"),
        },
    })
}

fn desired_counts(environment: &Environment) -> Vec<(FieldPath, String, Expr)> {
    rows(environment, |service| match service {
        // It keeps its data in one task: a second one would write beside the first.
        "grafana" => "1".to_owned(),
        other => match service_of_a_part(other) {
            Some(service) => service.desired_count.to_owned(),
            None => format!("var.{other}.count"),
        },
    })
}

fn service_of_a_part(name: &str) -> Option<&'static Service> {
    let mut all = TEXTS.iter().flat_map(|texts| texts.root.services);
    all.find(|service| service.name == name)
}

fn connections_per_task(environment: &Environment) -> String {
    let each = connections::of_a_task(environment);
    format!("{{ for name, service in local.temporal_services : name => {each} }}")
}

/// Temporal's namespaces, and the option that brings the first beside `default`.
fn namespaces(environment: &Environment) -> (&'static str, String) {
    let mut names = vec!["\"default\""];
    let mut key = "";
    for texts in texts_in(environment) {
        if let Some(name) = texts.root.namespace {
            names.push(name);
            if key.is_empty() {
                key = texts.part.feature.key;
            }
        }
    }
    (key, format!("[{}]", names.join(", ")))
}

/// A row for each service of the environment, in the order in which they start.
fn rows(
    environment: &Environment,
    code: impl Fn(&str) -> String,
) -> Vec<(FieldPath, String, Expr)> {
    sizing::tasks(environment)
        .iter()
        .map(|tasks| {
            (
                environment.address().key(tasks.service),
                tasks.service.to_owned(),
                Expr::code(code(tasks.service)),
            )
        })
        .collect()
}
