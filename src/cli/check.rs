//! `check`: whether a folder is as it was composed, for CI.

use anyhow::Result;
use composer_core::drift::{Drift, drift};
use composer_core::value_files::{UnknownValue, Unreadable};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::folder;
use crate::outcome::Outcome;
use crate::update::refuse_unfinished;

/// What `--json` answers.
#[derive(Serialize)]
struct Report {
    /// The version of composer that composed the folder.
    composer: String,
    files: usize,
    drift: Vec<Entry>,
}

/// A file that differs.
#[derive(Serialize)]
struct Entry {
    path: String,
    kind: &'static str,
    /// The line, counted from one, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// What is to be known of it.
    message: String,
}

pub(crate) fn run(arguments: &args::Check, answer: &mut Answer) -> Result<Outcome> {
    let root = &arguments.folder;
    refuse_unfinished(root)?;
    let composed = folder::composed(root)?;
    let present = folder::managed(root, &[&composed.tree])?;
    let drift: Vec<Entry> = drift(&composed.tree, &present)
        .into_iter()
        .flat_map(|(path, drift)| entries(&path, &drift))
        .collect();
    let report = Report {
        composer: composed.manifest.composer,
        files: composed.tree.len(),
        drift,
    };
    answer.give(|| &report, || text(&report))?;
    Ok(if report.drift.is_empty() {
        Outcome::Done
    } else {
        Outcome::Different
    })
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for entry in &report.drift {
        let line = entry.line.map_or(String::new(), |line| format!(":{line}"));
        text.push_str(&format!("{}{line}: {}\n", entry.path, entry.message));
    }
    let Report {
        composer, files, ..
    } = report;
    text.push_str(&match report.drift.len() {
        0 => format!("all {files} files are as version {composer} composed them\n"),
        1 => format!("1 difference to the {files} files that version {composer} composed\n"),
        more => {
            format!("{more} differences to the {files} files that version {composer} composed\n")
        }
    });
    text
}

/// The entries of a file that differs: one, but one for each value that no variable takes, and for each key that the server ignores.
fn entries(path: &str, drift: &Drift) -> Vec<Entry> {
    let one = |kind, line, message| Entry {
        path: path.to_owned(),
        kind,
        line,
        message,
    };
    let (kind, message) = match drift {
        Drift::Edited { new, gone } => ("edited", format!("edited, +{new} −{gone} lines")),
        Drift::Mode => ("mode", "has another execute bit".to_owned()),
        Drift::NotText => ("not-text", "is not text".to_owned()),
        Drift::Missing => ("missing", "is missing".to_owned()),
        Drift::Extra => ("extra", "was not composed".to_owned()),
        Drift::Unresolved => (
            "unresolved",
            "has conflicts, marked with `<<<<<<<`".to_owned(),
        ),
        Drift::SpecChanged => (
            "spec-changed",
            "states what is not composed yet: run `temporal-composer update`".to_owned(),
        ),
        Drift::Dropped(values) => {
            let values = values.iter();
            return values
                .map(|value| one("dropped", value.line, unknown_value(value)))
                .collect();
        }
        Drift::Ignored(values) => {
            let values = values.iter();
            return values
                .map(|value| one("ignored", value.line, ignored_key(value)))
                .collect();
        }
        Drift::Unreadable(None, Unreadable { line, reason }) => {
            return vec![one("unreadable", *line, format!("can't be read: {reason}"))];
        }
        Drift::Unreadable(Some(file), Unreadable { line, reason }) => {
            let line = line.map_or(String::new(), |line| format!(":{line}"));
            let message = format!("can't be compared with {file}{line}: {reason}");
            ("unreadable", message)
        }
    };
    vec![one(kind, None, message)]
}

/// That the server ignores a key, and why.
fn ignored_key(value: &UnknownValue) -> String {
    format!("the server ignores `{}`: {}", value.address, value.advice)
}

/// That no variable takes a value, and what to do.
pub(crate) fn unknown_value(value: &UnknownValue) -> String {
    format!("no variable takes `{}`: {}", value.address, value.advice)
}
