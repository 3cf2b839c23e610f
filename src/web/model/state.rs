//! The page's state: the spec, and what follows from it.

use std::rc::Rc;

use composer_core::presets::{self, PresetSpec};
use composer_core::{CheckResult, FieldPath, PlacedEnvironment, Problems, Severity, Spec, Value};

use crate::model::baseline::{Baseline, OpenedFiles};
use crate::model::capabilities::Capabilities;
use crate::model::composition::Composition;
use crate::model::edit::{differing, with};
use crate::model::history::{History, Step};
use crate::model::labels::name_of;
use crate::model::notice::Notice;
use crate::model::opening::Opening;
use crate::model::sizing::Sizing;
use crate::model::view_state::{Pane, Screen, View};
use crate::model::words::plain;

/// The page's state.
#[derive(Clone, PartialEq)]
pub(crate) struct State {
    /// What is asked for now.
    pub(crate) spec: Rc<Spec>,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Rc<Problems>,
    /// What its environments take and cost, also where they don't fit.
    pub(crate) sizing: Rc<Sizing>,
    /// What the preview shows: what the spec composes to. In an error, the environments that have one are as they last
    /// were without, so it can't follow from the spec of now: it stands here, and each spec is checked and composed once.
    pub(crate) composition: Rc<Composition>,
    /// The preset that the spec began as.
    pub(crate) preset: &'static str,
    /// What the last step did.
    pub(crate) last: Option<Step>,
    /// What was opened last, for comparison.
    pub(crate) opened: Option<Rc<OpenedFiles>>,
    /// What can be computed: more once the second part of the page is loaded.
    pub(crate) capabilities: Capabilities,
    /// What there is to say beside it all.
    pub(crate) notice: Option<Rc<Notice>>,
    pub(super) history: History,
    /// The value that somebody is typing, if the last step is that.
    pub(super) typing: Option<FieldPath>,
    /// What is looked at.
    pub(crate) view: View,
}

impl State {
    /// The state of a page that starts with the first preset.
    #[must_use]
    pub(crate) fn initial(capabilities: Capabilities) -> Self {
        let spec = Rc::new(presets::PRESETS[0].spec());
        let checked = (capabilities.check)(&spec, None);
        Self::from_check(spec, checked, capabilities)
    }

    /// The state of a page that starts with `spec`, the spec of the first preset, which was `checked`.
    #[must_use]
    pub(crate) fn from_check(
        spec: Rc<Spec>,
        checked: CheckResult,
        capabilities: Capabilities,
    ) -> Self {
        let Consequences {
            problems,
            sizing,
            composition,
        } = settle(&spec, checked, capabilities, None, LastVersions::Dropped);
        Self {
            spec,
            problems,
            sizing,
            composition: composition.expect("a preset has no errors: a test goes through them"),
            preset: presets::PRESETS[0].name,
            last: None,
            opened: None,
            capabilities,
            notice: None,
            history: History::default(),
            typing: None,
            view: View::initial(),
        }
    }

    /// The state of a page that starts with what was opened.
    #[must_use]
    pub(crate) fn from_opening(opening: Opening, capabilities: Capabilities) -> Self {
        let initial = Self {
            preset: opening.preset,
            ..Self::initial(capabilities)
        };
        let base = Rc::new(initial.base());
        let notice = opening.notice.clone().map(Rc::new);
        let state = initial
            .with_spec(base, String::new(), opening.preset, LastVersions::Dropped)
            .open(opening);
        Self {
            last: None,
            history: History::default(),
            notice,
            view: View {
                // Who comes with a composition has answered it.
                is_question_open: false,
                ..state.view
            },
            ..state
        }
    }

