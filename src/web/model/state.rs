//! The page's state: the spec, and what follows from it.

use std::rc::Rc;

use composer_core::presets::{self, PresetSpec};
use composer_core::{Checked, FieldPath, Problems, Spec, Value, check, check_from};

use crate::model::action::Action;
use crate::model::baseline::{Baseline, Loaded};
use crate::model::capabilities::Capabilities;
use crate::model::composition::Composition;
use crate::model::edit::{differing, with};
use crate::model::history::{History, Step};
use crate::model::labels::name_of;
use crate::model::notice::Notice;
use crate::model::opening::Opening;
use crate::model::sections;
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
    /// What the last spec without errors composes to: what the preview shows. It can't follow from the spec of now,
    /// so it stands here, and each spec is checked and composed once.
    pub(crate) composition: Rc<Composition>,
    /// The preset that the spec began as.
    pub(crate) preset: &'static str,
    /// What the last step did.
    pub(crate) last: Option<Step>,
    /// What was opened last, for comparison.
    pub(crate) loaded: Option<Rc<Loaded>>,
    /// What can be computed: more once the second part of the page is loaded.
    pub(crate) capabilities: Capabilities,
    /// What there is to say beside it all.
    pub(crate) notice: Option<Rc<Notice>>,
    history: History,
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
            loaded: None,
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
            .opened(opening);
        Self {
            last: None,
            history: History::default(),
            notice,
            ..state
        }
    }

    /// The state once something was opened.
    #[must_use]
    pub(crate) fn opened(self, opening: Opening) -> Self {
        let Opening {
            spec,
            preset,
            what,
            loaded,
            is_archive,
            notice,
        } = opening;
        let loaded = loaded.or_else(|| self.loaded.clone());
        let is_another = *self.spec != spec;
        let next = self.step(spec, what.clone(), preset);
        let default_notice = || {
            Notice::plain(if is_another {
                format!("{what}. What you had before comes back with Undo.")
            } else {
                format!("{what}. It holds what you have here already.")
            })
        };
        let baseline = if is_archive {
            Baseline::Loaded
        } else {
            next.view.baseline
        };
        Self {
            loaded,
            notice: Some(Rc::new(notice.unwrap_or_else(default_notice))),
            view: View {
                baseline,
                ..next.view
            },
            ..next
        }
    }

    /// The state once the model can compute more.
    #[must_use]
    fn with_capabilities(self, capabilities: Capabilities) -> Self {
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
    pub(crate) fn undo(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What redoing would do again.
    #[must_use]
    pub(crate) fn redo(&self) -> Option<&str> {
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
        match (self.view.baseline, &self.loaded) {
            (Baseline::Preset, _) => format!("preset {}", self.preset),
            (Baseline::Loaded, Some(loaded)) => loaded.name.clone(),
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
    fn step(mut self, spec: Spec, what: String, preset: &'static str) -> Self {
        if *self.spec == spec && self.preset == preset {
            return self;
        }
        self.history.push(&self.spec, self.preset, what.clone());
        self.with_spec(Rc::new(spec), what, preset)
    }

    /// The state once the value at `at` is this one, or the default.
    fn put(self, at: &FieldPath, value: Option<Value>) -> Self {
        let what = match &value {
            Some(value) => format!("{}: {}", name_of(at), plain(value)),
            None => format!("{}: default", name_of(at)),
        };
        let (spec, preset) = (with(&self.spec, at, value), self.preset);
        self.step(spec, what, preset)
    }

    fn undone(mut self) -> Self {
        let Some(moment) = self.history.undo(&self.spec, self.preset) else {
            return self;
        };
        let what = format!("Undone: {}", moment.what);
        self.with_spec(Rc::clone(&moment.spec), what, moment.preset)
    }

    fn redone(mut self) -> Self {
        let Some(moment) = self.history.redo(&self.spec, self.preset) else {
            return self;
        };
        self.with_spec(Rc::clone(&moment.spec), moment.what.clone(), moment.preset)
    }

    fn apply(self, preset: &'static PresetSpec) -> Self {
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

    fn reveal(self, at: &FieldPath) -> Self {
        let mut view = View {
            screen: Screen::Options,
            environment: at
                .environment()
                .map(str::to_owned)
                .or(self.view.environment),
            reveal: Some((next_request(self.view.reveal.as_ref()), at.clone())),
            ..self.view
        };
        view.open.extend(sections::of(at));
        Self { view, ..self }
    }
}

impl State {
    /// The state after `action`.
    #[must_use]
    pub(crate) fn reduce(self, action: Action) -> Self {
        let state = self;
        let view = state.view.clone();
        let look = |view| State {
            view,
            ..state.clone()
        };
        match action {
            Action::Capabilities(capabilities) => state.with_capabilities(capabilities),
            Action::Value(at, value) => state.put(&at, value),
            Action::Spec { spec, what } => {
                let preset = state.preset;
                state.step(spec, what, preset)
            }
            Action::Open(opening) => state.opened(*opening),
            Action::Notice(notice) => State {
                notice: notice.map(Rc::new),
                ..state
            },
            Action::Preset(preset) => state.apply(preset),
            Action::Undo => state.undone(),
            Action::Redo => state.redone(),
            Action::Screen(screen) => look(View { screen, ..view }),
            Action::Pane(pane) => look(View {
                pane,
                screen: Screen::Review,
                ..view
            }),
            Action::File(file, line) => look(View {
                file,
                // Somebody who goes through the changes stays with them; a line is a line of the text.
                pane: match (view.pane, line) {
                    (Pane::Diff, None) => Pane::Diff,
                    _ => Pane::Code,
                },
                line,
                screen: Screen::Review,
                ..view
            }),
            Action::Diff(file) => look(View {
                file,
                line: None,
                pane: Pane::Diff,
                screen: Screen::Review,
                ..view
            }),
            Action::Baseline(baseline) => look(View { baseline, ..view }),
            Action::ChangedOnly(changed_only) => look(View {
                changed_only,
                ..view
            }),
            Action::Trace(None) => look(View {
                traced_value: None,
                ..view
            }),
            Action::Trace(Some(at)) => look(View {
                traced_value: Some((next_request(view.traced_value.as_ref()), at)),
                screen: Screen::Files,
                ..view
            }),
            Action::Line(line) => look(View {
                line: Some(line),
                ..view
            }),
            Action::Section(name) => {
                let mut open = view.open.clone();
                if !open.remove(name) {
                    open.insert(name);
                }
                look(View { open, ..view })
            }
            Action::Environment(name) => look(View {
                environment: Some(name),
                ..view
            }),
            Action::Reveal(at) => state.reveal(&at),
        }
    }
}

/// The number of the next request.
fn next_request(last: Option<&(u32, FieldPath)>) -> u32 {
    last.map_or(1, |(count, _)| count.wrapping_add(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: Vec<Action>) -> State {
        actions
            .into_iter()
            .fold(State::initial(Capabilities::FIRST_PART), State::reduce)
    }

    fn stated(key: &str, value: impl Into<Value>) -> Action {
        Action::Spec {
            spec: with(
                &State::initial(Capabilities::FIRST_PART).spec,
                &FieldPath::root().join(key),
                Some(value.into()),
            ),
            what: key.to_owned(),
        }
    }

    #[track_caller]
    fn check_spec(state: &State, expected: &str) {
        let text = state.spec.to_toml();
        let (_, values) = text.split_once("version = 1\n").unwrap();
        assert_eq!(values, expected);
    }

    const STANDARD: &str = "project = \"temporal\"\nregion = \"eu-west-1\"\n\n[environments.dev]\n\n\
                            [environments.bench]\n\n[environments.prod]\n";

    #[test]
    fn the_second_part_brings_the_texts_and_changes_nothing_else() {
        let before = after(vec![
            stated("project", "acme"),
            Action::Notice(Some(Notice::not_loaded())),
        ]);
        let text = |composition: &Composition| {
            let file = composition.tree.file("terraform/modules/vpc/main.tf");
            file.unwrap().text.to_string()
        };
        assert_eq!(text(&before.composition), "");
        let whole = before.clone().with_capabilities(Capabilities::FULL);
        let there = composer_core::templates::ALL
            .iter()
            .find(|(path, _)| *path == "modules/vpc/main.tf");
        assert_eq!(text(&whole.composition), there.unwrap().1);
        assert_eq!(
            text(&whole.last.as_ref().unwrap().before),
            text(&whole.composition)
        );
        assert_eq!(whole.notice, None);
        let same = |state: &State| (state.spec.clone(), state.undo().map(str::to_owned));
        assert_eq!(same(&whole), same(&before));
    }

    #[test]
    fn a_step_is_undone_and_redone() {
        let changed = "project = \"acme\"\nregion = \"eu-west-1\"\n\n[environments.dev]\n\n\
                       [environments.bench]\n\n[environments.prod]\n";
        check_spec(&after(vec![stated("project", "acme")]), changed);
        let undone = after(vec![stated("project", "acme"), Action::Undo, Action::Undo]);
        check_spec(&undone, STANDARD);
        assert_eq!((undone.undo(), undone.redo()), (None, Some("project")));
        check_spec(
            &after(vec![stated("project", "acme"), Action::Undo, Action::Redo]),
            changed,
        );
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let state = after(vec![
            stated("project", "acme"),
            Action::Undo,
            stated("project", "other"),
        ]);
        assert_eq!((state.undo(), state.redo()), (Some("project"), None));
    }

    #[test]
    fn a_value_that_is_the_default_is_not_stated() {
        let state = after(vec![stated("environments.prod.loki.enabled", true)]);
        check_spec(&state, STANDARD);
        assert_eq!(state.undo(), None);
    }

    #[test]
    fn the_preview_keeps_the_last_spec_without_errors() {
        let state = after(vec![stated("project", "No!")]);
        assert_eq!(
            state.spec.get(&FieldPath::of(&["project"])),
            Some(&"No!".into())
        );
        assert!(state.problems.has_errors());
        assert_eq!(
            *state.composition.blueprint.spec(),
            *State::initial(Capabilities::FIRST_PART).spec
        );
        let corrected = after(vec![stated("project", "No!"), stated("project", "acme")]);
        assert_eq!(*corrected.composition.blueprint.spec(), *corrected.spec);
    }

    #[test]
    fn a_preset_says_how_much_it_replaces_and_can_be_undone() {
        let lean = presets::find("dev-lean").unwrap();
        let untouched = after(vec![Action::Preset(lean)]);
        assert_eq!(untouched.last.unwrap().replaced, 0);
        let edited = after(vec![stated("project", "acme"), Action::Preset(lean)]);
        assert_eq!(edited.last.as_ref().unwrap().replaced, 1);
        let undone = after(vec![
            stated("project", "acme"),
            Action::Preset(lean),
            Action::Undo,
        ]);
        assert_eq!(undone.preset, "standard");
        assert_eq!(
            undone.spec.get(&FieldPath::of(&["project"])),
            Some(&"acme".into())
        );
    }

    #[test]
    fn revealing_a_field_opens_its_section_and_shows_its_environment() {
        let at = FieldPath::root().join("environments.prod.history.cpu");
        let state = after(vec![
            Action::Screen(Screen::Review),
            Action::Reveal(at.clone()),
        ]);
        assert_eq!(state.view.screen, Screen::Options);
        assert!(state.view.open.contains("history"));
        assert_eq!(state.shown_environment().as_deref(), Some("prod"));
        assert_eq!(state.view.reveal, Some((1, at)));
    }

    #[test]
    fn the_files_are_compared_with_an_archive_that_is_opened() {
        let opening = |is_archive| {
            let spec = (*State::initial(Capabilities::FIRST_PART).spec).clone();
            Opening {
                preset: "standard",
                what: "Opened old.zip".to_owned(),
                loaded: Loaded::of_spec("old.zip", &spec).map(Rc::new),
                is_archive,
                notice: None,
                spec,
            }
        };
        let open = |is_archive| after(vec![Action::Open(Box::new(opening(is_archive)))]);
        assert_eq!(open(true).view.baseline, Baseline::Loaded);
        assert_eq!(open(true).loaded, opening(true).loaded);
        assert_eq!(open(false).view.baseline, Baseline::LastChange);
        assert_eq!(open(false).loaded, opening(false).loaded);
    }

    #[test]
    fn what_was_before_comes_back_when_opening_is_undone() {
        let opening = crate::model::opening::from_file(
            "orders.toml",
            b"version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n",
        );
        let state = after(vec![
            stated("project", "mine"),
            Action::Open(Box::new(opening.unwrap())),
            Action::Undo,
        ]);
        let project = FieldPath::of(&["project"]);
        assert_eq!(state.spec.get(&project), Some(&"mine".into()));
        assert_eq!(state.redo(), Some("Opened orders.toml"));
    }

    #[test]
    fn who_goes_through_changes_stays_with_them_but_a_line_is_one_of_the_text() {
        let file = |line| Action::File("README.md".to_owned(), line);
        let diff = || Action::Pane(Pane::Diff);
        assert_eq!(after(vec![diff(), file(None)]).view.pane, Pane::Diff);
        assert_eq!(after(vec![diff(), file(Some(3))]).view.pane, Pane::Code);
        let problems = Action::Pane(Pane::Problems);
        assert_eq!(after(vec![problems, file(None)]).view.pane, Pane::Code);
    }
}
