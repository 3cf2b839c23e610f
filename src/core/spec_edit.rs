//! Changes values in the text of a spec, and leaves its comments and its order as they are.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, TomlError};

use crate::fix::Setting;
use crate::path::FieldPath;
use crate::read;
use crate::spec::Spec;
use crate::value::Value;

/// Why a spec's text can't be changed in place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error(transparent)]
    NotToml(#[from] TomlError),
    /// It states another value in place of a table.
    #[error("`{0}` can't be added to the file: change it by hand")]
    InTheWay(FieldPath),
    /// It does not have this value.
    #[error("`{0}` is not in the file")]
    Missing(FieldPath),
    /// The changes would not make it say what is expected.
    #[error("the file can't be changed automatically: change it by hand")]
    Otherwise,
}

/// `text`, a spec in TOML, with `settings` made in it; `expected` is the spec that it then is.
///
/// # Errors
/// If the text isn't TOML, or would not say what is expected.
pub fn edited(text: &str, settings: &[Setting], expected: &Spec) -> Result<String, EditError> {
    let has_windows_ends = text.contains("\r\n");
    let mut text = text.replace("\r\n", "\n");
    let gone = settings.iter().filter(|setting| setting.value.is_none());
    for setting in gone {
        text = without(&text, &setting.at)?;
    }
    let mut document: DocumentMut = text.parse()?;
    for setting in settings {
        if let Some(value) = &setting.value {
            put(document.as_table_mut(), &setting.at.segments(), value)
                .ok_or_else(|| EditError::InTheWay(setting.at.clone()))?;
        }
    }
    let text = document.to_string();
    if read::read(&text).spec != *expected {
        return Err(EditError::Otherwise);
    }
    Ok(if has_windows_ends {
        text.replace('\n', "\r\n")
    } else {
        text
    })
}

/// `text` without the value at `at`. Where that has lines of its own these go, and the comments above them stay.
fn without(text: &str, at: &FieldPath) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse()?;
    let missing = || EditError::Missing(at.clone());
    let segments = at.segments();
    let (key, tables) = segments.split_last().ok_or_else(missing)?;
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut is_inline = false;
    for part in tables {
        let item = table.get_mut(part).ok_or_else(missing)?;
        is_inline |= item.is_inline_table();
        table = item.as_table_like_mut().ok_or_else(missing)?;
    }
    if is_inline {
        table.remove(key).ok_or_else(missing)?;
        return Ok(document.to_string());
    }
    let places = read::read(text).places;
    let place = places.get(at).ok_or_else(missing)?;
    let start = text[..place.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[place.end..]
        .find('\n')
        .map_or(text.len(), |end| place.end + end + 1);
    Ok(format!("{}{}", &text[..start], &text[end..]))
}

/// States `value` below `table`; `None` where a value stands in place of a table around it.
fn put(table: &mut dyn TableLike, segments: &[&str], value: &Value) -> Option<()> {
    let (key, rest) = segments.split_first()?;
    if !rest.is_empty() {
        let inside = table
            .entry(key)
            .or_insert_with(|| Item::Table(Table::new()));
        return put(inside.as_table_like_mut()?, rest, value);
    }
    let mut value = written(value);
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            // What stands behind it, such as a comment.
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
    Some(())
}

fn written(value: &Value) -> toml_edit::Value {
    match value {
        Value::Bool(truth) => (*truth).into(),
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(String::as_str).collect::<Array>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment;

    #[track_caller]
    fn check(before: &str, assignments: &[&str], unset: &[&str], after: &str) {
        let mut expected = read::read(before).spec;
        let mut settings = Vec::new();
        for key in unset {
            let at = FieldPath::parse(key).unwrap();
            expected.unset(&at);
            settings.push(Setting { at, value: None });
        }
        for assignment in assignments {
            let stated = assignment::stated(assignment).unwrap();
            for (at, value) in stated.values() {
                expected.set(at.clone(), value.clone()).unwrap();
                let (at, value) = (at.clone(), Some(value.clone()));
                settings.push(Setting { at, value });
            }
        }
        assert_eq!(edited(before, &settings, &expected).unwrap(), after);
    }

    const SPEC: &str = "# Orders.\nversion = 1\nproject = 'orders' # as ever\n\n# Where.\nregion = \"eu-west-1\"\n\n\
                        [environments.dev] # small\nhistory.count = 2 # two\n\n[environments.prod.network]\n\
                        # For a trial.\nnat = \"single\" # one\navailability_zones = [\n  \"eu-west-1a\", # a\n  \
                        \"eu-west-1b\",\n]\nendpoints = false\n";

    #[test]
    fn a_value_changes_and_its_comment_stays() {
        let after = SPEC
            .replace("'orders'", "\"shop\"")
            .replace("count = 2", "count = 3");
        check(
            SPEC,
            &["project=shop", "environments.dev.history.count=3"],
            &[],
            &after,
        );
    }

    #[test]
    fn a_value_goes_with_its_lines_and_the_comment_above_stays() {
        let after = SPEC.replace("nat = \"single\" # one\n", "").replace(
            "availability_zones = [\n  \"eu-west-1a\", # a\n  \"eu-west-1b\",\n]\n",
            "",
        );
        check(
            SPEC,
            &[],
            &[
                "environments.prod.network.nat",
                "environments.prod.network.availability_zones",
            ],
            &after,
        );
    }

    #[test]
    fn a_new_value_stands_with_its_environment() {
        let after = SPEC
            .replace(
                "[environments.prod.network]",
                "[environments.dev.compute]\ninstance_count = 3\n\n[environments.prod.network]",
            )
            .replace(
                "endpoints = false\n",
                "endpoints = false\nvpc_cidr = \"10.40.0.0/16\"\n",
            );
        check(
            SPEC,
            &[
                "environments.dev.compute.instance_count=3",
                "environments.prod.network.vpc_cidr=10.40.0.0/16",
            ],
            &[],
            &after,
        );
    }

    #[test]
    fn inline_tables_and_windows_ends_stay() {
        check(
            "version = 1\r\nproject = \"a\"\r\nenvironments.dev = { history = { cpu = 512, count = 2 }, profile = \"dev\" }\r\n",
            &["environments.dev.history.memory=2048"],
            &["environments.dev.history.count"],
            "version = 1\r\nproject = \"a\"\r\nenvironments.dev = { history = { cpu = 512, memory = 2048 }, profile = \"dev\" }\r\n",
        );
    }
}
