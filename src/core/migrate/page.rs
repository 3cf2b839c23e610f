//! `MIGRATION.md`: the steps of the migration, how to check them and how to roll back.

use super::plan::{ImportKind, Migration};
use crate::compose::markdown::{Markdown, code};
use crate::compose::protection;
use crate::environment::Backend;
use crate::options::Profile;
use crate::path::FieldPath;
use crate::sizing::connection_demand::Connections;
use crate::tree::File;
use crate::versions::{aws_provider_major, oldest_terraform};

pub(super) fn page(migration: &Migration) -> File {
    let page = Page {
        migration,
        root: format!("terraform/envs/{}", migration.environment),
    };
    let mut text = Markdown::new(&FieldPath::root());
    page.start(&mut text);
    page.values(&mut text);
    page.connections(&mut text);
    page.before(&mut text);
    page.steps(&mut text);
    page.checklist(&mut text);
    page.afterwards(&mut text);
    page.rollback(&mut text);
    page.lists(&mut text);
    text.file()
}

struct Page<'a> {
    migration: &'a Migration,
    /// The composed root's folder.
    root: String,
}

/// A row of a table that doesn't come from a single value.
fn row<const COLUMNS: usize>(cells: [String; COLUMNS]) -> (FieldPath, [String; COLUMNS]) {
    (FieldPath::root(), cells)
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Page<'_> {
    fn start(&self, text: &mut Markdown) {
        let it = self.migration;
        let created: usize = it.created.values().sum();
        text.text(&format!(
            "# Migration of `{}` from the flat root",
            it.environment
        ))
        .paragraph(&format!(
            "{} from the flat root's state to the composed root, `{}`, and {} there. {} in AWS until no old task needs them; \
             you delete them at the end. The first apply of the composed root creates {}. {}.",
            plural(it.moves.len(), "resource moves", "resources move"),
            self.root,
            plural(it.imports.len(), "is imported", "are imported"),
            plural(it.leftovers.len(), "leftover stays", "leftovers stay"),
            plural(created, "resource", "resources"),
            if it.warnings().is_empty() {
                "It destroys and replaces nothing"
            } else if it.destroys_nothing() {
                "It destroys and replaces nothing, but read the warnings below"
            } else {
                "With the state as it is, it would also destroy or replace something: see the warnings below"
            }
        ))
        .paragraph(
            "The migration never writes to the flat root's state, and changes nothing in AWS until the first apply. You can \
             [roll back](#rollback) before the apply and after it. Until you have ticked the last box below, keep the flat \
             root's folder and its state, and apply nothing there.",
        );
        for warning in it.warnings() {
            let lines: Vec<String> = warning
                .lines
                .iter()
                .map(|line| format!("- {line}"))
                .collect();
            text.paragraph(&format!("**{}:**\n\n{}", warning.text, lines.join("\n")));
        }
        if !it.unknown.is_empty() {
            text.paragraph(&format!(
                "**{}** in the flat root's state: see [Unknown addresses](#unknown-addresses).",
                plural(
                    it.unknown.len(),
                    "unknown address stays",
                    "unknown addresses stay"
                )
            ));
        }
        let settled = it.settled();
        if !settled.migration.keep_flat_names {
            text.paragraph(
                "**The names are not kept** (`migration.keep_flat_names = false`): Terraform replaces the namespace, the \
                 instances, several roles and security groups, and log groups with their contents. You get a new cluster on the \
                 old database, after an interruption.",
            );
        }
    }

    fn values(&self, text: &mut Markdown) {
        let it = self.migration;
        text.heading("Values");
        if it.taken.is_empty() {
            text.paragraph(
                "`composition.toml` is your composition: it has the flat root's values already.",
            );
        } else {
            text.paragraph(
                "`composition.toml` is your composition with the flat root's values. These differ from yours:",
            )
            .table(
                ["Option", "Value", "In your composition", "Read from"],
                it.taken.iter().map(|taken| {
                    row([
                        code(&taken.at.to_string()),
                        code(&taken.value.to_string()),
                        taken
                            .instead_of
                            .as_ref()
                            .map_or_else(|| "nothing".to_owned(), |value| code(&value.to_string())),
                        code(&taken.source),
                    ])
                }),
            );
        }
        if !it.blanks.is_empty() {
            text.paragraph(if it.has_values {
                "The flat root's state has no value for these options either. Set them in your composition and run `migrate` \
                 again; otherwise Terraform asks for the open ones at each plan. You can also switch off a feature that you \
                 don't use, such as the benchmark with `benchmark.enabled = false`: its resources then become leftovers."
            } else {
                "`migrate` got only addresses. Look these values up in the flat root's variables, set them in your composition \
                 and run `migrate` again. With the output of `terraform show -json` in place of the list, it finds most of them \
                 itself."
            })
            .table(
                ["Option", "In the composition", "In the flat root"],
                it.blanks.iter().map(|blank| {
                    row([
                        code(&blank.at.to_string()),
                        blank
                            .value
                            .as_ref()
                            .map_or_else(|| "open".to_owned(), |value| code(&value.to_string())),
                        blank.find.to_owned(),
                    ])
                }),
            );
        }
        if !it.refused.is_empty() {
            text.paragraph("The flat root has these values, which a composition can't have:")
                .table(
                    ["Option", "In the flat root", "Reason"],
                    it.refused.iter().map(|refused| {
                        row([
                            code(&refused.at.to_string()),
                            code(&refused.value.to_string()),
                            refused.why.clone(),
                        ])
                    }),
                );
        }
        text.paragraph(
            "The number of history shards, the network, the zones and the visibility index are permanent. The number of shards \
             must be the one with which the database was set up: the server uses that one, whatever the composition says.",
        );
    }

    fn connections(&self, text: &mut Markdown) {
        let connections = Connections::of(self.migration.settled());
        text.heading("DSQL connections")
            .paragraph(if connections.kept() > 0 {
                "`max_conns` keeps the number of the flat root, where it seemed to be what a task holds. It is what a task \
                 uses at most. The DSQL plugin keeps more connections ready, so that a task can hold:"
            } else {
                "`max_conns` keeps the number of the flat root. The DSQL plugin keeps no further connections, so that a task can hold:"
            })
            .table(
                ["Service", "Connections of a task", "Of all tasks", "During a deployment"],
                connections.services.iter().map(|it| {
                    row([
                        it.service.name().to_owned(),
                        match (it.formula(), it.each().to_string()) {
                            (formula, each) if formula == each => each,
                            (formula, each) => format!("{formula} = {each}"),
                        },
                        it.steady().to_string(),
                        it.deploying().to_string(),
                    ])
                }),
            )
            .paragraph(&format!(
                "The cluster allows {}. The first deployment of the composed root also runs beside old tasks, which hold as \
                 many.",
                connections.limit
            ))
            .paragraph(
                "The flat root's connection rate and burst limit (`DSQL_CONNECTION_RATE_LIMIT`, \
                 `DSQL_CONNECTION_BURST_LIMIT`) are dropped. The plugin ignores a limit for each task while all tasks share \
                 one, and in the composed root they always do.",
            );
    }

    fn before(&self, text: &mut Markdown) {
        text.heading("Before you start").paragraph(&format!(
            "- [ ] The flat root has no pending changes: with version {} of the AWS provider, `terraform plan \
             -detailed-exitcode` exits with code 0 there. If every plan changes security group rules, a group has both inline \
             and separate rules, which undo each other: remove the inline `ingress` first.\n\
             - [ ] Nobody applies the flat root any more, and no pipeline does.\n\
             - [ ] You have a copy of its state, outside of the state bucket: `terraform state pull > flat.tfstate && \
             sha256sum flat.tfstate`.\n\
             - [ ] You have read the composition, `composition.toml` beside this page, and committed it.\n\
             - [ ] The state bucket exists: `terraform/bootstrap` creates it. It imports the service-linked roles, which \
             this account already has.\n\
             - [ ] You have Terraform {} or newer, `jq`, and the AWS CLI with permission to describe security group rules.",
            aws_provider_major(),
            oldest_terraform()
        ));
    }

    fn steps(&self, text: &mut Markdown) {
        let root = &self.root;
        let bucket = match &self.migration.settled().backend {
            Backend::S3 { bucket: None, .. } => " -backend-config=bucket=…",
            Backend::S3 { .. } | Backend::Local => "",
        };
        text.heading("Steps")
            .paragraph(
                "Run the commands in this folder. They expect the flat root in `flat` (a symbolic link will do) and write the \
                 composed files to `tree`. You can interrupt each step and run it again.",
            )
            .shell(&format!(
                "temporal-composer export --spec composition.toml --out tree\n\
                 terraform -chdir=tree/{root} init{bucket}\n\
                 ./migrate.sh --flat flat --root tree/{root} --no-push\n\
                 ./migrate.sh --flat flat --root tree/{root}\n\
                 terraform -chdir=tree/{root} plan -out=migration.tfplan"
            ))
            .paragraph(
                "`migrate.sh` reads the state when you run it. It refuses a state with an address that `moves.sh` doesn't name, \
                 and a state in which a resource to move is tainted or has a deposed object. If you get \"Permission denied\" \
                 because unpacking lost the file modes, run `bash migrate.sh …`.",
            )
            .paragraph(
                "The third command runs `terraform state mv` on copies of both states, in `work`. The fourth also pushes the \
                 result to the composed root, whose state must be empty. To see each move in a plan instead, add `--way moved`: \
                 it pushes the whole state, and `moved.tf` moves the addresses in the first plan. The result is the same.",
            )
            .paragraph("The plan must destroy nothing. This command prints what it would destroy, so it must print nothing:")
            .shell(&format!(
                "terraform -chdir=tree/{root} show -json migration.tfplan |\n\
                 \x20 jq -r '.resource_changes[] | select(.change.actions | index(\"delete\")) | .address'"
            ))
            .paragraph(match self.migration.settled().profile {
                Profile::Dev => {
                    "Apply it at a quiet hour: every service gets new tasks, and with the dev profile a task stops before its \
                     successor starts."
                }
                Profile::Bench | Profile::Prod => {
                    "Apply it at a quiet hour: every service gets new tasks, some at a time."
                }
            })
            .shell(&format!(
                "terraform -chdir=tree/{root} apply migration.tfplan\n\
                 tree/scripts/scale-services.sh {0} status",
                self.migration.environment
            ));
    }

    fn checklist(&self, text: &mut Markdown) {
        let it = self.migration;
        let created: usize = it.created.values().sum();
        let name = &it.environment;
        text.heading("Checklist").paragraph(&format!(
            "After the push:\n\n\
             - [ ] `terraform state list` in the composed root has {} addresses.\n\
             - [ ] The plan says `{} to import, {created} to add` and `0 to destroy`.\n\
             - [ ] It changes in place only what *What moves* lists, and tags.\n\n\
             After the apply:\n\n\
             - [ ] A second plan says `No changes`. Then delete `migration_imports.tf` and `migration_moved.tf`.\n\
             - [ ] `scale-services.sh {name} status` shows that every service runs its desired number of tasks, all of them \
             new.\n\
             - [ ] `temporal operator namespace list`, run in the admin tools, shows your namespaces. A workflow that was \
             started before is listed, and a new one completes.\n\
             - [ ] Grafana opens, and its dashboards show data from before and after.\n\
             - [ ] `terraform output nat_public_ips` prints the NAT gateway address that others allow.\n\
             - [ ] Everything that read the flat root's outputs reads the new ones. Then remove \
             `migration.keep_flat_outputs`.",
            it.moves.len(),
            it.imports.len(),
        ));
    }

    fn afterwards(&self, text: &mut Markdown) {
        let region = &self.migration.settled().region;
        text.heading("Afterwards")
            .paragraph(
                "Go on once the new tasks have run long enough that you no longer want to roll back. The state of `leftovers` \
                 contains only what the flat root created and nothing needs any more, and its plan must destroy nothing else:",
            )
            .shell("terraform -chdir=leftovers init\nterraform -chdir=leftovers apply")
            .paragraph(
                "The security groups keep the inline rules of the flat root, which are in no state any more: all traffic from \
                 and to the network, and HTTPS and DSQL to anywhere. The composed rules do not need them. List the rules of \
                 each group, and revoke those that `docs/security.md` doesn't list:",
            )
            .shell(&format!(
                "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values=sg-…\n\
                 aws ec2 revoke-security-group-ingress --region {region} --group-id sg-… --security-group-rule-ids sgr-…\n\
                 aws ec2 revoke-security-group-egress --region {region} --group-id sg-… --security-group-rule-ids sgr-…"
            ))
            .paragraph(&format!(
                "Running instances keep their old settings until they are replaced: they have no ENI trunking, and they allow \
                 IMDSv1. `tree/scripts/hosts.sh {0} refresh` replaces them one after the other while ECS moves the tasks.\n\n\
                 If the flat root read Grafana's password, its state, the backups of that and the folder `work` contain it: set \
                 another password and delete them. Then delete the flat root's folder.",
                self.migration.environment
            ));
    }

    fn rollback(&self, text: &mut Markdown) {
        let root = &self.root;
        text.heading("Rollback")
            .paragraph(
                "You can roll back before the first apply and after it. The first command makes the composed root forget the \
                 resources of the flat root, so that it can't destroy them. The second restores what the migration changed, and \
                 the third deletes what the composed root created:",
            )
            .shell(&format!(
                "./rollback.sh --root tree/{root}\n\
                 terraform -chdir=flat apply\n\
                 terraform -chdir=tree/{root} destroy"
            ))
            .paragraph(
                "If you have not applied yet, the second command says `No changes` and the third finds nothing to destroy. After \
                 an apply, the services return to their old task definitions in a rolling deployment. Terraform creates again \
                 what `leftovers` deleted, but the logs of old collectors and benchmarks are lost. It also replaces a service \
                 that the flat root has without `force_new_deployment` (the benchmark's worker). The scripts never push anything to \
                 the flat root's state.",
            )
            .paragraph(&format!(
                "If `deletion_protection` is on, run `rm tree/{root}/{}` before the third command, and add \
                 `-var deletion_protection=false` to it: it deletes tables and buckets. After an apply, run \
                 `terraform -chdir=tree/{root} apply -var deletion_protection=false` before the first command, too.",
                protection::FILE
            ));
    }

    fn lists(&self, text: &mut Markdown) {
        let it = self.migration;
        text.heading("What moves").table(
            [
                "From",
                "To",
                "Changed in place by the first plan, besides tags",
            ],
            it.moves
                .iter()
                .map(|moved| row([code(&moved.from), code(&moved.to), moved.changes.to_owned()])),
        );
        text.heading("What is imported").table(
            ["Address", "ID", "Resource", "Reason"],
            it.imports.iter().map(|import| {
                row([
                    code(&import.to),
                    import
                        .id
                        .as_deref()
                        .map_or_else(|| "`migrate.sh` finds it".to_owned(), code),
                    match import.kind {
                        ImportKind::Rule => code(import.of),
                        ImportKind::Route => format!("the default route in `{}`", import.of),
                        ImportKind::DsqlEgress => {
                            format!("the outbound rule for port 5432 in `{}`", import.of)
                        }
                        ImportKind::InsightsLog => format!(
                            "the log group that Container Insights created for `{}`; if there is none, remove its block from `imports.tf`",
                            import.of
                        ),
                    },
                    match import.kind {
                        ImportKind::Rule => "it has another type, and Terraform can't move it",
                        ImportKind::Route | ImportKind::DsqlEgress => {
                            "it was part of another resource; AWS refuses a second one"
                        }
                        ImportKind::InsightsLog => {
                            "it was in no state; the composed root limits its retention, and AWS refuses a second one"
                        }
                    }
                    .to_owned(),
                ])
            }),
        );
        text.heading("What is created").paragraph(
            "New task definitions and policies replace the leftovers. The ring and egress security groups, the routes of \
             further zones, the flow log, the setup tasks and the features that the flat root doesn't have are new.",
        );
        text.table(
            ["Type", "Resources"],
            it.created
                .iter()
                .map(|(kind, count)| row([code(kind), count.to_string()])),
        );
        text.heading("Leftovers");
        if it.leftovers.is_empty() {
            text.paragraph("There are none.");
        } else {
            text.table(
                ["Address", "Reason", "To keep it"],
                it.leftovers.iter().map(|left| {
                    row([
                        code(&left.address),
                        left.why.clone(),
                        left.kept_with
                            .as_ref()
                            .map_or_else(String::new, |at| format!("`{at} = true`")),
                    ])
                }),
            );
        }
        if !it.unknown.is_empty() {
            text.heading("Unknown addresses")
                .paragraph(
                    "The flat root's layout doesn't have these resources. They stay in AWS and only in the flat root's state: \
                     neither the composed root nor `leftovers` changes them. Don't apply the flat root for them, because that \
                     undoes the migration. Move each one to a root of its own, or to the composed root: add a file with its \
                     configuration there, and a line `move 'ADDRESS' 'ADDRESS'` to `moves.sh`.",
                )
                .paragraph(
                    &it.unknown
                        .iter()
                        .map(|address| format!("- {}", code(address)))
                        .collect::<Vec<_>>()
                        .join("\n"),
                );
        }
        if !it.data.is_empty() {
            let data: Vec<String> = it.data.iter().map(|address| code(address)).collect();
            text.paragraph(&format!(
                "Terraform reads data sources again, so they need no migration: {}.",
                data.join(", ")
            ));
        }
    }
}
