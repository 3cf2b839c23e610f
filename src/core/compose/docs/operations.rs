//! `docs/operations.md`: scaling, upgrades, shards, restoring, taking down, cost.

use super::presence::Presence;
use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::environment::{Backend, Environment};
use crate::parts::subject::Subject;
use crate::parts::texts_about;
use crate::path::FieldPath;
use crate::tree::File;

pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let all = FieldPath::of(&["environments"]);
    let mut page = Markdown::new(&all);
    let Some(first) = blueprint.environments.first() else {
        return page.file();
    };
    let operations = Operations {
        blueprint,
        name: &first.name,
        all,
    };
    page.text("# Operations").paragraph(&format!(
        "For environments that are applied; [the README of each](../terraform/envs/{0}/README.md) says how to get there. \
         Commands run in the folder above this one. They name `{0}`: replace it with another environment's name where you mean that one{1}.",
        first.name,
        match Presence::of(blueprint, "profile", |environment| {
            environment.profile.name() == "prod"
        }) {
            Some(presence) if presence.is_everywhere => ". In production the scripts ask before they change something",
            Some(_) => "; in those of profile prod the scripts ask before they change something",
            None => "",
        }
    ));
    operations.scaling(&mut page);
    for subject in Subject::CHAPTERS {
        operations.chapters_about(subject, &mut page);
    }
    operations.upgrade(&mut page);
    operations.shards(&mut page);
    operations.restoring(&mut page);
    operations.teardown(&mut page, first);
    operations.cost(&mut page);
    page.file()
}

struct Operations<'a> {
    blueprint: &'a Blueprint,
    /// The environment that the commands name.
    name: &'a str,
    all: FieldPath,
}

