//! The state after an action.

use std::rc::Rc;

use composer_core::FieldPath;

use crate::model::action::Action;
use crate::model::sections;
use crate::model::state::State;
use crate::model::view_state::{Pane, Screen, View};

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
            Action::Value(at, value) => state.typing_ended().put(&at, value),
            Action::Typed(at, value) => state.typed(&at, value),
            Action::Spec { spec, what } => {
                let preset = state.preset;
                state.step(spec, what, preset)
            }
            Action::Open(opening) => state.open(*opening),
            Action::Notice(notice) => State {
                notice: notice.map(Rc::new),
                ..state
            },
            Action::Preset(preset) => state.apply(preset),
            Action::Undo => state.undo(),
            Action::Redo => state.redo(),
            Action::Screen(screen) => look(View { screen, ..view }),
            Action::QuestionOpen(is_question_open) => look(View {
                is_question_open,
                ..view
            }),
            Action::QuestionEnvironment(name) => look(View {
                question_environment: Some(name),
                ..view
            }),
            Action::Find => look(View {
                pane: view.file_pane(),
                screen: Screen::View,
                ..view
            }),
            Action::Pane(pane) => look(View {
                pane,
                screen: Screen::View,
                ..view
            }),
            Action::File(file, line) => look(View {
                file,
                // Somebody who goes through the changes stays with them; a line is a line of the text.
                pane: match line {
                    None => view.file_pane(),
                    Some(_) => Pane::Code,
                },
                line,
                screen: Screen::View,
                ..view
            }),
            Action::Diff(file) => look(View {
                file,
                line: None,
                pane: Pane::Diff,
                screen: Screen::View,
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
                pane: view.file_pane(),
                screen: Screen::View,
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

/// The number of the next request.
fn next_request(last: Option<&(u32, FieldPath)>) -> u32 {
    last.map_or(1, |(count, _)| count.wrapping_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{Value, presets};

    use crate::model::baseline::{Baseline, OpenedFiles};
    use crate::model::capabilities::Capabilities;
    use crate::model::composition::Composition;
    use crate::model::edit::with;
    use crate::model::notice::Notice;
    use crate::model::opening::{self, Opening};

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
    fn the_second_part_brings_the_files_and_changes_nothing_else() {
        let before = after(vec![
            stated("project", "acme"),
            Action::Notice(Some(Notice::not_loaded())),
        ]);
        let text = |composition: &Composition| {
            let file = composition.tree.file("terraform/modules/vpc/main.tf");
            Some(file?.text.to_string())
        };
        assert_eq!(before.composition.tree.len(), 0);
        let whole = before.clone().with_capabilities(Capabilities::FULL);
        let there = composer_core::templates::ALL
            .iter()
            .find(|(path, _)| *path == "modules/vpc/main.tf");
        assert_eq!(
            text(&whole.composition).as_deref(),
            there.map(|(_, text)| *text)
        );
        assert_eq!(
            text(&whole.last.as_ref().unwrap().before),
            text(&whole.composition)
        );
        assert_eq!(whole.notice, None);
        let same = |state: &State| (state.spec.clone(), state.undo_label().map(str::to_owned));
        assert_eq!(same(&whole), same(&before));
    }

    #[test]
    fn a_step_is_undone_and_redone() {
        let changed = "project = \"acme\"\nregion = \"eu-west-1\"\n\n[environments.dev]\n\n\
                       [environments.bench]\n\n[environments.prod]\n";
        check_spec(&after(vec![stated("project", "acme")]), changed);
        let undone = after(vec![stated("project", "acme"), Action::Undo, Action::Undo]);
        check_spec(&undone, STANDARD);
        assert_eq!(
            (undone.undo_label(), undone.redo_label()),
            (None, Some("project"))
        );
        check_spec(
            &after(vec![stated("project", "acme"), Action::Undo, Action::Redo]),
            changed,
        );
    }

    #[test]
    fn what_is_typed_into_a_field_is_one_step() {
        let at = || FieldPath::root().join("environments.dev.history.count");
        let typed = |count: i64| Action::Typed(at(), Some(count.into()));
        let field = |state: &State| state.spec.get(&at()).map(ToString::to_string);
        let typing = after(vec![typed(1), typed(12), typed(120)]);
        assert_eq!(field(&typing).as_deref(), Some("120"));
        assert_eq!(typing.undo_label(), Some("History: Tasks in dev: 120"));
        check_spec(&typing.reduce(Action::Undo), STANDARD);
        // Leaving the field ends the step, and so does going back to what was there.
        let left = vec![
            typed(3),
            Action::Value(at(), Some(3.into())),
            typed(4),
            Action::Undo,
        ];
        assert_eq!(field(&after(left)).as_deref(), Some("3"));
        let back = after(vec![typed(3), Action::Typed(at(), None)]);
        assert_eq!(back.undo_label(), None);
        check_spec(&back, STANDARD);
        // What says nothing else begins no step.
        let same = after(vec![
            stated("project", "acme"),
            Action::Typed(at(), None),
            typed(7),
        ]);
        assert_eq!(same.reduce(Action::Undo).undo_label(), Some("project"));
    }

    #[test]
    fn a_notice_goes_with_the_next_change_unless_it_offers_what_could_not_be_read() {
        let notice = || Notice::plain("Opened.");
        let unread = || Notice {
            unread: Some("v=9".into()),
            ..notice()
        };
        let change = || stated("project", "acme");
        let kept = |actions| after(actions).notice.is_some();
        assert!(kept(vec![change(), Action::Notice(Some(notice()))]));
        assert!(!kept(vec![Action::Notice(Some(notice())), change()]));
        assert!(kept(vec![Action::Notice(Some(unread())), change()]));
    }

    #[test]
    fn in_an_error_the_others_are_composed_and_the_failed_one_stays_as_it_was() {
        let state = [
            stated_in("environments.prod.history.count", 7),
            stated_in("environments.dev.loki.enabled", true),
            stated_in("environments.prod.history.count", 8),
        ]
        .into_iter()
        .fold(State::initial(Capabilities::FULL), |state, (at, value)| {
            state.reduce(Action::Value(at, Some(value)))
        });
        assert!(state.problems.has_errors());
        let shown = state.composition.blueprint.spec();
        let at = |key: &str| FieldPath::root().join(key);
        assert_eq!(
            shown.get(&at("environments.prod.history.count")),
            Some(&8.into())
        );
        assert_eq!(shown.get(&at("environments.dev.loki.enabled")), None);
        assert_eq!(state.last_versions(), ["dev"]);
        assert_eq!(state.current_environments(), ["bench", "prod"]);
        // Without the second part the last composition stays, until that is there.
        let early = after(vec![
            stated_value("environments.dev.loki.enabled", true),
            stated_value("environments.prod.history.count", 8),
        ]);
        let count = |state: &State| {
            let shown = state.composition.blueprint.spec();
            shown.get(&at("environments.prod.history.count")).cloned()
        };
        assert_eq!(count(&early), None);
        assert_eq!(
            count(&early.with_capabilities(Capabilities::FULL)),
            Some(8.into())
        );
    }

    fn stated_in(key: &str, value: impl Into<Value>) -> (FieldPath, Value) {
        (FieldPath::root().join(key), value.into())
    }

    fn stated_value(key: &str, value: impl Into<Value>) -> Action {
        let (at, value) = stated_in(key, value);
        Action::Value(at, Some(value))
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let state = after(vec![
            stated("project", "acme"),
            Action::Undo,
            stated("project", "other"),
        ]);
        assert_eq!(
            (state.undo_label(), state.redo_label()),
            (Some("project"), None)
        );
    }

    #[test]
    fn a_value_that_is_the_default_is_not_stated() {
        let state = after(vec![stated("environments.prod.loki.enabled", false)]);
        check_spec(&state, STANDARD);
        assert_eq!(state.undo_label(), None);
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
    fn what_is_opened_and_can_not_be_composed_has_no_files_of_what_was_there() {
        let opened = |text: &str| opening::from_link(text).ok().unwrap();
        let fails = "v=1&preset=dev-lean&environments.dev.loki.enabled=true";
        for state in [
            State::from_opening(opened(fails), Capabilities::FULL),
            State::initial(Capabilities::FULL).reduce(Action::Open(Box::new(opened(fails)))),
            State::initial(Capabilities::FULL).reduce(Action::Open(Box::new(opened(
                "v=1&preset=standard&project=No!",
            )))),
        ] {
            assert!(state.problems.has_errors());
            assert_eq!(state.composition.tree.len(), 0);
            assert_eq!(state.last_versions(), [""; 0]);
            // Another value doesn't bring them back, and what can be composed has its files.
            let state = state.reduce(stated_value("environments.dev.log_retention_days", 3));
            assert_eq!(state.composition.tree.len(), 0);
            let state = state
                .reduce(stated_value("project", "acme"))
                .reduce(stated_value("environments.dev.loki.enabled", false));
            assert!(!state.problems.has_errors());
            assert!(!state.composition.is_empty());
            assert_eq!(
                state.last.unwrap().before.tree.len(),
                state.composition.tree.len()
            );
            assert_eq!(*state.composition.blueprint.spec(), *state.spec);
        }
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
            Action::Screen(Screen::View),
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
                opened: OpenedFiles::of_spec("old.zip", &spec).map(Rc::new),
                is_archive,
                notice: None,
                place: None,
                spec,
            }
        };
        let open = |is_archive| after(vec![Action::Open(Box::new(opening(is_archive)))]);
        assert_eq!(open(true).view.baseline, Baseline::Opened);
        assert_eq!(open(true).opened, opening(true).opened);
        assert_eq!(open(false).view.baseline, Baseline::LastChange);
        assert_eq!(open(false).opened, opening(false).opened);
    }

    #[test]
    fn what_was_before_comes_back_when_opening_is_undone() {
        let opening = opening::from_file(
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
        assert_eq!(state.redo_label(), Some("Opened orders.toml"));
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
