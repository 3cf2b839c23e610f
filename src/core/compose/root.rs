//! `terraform.tf`, `backend.tf` and `providers.tf` of an environment.

use super::variables::declared;
use crate::environment::{Backend, Environment};
use crate::hcl::{Body, Expr};
use crate::path::FieldPath;
use crate::versions::{required_aws_provider, required_terraform};

/// Which Terraform and provider the root needs.
pub(super) fn terraform(at: &FieldPath) -> Body {
    let mut file = Body::new();
    file.origin(at).block("terraform", &[], |block| {
        block.text("required_version", &required_terraform()).blank().block(
            "required_providers",
            &[],
            |providers| {
                providers.attribute(
                    "aws",
                    Expr::Object(vec![
                        (at.clone(), "source".to_owned(), Expr::text("hashicorp/aws")),
                        (
                            at.clone(),
                            "version".to_owned(),
                            Expr::text(&required_aws_provider()),
                        ),
                    ]),
                );
                providers
                    .blank()
                    .comment("A part of Terraform: nothing is downloaded. It reads files of values, see locals.tf.")
                    .attribute(
                        "terraform",
                        Expr::Object(vec![(
                            at.clone(),
                            "source".to_owned(),
                            Expr::text("terraform.io/builtin/terraform"),
                        )]),
                    );
            },
        );
    });
    file
}

/// Where the root keeps its state.
pub(super) fn backend(environment: &Environment) -> Body {
    let at = environment.address().join("backend");
    let mut file = Body::new();
    match &environment.backend {
        Backend::S3 {
            bucket,
            region,
            key,
            kms_key_arn,
        } => {
            file.origin(&at.key("bucket"));
            if bucket.is_none() {
                file.comment(
                    "Pass the bucket when you initialise the root, once on each machine:\n\
                     terraform init -backend-config=bucket=NAME",
                );
            }
            file.origin(&at).block("terraform", &[], |block| {
                block.block("backend", &["s3"], |backend| {
                    if let Some(bucket) = bucket {
                        backend.origin(&at.key("bucket")).text("bucket", bucket);
                    }
                    backend.origin(&at.key("key_prefix")).text("key", key);
                    backend.origin(&at.key("region")).text("region", region);
                    backend
                        .origin(&at.key("kind"))
                        .code("encrypt", "true")
                        .code("use_lockfile", "true");
                    if let Some(kms_key_arn) = kms_key_arn {
                        backend
                            .origin(&at.key("kms_key_arn"))
                            .text("kms_key_id", kms_key_arn);
                    }
                    if let Some(account_id) = &environment.account_id {
                        backend
                            .origin(&environment.address().key("account_id"))
                            .attribute(
                                "allowed_account_ids",
                                Expr::List(vec![Expr::text(account_id)]),
                            );
                    }
                });
            });
        }
        Backend::Local => {
            file.origin(&at.key("kind"))
                .comment(
                    "State on the machine that runs Terraform: it is lost with the machine, and nothing stops two people \
                     from\n\
                     applying at once. For a trial only.",
                )
                .block("terraform", &[], |block| {
                    block.block("backend", &["local"], |backend| {
                        backend.text("path", "terraform.tfstate");
                    });
                });
        }
    }
    file
}

/// The provider: region, account and the tags of everything.
pub(super) fn providers(environment: &Environment) -> Body {
    let at = environment.address();
    let mut file = Body::new();
    file.origin(&at).block("provider", &["aws"], |provider| {
        provider
            .origin(&at.key("region"))
            .code("region", "var.region");
        if declared(environment).any(|setting| setting.row.key == "account_id") {
            provider
                .origin(&at.key("account_id"))
                .blank()
                .comment("Refuses to run with the credentials of another account.")
                .code("allowed_account_ids", "[var.account_id]");
        }
        provider
            .origin(&at.key("tags"))
            .blank()
            .block("default_tags", &[], |tags| {
                tags.attribute(
                    "tags",
                    Expr::Call(
                        "merge(var.tags, {".to_owned(),
                        [
                            ("Project", "var.project".to_owned()),
                            ("Environment", crate::hcl::string(&environment.name)),
                            ("ManagedBy", "\"terraform\"".to_owned()),
                        ]
                        .into_iter()
                        .map(|(key, code)| (at.clone(), key.to_owned(), Expr::code(code)))
                        .collect(),
                    ),
                );
            });
    });
    file
}
