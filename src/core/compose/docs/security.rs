//! `docs/security.md`: groups and their rules, roles and their actions, secrets, what is exposed.
//!
//! The rules and actions are the modules'; a test holds these tables to what Terraform applies.

use super::presence::Presence;
use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::compose::rows::{ANYWHERE, Right, RoleKind, Way};
use crate::compose::{bootstrap, modules, protection};
use crate::environment::{Backend, Environment};
use crate::feature::{FLAT_NAMES, Feature};
use crate::parts::subject::Subject;
use crate::parts::{TEXTS, is_switched_on, texts_about};
use crate::path::FieldPath;
use crate::sorted::SortedMap;
use crate::tree::File;

pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::of(&["environments"]));
    page.text("# Security").paragraph(
        "Which tasks can reach which ports, what each role is allowed to do, where the secrets are, and what is reachable from \
         outside. The tables leave out the prefix that all names share, `<project>-<environment>`.",
    );
    network(blueprint, &mut page);
    roles(blueprint, &mut page);
    secrets(blueprint, &mut page);
    exposed(blueprint, &mut page);
    deletion_protection(blueprint, &mut page);
    findings(blueprint, &mut page);
    page.file()
}

/// The groups of all tasks whose logs are stored where something stores them, each with what has it.
fn log_senders() -> Vec<(&'static str, Feature)> {
    let mut senders = Vec::new();
    for subject in Subject::WAYS {
        for texts in texts_about(subject) {
            for group in texts.documents.log_senders {
                senders.push((*group, texts.part.feature));
            }
        }
    }
    senders
}

fn network(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Allowed traffic").paragraph(
        "Between the groups of an environment, security groups allow this traffic and nothing else. The VPC's default group has no rules, no rule allows the network \
         as a whole, and the hosts' groups have no inbound rules.",
    );
    let mut rows = Vec::new();
    let mut add = |way: &Way, presence: Option<Presence<'_>>| {
        let Some(presence) = presence else { return };
        let to = match way.to {
            ANYWHERE => ANYWHERE.to_owned(),
            group => format!("`{group}`"),
        };
        let cells = [
            format!("`{}`", way.from),
            to,
            way.ports.to_owned(),
            way.why.to_owned(),
            presence.names(),
        ];
        rows.push((presence.from, cells));
    };
    let senders = log_senders();
    for subject in Subject::WAYS {
        for texts in texts_about(subject) {
            let store = texts.part.feature;
            if let Some((group, port)) = texts.documents.log_port {
                for (sender, sends) in &senders {
                    let way = Way::new(sender, group, port, "logs", store);
                    let both = |environment: &Environment| {
                        store.is_on(environment) && sends.is_on(environment)
                    };
                    add(&way, Presence::of(blueprint, store.key, both));
                }
            }
            for way in texts.documents.ways {
                add(way, Presence::having(blueprint, &way.feature));
            }
        }
    }
    for subject in Subject::WAYS_OUT {
        for way in texts_about(subject).flat_map(|texts| texts.documents.ways_out) {
            add(way, Presence::having(blueprint, &way.feature));
        }
    }
    page.table(["From", "To", "Ports", "Purpose", "Environments"], rows);
    if let Some(kept) = Presence::having(blueprint, &FLAT_NAMES) {
        let before = FieldPath::of(&["environments"]);
        page.origin(&kept.from)
            .paragraph(&format!(
                "In {}, the groups that the flat root created still have its rules too, such as all traffic from the network. \
                 [The migration guide](migration.md) shows how to remove them.",
                kept.names()
            ))
            .origin(&before);
    }
}

