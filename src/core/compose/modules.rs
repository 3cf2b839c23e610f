//! The Terraform modules: what each makes, and which a composition uses.

use crate::blueprint::Blueprint;
use crate::feature::Feature;
use crate::order::sorted;
use crate::parts::PARTS;
use crate::parts::part::Module;
use crate::path::FieldPath;

const fn module(name: &'static str, purpose: &'static str, feature: Feature) -> Module {
    Module {
        name,
        purpose,
        feature,
    }
}

/// The modules beside those of parts.
#[rustfmt::skip] // one row a line
const SHARED: &[Module] = &[
    module("alloy-sidecar", "configuration and containers of the sidecar that sends metrics and logs", Feature::always("")),
];

/// Every module, by name.
#[must_use]
pub fn all() -> Vec<Module> {
    let mut all = SHARED.to_vec();
    for part in PARTS.iter() {
        all.extend_from_slice(part.modules);
    }
    sorted(all, |module| module.name)
}

/// The modules that some environment uses, each with the value that brings it in.
#[must_use]
pub fn used(blueprint: &Blueprint) -> Vec<(Module, FieldPath)> {
    let mut used = Vec::new();
    for module in all() {
        let key = module.feature.key;
        if key.is_empty() {
            used.push((module, FieldPath::root()));
            continue;
        }
        let mut environments = blueprint.environments.iter();
        if let Some(first) = environments.find(|it| module.feature.is_on(it)) {
            used.push((module, first.address().join(key)));
        }
    }
    used
}
