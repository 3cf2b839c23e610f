//! Loads the spec that a command's arguments name, applies variables, `--unset` and `--set` to it, and checks it.

use std::path::PathBuf;

use anyhow::Result;
use composer_core::fix::Fixer;
use composer_core::sizing::price_list::PriceList;
use composer_core::{
    Blueprint, FieldPath, ProblemCode, Problems, Severity, assignment, check, link, read,
};

use crate::answer::Answer;
use crate::args;
use crate::outcome::Stop;
use crate::source::{self, DEFAULT_FILE, Source};
use crate::variables::{self, VariableAssignment};

/// Loads the spec that the arguments name.
pub(crate) fn load(arguments: &args::Source, answer: &Answer) -> Result<Source> {
    let mut source = match (&arguments.preset, &arguments.link, &arguments.spec) {
        (Some(name), _, _) => source::from_spec(source::preset(name)?.spec(), Problems::default()),
        (None, Some(url), _) => {
            let link = link::read(url).map_err(|error| {
                Stop::Usage(format!(
                    "the link can't be read: {error}\n\
                     hint: put the link in quotes, because `&` has a meaning in the shell"
                ))
            })?;
            source::from_spec(link.spec, link.problems)
        }
        (None, None, Some(file)) => source::from_text(
            &file.display().to_string(),
            source::content(file, read::MAX_BYTES)?,
        ),
        (None, None, None) => {
            let file = PathBuf::from(DEFAULT_FILE);
            if !file.exists() {
                return Err(Stop::Usage(format!(
                    "no composition: there is no {DEFAULT_FILE} in this folder\n\
                     hint: name a file with --spec FILE, or start from a preset with --preset standard"
                ))
                .into());
            }
            source::from_text(DEFAULT_FILE, source::content(&file, read::MAX_BYTES)?)
        }
    };
    let variables = variables::stated()?;
    if !variables.is_empty() {
        let names: Vec<&str> = variables.iter().map(VariableAssignment::name).collect();
        answer.message(&format!(
            "values from the environment: {}\n",
            names.join(", ")
        ));
    }
    for one in variables {
        set(&mut source, &one.assignment, &one.origin);
    }
    for key in &arguments.unset {
        if let Err(problem) = assignment::unset(&mut source.spec, key) {
            source.problems.push(problem);
        }
    }
    for assignment in &arguments.set {
        set(&mut source, assignment, &format!("--set {assignment}"));
    }
    Ok(source)
}

/// Sets one value, which `origin` stated.
fn set(source: &mut Source, assignment: &str, origin: &str) {
    let stated = assignment::stated(assignment);
    match stated.and_then(|stated| assignment::set(&mut source.spec, assignment).map(|()| stated)) {
        // A table states several values at once.
        Ok(stated) => source.origins.extend(
            stated
                .values()
                .map(|(at, _)| (at.clone(), origin.to_owned())),
        ),
        // As in a file: the first that is left out stands for all.
        Err(problem)
            if problem.code == ProblemCode::TooManyEnvironments
                && source.problems.0.iter().any(|it| it.code == problem.code) => {}
        Err(problem) => {
            // A message about the root already quotes the argument.
            if problem.at != FieldPath::root() {
                source.origins.insert(problem.at.clone(), origin.to_owned());
            }
            source.problems.push(problem);
        }
    }
}

/// The blueprint of `source`; `None` if there are errors. Reports errors and warnings. Advice is left to `validate`, and open values
/// also to the tree's READMEs.
pub(crate) fn blueprint(source: &Source, answer: &mut Answer) -> Result<Option<Blueprint>> {
    let mut problems = source.problems.clone();
    if problems.has_errors() {
        answer.problems(&problems, source, None)?;
        return Ok(None);
    }
    let checked = check(&source.spec);
    problems.extend(checked.problems.clone());
    problems
        .0
        .retain(|problem| problem.severity != Severity::Advice);
    if !problems.0.is_empty() {
        let prices = PriceList::default();
        let environments = checked.environments();
        let fixer = Fixer::new(&source.spec, &checked.problems, environments, &prices);
        answer.problems(&problems, source, Some(&fixer))?;
    }
    Ok(checked.blueprint)
}
