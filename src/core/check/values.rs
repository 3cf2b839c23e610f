//! Checks each value by itself, and that none is missing.

use std::ptr;

use super::{allowed, tags, value_warnings};
use crate::catalog::tags::MAX_TAGS;
use crate::options::{self, DefaultValue, OptionRow, Scope};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::spec::{Spec, Statement};
use crate::value::Value;

/// The most bytes of a spec's keys and values. Written as TOML, escaped and with their addresses, they still are within
/// the limit of [`crate::read`]: a download can be opened again.
const MAX_BYTES: usize = 384 * 1024;

/// The most variables for one container; a task definition ends at 64 KiB.
const MAX_VARIABLES: usize = 50;

/// Checks each stated value, and that required values are stated, in the order of the form.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    check_rows(spec, Scope::Spec, "", problems);
    for name in spec.environments() {
        check_rows(spec, Scope::Environment, name, problems);
    }
    let size: usize = spec
        .values()
        .map(|(at, value)| value.size() + at.last().map_or(0, str::len))
        .sum();
    if size > MAX_BYTES {
        problems.push(
            Problem::new(
                ProblemCode::TooLarge,
                FieldPath::root(),
                format!("the values have {size} bytes, but at most {MAX_BYTES} are allowed"),
            )
            .hint("shorten tags and environment variables"),
        );
    }
    tags::check(spec, problems);
}

fn check_rows(spec: &Spec, scope: Scope, environment: &str, problems: &mut Problems) {
    let all = spec.stated_in((scope == Scope::Environment).then_some(environment));
    for row in options::in_scope(scope) {
        match all.iter().find(|stated| ptr::eq(stated.row, row)) {
            Some(stated) if row.is_map() => {
                check_map(spec, row, &stated.at.parent().unwrap_or_default(), problems);
            }
            Some(stated) => check_stated(spec, stated, environment, problems),
            None => {
                if let Some(problem) = missing(spec, row, environment) {
                    problems.push(problem);
                }
            }
        }
    }
}

fn check_stated(spec: &Spec, stated: &Statement<'_>, environment: &str, problems: &mut Problems) {
    let Statement { row, at, value } = stated;
    if let Err(problem) = allowed::check(row, at, value) {
        problems.push(allowed::with_hint(problem, spec, row, value, environment));
    } else if let Some(problem) = value_warnings::find(row, at, value) {
        problems.push(problem);
    }
    // A switch that is off asks for nothing.
    if **value != Value::Bool(false)
        && let Some(problem) = without_effect(spec, row, at, environment)
    {
        problems.push(problem);
    }
}

fn check_map(spec: &Spec, row: &OptionRow, map: &FieldPath, problems: &mut Problems) {
    let keys = row.keys;
    let max = if keys == Rule::TagKey {
        MAX_TAGS
    } else {
        MAX_VARIABLES
    };
    let count = spec.entries(map).count();
    if count > max {
        problems.push(
            Problem::new(
                ProblemCode::TooMany,
                map.clone(),
                format!("{count} entries, but at most {max} are allowed"),
            )
            .hint(format!("remove {}", count - max)),
        );
        return;
    }
    for (key, value) in spec.entries(map) {
        let at = map.key(key);
        if !keys.accepts(key) {
            problems.push(
                allowed::not_allowed(at.clone(), &Value::from(key), keys.noun(), keys.allowed())
                    .hint("use another name"),
            );
        }
        if let Err(problem) = allowed::check(row, &at, value) {
            problems.push(problem.hint("change it, or remove it"));
        }
    }
}

/// The problem of a required value that is not stated.
fn missing(spec: &Spec, row: &OptionRow, environment: &str) -> Option<Problem> {
    let is_missing = match (row.scope, row.key) {
        (Scope::Spec, "region") => {
            // The spec's region is needed only if an enabled environment states none.
            spec.environments().is_empty()
                || spec.environments().iter().any(|name| {
                    spec.is_enabled(name) && spec.stated_at(Some(name), "region").is_none()
                })
        }
        (Scope::Spec, _) => row.default == DefaultValue::Required,
        (Scope::Environment, "profile") => {
            spec.is_enabled(environment) && spec.profile(environment).is_none()
        }
        (Scope::Environment, _) => false,
    };
    is_missing.then(|| {
        let problem = Problem::new(
            ProblemCode::Missing,
            row.path(environment),
            match row.key {
                "profile" => format!("`{environment}` sets no profile"),
                key => format!("the composition sets no `{key}`"),
            },
        );
        problem.hint(format!("allowed is {}", row.kind.allowed()))
    })
}

/// The problem of a stated value that changes nothing, because what it needs is off.
fn without_effect(
    spec: &Spec,
    row: &OptionRow,
    at: &FieldPath,
    environment: &str,
) -> Option<Problem> {
    let (needed, wanted) = spec.unmet_need(row, environment)?;
    Some(
        Problem::new(
            ProblemCode::NoEffect,
            at.clone(),
            format!(
                "has no effect unless `{}` is `{}`",
                needed.key,
                allowed::plain(&wanted.into())
            ),
        )
        .hint("it applies once that is so"),
    )
}