    /// The state once something was opened.
    #[must_use]
    pub(crate) fn open(self, opening: Opening) -> Self {
        let Opening {
            spec,
            preset,
            what,
            opened,
            is_archive,
            notice,
            place,
        } = opening;
        let opened = opened.or_else(|| self.opened.clone());
        let is_another = *self.spec != spec;
        let next = self.step_with(spec, what.clone(), preset, LastVersions::Dropped);
        let default_notice = || {
            Notice::plain(if is_another && is_archive {
                // The comparison stays with the archive, so this is the way to compare it with another composition.
                format!(
                    "{what}. Undo brings back what you had before and compares it with this zip."
                )
            } else if is_another {
                format!("{what}. Undo brings back what you had before.")
            } else {
                format!("{what}. It is the same as your composition.")
            })
        };
        // Whoever opens an archive wants to see what has changed since.
        let (baseline, pane) = if is_archive {
            (Baseline::Opened, Pane::Diff)
        } else {
            (next.view.baseline, next.view.pane)
        };
        let view = View {
            baseline,
            pane,
            ..next.view
        };
        let tree = &next.composition.tree;
        let view = match place {
            Some(place) if tree.file(&place.file).is_some() => View {
                pane: Pane::Code,
                screen: Screen::View,
                file: place.file,
                line: place.line.map(|line| line - 1),
                ..view
            },
            _ => view,
        };
        Self {
            opened,
            notice: Some(Rc::new(notice.unwrap_or_else(default_notice))),
            view,
            ..next
        }
    }

    /// The state once the model can compute more.
    #[must_use]
    pub(super) fn with_capabilities(self, capabilities: Capabilities) -> Self {
        if self.capabilities == capabilities {
            return self;
        }
        let recomposed = |before: &Composition| Rc::new(before.composed(capabilities.compose));
        let composition = composed_in_error(
            &self.spec,
            &self.problems,
            &self.sizing,
            capabilities,
            &self.composition,
            LastVersions::Kept,
        );
        Self {
            capabilities,
            notice: self
                .notice
                .filter(|notice| **notice != Notice::not_loaded()),
            sizing: Rc::new(self.sizing.with_costs(capabilities)),
            composition: composition.map_or_else(|| recomposed(&self.composition), Rc::new),
            last: self.last.map(|last| Step {
                before: recomposed(&last.before),
                sizing_before: Rc::new(last.sizing_before.with_costs(capabilities)),
                ..last
            }),
            ..self
        }
    }

    /// The same with a notice.
    #[must_use]
    pub(crate) fn with_notice(self, notice: Notice) -> Self {
        Self {
            notice: Some(Rc::new(notice)),
            ..self
        }
    }

