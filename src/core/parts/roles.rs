//! The roles of tasks, and those with which ECS starts them.

use super::dsql;
use super::part::{Call, DocumentTexts, Module, Part, PartTexts, RootTexts, To};
use super::subject::Subject;
use crate::compose::references::NAME;
use crate::compose::rows::{Right, RoleKind, START};
use crate::environment::Environment;
use crate::feature::Feature;
use crate::hcl::Body;

/// Every environment has them.
const FEATURE: Feature = Feature::always("");

/// The roles in the counts.
pub(super) static PART: Part = Part {
    modules: &[Module::new("iam", "the roles of tasks and agents", FEATURE)],
    ..Part::new("roles", Subject::Roles, FEATURE)
};

/// The roles in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        call: Some(Call {
            takes: &[To::Iam],
            ..Call::new("iam", "iam", arguments)
        }),
        renamed_outputs: RENAMED_OUTPUTS,
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: &[Right::new(
            "ecs-execution",
            "ECS, to start tasks",
            START,
            "images, the environment's logs and parameters",
            FEATURE,
        )
        .of(RoleKind::Execution)],
        ..DocumentTexts::NONE
    },
    ..PartTexts::new(&PART)
};

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("ecs_execution_role_arn", "module.iam.execution_role_arn"),
    ("ecs_execution_role_name", "module.iam.execution_role_name"),
    ("temporal_task_role_arn", "module.iam.temporal_task_role_arn"),
    ("temporal_task_role_name", "module.iam.temporal_task_role_name"),
    ("grafana_task_role_arn", "module.iam.grafana_task_role_arn"),
    ("grafana_task_role_name", "module.iam.grafana_task_role_name"),
];

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .origin(&at.join("dsql.arn"))
        .code("dsql_cluster_arn", dsql::arn(environment))
        .origin(&at)
        .code(
            "prometheus_workspace_arn",
            "module.observability.prometheus_workspace_arn",
        )
        .code("opensearch_domain_arn", "module.opensearch.domain_arn")
        .code(
            "rate_limiter_table_arn",
            "module.dynamodb.rate_limiter_table_arn",
        )
        .code(
            "exec_log_group_arn",
            "module.ecs_cluster.exec_log_group_arn",
        );
}
