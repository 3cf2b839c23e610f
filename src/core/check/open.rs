//! What is still open: values that somebody must give to Terraform.

use crate::environment::{Backend, Environment};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;

/// Names each value of `environment` that Terraform will ask for.
pub(super) fn check(environment: &Environment, problems: &mut Problems) {
    for setting in environment.open() {
        if setting.row.key == "backend.bucket" {
            continue;
        }
        problems.push(
            Problem::new(
                ProblemCode::Open,
                setting.at.clone(),
                format!(
                    "{} has no value yet, so Terraform will ask for it",
                    setting.row.label
                ),
            )
            .hint(format!(
                "for example `{}`",
                setting.example().unwrap_or_default()
            )),
        );
    }
    if matches!(environment.backend, Backend::S3 { bucket: None, .. }) {
        problems.push(
            Problem::new(
                ProblemCode::Open,
                FieldPath::in_environment(&environment.name, "backend.bucket"),
                "the state bucket has no name yet: pass it with `terraform init -backend-config=bucket=…`".to_owned(),
            )
            .hint("`terraform/bootstrap` creates a bucket and outputs its name"),
        );
    }
}
