//! From the flat root to a composed one: what of its state gets which address, what is imported, what stays behind, and
//! which values keep the first plan from changing more than it must.
//!
//! Pure like the rest of the core: a state's text comes in, files go out. The scripts that do it are templates, tested
//! as they are; what they read is made here.

mod blocks;
pub mod flat;
mod page;
pub mod state;
mod values;

use std::collections::BTreeMap;

use serde::Serialize;

use self::flat::{FLAT, Fate, PARTS, PartKind};
use self::state::{Irregular, Irregularity, NotAState, State, is_data_source};
use self::values::{BLANKS, Found};
use crate::blueprint::Blueprint;
use crate::check::check;
use crate::compose::compose;
use crate::compose::markdown::code;
use crate::environment::Environment;
use crate::inventory;
use crate::options::{self, Scope};
use crate::path::FieldPath;
use crate::problem::Problems;
use crate::problem_code::Severity;
use crate::rules::has_word;
use crate::shell::word;
use crate::spec::Spec;
use crate::templates;
use crate::tree::{File, Tree};
use crate::value::{Value, excerpt};

/// How one environment is migrated.
#[derive(Clone, Debug, Serialize)]
pub struct Migration {
    /// The environment.
    pub environment: String,
    /// Its spec with the flat root's values.
    #[serde(skip)]
    pub blueprint: Blueprint,
    /// Whether the state's values were known.
    pub has_values: bool,
    /// What gets another address, in the order of the flat root's files.
    pub moves: Vec<Move>,
    /// What is imported.
    pub imports: Vec<Import>,
    /// What stays in AWS until nothing needs it.
    pub leftovers: Vec<Leftover>,
    /// Addresses that aren't the flat root's: theirs is for the user to decide.
    pub unknown: Vec<String>,
    /// Data sources, with which nothing is to be done.
    pub data: Vec<String>,
    /// What every flat root has and this state lacks.
    pub missing: Vec<Missing>,
    /// What of the state isn't as a state at rest has it.
    pub irregular: Vec<Irregular>,
    /// How many resources of which type the first apply makes.
    pub created: BTreeMap<&'static str, usize>,
    /// The flat root's values that were taken over where the spec had another.
    pub taken: Vec<Taken>,
    /// Those that can't be, and why.
    pub refused: Vec<Refused>,
    /// Values to look up, since only addresses were given.
    pub blanks: Vec<Blank>,
}

/// An address that becomes another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// In the flat root.
    pub from: String,
    /// In the composed root.
    pub to: String,
    /// What the first plan changes of it beside tags; empty if nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub changes: &'static str,
}

/// A resource that is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Its address in the composed root.
    pub to: String,
    /// The id by which it is imported, where it is known.
    pub id: Option<String>,
    /// What it is in the flat root: itself, or what it is a part of.
    pub of: &'static str,
    /// Why it can't be moved, and where the id is.
    pub kind: ImportKind,
    /// The security group whose rule it is, where that is known.
    #[serde(skip)]
    group: Option<String>,
}

/// Why something is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    /// A rule that is a resource of another type there.
    Rule,
    /// A route that stands inside its table.
    Route,
    /// A rule that stands inside its group.
    DsqlEgress,
    /// The log group that Container Insights has made of the cluster.
    InsightsLog,
}

/// A resource that stays behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leftover {
    /// In the flat root.
    pub address: String,
    /// Why, and how long it is needed.
    pub why: String,
    /// The option with which it would be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_with: Option<FieldPath>,
}

/// An address that every flat root has, and that isn't in the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// In the flat root.
    pub address: String,
    /// What the composed root makes in its place, a second one if it is there after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// The address in the state that is it, as it seems: with another index, as after a `count` was added, or already
    /// where it would move to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
}

/// What keeps the first apply from doing no more than was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is the case and what comes of it, without a full stop.
    pub text: String,
    /// What it is about, a line each, with code in back-ticks.
    pub lines: Vec<String>,
}

/// A value that was taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// Its value in the flat root.
    pub value: Value,
    /// What it would have been.
    pub instead_of: Option<Value>,
    /// Where it was read.
    pub source: String,
}

