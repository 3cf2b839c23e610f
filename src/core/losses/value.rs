//! A value of Terraform as far as the files tell it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    /// What AWS, an apply or a function that isn't calculated here makes.
    Unknown(UnknownValue),
    /// A resource or what a data source reads.
    Instance(Instance),
    /// A module that is called, by its number.
    Module(usize),
}

/// A value that the files don't tell. Two are the same where they are made of the same in the same way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnknownValue {
    /// What it is made of.
    pub(super) text: String,
    /// The addresses of the resources that it is taken from.
    pub(super) from: BTreeSet<Rc<str>>,
}

/// One of the resources that a block makes, or of the results that it reads.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// Its address in the root.
    pub(super) address: Rc<str>,
    /// The number of the module that it is in.
    pub(super) scope: usize,
    /// The number of its block in the module.
    pub(super) block: usize,
    /// What `each` and `count.index` are for it.
    pub(super) each: Each,
}

/// What `each` and `count.index` are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Each {
    /// Nothing: there is one.
    #[default]
    One,
    /// The index.
    Index(usize),
    /// Key and value.
    Entry(String, Box<Value>),
}

/// An address is one of one instance.
impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

/// Longer texts are as good by their digest, and a text that has others in it would grow without end.
const LONGEST: usize = 200;

impl Value {
    /// A value that is made of `parts`, and described by `text`.
    pub(super) fn unknown<'a>(text: String, parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut from = BTreeSet::new();
        for part in parts {
            part.collect(&mut from);
        }
        let text = if text.len() > LONGEST {
            let digest = Sha256::digest(text.as_bytes());
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        } else {
            text
        };
        Self::Unknown(UnknownValue { text, from })
    }

    /// What is computed for the resource at `address`, described by `text`.
    pub(super) fn computed(text: String, address: &Rc<str>) -> Self {
        Self::Unknown(UnknownValue {
            text,
            from: BTreeSet::from([address.clone()]),
        })
    }

    /// Adds the addresses of the resources that it is taken from.
    pub(super) fn collect(&self, from: &mut BTreeSet<Rc<str>>) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.collect(from)),
            Self::Map(entries) => entries.values().for_each(|value| value.collect(from)),
            Self::Unknown(unknown) => from.extend(unknown.from.iter().cloned()),
            Self::Instance(instance) => {
                from.insert(instance.address.clone());
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Module(_) => {}
        }
    }

    /// Whether all of it is known.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Map(entries) => entries.values().all(Self::is_known),
            Self::Unknown(_) | Self::Instance(_) | Self::Module(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
        }
    }

    /// Whether it is no value: `null`, or a list without an element.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// It as text, the same for the same value.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(is_true) => is_true.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::described).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, it)| format!("{key:?} = {}", it.described()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::Unknown(unknown) => unknown.text.clone(),
            Self::Instance(instance) => instance.address.to_string(),
            Self::Module(number) => format!("module {number}"),
        }
    }

    /// The text that a template has for it; `None` where it isn't known or has none.
    pub(super) fn as_text(&self) -> Option<String> {
        match self {
            Self::Bool(is_true) => Some(is_true.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Its number, also that of a text.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether it is true, also as a text.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(is_true) => Some(*is_true),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The value at a dotted path, which leads into lists by number; `null` where there is none.
    pub(super) fn at(&self, dotted: &str) -> &Self {
        let mut parts = dotted.split('.');
        parts
            .try_fold(self, |value, part| match value {
                Self::Map(entries) => entries.get(part),
                Self::List(items) => items.get(part.parse::<usize>().ok()?),
                _ => None,
            })
            .unwrap_or(&Self::Null)
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(is_true) => Self::Bool(is_true),
            Json::Number(number) => Self::Number(number.as_f64().unwrap_or_default()),
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(entries) => {
                let entries = entries.into_iter();
                Self::Map(entries.map(|(key, it)| (key, Self::from(it))).collect())
            }
        }
    }
}
