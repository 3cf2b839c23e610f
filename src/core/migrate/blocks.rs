//! The files that Terraform and the scripts read.

use super::flat::SHARED;
use super::plan::{Import, ImportKind, Migration};
use crate::hcl::{self, Body, Expr};
use crate::path::FieldPath;
use crate::shell::word;
use crate::tree::{File, Lines};
use crate::versions::{required_aws_provider, required_terraform};

/// Lines of a file, made by the migration as a whole.
fn file(lines: impl IntoIterator<Item = String>) -> File {
    let mut file = Lines::default();
    for line in lines {
        file.line(&line, &FieldPath::root());
    }
    File::generated(file)
}

/// What stands in `imports.tf` in place of an id that isn't known.
const BLANK: &str = "FILL-IN";

/// `moves.sh`: what becomes of each address, for the scripts to read.
pub(super) fn moves(migration: &Migration) -> File {
    let mut lines = vec![
        "# shellcheck shell=bash".to_owned(),
        "# What happens to each address of the flat root, for migrate.sh and rollback.sh."
            .to_owned(),
        String::new(),
        "# move FROM TO: the resource gets another address.".to_owned(),
    ];
    // With quotes also where a shell needs none, so that the addresses stand below each other.
    let quoted = |text: &str| match word(text) {
        plain if plain == text => format!("'{text}'"),
        quoted => quoted,
    };
    lines.extend(
        migration
            .moves
            .iter()
            .map(|it| format!("move {} {}", quoted(&it.from), quoted(&it.to))),
    );
    lines.push(String::new());
    lines.push("# bring TARGET KIND ADDRESS: the resource is imported as TARGET.".to_owned());
    lines.extend(migration.imports.iter().map(|it| {
        format!(
            "bring {} {} {}",
            quoted(&it.to),
            it.kind.name(),
            quoted(it.of)
        )
    }));
    lines.push(String::new());
    lines.push(
        "# leave ADDRESS: the resource stays in AWS until nothing needs it; then `leftovers` deletes it."
            .to_owned(),
    );
    lines.extend(
        migration
            .leftovers
            .iter()
            .map(|it| format!("leave {}", quoted(&it.address))),
    );
    lines.push(String::new());
    lines.push("# share TARGET: the composed root sets a part of a resource of the flat root with it; a rollback forgets it.".to_owned());
    lines.extend(
        SHARED
            .iter()
            .map(|target| format!("share {}", quoted(target))),
    );
    if !migration.unknown.is_empty() {
        lines.push(String::new());
        lines.push("# keep ADDRESS: unknown; the resource stays in the flat root's state. To move it, add a `move` line above.".to_owned());
        lines.extend(
            migration
                .unknown
                .iter()
                .map(|address| format!("keep {}", quoted(address))),
        );
    }
    file(lines)
}

impl Import {
    /// The command that finds the id.
    pub(super) fn find(&self, region: &str) -> String {
        let (kind, name) = self.of.split_once('.').unwrap_or((self.of, ""));
        let attribute = |attribute: &str| {
            format!(
                "terraform state pull | jq -r '.resources[] | select(.type == \"{kind}\" and .name == \"{name}\").instances[0].attributes.{attribute}'"
            )
        };
        match self.kind {
            ImportKind::Route => format!("{}, then _0.0.0.0/0", attribute("id")),
            ImportKind::Rule => attribute("security_group_rule_id"),
            ImportKind::InsightsLog => format!(
                "/aws/ecs/containerinsights/NAME/performance, the cluster's NAME by {}",
                attribute("name")
            ),
            ImportKind::DsqlEgress => format!(
                "aws ec2 describe-security-group-rules --region {} --filters {} --output text --query \"SecurityGroupRules[?IsEgress && FromPort==\\`5432\\`].SecurityGroupRuleId\"",
                word(region),
                word(&format!(
                    "Name=group-id,Values={}",
                    self.group.as_deref().unwrap_or("sg-…")
                ))
            ),
        }
    }
}

/// `imports.tf`: what has no address to be moved from.
pub(super) fn imports(migration: &Migration) -> File {
    let region = &migration.settled().region;
    let mut body = Body::new();
    body.comment(
        "Resources that the flat root has as a part of another resource or with another type, so that Terraform can't move\n\
         them. AWS refuses a second one of each. migrate.sh copies this file to the composed root and looks up the missing\n\
         IDs. Delete it there after the first apply.",
    );
    for import in &migration.imports {
        body.blank();
        if import.id.is_none() {
            body.comment(&format!("To find the ID: {}", import.find(region)));
        }
        body.block("import", &[], |block| {
            block
                .code("to", import.to.clone())
                .text("id", import.id.as_deref().unwrap_or(BLANK));
        });
    }
    hcl::file(&body)
}