/// A value that can't be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// Its value in the flat root.
    pub value: Value,
    /// What is wrong with it here.
    pub why: String,
}

/// A value to look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blank {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// What it is in the composition as it stands.
    pub value: Option<Value>,
    /// Where the flat root has it.
    pub find: &'static str,
}

/// Why there is no migration.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoMigration {
    /// The state is none of the flat root.
    #[error(transparent)]
    NotAState(#[from] NotAState),
    /// The spec has errors.
    #[error("the spec has errors")]
    Spec(Problems),
    /// The spec has no such environment.
    #[error("the composition has no environment `{0}`: it has {1}")]
    NoEnvironment(String, String),
    /// There are subnets in more zones than the environment has.
    #[error("the flat root has {found} private subnets, `{environment}` has {expected} zones")]
    TooFewZones {
        /// The environment.
        environment: String,
        /// How many subnets.
        found: usize,
        /// How many zones.
        expected: usize,
    },
    /// The names can't stay.
    #[error("the names of the flat root begin with `{}` and can't stay: {why}", excerpt(.name))]
    Name {
        /// The flat root's name.
        name: String,
        /// What is wrong.
        why: String,
    },
}

impl NoMigration {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAState(error) => Some(error.hint().to_owned()),
            Self::Spec(_) => None,
            Self::NoEnvironment(..) => {
                Some("name one of them with --env, or add one to the spec".to_owned())
            }
            Self::TooFewZones { environment, .. } => Some(format!(
                "state its zones in the flat root's order: `environments.{environment}.network.availability_zones`"
            )),
            Self::Name { .. } => Some(
                "every resource would be replaced: let `migration.keep_flat_names` be true, and choose project and \
                 environment so that no other has this name"
                    .to_owned(),
            ),
        }
    }
}

/// Plans the migration of `environment` of `spec` from the flat root with this state.
///
/// # Errors
/// If the state isn't a flat root's, or the environment can't take it over.
pub fn migrate(spec: &Spec, environment: &str, state: &State) -> Result<Migration, NoMigration> {
    recognize(state)?;
    let checked = check(spec);
    let Some(blueprint) = checked.blueprint else {
        return Err(NoMigration::Spec(checked.problems));
    };
    if !blueprint
        .environments
        .iter()
        .any(|other| other.name == environment)
    {
        let names: Vec<String> = blueprint
            .environments
            .iter()
            .map(|environment| format!("`{}`", environment.name))
            .collect();
        return Err(NoMigration::NoEnvironment(
            environment.to_owned(),
            names.join(", "),
        ));
    }
    let mut taking = Taking {
        spec: spec.clone(),
        blueprint,
        environment,
        taken: Vec::new(),
        refused: Vec::new(),
        later: Vec::new(),
    };
    taking.names(state)?;
    taking.values(state);
    let Taking {
        blueprint,
        taken,
        refused,
        ..
    } = taking;
    let settled = in_it(&blueprint, environment);
    check_zones(state, settled)?;
    let mut migration = Migration {
        environment: environment.to_owned(),
        has_values: state.has_values,
        moves: Vec::new(),
        imports: Vec::new(),
        leftovers: Vec::new(),
        unknown: Vec::new(),
        data: Vec::new(),
        missing: missing(state, settled),
        irregular: state.irregular.clone(),
        created: BTreeMap::new(),
        taken,
        refused,
        blanks: blanks(&blueprint, environment, state),
        blueprint: blueprint.clone(),
    };
    migration.sort(state, settled);
    migration.created = created(settled, &migration);
    Ok(migration)
}

/// The environment named `name`, which is there.
fn in_it<'a>(blueprint: &'a Blueprint, name: &str) -> &'a Environment {
    blueprint
        .environments
        .iter()
        .find(|environment| environment.name == name)
        .unwrap_or_else(|| unreachable!("its being there was checked"))
}

