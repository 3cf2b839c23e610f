//! `MIGRATION.md`: the steps of the migration, how to check them and how to roll back.

use super::plan::{ImportKind, Migration};
use crate::compose::markdown::{Markdown, code};
use crate::environment::Backend;
use crate::options::Profile;
use crate::path::FieldPath;
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
            "Of the flat root's state {} to the composed root and {} there; {} in AWS until no old task needs them, and go \
             afterwards. The composed root's first apply makes {} more{}.",
            plural(it.moves.len(), "resource moves", "resources move"),
            plural(it.imports.len(), "is imported", "are imported"),
            plural(it.leftovers.len(), "stays", "stay"),
            created,
            if it.warnings().is_empty() {
                ", and destroys and replaces nothing"
            } else if it.destroys_nothing() {
                ", and destroys and replaces nothing; but read the warnings below"
            } else {
                "; as the state is, it would destroy or replace something, see below"
            }
        ))
        .paragraph(
            "The flat root's own state is only read. Until the first apply nothing has changed in AWS, and the way back is to \
             forget the composed root's state; after it the flat root's configuration puts everything back. Keep both, and \
             apply nothing in the flat root, until the last box below has its tick.",
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
                "**{} not known here** and left where it is: see [Not known](#not-known).",
                plural(it.unknown.len(), "address is", "addresses are")
            ));
        }
        let settled = it.settled();
        if !settled.migration.keep_flat_names {
            text.paragraph(
                "**The names are not kept** (`migration.keep_flat_names = false`): the namespace, the instances, several roles \
                 and security groups, and log groups with what is in them will be replaced. That is a new cluster under the old \
                 database, with an interruption.",
            );
        }
    }

    fn values(&self, text: &mut Markdown) {
        let it = self.migration;
        text.heading("Values");
        text.paragraph(
            "`composition.toml` is your composition with what the flat root has. What was another:",
        );
        if it.taken.is_empty() {
            text.paragraph("Nothing: the composition says the same.");
        } else {
            text.table(
                ["Option", "Now", "Was", "Read from"],
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
                "The flat root's state has none of these either. State them in the spec, from which this folder is then made \
                 again; Terraform asks for what has no value at each plan. A feature that you don't use may be switched off \
                 instead, such as the benchmark with `benchmark.enabled = false`; what the flat root has of it then stays behind:"
            } else {
                "Only addresses were given, so these are to be looked up in the flat root's variables and to be stated in the \
                 spec, from which this folder is then made again. `terraform show -json` in place of the list fills them in:"
            })
            .table(
                ["Option", "As composed", "In the flat root"],
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
            text.paragraph("What the flat root has and a composition can't have:")
                .table(
                    ["Option", "There", "Why not here"],
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
            "The number of history shards, the network, the zones and the visibility index can't change later. The number of \
             shards that the database has wins over any other; it must be the same here.",
        );
    }

    fn before(&self, text: &mut Markdown) {
        text.heading("Before").paragraph(&format!(
            "- [ ] The flat root is at rest: `terraform plan -detailed-exitcode` there ends with 0, with version {} of the AWS \
             provider. (If it never comes to rest over security group rules: inline and separate rules of one group take \
             turns to undo each other. Take the inline `ingress` out there first.)\n\
             - [ ] Nobody applies there from now on, and no pipeline does.\n\
             - [ ] `terraform state pull > flat.tfstate && sha256sum flat.tfstate`, kept where the state's bucket is not.\n\
             - [ ] The tree is composed from the `composition.toml` beside this page, and committed.\n\
             - [ ] The state's bucket is there: `terraform/bootstrap` makes it. Its README says how to leave out the \
             service-linked roles, which this account has.\n\
             - [ ] Terraform {} or newer, `jq`, and the AWS CLI with the rights to describe security group rules.",
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
                "With this folder beside the composed tree in `tree` and the flat root in `flat`. Each step may be repeated; \
                 what was interrupted goes on.",
            )
            .shell(&format!(
                "temporal-composer export --spec composition.toml --out tree\n\
                 terraform -chdir=tree/{root} init{bucket}\n\
                 ./migrate.sh --flat flat --root tree/{root} --no-push\n\
                 ./migrate.sh --flat flat --root tree/{root}\n\
                 terraform -chdir=tree/{root} plan -out=migration.tfplan"
            ))
            .paragraph(
                "`migrate.sh` goes by the state as it is when it runs. It refuses one that has an address which `moves.sh` \
                 doesn't name, and one in which something that moves is tainted or has a deposed object. \
                 After \"Permission denied\", when unpacking lost the file modes, call `bash migrate.sh …`.",
            )
            .paragraph(
                "The third works on copies alone, in `work`, with `terraform state mv`; the fourth pushes the result into the \
                 composed root, whose state must be empty. The second way, for those who want to see each move in a plan: \
                 `--way moved` pushes the whole state, and `moved.tf` says in the first plan what becomes of it. The result is \
                 the same.",
            )
            .paragraph("The plan must destroy nothing. This prints what it does, and nothing else:")
            .shell(&format!(
                "terraform -chdir=tree/{root} show -json migration.tfplan |\n\
                 \x20 jq -r '.resource_changes[] | select(.change.actions | index(\"delete\")) | .address'"
            ))
            .paragraph(match self.migration.settled().profile {
                Profile::Dev => {
                    "Then, at a quiet hour: every service gets new tasks, and with the dev profile a task stops before its \
                     successor starts."
                }
                Profile::Bench | Profile::Prod => {
                    "Then, at a quiet hour, since every service gets new tasks, a part at a time:"
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
             - [ ] The plan says `{} to import, {created} to add`, changes in place, and `0 to destroy`.\n\
             - [ ] What changes in place is in the tables below, or is tags.\n\n\
             After the apply:\n\n\
             - [ ] A second plan says `No changes`; then `migration_imports.tf` and `migration_moved.tf` may go.\n\
             - [ ] `scale-services.sh {name} status` shows each service with as many tasks as wanted, all of them new.\n\
             - [ ] `temporal operator namespace list` from the admin tools shows the namespaces, a workflow that ran before is \
             found, and a new one runs.\n\
             - [ ] Grafana opens, and its dashboard has points from before and after.\n\
             - [ ] The NAT address is the one that others let in: `terraform output nat_public_ips`.\n\
             - [ ] What reads outputs of the flat root reads the new ones; then `migration.keep_flat_outputs` may go.",
            it.moves.len(),
            it.imports.len(),
        ));
    }

    fn afterwards(&self, text: &mut Markdown) {
        let root = &self.root;
        let region = &self.migration.settled().region;
        text.heading("Afterwards")
            .paragraph(
                "Once the new tasks have run for as long as you want to be able to go back. What the flat root made and nothing \
                 needs any more is alone in the state of `leftovers`; its plan shows nothing but that:",
            )
            .shell("terraform -chdir=leftovers init\nterraform -chdir=leftovers apply")
            .paragraph(
                "The groups of the flat root keep the rules that stood inside them, which no state has any more: everything \
                 from and to the network, HTTPS and DSQL to anywhere. The composed rules are enough without them. What a group \
                 has, and away with one that is not in `docs/security.md`:",
            )
            .shell(&format!(
                "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values=sg-…\n\
                 aws ec2 revoke-security-group-ingress --region {region} --group-id sg-… --security-group-rule-ids sgr-…\n\
                 aws ec2 revoke-security-group-egress --region {region} --group-id sg-… --security-group-rule-ids sgr-…"
            ))
            .paragraph(&format!(
                "Instances are as they were started until they are replaced: without trunking of interfaces, and with open \
                 metadata. New ones come by an instance refresh of the group `terraform -chdir=tree/{root} output -raw \
                 asg_name` names, one after the other while ECS moves the tasks.\n\n\
                 The flat root's state, its backups and the folder `work` here hold Grafana's password if the flat root read it: \
                 set another one and remove them. Then the flat root's folder may go."
            ));
    }

    fn rollback(&self, text: &mut Markdown) {
        let root = &self.root;
        text.heading("Rollback")
            .paragraph(
                "Before the first apply and after it. It takes what came from the flat root out of the composed root's state, so \
                 that nothing of it can be destroyed from there; then the flat root puts back what was changed, and the composed \
                 root deletes what it created:",
            )
            .shell(&format!(
                "./rollback.sh --root tree/{root}\n\
                 terraform -chdir=flat apply\n\
                 terraform -chdir=tree/{root} destroy"
            ))
            .paragraph(
                "Without an apply in between, the second says `No changes` and the third finds nothing. Services go back to \
                 their old task definitions in a rolling deployment. What `leftovers` deleted is created again, without what was \
                 in it: logs of old collectors and benchmarks. A service that the flat root has without `force_new_deployment` \
                 (the benchmark's worker) is created again. With `deletion_protection` on, tables and buckets that the \
                 composed root made ask for `-var deletion_protection=false`. Nothing is ever pushed over the flat root's \
                 state.",
            );
    }

    fn lists(&self, text: &mut Markdown) {
        let it = self.migration;
        text.heading("What moves").table(
            [
                "From",
                "To",
                "What the first plan changes of it beside tags",
            ],
            it.moves
                .iter()
                .map(|moved| row([code(&moved.from), code(&moved.to), moved.changes.to_owned()])),
        );
        text.heading("What is imported").table(
            ["As", "Id", "It is", "Why"],
            it.imports.iter().map(|import| {
                row([
                    code(&import.to),
                    import
                        .id
                        .as_deref()
                        .map_or_else(|| "to look up".to_owned(), code),
                    match import.kind {
                        ImportKind::Rule => code(import.of),
                        ImportKind::Route => format!("the default route in `{}`", import.of),
                        ImportKind::DsqlEgress => {
                            format!("the rule in `{}` that lets it out to port 5432", import.of)
                        }
                        ImportKind::InsightsLog => format!(
                            "the log group that Container Insights made for `{}`; where it made none, take its block out of `imports.tf`",
                            import.of
                        ),
                    },
                    match import.kind {
                        ImportKind::Rule => "another type, to which nothing can be moved",
                        ImportKind::Route | ImportKind::DsqlEgress => {
                            "a part there, a resource here; AWS refuses a second one"
                        }
                        ImportKind::InsightsLog => {
                            "nobody's there, a resource here, which ends what it keeps; AWS refuses a second one"
                        }
                    }
                    .to_owned(),
                ])
            }),
        );
        text.heading("What is made").paragraph(
            "Task definitions and policies take the place of those that stay behind; the ring and egress groups, routes of \
             further zones, the flow log, the setup tasks and what the composition has beyond the flat root are new.",
        );
        text.table(
            ["Type", "How many"],
            it.created
                .iter()
                .map(|(kind, count)| row([code(kind), count.to_string()])),
        );
        text.heading("What stays behind");
        if it.leftovers.is_empty() {
            text.paragraph("Nothing.");
        } else {
            text.table(
                ["Address", "Why", "Kept with"],
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
            text.heading("Not known")
                .paragraph(
                    "These stay in AWS and in the flat root's state, and in no other: neither the composed root nor `leftovers` \
                     touches them. Whoever made them gives them a home: their configuration in a file of its own beside the \
                     composed root's, with a line `move 'ADDRESS' 'ADDRESS'` in `moves.sh`, or a root of their own. The flat \
                     root must not be applied for them: it would undo the migration.",
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
                "Data sources are read again and need nothing: {}.",
                data.join(", ")
            ));
        }
    }
}
