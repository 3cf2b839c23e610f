//! Values of a spec that the environment states: `COMPOSER_SET_PROJECT=orders`.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;

use composer_core::{FieldPath, options};

use crate::outcome::Stop;

/// What the name of such a variable begins with.
pub(crate) const PREFIX: &str = "COMPOSER_SET_";

/// A value that a variable states.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct VariableAssignment {
    /// The variable with its value, for messages.
    pub(crate) origin: String,
    /// The same as `--set` takes it.
    pub(crate) assignment: String,
}

impl VariableAssignment {
    /// The name of the variable.
    pub(crate) fn name(&self) -> &str {
        self.origin.split('=').next().unwrap_or_default()
    }
}

/// The values that the environment states, in the order of their keys.
///
/// # Errors
/// If a name or a value is no text, a name has an empty part, or two names mean the same key.
pub(crate) fn stated() -> Result<Vec<VariableAssignment>, Stop> {
    read(env::vars_os())
}

fn read(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<VariableAssignment>, Stop> {
    let mut found: BTreeMap<FieldPath, (String, String)> = BTreeMap::new();
    for (name, value) in variables {
        // A name that is no text can't begin with the prefix and be a key.
        let Some(name) = name.to_str() else { continue };
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let value = value
            .into_string()
            .map_err(|_| Stop::Usage(format!("the value of {name} is not UTF-8")))?;
        let at = address(key).ok_or_else(|| {
            Stop::Usage(format!(
                "{name} names no key\nhint: write two underscores where a key has a dot, as in \
                 {PREFIX}ENVIRONMENTS__DEV__NETWORK__NAT=single"
            ))
        })?;
        if let Some((other, _)) = found.get(&at) {
            return Err(Stop::Usage(format!(
                "{other} and {name} both set `{at}`: remove one of them"
            )));
        }
        found.insert(at, (name.to_owned(), value));
    }
    Ok(found
        .into_iter()
        .map(|(at, (name, value))| VariableAssignment {
            origin: format!("{name}={value}"),
            assignment: format!("{at}={value}"),
        })
        .collect())
}

/// The address that a name means: its parts are separated by two underscores, in capitals or not. An environment's name
/// has `-` where the variable has `_`. The key of a map, such as a tag's, stands as it is.
fn address(key: &str) -> Option<FieldPath> {
    let parts: Vec<&str> = key.split("__").collect();
    let mut lower: Vec<String> = parts.iter().map(|part| part.to_ascii_lowercase()).collect();
    if lower.iter().any(String::is_empty) {
        return None;
    }
    if lower[0] == "environments"
        && let Some(name) = lower.get_mut(1)
    {
        *name = name.replace('_', "-");
    }
    let of = |parts: &[String]| {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        FieldPath::of(&parts)
    };
    let at = of(&lower);
    if options::find(&at).is_some_and(|row| row.is_map())
        && let (Some(last), Some(as_it_is)) = (lower.last_mut(), parts.last())
    {
        *last = (*as_it_is).to_owned();
        return Some(of(&lower));
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assignments(variables: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let stated = read(variables).map_err(|error| error.to_string())?;
        Ok(stated.into_iter().map(|one| one.assignment).collect())
    }

    #[test]
    fn a_name_means_the_key_that_it_looks_like() {
        assert_eq!(
            assignments(&[
                ("COMPOSER_SET_PROJECT", "orders"),
                (
                    "COMPOSER_SET_ENVIRONMENTS__LOAD_TEST__NETWORK__NAT",
                    "per-az"
                ),
                (
                    "COMPOSER_SET_environments__dev__compute__instance_count",
                    "3"
                ),
                ("COMPOSER_SET_TAGS__CostCenter", "a=b"),
                ("COMPOSER_PROJECT", "x"),
                ("SET_PROJECT", "x"),
            ]),
            Ok(vec![
                "environments.dev.compute.instance_count=3".to_owned(),
                "environments.load-test.network.nat=per-az".to_owned(),
                "project=orders".to_owned(),
                "tags.CostCenter=a=b".to_owned(),
            ])
        );
    }

    #[test]
    fn what_names_no_key_or_one_twice_is_refused() {
        for name in ["COMPOSER_SET_", "COMPOSER_SET_A____B", "COMPOSER_SET___A"] {
            let said = assignments(&[(name, "x")]).unwrap_err();
            assert!(
                said.starts_with(&format!("{name} names no key\n")),
                "{said}"
            );
        }
        assert_eq!(
            assignments(&[("COMPOSER_SET_PROJECT", "a"), ("COMPOSER_SET_project", "b")]),
            Err(
                "COMPOSER_SET_PROJECT and COMPOSER_SET_project both set `project`: remove one of them"
                    .to_owned()
            )
        );
    }
}
