//! The options of where Terraform keeps its state.

use crate::environment::BackendKind;
use crate::option::{DefaultValue, DerivedDefault, Kind, OptionRow, same_text, spec_row};
use crate::rules::Rule;

/// The options of the spec; each environment has them again and inherits them.
pub(super) const OPTIONS: &[OptionRow] = &[
    spec_row(
        "backend.kind",
        "State",
        "Where Terraform keeps its state.",
        Kind::Choice(BackendKind::CHOICES),
        same_text(BackendKind::S3.name()),
    )
    .because("local state is lost with its machine, and two people can overwrite each other's changes"),
    spec_row(
        "backend.bucket",
        "State bucket",
        "The S3 bucket of the state. If you leave it open, pass it with `terraform init -backend-config=bucket=…`.",
        Kind::Text(Rule::Bucket),
        DefaultValue::Open("my-terraform-state"),
    )
    .needs_choice("backend.kind", BackendKind::S3.name()),
    spec_row(
        "backend.region",
        "State region",
        "The region of the state bucket.",
        Kind::Text(Rule::Region),
        DefaultValue::Derived(DerivedDefault::Region),
    )
    .needs_choice("backend.kind", BackendKind::S3.name()),
    spec_row(
        "backend.key_prefix",
        "State key prefix",
        "The prefix of the state's key: `<prefix>/<environment>/terraform.tfstate`.",
        Kind::Text(Rule::KeyPrefix),
        DefaultValue::Derived(DerivedDefault::Project),
    )
    .needs_choice("backend.kind", BackendKind::S3.name()),
    spec_row(
        "backend.kms_key_arn",
        "State KMS key",
        "Your own KMS key for the state.",
        Kind::Text(Rule::KmsKeyArn),
        DefaultValue::Absent("the default encryption of the bucket"),
    )
    .needs_choice("backend.kind", BackendKind::S3.name()),
];
