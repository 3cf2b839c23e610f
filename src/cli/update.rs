//! `update`: composes again into a folder that somebody has edited since.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use composer_core::archive::SPEC_FILE;
use composer_core::folder_update::FolderUpdate;
use composer_core::manifest::FormerComposition;
use composer_core::update::{Attention, Plan};
use composer_core::{Blueprint, Tree, compose};
use serde::Serialize;

use crate::answer::Answer;
use crate::folder::{self, inside};
use crate::interrupt::defer_signals;
use crate::journal::{self, Recovery};
use crate::outcome::{Outcome, Stop};
use crate::{args, loading, print, staging};

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    changes: Vec<Entry<'a>>,
    /// The files that somebody has to look at.
    attention: Vec<Entry<'a>>,
    removed_by_user: &'a [String],
    /// With `--dry-run`, the changes as a patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
}

/// A file of a report.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    kind: &'static str,
}

pub(crate) fn run(arguments: &args::Update, answer: &mut Answer) -> Result<Outcome> {
    let root = &arguments.folder;
    let signals = defer_signals()?;
    if !root.is_dir() {
        return Err(Stop::Usage(format!("{} is not a folder", root.display())).into());
    }
    let _lock = staging::lock_alone(root, &signals)?;
    if arguments.dry_run {
        refuse_unfinished(root)?;
    } else if let Recovery::Completed(set_aside) = journal::recover(root)? {
        answer.message(&completed(root, &set_aside));
    }
    let composed = folder::composed(root)?;
    let source = loading::load(&with_default(&arguments.source, root), answer)?;
    let Some(blueprint) = loading::blueprint(&source, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let tree = compose(&blueprint);
    let FolderUpdate { plan, manifest } = planned(root, &composed, &blueprint, &tree)?;
    let report = Report::of(&plan);
    if arguments.dry_run {
        let patch = plan.patch();
        if !answer.is_json() {
            print::text(&patch)?;
        }
        let patch = Some(patch);
        answer.report(
            || Report { patch, ..report },
            || summary(root, &plan, "would change"),
        )?;
        return Ok(outcome(&plan));
    }
    let is_unresolved = |(_, why): &(String, Attention)| *why == Attention::Unresolved;
    if !manifest.is_empty() || !plan.changes.is_empty() {
        if let Some((path, _)) = plan.attention.iter().find(|found| is_unresolved(found)) {
            return Err(Stop::Different(format!(
                "{} has conflicts of an earlier update: nothing was changed\nhint: edit the file, remove the lines with \
                 `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`, and run this command again",
                inside(root, path).display()
            ))
            .into());
        }
        if has_uncommitted_changes(root) {
            answer.message(
                "note: git has uncommitted changes here: `git diff` will show them together with the update\n",
            );
        }
        journal::write(root, &plan.changes, &manifest, &signals)?;
    }
    answer.report(|| &report, || summary(root, &plan, "changed"))?;
    Ok(outcome(&plan))
}

impl<'a> Report<'a> {
    fn of(plan: &'a Plan) -> Self {
        let changes = plan.changes.iter().map(|change| Entry {
            path: &change.path,
            kind: change.kind.word(),
        });
        let attention = plan.attention.iter().map(|(path, why)| Entry {
            path,
            kind: match why {
                Attention::Conflicts(_) => "conflicts",
                Attention::Unresolved => "unresolved",
                Attention::Yours { .. } => "yours",
                Attention::AlreadyThere => "already-there",
                Attention::LeftBehind => "left-behind",
                Attention::NotText => "not-text",
                Attention::SpecNotChanged => "spec-not-changed",
            },
        });
        Self {
            changes: changes.collect(),
            attention: attention.collect(),
            removed_by_user: &plan.removed_by_user,
            patch: None,
        }
    }
}

/// Refuses a folder in which an update was not completed.
pub(crate) fn refuse_unfinished(root: &Path) -> Result<()> {
    if journal::is_unfinished(root) {
        return Err(Stop::Refused(format!(
            "an update of {} was ended before it was complete\nhint: run `temporal-composer update` there: it completes it",
            root.display()
        ))
        .into());
    }
    Ok(())
}

/// The source that the arguments name, or the spec in the folder.
fn with_default(source: &args::Source, root: &Path) -> args::Source {
    let is_named = source.preset.is_some() || source.link.is_some() || source.spec.is_some();
    let mut source = source.clone();
    if !is_named {
        source.spec = Some(inside(root, SPEC_FILE));
    }
    source
}

fn planned(
    root: &Path,
    composed: &FormerComposition,
    blueprint: &Blueprint,
    tree: &Tree,
) -> Result<FolderUpdate> {
    let paths = FolderUpdate::paths(composed, tree);
    let present = folder::present(root, paths.into_iter())?;
    Ok(FolderUpdate::of(composed, blueprint, tree, &present))
}

fn outcome(plan: &Plan) -> Outcome {
    if plan.attention.is_empty() {
        Outcome::Done
    } else {
        Outcome::Different
    }
}

fn completed(root: &Path, set_aside: &[String]) -> String {
    let mut text = format!(
        "completed the earlier update of {}, which was ended before\n",
        root.display()
    );
    for name in set_aside {
        text.push_str(&format!(
            "  {}: your version of a file that changed since then\n",
            inside(root, name).display()
        ));
    }
    text
}

/// What was done and what is left to do.
fn summary(root: &Path, plan: &Plan, verb: &str) -> String {
    let mut text = String::new();
    let files = match plan.changes.len() {
        0 => format!("nothing to change in {}\n", root.display()),
        1 => format!("{verb} 1 file in {}: {}\n", root.display(), plan.counts()),
        more => format!(
            "{verb} {more} files in {}: {}\n",
            root.display(),
            plan.counts()
        ),
    };
    text.push_str(&files);
    if !plan.removed_by_user.is_empty() {
        text.push_str(&format!(
            "you removed these files, so they stay removed: {}\n",
            plan.removed_by_user.join(", ")
        ));
    }
    if !plan.attention.is_empty() {
        text.push_str("\nlook at these files:\n");
    }
    for (path, why) in &plan.attention {
        text.push_str(&format!(
            "  {}: {}\n",
            inside(root, path).display(),
            why.reason()
        ));
        for line in why.changes().into_iter().flat_map(str::lines) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

/// Whether git, if it is there, has changes in the folder that are not committed.
fn has_uncommitted_changes(root: &Path) -> bool {
    let Ok(whole) = root.canonicalize() else {
        return false;
    };
    if !whole.ancestors().any(|folder| folder.join(".git").exists()) {
        return false;
    }
    // A repository may name a program that watches its files; none is to be started.
    let status = Command::new("git")
        .args([
            "-c",
            "core.fsmonitor=false",
            "status",
            "--porcelain",
            "--",
            ".",
        ])
        .current_dir(&whole)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    status.is_ok_and(|status| status.status.success() && !status.stdout.is_empty())
}
