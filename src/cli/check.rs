//! `check`: whether a folder is as it was composed, for CI.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use composer_core::drift::{Drift, drift};
use serde::Serialize;

use crate::answer::Answer;
use crate::folder;
use crate::outcome::Outcome;
use crate::update::refuse_unfinished;

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer check
  temporal-composer check temporal-terraform --json")]
pub(crate) struct Arguments {
    /// The folder that `export` wrote
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

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
    /// What is to be known of it.
    message: String,
}

pub(crate) fn run(arguments: &Arguments, answer: &mut Answer) -> Result<Outcome> {
    let root = &arguments.folder;
    refuse_unfinished(root)?;
    let composed = folder::composed(root)?;
    let present = folder::managed(root, &[&composed.tree])?;
    let drift: Vec<Entry> = drift(&composed.tree, &present)
        .into_iter()
        .map(|(path, drift)| {
            let (kind, message) = in_words(&drift);
            Entry {
                path,
                kind,
                message,
            }
        })
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
        text.push_str(&format!("{}: {}\n", entry.path, entry.message));
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

fn in_words(drift: &Drift) -> (&'static str, String) {
    match drift {
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
        Drift::Dropped(values) => (
            "dropped",
            format!(
                "no variable takes {}, so Terraform ignores it. A feature is switched in composition.toml",
                values
                    .iter()
                    .map(|value| format!("`{value}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        ),
        Drift::Unreadable(reason) => ("unreadable", format!("can't be read: {reason}")),
    }
}
