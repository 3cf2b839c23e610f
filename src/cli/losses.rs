//! What `diff` says of an apply: what it would destroy or replace, by environment.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::Blueprint;
use composer_core::catalog::replacement::Holds;
use composer_core::losses::{Action, Files, Loss, Terraform, losses};
use composer_core::update::{Keeper, Present};
use serde::Serialize;

use crate::table::table;

/// What `--json` answers about an apply.
#[derive(Serialize)]
pub(crate) struct Losses {
    /// What it would destroy or replace, by environment, what holds data first.
    resources: Vec<Entry>,
    /// The environments that only the first composition has: nothing destroys what is there.
    left: Vec<String>,
    /// The environments of which nothing can be told, since a file can't be read.
    unread: Vec<Unread>,
}

/// A resource.
#[derive(Serialize)]
struct Entry {
    environment: String,
    #[serde(flatten)]
    loss: Loss,
    /// `data`, `address` or `nothing`.
    holds: &'static str,
    /// The data, or what the address is for.
    what: Option<&'static str>,
}

/// A file that can't be read.
#[derive(Serialize)]
struct Unread {
    environment: String,
    path: String,
    line: Option<usize>,
    reason: String,
}

/// The files of one side.
pub(crate) struct Side<'a> {
    pub(crate) blueprint: &'a Blueprint,
    pub(crate) files: &'a BTreeMap<String, Present>,
    /// Whether they are those of a folder, where a script or a person may have added some.
    pub(crate) is_folder: bool,
}

impl Losses {
    pub(crate) fn of(before: &Side<'_>, after: &Side<'_>) -> Self {
        let mut found = Self {
            resources: Vec::new(),
            left: Vec::new(),
            unread: Vec::new(),
        };
        let names = |side: &Side<'_>| -> BTreeSet<String> {
            let environments = side.blueprint.environments.iter();
            environments.map(|it| it.name.clone()).collect()
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
                Err((path, error)) => found.unread.push(Unread {
                    environment,
                    path,
                    line: error.line,
                    reason: error.reason,
                }),
            }
        }
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.left.is_empty() && self.unread.is_empty()
    }

    /// A table, and what is to be known beside it; nothing where nothing would go.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut rows = Vec::new();
        let heads = [
            "AN APPLY WOULD",
            "ENVIRONMENT",
            "RESOURCE",
            "LOSES",
            "DUE TO",
        ];
        rows.push(heads.map(str::to_owned).to_vec());
        // What loses nothing is counted: there may be hundreds.
        let mut counted: BTreeMap<(&str, Action, &str), usize> = BTreeMap::new();
        for Entry {
            environment,
            loss,
            what,
            ..
        } in &self.resources
        {
            let Some(what) = what else {
                *counted
                    .entry((environment, loss.action, &loss.kind))
                    .or_default() += 1;
                continue;
            };
            rows.push(vec![
                action(loss.action).to_owned(),
                environment.clone(),
                loss.address.clone(),
                (*what).to_owned(),
                loss.because.join(", "),
            ]);
        }
        rows.extend(
            counted
                .into_iter()
                .map(|((environment, done, kind), count)| {
                    vec![
                        action(done).to_owned(),
                        environment.to_owned(),
                        format!("{count} × {kind}"),
                        "nothing".to_owned(),
                        String::new(),
                    ]
                }),
        );
        if rows.len() > 1 {
            text.push_str(&table(&rows, &[]));
            text.push('\n');
        }
        let refused = self.resources.iter().filter(|it| it.loss.refused);
        let refused: BTreeSet<&str> = refused.map(|it| it.environment.as_str()).collect();
        for environment in refused {
            text.push_str(&format!(
                "{environment}: Terraform refuses to plan this, because protection.tf guards what would be replaced\n\n"
            ));
        }
        for environment in &self.left {
            text.push_str(&format!(
                "{environment}: the second composition has no such environment. Its resources stay and are billed until you \
                 run `terraform destroy` in its root\n\n"
            ));
        }
        for Unread {
            environment,
            path,
            line,
            reason,
        } in &self.unread
        {
            let line = line.map_or(String::new(), |line| format!(":{line}"));
            text.push_str(&format!(
                "{environment}: what an apply would destroy is unknown, because {path}{line} can't be read: {reason}\n\n"
            ));
        }
        text
    }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Destroy => "destroy",
        Action::Replace => "replace",
    }
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
