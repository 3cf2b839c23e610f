//! Reads the flat root's state: the list of addresses of `terraform state list`, or the output of `terraform show -json`,
//! which also has ids and values.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::address::is_address;
use super::flat;
use super::irregular::{Irregular, Irregularity};
use super::state::{Resource, State};
use crate::document::json_kind;
use crate::text::visible;
use crate::value::excerpt;

/// The most bytes of a state or list that are read. The flat root's state has half a million.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most resources that a state may have. The flat root has three hundred.
const MAX_RESOURCES: usize = 10_000;

/// Why a text is not a state to migrate from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAState {
    /// Nothing in it.
    #[error("the state is empty: there is nothing to migrate")]
    Empty,
    /// More text than a state of the flat root has.
    #[error("it has {0} bytes, and of a state at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// More resources than the flat root has.
    #[error("it has {0} resources, and of a state at most {MAX_RESOURCES} are read")]
    TooMany(usize),
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
            Self::TooLarge(_) | Self::TooMany(_) => {
                "give the state of the flat root: a state of several roots together is none"
            }
            Self::Modular(_) => "a root of modules that this program composed needs no migration",
            Self::Foreign(_) => {
                "the table is of the root that has `aws_vpc.main` and `aws_ecs_cluster.main` at its top"
            }
        }
    }
}

/// Reads `text` as JSON if it is that, else as a list of addresses.
///
/// # Errors
/// If it is neither, empty, or names an address twice.
pub fn read(text: &str) -> Result<State, NotAState> {
    if text.len() > MAX_BYTES {
        return Err(NotAState::TooLarge(text.len()));
    }
    // Some editors on Windows start a text with a byte order mark, which is pasted with it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let state = if text.trim_start().starts_with('{') {
        read_json(text)?
    } else {
        match serde_json::from_str::<Json>(text) {
            Ok(json) if !json.is_number() => {
                return Err(NotAState::AnotherJson(json_kind(&json)));
            }
            _ => read_list(text)?,
        }
    };
    if state.resources.is_empty() {
        return Err(NotAState::Empty);
    }
    if state.resources.len() > MAX_RESOURCES {
        return Err(NotAState::TooMany(state.resources.len()));
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
        irregular: Vec::new(),
    })
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
    let mut state = State {
        has_values: true,
        ..State::default()
    };
    if let Some(module) = json.pointer("/values/root_module") {
        collect(module, &mut state);
    }
    Ok(state)
}

/// The provider whose resources a composed root has, as Terraform names it.
const AWS: &str = "registry.terraform.io/hashicorp/aws";

fn collect(module: &Json, state: &mut State) {
    let list = |key: &str| {
        module
            .get(key)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
    };
    for resource in list("resources") {
        let text = |key: &str| resource.get(key).and_then(Json::as_str);
        let address = text("address").unwrap_or_default();
        let mut is_irregular = |kind: Irregularity| {
            state.irregular.push(Irregular {
                address: visible(address),
                kind,
            });
        };
        let mode = text("mode").unwrap_or("managed");
        if !["managed", "data"].contains(&mode) {
            is_irregular(Irregularity::Mode(excerpt(mode)));
            continue;
        }
        if !is_address(address) {
            is_irregular(Irregularity::Unreadable);
            continue;
        }
        // A deposed object has the address of the object that replaced it.
        if let Some(key) = text("deposed_key") {
            is_irregular(Irregularity::Deposed(excerpt(key)));
            continue;
        }
        if resource.get("tainted").and_then(Json::as_bool) == Some(true) {
            is_irregular(Irregularity::Tainted);
        }
        if let Some(provider) = text("provider_name").filter(|&name| name != AWS)
            && flat::find(address).is_some()
        {
            is_irregular(Irregularity::Provider(excerpt(provider)));
        }
        state.resources.push(Resource {
            address: address.to_owned(),
            values: resource.get("values").cloned().unwrap_or_default(),
        });
    }
    for child in list("child_modules") {
        collect(child, state);
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
    fn names_of_any_script_are_addresses_and_hidden_characters_are_not() {
        assert_eq!(
            addresses("\u{feff}aws_vpc.größe\nmodule.网.data.aws_x.y\n"),
            ["aws_vpc.größe", "module.网.data.aws_x.y"]
        );
        refused(
            "aws_x.y[\"a\u{202e}b\"]",
            r#"line 1 is not the address of a resource: `aws_x.y["a\u{202e}b"]`"#,
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
        for (text, kind) in [
            ("[]", "an empty list in JSON"),
            ("[{\"address\": \"aws_vpc.main\"}]", "a list in JSON"),
            (" null\n", "JSON's `null`"),
            ("\u{feff}\"aws_vpc.main\"", "a text in JSON"),
        ] {
            let message =
                format!("this is {kind}, not what `terraform show -json` prints of a state");
            refused(text, &message);
        }
        refused(
            "{",
            "not valid JSON: EOF while parsing an object at line 1 column 1",
        );
    }
}
