//! 4: the ECS cluster.

use super::observation::{Environment, Observation, text};
use super::{Outcome, Row, each, ensure, row, same};

const CLUSTER: &str = "module.ecs_cluster.aws_ecs_cluster.this";
const NAMESPACE: &str = "module.ecs_cluster.aws_service_discovery_http_namespace.this";
const EXEC_LOG: &str = "module.ecs_cluster.aws_cloudwatch_log_group.exec";

pub(super) const ROWS: &[Row] = &[
    row(
        "4.1",
        &[each(
            "module ecs_cluster alone has the cluster and the Service Connect namespace, and has the log group of ECS Exec",
            encapsulates,
        )],
    ),
    row(
        "4.2",
        &[each(
            "module ecs_cluster takes project_name, vpc_id and log_retention_days: the VPC from module vpc, and the log \
             group keeps the days asked for",
            takes,
        )],
    ),
    row(
        "4.3",
        &[each(
            "module ecs_cluster outputs cluster_id, cluster_arn, cluster_name and service_connect_namespace_arn",
            puts_out,
        )],
    ),
    row(
        "4.4",
        &[each(
            "the cluster has containerInsights = enabled and records ECS Exec in its log group (logging = OVERRIDE); both \
             log groups are the module's and end what they keep",
            watches,
        )],
    ),
    row(
        "4.5",
        &[each(
            "service_connect_defaults of the cluster name the namespace's ARN",
            has_defaults,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    environment.has_alone(
        "ecs_cluster",
        &["aws_ecs_cluster", "aws_service_discovery_http_namespace"],
        &[],
    )?;
    same("clusters", environment.all("aws_ecs_cluster").len(), 1)?;
    let log = environment.text_at(EXEC_LOG, "name")?;
    ensure(
        log.starts_with(&format!("/ecs/{}/", environment.full_name)),
        || format!("the log group is {log}"),
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "ecs_cluster",
        &["project_name", "vpc_id", "log_retention_days"],
    )?;
    environment.is_given("ecs_cluster", "vpc_id", &["module.vpc.vpc_id"])?;
    same(
        "the cluster's name",
        environment.text_at(CLUSTER, "name")?,
        format!("{}-cluster", environment.full_name),
    )?;
    same(
        "retention of the ECS Exec log",
        &environment.at(EXEC_LOG)?["retention_in_days"],
        environment.wanted.log_retention_days,
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "ecs_cluster",
        &[
            ("cluster_id", "aws_ecs_cluster.this.id"),
            ("cluster_arn", "aws_ecs_cluster.this.arn"),
            ("cluster_name", "aws_ecs_cluster.this.name"),
            (
                "service_connect_namespace_arn",
                "aws_service_discovery_http_namespace.this.arn",
            ),
        ],
    )
}

fn watches(environment: &Environment, _: &Observation) -> Outcome {
    let cluster = environment.at(CLUSTER)?;
    let setting = &cluster["setting"][0];
    same("the setting", text(&setting["name"]), "containerInsights")?;
    same("containerInsights", text(&setting["value"]), "enabled")?;
    let exec = &cluster["configuration"][0]["execute_command_configuration"][0];
    same("logging of ECS Exec", text(&exec["logging"]), "OVERRIDE")?;
    same(
        "the log group of ECS Exec",
        text(&exec["log_configuration"][0]["cloud_watch_log_group_name"]),
        environment.text_at(EXEC_LOG, "name")?,
    )?;
    let insights = "module.ecs_cluster.aws_cloudwatch_log_group.container_insights";
    same(
        "the log group of Container Insights",
        environment.text_at(insights, "name")?,
        format!(
            "/aws/ecs/containerinsights/{}/performance",
            text(&cluster["name"])
        ),
    )?;
    for group in [EXEC_LOG, insights] {
        let days = environment.at(group)?["retention_in_days"].as_i64();
        same(group, days, Some(environment.wanted.log_retention_days))?;
    }
    Ok(())
}

fn has_defaults(environment: &Environment, _: &Observation) -> Outcome {
    same(
        "the default namespace",
        text(&environment.at(CLUSTER)?["service_connect_defaults"][0]["namespace"]),
        environment.text_at(NAMESPACE, "arn")?,
    )
}
