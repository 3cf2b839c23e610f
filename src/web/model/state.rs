//! The page's state: the spec, and what follows from it.

use std::rc::Rc;

use composer_core::presets::{self, PresetSpec};
use composer_core::{Checked, FieldPath, Problems, Spec, Value, check, check_from};

use crate::model::baseline::{Baseline, OpenedFiles};
use crate::model::capabilities::Capabilities;
use crate::model::composition::Composition;
use crate::model::edit::{differing, with};
use crate::model::history::{History, Step};
use crate::model::labels::name_of;
use crate::model::notice::Notice;
use crate::model::opening::Opening;
use crate::model::sizing::Sizing;
use crate::model::view_state::{Pane, View};
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
    /// What the last spec without errors composes to: what the preview shows. It can't follow from the spec of now,
    /// so it stands here, and each spec is checked and composed once.
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
    /// What is looked at.
    pub(crate) view: View,
}

impl State {
    /// The state of a page that starts with the first preset.
    #[must_use]
    pub(crate) fn initial(capabilities: Capabilities) -> Self {
        let spec = Rc::new(presets::PRESETS[0].spec());
        let checked = check(&spec);
        Self::from_check(spec, checked, capabilities)
    }

    /// The state of a page that starts with `spec`, the spec of the first preset, which was `checked`.
    #[must_use]
    pub(crate) fn from_check(spec: Rc<Spec>, checked: Checked, capabilities: Capabilities) -> Self {
        let Settled {
            problems,
            sizing,
            composition,
        } = settle(&spec, checked, capabilities, None);
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
            view: View::initial(),
        }
    }

    /// The state of a page that starts with what was opened. Where that has errors, the preset's files are shown.
    #[must_use]
    pub(crate) fn from_opening(opening: Opening, capabilities: Capabilities) -> Self {
        let initial = Self {
            preset: opening.preset,
            ..Self::initial(capabilities)
        };
        let base = Rc::new(initial.base());
        let notice = opening.notice.clone().map(Rc::new);
        let state = initial
            .with_spec(base, String::new(), opening.preset)
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
        } = opening;
        let opened = opened.or_else(|| self.opened.clone());
        let is_another = *self.spec != spec;
        let next = self.step(spec, what.clone(), preset);
        let default_notice = || {
            Notice::plain(if is_another {
                format!("{what}. What you had before comes back with Undo.")
            } else {
                format!("{what}. It holds what you have here already.")
            })
        };
        // Whoever opens an archive wants to see what has changed since.
        let (baseline, pane) = if is_archive {
            (Baseline::Opened, Pane::Diff)
        } else {
            (next.view.baseline, next.view.pane)
        };
        Self {
            opened,
            notice: Some(Rc::new(notice.unwrap_or_else(default_notice))),
            view: View {
                baseline,
                pane,
                ..next.view
            },
            ..next
        }
    }

    /// The state once the model can compute more.
    #[must_use]
    pub(super) fn with_capabilities(self, capabilities: Capabilities) -> Self {
        if self.capabilities == capabilities {
            return self;
        }
        let recomposed = |before: &Composition| Rc::new(before.with_texts(capabilities.texts));
        Self {
            capabilities,
            notice: self
                .notice
                .filter(|notice| **notice != Notice::not_loaded()),
            sizing: Rc::new(self.sizing.with_costs(capabilities)),
            composition: recomposed(&self.composition),
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

    /// What the files are compared with, in words: "before the last change".
    #[must_use]
    pub(crate) fn baseline_in_words(&self) -> String {
        match (self.view.baseline, &self.opened) {
            (Baseline::Preset, _) => format!("preset {}", self.preset),
            (Baseline::Opened, Some(opened)) => opened.name.clone(),
            _ => "before the last change".to_owned(),
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

    /// The state once the spec is `spec`.
    fn with_spec(self, spec: Rc<Spec>, what: String, preset: &'static str) -> Self {
        let Settled {
            problems,
            sizing,
            composition,
        } = settle(
            &spec,
            check_from(&spec, Some(self.sizing.known())),
            self.capabilities,
            Some(&self.composition),
        );
        Self {
            last: Some(Step {
                what,
                before: Rc::clone(&self.composition),
                sizing_before: Rc::clone(&self.sizing),
                replaced: 0,
            }),
            problems,
            sizing,
            composition: composition.unwrap_or(self.composition),
            spec,
            preset,
            ..self
        }
    }

    /// The same after a step that can be undone.
    pub(super) fn step(mut self, spec: Spec, what: String, preset: &'static str) -> Self {
        if *self.spec == spec && self.preset == preset {
            return self;
        }
        self.history.push(&self.spec, self.preset, what.clone());
        self.with_spec(Rc::new(spec), what, preset)
    }

    /// The state once the value at `at` is this one, or the default.
    pub(super) fn put(self, at: &FieldPath, value: Option<Value>) -> Self {
        let what = match &value {
            Some(value) => format!("{}: {}", name_of(at), plain(value)),
            None => format!("{}: default", name_of(at)),
        };
        let (spec, preset) = (with(&self.spec, at, value), self.preset);
        self.step(spec, what, preset)
    }

    pub(super) fn undo(mut self) -> Self {
        let Some(moment) = self.history.undo(&self.spec, self.preset) else {
            return self;
        };
        let what = format!("Undone: {}", moment.what);
        self.with_spec(Rc::clone(&moment.spec), what, moment.preset)
    }

    pub(super) fn redo(mut self) -> Self {
        let Some(moment) = self.history.redo(&self.spec, self.preset) else {
            return self;
        };
        self.with_spec(Rc::clone(&moment.spec), moment.what.clone(), moment.preset)
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

/// What follows from a spec.
struct Settled {
    problems: Rc<Problems>,
    sizing: Rc<Sizing>,
    /// `None` where the spec has errors.
    composition: Option<Rc<Composition>>,
}

/// What is wrong with `spec`, of which `checked` was found out, what its environments take, and without errors what it
/// composes to after `before`.
fn settle(
    spec: &Rc<Spec>,
    checked: Checked,
    capabilities: Capabilities,
    before: Option<&Composition>,
) -> Settled {
    let sizing = Sizing::of(spec, &checked, capabilities);
    let composition = checked
        .blueprint
        .map(|blueprint| Composition::after(before, blueprint, capabilities.texts));
    Settled {
        problems: Rc::new(checked.problems),
        sizing: Rc::new(sizing),
        composition: composition.map(Rc::new),
    }
}
