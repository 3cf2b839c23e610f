//! Terraform's values and the two forms they travel in: MessagePack between
//! Terraform and a provider, JSON in a state file.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde_json::Number;

use crate::schema::{Block, Nesting, Type};

/// The attributes and blocks of a resource, or of one of its blocks.
pub(crate) type Object = BTreeMap<String, Value>;

/// A value without its type: sets are lists, objects are maps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Unknown(Refinement),
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Value>),
    Map(Object),
}

/// What is known of an unknown value ("not null", "starts with …"), kept as
/// it came, since Terraform compares it with what comes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Refinement(Vec<u8>);

/// The extension types by which unknown values travel.
const UNKNOWN: i8 = 0;
const REFINED_UNKNOWN: i8 = 12;

impl Value {
    pub(crate) fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    pub(crate) fn is_set(&self) -> bool {
        !self.is_null() && !self.is_unknown()
    }

    /// Whether no part of it is unknown.
    pub(crate) fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(items) => items.iter().all(Self::is_wholly_known),
            Self::Map(items) => items.values().all(Self::is_wholly_known),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            Self::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Object> {
        match self {
            Self::Map(items) => Some(items),
            _ => None,
        }
    }

    /// The strings of a list; unknown and null elements are left out.
    pub(crate) fn strings(&self) -> Vec<&str> {
        self.as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(Self::as_str)
            .collect()
    }

    pub(crate) fn from_msgpack(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut rest = bytes;
        let value = rmpv::decode::read_value(&mut rest).context("not a MessagePack value")?;
        Self::from_rmpv(value)
    }

    fn from_rmpv(value: rmpv::Value) -> anyhow::Result<Self> {
        Ok(match value {
            rmpv::Value::Nil => Self::Null,
            rmpv::Value::Boolean(value) => Self::Bool(value),
            rmpv::Value::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
                (Some(value), _) => Self::Number(value.into()),
                (None, Some(value)) => Self::Number(value.into()),
                (None, None) => bail!("an integer of more than 64 bits"),
            },
            rmpv::Value::F32(value) => number(f64::from(value)),
            rmpv::Value::F64(value) => number(value),
            rmpv::Value::String(text) => {
                Self::String(text.into_str().context("a string that is not UTF-8")?)
            }
            rmpv::Value::Binary(_) => bail!("a value of a type known only at run time"),
            rmpv::Value::Array(items) => Self::List(
                items
                    .into_iter()
                    .map(Self::from_rmpv)
                    .collect::<anyhow::Result<_>>()?,
            ),
            rmpv::Value::Map(items) => Self::Map(
                items
                    .into_iter()
                    .map(|(key, value)| {
                        let key = key.as_str().context("a key that is not a string")?;
                        Ok((key.to_owned(), Self::from_rmpv(value)?))
                    })
                    .collect::<anyhow::Result<_>>()?,
            ),
            rmpv::Value::Ext(REFINED_UNKNOWN, known) => Self::Unknown(Refinement(known)),
            rmpv::Value::Ext(..) => Self::unknown(),
        })
    }

    pub(crate) fn to_msgpack(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &self.to_rmpv())
            .expect("writing to memory does not fail");
        bytes
    }

    fn to_rmpv(&self) -> rmpv::Value {
        match self {
            Self::Null => rmpv::Value::Nil,
            Self::Unknown(Refinement(known)) if known.is_empty() => {
                rmpv::Value::Ext(UNKNOWN, vec![0])
            }
            Self::Unknown(Refinement(known)) => rmpv::Value::Ext(REFINED_UNKNOWN, known.clone()),
            Self::Bool(value) => rmpv::Value::Boolean(*value),
            Self::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), _, _) => rmpv::Value::from(value),
                (None, Some(value), _) => rmpv::Value::from(value),
                (None, None, value) => rmpv::Value::F64(value.unwrap_or_default()),
            },
            Self::String(text) => rmpv::Value::from(text.as_str()),
            Self::List(items) => rmpv::Value::Array(items.iter().map(Self::to_rmpv).collect()),
            Self::Map(items) => rmpv::Value::Map(
                items
                    .iter()
                    .map(|(key, value)| (rmpv::Value::from(key.as_str()), value.to_rmpv()))
                    .collect(),
            ),
        }
    }

    /// The JSON form, unknown as null: for hashes and the world file.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null | Self::Unknown(_) => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => number.clone().into(),
            Self::String(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(items) => items
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        }
    }

    pub(crate) fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(value) => value
                .as_f64()
                .filter(|_| value.is_f64())
                .map_or_else(|| Self::Number(value.clone()), number),
            serde_json::Value::String(text) => Self::String(text.clone()),
            serde_json::Value::Array(items) => {
                Self::List(items.iter().map(Self::from_json).collect())
            }
            serde_json::Value::Object(items) => Self::Map(
                items
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::from_json(value)))
                    .collect(),
            ),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Whole numbers are integers, however they came, so that equal is equal.
