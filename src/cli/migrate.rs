//! `migrate`: plans the migration of an environment from the flat root into a composed one.

use std::path::Path;

use anyhow::Result;
use composer_core::Tree;
use composer_core::migrate::error::NoMigration;
use composer_core::migrate::plan::Migration;
use composer_core::migrate::{migrate, read};

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};
use crate::{loading, shell, source, write};

pub(crate) fn run(arguments: &args::Migrate, answer: &mut Answer) -> Result<Outcome> {
    let is_stdin = |file: &Path| file == Path::new("-");
    if is_stdin(&arguments.state_list) && arguments.source.spec.as_deref().is_some_and(is_stdin) {
        return Err(Stop::Usage(
            "standard input can't be both the state and the composition\nhint: write one of them to a file"
                .to_owned(),
        )
        .into());
    }
    let source = loading::load(&arguments.source, answer)?;
    let Some(blueprint) = loading::blueprint(&source, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let state = read::read(&source::content(&arguments.state_list, read::MAX_BYTES)?)
        .map_err(|error| anyhow::anyhow!("{error}\nhint: {}", error.hint()))?;
    let migration = match migrate(blueprint.spec(), &arguments.env, &state) {
        Ok(migration) => migration,
        Err(error @ NoMigration::NoEnvironment(..)) => {
            return Err(Stop::Usage(message(&error)).into());
        }
        Err(error) => return Err(anyhow::anyhow!(message(&error))),
    };
    let tree = migration.tree();
    let Some(out) = &arguments.out else {
        if answer.is_json() {
            answer.report(|| &migration, String::new)?;
            return Ok(Outcome::Done);
        }
        return Err(Stop::Usage(
            "there is no folder for the migration\n\
             hint: name a new one with `--out DIR`, or print the plan alone with `--json`"
                .to_owned(),
        )
        .into());
    };
    write::folder(&tree, &Tree::default, out)?;
    answer.report(
        || &migration,
        || {
            format!(
                "wrote {} files to {}\n\n{}\nnext: follow the steps in MIGRATION.md in {}\n",
                tree.len(),
                out.display(),
                summary(&migration),
                shell::word(out),
            )
        },
    )?;
    Ok(Outcome::Done)
}

/// The error and what to do about it.
fn message(error: &NoMigration) -> String {
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

/// `text` with its first letter in lower case, as messages of this tool begin.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| format!("{}{}", first.to_lowercase(), letters.as_str()))
        .unwrap_or_default()
}

/// How many addresses move, are imported or stay behind, which ones are not known, and the warnings.
fn summary(migration: &Migration) -> String {
    let mut text = String::new();
    let mut line = |count: usize, what: &str| {
        text.push_str(&format!("{count:>5} {what}\n"));
    };
    line(migration.moves.len(), "to move");
    line(migration.imports.len(), "to import");
    line(migration.created.values().sum(), "to create");
    line(
        migration.leftovers.len(),
        "leftovers, kept until nothing needs them",
    );
    line(migration.taken.len(), "values copied from the flat root");
    if !migration.refused.is_empty() {
        line(
            migration.refused.len(),
            "values of the flat root that a composition can't set",
        );
    }
    if !migration.blanks.is_empty() {
        line(
            migration.blanks.len(),
            "values to look up: use `terraform show -json` instead of the list to fill them in",
        );
    }
    if !migration.unknown.is_empty() {
        line(
            migration.unknown.len(),
            "unknown addresses, which stay where they are:",
        );
        for address in &migration.unknown {
            text.push_str(&format!("      {address}\n"));
        }
    }
    for warning in migration.warnings() {
        text.push_str(&format!("\nwarning: {}:\n", lower_first(&warning.text)));
        for line in &warning.lines {
            text.push_str(&format!("      {line}\n"));
        }
    }
    text
}
