//! `adopt`: takes values that somebody edited in a composed folder into its composition file.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow};
use composer_core::adopt::{AdoptedValue, Adoption, Follows, Place, UnadoptedValue, adopt};
use composer_core::archive::SPEC_FILE;
use composer_core::text::visible;
use composer_core::{FieldPath, Problems, Severity, Value, check};
use serde::Serialize;

use crate::answer::Answer;
use crate::folder::{self, inside};
use crate::interrupt::defer_signals;
use crate::outcome::{Outcome, Stop};
use crate::update::refuse_unfinished;
use crate::variables::{self, VariableAssignment};
use crate::{args, edit, shell, source, staging};

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    /// Whether the composition file was changed.
    written: bool,
    adopted: Vec<Entry<'a>>,
    /// Values that follow from them: the next update changes them, too.
    follows: Vec<Change<'a>>,
    /// Values that are not adopted.
    left: Vec<Rest<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: &'a FieldPath,
    before: &'a Option<Value>,
    after: &'a Option<Value>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    change: Change<'a>,
    file: &'a str,
    line: Option<usize>,
}

#[derive(Serialize)]
struct Rest<'a> {
    file: &'a str,
    line: Option<usize>,
    address: &'a str,
    message: &'a str,
}

pub(crate) fn run(arguments: &args::Adopt, answer: &mut Answer) -> Result<Outcome> {
    let root = &arguments.folder;
    refuse_variables()?;
    let composed = folder::composed(root)?;
    let signals = defer_signals()?;
    let lock = staging::lock_alone(root, &signals)?;
    refuse_unfinished(root)?;
    let present = folder::managed(root, &[&composed.tree])?;
    folder::refuse_links(root, SPEC_FILE)?;
    let file = inside(root, SPEC_FILE);
    let mut source = source::from_file(&file)?;
    if source.problems.has_errors() {
        answer.problems(&source.problems, &source, None)?;
        return Ok(Outcome::SpecErrors);
    }
    let adoption = adopt(&composed.tree, &present, &source.spec)
        .map_err(|error| anyhow!("can't read {}", inside(root, &error.to_string()).display()))?;
    let mut problems = Problems(
        adoption
            .problems
            .iter()
            .map(|(problem, _)| problem.clone())
            .collect(),
    );
    problems.extend(check(&adoption.spec).problems);
    problems
        .0
        .retain(|problem| problem.severity == Severity::Error);
    let is_refused = problems.has_errors();
    let written = !is_refused && !arguments.dry_run && !adoption.settings.is_empty();
    if is_refused {
        source.origins = origins(root, &adoption);
        answer.problems(&problems, &source, None)?;
    }
    // The editor takes a lock of its own.
    drop(lock);
    drop(signals);
    if written {
        edit::file(&file, &adoption.settings, &adoption.spec)?;
    }
    answer.give(
        || Report::of(&adoption, written),
        || {
            if is_refused {
                format!("{} was not changed\n", file.display())
            } else {
                text(root, &adoption, arguments.dry_run)
            }
        },
    )?;
    Ok(if is_refused {
        Outcome::SpecErrors
    } else if adoption.left.is_empty() {
        Outcome::Done
    } else {
        Outcome::Different
    })
}

/// Refuses values of the environment: what is compared and written is the composition file, which doesn't have them.
fn refuse_variables() -> Result<()> {
    let stated = variables::stated()?;
    let names: Vec<&str> = stated.iter().map(VariableAssignment::name).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Stop::Usage(format!(
        "`adopt` takes no values from the environment, but these are set: {}\nhint: unset them; to keep such a value, write \
         it into {SPEC_FILE}",
        names.join(", ")
    ))
    .into())
}

/// Where each new value stands, for messages about it.
fn origins(root: &Path, adoption: &Adoption) -> BTreeMap<FieldPath, String> {
    let adopted = adoption.adopted.iter().map(|it| (&it.at, &it.place));
    let problems = adoption.problems.iter();
    adopted
        .chain(problems.map(|(problem, place)| (&problem.at, place)))
        .map(|(at, place)| (at.clone(), format!("{} ({at})", shown(root, place))))
        .collect()
}

impl<'a> Report<'a> {
    fn of(adoption: &'a Adoption, written: bool) -> Self {
        let adopted = adoption.adopted.iter().map(|it| Entry {
            change: Change {
                path: &it.at,
                before: &it.before,
                after: &it.after,
            },
            file: &it.place.path,
            line: it.place.line,
        });
        let follows = adoption.follows.iter().map(|it| Change {
            path: &it.at,
            before: &it.before,
            after: &it.after,
        });
        let left = adoption.left.iter().map(|it| Rest {
            file: &it.place.path,
            line: it.place.line,
            address: &it.address,
            message: &it.why,
        });
        Self {
            written,
            adopted: adopted.collect(),
            follows: follows.collect(),
            left: left.collect(),
        }
    }
}

/// The place as `file:line`.
fn shown(root: &Path, place: &Place) -> String {
    let file = inside(root, &place.path);
    let file = visible(&file.to_string_lossy());
    match place.line {
        Some(line) => format!("{file}:{line}"),
        None => file,
    }
}

fn text(root: &Path, adoption: &Adoption, is_dry: bool) -> String {
    let file = inside(root, SPEC_FILE);
    let mut text = String::new();
    if adoption.adopted.is_empty() {
        text.push_str(&format!("nothing to adopt in {}\n", root.display()));
    } else {
        let did = if is_dry { "would adopt" } else { "adopted" };
        text.push_str(&format!("{did} into {}:\n", file.display()));
    }
    for AdoptedValue {
        at,
        before,
        after,
        place,
    } in &adoption.adopted
    {
        let [before, after] = [before, after].map(in_words);
        let place = shown(root, place);
        text.push_str(&format!("  {at}: {before} -> {after}, from {place}\n"));
    }
    if !adoption.follows.is_empty() {
        text.push_str("\nthese follow, so the next update changes them, too:\n");
    }
    for Follows { at, before, after } in &adoption.follows {
        let [before, after] = [before, after].map(in_words);
        text.push_str(&format!("  {at}: {before} -> {after}\n"));
    }
    if !adoption.left.is_empty() {
        text.push_str("\nnot adopted:\n");
    }
    for UnadoptedValue {
        place,
        address,
        why,
    } in &adoption.left
    {
        let place = shown(root, place);
        text.push_str(&format!("  {place}: `{}`: {why}\n", visible(address)));
    }
    if !adoption.adopted.is_empty() && !is_dry {
        text.push_str(&format!("\nnext: {}\n", update(root)));
    }
    text
}

/// The command that composes again.
fn update(root: &Path) -> String {
    if root == Path::new(".") {
        return "temporal-composer update".to_owned();
    }
    format!("temporal-composer update {}", shell::word(root))
}

fn in_words(value: &Option<Value>) -> String {
    match value {
        Some(value) => value.to_string(),
        None => "no value".to_owned(),
    }
}