impl Operations<'_> {
    fn scaling(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Scaling")
            .paragraph(
                "Every service of the cluster: how many tasks the composition has, how many are wanted and run, and how many \
                 DSQL connections they may open:",
            )
            .shell(&format!("scripts/scale-services.sh {name} status"))
            .paragraph(
                "The number of tasks is the scripts' business: Terraform leaves it alone, so that an apply does not undo a \
                 scaling. After an edit of a `count` in `terraform.tfvars`:",
            )
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} apply\n\
                 scripts/scale-services.sh {name} up --dry-run\n\
                 scripts/scale-services.sh {name} up"
            ))
            .paragraph(
                "`up` starts each service after the ones that it needs and waits until it is steady. Counts with which the \
                 services may open more connections than the cluster takes are refused. What fails half-way says how far it \
                 came; the same command goes on from there. With `--target` it takes the counts for a number of workflows per \
                 second in place of the composed ones; what needs larger tasks or more instances is said, and nothing changed. One service alone, new tasks for one, and no tasks at all, each \
                 service drained before the next:",
            )
            .shell(&format!(
                "scripts/scale-services.sh {name} up --service history\n\
                 scripts/scale-services.sh {name} restart --service history\n\
                 scripts/scale-services.sh {name} down"
            ))
            .paragraph("The scripts' exit codes:")
            .table(
                ["Code", "What it says"],
                [
                    ("0", "done"),
                    ("1", "AWS or Terraform failed; the last lines say what was done and what was not"),
                    ("2", "wrong arguments, or an environment that is not there or not initialised"),
                    ("3", "refused: beyond a limit, or not confirmed; nothing was changed"),
                    ("4", "bash is older than 4.4, or `terraform`, `aws` or `jq` is missing"),
                ]
                .map(|(code, text)| (self.all.clone(), [code.to_owned(), text.to_owned()])),
            );
    }

    /// The chapters of the parts about `subject` that some environment has; they name the first that has it.
    fn chapters_about(&self, subject: Subject, page: &mut Markdown) {
        for texts in texts_about(subject) {
            if let Some(presence) = Presence::having(self.blueprint, &texts.part.feature) {
                page.from(&presence.from);
                (texts.documents.operations)(&presence.environments[0].name, page);
                page.from(&self.all);
            }
        }
    }

    fn upgrade(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Upgrading Temporal")
            .paragraph(
                "One minor version after the other, as Temporal asks for, and the schema before the server. First the new \
                 `admin_tools_image` in `terraform.tfvars`:",
            )
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} apply\n\
                 scripts/setup.sh {name} schema index"
            ))
            .paragraph("Then the new `temporal_image`. ECS replaces the tasks of each service while the others run:")
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} plan -out=upgrade.tfplan\n\
                 terraform -chdir=terraform/envs/{name} apply upgrade.tfplan\n\
                 scripts/scale-services.sh {name} status"
            ))
            .paragraph(
                "A deployment whose tasks don't stay up is taken back by ECS itself, and `status` shows the service as failed \
                 or with fewer tasks than wanted. Set the previous image in `terraform.tfvars` and apply: Temporal \
                 changes its schema so that the previous version still works with it.",
            );
    }

    fn shards(&self, page: &mut Markdown) {
        page.heading("History shards").paragraph(
            "Their number is written into the database by the first start and stays for the database's life. Another number in \
             `terraform.tfvars` changes nothing but every calculation with it. An environment that needs more is a new one, \
             with a database of its own, to which clients move.",
        );
        page.table(
            ["Environment", "Shards"],
            self.blueprint.environments.iter().map(|environment| {
                (
                    environment.address().key("history_shards"),
                    [
                        environment.name.clone(),
                        environment.history_shards.to_string(),
                    ],
                )
            }),
        );
    }

    fn restoring(&self, page: &mut Markdown) {
        page.heading("Restoring").paragraph(
            "What is lost with each store, and what brings it back. Nothing here makes backups of the database: that is \
             AWS Backup's work, for which a plan must be made.",
        );
        page.blank();
        for subject in Subject::RESTORING {
            if subject == Subject::Dashboards {
                page.text("- **Grafana** has its dashboards from files; what was drawn by hand ends with its task.");
            }
            for texts in texts_about(subject) {
                let feature = &texts.part.feature;
                let presence = Presence::having(self.blueprint, feature);
                if let (Some(presence), Some(restoring)) = (presence, texts.documents.restoring) {
                    if feature.is_optional() {
                        page.from(&presence.from);
                    }
                    page.text(&restoring(&presence.environments))
                        .from(&self.all);
                }
            }
        }
        if let Some(presence) = Presence::of(self.blueprint, "backend", |environment| {
            matches!(environment.backend, Backend::S3 { .. })
        }) {
            page.from(&presence.from)
                .text(
                    "- **Terraform's state**: its bucket keeps earlier versions of it, the last twenty at least if \
                     `terraform/bootstrap` made it. An old one is pushed by Terraform, not copied over the new one.",
                )
                .from(&self.all);
        }
    }

    fn teardown(&self, page: &mut Markdown, first: &Environment) {
        let name = self.name;
        let at = first.address().key("deletion_protection");
        page.heading("Taking it down").paragraph(
            "An environment goes with everything that it holds. Drain it first, so that what runs ends in good order.",
        );
        let switch = if first.deletion_protection {
            page.from(&at)
                .paragraph("Deletion protection is on, so it is two steps on purpose.");
            " -var deletion_protection=false"
        } else {
            ""
        };
        let mut commands = vec![format!("scripts/scale-services.sh {name} down")];
        if first.deletion_protection {
            commands.push(format!(
                "terraform -chdir=terraform/envs/{name} apply{switch}"
            ));
        }
        commands.push(format!(
            "terraform -chdir=terraform/envs/{name} destroy{switch}"
        ));
        page.from(&at).shell(&commands.join("\n")).from(&self.all);
    }

    fn cost(&self, page: &mut Markdown) {
        page.heading("Cost").paragraph(
            "What costs by the hour, also with no task running: `down` saves none of it but the instances beyond the least. \
             DSQL, logs and metrics cost by use.",
        );
        page.table(
            [
                "Environment",
                "Instances, at least",
                "OpenSearch",
                "NAT gateways",
                "Interface endpoints",
            ],
            self.blueprint.environments.iter().map(|environment| {
                (
                    environment.address(),
                    [
                        environment.name.clone(),
                        format!(
                            "{} × `{}`",
                            environment.compute.instance_count, environment.compute.instance_type
                        ),
                        format!(
                            "{} × `{}`",
                            environment.opensearch.instance_count,
                            environment.opensearch.instance_type
                        ),
                        environment.network.nat_gateways().to_string(),
                        if environment.endpoints { "yes" } else { "no" }.to_owned(),
                    ],
                )
            }),
        );
    }
}
