//! The cluster: where tasks run, the namespace in which they find each other, and the record of sessions into them.

use super::part::{Call, Module, ObjectEntries, Part, PartTexts, ProtectedResource, RootTexts, To};
use super::subject::Subject;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, Panel, Unit, cloudwatch};
use crate::compose::references::{NAME, VPC_ID};
use crate::environment::Environment;
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::sizing::usage_line::{UsageLine, usage_line};

/// Every environment has one.
const FEATURE: Feature = Feature::always("");

/// The cluster in the counts.
pub(super) static PART: Part = Part {
    modules: &[Module::new(
        "ecs-cluster",
        "the cluster, its Service Connect namespace and exec logging",
        FEATURE,
    )],
    ..Part::new("cluster", Subject::Cluster, FEATURE)
};

/// The cluster in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| vec![("cluster", "module.ecs_cluster.cluster_name".to_owned())],
        call: Some(Call {
            capacity_providers: Some(capacity_providers),
            takes: &[To::Cluster],
            kept_names: &[
                ("exec_log_group", "\"/ecs/${local.name}/ecs-exec\""),
                (
                    "namespace_description",
                    "\"Service Connect namespace for ${local.name} Temporal services\"",
                ),
            ],
            ..Call::new("ecs_cluster", "ecs-cluster", arguments)
        }),
        outputs: |_| outputs(),
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[ProtectedResource::by_aws(
            "the record of ECS Exec sessions, and the data of Container Insights",
            FEATURE,
            "CloudWatch refuses to delete the log groups.",
        )],
        ..RootTexts::NONE
    },
    used: USED,
    ..PartTexts::new(&PART)
};

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("ecs_cluster_id", "module.ecs_cluster.cluster_id"),
];

const SERVICES: &[(&str, &str)] = &[("ClusterName", "${cluster}"), ("ServiceName", "*")];

const PANELS: &[Panel] = &[
    Panel::new(
        AWS,
        "Running tasks",
        "Tasks that run, by service.",
        Unit::Count,
        &[cloudwatch(
            "",
            "ServiceName",
            ("ECS/ContainerInsights", "RunningTaskCount", "Average"),
            SERVICES,
        )],
    ),
    Panel::new(
        AWS,
        "Desired and pending tasks",
        "Tasks that each service should have, and tasks that start. A task that stays pending has no instance.",
        Unit::Count,
        &[
            cloudwatch(
                "desired",
                "ServiceName",
                ("ECS/ContainerInsights", "DesiredTaskCount", "Average"),
                SERVICES,
            ),
            cloudwatch(
                "pending",
                "ServiceName",
                ("ECS/ContainerInsights", "PendingTaskCount", "Average"),
                SERVICES,
            ),
        ],
    ),
    Panel::new(
        AWS,
        "Task CPU",
        "CPU that the tasks of a service use, of what they reserve.",
        Unit::Percent,
        &[cloudwatch(
            "",
            "ServiceName",
            ("AWS/ECS", "CPUUtilization", "Average"),
            SERVICES,
        )],
    ),
    Panel::new(
        AWS,
        "Task memory",
        "Memory that the tasks of a service use, of what they reserve. At 100 %, the kernel ends the task.",
        Unit::Percent,
        &[cloudwatch(
            "",
            "ServiceName",
            ("AWS/ECS", "MemoryUtilization", "Average"),
            SERVICES,
        )],
    ),
    Panel::new(
        AWS,
        "Instances needed",
        "The instances that tasks need, as a share of those that run. Above 100 %, tasks wait for an instance.",
        Unit::Percent,
        &[cloudwatch(
            "",
            "CapacityProviderName",
            (
                "AWS/ECS/ManagedScaling",
                "CapacityProviderReservation",
                "Maximum",
            ),
            &[("ClusterName", "${cluster}"), ("CapacityProviderName", "*")],
        )],
    ),
];

fn capacity_providers(environment: &Environment, providers: ObjectEntries, block: &mut Body) {
    block
        .origin(&environment.address().join("compute"))
        .blank()
        .comment(
            "Services take the capacity provider from this module's output, so that it is associated with the cluster \
             first.",
        )
        .attribute("capacity_providers", Expr::Object(providers));
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .code("vpc_id", VPC_ID)
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days")
        .origin(&at.join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "ecs_cluster_name",
            "The name of the ECS cluster, for `aws ecs … --cluster`.",
            "",
            "module.ecs_cluster.cluster_name",
        ),
        output(
            "ecs_cluster_arn",
            "The ARN of the ECS cluster.",
            "",
            "module.ecs_cluster.cluster_arn",
        ),
        output(
            "service_connect_namespace_arn",
            "The Service Connect namespace with `temporal-frontend`.",
            "",
            "module.ecs_cluster.service_connect_namespace_arn",
        ),
        output(
            "ecs_exec_log_group_name",
            "The log group that records sessions in containers.",
            "",
            "module.ecs_cluster.exec_log_group_name",
        ),
    ]
}

const USED: &[UsageLine] = &[usage_line(
    "container-insights",
    "Container Insights",
    "insights-metric-month",
    "by tasks and instances",
)];