/// Whether ECS takes `text` as the name of a cluster: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>.
fn is_cluster_name(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// `id` if it is one as EC2 gives them: `prefix-` and letters and digits. Whatever else stands in a state is no id, and
/// could be anything in a command that somebody copies.
fn id_of(prefix: &str, id: &str) -> Option<String> {
    let rest = id.strip_prefix(prefix)?.strip_prefix('-')?;
    let is_id =
        !rest.is_empty() && rest.len() <= 32 && rest.chars().all(|c| c.is_ascii_alphanumeric());
    is_id.then(|| id.to_owned())
}

/// Whether the state is a flat root's.
fn recognize(state: &State) -> Result<(), NotAState> {
    let addresses = || state.resources.iter().map(|resource| &resource.address);
    let is_known = addresses()
        .filter_map(|address| flat::find(address))
        .any(|(row, _)| row.fate != Fate::Data);
    let in_modules = addresses()
        .filter(|address| address.starts_with("module."))
        .count();
    match (is_known, in_modules) {
        (true, _) => Ok(()),
        (false, 0) => Err(NotAState::Foreign(state.resources.len())),
        (false, _) => Err(NotAState::Modular(in_modules)),
    }
}

fn check_zones(state: &State, environment: &Environment) -> Result<(), NoMigration> {
    let found = state
        .resources
        .iter()
        .filter_map(|resource| flat::find(&resource.address))
        .filter_map(|(_, position)| Some(position? + 1))
        .max()
        .unwrap_or(0);
    if found > environment.zones.len() {
        return Err(NoMigration::TooFewZones {
            environment: environment.name.clone(),
            found,
            expected: environment.zones.len(),
        });
    }
    Ok(())
}

/// What every flat root has and `state` lacks. What `environment` has no use for is in it, too: a feature may be off only
/// because the list was cut.
fn missing(state: &State, environment: &Environment) -> Vec<Missing> {
    // The subnets say how many zones there are, and so does what hangs on them: two at least.
    let zones = state
        .resources
        .iter()
        .filter_map(|resource| Some(flat::find(&resource.address)?.1? + 1))
        .fold(2, usize::max);
    let mut missing = Vec::new();
    for row in FLAT {
        let to = match row.fate {
            Fate::Moved { to, .. } | Fate::Imported { to } => {
                row.needs.is_met(environment).then_some(to)
            }
            Fate::Leftover { .. } => None,
            Fate::Data => continue,
        };
        let positions = if row.from.ends_with("[#]") { zones } else { 1 };
        for position in 0..positions {
            let address = row.from.replace('#', &position.to_string());
            if state.has(&address) {
                continue;
            }
            let made = to.map(|to| target(to, Some(position), environment));
            let name = without_index(&address);
            let is_it = |other: &str| {
                made.as_deref() == Some(other)
                    || (without_index(other) == name && flat::find(other).is_none())
            };
            let elsewhere = state
                .resources
                .iter()
                .find(|resource| is_it(&resource.address))
                .map(|resource| resource.address.clone());
            missing.push(Missing {
                address,
                made,
                elsewhere,
            });
        }
    }
    missing
}

/// Takes the flat root's values over, each only if the composition stays one.
struct Taking<'a> {
    spec: Spec,
    blueprint: Blueprint,
    environment: &'a str,
    taken: Vec<Taken>,
    refused: Vec<Refused>,
    /// What was refused and may be taken when others are.
    later: Vec<Found>,
}

