//! The README of the tree.

use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::compose::{modules, next};
use crate::environment::{Backend, Environment};
use crate::parts::part::LogStore;
use crate::parts::{alarms, images};
use crate::path::FieldPath;
use crate::tree::File;
use crate::versions::{PINNED_TERRAFORM, oldest_terraform};

pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::root());
    let project = &blueprint.project;
    page.origin(&FieldPath::of(&["project"]))
        .text(&format!("# {project}: Temporal on Amazon ECS with Aurora DSQL"))
        .paragraph(
            "Terraform for the Temporal server on Graviton instances. Temporal stores its data in Aurora DSQL and its visibility \
             records in OpenSearch. Metrics go to Amazon Managed Service for Prometheus, and Grafana shows them. Temporal \
             Composer created these files from `composition.toml`.",
        )
        .origin(&FieldPath::of(&["environments"]))
        .heading("Environments");
    page.table(
        [
            "Environment",
            "Region",
            "Instances",
            "Temporal tasks",
            "Logs",
            "State",
        ],
        blueprint.environments.iter().map(|environment| {
            (
                environment.address(),
                [
                    format!("[{0}](terraform/envs/{0}/README.md)", environment.name),
                    environment.region.clone(),
                    format!(
                        "{} × {}",
                        environment.compute.instance_count, environment.compute.instance_type
                    ),
                    environment
                        .services
                        .iter()
                        .map(|service| format!("{} {}", service.size.count, service.name()))
                        .collect::<Vec<_>>()
                        .join(", "),
                    environment
                        .part::<LogStore>()
                        .map_or("CloudWatch", |store| store.name)
                        .to_owned(),
                    state(environment),
                ],
            )
        }),
    );
    page.origin(&FieldPath::root())
        .heading("Contents")
        .paragraph(
            "- `terraform/bootstrap/`: resources that each account and region needs once, before its first environment\n\
             - `terraform/envs/<environment>/`: a root module for each environment, with its own state and a README that starts \
             with its open values: those you still have to set\n\
             - `terraform/modules/`: the modules that the roots call; the README of each explains its decisions\n\
             - `scripts/`: set up, start, stop, upgrade and inspect an applied environment, and replace its instances; `--help` explains each. If you get \
             \"Permission denied\" because unpacking lost the file modes, run `bash scripts/…`, or restore the modes in git \
             with `git add --chmod=+x scripts/*.sh`\n\
             - `docs/`: [operations](docs/operations.md), from scaling to deletion; [security](docs/security.md), with traffic, \
             roles and secrets; [migration](docs/migration.md), for environments that were created by the earlier root without \
             modules",
        );
    if let Some(from) = blueprint.first_with(alarms::FEATURE) {
        page.origin(&from)
            .text("- [docs/runbook.md](docs/runbook.md): what to do about each alarm")
            .origin(&FieldPath::root());
    }
    if let Some(built) = blueprint.first_with(images::BUILT) {
        page.origin(&built)
            .text(
                "- `images/`: the recipes of the images, and the versions that they are built from",
            )
            .origin(&FieldPath::root());
    }
    page.table(
        ["Module", "What it creates"],
        modules::used(blueprint).into_iter().map(|(module, from)| {
            (
                from,
                [
                    format!("[{0}](terraform/modules/{0}/README.md)", module.name),
                    module.purpose.to_owned(),
                ],
            )
        }),
    );
    page.heading("Prerequisites")
        .paragraph(&format!(
            "- Terraform {} or newer (`.terraform-version` names {PINNED_TERRAFORM})\n\
             - the AWS CLI version 2 with its \
             [Session Manager plugin](https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html)\n\
             - bash 4.4 or newer, `jq` and `curl`, for the scripts{}",
            oldest_terraform(),
            match blueprint.environments.iter().all(|it| images::is_built(it)) {
                true => "",
                false =>
                    "\n- ARM64 images of the Temporal server and its admin tools, in a registry that the account can read",
            }
        ));
    first_hour(&mut page, blueprint);
    page.origin(&FieldPath::root())
        .heading("Making changes")
        .paragraph(
            "To change a value, edit the `terraform.tfvars` of an environment: its `variables.tf` lists the allowed values, and \
             Terraform refuses values that no variable takes. To add or remove parts of an environment, edit \
             `composition.toml` and compose again. Commit all files, including the lock files `.terraform.lock.hcl` and the \
             folder `.composer`.",
        )
        .shell(
            "temporal-composer adopt\n\
             temporal-composer validate --spec composition.toml\n\
             temporal-composer update --dry-run\n\
             temporal-composer update",
        )
        .paragraph(
            "`adopt` copies the values that you edited in `terraform.tfvars` and `variables.tf` into `composition.toml`, and \
             lists those that are no options. `update` keeps your edits: it merges them with the changes, removes files that the composition no longer has, and \
             lists the files that you have to look at.",
        );
    page.file()
}

fn state(environment: &Environment) -> String {
    match &environment.backend {
        Backend::S3 {
            bucket: Some(bucket),
            key,
            ..
        } => format!("`s3://{bucket}/{key}`"),
        Backend::S3 {
            bucket: None, key, ..
        } => format!("`{key}` in a bucket that you choose"),
        Backend::Local => "local".to_owned(),
    }
}

/// The commands from nothing to a first plan.
fn first_hour(page: &mut Markdown, blueprint: &Blueprint) {
    page.origin(&FieldPath::of(&["environments"]))
        .heading("The first hour")
        .paragraph(
            "Apply the bootstrap once for each account and region, with administrator rights. Begin in the folder of this \
             README:",
        )
        .shell(&next::bootstrap_commands(blueprint));
    let images = next::images_commands(blueprint);
    if let Some(commands) = &images {
        page.paragraph(
            "Then return to the folder of this README. Build the images, and copy the public ones into ECR. The first builds \
             take some minutes. Commit the files `images.auto.tfvars.json` that the script writes:",
        )
        .shell(commands);
    }
    page.paragraph(match images {
        Some(_) => "Then apply an environment. Its README has every step up to running services:",
        None => {
            "Then return to the folder of this README and apply an environment. Its README has every step up to running \
             services:"
        }
    });
    if let Some(environment) = blueprint.environments.first() {
        page.origin(&environment.address())
            .shell(&next::environment_commands(
                environment,
                &next::init(blueprint, environment),
            ));
    }
}
