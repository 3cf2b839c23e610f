//! What is wrong, above the panes: the first error with its fixes, and what the panes show meanwhile. Only the second part
//! of the page reaches it.

use std::rc::Rc;

use composer_core::Severity;
use yew::{Callback, Html, MouseEvent, html};

use crate::model::action::Action;
use crate::model::labels::name_of;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::{count, list};
use crate::view::form::fixes::{FixesProps, fixes};
use crate::view::inline::inline;

/// The banner; nothing without an error.
pub(crate) fn banner(state: &State, on_action: &Callback<Action>) -> Html {
    let groups = state.problems.groups();
    let mut errors = groups
        .into_iter()
        .filter(|group| group[0].severity == Severity::Error);
    let Some(group) = errors.next() else {
        return Html::default();
    };
    let first = group[0];
    let others = errors.count();
    let at = first.at.clone();
    html! {
        <p class="banner sentence">
            <b>{ count(others + 1, "error") }</b>{ ": " }
            <button type="button"
                onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
                { name_of(&first.at) }
            </button>{ ": " }
            { inline(&first.message) }{ ". " }{ what_is_shown(state) }{ " " }
            { fixes(FixesProps {
                spec: Rc::clone(&state.spec),
                problems: group.into_iter().cloned().collect(),
                on_action: on_action.clone(),
            }) }
            if others > 0 && state.view.pane != Pane::Problems {
                <button type="button"
                    onclick={on_action.reform(|_: MouseEvent| Action::Pane(Pane::Problems))}>
                    { "All problems" }
                </button>
            }
        </p>
    }
}

/// Which environments are shown as they are now, and which as they last were.
fn what_is_shown(state: &State) -> String {
    if state.composition.is_empty() {
        return "There are no files until it is fixed.".to_owned();
    }
    let last = state.last_versions();
    if last.is_empty() && !state.is_composed_in_part() {
        return "The files are those of the last composition without errors.".to_owned();
    }
    let current = state.current_environments();
    let mut parts = Vec::new();
    match current.len() {
        0 => {}
        1 => parts.push(format!("{} is up to date", current[0])),
        _ => parts.push(format!("{} are up to date", list(&current))),
    }
    match last.len() {
        0 => {}
        1 => parts.push(format!("{} shows its last version that fits", last[0])),
        _ => parts.push(format!("{} show their last version that fits", list(&last))),
    }
    format!("{}.", parts.join("; "))
}
