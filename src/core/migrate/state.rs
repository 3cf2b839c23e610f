//! Reads what the flat root's state holds: the list of `terraform state list`, or `terraform show -json`, which also
//! tells ids and values.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::value::excerpt;

/// What a root's state holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Its resources and data sources, in the order in which they were told.
    pub resources: Vec<Resource>,
    /// Whether their values are known.
    pub has_values: bool,
}

/// A resource or data source of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its address, such as `aws_subnet.private[0]`.
    pub address: String,
    /// Its attributes by name; null where only a list was given.
    values: Json,
}

/// Why a text is no state that can be migrated from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAState {
    /// Nothing in it.
    #[error("the state is empty: there is nothing to migrate")]
    Empty,
    /// A line that is no address.
    #[error("line {line} is not the address of a resource: `{found}`")]
    NotAnAddress {
        /// The line, counted from one.
        line: usize,
        /// What stands there, shortened.
        found: String,
    },
    /// An address that stands twice.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// JSON that can't be read.
    #[error("not valid JSON: {0}")]
    Syntax(String),
    /// JSON of another kind.
    #[error("this is {0}, not what `terraform show -json` prints of a state")]
    AnotherJson(&'static str),
    /// A root whose resources are in modules.
    #[error(
        "this is no flat root: {0} of its addresses are in modules, and none is the flat root's"
    )]
    Modular(usize),
    /// Nothing of it is the flat root's.
    #[error("this is no state of the flat root: none of its {0} addresses is known")]
    Foreign(usize),
}

impl NotAState {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => {
                "run `terraform state list` in the folder of the flat root, after `terraform init`"
            }
            Self::NotAnAddress { .. } | Self::Twice(_) => {
                "give the output of `terraform state list` as it is, an address a line"
            }
            Self::Syntax(_) | Self::AnotherJson(_) => {
                "run `terraform show -json > flat.json` in the folder of the flat root, without the name of a plan"
            }
            Self::Modular(_) => "a root of modules that this program composed needs no migration",
            Self::Foreign(_) => {
                "the table is of the root that has `aws_vpc.main` and `aws_ecs_cluster.main` at its top"
            }
        }
    }
}

/// Reads `text` as JSON if it begins with `{`, else as a list of addresses.
///
/// # Errors
/// If it is neither, empty, or names an address twice.
pub fn read(text: &str) -> Result<State, NotAState> {
    let state = if text.trim_start().starts_with('{') {
        read_json(text)?
    } else {
        read_list(text)?
    };
    if state.resources.is_empty() {
        return Err(NotAState::Empty);
    }
    let mut seen = BTreeSet::new();
    for resource in &state.resources {
        if !seen.insert(&resource.address) {
            return Err(NotAState::Twice(resource.address.clone()));
        }
    }
    Ok(state)
}

fn read_list(text: &str) -> Result<State, NotAState> {
    let mut resources = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !is_address(line) {
            return Err(NotAState::NotAnAddress {
                line: index + 1,
                found: excerpt(line),
            });
        }
        resources.push(Resource {
            address: line.to_owned(),
            values: Json::Null,
        });
    }
    Ok(State {
        resources,
        has_values: false,
    })
}

/// Whether `text` is an address: `aws_vpc.main`, `data.aws_region.current`, `module.a["b"].aws_subnet.c[0]`.
fn is_address(text: &str) -> bool {
    let Some(mut parts) = parts(text) else {
        return false;
    };
    while parts.first().is_some_and(|part| part.name == "module") {
        if parts.len() < 2 || parts[0].has_index {
            return false;
        }
        parts.drain(..2);
    }
    if parts.first().is_some_and(|part| part.name == "data") && !parts[0].has_index {
        parts.remove(0);
    }
    parts.len() == 2 && !parts[0].has_index
}

struct Part<'a> {
    name: &'a str,
    has_index: bool,
}

/// The parts of an address between its dots, each a name with or without an index.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        let (has_index, after) = match after.strip_prefix('[') {
            Some(index) => (true, after_index(index)?),
            None => (false, after),
        };
        parts.push(Part { name, has_index });
        if after.is_empty() {
            return Some(parts);
        }
        rest = after.strip_prefix('.')?;
    }
}

/// What follows an index whose bracket is already open: digits, or a string that may hold any character.
fn after_index(text: &str) -> Option<&str> {
    if let Some(string) = text.strip_prefix('"') {
        let mut is_escaped = false;
        for (at, character) in string.char_indices() {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => return string[at + 1..].strip_prefix(']'),
                _ => {}
            }
        }
        return None;
    }
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0).then_some(())?;
    text[digits..].strip_prefix(']')
}

