//! The update of a whole folder: its files, the spec in it, and what it remembers of the composition.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::SPEC_FILE;
use crate::blueprint::Blueprint;
use crate::fix::Setting;
use crate::manifest::{self, FormerComposition, MANIFEST};
use crate::read;
use crate::spec::Spec;
use crate::spec_edit::edited;
use crate::tree::Tree;
use crate::update::{Change, ChangeKind, Plan, Present, State, plan};

/// What an update of a folder changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderUpdate {
    /// What becomes of the composed files.
    pub plan: Plan,
    /// What becomes of the files in [`manifest::FOLDER`]; none if they describe the new composition already. The manifest
    /// is the last: once it says so, all else is done.
    pub manifest: Vec<Change>,
}

impl FolderUpdate {
    /// The paths of the files that an update from `composed` to `tree` looks at.
    #[must_use]
    pub fn paths<'a>(composed: &'a FormerComposition, tree: &'a Tree) -> BTreeSet<&'a str> {
        let files = composed.tree.files().chain(tree.files());
        let own = manifest::PATHS;
        files.map(|(path, _)| path).chain(own).collect()
    }

    /// The update of a folder that `composed` was composed into, to `tree`, which `blueprint` composes to. `present` has
    /// what is there at [`Self::paths`].
    #[must_use]
    pub fn of(
        composed: &FormerComposition,
        blueprint: &Blueprint,
        tree: &Tree,
        present: &BTreeMap<String, Present>,
    ) -> Self {
        let spec = match present.get(SPEC_FILE) {
            Some(Present::Text { text, .. }) => {
                spec_text(text, &composed.tree, tree, blueprint.spec())
            }
            Some(Present::NotText) | None => None,
        };
        Self {
            plan: plan(&composed.tree, tree, present, spec.as_deref()),
            manifest: manifest_changes(tree, present),
        }
    }

    /// All changes in the order in which they are made.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.plan.changes.iter().chain(&self.manifest)
    }
}

/// The text of the spec's file, now `text`, that states `spec`: its own where it does, with the values changed in place
/// where somebody has written it. `None` where that is not possible.
fn spec_text(text: &str, before: &Tree, after: &Tree, spec: &Spec) -> Option<String> {
    let found = read::read(text);
    if !found.problems.has_errors() && found.spec == *spec {
        return Some(text.to_owned());
    }
    let composed = |tree: &Tree| tree.file(SPEC_FILE).map(|file| file.text.to_string());
    if composed(before).as_deref() == Some(text) {
        return composed(after);
    }
    let gone = found.spec.values().filter(|(at, _)| spec.get(at).is_none());
    let mut settings: Vec<Setting> = gone
        .map(|(at, _)| Setting {
            at: at.clone(),
            value: None,
        })
        .collect();
    let new = spec
        .values()
        .filter(|(at, value)| found.spec.get(at) != Some(value));
    settings.extend(new.map(|(at, value)| Setting {
        at: at.clone(),
        value: Some(value.clone()),
    }));
    edited(text, &settings, spec).ok()
}

fn manifest_changes(tree: &Tree, present: &BTreeMap<String, Present>) -> Vec<Change> {
    let own = manifest::files(tree);
    let mut changes: Vec<Change> = own
        .files()
        .filter_map(|(path, file)| {
            let before = match present.get(path) {
                Some(Present::Text { text, executable }) => Some(State {
                    text: text.clone(),
                    executable: *executable,
                }),
                Some(Present::NotText) | None => None,
            };
            (before.as_ref().map(|state| &*state.text) != Some(&*file.text)).then(|| Change {
                path: path.to_owned(),
                kind: ChangeKind::Replaced,
                before,
                after: Some(State::from(file)),
            })
        })
        .collect();
    changes.sort_by_key(|change| change.path == MANIFEST);
    changes
}