/// `moved.tf`: the second way, for a state that was copied as a whole.
pub(super) fn moved(migration: &Migration) -> File {
    let mut body = Body::new();
    body.comment(
        "The alternative: `migrate.sh --way moved` pushes the whole state to the composed root and copies this file there,\n\
         for the first plan. Delete it there after the first apply.",
    );
    for it in &migration.moves {
        body.blank().block("moved", &[], |block| {
            block
                .code("from", it.from.clone())
                .code("to", it.to.clone());
        });
    }
    let of_flat = migration
        .imports
        .iter()
        .filter(|it| it.kind == ImportKind::Rule)
        .map(|it| it.of.to_owned());
    let left = migration.leftovers.iter().map(|it| it.address.clone());
    // An address in a `removed` block has no index: it is about all of them.
    let mut forgotten: Vec<String> = of_flat
        .chain(left)
        .chain(migration.unknown.iter().cloned())
        .map(|address| removed_address(&address))
        .collect();
    forgotten.dedup();
    if !forgotten.is_empty() {
        body.blank().comment(
            "Terraform forgets these and destroys none of them: what is imported with another type, what old tasks still\n\
             need, and unknown addresses.",
        );
    }
    for address in forgotten {
        body.blank().block("removed", &[], |block| {
            block
                .code("from", address)
                .blank()
                .block("lifecycle", &[], |lifecycle| {
                    lifecycle.code("destroy", "false");
                });
        });
    }
    hcl::file(&body)
}

/// The address for a `removed` block: without an index, and of a resource in a module only the module.
fn removed_address(address: &str) -> String {
    if let Some(inside) = address.strip_prefix("module.") {
        let name = inside.split(['.', '[']).next().unwrap_or(inside);
        return format!("module.{name}");
    }
    match address.split_once('[') {
        Some((name, _)) => name.to_owned(),
        None => address.to_owned(),
    }
}

/// `leftovers/main.tf`: a root without resources, whose first apply deletes what its state has.
pub(super) fn leftovers(migration: &Migration) -> File {
    let environment = migration.settled();
    let mut body = Body::new();
    body.comment(
        "Deletes what the flat root created and nothing needs any more. migrate.sh writes a state with only that beside this\n\
         file. No configuration declares it, so an apply destroys it. Apply it only when the new tasks run.",
    )
    .blank()
    .block("terraform", &[], |block| {
        block
            .text("required_version", &required_terraform())
            .blank()
            .block("required_providers", &[], |providers| {
                let from = FieldPath::root();
                providers.attribute(
                    "aws",
                    Expr::Object(vec![
                        (from.clone(), "source".to_owned(), Expr::text("hashicorp/aws")),
                        (from, "version".to_owned(), Expr::text(&required_aws_provider())),
                    ]),
                );
            });
    })
    .blank()
    .block("provider", &["aws"], |provider| {
        provider.text("region", &environment.region);
        if let Some(account_id) = &environment.account_id {
            provider.attribute(
                "allowed_account_ids",
                Expr::List(vec![Expr::text(account_id)]),
            );
        }
    });
    hcl::file(&body)
}

/// `terraform.tfvars` as the composition has it, and above it what is still to be looked up.
pub(super) fn values(migration: &Migration, composed: &File) -> File {
    let mut lines = Vec::new();
    if !migration.blanks.is_empty() {
        lines.push(
            if migration.has_values {
                "# The flat root has no value for these either. Set them in composition.toml, from which this file is composed:"
            } else {
                "# Look these up in the flat root and set them in composition.toml, from which this file is composed:"
            }
            .to_owned(),
        );
        lines.extend(migration.blanks.iter().map(|blank| {
            let value = blank
                .value
                .as_ref()
                .map_or_else(|| "…".to_owned(), ToString::to_string);
            format!("#   {} = {value}  # {}", blank.at, blank.find)
        }));
        lines.push("#".to_owned());
    }
    lines.extend(composed.text.lines().map(str::to_owned));
    file(lines)
}
