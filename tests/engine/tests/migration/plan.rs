//! What a plan would do.

use std::collections::{BTreeMap, BTreeSet};

use engine_tests::Root;
use serde_json::Value as Json;

/// By address: what is made, changed, and so on.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) created: BTreeSet<String>,
    /// With the attributes that change.
    pub(crate) updated: BTreeMap<String, BTreeSet<String>>,
    pub(crate) replaced: BTreeSet<String>,
    pub(crate) destroyed: BTreeSet<String>,
    /// Left alone in AWS and taken out of the state.
    pub(crate) forgotten: BTreeSet<String>,
    /// With the id.
    pub(crate) imported: BTreeMap<String, String>,
    /// From and to.
    pub(crate) moved: BTreeMap<String, String>,
}

impl Plan {
    #[track_caller]
    pub(crate) fn of(root: &Root) -> Self {
        let said = root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]);
        // That blocks of the first plan bring resources is said as a warning.
        assert_eq!(said.code, 0, "{}", said.text);
        Self::read(root, "tfplan")
    }

    /// A plan that is in a file of the root's folder.
    #[track_caller]
    pub(crate) fn read(root: &Root, file: &str) -> Self {
        let shown = root.terraform(&["show", "-json", file]);
        let json: Json = serde_json::from_str(&shown.text).expect("a plan as JSON");
        let mut plan = Self::default();
        for resource in json["resource_changes"].as_array().into_iter().flatten() {
            plan.take(resource);
        }
        plan
    }

    fn take(&mut self, resource: &Json) {
        let address = resource["address"].as_str().unwrap().to_owned();
        let change = &resource["change"];
        let actions: Vec<&str> = change["actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action.as_str().unwrap())
            .collect();
        if let Some(from) = resource["previous_address"].as_str() {
            self.moved.insert(from.to_owned(), address.clone());
        }
        if let Some(id) = change["importing"]["id"].as_str() {
            self.imported.insert(address.clone(), id.to_owned());
        }
        match actions[..] {
            ["no-op" | "read"] => {}
            ["create"] => _ = self.created.insert(address),
            ["update"] => _ = self.updated.insert(address, changed(change)),
            ["delete"] => _ = self.destroyed.insert(address),
            ["forget"] => _ = self.forgotten.insert(address),
            ["create", "delete"] | ["delete", "create"] => _ = self.replaced.insert(address),
            _ => panic!("{address}: {actions:?}"),
        }
    }
}

fn changed(change: &Json) -> BTreeSet<String> {
    let [before, after, unknown] = ["before", "after", "after_unknown"]
        .map(|side| change[side].as_object().cloned().unwrap_or_default());
    let names: BTreeSet<&String> = [&before, &after, &unknown]
        .into_iter()
        .flat_map(|side| side.keys())
        .collect();
    names
        .into_iter()
        .filter(|name| {
            let is_unknown = unknown.get(*name).is_some_and(is_true);
            is_unknown || without_zeros(before.get(*name)) != without_zeros(after.get(*name))
        })
        .cloned()
        .collect()
}

/// The value without what the real provider doesn't tell from what isn't given: no, nothing and empty.
fn without_zeros(value: Option<&Json>) -> Json {
    match value {
        None | Some(Json::Bool(false)) => Json::Null,
        Some(Json::String(text)) if text.is_empty() => Json::Null,
        Some(Json::Array(items)) if items.is_empty() => Json::Null,
        Some(Json::Array(items)) => items.iter().map(|item| without_zeros(Some(item))).collect(),
        Some(Json::Object(items)) => items
            .iter()
            .map(|(name, item)| (name.clone(), without_zeros(Some(item))))
            .collect(),
        Some(other) => other.clone(),
    }
}

/// Whether some part of it is unknown.
fn is_true(json: &Json) -> bool {
    match json {
        Json::Bool(value) => *value,
        Json::Array(items) => items.iter().any(is_true),
        Json::Object(items) => items.values().any(is_true),
        _ => false,
    }
}
