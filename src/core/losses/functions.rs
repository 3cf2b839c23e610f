//! The functions of Terraform that decide which resources there are. Every other is as good by its arguments: the same
//! give the same.

use std::collections::{BTreeMap, BTreeSet};

use super::value::Value;

/// Why there is no value: what Terraform refuses, and what `try` and `can` are for.
#[derive(Debug)]
pub(super) struct EvaluationError;

type Result<T> = std::result::Result<T, EvaluationError>;

/// Calls the function `name`.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value> {
    match calculated(name, arguments) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Ok(described(name, arguments)),
        Err(refused) => Err(refused),
    }
}

/// What the function makes of arguments that it isn't calculated for.
fn described(name: &str, arguments: &[Value]) -> Value {
    let texts: Vec<_> = arguments.iter().map(Value::described).collect();
    Value::unknown(format!("{name}({})", texts.join(", ")), arguments)
}

/// Its value; `None` where it isn't calculated.
fn calculated(name: &str, arguments: &[Value]) -> Result<Option<Value>> {
    let numbers = || -> Option<Vec<f64>> {
        let all = match arguments {
            [Value::List(items)] => items,
            other => other,
        };
        all.iter().map(Value::as_number).collect()
    };
    Ok(match (name, arguments) {
        ("merge", maps) => merged(maps),
        ("concat", lists) => joined(lists),
        ("flatten", [Value::List(items)]) => flat(items).map(Value::List),
        ("toset" | "distinct", [Value::List(items)]) => {
            let mut unique: Vec<Value> = Vec::new();
            for item in items {
                if !unique.contains(item) {
                    unique.push(item.clone());
                }
            }
            if name == "toset" {
                unique.sort_by_key(Value::described);
            }
            Some(Value::List(unique))
        }
        (
            "tolist" | "tomap" | "tostring" | "tonumber" | "tobool" | "sensitive" | "nonsensitive",
            [it],
        ) => match (name, it) {
            ("tostring", Value::Number(_) | Value::Bool(_)) => it.as_text().map(Value::Text),
            ("tonumber", Value::Text(_)) => {
                Some(Value::Number(it.as_number().ok_or(EvaluationError)?))
            }
            ("tobool", Value::Text(_)) => Some(Value::Bool(it.as_bool().ok_or(EvaluationError)?)),
            _ => Some(it.clone()),
        },
        ("keys", [Value::Map(entries)]) => {
            let keys = entries.keys().cloned();
            Some(Value::List(keys.map(Value::Text).collect()))
        }
        ("values", [Value::Map(entries)]) => Some(Value::List(entries.values().cloned().collect())),
        ("length", [Value::List(items)]) => Some(number(items.len())),
        ("length", [Value::Map(entries)]) => Some(number(entries.len())),
        ("length", [Value::Text(text)]) => Some(number(text.chars().count())),
        ("one", [Value::List(items)]) => match items.as_slice() {
            [] => Some(Value::Null),
            [item] => Some(item.clone()),
            _ => return Err(EvaluationError),
        },
        ("one", [Value::Null]) => Some(Value::Null),
        ("coalesce", values) => {
            let is_none =
                |it: &&Value| !matches!(it, Value::Null) && **it != Value::Text(String::new());
            match values.iter().find(is_none) {
                Some(Value::Unknown(_)) => None,
                Some(value) => Some(value.clone()),
                None => return Err(EvaluationError),
            }
        }
        ("contains", [Value::List(items), wanted]) => {
            let is_there = items.contains(wanted);
            let is_certain = is_there || (wanted.is_known() && items.iter().all(Value::is_known));
            is_certain.then_some(Value::Bool(is_there))
        }
        ("lookup", [Value::Map(entries), Value::Text(key), rest @ ..]) => {
            let found = entries.get(key).or(rest.first());
            Some(found.ok_or(EvaluationError)?.clone())
        }
        ("element", [Value::List(items), Value::Number(at)]) if !items.is_empty() => {
            items.get(*at as usize % items.len()).cloned()
        }
        ("slice", [Value::List(items), Value::Number(from), Value::Number(to)]) => {
            let slice = items
                .get(*from as usize..*to as usize)
                .ok_or(EvaluationError)?;
            Some(Value::List(slice.to_vec()))
        }
        ("compact", [Value::List(items)]) => {
            let mut items = items.clone();
            items.retain(|it| !matches!(it, Value::Null) && *it != Value::Text(String::new()));
            Some(Value::List(items))
        }
        ("sort", [Value::List(items)]) if items.iter().all(Value::is_known) => {
            let mut items = items.clone();
            items.sort_by_key(Value::as_text);
            Some(Value::List(items))
        }
        ("setintersection", [Value::List(first), rest @ ..])
            if rest.iter().all(Value::is_known) =>
        {
            let mut items = first.clone();
            items.retain(|item| {
                rest.iter()
                    .all(|it| matches!(it, Value::List(items) if items.contains(item)))
            });
            Some(Value::List(items))
        }
        ("setsubtract", [Value::List(first), Value::List(second)]) => {
            let mut items = first.clone();
            items.retain(|item| !second.contains(item));
            Some(Value::List(items))
        }
        ("zipmap", [Value::List(keys), Value::List(values)]) => {
            let keys: Option<Vec<String>> = keys.iter().map(Value::as_text).collect();
            keys.map(|keys| Value::Map(keys.into_iter().zip(values.iter().cloned()).collect()))
        }
        ("join", [Value::Text(between), Value::List(items)]) => {
            let items: Option<Vec<String>> = items.iter().map(Value::as_text).collect();
            items.map(|items| Value::Text(items.join(between)))
        }
        ("split", [Value::Text(between), Value::Text(text)]) => {
            let parts = text.split(between.as_str());
            Some(Value::List(
                parts.map(|part| Value::Text(part.to_owned())).collect(),
            ))
        }
        ("replace", [Value::Text(text), Value::Text(from), Value::Text(to)])
            if !from.starts_with('/') =>
        {
            Some(Value::Text(text.replace(from.as_str(), to)))
        }
        ("lower", [Value::Text(text)]) => Some(Value::Text(text.to_lowercase())),
        ("upper", [Value::Text(text)]) => Some(Value::Text(text.to_uppercase())),
        ("trimspace", [Value::Text(text)]) => Some(Value::Text(text.trim().to_owned())),
        ("startswith", [Value::Text(text), Value::Text(part)]) => {
            Some(Value::Bool(text.starts_with(part)))
        }
        ("endswith", [Value::Text(text), Value::Text(part)]) => {
            Some(Value::Bool(text.ends_with(part)))
        }
        ("strcontains", [Value::Text(text), Value::Text(part)]) => {
            Some(Value::Bool(text.contains(part)))
        }
        ("floor", [Value::Number(value)]) => Some(Value::Number(value.floor())),
        ("ceil", [Value::Number(value)]) => Some(Value::Number(value.ceil())),
        ("abs", [Value::Number(value)]) => Some(Value::Number(value.abs())),
        ("max", _) => folded(numbers(), f64::max),
        ("min", _) => folded(numbers(), f64::min),
        ("sum", _) => folded(numbers(), |one, other| one + other),
        ("alltrue", [Value::List(items)]) => {
            bools(items).map(|all| Value::Bool(all.iter().all(|it| *it)))
        }
        ("anytrue", [Value::List(items)]) => {
            bools(items).map(|all| Value::Bool(all.iter().any(|it| *it)))
        }
        _ => None,
    })
}

