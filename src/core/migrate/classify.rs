//! What becomes of each address of the state: it moves, is imported, stays behind or is not known.

use std::collections::BTreeMap;

use super::address::{is_data_source, kind_of};
use super::flat::{self, Disposition, EMBEDDED, EmbeddedKind, EmbeddedResource, FLAT};
use super::plan::{Import, ImportKind, Leftover, Migration, Move};
use super::state::State;
use crate::environment::Environment;
use crate::inventory;
use crate::path::FieldPath;

impl Migration {
    /// Adds what becomes of each resource of `state`, in the order of the flat root's files.
    pub(super) fn classify(&mut self, state: &State, environment: &Environment) {
        let rank = |address: &str| {
            flat::find(address)
                .and_then(|(found, _)| FLAT.iter().position(|row| row.from == found.from))
        };
        let mut addresses: Vec<&str> = state
            .resources
            .iter()
            .map(|resource| resource.address.as_str())
            .collect();
        addresses.sort_by_key(|address| (rank(address), *address));
        for address in addresses {
            self.classify_address(address, state, environment);
        }
        for embedded in EMBEDDED {
            // With Container Insights off there is no log group to import.
            let is_there = embedded.kind != EmbeddedKind::InsightsLog
                || state.text(embedded.of, "setting/0/value") != Some("disabled");
            if state.has(embedded.of) && is_there {
                self.imports
                    .push(import_embedded(embedded, state, environment));
            }
        }
    }

    fn classify_address(&mut self, address: &str, state: &State, environment: &Environment) {
        let Some((row, position)) = flat::find(address) else {
            if is_data_source(address) == Some(true) {
                self.data.push(address.to_owned());
            } else {
                self.unknown.push(address.to_owned());
            }
            return;
        };
        if !row.needs.is_on(environment) {
            let option = row.needs.key;
            self.leftovers.push(Leftover {
                address: address.to_owned(),
                why: format!("the composition has `{option} = false`"),
                kept_with: Some(FieldPath::in_environment(&environment.name, option)),
            });
            return;
        }
        match row.disposition {
            Disposition::Moved { to, changes } => self.moves.push(Move {
                from: address.to_owned(),
                to: target(to, position, environment),
                changes: match (row.from, position) {
                    // The first zone keeps the table that all zones had.
                    ("aws_route_table_association.private[#]", Some(0)) => "",
                    _ => changes,
                },
            }),
            Disposition::Imported { to } => self.imports.push(Import {
                to: target(to, position, environment),
                id: state
                    .text(address, "security_group_rule_id")
                    .and_then(|id| id_of("sgr", id)),
                of: row.from,
                kind: ImportKind::Rule,
                group: state
                    .text(address, "security_group_id")
                    .and_then(|id| id_of("sg", id)),
            }),
            Disposition::Leftover { why } => self.leftovers.push(Leftover {
                address: address.to_owned(),
                why: why.to_owned(),
                kept_with: None,
            }),
            Disposition::Data => self.data.push(address.to_owned()),
        }
    }
}

/// How a part of a resource of the flat root is imported, which is a resource of its own in the composed root.
fn import_embedded(
    embedded: &EmbeddedResource,
    state: &State,
    environment: &Environment,
) -> Import {
    let id = || state.text(embedded.of, "id");
    let (kind, import_id, group) = match embedded.kind {
        EmbeddedKind::DefaultRoute => {
            let table = id().and_then(|id| id_of("rtb", id));
            let route = table.map(|table| format!("{table}_0.0.0.0/0"));
            (ImportKind::Route, route, None)
        }
        EmbeddedKind::DsqlEgress => {
            let group = id().and_then(|id| id_of("sg", id));
            (ImportKind::DsqlEgress, None, group)
        }
        EmbeddedKind::InsightsLog => {
            let name = state.text(embedded.of, "name");
            let name = name.filter(|name| is_cluster_name(name));
            let group = name.map(|name| format!("/aws/ecs/containerinsights/{name}/performance"));
            (ImportKind::InsightsLog, group, None)
        }
    };
    Import {
        to: target(embedded.to, None, environment),
        id: import_id,
        of: embedded.of,
        kind,
        group,
    }
}

/// `to` with the zone at `position`, or the first one, in place of `{zone}`.
pub(super) fn target(to: &str, position: Option<usize>, environment: &Environment) -> String {
    let zone = |index: usize| {
        environment
            .network
            .zones
            .get(index)
            .map_or("", String::as_str)
    };
    to.replace("{zone}", zone(position.unwrap_or(0)))
        .replace("{first}", zone(0))
}

/// How many resources of which type the composed root has that don't come from the flat one.
pub(super) fn created(
    environment: &Environment,
    migration: &Migration,
) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<_, _> = inventory::resources(environment).into_iter().collect();
    let targets = migration.moves.iter().map(|it| it.to.as_str());
    for to in targets.chain(migration.imports.iter().map(|it| it.to.as_str())) {
        if let Some(count) = counts.get_mut(kind_of(to)) {
            *count = count.saturating_sub(1);
        }
    }
    counts.retain(|_, count| *count > 0);
    counts
}

/// Whether ECS accepts `text` as the name of a cluster: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>.
fn is_cluster_name(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// `id` if it has the form of EC2's ids: `prefix-`, then letters and digits. Anything else in a state could be harmful in
/// a command that somebody copies.
fn id_of(prefix: &str, id: &str) -> Option<String> {
    let rest = id.strip_prefix(prefix)?.strip_prefix('-')?;
    let is_id =
        !rest.is_empty() && rest.len() <= 32 && rest.chars().all(|c| c.is_ascii_alphanumeric());
    is_id.then(|| id.to_owned())
}