    /// What undoing would take back.
    #[must_use]
    pub(crate) fn undo_label(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What redoing would do again.
    #[must_use]
    pub(crate) fn redo_label(&self) -> Option<&str> {
        self.history.redo_label()
    }

    /// The preset that the spec began as.
    #[must_use]
    pub(crate) fn base(&self) -> Spec {
        presets::find(self.preset).map_or_else(Spec::default, PresetSpec::spec)
    }

    /// What the files are compared with, in words: "the version before the last change".
    #[must_use]
    pub(crate) fn baseline_in_words(&self) -> String {
        match (self.view.baseline, &self.opened) {
            (Baseline::Preset, _) => format!("preset {}", self.preset),
            (Baseline::Opened, Some(opened)) => opened.name.clone(),
            (Baseline::Opened, None) | (Baseline::LastChange, _) => {
                "the version before the last change".to_owned()
            }
        }
    }

    /// The environment whose column a narrow screen shows.
    #[must_use]
    pub(crate) fn shown_environment(&self) -> Option<String> {
        let names = self.spec.environments();
        self.view
            .environment
            .as_deref()
            .filter(|name| names.contains(name))
            .or(names.first().copied())
            .map(str::to_owned)
    }

    /// The environment that the question on top is about: the last one, which the presets make the largest, until
    /// somebody chooses another.
    #[must_use]
    pub(crate) fn question_environment(&self) -> Option<&str> {
        let names = self.spec.environments();
        let chosen = self.view.question_environment.as_deref();
        chosen
            .filter(|name| names.contains(name))
            .or(names.last().copied())
    }

    /// The environment named `name` as it last was without errors, where it has one now and the preview shows that
    /// version.
    #[must_use]
    pub(crate) fn last_version(&self, name: &str) -> Option<&PlacedEnvironment> {
        if !has_error(&self.problems, name) {
            return None;
        }
        let mut shown = self.composition.blueprint.environments.iter();
        shown.find(|each| each.name == name)
    }

    /// The environments of which the preview shows the last version.
    #[must_use]
    pub(crate) fn last_versions(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in self.spec.environments() {
            if self.last_version(name).is_some() {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The environments without an error, which the preview shows as they are now where it shows any.
    #[must_use]
    pub(crate) fn current_environments(&self) -> Vec<String> {
        let mut names = Vec::new();
        for environment in &self.composition.blueprint.environments {
            if !has_error(&self.problems, &environment.name) {
                names.push(environment.name.clone());
            }
        }
        names
    }

    /// Whether the errors leave something to compose: each is in an environment.
    #[must_use]
    pub(crate) fn is_composed_in_part(&self) -> bool {
        let mut errors = self.problems.of(Severity::Error);
        self.capabilities.in_error.is_some()
            && errors.all(|problem| problem.at.environment().is_some())
    }

    /// The state once the spec is `spec`.
    fn with_spec(
        self,
        spec: Rc<Spec>,
        what: String,
        preset: &'static str,
        last_versions: LastVersions,
    ) -> Self {
        let Consequences {
            problems,
            sizing,
            composition,
        } = settle(
            &spec,
            (self.capabilities.check)(&spec, Some(self.sizing.known())),
            self.capabilities,
            Some(&self.composition),
            last_versions,
        );
        let composition = composition.unwrap_or_else(|| match last_versions {
            LastVersions::Kept => Rc::clone(&self.composition),
            LastVersions::Dropped => Rc::new(self.composition.emptied()),
        });
        // Where nothing was composed before, there is nothing to compare with.
        let before = match self.composition.is_empty() {
            true => Rc::clone(&composition),
            false => Rc::clone(&self.composition),
        };
        Self {
            last: Some(Step {
                what,
                before,
                sizing_before: Rc::clone(&self.sizing),
                replaced: 0,
            }),
            problems,
            sizing,
            composition,
            // What it says is about what was there before; but what it has to offer would be gone.
            notice: self.notice.filter(|notice| notice.unread.is_some()),
            typing: None,
            spec,
            preset,
            ..self
        }
    }

    /// The same after a step that can be undone.
    pub(super) fn step(self, spec: Spec, what: String, preset: &'static str) -> Self {
        self.step_with(spec, what, preset, LastVersions::Kept)
    }

    fn step_with(
        mut self,
        spec: Spec,
        what: String,
        preset: &'static str,
        last_versions: LastVersions,
    ) -> Self {
        if *self.spec == spec && self.preset == preset {
            return self;
        }
        self.history.push(&self.spec, self.preset, what.clone());
        self.with_spec(Rc::new(spec), what, preset, last_versions)
    }

    /// The state once the value at `at` is this one, or the default.
    pub(super) fn put(self, at: &FieldPath, value: Option<Value>) -> Self {
        let what = step_to(at, value.as_ref());
        let (spec, preset) = (with(&self.spec, at, value), self.preset);
        self.step(spec, what, preset)
    }

    /// The state once nobody types any more: what comes is a step of its own.
    pub(super) fn typing_ended(self) -> Self {
        Self {
            typing: None,
            ..self
        }
    }

    /// [`Self::put`] while somebody types: it goes on with the last step where that is of the same value.
    pub(super) fn typed(self, at: &FieldPath, value: Option<Value>) -> Self {
        if self.typing.as_ref() != Some(at) {
            let before = Rc::clone(&self.spec);
            let next = self.put(at, value);
            let is_step = !Rc::ptr_eq(&before, &next.spec);
            return Self {
                typing: is_step.then(|| at.clone()),
                ..next
            };
        }
        let spec = with(&self.spec, at, value.clone());
        if spec == *self.spec {
            return self;
        }
        let what = step_to(at, value.as_ref());
        let (preset, last) = (self.preset, self.last.clone());
        let mut next = self.with_spec(Rc::new(spec), what.clone(), preset, LastVersions::Kept);
        // The step began with what was there before the first letter.
        if let (Some(step), Some(last)) = (&mut next.last, last) {
            step.before = last.before;
            step.sizing_before = last.sizing_before;
        }
        let goes_on = next.history.amend(&next.spec, what);
        next.typing = goes_on.then(|| at.clone());
        next
    }

    pub(super) fn undo(mut self) -> Self {
        let Some(moment) = self.history.undo(&self.spec, self.preset) else {
            return self;
        };
        let what = format!("Undone: {}", moment.what);
        self.with_spec(
            Rc::clone(&moment.spec),
            what,
            moment.preset,
            LastVersions::Kept,
        )
    }

    pub(super) fn redo(mut self) -> Self {
        let Some(moment) = self.history.redo(&self.spec, self.preset) else {
            return self;
        };
        self.with_spec(
            Rc::clone(&moment.spec),
            moment.what.clone(),
            moment.preset,
            LastVersions::Kept,
        )
    }

    pub(super) fn apply(self, preset: &'static PresetSpec) -> Self {
        let spec = preset.spec();
        let replaced = differing(&self.base(), &self.spec);
        let what = format!("Preset {}", preset.name);
        let next = self.step(spec, what, preset.name);
        match &next.last {
            Some(last) if replaced > 0 => Self {
                last: Some(Step {
                    replaced,
                    ..last.clone()
                }),
                ..next
            },
            _ => next,
        }
    }
}

/// What a step is called after which the value at `at` is this one, or the default.
fn step_to(at: &FieldPath, value: Option<&Value>) -> String {
    match value {
        Some(value) => format!("{}: {}", name_of(at), plain(value)),
        None => format!("{}: default", name_of(at)),
    }
}

/// What follows from a spec.
struct Consequences {
    problems: Rc<Problems>,
    sizing: Rc<Sizing>,
    /// `None` where the spec has errors that leave nothing to compose.
    composition: Option<Rc<Composition>>,
}

/// What becomes of the last versions of environments that have errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LastVersions {
    /// They are shown.
    Kept,
    /// They are of another composition, and are not.
    Dropped,
}

/// What is wrong with `spec`, of which `checked` was found out, what its environments take, and what it composes to after
/// `before`.
fn settle(
    spec: &Rc<Spec>,
    checked: CheckResult,
    capabilities: Capabilities,
    before: Option<&Composition>,
    last_versions: LastVersions,
) -> Consequences {
    let sizing = Sizing::of(spec, &checked, capabilities);
    let composition = match (checked.blueprint, before) {
        (Some(blueprint), _) => Some(Composition::after(before, blueprint, capabilities.compose)),
        (None, Some(before)) => composed_in_error(
            spec,
            &checked.problems,
            &sizing,
            capabilities,
            before,
            last_versions,
        ),
        (None, None) => None,
    };
    Consequences {
        problems: Rc::new(checked.problems),
        sizing: Rc::new(sizing),
        composition: composition.map(Rc::new),
    }
}

/// What `spec` composes to in an error, after `before`. `None` where it has no error, or nothing is to be composed.
fn composed_in_error(
    spec: &Spec,
    problems: &Problems,
    sizing: &Sizing,
    capabilities: Capabilities,
    before: &Composition,
    last_versions: LastVersions,
) -> Option<Composition> {
    let compose = capabilities.in_error.filter(|_| problems.has_errors())?;
    let last = match last_versions {
        LastVersions::Kept if !before.is_empty() => Some(before.blueprint.spec()),
        LastVersions::Kept | LastVersions::Dropped => None,
    };
    let blueprint = compose(spec, problems, sizing.known(), last)?;
    Some(Composition::after(
        Some(before),
        blueprint,
        capabilities.compose,
    ))
}

/// Whether something in the environment named `name` stands in the way of composing it.
#[must_use]
pub(crate) fn has_error(problems: &Problems, name: &str) -> bool {
    let mut errors = problems.of(Severity::Error);
    errors.any(|problem| problem.at.environment() == Some(name))
}
