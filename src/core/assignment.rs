//! What a person states in one line, as in `--set KEY=VALUE`, or takes back.

use crate::document::{Node, toml_value};
use crate::path::{FieldPath, split_assignment};
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::read::{ReadResult, take, too_many_environments};
use crate::spec::{MAX_ENVIRONMENTS, Spec};
use crate::text::is_hidden;
use crate::value::{Value, excerpt};

/// States what `--set KEY=VALUE` says: the value as TOML, or else as the bare text.
///
/// # Errors
/// If there is no `=`, the key isn't one, no option has it, or it would be an environment too many.
pub fn set(spec: &mut Spec, assignment: &str) -> Result<(), Problem> {
    let stated = stated(assignment)?;
    let had = spec.environments();
    let added = stated.environments().into_iter();
    let mut added = added.filter(|name| !had.contains(name));
    if let Some(name) = added.nth(MAX_ENVIRONMENTS.saturating_sub(had.len())) {
        return Err(too_many_environments(name));
    }
    spec.extend(stated);
    Ok(())
}

/// What `--set KEY=VALUE` states, by itself.
///
/// # Errors
/// If there is no `=`, the key isn't one, or no option has it.
pub fn stated(assignment: &str) -> Result<Spec, Problem> {
    let Some((key, text)) = split_assignment(assignment) else {
        return Err(Problem::new(
            ProblemCode::Syntax,
            FieldPath::root(),
            format!("`{}` is not KEY=VALUE", excerpt(assignment)),
        )
        .hint("for example `--set environments.dev.loki.enabled=true`"));
    };
    let at = key_of(key)?;
    let mut read = ReadResult::default();
    state(&mut read, &at, text);
    match read.problems.0.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(read.spec),
    }
}

/// Takes back what `--unset KEY` names: a value that the spec states, or an environment with all of its values.
///
/// # Errors
/// If the key isn't one, or the spec states nothing there.
pub fn unset(spec: &mut Spec, key: &str) -> Result<(), Problem> {
    let at = key_of(key)?;
    if spec.get(&at).is_some() {
        spec.unset(&at);
        return Ok(());
    }
    match (at.depth(), at.environment()) {
        (2, Some(name)) if spec.environments().contains(&name) => {
            spec.remove_environment(name);
            Ok(())
        }
        _ => Err(Problem::new(
            ProblemCode::NotStated,
            at.clone(),
            format!(
                "the composition does not set `{}`",
                excerpt(&at.to_string())
            ),
        )
        .hint("`--unset` removes only what the composition sets")),
    }
}

/// The address that `key` is, as a person writes it.
pub(crate) fn key_of(key: &str) -> Result<FieldPath, Problem> {
    FieldPath::parse(key.trim())
        .map_err(|error| Problem::new(ProblemCode::Syntax, FieldPath::root(), error.to_string()))
}

/// States `text` at `at`, as TOML or else as the bare text.
pub(crate) fn state(read: &mut ReadResult, at: &FieldPath, text: &str) {
    let node = toml_value(text).unwrap_or_else(|| Node::Scalar(Value::from(text)));
    take(at, node, None, read);
}

/// `value` as [`state`] reads it back: text stands bare where nothing else could be meant.
pub(crate) fn assigned(value: &Value) -> String {
    match value {
        Value::Text(text) if !text.contains(is_hidden) && toml_value(text).is_none() => {
            text.clone()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_toml_reads_does_not_stand_bare() {
        for text in [
            "1",
            "-7",
            "+1",
            "0x1F",
            "0o17",
            "0b1",
            "1_000",
            "1.5e3",
            "1E-3",
            " 1",
            "1 # one",
            "true",
            "false ",
            "inf",
            "nan",
            "+inf",
            "-nan",
            "\"a\"",
            "'a'",
            "[]",
            "[\"a\"]",
            "{}",
            "{a = 1}",
            "2026-11-25",
            "07:32:00",
            "2026-11-25T07:32:00Z",
            "2026-11-25 07:32:00.5+01:00",
            "\"\" # none",
        ] {
            assert!(toml_value(text).is_some(), "{text}");
            let value = Value::from(text);
            assert_eq!(assigned(&value), value.to_string(), "{text}");
        }
        for text in [
            "",
            " ",
            "1.2.3",
            "truest",
            "#",
            "11m",
            "10.40.0.0/16",
            "eu-west-1",
            "per-az",
            "a: 1",
            "1 o'clock",
            "é",
        ] {
            assert!(toml_value(text).is_none(), "{text}");
            assert_eq!(assigned(&Value::from(text)), text);
        }
    }

    #[test]
    fn set_takes_toml_or_a_bare_text() {
        let mut spec = Spec::default();
        for assignment in [
            "project=temporal",
            "environments.dev.loki.enabled=true",
            "environments.dev.network.availability_zones=[\"eu-west-1a\", \"eu-west-1b\"]",
            "environments.dev.reservoir.base_lifetime=11m",
            "tags.\"a b\"=x = y",
            "environments.prod={}",
        ] {
            set(&mut spec, assignment).unwrap();
        }
        let value = |at: &str| spec.get(&FieldPath::parse(at).unwrap()).cloned();
        assert_eq!(value("project"), Some("temporal".into()));
        assert_eq!(value("environments.dev.loki.enabled"), Some(true.into()));
        assert_eq!(
            value("environments.dev.reservoir.base_lifetime"),
            Some("11m".into())
        );
        assert_eq!(value("tags.\"a b\""), Some("x = y".into()));
        assert_eq!(spec.environments(), ["dev", "prod"]);
        let before = spec.clone();
        assert_eq!(
            set(&mut spec, "projekt=x").unwrap_err().code,
            ProblemCode::UnknownKey
        );
        assert_eq!(
            set(&mut spec, "project").unwrap_err().code,
            ProblemCode::Syntax
        );
        assert_eq!(spec, before);
    }
}
