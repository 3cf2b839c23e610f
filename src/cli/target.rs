//! `target`: sizes an environment for a number of workflows per second.

use std::path::Path;

use anyhow::Result;
use composer_core::fix::Fixer;
use composer_core::sizing::price_list::PriceList;
use composer_core::sizing::targets::{self, Assignment, Target};
use composer_core::{FieldPath, ProblemCode, Spec, Value, check, options};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};
use crate::source::Source;
use crate::{loading, shell, write};

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    workflows_per_second: i64,
    environment: &'a str,
    evidence: &'static str,
    values: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    assignment: &'a Assignment,
    before: Option<Value>,
}

pub(crate) fn run(arguments: &args::Target, answer: &mut Answer) -> Result<Outcome> {
    let target = targets::find(arguments.rate).ok_or_else(|| {
        let rates: Vec<String> = targets::ALL
            .iter()
            .map(|target| target.rate.to_string())
            .collect();
        Stop::Usage(format!(
            "there are no sizes for {} workflows per second\nhint: choose one of {}",
            arguments.rate,
            rates.join(", ")
        ))
    })?;
    let source = loading::load(&arguments.source, answer)?;
    if source.problems.has_errors() {
        answer.problems(&source.problems, &source, None)?;
        return Ok(Outcome::SpecErrors);
    }
    let environment = environment(&source.spec, arguments.environment.as_deref())?;
    let values = values(&source.spec, target, &environment)?;
    let mut sized = source.spec.clone();
    for assignment in &values {
        if let Err(problem) = sized.set(assignment.at.clone(), assignment.value.clone()) {
            unreachable!("a target sets options that exist: {}", problem.message);
        }
    }
    match &arguments.out {
        Some(file) if file == Path::new("-") => {
            answer.document(&sized.to_toml())?;
        }
        Some(file) => {
            write::file(file, sized.to_toml().as_bytes())?;
            let word = shell::word(file);
            answer.report(
                || serde_json::json!({ "path": file }),
                || {
                    format!(
                        "wrote {}\n\nnext:\n  temporal-composer cost --spec {word}\n  \
                     temporal-composer export --spec {word} --out temporal-terraform\n",
                        file.display()
                    )
                },
            )?;
        }
        None => {
            let report = Report {
                workflows_per_second: target.rate,
                environment: &environment,
                evidence: target.evidence,
                values: values
                    .iter()
                    .map(|assignment| Entry {
                        assignment,
                        before: before(&source.spec, &environment, &assignment.at),
                    })
                    .collect(),
            };
            answer.give(
                || &report,
                || toml(&source.spec, target, &environment, &values),
            )?;
        }
    }
    report_problems(&source, &sized, answer)
}

/// Reports the problems of the sized spec: other values in it may not fit the new sizes.
fn report_problems(source: &Source, sized: &Spec, answer: &mut Answer) -> Result<Outcome> {
    let checked = check(sized);
    let prices = PriceList::default();
    let fixer = Fixer::new(sized, &checked.problems, checked.environments(), &prices);
    let mut problems = checked.problems.clone();
    problems
        .0
        .retain(|problem| problem.code != ProblemCode::Open);
    let outcome = if problems.has_errors() {
        Outcome::SpecErrors
    } else {
        Outcome::Done
    };
    answer.problems(&problems, source, Some(&fixer))?;
    Ok(outcome)
}

/// The environment to size.
fn environment(spec: &Spec, named: Option<&str>) -> Result<String> {
    let names = spec.environments();
    match (named, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => Ok(name.to_owned()),
        (None, [only]) => Ok((*only).to_owned()),
        (Some(name), names) => Err(Stop::Usage(format!(
            "there is no environment `{name}`\nhint: the environments are {}",
            names.join(", ")
        ))
        .into()),
        (None, names) => Err(Stop::Usage(format!(
            "no environment given\nhint: use --environment with one of {}",
            names.join(", ")
        ))
        .into()),
    }
}

fn values(spec: &Spec, target: &Target, environment: &str) -> Result<Vec<Assignment>> {
    let profile = spec.profile(environment).ok_or_else(|| {
        Stop::Usage(format!(
            "`{environment}` has no profile\nhint: set one, as in `--set environments.{environment}.profile=prod`"
        ))
    })?;
    targets::assignments(target, environment, profile).ok_or_else(|| {
        Stop::Usage(format!(
            "{} workflows per second are too many for the profile `{}`\nhint: use an environment with the profile bench or prod",
            target.rate,
            profile.name()
        ))
        .into()
    })
}

/// The value at `at` before it is sized.
fn before(spec: &Spec, environment: &str, at: &FieldPath) -> Option<Value> {
    spec.effective(options::find(at)?, environment).value
}

/// The values as part of a spec, each with its former value and its source.
fn toml(spec: &Spec, target: &Target, environment: &str, values: &[Assignment]) -> String {
    let mut text = format!("# {} workflows per second in {environment}.\n", target.rate);
    for line in wrapped(target.evidence, 100) {
        text.push_str(&format!("# {line}\n"));
    }
    let mut table = FieldPath::root();
    for Assignment { at, value, basis } in values {
        let (parent, key) = (
            at.parent().unwrap_or_default(),
            at.last().unwrap_or_default(),
        );
        if parent != table {
            text.push_str(&format!("\n[{parent}]\n"));
            table = parent;
        }
        let was = match before(spec, environment, at) {
            Some(was) if was == *value => "unchanged".to_owned(),
            Some(was) => format!("was {was}"),
            None => "had no value".to_owned(),
        };
        let line = format!("{key} = {value}");
        text.push_str(&format!("{line:<32} # {was}; {}\n", basis.describe()));
    }
    text
}

/// `text` in lines of up to `width` characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
