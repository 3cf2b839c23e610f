//! What an apply of one composition would destroy or replace of what another has, by environment.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::replacement::Holds;
use crate::losses::{Action, Files, Loss, Terraform, losses};
use crate::update::{Keeper, Present};

/// What an apply would destroy or replace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Losses {
    /// What it would destroy or replace, by environment, what holds data first.
    pub resources: Vec<Entry>,
    /// The environments that only the first composition has: nothing destroys what is there.
    pub left: Vec<String>,
    /// The environments of which nothing can be told, since a file can't be read.
    pub unread: Vec<UnreadableFile>,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The environment.
    pub environment: String,
    /// What becomes of it.
    #[serde(flatten)]
    pub loss: Loss,
    /// `data`, `address` or `nothing`.
    pub holds: &'static str,
    /// The data, or what the address is for.
    pub what: Option<&'static str>,
}

/// A file that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadableFile {
    /// The environment whose root needs it.
    pub environment: String,
    /// The file.
    pub path: String,
    /// The line at which reading ends, from one.
    pub line: Option<usize>,
    /// Why it can't be read.
    pub reason: String,
}

/// The files of one side.
pub struct Side<'a> {
    /// The names of its environments.
    pub environments: Vec<&'a str>,
    /// Its files.
    pub files: &'a BTreeMap<String, Present>,
    /// Whether they are those of a folder, where a script or a person may have added some.
    pub is_folder: bool,
}

impl Losses {
    /// What an apply of `after` would destroy or replace of what `before` has.
    #[must_use]
    pub fn of(before: &Side<'_>, after: &Side<'_>) -> Self {
        let mut found = Self {
            resources: Vec::new(),
            left: Vec::new(),
            unread: Vec::new(),
        };
        let names = |side: &Side<'_>| -> BTreeSet<String> {
            side.environments
                .iter()
                .map(|&name| name.to_owned())
                .collect()
        };
        let present = names(after);
        let [former, applied] = [texts(before, after), texts(after, before)].map(Terraform::from);
        for environment in names(before) {
            if !present.contains(&environment) {
                found.left.push(environment);
                continue;
            }
            let root = format!("terraform/envs/{environment}");
            match losses(&former, &applied, &root) {
                Ok(losses) => {
                    found.resources.extend(losses.into_iter().map(|loss| {
                        let (holds, what) = match loss.holds {
                            Holds::Data(what) => ("data", Some(what)),
                            Holds::Address(what) => ("address", Some(what)),
                            Holds::Nothing => ("nothing", None),
                        };
                        Entry {
                            environment: environment.clone(),
                            loss,
                            holds,
                            what,
                        }
                    }));
                }
                Err((path, error)) => found.unread.push(UnreadableFile {
                    environment,
                    path,
                    line: error.line,
                    reason: error.reason,
                }),
            }
        }
        found
    }

    /// Whether nothing would go, as far as every file can be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.left.is_empty() && self.unread.is_empty()
    }

    /// What would go, for a table: each resource that loses something by itself, the others counted by type, since there
    /// may be hundreds.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        let mut counted: BTreeMap<(&str, Action, &str), usize> = BTreeMap::new();
        for Entry {
            environment,
            loss,
            what,
            ..
        } in &self.resources
        {
            if what.is_some() {
                rows.push(Row {
                    environment,
                    action: loss.action,
                    resource: loss.address.clone(),
                    loses: *what,
                    because: &loss.because,
                });
            } else {
                let key = (environment.as_str(), loss.action, loss.kind.as_str());
                *counted.entry(key).or_default() += 1;
            }
        }
        let counted = counted.into_iter();
        rows.extend(counted.map(|((environment, action, kind), count)| Row {
            environment,
            action,
            resource: format!("{count} × {kind}"),
            loses: None,
            because: &[],
        }));
        rows
    }

    /// What is to be known beside [`Self::rows`], a paragraph each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let refused = self.resources.iter().filter(|it| it.loss.refused);
        let refused: BTreeSet<&str> = refused.map(|it| it.environment.as_str()).collect();
        let refused = refused.into_iter().map(|environment| {
            format!(
                "{environment}: Terraform refuses to plan this, because protection.tf guards what would be replaced"
            )
        });
        let left = self.left.iter().map(|environment| {
            format!(
                "{environment}: the new composition has no such environment. Its resources stay and are billed until you \
                 run `terraform destroy` in its root"
            )
        });
        let unread = self.unread.iter().map(|unread| {
            let line = unread.line.map_or(String::new(), |line| format!(":{line}"));
            format!(
                "{}: what an apply would destroy is unknown, because {}{line} can't be read: {}",
                unread.environment, unread.path, unread.reason
            )
        });
        refused.chain(left).chain(unread).collect()
    }
}

/// A row of the table of what would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The environment.
    pub environment: &'a str,
    /// What becomes of it.
    pub action: Action,
    /// Its address, or how many there are of a type.
    pub resource: String,
    /// What is lost with it; `None` for nothing.
    pub loses: Option<&'static str>,
    /// The arguments that differ, or the resource that it follows; none of those that are counted.
    pub because: &'a [String],
}

/// The texts of `side`. One that is no folder has the values that a script or a person added to the other: an update
/// leaves them there.
fn texts<'a>(side: &Side<'a>, other: &Side<'a>) -> Files<'a> {
    let read = |files: &'a BTreeMap<String, Present>| {
        files.iter().filter_map(|(path, present)| match present {
            Present::Text { text, .. } => Some((path.as_str(), text.as_str())),
            Present::NotText => None,
        })
    };
    let mut texts: Files<'a> = Files::new();
    if other.is_folder && !side.is_folder {
        texts.extend(read(other.files).filter(|(path, _)| {
            Keeper::of(path) == Keeper::UserValues && !path.ends_with("/terraform.tfvars")
        }));
    }
    texts.extend(read(side.files));
    texts
}
