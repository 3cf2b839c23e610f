//! The task that makes or updates Temporal's schema in the database.

use super::dsql;
use super::part::{Call, DocumentTexts, Module, Part, PartTexts, RootTexts};
use super::subject::Subject;
use crate::compose::output::{Output, output};
use crate::compose::references::{EGRESS, EXECUTION_ROLE, NAME, VPC_ID};
use crate::compose::rows::{ANYWHERE, Right, RoleKind, Way};
use crate::environment::Environment;
use crate::feature::Feature;
use crate::hcl::Body;
use crate::ports;
use crate::sizing::bill_line::OnTop;

/// Every environment has it.
const FEATURE: Feature = Feature::always("dsql");

/// The schema's task in the counts.
pub static PART: Part = Part {
    modules: &[Module::new(
        "dsql-schema",
        "a task that creates or updates Temporal's schema in DSQL",
        Feature::always(""),
    )],
    ..Part::new("schema", Subject::Database, FEATURE)
};

/// The schema's task in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        outputs: |_| outputs(),
        call: Some(Call::new("dsql_schema", "dsql-schema", arguments)),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways_out: &[Way::new(
            "dsql-schema",
            ANYWHERE,
            ports::DSQL,
            "Aurora DSQL",
            FEATURE,
        )],
        rights: &[Right::new(
            "dsql-schema",
            "the schema task",
            &["dsql:DbConnectAdmin"],
            "the DSQL cluster",
            FEATURE,
        )
        .of(RoleKind::SetupTask)],
        ..DocumentTexts::NONE
    },
    on_top: |_| {
        vec![OnTop::Timed {
            key: "setup-tasks",
            label: "Schema and index tasks",
            amount: "2 on Fargate for minutes",
            price_page: "https://aws.amazon.com/fargate/pricing/",
        }]
    },
    ..PartTexts::new(&PART)
};

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .origin(&at.join("images.admin_tools"))
        .code("image", "var.admin_tools_image")
        .origin(&at.join("dsql.endpoint"))
        .code("dsql_endpoint", dsql::endpoint(environment))
        .origin(&at.join("dsql.arn"))
        .code("dsql_cluster_arn", dsql::arn(environment))
        .origin(&at.join("dsql"))
        .code("vpc_id", VPC_ID)
        .code("security_group_ids", format!("[{EGRESS}]"))
        .code("execution_role_arn", EXECUTION_ROLE)
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days");
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "dsql_schema_task_definition_arn",
            "The task that creates or updates Temporal's schema in DSQL.",
            "dsql",
            "module.dsql_schema.task_definition_arn",
        ),
        output(
            "dsql_schema_security_group_ids",
            "The security groups of the schema task.",
            "dsql",
            "module.dsql_schema.security_group_ids",
        ),
        output(
            "dsql_schema_log_group_name",
            "The log group of the schema task.",
            "dsql",
            "module.dsql_schema.log_group_name",
        ),
    ]
}