impl Taking<'_> {
    fn names(&mut self, state: &State) -> Result<(), NoMigration> {
        for key in ["migration.keep_flat_names", "migration.keep_flat_outputs"] {
            self.unless_stated(Found {
                key: key.to_owned(),
                value: Value::Bool(true),
                source: "the flat root".to_owned(),
            });
        }
        let Some(name) = values::name(state) else {
            return Ok(());
        };
        let is_kept = |blueprint: &Blueprint| {
            in_it(blueprint, self.environment).full_name(&blueprint.project) == name
        };
        if !is_kept(&self.blueprint) {
            self.take(Found {
                key: "migration.name".to_owned(),
                value: Value::from(name),
                source: "aws_service_discovery_http_namespace.main: name".to_owned(),
            });
        }
        let settled = in_it(&self.blueprint, self.environment);
        if settled.full_name(&self.blueprint.project) == name {
            return Ok(());
        }
        let why = self.refused.pop().map_or_else(
            || "`migration.keep_flat_names` is false".to_owned(),
            |it| it.why,
        );
        Err(NoMigration::Name {
            name: name.to_owned(),
            why,
        })
    }

    fn values(&mut self, state: &State) {
        for switch in values::switches(state) {
            self.unless_stated(switch);
        }
        for found in values::values(state) {
            let is_secret = found.key == "grafana.admin_secret";
            if is_secret
                && let Some(name) = found.value.as_text()
                && !has_word(name, self.environment)
            {
                self.unless_stated(Found {
                    key: "grafana.shared_admin_secret".to_owned(),
                    value: Value::Bool(true),
                    source: found.source.clone(),
                });
            }
            self.take(found);
        }
        // What fits only beside another value, which came after it.
        loop {
            let refused = self.refused.len();
            self.refused.clear();
            for found in std::mem::take(&mut self.later) {
                self.take(found);
            }
            if self.refused.len() == refused {
                break;
            }
        }
    }

    /// What the spec says of a switch is what is wanted.
    fn unless_stated(&mut self, found: Found) {
        let at = options::of_environment(&found.key).path(self.environment);
        if self.spec.get(&at).is_none() {
            self.take(found);
        }
    }

    fn take(&mut self, found: Found) {
        let row = options::of_environment(&found.key);
        let at = row.path(self.environment);
        let before = self.spec.effective(row, self.environment).value;
        let has_no_effect = self.spec.unmet_need(row, self.environment).is_some();
        if before.as_ref() == Some(&found.value) || has_no_effect {
            return;
        }
        let mut spec = self.spec.clone();
        // The address is an option's.
        let _ = spec.set(at.clone(), found.value.clone());
        let checked = check(&spec);
        match checked.blueprint {
            Some(blueprint) => {
                self.blueprint = blueprint;
                self.spec = spec;
                self.taken.push(Taken {
                    at,
                    value: found.value,
                    instead_of: before,
                    source: found.source,
                });
            }
            None => {
                let first = checked.problems.of(Severity::Error).next();
                self.later.push(found.clone());
                self.refused.push(Refused {
                    at,
                    value: found.value,
                    why: first.map_or_else(String::new, |problem| problem.message.clone()),
                });
            }
        }
    }
}

/// What is to be looked up where only addresses are known; else what the flat root has no value for either, so that
/// Terraform will ask.
fn blanks(blueprint: &Blueprint, environment: &str, state: &State) -> Vec<Blank> {
    let spec = blueprint.spec();
    if state.has_values {
        return in_it(blueprint, environment)
            .open()
            .filter(|setting| setting.row.key != "backend.bucket")
            .map(|setting| Blank {
                at: setting.row.path(environment),
                value: None,
                find: BLANKS
                    .iter()
                    .find(|(key, _)| *key == setting.row.key)
                    .map_or("nowhere", |(_, find)| find),
            })
            .collect();
    }
    BLANKS
        .iter()
        .filter_map(|&(key, find)| {
            let row = options::by_key(Scope::Environment, key)?;
            let is_used = spec.unmet_need(row, environment).is_none();
            is_used.then(|| Blank {
                at: row.path(environment),
                value: spec.effective(row, environment).value,
                find,
            })
        })
        .collect()
}

