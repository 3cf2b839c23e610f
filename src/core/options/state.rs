//! The options of where Terraform keeps its state.

use crate::environment::BackendKind;
use crate::option::{DefaultValue, Derived, Kind, OptionRow, Scope, same};
use crate::rules::Rule;

/// For the spec and again for each environment.
pub(super) fn options(
    row: fn(&str, &'static str, &str, Kind, DefaultValue) -> OptionRow,
    scope: Scope,
) -> Vec<OptionRow> {
    let or_inherited = |default| match scope {
        Scope::Spec => default,
        Scope::Environment => DefaultValue::Inherited,
    };
    vec![
        row(
            "backend.kind",
            "State",
            "Where Terraform keeps its state.",
            Kind::Choice(BackendKind::CHOICES),
            or_inherited(same(BackendKind::S3)),
        )
        .because("state on one machine is lost with it, and two people overwrite each other"),
        row(
            "backend.bucket",
            "State bucket",
            "The bucket of the state. Left open, it is given to `terraform init -backend-config=bucket=…`.",
            Kind::Text(Rule::Bucket),
            or_inherited(DefaultValue::Open("my-terraform-state")),
        )
        .needs("backend.kind", BackendKind::S3),
        row(
            "backend.region",
            "State region",
            "The region of the state bucket.",
            Kind::Text(Rule::Region),
            match scope {
                Scope::Spec => DefaultValue::Derived(Derived::Region),
                Scope::Environment => DefaultValue::Inherited,
            },
        )
        .needs("backend.kind", BackendKind::S3),
        row(
            "backend.key_prefix",
            "State key prefix",
            "The state's key is `<prefix>/<environment>/terraform.tfstate`.",
            Kind::Text(Rule::KeyPrefix),
            match scope {
                Scope::Spec => DefaultValue::Derived(Derived::Project),
                Scope::Environment => DefaultValue::Inherited,
            },
        )
        .needs("backend.kind", BackendKind::S3),
        row(
            "backend.kms_key_arn",
            "State KMS key",
            "A KMS key of your own for the state.",
            Kind::Text(Rule::KmsKeyArn),
            or_inherited(DefaultValue::Absent("the bucket's own encryption")),
        )
        .needs("backend.kind", BackendKind::S3),
    ]
}
