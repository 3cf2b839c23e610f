//! What becomes of a flat root's state in an environment, and the zip that does it.

use std::rc::Rc;

use composer_core::archive::{archive, read_back};
use composer_core::migrate::error::NoMigration;
use composer_core::migrate::plan::Migration;
use composer_core::migrate::{migrate, read};
use composer_core::{Problem, Severity, Spec};

use crate::model::words::sentence_case;

/// The migration of the pasted state into `environment`.
///
/// # Errors
/// Where it can't be worked out: sentences that say why and what to do.
pub(crate) fn work_out(
    spec: &Spec,
    environment: &str,
    pasted: &str,
) -> Result<Rc<Migration>, Vec<String>> {
    let with_hint = |message: String, hint: Option<String>| match hint {
        Some(hint) => vec![
            format!("{}.", sentence_case(&message)),
            format!("{}.", sentence_case(&hint)),
        ],
        None => vec![format!("{}.", sentence_case(&message))],
    };
    let state = read::read(pasted)
        .map_err(|error| with_hint(error.to_string(), Some(error.hint().to_owned())))?;
    migrate(spec, environment, &state)
        .map(Rc::new)
        .map_err(|error| match &error {
            NoMigration::Spec(problems) => {
                std::iter::once("The composition has errors: fix them first.".to_owned())
                    .chain(problems.of(Severity::Error).map(sentence))
                    .collect()
            }
            NoMigration::NotAState(_)
            | NoMigration::NoEnvironment(..)
            | NoMigration::TooFewZones { .. }
            | NoMigration::Name { .. } => with_hint(error.to_string(), error.hint()),
        })
}

fn sentence(problem: &Problem) -> String {
    format!("{}: {}", problem.at, problem.message)
}

/// The name of the folder and the zip.
pub(crate) fn folder(migration: &Migration) -> String {
    format!(
        "{}-{}-migration",
        migration.blueprint.project, migration.environment
    )
}

/// The zip of the migration's files.
///
/// # Errors
/// Where the zip, read back, holds something else: with what that is.
pub(crate) fn pack(migration: &Migration) -> Result<Vec<u8>, String> {
    let (tree, folder) = (migration.tree(), folder(migration));
    let bytes = archive(&tree, &folder);
    read_back(&bytes, &tree, &folder)?;
    Ok(bytes)
}
