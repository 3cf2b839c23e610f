//! Whether one value is among those that its option allows.

use crate::duration::Duration;
use crate::options::{DefaultValue, Kind, OptionRow};
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::spec::Spec;
use crate::value::{Value, excerpt};

/// Checks that `row` allows `value`.
///
/// # Errors
/// If it doesn't: the problem may still lack a hint, which [`with_hint`] adds.
pub(super) fn check(row: &OptionRow, at: &FieldPath, value: &Value) -> Result<(), Problem> {
    let wrong_type = || {
        Problem::new(
            ProblemCode::Type,
            at.clone(),
            format!(
                "`{}` is {}, allowed is {}",
                excerpt(&value.to_string()),
                value.kind(),
                row.kind.allowed()
            ),
        )
    };
    let refuse = |noun: &str| not_allowed(at.clone(), value, noun, &row.kind.allowed());
    match (row.kind, value) {
        (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (Kind::Integer { min, max, .. }, Value::Integer(number)) => {
            if (min..=max).contains(number) {
                Ok(())
            } else {
                Err(Problem::new(
                    ProblemCode::OutOfRange,
                    at.clone(),
                    format!(
                        "`{number}` is out of range: allowed is {}",
                        row.kind.allowed()
                    ),
                ))
            }
        }
        (Kind::OneOf { values, .. }, Value::Integer(number)) => {
            if values.contains(number) {
                Ok(())
            } else {
                let nearest = values
                    .iter()
                    .min_by_key(|value| value.abs_diff(*number))
                    .copied()
                    .unwrap_or_default();
                Err(refuse("one of the values").hint(format!("the nearest is {nearest}")))
            }
        }
        (Kind::Choice(choices), Value::Text(text)) => {
            if choices.iter().any(|(name, _)| name == text) {
                Ok(())
            } else {
                Err(refuse("one of the choices"))
            }
        }
        (Kind::Text(rule), Value::Text(text)) => {
            if rule.accepts(text) {
                Ok(())
            } else {
                let problem = refuse(rule.noun());
                Err(match did_you_mean(rule, text) {
                    Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
                    None => problem,
                })
            }
        }
        (Kind::Duration { min, max }, Value::Text(text)) => match Duration::parse(text) {
            None => Err(refuse("a duration")),
            Some(found) if (min..=max).contains(&found) => Ok(()),
            Some(_) => Err(Problem::new(
                ProblemCode::OutOfRange,
                at.clone(),
                format!(
                    "`{text}` is out of range: allowed is {}",
                    row.kind.allowed()
                ),
            )),
        },
        (Kind::List { rule, min, max }, Value::List(items)) => {
            if let Some(bad) = items.iter().find(|item| !rule.accepts(item)) {
                return Err(not_allowed(
                    at.clone(),
                    &Value::from(bad.as_str()),
                    rule.noun(),
                    &row.kind.allowed(),
                ));
            }
            if let Some(twice) = items
                .iter()
                .enumerate()
                .find_map(|(index, item)| items[..index].contains(item).then_some(item))
            {
                return Err(Problem::new(
                    ProblemCode::NotAllowed,
                    at.clone(),
                    format!(
                        "`{twice}` is listed twice: allowed is {}",
                        row.kind.allowed()
                    ),
                ));
            }
            if (min..=max).contains(&items.len()) {
                Ok(())
            } else {
                Err(Problem::new(
                    ProblemCode::OutOfRange,
                    at.clone(),
                    format!("{} entries: allowed is {}", items.len(), row.kind.allowed()),
                ))
            }
        }
        (
            Kind::Boolean
            | Kind::Integer { .. }
            | Kind::OneOf { .. }
            | Kind::Choice(_)
            | Kind::Text(_)
            | Kind::Duration { .. }
            | Kind::List { .. },
            _,
        ) => Err(wrong_type()),
    }
}

/// `problem` with a hint if it has none: the nearest number, else the default or an example.
pub(super) fn with_hint(
    problem: Problem,
    spec: &Spec,
    row: &OptionRow,
    value: &Value,
    environment: &str,
) -> Problem {
    if problem.hint.is_some() {
        return problem;
    }
    if let (Kind::Integer { min, max, .. }, Value::Integer(number)) = (row.kind, value) {
        return problem.hint(format!("the nearest is {}", number.clamp(&min, &max)));
    }
    match spec.default_of(row, environment).value {
        Some(default) => problem.hint(format!("without it, it is `{}`", plain(&default))),
        None => match row.inherited_default() {
            DefaultValue::Open(example) => problem.hint(format!("for example `{example}`")),
            DefaultValue::Required => problem.hint("choose another value: it has no default"),
            DefaultValue::Absent(_)
            | DefaultValue::Same(_)
            | DefaultValue::PerProfile(_)
            | DefaultValue::Inherited
            | DefaultValue::Derived(_) => problem.hint("use an allowed value, or remove it"),
        },
    }
}

/// The known value nearest to `text`, for rules with a catalog.
fn did_you_mean(rule: Rule, text: &str) -> Option<&'static str> {
    if text.len() > 64 {
        return None;
    }
    rule.known()?
        .into_iter()
        .map(|name| (strsim::osa_distance(text, name), name))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, name)| name)
}

/// A value without the quotes of TOML.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The problem of a value that is not allowed.
pub(super) fn not_allowed(at: FieldPath, found: &Value, noun: &str, allowed: &str) -> Problem {
    let shown = match found {
        Value::Text(text) => excerpt(text),
        other => excerpt(&other.to_string()),
    };
    Problem::new(
        ProblemCode::NotAllowed,
        at,
        format!("`{shown}` is not {noun}: allowed is {allowed}"),
    )
}
