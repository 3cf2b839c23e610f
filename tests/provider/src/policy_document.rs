//! `aws_iam_policy_document`, rendered as the real provider renders it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::diagnostic::{Path, Problem};
use crate::value::{Object, Value, blocks, get};

/// Renders the document of a configuration that is wholly known.
pub(crate) fn render(config: &Object) -> Result<Json, Problem> {
    let mut document = Map::new();
    for (index, source) in sources(config, "source_policy_documents", "source_json").enumerate() {
        merge(
            &mut document,
            source,
            "source_policy_documents",
            index,
            OnSameSid::Refuse,
        )?;
    }
    let version = get(config, "version").as_str().unwrap_or("2012-10-17");
    document.insert("Version".to_owned(), version.into());
    if let Some(id) = get(config, "policy_id").as_str() {
        document.insert("Id".to_owned(), id.into());
    }
    let own = blocks(config, "statement")
        .into_iter()
        .enumerate()
        .map(|(index, block)| statement(block, index, version))
        .collect::<Result<Vec<_>, _>>()?;
    refuse_same_sid(&own)?;
    add(&mut document, own, OnSameSid::Replace);
    for (index, source) in sources(config, "override_policy_documents", "override_json").enumerate()
    {
        merge(
            &mut document,
            source,
            "override_policy_documents",
            index,
            OnSameSid::Replace,
        )?;
    }
    Ok(ordered(document))
}

#[derive(Clone, Copy, PartialEq)]
enum OnSameSid {
    Refuse,
    Replace,
}

fn sources<'a>(config: &'a Object, list: &str, single: &str) -> impl Iterator<Item = &'a str> {
    get(config, single)
        .as_str()
        .into_iter()
        .chain(get(config, list).strings())
        .filter(|text| !text.is_empty())
}

fn merge(
    document: &mut Map<String, Json>,
    source: &str,
    argument: &str,
    index: usize,
    on_same_sid: OnSameSid,
) -> Result<(), Problem> {
    let place = || Path::of(&format!("{argument}.{index}"));
    let mut parsed: Json = serde_json::from_str(source).map_err(|error| {
        Problem::error(
            place(),
            "Invalid JSON in a policy document",
            error.to_string(),
        )
    })?;
    let statements = match parsed["Statement"].take() {
        Json::Array(statements) => statements,
        Json::Null => Vec::new(),
        one => vec![one],
    };
    if let Some(version) = parsed["Version"].as_str() {
        document.insert("Version".to_owned(), version.into());
    }
    if let Some(id) = parsed["Id"].as_str() {
        document.insert("Id".to_owned(), id.into());
    }
    if on_same_sid == OnSameSid::Refuse {
        let before = document.get("Statement").and_then(Json::as_array);
        let all: Vec<Json> = before
            .into_iter()
            .flatten()
            .chain(&statements)
            .cloned()
            .collect();
        refuse_same_sid(&all).map_err(|problem| Problem {
            path: place(),
            ..problem
        })?;
    }
    add(document, statements, on_same_sid);
    Ok(())
}

fn refuse_same_sid(statements: &[Json]) -> Result<(), Problem> {
    let mut seen = BTreeMap::new();
    for sid in statements
        .iter()
        .filter_map(|statement| statement["Sid"].as_str())
    {
        if !sid.is_empty() && seen.insert(sid, ()).is_some() {
            return Err(Problem::error(
                Path::of("statement"),
                "Duplicate Sid",
                format!("duplicate Sid ({sid})"),
            ));
        }
    }
    Ok(())
}

/// Puts statements in the place of those with the same `Sid`, the rest last.
fn add(document: &mut Map<String, Json>, statements: Vec<Json>, on_same_sid: OnSameSid) {
    let all = document
        .entry("Statement")
        .or_insert_with(|| json!([]))
        .as_array_mut()
        .expect("only arrays are put here");
    for statement in statements {
        let sid = statement["Sid"].as_str().unwrap_or_default();
        let same = all
            .iter_mut()
            .find(|other| !sid.is_empty() && other["Sid"] == statement["Sid"]);
        match same {
            Some(other) if on_same_sid == OnSameSid::Replace => *other = statement,
            _ => all.push(statement),
        }
    }
}

fn statement(block: &Object, index: usize, version: &str) -> Result<Json, Problem> {
    let mut statement = Map::new();
    if let Some(sid) = get(block, "sid").as_str().filter(|sid| !sid.is_empty()) {
        statement.insert("Sid".to_owned(), sid.into());
    }
    let effect = get(block, "effect").as_str().unwrap_or("Allow");
    if !["Allow", "Deny"].contains(&effect) {
        return Err(Problem::error(
            Path::of(&format!("statement.{index}.effect")),
            "Invalid effect",
            format!("expected effect to be one of [\"Allow\" \"Deny\"], got {effect}"),
        ));
    }
    statement.insert("Effect".to_owned(), effect.into());
    for (key, argument) in [
        ("Action", "actions"),
        ("NotAction", "not_actions"),
        ("Resource", "resources"),
        ("NotResource", "not_resources"),
    ] {
        let mut texts = get(block, argument).strings();
        if texts.is_empty() {
            continue;
        }
        texts.sort_unstable_by(|left, right| right.cmp(left));
        let texts = texts
            .into_iter()
            .map(|text| variables(text, version))
            .collect();
        statement.insert(key.to_owned(), one_or_many(texts));
    }
    for (key, argument) in [
        ("Principal", "principals"),
        ("NotPrincipal", "not_principals"),
    ] {
        if let Some(principals) = principals(&blocks(block, argument)) {
            statement.insert(key.to_owned(), principals);
        }
    }
    if let Some(conditions) = conditions(&blocks(block, "condition"), version) {
        statement.insert("Condition".to_owned(), conditions);
    }
    Ok(Json::Object(statement))
}