fn number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return Value::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Reads an attribute, or null where there's none.
pub(crate) fn get<'a>(object: &'a Object, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The blocks of one type, whichever way they nest.
pub(crate) fn blocks<'a>(object: &'a Object, name: &str) -> Vec<&'a Object> {
    match get(object, name) {
        Value::Map(block) => vec![block],
        Value::List(items) => items.iter().filter_map(Value::as_map).collect(),
        _ => Vec::new(),
    }
}

/// The first block of one type, for blocks that occur once.
pub(crate) fn block<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    blocks(object, name).first().copied()
}

/// Gives a value exactly the attributes its schema has: what an older state
/// lacks is null, what it has too much is dropped.
pub(crate) fn conform(value: &Value, schema: &Block) -> Object {
    let none = Object::new();
    let from = value.as_map().unwrap_or(&none);
    let attributes = schema
        .attributes
        .iter()
        .map(|(name, attribute)| (name.clone(), conform_type(get(from, name), &attribute.kind)));
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let inner = |value: &Value| Value::Map(conform(value, &nested.block));
        let value = match (get(from, name), nested.nesting) {
            (Value::List(items), Nesting::List | Nesting::Set) => {
                Value::List(items.iter().map(inner).collect())
            }
            (_, Nesting::List | Nesting::Set) => Value::List(Vec::new()),
            (map @ Value::Map(_), Nesting::Single) => inner(map),
            (_, Nesting::Single) => Value::Null,
        };
        (name.clone(), value)
    });
    attributes.chain(blocks).collect()
}

fn conform_type(value: &Value, kind: &Type) -> Value {
    match (value, kind) {
        (Value::List(items), Type::List(inner) | Type::Set(inner)) => {
            Value::List(items.iter().map(|item| conform_type(item, inner)).collect())
        }
        (Value::Map(items), Type::Map(inner)) => Value::Map(
            items
                .iter()
                .map(|(key, item)| (key.clone(), conform_type(item, inner)))
                .collect(),
        ),
        (Value::Map(items), Type::Object(fields)) => Value::Map(
            fields
                .iter()
                .map(|(name, kind)| (name.clone(), conform_type(get(items, name), kind)))
                .collect(),
        ),
        (Value::Number(number), Type::String) => Value::String(number.to_string()),
        (Value::Bool(value), Type::String) => Value::String(value.to_string()),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_round_trip(value: &Value) {
        assert_eq!(Value::from_msgpack(&value.to_msgpack()).unwrap(), *value);
    }

    #[test]
    fn every_kind_of_value_survives_messagepack() {
        check_round_trip(&Value::Null);
        check_round_trip(&Value::unknown());
        check_round_trip(&Value::Unknown(Refinement(vec![0x81, 0x01, 0xc2])));
        check_round_trip(&Value::from(true));
        check_round_trip(&Value::from(-7));
        check_round_trip(&Value::Number(u64::MAX.into()));
        check_round_trip(&Value::Number(Number::from_f64(0.5).unwrap()));
        check_round_trip(&Value::from("text"));
        check_round_trip(&Value::Map(Object::from([(
            "list".to_owned(),
            ["a", "b"].into_iter().collect(),
        )])));
    }

    #[test]
    fn unknown_is_extension_type_0() {
        assert_eq!(Value::unknown().to_msgpack(), [0xd4, 0, 0]);
    }

    #[test]
    fn a_whole_float_is_an_integer() {
        let five_as_float = [0xcb, 0x40, 0x14, 0, 0, 0, 0, 0, 0];
        assert_eq!(Value::from_msgpack(&five_as_float).unwrap(), Value::from(5));
    }
}
