//! `validate`: what is wrong with a spec, and its smallest fixes.

use std::path::{Path, PathBuf};

use anyhow::Result;
use composer_core::fix::{Fix, Fixer, Setting, solve};
use composer_core::sizing::price_list::PriceList;
use composer_core::text::visible;
use composer_core::{CheckResult, FieldPath, Problem, Spec, check, options};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};
use crate::source::{self, DEFAULT_FILE, Source};
use crate::{edit, loading, report, variables};

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    /// Whether the composition has no errors.
    ok: bool,
    /// What `--fix` has changed, or would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a [AppliedFix]>,
}

/// Problems that a fix has solved.
#[derive(Serialize)]
struct AppliedFix {
    problems: Vec<Problem>,
    #[serde(flatten)]
    fix: Fix,
    /// The values before it, in the order of the settings.
    #[serde(skip)]
    before: Vec<String>,
}

pub(crate) fn run(arguments: &args::Validate, answer: &mut Answer) -> Result<Outcome> {
    let mut source = loading::load(&arguments.source, answer)?;
    let mut problems = source.problems.clone();
    let mut fixed = None;
    let mut checked = None;
    // A value that could not be read would be reported a second time, as missing.
    if !problems.has_errors() {
        if arguments.fix {
            fixed = Some(fix(arguments, &mut source, answer)?);
        }
        let found = check(&source.spec);
        problems.extend(found.problems.clone());
        checked = Some(found);
    }
    let prices = PriceList::default();
    let fixer = fixer(&source.spec, checked.as_ref(), &prices);
    answer.problems(&problems, &source, fixer.as_ref())?;
    let report = Report {
        ok: !problems.has_errors(),
        fixed: fixed.as_deref(),
    };
    answer.give(
        || &report,
        || {
            let fixed = fixed.as_deref();
            let fixed = fixed.map(|fixed| describe(fixed, &source, arguments.dry_run));
            let summary = report::summary(&problems);
            format!("{}{summary}\n", fixed.unwrap_or_default())
        },
    )?;
    Ok(if problems.has_errors() {
        Outcome::SpecErrors
    } else {
        Outcome::Done
    })
}

/// A fixer of what was found about `spec`.
fn fixer<'a>(
    spec: &'a Spec,
    checked: Option<&'a CheckResult>,
    prices: &'a PriceList,
) -> Option<Fixer<'a>> {
    let checked = checked?;
    Some(Fixer::new(
        spec,
        &checked.problems,
        checked.environments(),
        prices,
    ))
}

/// Fixes the spec in its file and reads the source again. A dry run only returns what it would change.
fn fix(
    arguments: &args::Validate,
    source: &mut Source,
    answer: &Answer,
) -> Result<Vec<AppliedFix>> {
    if let Some(variable) = variables::stated()?.first() {
        return Err(Stop::Usage(format!(
            "`--fix` changes the file, but {} sets a value beside it\nhint: unset the variable",
            variable.name()
        ))
        .into());
    }
    let file = file(arguments)?;
    let solved = solve(&source.spec, &PriceList::default());
    let mut spec = source.spec.clone();
    let mut all: Vec<Setting> = Vec::new();
    let mut fixed = Vec::new();
    for (problems, fix) in solved.steps {
        let before = fix.settings.iter().map(|setting| value(&spec, &setting.at));
        let before = before.collect();
        for setting in &fix.settings {
            setting.apply(&mut spec);
            all.retain(|known| known.at != setting.at);
            all.push(setting.clone());
        }
        fixed.push(AppliedFix {
            problems,
            fix,
            before,
        });
    }
    // A value that one fix set and a later one removed was never in the text.
    all.retain(|setting| setting.value.is_some() || source.spec.get(&setting.at).is_some());
    if !arguments.dry_run && !all.is_empty() {
        edit::file(&file, &all, &spec)?;
        *source = loading::load(&arguments.source, answer)?;
    }
    Ok(fixed)
}

/// The file to change: TOML that is not standard input.
fn file(arguments: &args::Validate) -> Result<PathBuf> {
    let file = arguments.source.spec.clone();
    let file = file.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    if file == Path::new("-") {
        return Err(Stop::Usage(
            "`--fix` can't change standard input\nhint: name a file with --spec FILE".to_owned(),
        )
        .into());
    }
    let content = source::content(&file, composer_core::read::MAX_BYTES)?;
    if content.trim_start().starts_with('{') {
        return Err(Stop::Usage(format!(
            "{} is JSON, but `--fix` changes only TOML\nhint: `validate --json` lists the fixes",
            file.display()
        ))
        .into());
    }
    Ok(file)
}

/// The value at `at`, or its default.
fn value(spec: &Spec, at: &FieldPath) -> String {
    let environment = at.environment().unwrap_or_default();
    let effective = options::find(at).and_then(|row| spec.effective(row, environment).value);
    match (spec.get(at), effective) {
        (Some(stated), _) => stated.to_string(),
        (None, Some(default)) => default.to_string(),
        (None, None) => "none".to_owned(),
    }
}

/// The changes in words, made or not.
fn describe(fixed: &[AppliedFix], source: &Source, is_dry: bool) -> String {
    if fixed.is_empty() {
        return "nothing to change\n".to_owned();
    }
    let file = source.text.as_ref().map_or("", |text| text.name.as_str());
    let did = if is_dry { "would change" } else { "changed" };
    let mut text = format!("{did} {}:\n", visible(file));
    for one in fixed {
        for (setting, before) in one.fix.settings.iter().zip(&one.before) {
            let after = setting
                .value
                .as_ref()
                .map_or_else(|| "the default".to_owned(), ToString::to_string);
            text.push_str(&format!("  {}: {before} -> {after}\n", setting.at));
        }
        let code = one
            .problems
            .first()
            .map_or("", |problem| problem.code.name());
        let permanent = if one.fix.is_permanent {
            "; can't change after the first apply"
        } else {
            ""
        };
        text.push_str(&format!("    for {code}, {}{permanent}\n", one.fix.price()));
    }
    text
}