fn read_json(text: &str) -> Result<State, NotAState> {
    let json: Json =
        serde_json::from_str(text).map_err(|error| NotAState::Syntax(error.to_string()))?;
    if json.get("lineage").is_some() {
        return Err(NotAState::AnotherJson("a state file"));
    }
    if json.get("planned_values").is_some() {
        return Err(NotAState::AnotherJson("a plan"));
    }
    if json.get("format_version").is_none() {
        return Err(NotAState::AnotherJson("other JSON"));
    }
    let mut resources = Vec::new();
    if let Some(module) = json.pointer("/values/root_module") {
        collect(module, &mut resources);
    }
    Ok(State {
        resources,
        has_values: true,
    })
}

fn collect(module: &Json, resources: &mut Vec<Resource>) {
    let list = |key: &str| {
        module
            .get(key)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
    };
    for resource in list("resources") {
        if let Some(address) = resource.get("address").and_then(Json::as_str)
            && is_address(address)
        {
            resources.push(Resource {
                address: address.to_owned(),
                values: resource.get("values").cloned().unwrap_or_default(),
            });
        }
    }
    for child in list("child_modules") {
        collect(child, resources);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<String> {
        let state = read(text).unwrap();
        state
            .resources
            .into_iter()
            .map(|resource| resource.address)
            .collect()
    }

    #[test]
    fn a_list_is_an_address_a_line() {
        assert_eq!(
            addresses(
                "data.aws_region.current\r\n\naws_subnet.private[0]\n module.a[\"b.c\\\"]\"].module.d.aws_x.y[\"z\"]\n"
            ),
            [
                "data.aws_region.current",
                "aws_subnet.private[0]",
                "module.a[\"b.c\\\"]\"].module.d.aws_x.y[\"z\"]"
            ]
        );
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read(text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        refused("", "the state is empty: there is nothing to migrate");
        refused("\n \n", "the state is empty: there is nothing to migrate");
        refused(
            "aws_vpc.main\nNo state file was found!\n",
            "line 2 is not the address of a resource: `No state file was found!`",
        );
        refused(
            "# aws_vpc.main",
            "line 1 is not the address of a resource: `# aws_vpc.main`",
        );
        for wrong in [
            "aws_vpc",
            "aws_vpc.main.id",
            "aws_vpc.main[",
            "aws_vpc.main[]",
            "aws_vpc.main[x]",
            "aws_vpc.main[\"x]",
            "aws_vpc..main",
            "module.a",
            "module.a.aws_vpc",
            "1.2",
        ] {
            refused(
                wrong,
                &format!("line 1 is not the address of a resource: `{wrong}`"),
            );
        }
        refused(
            "aws_vpc.main\naws_eip.nat\naws_vpc.main\n",
            "`aws_vpc.main` stands twice",
        );
    }

    #[test]
    fn json_has_values_and_modules() {
        let text = r#"{"format_version":"1.0","values":{"root_module":{
            "resources":[{"address":"aws_vpc.main","values":{"cidr_block":"10.0.0.0/16","n":"12","m":7,"e":""}}],
            "child_modules":[{"resources":[{"address":"module.x.aws_eip.y","values":{}}]}]}}}"#;
        let state = read(text).unwrap();
        assert!(state.has_values);
        assert_eq!(addresses(text), ["aws_vpc.main", "module.x.aws_eip.y"]);
        assert_eq!(
            state.text("aws_vpc.main", "cidr_block"),
            Some("10.0.0.0/16")
        );
        assert_eq!(state.text("aws_vpc.main", "e"), None);
        assert_eq!(state.number("aws_vpc.main", "n"), Some(12));
        assert_eq!(state.number("aws_vpc.main", "m"), Some(7));
        assert_eq!(state.number("aws_vpc.main", "cidr_block"), None);
    }

    #[test]
    fn other_json_says_what_it_is() {
        refused(
            r#"{"format_version":"1.0"}"#,
            "the state is empty: there is nothing to migrate",
        );
        refused(
            r#"{"version":4,"lineage":"x","resources":[]}"#,
            "this is a state file, not what `terraform show -json` prints of a state",
        );
        refused(
            r#"{"format_version":"1.2","planned_values":{}}"#,
            "this is a plan, not what `terraform show -json` prints of a state",
        );
        refused(
            r#"{"version":1}"#,
            "this is other JSON, not what `terraform show -json` prints of a state",
        );
        refused(
            "{",
            "not valid JSON: EOF while parsing an object at line 1 column 1",
        );
    }
}
