//! The options of the spec and of an environment that are no part's: what several parts have in common.

use crate::catalog;
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, Profile, bool_per_profile, count,
    environment_row, image_row, integer_per_profile, same_bool, spec_row,
};
use crate::parts::{images, server_config};
use crate::rules::Rule;

/// The images of the server, which several parts run.
pub(super) const SERVER_IMAGES: &[OptionRow] = &[
    images::OPTION,
    image_row(
        "images.temporal",
        "Temporal server image",
        "The Temporal server with the DSQL plugin, for ARM64.",
        DefaultValue::Open("123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/server:1.29.0"),
    )
    .variable("temporal_image"),
    image_row(
        "images.admin_tools",
        "Temporal admin tools image",
        "Temporal's schema and index tools with DSQL support, for ARM64.",
        DefaultValue::Open(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/admin-tools:1.29.0",
        ),
    )
    .variable("admin_tools_image"),
    server_config::OPTION,
];

/// Those of the spec.
pub(super) const SPEC: &[OptionRow] = &[
    spec_row(
        "project",
        "Project",
        "The prefix of every resource name. `<project>-<environment>` may have 17 characters, because the name of an \
         OpenSearch domain may have 28.",
        Kind::Text(Rule::ProjectName),
        DefaultValue::Required,
    )
    .variable("project")
    .immutable(),
    spec_row(
        "region",
        "Region",
        "The AWS region of every environment that doesn't set its own.",
        Kind::Text(Rule::Region),
        DefaultValue::Required,
    )
    .variable("region")
    .immutable(),
    spec_row(
        "tags.*",
        "Tags",
        "Tags for all resources, in addition to Project, Environment and ManagedBy.",
        Kind::Text(Rule::TagValue),
        DefaultValue::Absent("no further tags"),
    )
    .keyed_by(Rule::TagKey)
    .variable("tags"),
];

/// Those of an environment.
pub(super) const ENVIRONMENT: &[OptionRow] = &[
    environment_row(
        "enabled",
        "Environment",
        "Whether the environment is composed. `false` leaves out an environment of a preset.",
        Kind::Boolean,
        same_bool(true),
    ),
    environment_row(
        "profile",
        "Profile",
        "The set of defaults. Environments named `dev`, `bench` and `prod` use the profile of that name; all others must \
         set one.",
        Kind::Choice(Profile::CHOICES),
        DefaultValue::Derived(DerivedDefault::Profile),
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
        "The only AWS account to which Terraform may apply this environment.",
        Kind::Text(Rule::AccountId),
        DefaultValue::Absent("the account of your credentials; in prod, Terraform asks for it"),
    )
    .because("with the credentials of another account, an apply would build production there")
    .variable("account_id")
    .asked_in_production("123456789012"),
    environment_row(
        "tags.*",
        "Tags",
        "Tags for all resources of this environment. They override the tags of the composition.",
        Kind::Text(Rule::TagValue),
        DefaultValue::Absent("the tags of the composition"),
    )
    .keyed_by(Rule::TagKey)
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
    .because("CloudWatch bills stored logs by the month; prod keeps a month of history")
    .variable("log_retention_days"),
    environment_row(
        "deletion_protection",
        "Deletion protection",
        "Protects what holds data. `protection.tf`, which only a protected composition has, makes Terraform refuse a plan that \
         destroys it. AWS refuses to delete what it can protect. docs/security.md lists both.",
        Kind::Boolean,
        bool_per_profile([false, false, true]),
    )
    .because("protects prod from mistakes; dev and bench are meant to be deleted")
    .variable("deletion_protection"),
    environment_row(
        "history_shards",
        "History shards",
        "The number of parts into which Temporal divides workflow histories. Permanent after the first start.",
        count(1, 16_384, "shards"),
        integer_per_profile([512, 4096, 4096]),
    )
    .because("permanent, so it leaves room for growth: 4096 shards carry far more load than these services; dev needs few")
    .variable("history_shards")
    .immutable(),
];
