//! The visibility store: an OpenSearch domain, and the task that makes its index.

use super::part::{Call, DocumentTexts, FormSection, Part, PartTexts, RootTexts};
use super::subject::Subject;
use crate::compose::output::{Output, output};
use crate::compose::rows::Way;
use crate::environment::{EngineVersion, Environment};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, Derived, Kind, OptionRow, count, environment_row, per_profile, same,
};
use crate::rules::Rule;

/// Every environment has it.
const FEATURE: Feature = Feature::always("opensearch");

/// OpenSearch in the form.
pub static PART: Part = Part {
    options,
    section: Some(FormSection {
        label: "OpenSearch",
        summary: "{instance_count} × {instance_type}",
    }),
    ..Part::new("opensearch", Subject::Visibility, FEATURE)
};

/// OpenSearch in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        outputs: |_| outputs(),
        call: Some(Call {
            label: "opensearch",
            folder: "opensearch",
            arguments,
            takes: &[],
            kept_names: &[
                ("security_group", "\"${local.name}-opensearch\""),
                (
                    "security_group_description",
                    "\"Security group for OpenSearch domain\"",
                ),
                ("setup_role", "\"${local.name}-opensearch-setup-task\""),
                ("setup_security_group", "\"${local.name}-opensearch-setup\""),
                (
                    "setup_security_group_description",
                    "\"Security group for OpenSearch setup task\"",
                ),
            ],
        }),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: WAYS,
        ..DocumentTexts::NONE
    },
    ..PartTexts::new(&PART)
};

#[rustfmt::skip] // one row a line
const WAYS: &[Way] = &[
    Way::new("ring", "opensearch", "443", "visibility records", FEATURE),
    Way::new("opensearch-setup", "opensearch", "443", "the task that makes the index", FEATURE),
];

fn options() -> Vec<OptionRow> {
    vec![
        environment_row(
            "opensearch.instance_type",
            "Node type",
            "The data nodes of the visibility store.",
            Kind::Text(Rule::OpenSearchType),
            per_profile(["t3.small.search", "m6g.large.search", "m6g.large.search"]),
        )
        .because("t3 is for development only")
        .attribute("opensearch", "instance_type"),
        environment_row(
            "opensearch.instance_count",
            "Nodes",
            "How many data nodes. A multiple of 3 or 2 spreads over as many zones.",
            count(1, 80, "nodes"),
            per_profile([1, 3, 3]),
        )
        .because("two have no majority; three stand in three zones and hold three copies")
        .attribute("opensearch", "instance_count"),
        environment_row(
            "opensearch.zone_awareness",
            "Spread over zones",
            "Whether the nodes are spread over zones. Without it all of them are in the first one and go with it.",
            Kind::Boolean,
            same(true),
        )
        .because("a zone can fail alone; off only for a domain that is taken over as it is")
        .attribute("opensearch", "zone_awareness"),
        environment_row(
            "opensearch.engine_version",
            "Engine",
            "The version of the domain's engine. Going up is an upgrade in place that takes an hour or so; there is no way down.",
            Kind::Choice(EngineVersion::CHOICES),
            same(EngineVersion::V2_19),
        )
        .because("an older one only for a domain that is taken over, so that its upgrade is a step of its own")
        .attribute("opensearch", "engine_version"),
        environment_row(
            "opensearch.volume_size",
            "Volume",
            "The gp3 volume of each node.",
            count(10, 3072, "GiB"),
            per_profile([20, 50, 100]),
        )
        .because("visibility records are small; a volume can grow later")
        .attribute("opensearch", "volume_size"),
        environment_row(
            "opensearch.index",
            "Visibility index",
            "The index that holds the visibility records.",
            Kind::Text(Rule::VisibilityIndex),
            DefaultValue::Derived(Derived::VisibilityIndex),
        )
        .attribute("opensearch", "index")
        .immutable(),
    ]
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank().code("project_name", "local.name");
    for (name, attribute) in [
        ("instance_type", "instance_type"),
        ("instance_count", "instance_count"),
        ("volume_size", "volume_size"),
        ("zone_awareness", "zone_awareness"),
        ("engine_version", "engine_version"),
        ("visibility_index_name", "index"),
    ] {
        block
            .from(&at.join(&format!("opensearch.{attribute}")))
            .code(name, format!("var.opensearch.{attribute}"));
    }
    block
        .from(&at.join("opensearch"))
        .code("vpc_id", "module.vpc.vpc_id")
        .code("subnet_ids", "module.vpc.private_subnet_ids")
        .code(
            "security_group_ids",
            "[module.vpc.egress_security_group_id]",
        )
        .code(
            "client_security_group_ids",
            "{ temporal = module.ecs_cluster.ring_security_group_id }",
        )
        .code(
            "temporal_task_role_arn",
            "module.iam.temporal_task_role_arn",
        )
        .code("execution_role_arn", "module.iam.execution_role_arn")
        .from(&at.join("images.admin_tools"))
        .code("admin_tools_image", "var.admin_tools_image")
        .from(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days");
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "opensearch_endpoint",
            "The visibility store's host name inside the VPC.",
            "opensearch",
            "module.opensearch.domain_endpoint",
        ),
        output(
            "opensearch_domain_arn",
            "Its ARN.",
            "opensearch",
            "module.opensearch.domain_arn",
        ),
        output(
            "opensearch_visibility_index",
            "The index of the visibility records.",
            "opensearch.index",
            "var.opensearch.index",
        ),
        output(
            "opensearch_setup_task_definition_arn",
            "The task that makes the index.",
            "opensearch",
            "module.opensearch.setup_task_definition_arn",
        ),
        output(
            "opensearch_setup_security_group_ids",
            "The security groups of that task.",
            "opensearch",
            "module.opensearch.setup_security_group_ids",
        ),
        output(
            "opensearch_setup_log_group_name",
            "Its log.",
            "opensearch",
            "module.opensearch.setup_log_group_name",
        ),
    ]
}
