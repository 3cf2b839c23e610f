//! What a plan does where names are not kept.

use std::collections::BTreeSet;
use std::fs;

use crate::plan::Plan;
use crate::stage::{Stage, StateFormat};
use crate::ways::by_the_script;

/// What has another name, and what hangs on that.
const REPLACED: &[&str] = &[
    "module.benchmark.aws_security_group.this",
    "module.benchmark.aws_vpc_security_group_ingress_rule.frontend",
    "module.benchmark.module.ec2_capacity.aws_autoscaling_group.this",
    "module.benchmark.module.ec2_capacity.aws_ecs_capacity_provider.this",
    "module.ec2_capacity.aws_autoscaling_group.this",
    "module.ec2_capacity.aws_ecs_capacity_provider.this",
    "module.ec2_capacity.aws_iam_instance_profile.host",
    "module.ec2_capacity.aws_iam_role.host",
    r#"module.ec2_capacity.aws_iam_role_policy_attachment.host["AmazonSSMManagedInstanceCore"]"#,
    r#"module.ec2_capacity.aws_iam_role_policy_attachment.host["service-role/AmazonEC2ContainerServiceforEC2Role"]"#,
    "module.ec2_capacity.aws_launch_template.this",
    "module.ec2_capacity.aws_security_group.host",
    "module.ecs_cluster.aws_cloudwatch_log_group.exec",
    "module.ecs_cluster.aws_service_discovery_http_namespace.this",
    "module.iam.aws_iam_role.temporal_ui_task[0]",
    "module.observability.aws_security_group.grafana",
    "module.opensearch.aws_iam_role.setup",
    "module.opensearch.aws_security_group.domain",
    "module.opensearch.aws_security_group.setup",
    "module.opensearch.aws_vpc_security_group_ingress_rule.setup",
    "module.temporal_ui.aws_cloudwatch_log_group.this",
    "module.temporal_ui.aws_security_group.this",
    "module.temporal_ui.aws_vpc_security_group_ingress_rule.frontend",
    "module.vpc.aws_security_group.vpc_endpoints[0]",
];

/// The same of each of the four services.
const REPLACED_OF_A_SERVICE: &[&str] = &[
    "aws_cloudwatch_log_group.this",
    "aws_security_group.this",
    "aws_vpc_security_group_egress_rule.dsql",
];

#[test]
fn without_the_flat_names_the_plan_replaces_what_has_another() {
    let mut stage = Stage::new(
        &[
            "environments.dev.migration.keep_flat_names=false",
            "environments.dev.migration.keep_flat_outputs=false",
        ],
        None,
    );
    stage.migrate(StateFormat::Values);
    stage.compose();
    let root = stage.root();
    // Moves are the same with any names.
    let moved = by_the_script();
    fs::write(stage.path().join("moved.tfstate"), &moved.state).unwrap();
    fs::write(root.path().join("migration_imports.tf"), &moved.imports).unwrap();
    stage.run("terraform -chdir=tree/terraform/envs/dev state push $PWD/moved.tfstate");
    let plan = Plan::of(&root);
    let mut expected: BTreeSet<String> = REPLACED.iter().map(|&it| it.to_owned()).collect();
    for service in ["frontend", "history", "matching", "worker"] {
        for name in REPLACED_OF_A_SERVICE {
            expected.insert(format!("module.temporal_service[\"{service}\"].{name}"));
        }
    }
    assert_eq!(plan.replaced, expected);
    assert_eq!(plan.destroyed, BTreeSet::new());
    let page = stage.file("migration/MIGRATION.md");
    assert!(page.contains("**The names are not kept**"), "{page}");
    let root = stage.file("tree/terraform/envs/dev/outputs.tf");
    assert!(!root.contains("\"nat_gateway_public_ip\""));
}
