//! The five questions that `init` asks on a terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};
use composer_core::options::{self, Kind};
use composer_core::presets::{PRESETS, PresetSpec};
use composer_core::sizing::targets::{self, Assignment};
use composer_core::text::visible;
use composer_core::{FieldPath, Spec, Value};

use crate::outcome::Stop;

/// Whether somebody sits there who can answer.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a preset and for what most people change in it. Enter takes what is shown in brackets.
///
/// # Errors
/// If the terminal ends before the last answer.
pub(crate) fn ask() -> Result<(&'static PresetSpec, Spec)> {
    say("Five questions; Enter takes the answer in brackets.\n\n")?;
    for preset in PRESETS {
        say(&format!("  {:<10}{}\n", preset.name, preset.summary))?;
    }
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    let preset = question("Preset", names[0], |answer| {
        PRESETS
            .iter()
            .find(|preset| preset.name == answer)
            .ok_or_else(|| format!("choose one of {}", names.join(", ")))
    })?;
    let mut spec = preset.spec();
    for key in ["project", "region"] {
        let at = FieldPath::root().join(key);
        let value = text_option(&at, &stated(&spec, &at))?;
        state(&mut spec, at, Value::Text(value));
    }
    // The last is that with the most to carry: prod where there is one.
    let environments = spec.environments();
    let largest = environments.last().copied().unwrap_or_default().to_owned();
    let sizes = sizes(&spec, &largest);
    let rates: Vec<&str> = sizes.iter().map(|(rate, _)| rate.as_str()).collect();
    let allowed = format!("{}, or `none` for the preset's sizes", rates.join(", "));
    let assignments = question(
        &format!("Workflows per second in {largest}: {allowed}"),
        "none",
        |answer| match answer {
            "none" => Ok(Vec::new()),
            rate => sizes
                .iter()
                .find(|(known, _)| known == rate)
                .map(|(_, assignments)| assignments.clone())
                .ok_or_else(|| format!("allowed is {allowed}")),
        },
    )?;
    for assignment in assignments {
        state(&mut spec, assignment.at, assignment.value);
    }
    let at = FieldPath::of(&["backend", "bucket"]);
    let bucket = question(
        "S3 bucket for Terraform's states (`later` if there is none yet)",
        "later",
        |answer| match answer {
            "later" => Ok(None),
            bucket => allowed_text(&at, bucket).map(Some),
        },
    )?;
    if let Some(bucket) = bucket {
        state(&mut spec, at, Value::Text(bucket));
    }
    say("\n")?;
    Ok((preset, spec))
}

/// The rates that the environment can be sized for, each with the values.
fn sizes(spec: &Spec, environment: &str) -> Vec<(String, Vec<Assignment>)> {
    let Some(profile) = spec.profile(environment) else {
        return Vec::new();
    };
    targets::ALL
        .iter()
        .filter_map(|target| {
            let assignments = targets::assignments(target, environment, profile)?;
            Some((target.rate.to_string(), assignments))
        })
        .collect()
}

/// Asks for the value of a text option until one is allowed.
fn text_option(at: &FieldPath, default: &str) -> Result<String> {
    let label = options::find(at).map_or("", |row| row.label);
    question(label, default, |answer| allowed_text(at, answer))
}

/// The answer, if the option at `at` takes it.
fn allowed_text(at: &FieldPath, answer: &str) -> Result<String, String> {
    match options::find(at).map(|row| row.kind) {
        Some(Kind::Text(rule)) if !rule.accepts(answer) => Err(format!(
            "not {}; allowed is {}",
            rule.noun(),
            rule.allowed()
        )),
        _ => Ok(answer.to_owned()),
    }
}

fn stated(spec: &Spec, at: &FieldPath) -> String {
    let value = spec.get(at).and_then(Value::as_text);
    value.unwrap_or_default().to_owned()
}

fn state(spec: &mut Spec, at: FieldPath, value: Value) {
    if let Err(problem) = spec.set(at, value) {
        unreachable!(
            "the questions are about options that exist: {}",
            problem.message
        );
    }
}

/// Asks until `take` takes an answer.
fn question<T>(text: &str, default: &str, take: impl Fn(&str) -> Result<T, String>) -> Result<T> {
    loop {
        say(&format!("{text} [{default}]: "))?;
        let mut line = String::new();
        let count = io::stdin()
            .lock()
            .read_line(&mut line)
            .context("can't read the answer")?;
        if count == 0 {
            say("\n")?;
            return Err(Stop::Usage(
                "the terminal ended before the last answer: nothing was written\n\
                 hint: `init --preset standard` asks nothing"
                    .to_owned(),
            )
            .into());
        }
        let answer = match line.trim() {
            "" => default,
            answer => answer,
        };
        match take(answer) {
            Ok(taken) => return Ok(taken),
            Err(reason) => say(&format!("  `{}`: {reason}\n", visible(answer)))?,
        }
    }
}

/// The questions stand on standard error, so that the output is the file alone.
fn say(text: &str) -> Result<()> {
    let mut err = io::stderr().lock();
    err.write_all(text.as_bytes())
        .and_then(|()| err.flush())
        .context("can't write to the terminal")
}