impl Migration {
    fn sort(&mut self, state: &State, environment: &Environment) {
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
            self.place(address, state, environment);
        }
        for part in PARTS {
            // Without Container Insights there is no group of theirs.
            let is_there = part.kind != PartKind::InsightsLog
                || state.text(part.of, "setting/0/value") != Some("disabled");
            if state.has(part.of) && is_there {
                self.imports.push(Import {
                    to: target(part.to, None, environment),
                    id: match part.kind {
                        PartKind::DefaultRoute => state
                            .text(part.of, "id")
                            .and_then(|id| id_of("rtb", id))
                            .map(|table| format!("{table}_0.0.0.0/0")),
                        PartKind::DsqlEgress => None,
                        PartKind::InsightsLog => state
                            .text(part.of, "name")
                            .filter(|name| is_cluster_name(name))
                            .map(|name| format!("/aws/ecs/containerinsights/{name}/performance")),
                    },
                    of: part.of,
                    kind: match part.kind {
                        PartKind::DefaultRoute => ImportKind::Route,
                        PartKind::DsqlEgress => ImportKind::DsqlEgress,
                        PartKind::InsightsLog => ImportKind::InsightsLog,
                    },
                    group: match part.kind {
                        PartKind::DefaultRoute | PartKind::InsightsLog => None,
                        PartKind::DsqlEgress => {
                            state.text(part.of, "id").and_then(|id| id_of("sg", id))
                        }
                    },
                });
            }
        }
    }

    fn place(&mut self, address: &str, state: &State, environment: &Environment) {
        let Some((row, position)) = flat::find(address) else {
            if is_data_source(address) == Some(true) {
                self.data.push(address.to_owned());
            } else {
                self.unknown.push(address.to_owned());
            }
            return;
        };
        if !row.needs.is_met(environment) {
            let option = row.needs.option().unwrap_or_default();
            self.leftovers.push(Leftover {
                address: address.to_owned(),
                why: format!("the composition has `{option} = false`"),
                kept_with: Some(place(&environment.name).join(option)),
            });
            return;
        }
        match row.fate {
            Fate::Moved { to, changes } => self.moves.push(Move {
                from: address.to_owned(),
                to: target(to, position, environment),
                changes: match (row.from, position) {
                    // The first zone keeps the table that was everyone's.
                    ("aws_route_table_association.private[#]", Some(0)) => "",
                    _ => changes,
                },
            }),
            Fate::Imported { to } => self.imports.push(Import {
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
            Fate::Leftover { why } => self.leftovers.push(Leftover {
                address: address.to_owned(),
                why: why.to_owned(),
                kept_with: None,
            }),
            Fate::Data => self.data.push(address.to_owned()),
        }
    }

    /// Whether `irregular` is of something that moves, so that the first plan has to do with it.
    #[must_use]
    pub fn is_of_a_move(&self, irregular: &Irregular) -> bool {
        let decides = match irregular.kind {
            Irregularity::Tainted | Irregularity::Deposed(_) | Irregularity::Provider(_) => true,
            Irregularity::Mode(_) | Irregularity::Unreadable => false,
        };
        decides && self.moves.iter().any(|it| it.from == irregular.address)
    }

    /// Whether the first apply destroys and replaces nothing, so far as the state tells.
    #[must_use]
    pub fn destroys_nothing(&self) -> bool {
        !self.irregular.iter().any(|it| self.is_of_a_move(it))
    }

    /// What keeps the first apply from doing no more than a migration should, or would if it were not for `migrate.sh`.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warning = |text: String, lines: Vec<String>| {
            if !lines.is_empty() {
                warnings.push(Warning { text, lines });
            }
        };
        let line = |it: &Irregular| {
            let remedy = it.kind.remedy();
            let remedy = if remedy.is_empty() {
                String::new()
            } else {
                format!("; {remedy}")
            };
            format!("{} {}{remedy}", code(&it.address), it.kind.effect())
        };
        let (deciding, others): (Vec<&Irregular>, Vec<&Irregular>) =
            self.irregular.iter().partition(|it| self.is_of_a_move(it));
        warning(
            "The flat root is not at rest: `migrate.sh` refuses its state until it is, since the first apply would \
             destroy or replace something"
                .to_owned(),
            deciding.into_iter().map(line).collect(),
        );
        let (made, left): (Vec<&Missing>, Vec<&Missing>) =
            self.missing.iter().partition(|it| it.made.is_some());
        warning(
            "The state lacks what every flat root has, and the composed root creates it, a second time if it is \
             there under another address or the list was cut"
                .to_owned(),
            made.iter()
                .map(|it| {
                    let made = it.made.as_deref().unwrap_or_default();
                    let elsewhere = it.elsewhere.as_ref().map_or_else(String::new, |other| {
                        let command = format!("terraform state mv {} {}", word(other), word(&it.address));
                        format!(
                            "; the state has {}, which may be it: {} there, and this again",
                            code(other),
                            code(&command)
                        )
                    });
                    format!("{}: makes {}{elsewhere}", code(&it.address), code(made))
                })
                .collect(),
        );
        warning(
            "The state lacks what every flat root has and what would stay behind: if it is there after all, nothing \
             takes it away"
                .to_owned(),
            left.iter().map(|it| code(&it.address)).collect(),
        );
        warning(
            "Irregular, without a bearing on the plan".to_owned(),
            others.into_iter().map(line).collect(),
        );
        warnings
    }

    /// The files: scripts, blocks, values and the page that says how they are used.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let composed = compose(&self.blueprint);
        let copied = |path: &str| {
            composed
                .file(path)
                .cloned()
                .unwrap_or_else(|| unreachable!("every tree has {path}"))
        };
        let mut tree = Tree::default();
        tree.add("MIGRATION.md", page::page(self));
        tree.add("composition.toml", copied("composition.toml"));
        tree.add(
            "terraform.tfvars",
            blocks::values(
                self,
                &copied(&format!(
                    "terraform/envs/{}/terraform.tfvars",
                    self.environment
                )),
            ),
        );
        tree.add("moved.tf", blocks::moved(self));
        tree.add("imports.tf", blocks::imports(self));
        tree.add("moves.sh", blocks::moves(self));
        tree.add("leftovers/main.tf", blocks::leftovers(self));
        for (path, text) in templates::below(templates::ALL, "migration") {
            let mut file = File::copied(text, FieldPath::root());
            file.executable = path.ends_with(".sh");
            tree.add(path, file);
        }
        tree
    }

    /// The environment as it is composed.
    fn settled(&self) -> &Environment {
        in_it(&self.blueprint, &self.environment)
    }
}

