//! What has no value yet.

use crate::compose::markdown::Markdown;
use crate::environment::{Backend, Environment};
use crate::options::Terraform;
use crate::parts::TEXTS;

pub(super) fn chapter(environment: &Environment, page: &mut Markdown) {
    let at = environment.address();
    page.heading("Open values");
    let rows: Vec<_> = environment
        .open()
        .filter_map(|setting| match setting.row.terraform {
            Terraform::Variable(name) => Some((
                setting.at.clone(),
                [
                    format!("`{name}`"),
                    setting.row.help.to_owned(),
                    format!("`{}`", setting.example().unwrap_or_default()),
                ],
            )),
            Terraform::Attribute { .. } | Terraform::Structure => None,
        })
        .collect();
    let bucket_is_open = matches!(environment.backend, Backend::S3 { bucket: None, .. });
    if rows.is_empty() && !bucket_is_open {
        page.paragraph("None: every value is set.");
        return;
    }
    if !rows.is_empty() {
        page.paragraph(
            "These variables have no value yet. Set them in `terraform.tfvars`, where each has a commented line. Until \
             then, Terraform asks for them at each plan.",
        );
        page.table(["Variable", "Description", "Example"], rows);
        for texts in TEXTS.iter() {
            (texts.documents.open_values)(environment, page);
        }
    }
    if bucket_is_open {
        page.origin(&at.join("backend.bucket")).paragraph(
            "`backend.tf` doesn't name the state bucket: you pass it to `terraform init`, as described under State.",
        );
        page.origin(&at);
    }
}
