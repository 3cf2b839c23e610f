//! What a tab remembers of itself when it is loaded again: the steps that can be undone, and what was looked at. Only the
//! second part of the page reaches it.

use std::rc::Rc;

use composer_core::{Spec, link, presets};

use crate::model::history::{History, Moment};
use crate::model::link::fragment;
use crate::model::sections;
use crate::model::state::State;
use crate::model::view_state::{Pane, Screen, View};

/// The format that is read and written.
const VERSION: &str = "1";

/// The most steps that are remembered in each direction: each is read again.
const MAX_STEPS: usize = 50;

/// The most bytes that are remembered: browsers give a page some five million.
const MAX_BYTES: usize = 512 * 1024;

/// The panes by name.
const PANES: [(&str, Pane); 5] = [
    ("overview", Pane::Overview),
    ("code", Pane::Code),
    ("diff", Pane::Diff),
    ("sizing", Pane::Sizing),
    ("problems", Pane::Problems),
];

/// What is to be remembered of `state`, a line each: a name and its values between tabs. Nothing where nobody has done
/// anything.
#[must_use]
pub(crate) fn write(state: &State) -> Option<String> {
    let view = &state.view;
    if state.history == History::default() && *view == View::initial() {
        return None;
    }
    let pane = PANES.iter().find(|(_, pane)| *pane == view.pane);
    let mut lines = vec![
        format!("version\t{VERSION}"),
        format!("now\t{}", fragment(&state.spec, state.preset)),
        format!("pane\t{}", pane.map_or("overview", |(name, _)| name)),
        format!("file\t{}", escape(&view.file)),
    ];
    if let Some(line) = view.line {
        lines.push(format!("line\t{line}"));
    }
    if view.screen == Screen::Options {
        lines.push("options".to_owned());
    }
    if view.is_question_open {
        lines.push("question".to_owned());
    }
    for (name, environment) in [
        ("environment", &view.environment),
        ("question-environment", &view.question_environment),
    ] {
        if let Some(environment) = environment {
            lines.push(format!("{name}\t{}", escape(environment)));
        }
    }
    for section in view.open.iter() {
        lines.push(format!("open\t{section}"));
    }
    let mut length: usize = lines.iter().map(String::len).sum();
    // The nearest steps first: where there is no room for all, the others are forgotten.
    for (name, moments) in [
        ("past", state.history.past()),
        ("future", state.history.future()),
    ] {
        for moment in moments.iter().rev().take(MAX_STEPS) {
            let fragment = fragment(&moment.spec, moment.preset);
            let line = format!("{name}\t{}\t{fragment}", escape(&moment.what));
            length += line.len();
            // One that is too long for a link can't be read again, and no step leads over it.
            if fragment.is_empty() || length > MAX_BYTES {
                break;
            }
            lines.push(line);
        }
    }
    Some(lines.join("\n"))
}

/// `state` with what a tab has remembered, if that was of the same composition.
#[must_use]
pub(crate) fn restore(state: State, text: &str) -> State {
    let mut lines = text.lines().map(|line| {
        let (name, values) = line.split_once('\t').unwrap_or((line, ""));
        (name, values)
    });
    let now = fragment(&state.spec, state.preset);
    if lines.next() != Some(("version", VERSION)) || lines.next() != Some(("now", &now)) {
        return state;
    }
    let mut view = View {
        is_question_open: false,
        ..state.view.clone()
    };
    let (mut past, mut future) = (Vec::new(), Vec::new());
    for (name, values) in lines {
        match name {
            "pane" => {
                let found = PANES.iter().find(|(name, _)| *name == values);
                view.pane = found.map_or(view.pane, |(_, pane)| *pane);
            }
            "file" => view.file = unescape(values),
            "line" => view.line = values.parse().ok(),
            "options" => view.screen = Screen::Options,
            "question" => view.is_question_open = true,
            "environment" => view.environment = Some(unescape(values)),
            "question-environment" => view.question_environment = Some(unescape(values)),
            "open" => view.open.extend(sections::named(values)),
            "past" => past.extend(moment(values)),
            "future" => future.extend(moment(values)),
            _ => {}
        }
    }
    past.reverse();
    future.reverse();
    State {
        history: History::of(past, future),
        view,
        ..state
    }
}

fn moment(values: &str) -> Option<Rc<Moment>> {
    let (what, fragment) = values.split_once('\t')?;
    let link = link::read(fragment).ok()?;
    let preset = presets::find(link.preset.name)?;
    let spec: Spec = link.spec;
    Some(Rc::new(Moment {
        spec: Rc::new(spec),
        preset: preset.name,
        what: unescape(what),
    }))
}

/// `text` without line ends and tabs, which stand between values.
fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\t', "%09")
        .replace('\n', "%0A")
        .replace('\r', "%0D")
}

fn unescape(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%09", "\t")
        .replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{FieldPath, Value};

    use crate::model::action::Action;
    use crate::model::capabilities::Capabilities;

    fn initial() -> State {
        State::initial(Capabilities::FULL)
    }

    fn stated(key: &str, value: impl Into<Value>) -> Action {
        Action::Value(FieldPath::root().join(key), Some(value.into()))
    }

    fn after(actions: Vec<Action>) -> State {
        actions.into_iter().fold(initial(), State::reduce)
    }

    #[test]
    fn a_tab_that_is_loaded_again_is_as_it_was() {
        let left = after(vec![
            stated("project", "orders"),
            stated("environments.prod.tags.a", "50% of\tit\nall"),
            stated("environments.prod.history.count", 7),
            Action::Undo,
            Action::Section("history"),
            Action::Environment("prod".to_owned()),
            Action::QuestionOpen(false),
            Action::File("terraform/envs/prod/main.tf".to_owned(), Some(3)),
        ]);
        let loaded = after(vec![
            stated("project", "orders"),
            stated("environments.prod.tags.a", "50% of\tit\nall"),
        ]);
        let fresh = State {
            history: History::default(),
            view: View::initial(),
            ..loaded
        };
        let restored = restore(fresh, &write(&left).unwrap());
        assert!(restored.view == left.view);
        assert_eq!(restored.undo_label(), left.undo_label());
        assert_eq!(restored.redo_label(), Some("History: Tasks in prod: 7"));
        let redone = restored.clone().reduce(Action::Redo);
        assert!(*redone.spec == *left.reduce(Action::Redo).spec);
        let undone = restored.reduce(Action::Undo).reduce(Action::Undo);
        assert!(*undone.spec == *initial().spec);
        assert_eq!(undone.undo_label(), None);
    }

    #[test]
    fn what_is_of_another_composition_or_of_no_known_format_is_left_alone() {
        let other = write(&after(vec![
            stated("project", "orders"),
            Action::Pane(Pane::Code),
        ]));
        let other = other.unwrap();
        assert_eq!(write(&initial()), None);
        for text in [
            &*other,
            "",
            "version\t2\nnow\tv=1&preset=standard\npane\tcode",
            "garbage",
        ] {
            assert!(restore(initial(), text) == initial(), "{text}");
        }
    }
}
