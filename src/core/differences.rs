//! How two compositions differ: the values that they state, and the resources that Terraform makes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::blueprint::Blueprint;
use crate::inventory;
use crate::spec::Spec;

/// A value that one composition states otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionChange {
    /// Its address.
    pub key: String,
    /// The value of the first; none if that doesn't set it.
    pub before: Option<String>,
    /// The value of the second; none if that doesn't set it.
    pub after: Option<String>,
}

/// How many resources of a type Terraform makes in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceChange {
    /// The environment.
    pub environment: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// How many the first composition has.
    pub before: usize,
    /// How many the second has.
    pub after: usize,
}

/// The values that differ, sorted by address.
#[must_use]
pub fn options(before: &Spec, after: &Spec) -> Vec<OptionChange> {
    let stated = |spec: &Spec| -> BTreeMap<String, String> {
        // An environment may be there without a value.
        let environments = spec.environments().into_iter();
        let environments =
            environments.map(|name| (format!("environments.{name}"), "{}".to_owned()));
        let values = spec.values();
        environments
            .chain(values.map(|(at, value)| (at.to_string(), value.to_string())))
            .collect()
    };
    let (before, after) = (stated(before), stated(after));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| OptionChange {
            key: key.clone(),
            before: before.get(key).cloned(),
            after: after.get(key).cloned(),
        })
        .collect()
}

/// The types of which an environment has more or fewer, sorted by environment.
#[must_use]
pub fn resources(before: &Blueprint, after: &Blueprint) -> Vec<ResourceChange> {
    let mut all: BTreeMap<(String, &'static str), [usize; 2]> = BTreeMap::new();
    for (side, blueprint) in [before, after].into_iter().enumerate() {
        for environment in &blueprint.environments {
            for (kind, count) in inventory::resources(environment) {
                let key = (environment.name.clone(), kind);
                all.entry(key).or_default()[side] = count;
            }
        }
    }
    all.into_iter()
        .filter(|(_, [before, after])| before != after)
        .map(|((environment, kind), [before, after])| ResourceChange {
            environment,
            kind,
            before,
            after,
        })
        .collect()
}
