//! Where the state is, and how others read it.

use super::surroundings::Surroundings;
use crate::compose::markdown::Markdown;
use crate::environment::{Backend, Environment};
use crate::hcl::{Body, Expr};

pub(super) fn chapter(environment: &Environment, surroundings: &Surroundings, page: &mut Markdown) {
    let at = environment.address().key("backend");
    page.origin(&at).heading("State");
    match &environment.backend {
        Backend::S3 {
            bucket,
            region,
            key,
            ..
        } => {
            let place = match bucket {
                Some(bucket) => format!("the bucket `{bucket}`"),
                None => "a bucket that you name".to_owned(),
            };
            page.paragraph(&format!(
                "Each environment has its own state. This one is in {place} ({region}) under `{key}`. It is encrypted, and \
                 a lock file beside it (`use_lockfile`) prevents two applies at the same time. `terraform/bootstrap` \
                 creates the bucket: versioned, private, and accessible only over TLS."
            ));
            page.shell(&surroundings.init);
            if surroundings.has_others {
                reading_from_elsewhere(environment, page, bucket.as_deref(), region, key);
            }
        }
        Backend::Local => {
            page.paragraph(
                "`backend.tf` keeps the state in `terraform.tfstate` on the machine that runs Terraform. You lose the state \
                 if you lose the machine, and nothing prevents two people from applying at the same time. Use this only \
                 to try things out. For everything else, use an S3 backend, with one key for each environment: set \
                 `backend.kind` to `s3`, compose again, then move the state:",
            )
            .shell("terraform init -migrate-state");
        }
    }
    page.origin(&environment.address());
}

/// How another root reads the outputs of this one.
fn reading_from_elsewhere(
    environment: &Environment,
    page: &mut Markdown,
    bucket: Option<&str>,
    region: &str,
    key: &str,
) {
    let at = environment.address().key("backend");
    page.paragraph(&format!(
        "The environments don't read each other's state. If another root needs outputs of this one, it can read them from \
         the state, for example `data.terraform_remote_state.{}.outputs.vpc_id`. Planning it then needs `s3:GetObject` \
         on the key, which gives access to everything in the state:",
        environment.name
    ));
    let mut code = Body::new();
    let bucket = match bucket {
        Some(bucket) => Expr::text(bucket),
        None => {
            code.origin(&at.key("bucket"))
                .comment("The bucket that you pass to `terraform init`.")
                .block("variable", &["state_bucket"], |variable| {
                    variable.code("type", "string");
                })
                .blank();
            Expr::code("var.state_bucket")
        }
    };
    let config = [
        ("bucket", bucket),
        ("key", Expr::text(key)),
        ("region", Expr::text(region)),
    ];
    code.origin(&at).block(
        "data",
        &["terraform_remote_state", &environment.name],
        |data| {
            let config = config.map(|(name, value)| (at.clone(), name.to_owned(), value));
            data.text("backend", "s3")
                .attribute("config", Expr::Object(config.into()));
        },
    );
    page.terraform(&code);
}
