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
        "This page is for an environment that was created by the flat root: one Terraform configuration without modules. The \
         migration keeps its resources, data, addresses and names. A new environment needs none of it. Run all commands in the \
         folder that contains `docs/`; they expect the flat root in `../flat`. They name `{0}`: replace it with your \
         environment's name.",
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
                "First make sure that the flat root has no pending changes, and that nobody applies it any more. The migration \
                 reads its state, values included, and never writes to it:",
            )
            .shell(&format!(
                "terraform -chdir=../flat plan -detailed-exitcode\n\
                 terraform -chdir=../flat show -json > ../flat.json\n\
                 temporal-composer migrate --state-list ../flat.json --spec composition.toml --env {name} --out ../migration"
            ))
            .paragraph(
                "`migrate` creates a folder that lists what happens to each address and contains the files for the next \
                 steps. If you can't run `show -json`, pass the output of `terraform state list` instead and fill in the values \
                 yourself. Both may be UTF-8, or UTF-16 as Windows PowerShell writes it. The command warns you about resources \
                 that every flat root has but this state lacks, and about tainted or deposed objects, and says what the first \
                 plan would do with them.",
            )
            .table(
                ["File", "What it is"],
                [
                    ("`MIGRATION.md`", "every step, address and number of this migration; this page is the short version"),
                    ("`composition.toml`", "this composition with the flat root's values: shards, network, zones, sizes and names"),
                    ("`terraform.tfvars`", "the values that result from it"),
                    ("`migrate.sh`, `moves.sh`", "`terraform state mv` on copies of both states"),
                    ("`imports.tf`", "import blocks for what can't be moved: routes, security group rules and a log group"),
                    ("`moved.tf`", "the alternative: `moved` blocks, for a state that is pushed as a whole"),
                    ("`leftovers/`", "a root that deletes what nothing needs afterwards"),
                    ("`rollback.sh`", "rolls the migration back"),
                ]
                .map(|(file, text)| (self.all.clone(), [file.to_owned(), text.to_owned()])),
            )
            .paragraph("### 2. Compose again with its values")
            .shell(&format!(
                "temporal-composer export --spec ../migration/composition.toml --out ../tree\n\
                 cd ../tree\n\
                 terraform -chdir=terraform/envs/{name} init{init}"
            ))
            .paragraph("### 3. Move the addresses")
            .paragraph(
                "The script runs `terraform state mv` on copies of both states, so that each resource gets its new address in a \
                 module of `terraform/modules`: `aws_vpc.main`, for example, becomes `module.vpc.aws_vpc.this`. It then pushes the result to the new root, but \
                 only if that root has no resources yet. It refuses a state with an address that `moves.sh` doesn't name, and a \
                 state in which a resource to move is tainted or has a deposed object. You can interrupt it and run it again. If \
                 you get \"Permission denied\" because unpacking lost the file modes, run `bash ../migration/migrate.sh …`. \
                 With `--way moved` it pushes the whole state instead, and the plan shows each move.",
            )
            .shell(&format!(
                "../migration/migrate.sh --flat ../flat --root terraform/envs/{name}"
            ))
            .paragraph("### 4. Plan and apply")
            .paragraph(
                "Either way the plan **destroys and replaces nothing**. If yours does, stop here and find out why. Applying it \
                 replaces the tasks of every service.",
            )
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} plan -out=migration.tfplan"
            ))
            .shell(&format!(
                "terraform -chdir=terraform/envs/{name} apply migration.tfplan\n\
                 scripts/scale-services.sh {name} status"
            ))
            .paragraph("### 5. Delete what is left over")
            .paragraph(
                "The task definitions, policies and security group rules of the old tasks still exist. Only the state of the \
                 flat root and that of `leftovers` have them. Delete them once the new tasks have run long enough that you no \
                 longer want to roll back:",
            )
            .shell(
                "terraform -chdir=../migration/leftovers init\n\
                 terraform -chdir=../migration/leftovers apply",
            );
    }

    fn checklist(&self, page: &mut Markdown) {
        let name = self.name;
        page.heading("Checklist").paragraph(&format!(
            "- [ ] The flat root's last plan said `No changes`; you have a copy of its state, with a checksum, in another place.\n\
             - [ ] `terraform state list` in the new root shows as many addresses as `MIGRATION.md` says.\n\
             - [ ] The plan imports and adds as many resources as `MIGRATION.md` says, and destroys 0.\n\
             - [ ] The plan changes VPC, subnets, NAT address, cluster, namespace, domain, tables, workspace and roles only in place.\n\
             - [ ] After the apply, a second plan says `No changes`.\n\
             - [ ] `scripts/scale-services.sh {name} status` shows that every service runs its desired number of tasks.\n\
             - [ ] A workflow that was started before the migration is listed and continues; a new one completes; Grafana shows both.\n\
             - [ ] Everything that read the flat root's outputs or called its scripts works with the new ones.\n\
             - [ ] `leftovers` is applied; Grafana's password is changed (the flat root's state contained it); the old states and \
             the flat root's folder are deleted.",
        ));
    }

    fn compatibility(&self, page: &mut Markdown) {
        page.heading("Compatibility while both exist").paragraph(
            "- **Names.** With `migration.keep_flat_names` an environment permanently keeps the names and descriptions that AWS \
             can't change; without it Terraform would replace those resources. Set `migration.name` if the flat root's name is \
             not `<project>-<environment>`.\n\
             - **Outputs.** With `migration.keep_flat_outputs` the root also has every output of the flat root under its old \
             name, except `adot_sidecar_log_group_name`, because its collector no longer exists. Remove the option when \
             nothing reads the old names any more.\n\
             - **Scripts.** The environment is now the first argument. `--wps` is now `--target`; `--from-terraform` is \
             accepted and has no effect; `--cluster` must name the environment's cluster. A call without an environment, with \
             `--count` or with `--apply` changes nothing: it prints the call to use instead and exits with code 2. *Calls of the \
             flat layout*, below, lists them all.\n\
             - **The flat root.** Keep its folder and its state beside this one until you have ticked the last box. Use them \
             only to roll back: an apply there undoes the migration.",
        );
        for (key, what, has) in [
            (
                "migration.keep_flat_names",
                "These environments keep their names:",
                (|environment: &Environment| environment.migration.keep_flat_names)
                    as fn(&Environment) -> bool,
            ),
            (
                "migration.keep_flat_outputs",
                "These environments keep their outputs:",
                |environment| environment.migration.keep_flat_outputs,
            ),
        ] {
            if let Some(presence) = Presence::of(self.blueprint, key, has) {
                let names: Vec<String> = presence
                    .environments
                    .iter()
                    .map(|environment| format!("`{}`", environment.name))
                    .collect();
                page.origin(&presence.from)
                    .paragraph(&format!("{what} {}.", names.join(", ")))
                    .origin(&self.all);
            }
        }
        if let Some(presence) = Presence::having(self.blueprint, &FLAT_NAMES) {
            page.origin(&presence.from)
                .paragraph(
                    "Security groups that the flat root created still have its inline rules, which are now in no state: all \
                     traffic from and to the network, HTTPS and DSQL to anywhere. Tasks need only [the rules listed under \
                     security](security.md). Once every task is new (old tasks depend on these rules), list the rules of a group with \
                     `aws ec2 describe-security-group-rules` and remove the old ones with `aws ec2 \
                     revoke-security-group-ingress` and `aws ec2 revoke-security-group-egress`.",
                )
                .origin(&self.all);
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
                    "{}; if it asks for larger tasks or more instances, set them in `terraform.tfvars`, apply, and run it again",
                    services("up --target WPS")
                ),
            ),
            (
                "scale-services.sh up --from-terraform --count COUNT",
                format!("set `count` of each service in `terraform.tfvars`, apply, then {}", services("up")),
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
                format!("{} shows the number of instances", services("status")),
            ),
            (
                "cluster-management.sh clean-membership",
                "no replacement: it only printed a statement to run in the database".to_owned(),
            ),
            (
                "setup-schema.sh --from-terraform",
                format!("`scripts/setup.sh {name} schema`"),
            ),
            (
                "setup-schema.sh --from-terraform --overwrite",
                "no replacement: the script updates the schema and never drops tables".to_owned(),
            ),
            ("setup-opensearch.sh", format!("`scripts/setup.sh {name} index`")),
            (
                "setup-grafana-secret.sh",
                "not needed: Terraform creates the secret, unless `grafana.admin_secret` names one".to_owned(),
            ),
            (
                "build-….sh, query-….sh",
                "not included: keep your copies; `migration.keep_flat_outputs` keeps the outputs that they read".to_owned(),
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
                "You can roll back before the first apply and after it, because the migration never writes to the flat root's \
                 state. The first command makes the new root forget the resources of the flat root, the second restores what the \
                 migration changed, and the third deletes what the new root created:",
            )
            .shell(&format!(
                "../migration/rollback.sh --root terraform/envs/{name}\n\
                 terraform -chdir=../flat apply\n\
                 terraform -chdir=terraform/envs/{name} destroy"
            ))
            .paragraph(
                "If you have not applied yet, the second command finds no changes and the third nothing to destroy. Terraform \
                 creates again what `leftovers` deleted, but the logs in it are lost.",
            );
    }
}
