//! What the flat root's state holds.

use serde_json::Value as Json;

use super::irregular::Irregular;

/// What a root's state holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Its resources and data sources, in the order of the text.
    pub resources: Vec<Resource>,
    /// Whether their values are known.
    pub has_values: bool,
    /// What a state at rest doesn't have.
    pub irregular: Vec<Irregular>,
}

/// A resource or data source of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its address, such as `aws_subnet.private[0]`.
    pub address: String,
    /// Its attributes by name; null where only a list was given.
    pub(super) values: Json,
}

impl State {
    /// The resource at `address`.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.address == address)
    }

    /// Whether there is one at `address`.
    #[must_use]
    pub fn has(&self, address: &str) -> bool {
        self.find(address).is_some()
    }

    /// A value of the resource at `address`: a JSON pointer without its first slash, such as `tags/Name`.
    pub(super) fn value(&self, address: &str, pointer: &str) -> Option<&Json> {
        self.find(address)?
            .values
            .pointer(&format!("/{pointer}"))
            .filter(|value| !value.is_null())
    }

    /// The same, where it is text that isn't empty.
    pub(super) fn text(&self, address: &str, pointer: &str) -> Option<&str> {
        self.value(address, pointer)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    /// The same, where it is a whole number, also as text.
    pub(super) fn number(&self, address: &str, pointer: &str) -> Option<i64> {
        let value = self.value(address, pointer)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }
}
