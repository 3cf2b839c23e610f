//! What the flat root put out and a composed root has under another name or not at all: kept while something still
//! reads it. Of its outputs only `adot_sidecar_log_group_name` has no successor, since the collector is another.

use super::output::Output;
use crate::environment::Environment;
use crate::hcl::Expr;
use crate::parts::subject::Subject;
use crate::parts::{texts_about_in, texts_in_order};
use crate::temporal_service::TemporalService;

const CLUSTER: &str = "module.ecs_cluster.cluster_name";
const KEY: &str = "migration.keep_flat_outputs";

/// The flat root's outputs that are no others' names here.
pub(super) fn outputs(environment: &Environment) -> Vec<Output> {
    let mut all: Vec<Output> = Vec::new();
    let mut add = |name: &str, value: Expr| {
        all.push((
            name.to_owned().into(),
            "As the flat root put it out.",
            KEY,
            value,
        ));
    };
    for subject in Subject::RENAMED_OUTPUTS {
        for texts in texts_about_in(subject, environment) {
            for (name, code) in texts.root.renamed_outputs {
                add(name, Expr::code(*code));
            }
        }
    }
    for service in TemporalService::ALL {
        let module = format!("module.temporal_service[\"{service}\"]");
        for attribute in [
            "service_name",
            "task_definition_arn",
            "task_definition_family",
        ] {
            add(
                &format!("temporal_{service}_{attribute}"),
                Expr::code(format!("{module}.{attribute}")),
            );
        }
        add(
            &format!("temporal_{service}_ecs_exec_command"),
            exec(
                &format!("{module}.service_name"),
                &format!("temporal-{service}"),
            ),
        );
    }
    for subject in Subject::FLAT_OUTPUTS {
        for texts in texts_about_in(subject, environment) {
            for (name, value) in (texts.root.flat_outputs)() {
                add(name, value);
            }
            for service in texts.root.services {
                if let (Some(name), Some(access)) = (service.flat_name, &service.access) {
                    let (service, container) = (service.service_name, access.container);
                    add(
                        &format!("{name}_ecs_exec_command"),
                        exec(service, container),
                    );
                    add(
                        &format!("{name}_port_forward_command"),
                        port_forward(service, container, access.port),
                    );
                }
            }
        }
    }
    add("all_service_names", Expr::code(service_names(environment)));
    add("deployment_summary", summary());
    all
}

fn lines(lines: &[String]) -> Expr {
    Expr::Heredoc(lines.iter().cloned().map(Into::into).collect())
}

/// The first task of a service, in `$task`.
fn first_task(service: &str) -> String {
    format!(
        "task=$(aws ecs list-tasks --cluster ${{{CLUSTER}}} --service-name ${{{service}}} --query 'taskArns[0]' --output text --region ${{var.region}})"
    )
}

fn exec(service: &str, container: &str) -> Expr {
    lines(&[
        first_task(service),
        format!(
            "aws ecs execute-command --cluster ${{{CLUSTER}}} --task \"$task\" --container {container} --interactive --command /bin/sh --region ${{var.region}}"
        ),
    ])
}

fn port_forward(service: &str, container: &str, port: &str) -> Expr {
    lines(&[
        first_task(service),
        format!(
            "runtime=$(aws ecs describe-tasks --cluster ${{{CLUSTER}}} --tasks \"$task\" --query \"tasks[0].containers[?name=='{container}'].runtimeId\" --output text --region ${{var.region}})"
        ),
        format!(
            "aws ssm start-session --target \"ecs:${{{CLUSTER}}}_$${{task##*/}}_$runtime\" --document-name AWS-StartPortForwardingSession --parameters '{{\"portNumber\":[\"{port}\"],\"localPortNumber\":[\"{port}\"]}}' --region ${{var.region}}"
        ),
    ])
}

fn service_names(environment: &Environment) -> String {
    let mut rows: Vec<String> = TemporalService::ALL
        .iter()
        .map(|service| {
            format!("temporal_{service} = module.temporal_service[\"{service}\"].service_name")
        })
        .collect();
    for texts in texts_in_order(Subject::FLAT_OUTPUTS, environment) {
        for service in texts.root.services {
            if let Some(name) = service.flat_name {
                rows.push(format!("{name} = {}", service.service_name));
            }
        }
    }
    format!("{{ {} }}", rows.join(", "))
}

fn summary() -> Expr {
    lines(&[
        format!("Cluster:    ${{{CLUSTER}}} in ${{var.region}}"),
        "OpenSearch: https://${module.opensearch.domain_endpoint}".to_owned(),
        "Prometheus: ${module.observability.prometheus_query_endpoint}".to_owned(),
        "README.md beside this configuration says how to reach what runs here.".to_owned(),
    ])
}
