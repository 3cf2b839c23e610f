//! `docs/migration.md`: how an environment comes here from the flat root, with its resources.

use super::presence::Presence;
use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::environment::{Backend, Environment};
use crate::feature::FLAT_NAMES;
use crate::parts::TEXTS;
use crate::path::FieldPath;
use crate::tree::File;

pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let all = FieldPath::of(&["environments"]);
    let mut page = Markdown::new(&all);
    let is_migrated = |environment: &Environment| {
        environment.migration.keep_flat_names || environment.migration.keep_flat_outputs
    };
    // The one that was asked for, else any.
    let Some(environment) = blueprint
        .environments
        .iter()
        .find(|environment| is_migrated(environment))
        .or_else(|| blueprint.environments.first())
    else {
        return page.file();
    };
    let migration = Migration {
        blueprint,
        name: &environment.name,
        init: match &environment.backend {
            Backend::S3 { bucket: None, .. } => " -backend-config=bucket=…",
            Backend::S3 { .. } | Backend::Local => "",
        },
        all,
    };
    page.text("# Migration from the flat root").paragraph(&format!(
        "For an environment whose resources were made by the flat root: one configuration with everything at its top, before \
         there were modules. It is taken over as it is, with its data, its addresses and its names. An environment that begins \
         new needs none of this. Commands run in the folder above this one, with the flat root in `../flat`, and name `{0}`: \
         replace it with your environment's name.",
        environment.name
    ));
    migration.steps(&mut page);
    migration.checklist(&mut page);
    migration.compatibility(&mut page);
    migration.scripts(&mut page);
    migration.rollback(&mut page);
    page.file()
}

struct Migration<'a> {
    blueprint: &'a Blueprint,
    /// The environment that the commands name.
    name: &'a str,
    /// What `terraform init` needs to be told.
    init: &'static str,
    all: FieldPath,
}

