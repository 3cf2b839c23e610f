//! The Terraform modules: what each makes, and which a composition uses.

use crate::blueprint::Blueprint;
use crate::order::sorted;
use crate::parts::PARTS;
use crate::parts::part::Module;
use crate::path::FieldPath;

/// Every module, by name.
#[must_use]
pub fn all() -> Vec<Module> {
    let mut all = Vec::new();
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