fn roles(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Roles").paragraph(
        "Every action that a role allows, and on which resource. Tasks can't assume the role of their host, because they \
         can't reach the instance metadata service.",
    );
    let mut rights: Vec<&Right> = Vec::new();
    for subject in Subject::RIGHTS {
        rights.extend(texts_about(subject).flat_map(|texts| texts.documents.rights));
    }
    let of_kind = |kind| rights.iter().filter(move |right| right.kind == kind);
    let rows: Vec<_> = RoleKind::ALL
        .into_iter()
        .flat_map(of_kind)
        .filter_map(|right| {
            let presence = Presence::having(blueprint, &right.feature)?;
            let actions: Vec<String> = right
                .actions
                .iter()
                .map(|action| format!("`{action}`"))
                .collect();
            let cells = [
                format!("`{}`", right.role),
                right.who.to_owned(),
                actions.join(", "),
                right.on.to_owned(),
                presence.names(),
            ];
            Some((presence.from, cells))
        })
        .collect();
    page.table(
        ["Role", "Used by", "Actions", "Resource", "Environments"],
        rows,
    );
    if let Some(kept) = Presence::having(blueprint, &FLAT_NAMES) {
        let before = FieldPath::of(&["environments"]);
        let mut roles = Vec::new();
        for texts in Subject::RIGHTS.into_iter().flat_map(texts_about) {
            if kept
                .environments
                .iter()
                .any(|it| texts.part.feature.is_on(it))
            {
                roles.extend(texts.documents.flat_roles);
            }
        }
        let roles: Vec<String> = roles
            .iter()
            .map(|(flat, own)| format!("`{flat}` for `{own}`"))
            .collect();
        page.origin(&kept.from)
            .paragraph(&format!(
                "In {}, some roles keep the names of the flat root: {}.",
                kept.names(),
                roles.join(", ")
            ))
            .origin(&before);
    }
    if let Some(first) = blueprint.environments.first() {
        page.paragraph("To list the policies that are applied:").shell(&format!(
            "terraform -chdir=terraform/envs/{} show -json |\n\
             \x20 jq -r '.. | objects | select(.type? == \"aws_iam_role_policy\") | .values |\n\
             \x20   \"\\(.role): \\(.policy | fromjson | .Statement[] | \"\\(.Action) on \\(.Resource)\")\"'",
            first.name
        ));
    }
}

fn secrets(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Secrets");
    for texts in TEXTS.iter() {
        if let Some(secret) = &texts.documents.secret {
            page.paragraph(secret.about);
            page.table(
                ["Environment", "Secret", "Created by"],
                blueprint.environments.iter().map(|environment| {
                    let full_name = environment.full_name(&blueprint.project);
                    let (name, maker) = (secret.name_and_maker)(environment, &full_name);
                    (
                        environment.address().join(secret.key),
                        [
                            environment.name.clone(),
                            format!("`{name}`"),
                            maker.to_owned(),
                        ],
                    )
                }),
            );
            if let Some(presence) = Presence::having(blueprint, &secret.own) {
                page.origin(&presence.from);
                (secret.renewal)(&presence.environments[0].name, page);
                page.origin(&FieldPath::of(&["environments"]));
            }
        }
    }
    let buckets = blueprint
        .environments
        .iter()
        .any(|environment| matches!(environment.backend, Backend::S3 { .. }));
    page.paragraph(if buckets {
        "The Terraform state contains no secret, but it has every name and address of its environment. Give access to the \
         state bucket only to people who may apply."
    } else {
        "The Terraform state contains no secret, but it has every name and address of its environment. Give access to it only \
         to people who may apply."
    });
}

fn exposed(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Access from outside").paragraph(
        "Nothing is reachable from the internet: no load balancer, host or task has a public address. Outbound \
         traffic leaves through the NAT gateway addresses (output `nat_public_ips`).",
    );
    let mut open = vec!["Temporal's API"];
    for texts in TEXTS.iter() {
        let is_there = Presence::having(blueprint, &texts.part.feature).is_some();
        open.extend(texts.documents.without_login.filter(|_| is_there));
    }
    let (has, to) = match open.len() {
        1 => ("has", "it"),
        _ => ("have", "one of them"),
    };
    let open = open.join(" and ");
    page.paragraph(&format!(
        "- **Access paths**: Session Manager and ECS Exec are the only ways in for people. They need `ssm:StartSession` or \
         `ecs:ExecuteCommand`. A session in a task has the task's role. ECS Exec records sessions in the log group named by \
         the output `ecs_exec_log_group_name`.\n\
         - **No login**: {open} {has} no login. Everyone who can forward a port to {to} has full access.\n\
         - **Encryption in transit**: the Temporal services use gRPC without TLS inside the VPC. Connections to DSQL, \
         OpenSearch and AWS services use TLS.\n\
         - **Encryption at rest**: DSQL, OpenSearch, DynamoDB, the buckets and the hosts' disks are encrypted with keys that \
         AWS manages. `opensearch.kms_key_arn` sets a key of yours for OpenSearch."
    ));
    for texts in TEXTS.iter() {
        let presence = Presence::having(blueprint, &texts.part.feature);
        if let (Some(presence), Some(exposed)) = (presence, texts.documents.exposed) {
            page.origin(&presence.from)
                .text(&exposed(&presence.names()));
        }
    }
}

