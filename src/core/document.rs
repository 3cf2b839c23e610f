//! The content of a document, in what TOML and JSON have in common.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::de::{DeTable, DeValue};

use crate::value::{Value, excerpt};

/// `text` as one TOML value, if it is one.
pub(crate) fn toml_value(text: &str) -> Option<Node> {
    let document = format!("value = {text}");
    let table = DeTable::parse(&document).ok()?.into_inner();
    let mut entries = table.into_iter();
    let (_, value) = entries.next()?;
    entries.next().is_none().then(|| node(value.into_inner()))
}

/// A document's content, in what TOML and JSON have in common.
pub(crate) enum Node {
    Table(Vec<Entry>),
    Scalar(Value),
    /// Something that no option takes, by its name.
    Other(&'static str),
}

pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) span: Option<EntrySpan>,
    pub(crate) node: Node,
}

/// Where an entry stands in the text.
pub(crate) struct EntrySpan {
    pub(crate) key: Range<usize>,
    /// The value; of a table its key, which is where it begins.
    pub(crate) value: Range<usize>,
}

pub(crate) fn entry(
    key: &toml::Spanned<std::borrow::Cow<'_, str>>,
    value: toml::Spanned<DeValue<'_>>,
) -> Entry {
    let span = EntrySpan {
        key: key.span(),
        value: match value.get_ref() {
            DeValue::Table(_) => key.span(),
            _ => value.span(),
        },
    };
    Entry {
        key: key.get_ref().to_string(),
        span: Some(span),
        node: node(value.into_inner()),
    }
}

fn node(value: DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Scalar(Value::Text(text.into_owned())),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Node::Scalar(Value::Integer(number)),
            Err(_) => Node::Other("a number beyond 64 bits"),
        },
        DeValue::Boolean(truth) => Node::Scalar(Value::Bool(truth)),
        DeValue::Float(_) => Node::Other("a decimal number"),
        DeValue::Datetime(_) => Node::Other("a date"),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items
                .into_iter()
                .map(|item| match item.into_inner() {
                    DeValue::String(text) => Some(text.into_owned()),
                    _ => None,
                })
                .collect();
            texts.map_or(Node::Other("a list of other things than texts"), |texts| {
                Node::Scalar(Value::List(texts))
            })
        }
        DeValue::Table(table) => Node::Table(
            table
                .into_iter()
                .map(|(key, value)| entry(&key, value))
                .collect(),
        ),
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// Takes JSON as it comes, but refuses a key that stands twice: which of the two was meant?
struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Integer(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(
            i64::try_from(number).map_or(Node::Other("a number beyond 64 bits"), |number| {
                Node::Scalar(Value::Integer(number))
            }),
        )
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other("a decimal number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Value::from(text)))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut texts = Vec::new();
        let mut all_are_texts = true;
        while let Some(item) = items.next_element::<Node>()? {
            match item {
                Node::Scalar(Value::Text(text)) => texts.push(text),
                _ => all_are_texts = false,
            }
        }
        Ok(if all_are_texts {
            Node::Scalar(Value::List(texts))
        } else {
            Node::Other("a list of other things than texts")
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some((key, node)) = map.next_entry::<String, Node>()? {
            if !seen.insert(key.clone()) {
                return Err(serde::de::Error::custom(format!(
                    "the key `{}` appears twice",
                    excerpt(&key)
                )));
            }
            entries.push(Entry {
                key,
                span: None,
                node,
            });
        }
        Ok(Node::Table(entries))
    }
}

/// What `json` is, for a message.
pub(crate) fn json_kind(json: &serde_json::Value) -> &'static str {
    match json {
        serde_json::Value::Null => "JSON's `null`",
        serde_json::Value::Bool(_) => "`true` or `false`",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a text in JSON",
        serde_json::Value::Array(items) if items.is_empty() => "an empty list in JSON",
        serde_json::Value::Array(_) => "a list in JSON",
        serde_json::Value::Object(_) => "an object in JSON",
    }
}
