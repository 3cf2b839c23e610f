//! Values that an option takes, near to one that it doesn't.

use super::setting::{Request, Setting};
use crate::cidr::Cidr;
use crate::duration::Duration;
use crate::options::{self, Kind, OptionRow};
use crate::parts::network;
use crate::path::FieldPath;
use crate::rules::Rule;
use crate::value::Value;

/// What could stand at `at` in place of what does: what is near to it, then nothing, so that the default holds.
pub(super) fn allowed(request: &Request<'_>, at: &FieldPath) -> Vec<Vec<Setting>> {
    let (Some(row), Some(value)) = (options::find(at), request.spec.get(at)) else {
        return Vec::new();
    };
    let state = |value| vec![Setting::new(request.spec, at.clone(), value)];
    let mut all: Vec<Vec<Setting>> = near(row, value).into_iter().map(state).collect();
    if row.kind == Kind::Text(Rule::Cidr) {
        let free =
            network::free_network(request.environments, at.environment().unwrap_or_default());
        all.extend(free.map(|network| state(Value::Text(network.to_string()))));
    }
    all.extend(request.taken_back(at));
    all
}

/// The values near to `value` that `row` takes.
fn near(row: &OptionRow, value: &Value) -> Vec<Value> {
    let plain = match value {
        Value::Text(text) => text.trim().to_owned(),
        Value::List(items) => items.join(","),
        other => other.to_string(),
    };
    match row.kind {
        Kind::Boolean => match plain.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => vec![Value::Bool(true)],
            "false" | "no" | "off" | "0" => vec![Value::Bool(false)],
            _ => Vec::new(),
        },
        Kind::Integer { min, max, .. } => {
            let number = number(&plain).map(|number| number.clamp(min, max).into());
            number.into_iter().collect()
        }
        Kind::OneOf { values, .. } => {
            let found = number(&plain);
            let nearest =
                found.and_then(|found| values.iter().min_by_key(|value| value.abs_diff(found)));
            nearest
                .map(|value| Value::from(*value))
                .into_iter()
                .collect()
        }
        Kind::Choice(choices) => {
            let names = choices.iter().map(|(name, _)| *name).collect();
            nearest(&plain, names)
                .into_iter()
                .map(Value::from)
                .collect()
        }
        Kind::Duration { min, max } => {
            // A bare number is most likely in seconds, as AWS and Go have it.
            let duration =
                Duration::parse(&plain).or_else(|| number(&plain).map(Duration::from_seconds));
            let near = duration.map(|found| Value::from(found.clamp(min, max)));
            near.into_iter().collect()
        }
        Kind::Text(rule) => texts(rule, &plain).into_iter().map(Value::Text).collect(),
        Kind::List { rule, min, max } => {
            let mut items: Vec<String> = Vec::new();
            for item in plain.split([',', ' ']).map(str::trim) {
                if rule.accepts(item) && !items.iter().any(|known| known == item) {
                    items.push(item.to_owned());
                }
            }
            items.truncate(max);
            // To empty the list is no fix: it would drop what was asked for.
            let is_enough = items.len() >= min.max(1);
            is_enough
                .then_some(Value::List(items))
                .into_iter()
                .collect()
        }
    }
}

/// The whole number that `text` is; of a decimal one the whole part.
fn number(text: &str) -> Option<i64> {
    let whole = text.split('.').next().unwrap_or_default();
    whole.replace('_', "").parse().ok()
}

/// The texts near to `text` that `rule` accepts.
fn texts(rule: Rule, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(known) = rule.known() {
        all.extend(nearest(text, known).map(str::to_owned));
    }
    if rule == Rule::Cidr
        && let Some(network) = Cidr::parse(text)
    {
        all.push(network.widened(network.prefix.clamp(16, 20)).to_string());
    }
    let lower = text.to_ascii_lowercase();
    let hyphened: String = lower
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    all.extend([
        text.to_owned(),
        lower,
        hyphened.trim_matches('-').to_owned(),
    ]);
    all.retain(|text| rule.accepts(text));
    all
}

/// The one of `known` that `text` was most likely meant to be.
pub(super) fn nearest<'a>(text: &str, known: Vec<&'a str>) -> Option<&'a str> {
    if text.len() > 64 {
        return None;
    }
    let text = text.to_ascii_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&text, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 3 && *distance < name.len())
        .map(|(_, name)| name)
}

/// The known value that is nearest to the unknown one at `at`; then nothing, so that the default holds.
pub(super) fn allowed_known(request: &Request<'_>, at: &FieldPath) -> Vec<Vec<Setting>> {
    let stated = request.spec.get(at).and_then(Value::as_text);
    let kind = options::find(at).map(|row| row.kind);
    let (Some(text), Some(Kind::Text(rule))) = (stated, kind) else {
        return Vec::new();
    };
    let known = rule.known().unwrap_or_default();
    let near = nearest(text, known);
    let near = near.map(|name| vec![Setting::new(request.spec, at.clone(), name.into())]);
    near.into_iter().chain(request.taken_back(at)).collect()
}