/// What a mistake can't delete, where deletion protection is on.
fn deletion_protection(blueprint: &Blueprint, page: &mut Markdown) {
    let is_protected = |environment: &Environment| environment.deletion_protection;
    page.heading("Deletion protection");
    let Some(presence) = Presence::of(blueprint, "deletion_protection", is_protected) else {
        page.paragraph(
            "Deletion protection is off in every environment: `terraform destroy` deletes all data.",
        );
        return;
    };
    let before = FieldPath::of(&["environments"]);
    page.origin(&presence.from)
        .paragraph(&format!(
            "Deletion protection is on in: {}. Terraform refuses a plan that destroys or replaces what has a guard in `{}`, \
             before it changes anything. AWS refuses a request to delete, no matter who makes it, but only during an apply, \
             when other resources may be gone. [Operations](operations.md) shows how to delete an \
             environment on purpose.",
            presence.names(),
            protection::FILE
        ))
        .origin(&before);
    let mut rows = Vec::new();
    for texts in Subject::CALLS.into_iter().flat_map(texts_about) {
        for kept in texts.root.protected {
            let is_kept = |it: &Environment| it.deletion_protection && kept.feature.is_on(it);
            let Some(presence) = Presence::of(blueprint, "deletion_protection", is_kept) else {
                continue;
            };
            let guard = match &kept.guard {
                Some(guard) => format!("`terraform_data.{}`", guard.name),
                None => "none".to_owned(),
            };
            let cells = [
                kept.what.to_owned(),
                guard,
                kept.in_aws.to_owned(),
                presence.names(),
            ];
            rows.push((presence.from, cells));
        }
    }
    page.table(["What", "Guard", "In AWS", "Environments"], rows);
}

/// What checkov finds in the templates and is meant so: the template, the resource, the variable that decides whether there
/// is the resource, the check, and the reason. The build script reads them off the comments at the resources.
static EXCEPTIONS: &[(&str, &str, Option<&str>, &str, &str)] =
    include!(concat!(env!("OUT_DIR"), "/exceptions.rs"));

/// What checkov finds and is meant so. The reasons stand at the resources, and are read from there.
fn findings(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Findings of scanners").paragraph(
        "[checkov](https://www.checkov.io) finds nothing in these files but this, which is meant so. The resource has the \
         reason in a comment:",
    );
    let modules = modules::used(blueprint);
    let origin = |template: &str| match template.strip_prefix("bootstrap/") {
        Some(path) => Some(("bootstrap", bootstrap::origin(path, blueprint)?)),
        None => {
            let (module, _) = template.strip_prefix("modules/")?.split_once('/')?;
            let mut used = modules.iter();
            let (module, from) = used.find(|(used, _)| used.name == module)?;
            Some((module.name, from.clone()))
        }
    };
    let mut reasons: SortedMap<(&str, &str), (FieldPath, Vec<String>)> = SortedMap::new();
    for &(template, resource, switch, id, reason) in EXCEPTIONS {
        if let Some((folder, from)) = origin(template)
            && is_made(switch, blueprint)
        {
            let row = reasons.get_or_insert((id, reason), (from, Vec::new()));
            row.1.push(format!("`{folder}`: `{resource}`"));
        }
    }
    let mut rows = Vec::new();
    for ((id, reason), (from, resources)) in reasons {
        let cells = [id.to_owned(), resources.join(", "), reason.to_owned()];
        rows.push((from, cells));
    }
    page.table(["Finding", "Where", "Reason"], rows);
}

/// Whether some environment has a resource with this switch; what has none is everywhere.
fn is_made(switch: Option<&str>, blueprint: &Blueprint) -> bool {
    let Some(switch) = switch else { return true };
    let mut all = blueprint.environments.iter();
    all.any(|environment| is_switched_on(switch, environment) != Some(false))
}
