//! What the files are compared with, and what became of them since.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ptr;
use std::rc::Rc;

use composer_core::sizing::cost::Cost;
use composer_core::{Spec, Tree, check, compose, presets};
use yew::{Callback, Event, Html, Properties, component, hook, html, use_memo};

use crate::browser;
use crate::derive::{Composition, Mark};
use crate::sizing::costs;
use crate::state::{Action, State};

/// What the files are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// The files before the last step.
    LastChange,
    /// The files of the preset that the spec began as.
    Preset,
    /// The files that were opened.
    Loaded,
}

impl Baseline {
    /// The name that its option has in the form.
    fn key(self) -> &'static str {
        match self {
            Self::LastChange => "last",
            Self::Preset => "preset",
            Self::Loaded => "loaded",
        }
    }
}

/// Files that somebody opened: those of an earlier archive, or those that a spec's file composes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// What was opened, such as `temporal-terraform.zip`.
    pub(crate) name: String,
    /// The text of each file by its path in the tree.
    pub(crate) files: BTreeMap<String, Cow<'static, str>>,
    /// The spec that they were composed from.
    pub(crate) spec: Spec,
}

impl Loaded {
    /// The files of an earlier archive.
    #[must_use]
    pub(crate) fn of_tree(name: &str, tree: &Tree, spec: &Spec) -> Self {
        Self {
            spec: spec.clone(),
            name: name.to_owned(),
            files: tree
                .files()
                .map(|(path, file)| (path.to_owned(), file.text.clone()))
                .collect(),
        }
    }

    /// What `spec` composes to; `None` where it has errors.
    #[must_use]
    pub(crate) fn of_spec(name: &str, spec: &Spec) -> Option<Self> {
        let tree = compose(&check(spec).blueprint?);
        Some(Self::of_tree(name, &tree, spec))
    }
}

/// The files that a comparison begins with.
#[derive(Clone)]
pub(crate) enum Before {
    /// Composed ones.
    Composed(Rc<Composition>),
    /// Opened ones.
    Loaded(Rc<Loaded>),
}

impl PartialEq for Before {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Composed(one), Self::Composed(other)) => Rc::ptr_eq(one, other) || one == other,
            (Self::Loaded(one), Self::Loaded(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Before {
    /// The text of the file at `path`.
    #[must_use]
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        match self {
            Self::Composed(composition) => composition.tree.file(path).map(|file| &*file.text),
            Self::Loaded(loaded) => loaded.files.get(path).map(|text| &**text),
        }
    }

    /// What its environments cost.
    #[must_use]
    pub(crate) fn costs(&self) -> Vec<Cost> {
        match self {
            Self::Composed(composition) => costs(&composition.blueprint.environments),
            Self::Loaded(loaded) => costs(check(&loaded.spec).environments()),
        }
    }

    /// The paths of the files, sorted, each with the file's text.
    fn files(&self) -> Box<dyn Iterator<Item = (&str, &str)> + '_> {
        match self {
            Self::Composed(composition) => {
                let files = composition.tree.files();
                Box::new(files.map(|(path, file)| (path, &*file.text)))
            }
            Self::Loaded(loaded) => {
                let files = loaded.files.iter();
                Box::new(files.map(|(path, text)| (path.as_str(), &**text)))
            }
        }
    }
}

/// What became of the files since `before`.
#[must_use]
pub(crate) fn marks(before: &Before, after: &Tree) -> BTreeMap<String, Mark> {
    let mut marks = BTreeMap::new();
    let mut before = before.files().peekable();
    let mut after = after.files().peekable();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return marks,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.cmp(other),
        };
        let earlier = before.next_if(|_| order.is_le());
        let now = after.next_if(|_| order.is_ge());
        let (path, mark) = match (earlier, now) {
            // A file that both share is the same text at the same place: most need no comparison.
            (Some((_, earlier)), Some((_, now)))
                if ptr::eq(earlier, &*now.text) || earlier == now.text =>
            {
                continue;
            }
            (Some((path, _)), Some(_)) => (path, Mark::Modified),
            (Some((path, _)), None) => (path, Mark::Deleted),
            (None, Some((path, _))) => (path, Mark::Added),
            (None, None) => continue,
        };
        marks.insert(path.to_owned(), mark);
    }
}

/// The files before the last step, and those that the user compares with.
#[hook]
pub(crate) fn use_before(state: &State) -> (Before, Before) {
    let preset = (state.view.baseline == Baseline::Preset).then_some(state.preset);
    let texts = state.texts();
    let preset = use_memo((preset, state.later), |(preset, _)| {
        let spec = presets::find((*preset)?)?.spec();
        let blueprint = check(&spec).blueprint?;
        Some(Rc::new(Composition::of(blueprint, texts)))
    });
    let last = state.last.as_ref().map(|last| Rc::clone(&last.before));
    let last = Before::Composed(last.unwrap_or_else(|| Rc::clone(&state.composition)));
    let chosen = match (state.view.baseline, &*preset, &state.loaded) {
        (Baseline::Preset, Some(preset), _) => Before::Composed(Rc::clone(preset)),
        (Baseline::Loaded, _, Some(loaded)) => Before::Loaded(Rc::clone(loaded)),
        _ => last.clone(),
    };
    (last, chosen)
}

