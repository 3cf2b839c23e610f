//! What is known of other resources: those this process has seen, and those
//! that earlier commands wrote to the file that `STAND_IN_WORLD` names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use crate::value::{Object, Value, get};

/// The variable that names the file in which resources outlive a command.
pub(crate) const VARIABLE: &str = "STAND_IN_WORLD";

/// What the provider knows of its own work and AWS doesn't: a resource that was changed from elsewhere keeps it.
const OWN: &[&str] = &[
    "force_delete",
    "force_destroy",
    "force_new_deployment",
    "has_secret_string_wo",
    "recovery_window_in_days",
    "revoke_rules_on_delete",
    "secret_string_wo_version",
    "skip_destroy",
    "timeouts",
    "track_latest",
    "triggers",
    "update_default_version",
    "wait_for_steady_state",
];

/// Resources by type and id.
#[derive(Debug, Default)]
pub(crate) struct World {
    resources: BTreeMap<(String, String), Object>,
    /// Those that were destroyed.
    gone: BTreeSet<(String, String)>,
    /// How many revisions a family of task definitions has had. AWS counts on when one goes.
    revisions: BTreeMap<String, i64>,
    /// Made by this very command: what belongs to them is made by it as well.
    created: Vec<(String, String)>,
    /// Security groups that are written with rules of their own, by id, and the direction of these.
    inline: BTreeSet<(String, &'static str)>,
    file: Option<PathBuf>,
}

impl World {
    pub(crate) fn open() -> anyhow::Result<Self> {
        let mut world = Self {
            file: std::env::var_os(VARIABLE).map(PathBuf::from),
            ..Self::default()
        };
        let Some(file) = world.file.clone().filter(|file| file.exists()) else {
            return Ok(world);
        };
        let lines = fs::read_to_string(&file)
            .with_context(|| format!("cannot read `{}`", file.display()))?;
        for line in lines.lines() {
            let entry: serde_json::Value = serde_json::from_str(line)
                .with_context(|| format!("`{}` has a line that is no JSON", file.display()))?;
            let kind = entry["type"].as_str().unwrap_or_default().to_owned();
            let id = entry["id"].as_str().unwrap_or_default().to_owned();
            match Value::from_json(&entry["state"]) {
                Value::Map(state) => world.insert((kind, id), state),
                _ => world.forget((kind, id)),
            }
        }
        Ok(world)
    }

    /// Whether everything that exists is known here.
    pub(crate) fn is_complete(&self) -> bool {
        self.file.is_some()
    }

    fn insert(&mut self, key: (String, String), state: Object) {
        if let (Some(family), Some(revision)) = (
            get(&state, "family").as_str(),
            get(&state, "revision").as_i64(),
        ) {
            let latest = self.revisions.entry(family.to_owned()).or_default();
            *latest = revision.max(*latest);
        }
        self.gone.remove(&key);
        self.resources.insert(key, state);
    }

    fn forget(&mut self, key: (String, String)) {
        self.resources.remove(&key);
        self.gone.insert(key);
    }

    /// A resource as Terraform's state has it, and what there is of it by now: another root may have changed or destroyed
    /// it.
    pub(crate) fn see(&mut self, kind: &str, state: &Object) -> Option<Object> {
        let key = key_of(kind, state);
        if self.gone.contains(&key) {
            return None;
        }
        let mut now = self
            .resources
            .entry(key)
            .or_insert_with(|| state.clone())
            .clone();
        for name in OWN {
            if let Some(value) = state.get(*name) {
                now.insert((*name).to_owned(), value.clone());
            }
        }
        Some(now)
    }

    /// The last revision of a family of task definitions.
    pub(crate) fn latest_revision(&self, family: &str) -> Option<i64> {
        self.revisions.get(family).copied()
    }

    /// A resource that was created or changed.
    pub(crate) fn put(&mut self, kind: &str, state: &Object, is_new: bool) -> anyhow::Result<()> {
        let key = key_of(kind, state);
        self.append(&key, &Value::Map(state.clone()))?;
        if is_new {
            self.created.push(key.clone());
        }
        self.insert(key, state.clone());
        Ok(())
    }

    pub(crate) fn remove(&mut self, kind: &str, state: &Object) -> anyhow::Result<()> {
        let key = key_of(kind, state);
        self.append(&key, &Value::Null)?;
        self.forget(key);
        Ok(())
    }

    fn append(&self, (kind, id): &(String, String), state: &Value) -> anyhow::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let line = json!({ "type": kind, "id": id, "state": state.to_json() });
        let mut open = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .with_context(|| format!("cannot open `{}`", file.display()))?;
        open.write_all(format!("{line}\n").as_bytes())
            .with_context(|| format!("cannot write `{}`", file.display()))
    }

    /// Remembers of a security group whether its configuration has rules. Its state has them also when the configuration
    /// no longer says so: AWS keeps them.
    pub(crate) fn note_inline(&mut self, kind: &str, state: &Object, config: &Object) {
        if !["aws_security_group", "aws_default_security_group"].contains(&kind) {
            return;
        }
        for direction in ["ingress", "egress"] {
            let is_written = get(config, direction)
                .as_list()
                .is_some_and(|rules| !rules.is_empty());
            if is_written && get(state, "id").is_set() {
                self.inline.insert((id_of(state), direction));
            }
        }
    }

    pub(crate) fn has_inline(&self, group_id: &str, direction: &'static str) -> bool {
        self.inline.contains(&(group_id.to_owned(), direction))
    }

    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        self.resources
            .iter()
            .filter(move |((name, _), _)| name == kind)
            .map(|(_, state)| state)
    }

    /// The resource of which an attribute has this value.
    pub(crate) fn find(&self, kind: &str, attribute: &str, value: &str) -> Option<&Object> {
        self.resources
            .iter()
            .find(|((name, _), state)| {
                name == kind && get(state, attribute).as_str() == Some(value)
            })
            .map(|(_, state)| state)
    }

    pub(crate) fn has_id(&self, kind: &str, id: &str) -> bool {
        self.resources
            .contains_key(&(kind.to_owned(), id.to_owned()))
    }

    pub(crate) fn is_created_here(&self, kind: &str, attribute: &str, value: &str) -> bool {
        self.created.iter().any(|key| {
            key.0 == kind
                && self
                    .resources
                    .get(key)
                    .is_some_and(|state| get(state, attribute).as_str() == Some(value))
        })
    }
}

/// What a resource is known by: its type and id, or the ARN where many have the same id.
fn key_of(kind: &str, state: &Object) -> (String, String) {
    let id = match (kind, get(state, "arn")) {
        ("aws_ecs_task_definition", Value::String(arn)) => arn.clone(),
        _ => id_of(state),
    };
    (kind.to_owned(), id)
}

/// What tells a resource from others of its type.
pub(crate) fn id_of(state: &Object) -> String {
    ["id", "arn", "identifier", "name"]
        .iter()
        .find_map(|name| get(state, name).as_str())
        .unwrap_or_default()
        .to_owned()
}