fn number(count: usize) -> Value {
    Value::Number(count as f64)
}

fn bools(items: &[Value]) -> Option<Vec<bool>> {
    items.iter().map(Value::as_bool).collect()
}

fn folded(numbers: Option<Vec<f64>>, with: fn(f64, f64) -> f64) -> Option<Value> {
    numbers?.into_iter().reduce(with).map(Value::Number)
}

/// The entries of all maps, the later ones over the earlier.
fn merged(maps: &[Value]) -> Option<Value> {
    let mut all = BTreeMap::new();
    for map in maps {
        match map {
            Value::Map(entries) => all.extend(entries.clone()),
            Value::Null => {}
            _ => return None,
        }
    }
    Some(Value::Map(all))
}

fn joined(lists: &[Value]) -> Option<Value> {
    let mut all = Vec::new();
    for list in lists {
        match list {
            Value::List(items) => all.extend(items.iter().cloned()),
            _ => return None,
        }
    }
    Some(Value::List(all))
}

fn flat(items: &[Value]) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Value::List(items) => all.extend(flat(items)?),
            // It may be a list.
            Value::Unknown(_) => return None,
            other => all.push(other.clone()),
        }
    }
    Some(all)
}

/// The keys of a value that `for_each` takes, each with its value; `None` where it isn't known.
pub(super) fn entries(value: &Value) -> Option<Vec<(String, Value)>> {
    match value {
        Value::Map(entries) => Some(entries.clone().into_iter().collect()),
        Value::List(items) => {
            let keys: Option<BTreeSet<String>> = items.iter().map(Value::as_text).collect();
            let keys = keys?.into_iter();
            Some(keys.map(|key| (key.clone(), Value::Text(key))).collect())
        }
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}