/// What the files are compared with, in words: "before the last change".
#[must_use]
pub(crate) fn in_words(state: &State) -> String {
    match (state.view.baseline, &state.loaded) {
        (Baseline::Preset, _) => format!("preset {}", state.preset),
        (Baseline::Loaded, Some(loaded)) => loaded.name.clone(),
        _ => "before the last change".to_owned(),
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ComparisonProps {
    pub(crate) chosen: Baseline,
    pub(crate) preset: &'static str,
    /// The name of what was opened, if something was.
    pub(crate) loaded: Option<String>,
    pub(crate) changed_only: bool,
    pub(crate) on_action: Callback<Action>,
}

/// The choice of the baseline, and whether the tree shows only what changed.
#[component]
pub(crate) fn Comparison(props: &ComparisonProps) -> Html {
    let offered = [
        Some((Baseline::LastChange, "last change".to_owned())),
        Some((Baseline::Preset, format!("preset {}", props.preset))),
        props.loaded.clone().map(|name| (Baseline::Loaded, name)),
    ];
    let on_choose = props.on_action.reform(|event: Event| {
        let chosen = browser::value_of(&event);
        let all = [Baseline::LastChange, Baseline::Preset, Baseline::Loaded];
        let found = all.into_iter().find(|each| each.key() == chosen);
        Action::Baseline(found.unwrap_or(Baseline::LastChange))
    });
    let on_filter = props
        .on_action
        .reform(|event: Event| Action::ChangedOnly(browser::is_ticked(&event)));
    html! {
        <div class="comparison">
            <label for="baseline">{ "Marks against" }</label>
            <select id="baseline" onchange={on_choose}>
                { for offered.into_iter().flatten().map(|(each, label)| html! {
                    <option key={each.key()} value={each.key()} selected={each == props.chosen}>
                        { label }
                    </option>
                }) }
            </select>
            <label class="check">
                <input type="checkbox" checked={props.changed_only} onchange={on_filter} />
                { "Changed only" }
            </label>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::count_marks;
    use composer_core::{FieldPath, compose};

    fn standard() -> Spec {
        presets::find("standard").unwrap().spec()
    }

    fn composed(spec: &Spec) -> Rc<Composition> {
        let blueprint = check(spec).blueprint.unwrap();
        Rc::new(Composition::of(blueprint, &compose::WHOLE))
    }

    #[test]
    fn what_a_step_changed_is_counted() {
        let before = standard();
        let same = marks(
            &Before::Composed(composed(&before)),
            &composed(&before).tree,
        );
        assert_eq!(count_marks(&same), "no file changed");
        let mut after = before.clone();
        after.add_environment("staging");
        after.remove_environment("dev");
        let profile = FieldPath::root().join("environments.staging.profile");
        after.set(profile, "dev".into()).unwrap();
        let marks = marks(&Before::Composed(composed(&before)), &composed(&after).tree);
        assert_eq!(
            marks.get("terraform/envs/dev/main.tf"),
            Some(&Mark::Deleted)
        );
        assert_eq!(
            marks.get("terraform/envs/staging/main.tf"),
            Some(&Mark::Added)
        );
        assert_eq!(marks.get("composition.toml"), Some(&Mark::Modified));
    }

    #[test]
    fn an_opened_spec_is_compared_by_what_it_composes_to() {
        let loaded = Loaded::of_spec("composition.toml", &standard()).unwrap();
        let marks = marks(
            &Before::Loaded(Rc::new(loaded)),
            &composed(&standard()).tree,
        );
        assert_eq!(marks, BTreeMap::new());
    }

    #[test]
    fn what_was_opened_costs_what_its_spec_costs() {
        let mut spec = standard();
        spec.remove_environment("dev");
        let loaded = Loaded::of_spec("composition.toml", &spec).unwrap();
        let costs = Before::Loaded(Rc::new(loaded)).costs();
        let names: Vec<&str> = costs.iter().map(|cost| cost.environment.as_str()).collect();
        assert_eq!(names, ["bench", "prod"]);
        assert_eq!(costs, Before::Composed(composed(&spec)).costs());
    }

    #[test]
    fn what_an_archive_has_and_the_composition_has_not_is_removed() {
        let files = [("README.md", "old"), ("extra.tf", "x")]
            .map(|(path, text)| (path.to_owned(), Cow::Borrowed(text)));
        let loaded = Rc::new(Loaded {
            name: "old.zip".to_owned(),
            spec: standard(),
            files: files.into(),
        });
        let marks = marks(&Before::Loaded(loaded), &composed(&standard()).tree);
        assert_eq!(marks.get("README.md"), Some(&Mark::Modified));
        assert_eq!(marks.get("extra.tf"), Some(&Mark::Deleted));
        assert_eq!(marks.get("composition.toml"), Some(&Mark::Added));
    }
}