fn principals(blocks: &[&Object]) -> Option<Json> {
    let mut principals: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for block in blocks {
        let kind = get(block, "type").as_str().unwrap_or_default();
        let identifiers = get(block, "identifiers").strings();
        if kind == "*" && identifiers == ["*"] {
            return Some("*".into());
        }
        principals.entry(kind).or_default().extend(identifiers);
    }
    let principals: Map<String, Json> = principals
        .into_iter()
        .map(|(kind, mut identifiers)| {
            identifiers.sort_unstable_by(|left, right| right.cmp(left));
            identifiers.dedup();
            let identifiers = identifiers.into_iter().map(str::to_owned).collect();
            (kind.to_owned(), one_or_many(identifiers))
        })
        .collect();
    (!principals.is_empty()).then_some(Json::Object(principals))
}

fn conditions(blocks: &[&Object], version: &str) -> Option<Json> {
    let mut conditions: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for block in blocks {
        let test = get(block, "test").as_str().unwrap_or_default();
        let variable = get(block, "variable").as_str().unwrap_or_default();
        let values = get(block, "values").strings();
        conditions
            .entry(test.to_owned())
            .or_default()
            .entry(variable.to_owned())
            .or_default()
            .extend(values.into_iter().map(|value| variables(value, version)));
    }
    let conditions: Map<String, Json> = conditions
        .into_iter()
        .map(|(test, variables)| {
            let variables: Map<String, Json> = variables
                .into_iter()
                .map(|(variable, values)| (variable, one_or_many(values)))
                .collect();
            (test, Json::Object(variables))
        })
        .collect();
    (!conditions.is_empty()).then_some(Json::Object(conditions))
}

/// `&{aws:username}` is how a document says `${aws:username}` in HCL.
fn variables(text: &str, version: &str) -> String {
    match version {
        "2012-10-17" => text.replace("&{", "${"),
        _ => text.to_owned(),
    }
}

fn one_or_many(mut texts: Vec<String>) -> Json {
    if texts.len() == 1 {
        texts.remove(0).into()
    } else {
        texts.into()
    }
}

/// Version, id and statements in the order the provider writes them.
fn ordered(mut document: Map<String, Json>) -> Json {
    let mut ordered = Map::new();
    for key in ["Version", "Id", "Statement"] {
        let is_empty = |value: &Json| value.as_array().is_some_and(Vec::is_empty);
        if let Some(value) = document.remove(key).filter(|value| !is_empty(value)) {
            ordered.insert(key.to_owned(), value);
        }
    }
    Json::Object(ordered)
}

/// Writes a document; the keys of a statement stand in the provider's order.
pub(crate) fn write(document: &Json, indent: Option<usize>) -> String {
    let mut text = String::new();
    write_json(&mut text, document, indent, 0);
    text
}

const KEY_ORDER: &[&str] = &[
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

fn write_json(text: &mut String, json: &Json, indent: Option<usize>, depth: usize) {
    let line = |text: &mut String, depth: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.push_str(&" ".repeat(indent * depth));
        }
    };
    match json {
        Json::Object(items) if !items.is_empty() => {
            let mut keys: Vec<&String> = items.keys().collect();
            keys.sort_by_key(|key| {
                let place = KEY_ORDER.iter().position(|known| known == key);
                (place.unwrap_or(KEY_ORDER.len()), (*key).clone())
            });
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                line(text, depth + 1);
                text.push_str(&Json::from(key.as_str()).to_string());
                text.push_str(if indent.is_some() { ": " } else { ":" });
                write_json(text, &items[key], indent, depth + 1);
            }
            line(text, depth);
            text.push('}');
        }
        Json::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                line(text, depth + 1);
                write_json(text, item, indent, depth + 1);
            }
            line(text, depth);
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

/// The computed attributes of the data source.
pub(crate) fn read(config: &Object) -> Result<Vec<(&'static str, Value)>, Problem> {
    let document = render(config)?;
    let json = write(&document, Some(2));
    let id = crate::generated::letters(&json, "id", b"0123456789", 10);
    Ok(vec![
        ("minified_json", write(&document, None).into()),
        ("json", json.into()),
        ("id", id.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(config: &Json, expected: &str) {
        let Value::Map(config) = Value::from_json(config) else {
            panic!("not an object")
        };
        assert_eq!(write(&render(&config).unwrap(), None), expected);
    }

    #[test]
    fn single_values_are_texts_and_several_are_sorted_downwards() {
        check(
            &json!({ "statement": [{ "sid": "A", "actions": ["s3:Get", "s3:Put"], "resources": ["*"] }] }),
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:Put","s3:Get"],"Resource":"*"}]}"#,
        );
    }

    #[test]
    fn principals_and_conditions_are_grouped() {
        check(
            &json!({ "statement": [{
                "actions": ["sts:AssumeRole"],
                "principals": [{ "type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"] }],
                "condition": [{ "test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"] }],
            }] }),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}"#,
        );
    }

    #[test]
    fn a_source_document_comes_first_and_an_override_replaces_by_sid() {
        check(
            &json!({
                "source_policy_documents": [r#"{"Statement":[{"Sid":"S","Effect":"Allow"}]}"#],
                "statement": [{ "sid": "A", "actions": ["a:A"], "resources": ["*"] }],
                "override_policy_documents": [r#"{"Statement":[{"Sid":"A","Effect":"Deny"}]}"#],
            }),
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Allow"},{"Sid":"A","Effect":"Deny"}]}"#,
        );
    }
}
