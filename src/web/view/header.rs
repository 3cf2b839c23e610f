//! The header: what the page is, opening a file, undo and redo; and the links that skip to the panes.

use yew::{Callback, Event, Html, MouseEvent, html};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::state::State;

pub(crate) fn skip_links() -> Html {
    // The address keeps its fragment, which is the link to the composition.
    let on_skip = Callback::from(|event: MouseEvent| {
        if let Some(to) = elements::attribute(&event, "href") {
            event.prevent_default();
            elements::focus([to.trim_start_matches('#').to_owned()]);
        }
    });
    html! {
        <nav class="skip" aria-label="Skip to" onclick={on_skip}>
            <a href="#options">{ "Skip to options" }</a>
            <a href="#files">{ "Skip to files" }</a>
            <a href="#preview">{ "Skip to preview" }</a>
        </nav>
    }
}

pub(crate) fn header(
    state: &State,
    on_action: &Callback<Action>,
    on_file: &Callback<Event>,
) -> Html {
    let describe = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb}: {what}"),
        None => format!("Nothing to {}", verb.to_ascii_lowercase()),
    };
    html! {
        <header>
            <h1>{ "Temporal Composer" }</h1>
            <p>{ "Terraform for Temporal on ECS with Aurora DSQL" }</p>
            <label class="open-file">
                <input type="file" class="hidden" accept=".toml,.json,.zip" onchange={on_file.clone()} />
                <span class="button">{ "Open…" }</span>
            </label>
            <div class="history" role="group" aria-label="History">
                <button type="button" disabled={state.undo_label().is_none()}
                    title={describe("Undo", state.undo_label())}
                    onclick={on_action.reform(|_: MouseEvent| Action::Undo)}>{ "Undo" }</button>
                <button type="button" disabled={state.redo_label().is_none()}
                    title={describe("Redo", state.redo_label())}
                    onclick={on_action.reform(|_: MouseEvent| Action::Redo)}>{ "Redo" }</button>
            </div>
        </header>
    }
}
