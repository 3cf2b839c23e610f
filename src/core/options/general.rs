//! The options of the spec and of an environment that are no part's: what several parts have in common.

use crate::catalog;
use crate::option::{
    DefaultValue, Derived, Kind, OptionRow, Profile, bool_per_profile, count, environment_row,
    image_row, integer_per_profile, same_bool, spec_row,
};
use crate::rules::Rule;

/// The images of the server, which several parts run.
pub(super) const SERVER_IMAGES: &[OptionRow] = &[
    image_row(
        "images.temporal",
        "Temporal server image",
        "The Temporal server with the DSQL plugin, built for ARM64. No public image exists.",
        DefaultValue::Open("123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal-dsql:1.29.0"),
    )
    .variable("temporal_image"),
    image_row(
        "images.admin_tools",
        "Temporal admin tools image",
        "Temporal's schema and index tools with DSQL support, built for ARM64. No public image exists.",
        DefaultValue::Open(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal-dsql-admin-tools:1.29.0",
        ),
    )
    .variable("admin_tools_image"),
];

/// Those of the spec.
pub(super) const SPEC: &[OptionRow] = &[
    spec_row(
        "project",
        "Project",
        "The first part of every resource's name: `<project>-<environment>`, together at most 17 characters, \
         because an OpenSearch domain's name ends at 28.",
        Kind::Text(Rule::ProjectName),
        DefaultValue::Required,
    )
    .variable("project")
    .immutable(),
    spec_row(
        "region",
        "Region",
        "The AWS region of every environment that names no other.",
        Kind::Text(Rule::Region),
        DefaultValue::Required,
    )
    .variable("region")
    .immutable(),
    spec_row(
        "tags.*",
        "Tags",
        "Tags for everything that is made, beside Project, Environment and ManagedBy.",
        Kind::Text(Rule::TagValue),
        DefaultValue::Absent("no further tags"),
    )
    .variable("tags"),
];

/// Those of an environment.
pub(super) const ENVIRONMENT: &[OptionRow] = &[
    environment_row(
        "enabled",
        "Environment",
        "Whether the environment is composed: `false` takes one out of a preset.",
        Kind::Boolean,
        same_bool(true),
    ),
    environment_row(
        "profile",
        "Profile",
        "Which defaults the environment has. `dev`, `bench` and `prod` have the profile of their name; \
         any other name states one.",
        Kind::Choice(Profile::CHOICES),
        DefaultValue::Derived(Derived::Profile),
    ),
    environment_row(
        "region",
        "Region",
        "The environment's AWS region.",
        Kind::Text(Rule::Region),
        DefaultValue::Inherited,
    )
    .variable("region")
    .immutable(),
    environment_row(
        "account_id",
        "AWS account",
        "The only account in which Terraform may apply this environment.",
        Kind::Text(Rule::AccountId),
        DefaultValue::Absent("whichever account the credentials are for"),
    )
    .variable("account_id"),
    environment_row(
        "tags.*",
        "Tags",
        "Tags for everything of this environment, beside Project, Environment and ManagedBy; over those of the spec.",
        Kind::Text(Rule::TagValue),
        DefaultValue::Absent("the spec's tags"),
    )
    .variable("tags"),
    environment_row(
        "log_retention_days",
        "Log retention",
        "How long CloudWatch keeps logs.",
        Kind::OneOf {
            values: catalog::LOG_RETENTION_DAYS,
            unit: "days",
        },
        integer_per_profile([7, 14, 30]),
    )
    .because("CloudWatch logs cost by the month; prod keeps a month to look back")
    .variable("log_retention_days"),
    environment_row(
        "deletion_protection",
        "Deletion protection",
        "Refuse to destroy what holds data: DSQL, DynamoDB, OpenSearch, the log bucket and the metrics.",
        Kind::Boolean,
        bool_per_profile([false, false, true]),
    )
    .because("prod must not go by mistake; dev and bench are made to be torn down")
    .variable("deletion_protection"),
    environment_row(
        "history_shards",
        "History shards",
        "Into how many parts Temporal divides its histories. The first start sets it permanently.",
        count(1, 16_384, "shards"),
        integer_per_profile([512, 4096, 4096]),
    )
    .because("permanent, so sized for growth: 4096 carry far more than the services here; dev needs few")
    .variable("history_shards")
    .immutable(),
];
