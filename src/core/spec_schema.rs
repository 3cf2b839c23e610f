//! The [JSON Schema](https://json-schema.org/draft/2020-12) of a spec, made of the rows of options. An editor completes
//! keys with it, shows what they do, and marks what [`crate::check`] would refuse for its form. What depends on other
//! values only the check knows.

use serde_json::{Map, Value as Json, json};

use crate::option::{DefaultValue, Kind, OptionRow, Profile, Scope};
use crate::options;
use crate::rules::Rule;
use crate::spec::MAX_ENVIRONMENTS;
use crate::value::Value;

/// The name of the file that holds it.
pub const FILE: &str = "composition.schema.json";

/// What it calls itself: by this the file is known as one of this program.
pub const TITLE: &str = "A composition of Temporal Composer";

/// The schema.
#[must_use]
pub fn schema() -> Json {
    let mut spec = table(&rows(Scope::Spec));
    let Json::Object(fields) = &mut spec else {
        unreachable!("a table is an object");
    };
    let properties = fields["properties"].as_object_mut();
    if let Some(properties) = properties {
        properties.insert(
            "version".to_owned(),
            json!({ "const": 1, "description": "The version of the file format." }),
        );
        properties.insert(
            "environments".to_owned(),
            json!({
                "type": "object",
                "description": "Each environment with its name, such as `[environments.dev]`.",
                "additionalProperties": { "$ref": "#/$defs/environment" },
                "propertyNames": text(Rule::EnvironmentName),
                "maxProperties": MAX_ENVIRONMENTS,
            }),
        );
    }
    let required: Vec<&str> = options::in_scope(Scope::Spec)
        .filter(|row| row.default == DefaultValue::Required)
        .map(|row| row.key)
        .chain(["version"])
        .collect();
    fields.insert("required".to_owned(), json!(required));
    fields.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    fields.insert("title".to_owned(), json!(TITLE));
    fields.insert(
        "$defs".to_owned(),
        json!({ "environment": table(&rows(Scope::Environment)) }),
    );
    spec
}

/// A row with what is left of its key inside a table.
type Rest<'a> = (Vec<&'a str>, &'a OptionRow);

fn rows(scope: Scope) -> Vec<Rest<'static>> {
    options::in_scope(scope)
        .map(|row| (row.key.split('.').collect(), row))
        .collect()
}

/// The table with these rows.
fn table(rows: &[Rest<'_>]) -> Json {
    let mut properties = Map::new();
    let mut others = json!(false);
    for (key, row) in rows {
        let (first, inside) = (key[0], key.len() > 1);
        if first == "*" {
            others = option(row);
        } else if !inside {
            properties.insert(first.to_owned(), option(row));
        } else if !properties.contains_key(first) {
            let inner: Vec<Rest<'_>> = rows
                .iter()
                .filter(|(key, _)| key.len() > 1 && key[0] == first)
                .map(|(key, row)| (key[1..].to_vec(), *row))
                .collect();
            properties.insert(first.to_owned(), table(&inner));
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": others })
}

/// The value of an option.
fn option(row: &OptionRow) -> Json {
    let mut value = kind(row.kind);
    let mut description = format!("{}: {}", row.label, row.help);
    if let Kind::Choice(choices) = row.kind {
        for (name, meaning) in choices {
            description.push_str(&format!("\n{name}: {meaning}"));
        }
    } else {
        description.push_str(&format!("\nAllowed: {}.", row.kind.allowed()));
    }
    match row.default {
        DefaultValue::Same(default) => value["default"] = json!(Value::from(default)),
        DefaultValue::PerProfile(defaults) => {
            for (profile, default) in Profile::ALL.iter().zip(defaults) {
                let default = Value::from(default);
                description.push_str(&format!("\nDefault in {}: {default}", profile.name()));
            }
        }
        DefaultValue::Derived(rule) => {
            description.push_str(&format!("\nDefault: {}", rule.describe()));
        }
        DefaultValue::Open(example) => value["examples"] = json!([example]),
        DefaultValue::Absent(meaning) => {
            description.push_str(&format!("\nWithout a value: {meaning}"));
        }
        DefaultValue::Required | DefaultValue::Inherited => {}
    }
    if row.immutable {
        description.push_str("\nCan't change after the first apply without a loss of data.");
    }
    value["description"] = json!(description);
    value
}

fn kind(kind: Kind) -> Json {
    match kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer { min, max, .. } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        Kind::OneOf { values, .. } => json!({ "enum": values }),
        Kind::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            json!({ "enum": names })
        }
        Kind::Text(rule) => text(rule),
        Kind::Duration { .. } => json!({ "type": "string", "pattern": "^[0-9]+[hms]$" }),
        Kind::List { rule, min, max } => json!({
            "type": "array",
            "items": text(rule),
            "minItems": min,
            "maxItems": max,
            "uniqueItems": true,
        }),
    }
}

/// A text that follows a rule: as far as one expression says it.
fn text(rule: Rule) -> Json {
    let mut text = json!({ "type": "string" });
    if let Some(validation) = rule.validation() {
        text["pattern"] = json!(validation.pattern);
    }
    text
}