/// The address of an environment.
fn place(environment: &str) -> FieldPath {
    FieldPath::of(&["environments", environment])
}

/// The address without the index at its end.
fn without_index(address: &str) -> &str {
    match address.strip_suffix(']') {
        Some(_) => address.split_once('[').map_or(address, |(name, _)| name),
        None => address,
    }
}

/// An address of the composed root: of the zone at the position, or of the first.
fn target(to: &str, position: Option<usize>, environment: &Environment) -> String {
    let zone = |index: usize| environment.zones.get(index).map_or("", String::as_str);
    to.replace("{zone}", zone(position.unwrap_or(0)))
        .replace("{first}", zone(0))
}

/// The type in an address: `aws_subnet` of `module.vpc.aws_subnet.private["a"]`.
fn kind_of(address: &str) -> &str {
    let name = address.find('[').map_or(address, |at| {
        // An index may stand in the middle, at a module, or at the end.
        if address[at..].contains("].") {
            address.rsplit_once("].").map_or(address, |(_, rest)| rest)
        } else {
            &address[..at]
        }
    });
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    name.rsplit('.').nth(1).unwrap_or(name)
}

/// What the composed root has beyond what comes from the flat one.
fn created(environment: &Environment, migration: &Migration) -> BTreeMap<&'static str, usize> {
    let mut counts = inventory::resources(environment);
    let targets = migration.moves.iter().map(|it| it.to.as_str());
    for to in targets.chain(migration.imports.iter().map(|it| it.to.as_str())) {
        if let Some(count) = counts.get_mut(kind_of(to)) {
            *count = count.saturating_sub(1);
        }
    }
    counts.retain(|_, count| *count > 0);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_address_is_found_behind_modules_and_before_its_index() {
        for address in [
            "aws_vpc.main",
            "aws_vpc.main[0]",
            "module.a.aws_vpc.main",
            "module.a[\"x.y\"].aws_vpc.main",
            "module.a.module.b.aws_vpc.main[\"c.d\"]",
            "module.a[\"x\"].aws_vpc.main[\"c\"]",
        ] {
            assert_eq!(kind_of(address), "aws_vpc", "{address}");
        }
    }
}
