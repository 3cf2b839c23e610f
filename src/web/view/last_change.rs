//! What the last change did, beside the answer.

use yew::{Callback, Html, MouseEvent, html};

use crate::model::action::Action;
use crate::model::composition::Amounts;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::count;

/// What the last change did, which touched so many files; before the first one, how much there is.
pub(crate) fn last_change(state: &State, changed: usize, on_action: &Callback<Action>) -> Html {
    let composition = &state.composition;
    let Some(last) = &state.last else {
        return html! { <span>{ Amounts::of(composition).in_words() }</span> };
    };
    let (before, after) = (last.before.resources(), composition.resources());
    let resources = match after.checked_sub(before) {
        Some(0) => String::new(),
        Some(more) => format!("+{}", count(more, "resource")),
        None => format!("\u{2212}{}", count(before - after, "resource")),
    };
    html! {
        <>
            <b title={last.what.clone()}>{ &last.what }</b>
            if !resources.is_empty() {
                <span>{ resources }</span>
            }
            <button type="button" class="link"
                onclick={on_action.reform(|_: MouseEvent| Action::Pane(Pane::Diff))}>
                { count(changed, "file") }
            </button>
        </>
    }
}