impl Migration<'_> {
    fn steps(&self, page: &mut Markdown) {
        let name = self.name;
        let init = self.init;
        page.heading("Steps")
            .paragraph("### 1. Read the flat root's state")
            .paragraph(
                "First the flat root must be at rest, and stay so: nobody applies there any more. Its state is read, with the \
                 values in it, and nothing of it is written:",
            )
            .shell(&format!(
                "terraform -chdir=../flat plan -detailed-exitcode\n\
                 terraform -chdir=../flat show -json > ../flat.json\n\
                 temporal-composer migrate --state-list ../flat.json --spec composition.toml --env {name} --out ../migration"
            ))
            .paragraph(
                "That makes a folder which says what becomes of each address, and holds what the next steps need. Without \
                 `show -json` the output of `terraform state list` does as well; values are then blanks to fill in. Either is \
                 read as UTF-8 and as the UTF-16 that Windows PowerShell writes. The command warns of what every flat root has \
                 and the state lacks, and of what is tainted or deposed: it says what the first plan would then do.",
            )
            .table(
                ["File", "What it is"],
                [
                    ("`MIGRATION.md`", "every step, every address and every number of this migration; what follows here is the short form"),
                    ("`composition.toml`", "this composition with the flat root's values: shards, network, zones, sizes, names kept"),
                    ("`terraform.tfvars`", "what comes of it"),
                    ("`migrate.sh`, `moves.sh`", "`terraform state mv` on copies of both states"),
                    ("`imports.tf`", "what can't be moved and is imported: routes, rules, a log group"),
                    ("`moved.tf`", "the second way: `moved` blocks for a state that was pushed as a whole"),
                    ("`leftovers/`", "a root that takes away what nothing needs afterwards"),
                    ("`rollback.sh`", "the way back"),
                ]
                .map(|(file, text)| (self.all.clone(), [file.to_owned(), text.to_owned()])),
            )
            .paragraph("### 2. Compose this tree with its values")
            .shell(&format!(
                "temporal-composer export --spec ../migration/composition.toml --out ../tree\n\
                 cd ../tree\n\
                 terraform -chdir=terraform/envs/{name} init{init}"
            ))
            .paragraph("### 3. Move the addresses")
            .paragraph(
                "Each resource gets its address in a module of `terraform/modules`, such as `aws_vpc.main` that of \
                 `module.vpc.aws_vpc.this`, by a `terraform state mv` from a copy of the one state to a copy of the other. The \
                 script pushes the result into the new root only while that has no resources. It refuses a state that has an \
                 address which `moves.sh` doesn't name, and one in which something that moves is tainted or has a deposed \
                 object. It may be interrupted and run again. After \"Permission denied\", when unpacking lost the file \
                 modes, call `bash ../migration/migrate.sh …`. With `--way moved` it pushes the whole state instead, and the plan shows each move.",
            )
            .shell(&format!(
                "../migration/migrate.sh --flat ../flat --root terraform/envs/{name}"
            ))
            .paragraph("### 4. Plan and apply")
            .paragraph(
                "Either way the plan **destroys and replaces nothing**; if it would, stop here and read why. It gives every \
                 service new tasks.",
            )
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} plan -out=migration.tfplan"
            ))
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} apply migration.tfplan\n\
                 scripts/scale-services.sh {name} status"
            ))
            .paragraph("### 5. Take away what is left")
            .paragraph(
                "Task definitions, policies and rules of the old tasks are still there, in no state but the flat root's and that \
                 of `leftovers`. When the new tasks have run for as long as you want to be able to go back:",
            )
            .shell(
                "terraform -chdir=../migration/leftovers init\n\
                 terraform -chdir=../migration/leftovers apply",
            );
    }

    fn checklist(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Checklist").paragraph(&format!(
            "- [ ] The flat root's last plan said `No changes`; a copy of its state lies elsewhere, with its checksum.\n\
             - [ ] `terraform state list` in the new root has as many addresses as `MIGRATION.md` says.\n\
             - [ ] The plan imports and adds as many as `MIGRATION.md` says, and destroys 0.\n\
             - [ ] VPC, subnets, NAT address, cluster, namespace, domain, tables, workspace and roles only change in place.\n\
             - [ ] After the apply a second plan says `No changes`.\n\
             - [ ] `scripts/scale-services.sh {name} status` shows as many tasks as wanted.\n\
             - [ ] A workflow from before is found and goes on; a new one runs; Grafana shows both.\n\
             - [ ] What read the flat root's outputs, and who called its scripts, found what they need.\n\
             - [ ] `leftovers` is applied, Grafana's password is another (the flat root's state had it), the old states and the \
             flat root's folder are gone.",
        ));
    }

    fn compatibility(&self, page: &mut Markdown) {
        page.heading("Compatibility while both are in use").paragraph(
            "- **Names.** With `migration.keep_flat_names` an environment permanently keeps the names and descriptions that AWS \
             can't change: without it what has them would be replaced. `migration.name` is for a root whose name is not project and \
             environment.\n\
             - **Outputs.** With `migration.keep_flat_outputs` every output of the flat root is there under its name too, but \
             for `adot_sidecar_log_group_name`, whose collector is gone. Take it away when nothing reads it any more.\n\
             - **Scripts.** They take the environment first. Of the flat layout's options `--wps` is `--target`, \
             `--from-terraform` says what is so anyway, and `--cluster` must name the environment's cluster. A call without an \
             environment, with `--count` or with `--apply` changes nothing and is answered with the call to make, with exit \
             code 2. *Calls of the flat layout*, below, has each.\n\
             - **The flat root.** Its folder, its state and this tree stand side by side until the last box has its tick. It is \
             for going back, and for nothing else: an apply there undoes the migration.",
        );
        for (key, what, has) in [
            (
                "migration.keep_flat_names",
                "Names are kept in",
                (|environment: &Environment| environment.migration.keep_flat_names)
                    as fn(&Environment) -> bool,
            ),
            (
                "migration.keep_flat_outputs",
                "Outputs are kept in",
                |environment| environment.migration.keep_flat_outputs,
            ),
        ] {
            if let Some(presence) = Presence::of(self.blueprint, key, has) {
                let names: Vec<String> = presence
                    .environments
                    .iter()
                    .map(|environment| format!("`{}`", environment.name))
                    .collect();
                page.from(&presence.from)
                    .paragraph(&format!("{what} {}.", names.join(", ")))
                    .from(&self.all);
            }
        }
        if let Some(presence) = Presence::having(self.blueprint, &FLAT_NAMES) {
            page.from(&presence.from)
                .paragraph(
                    "Groups that the flat root made keep the rules that stood inside them, which no state has any more: everything \
                     from and to the network, HTTPS and DSQL to anywhere. [The rules that are needed](security.md) are enough. \
                     `aws ec2 describe-security-group-rules` shows what a group has, `aws ec2 \
                     revoke-security-group-ingress` and `-egress` take a rule away. Not before all tasks are new: old ones talk \
                     by them.",
                )
                .from(&self.all);
        }
    }

    /// What the flat layout's scripts did, call by call, and what does it here.
    fn scripts(&self, page: &mut Markdown) {
        let name = self.name;
        let services = |arguments: &str| format!("`scripts/scale-services.sh {name} {arguments}`");
        let mut rows = vec![
            ("scale-services.sh up --from-terraform", services("up")),
            (
                "scale-services.sh up --from-terraform --wps WPS",
                services("up --target WPS"),
            ),
            (
                "scale-services.sh up --from-terraform --wps WPS --apply",
                format!(
                    "{}; where it asks for larger tasks or more instances, set them in `terraform.tfvars`, apply and repeat it",
                    services("up --target WPS")
                ),
            ),
            (
                "scale-services.sh up --from-terraform --count COUNT",
                format!("`count` of each service in `terraform.tfvars`, an apply, then {}", services("up")),
            ),
            ("scale-services.sh down --from-terraform", services("down")),
            (
                "scale-services.sh down --cluster CLUSTER --region REGION",
                services("down --region REGION"),
            ),
            ("cluster-management.sh status", services("status")),
            ("cluster-management.sh scale-up", services("up")),
            ("cluster-management.sh scale-down", services("down")),
            ("cluster-management.sh force-deploy", services("restart")),
            ("cluster-management.sh recover", format!("{}, then {}", services("down"), services("up"))),
            (
                "cluster-management.sh wait-ec2",
                format!("{} shows how many instances there are", services("status")),
            ),
            (
                "cluster-management.sh clean-membership",
                "nothing: it only said which statement to run in the database".to_owned(),
            ),
            (
                "setup-schema.sh --from-terraform",
                format!("`scripts/setup.sh {name} schema`"),
            ),
            (
                "setup-schema.sh --from-terraform --overwrite",
                "nothing: a schema is updated, and its tables are never dropped".to_owned(),
            ),
            ("setup-opensearch.sh", format!("`scripts/setup.sh {name} index`")),
            (
                "setup-grafana-secret.sh",
                "nothing: Terraform makes the secret, unless `grafana.admin_secret` names one".to_owned(),
            ),
            (
                "build-….sh, query-….sh",
                "not in this tree: keep your copies; `migration.keep_flat_outputs` keeps the outputs that they read".to_owned(),
            ),
        ]
        .into_iter()
        .map(|(before, now)| (self.all.clone(), before, now))
        .collect::<Vec<_>>();
        for texts in TEXTS.iter() {
            if let Some(presence) = Presence::having(self.blueprint, &texts.part.feature) {
                let calls = (texts.documents.flat_calls)(&presence.environments[0].name);
                rows.extend(
                    calls
                        .into_iter()
                        .map(|(before, now)| (presence.from.clone(), before, now)),
                );
            }
        }
        page.heading("Calls of the flat layout").table(
            ["Flat layout", "Here"],
            rows.into_iter()
                .map(|(from, before, now)| (from, [format!("`{before}`"), now])),
        );
    }

    fn rollback(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Rollback")
            .paragraph(
                "Before the first apply and after it. The flat root's own state was never written, so the new root forgets what \
                 came from there, the flat root puts back what was changed, and the new root takes away what it had made:",
            )
            .shell(&format!(
                "../migration/rollback.sh --root terraform/envs/{name}\n\
                 terraform -chdir=../flat apply\n\
                 terraform -chdir=terraform/envs/{name} destroy"
            ))
            .paragraph(
                "If nothing was applied, the second finds no changes and the third nothing to destroy. What `leftovers` took away \
                 is made again, without the logs that were in it.",
            );
    }
}
