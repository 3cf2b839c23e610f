//! `docs/operations.md`: scaling, upgrades, instances, shards, restoring, taking down, cost.

use super::presence::Presence;
use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::compose::protection;
use crate::environment::{Backend, Environment};
use crate::option::Profile;
use crate::parts::part::DatabaseBackup;
use crate::parts::subject::Subject;
use crate::parts::{self, images, texts_about};
use crate::path::FieldPath;
use crate::sizing::placement::refreshes;
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
        "How to run an environment once it is applied. [Its README](../terraform/envs/{0}/README.md) describes the first apply. \
         Run all commands in the folder that contains `docs/`. They name `{0}`: replace it with the name of your environment{1}.",
        first.name,
        match Presence::of(blueprint, "profile", |environment| {
            environment.profile == Profile::Prod
        }) {
            Some(presence) if presence.is_everywhere => ". The scripts ask before they change a production environment",
            Some(_) => ". In environments with profile `prod`, the scripts ask before they change anything",
            None => "",
        }
    ));
    operations.scaling(&mut page);
    for subject in Subject::CHAPTERS {
        operations.chapters_about(subject, &mut page);
    }
    operations.upgrade(&mut page);
    operations.instances(&mut page);
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
                "`status` shows each service of the cluster: the number of tasks that the composition has, the desired and \
                 running numbers, and the DSQL connections that they may open:",
            )
            .shell(&format!("scripts/scale-services.sh {name} status"))
            .paragraph(
                "The scripts set the number of tasks. Terraform ignores it after the first apply, so that an apply never undoes \
                 scaling. After you edit a `count` in `terraform.tfvars`, run:",
            )
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} apply\n\
                 scripts/scale-services.sh {name} up --dry-run\n\
                 scripts/scale-services.sh {name} up"
            ))
            .paragraph(
                "`up` starts the services in the order of their dependencies and waits for each to become stable. It refuses \
                 counts with which the services could open more connections than the cluster allows. If it fails, it prints how \
                 far it got; run the same command again to continue. `--target` uses the counts for a number of workflows per \
                 second instead of the composed ones. If that needs larger tasks or more instances, `up` says so and changes \
                 nothing.",
            )
            .paragraph(
                "To start one service, to replace the tasks of one service, or to stop all services, each drained before the \
                 next:",
            )
            .shell(&format!(
                "scripts/scale-services.sh {name} up --service history\n\
                 scripts/scale-services.sh {name} restart --service history\n\
                 scripts/scale-services.sh {name} down"
            ))
            .paragraph("The scripts' exit codes:")
            .table(
                ["Code", "Meaning"],
                [
                    ("0", "done"),
                    ("1", "AWS or Terraform failed; the last lines say what is done and what is not"),
                    ("2", "wrong arguments, or an environment that doesn't exist or isn't initialised"),
                    ("3", "refused because of a limit or a missing confirmation; nothing was changed"),
                    ("4", "bash is older than 4.4, or `terraform`, `aws` or `jq` is missing"),
                ]
                .map(|(code, text)| (self.all.clone(), [code.to_owned(), text.to_owned()])),
            );
    }

    /// The chapters of the parts about `subject` that some environment has; they name the first that has it.
    fn chapters_about(&self, subject: Subject, page: &mut Markdown) {
        for texts in texts_about(subject) {
            if let Some(presence) = Presence::having(self.blueprint, texts.part.scripts_feature()) {
                page.origin(&presence.from);
                (texts.documents.operations)(&presence.environments[0].name, page);
                page.origin(&self.all);
            }
        }
    }

    fn upgrade(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Upgrading Temporal");
        if let Some(from) = self.blueprint.first_with(images::BUILT) {
            page.origin(&from)
                .paragraph(
                    "`images/versions.env` has the versions that the images are built from. After a change, build and copy \
                     what is new. The script writes the new images to `images.auto.tfvars.json`, where you can hold one back:",
                )
                .shell("scripts/images.sh status\nscripts/images.sh build\nscripts/images.sh mirror")
                .origin(&self.all);
        }
        page.paragraph(
            "Temporal supports upgrades by one minor version at a time, and the schema comes before the server. `upgrade.sh` runs \
             schema and index with the new admin tools. It then gives frontend, history, matching and worker the new image, \
             one after the other, and goes on only when a service is healthy:",
        );
        match self.blueprint.first_with(images::BUILT) {
            Some(_) => page
                .shell(&format!(
                    "scripts/upgrade.sh {name} --from 1.29 --to 1.30 --dry-run\nscripts/upgrade.sh {name} --from 1.29 --to 1.30"
                ))
                .paragraph(
                    "The tags of these images do not tell a version, so you state both: `--from` is the version that runs, \
                     `--to` the version of the images that you built. The numbers above are an example. If the minor version \
                     stays, as from 1.29.0 to 1.29.1, both are the same.",
                ),
            None => page
                .shell(&format!(
                    "scripts/upgrade.sh {name} --image REPOSITORY:1.30.0 --admin-tools REPOSITORY-admin-tools:1.30.0 --dry-run"
                ))
                .paragraph(
                    "`--dry-run` shows the steps and changes nothing. To upgrade, run the same command without it. The versions \
                     are those of the tags, and the numbers above are an example.",
                ),
        }
        .paragraph(
            "If a step fails, the script says how to go on and how to go back. To go back, only the servers get their old image: \
             Temporal keeps each schema compatible with the previous minor version, and has no way to undo a schema.",
        );
    }

    fn instances(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Replacing instances")
            .paragraph(
                "AWS publishes a new machine image about every month. The next apply writes it, like another instance type, to a \
                 new version of the launch template. Instances that run keep what they have until they are replaced. To see \
                 which are out of date, and to replace them:",
            )
            .shell(&format!(
                "scripts/hosts.sh {name} status\n\
                 scripts/hosts.sh {name} refresh --dry-run\n\
                 scripts/hosts.sh {name} refresh"
            ))
            .paragraph(
                "`refresh` drains an instance: ECS moves its tasks within the percentages of a deployment. A service with a \
                 single task and a minimum of 0 percent stops for as long as its task needs to start. When no task is left and \
                 every service is steady, the script terminates the instance and waits for the new one. It stops at the first \
                 problem and says how far it got; run the same command again to continue. Services without tasks stay as they \
                 are. `--all` replaces current instances too.",
            )
            .paragraph(
                "How many instances are drained at once follows from the composition: so many that all tasks always fit on the \
                 others, and no more than a zone has. Where the instances have no such capacity, the script starts more first, up \
                 to `compute.max_count`, and ends as many at the end:",
            )
            .table(
                ["Environment", "Tasks", "Instances before a drain", "At once"],
                self.blueprint.environments.iter().flat_map(|environment| {
                    let at = environment.address().key("compute");
                    let name = &environment.name;
                    let steps = refreshes(environment);
                    let mut rows: Vec<_> = steps
                        .iter()
                        .map(|step| {
                            let tasks = match step.rest > environment.compute.instance_count {
                                true => "the most that scaling gives",
                                false => "as composed",
                            };
                            let row = [
                                name.clone(),
                                tasks.to_owned(),
                                step.instances.to_string(),
                                step.batch.to_string(),
                            ];
                            (at.clone(), row)
                        })
                        .collect();
                    if rows.is_empty() {
                        let none = ["as composed", "-", "nothing is proven"].map(ToOwned::to_owned);
                        let [tasks, instances, batch] = none;
                        let none = [name.clone(), tasks, instances, batch];
                        rows.push((at, none));
                    }
                    rows
                }),
            )
            .paragraph(
                "Where nothing is proven, the script refuses, unless you add `--unproven`: it then replaces one instance at a \
                 time, and tasks may wait for a new one.",
            )
            .paragraph(
                "`compute.max_instance_lifetime_days` lets Auto Scaling replace instances by their age instead. It then acts at \
                 any hour and without this proof, though it starts the new instance first. It replaces no instance that is \
                 protected, so the protection of instances with tasks is off with it. Instances that run when you set it stay \
                 protected: run `refresh --all` once.",
            );
        let other_groups = self.blueprint.environments.iter().find_map(|environment| {
            let hosts = parts::hosts(environment);
            let key = hosts.first()?.group.instance_type;
            Some(environment.address().join(key))
        });
        if let Some(from) = other_groups {
            page.origin(&from)
                .paragraph(
                    "Instances that are not for the services have a group of their own, and end by themselves a quarter of an hour \
                     after their last task. The script leaves them alone.",
                )
                .origin(&self.all);
        }
    }

    fn shards(&self, page: &mut Markdown) {
        page.heading("History shards").paragraph(
            "The first start writes the number of history shards to the database. You can't change it afterwards: another \
             number in `terraform.tfvars` only makes every calculation with it wrong. If you need more shards, create a new \
             environment with its own database and move your clients to it.",
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
        page.heading("Restoring")
            .paragraph("What you lose with each store, and how to restore it.");
        let is_without = |it: &Environment| it.part::<DatabaseBackup>().is_none();
        if let Some(presence) = Presence::of(self.blueprint, "dsql", is_without) {
            page.paragraph(&format!(
                "In {}, this configuration makes no backups of the database: create a plan in AWS Backup for it.",
                match presence.is_everywhere {
                    true => "all environments".to_owned(),
                    false => presence.names(),
                }
            ));
        }
        page.blank();
        for subject in Subject::RESTORING {
            for texts in texts_about(subject) {
                let feature = &texts.part.feature;
                let presence = Presence::having(self.blueprint, feature);
                if let (Some(presence), Some(restoring)) = (presence, texts.documents.restoring) {
                    if feature.is_optional() {
                        page.origin(&presence.from);
                    }
                    page.text(&restoring(&presence.environments))
                        .origin(&self.all);
                }
            }
        }
        if let Some(presence) = Presence::of(self.blueprint, "backend", |environment| {
            matches!(environment.backend, Backend::S3 { .. })
        }) {
            page.origin(&presence.from)
                .text(
                    "- **The Terraform state**: its bucket keeps earlier versions, at least the last twenty if \
                     `terraform/bootstrap` created it. Restore one with `terraform state push`; don't copy it over the current \
                     object.",
                )
                .origin(&self.all);
        }
    }

    fn teardown(&self, page: &mut Markdown, first: &Environment) {
        let name = self.name;
        let at = first.address().key("deletion_protection");
        page.heading("Deleting an environment").paragraph(
            "Deleting an environment deletes all its data. Stop the services first, so that they drain.",
        );
        if first.deletion_protection {
            page.origin(&at).paragraph(&format!(
                "Deletion protection is on, so this takes three steps on purpose. `{}` makes Terraform refuse every plan that \
                 destroys what holds data. Without the file, the apply switches off the protection that AWS has of its own. \
                 Only then the environment can go:",
                protection::FILE
            ));
        } else {
            self.other_protected(page);
        }
        page.origin(&at)
            .shell(&format!(
                "scripts/scale-services.sh {name} down\n{}",
                protection::deletion_commands(first, Some(name))
            ))
            .origin(&self.all);
        if let Some(presence) = self.protected() {
            page.origin(&presence.from)
                .paragraph(&format!(
                    "In {}, removing one store takes the same steps: set `deletion_protection = false` in `composition.toml`, \
                     compose and apply; then remove the store, compose and apply; then protect the environment again. Without \
                     the first step, AWS refuses to delete tables, logs, load balancers and full buckets during the apply. A \
                     value in `terraform.tfvars` changes only the protection in AWS: `{}` comes and goes with the composition.",
                    match presence.is_everywhere {
                        true => "a protected environment".to_owned(),
                        false => presence.names(),
                    },
                    protection::FILE
                ))
                .origin(&self.all);
        }
    }

    fn protected(&self) -> Option<Presence<'_>> {
        let is_protected = |environment: &Environment| environment.deletion_protection;
        Presence::of(self.blueprint, "deletion_protection", is_protected)
    }

    /// Names the protected environments where the one that the commands name is not.
    fn other_protected(&self, page: &mut Markdown) {
        if let Some(presence) = self.protected() {
            page.origin(&presence.from)
                .paragraph(&format!(
                    "Deletion protection is on in {}: follow the README of that environment instead.",
                    presence.names()
                ))
                .origin(&self.all);
        }
    }

    fn cost(&self, page: &mut Markdown) {
        page.heading("Cost").paragraph(
            "AWS bills these by the hour, even when no task runs: `down` saves only the instances above the minimum. It bills \
             DSQL, logs and metrics by use.",
        );
        let of_parts = Subject::COUNTED.into_iter().flat_map(texts_about);
        let columns: Vec<_> = of_parts
            .filter_map(|texts| texts.documents.hourly)
            .collect();
        let mut heads = vec!["Environment"];
        heads.extend(columns.iter().map(|column| column.head));
        let rows = self.blueprint.environments.iter().map(|environment| {
            let mut cells = vec![environment.name.clone()];
            cells.extend(columns.iter().map(|column| (column.cell)(environment)));
            (environment.address(), cells)
        });
        page.table_of_columns(&heads, rows.collect());
    }
}
