//! The header: what the page is, finding, undo and redo, opening a file, the theme; and the links that skip to the panes.

use yew::{AttrValue, Callback, Event, Html, MouseEvent, component, html, use_state};

use crate::browser::{boot, elements};
use crate::model::action::Action;
use crate::model::state::State;
use crate::view::dialogs::Dialog;
use crate::view::icon::{self, icon};
use crate::view::ids::SEARCH;

/// The links; to the options only where they are shown.
pub(crate) fn skip_links(shows_options: bool) -> Html {
    // The address keeps its fragment, which is the link to the composition.
    let on_skip = Callback::from(|event: MouseEvent| {
        if let Some(to) = elements::attribute(&event, "href") {
            event.prevent_default();
            elements::focus([to.trim_start_matches('#').to_owned()]);
        }
    });
    html! {
        <nav class="skip" aria-label="Skip to" onclick={on_skip}>
            if shows_options {
                <a href="#options">{ "Skip to options" }</a>
            }
            <a href="#preview">{ "Skip to the view" }</a>
        </nav>
    }
}

pub(crate) fn header(
    state: &State,
    on_action: &Callback<Action>,
    on_file: &Callback<Event>,
    on_dialog: &Callback<Dialog>,
) -> Html {
    let describe = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb}: {what}"),
        None => format!("Nothing to {}", verb.to_ascii_lowercase()),
    };
    let on_find = on_action.reform(|_: MouseEvent| {
        elements::focus_soon(SEARCH.to_owned());
        Action::Find
    });
    html! {
        <header class="top">
            <p class="brand">{ "Temporal Composer" }</p>
            <p class="lead">{ LEAD }</p>
            <button type="button" class="quiet" onclick={on_find} aria-label="Find files, options, text"
                aria-keyshortcuts="/ Control+K">
                { icon(icon::FIND) }
                <span class="only-wide">{ " Find files, options, text " }<kbd>{ "/" }</kbd></span>
            </button>
            <button type="button" class="quiet icon-button" disabled={state.undo_label().is_none()} aria-label="Undo"
                title={describe("Undo", state.undo_label())}
                onclick={on_action.reform(|_: MouseEvent| Action::Undo)}>{ icon(icon::UNDO) }</button>
            <button type="button" class="quiet icon-button" disabled={state.redo_label().is_none()} aria-label="Redo"
                title={describe("Redo", state.redo_label())}
                onclick={on_action.reform(|_: MouseEvent| Action::Redo)}>{ icon(icon::REDO) }</button>
            <label class="open-file">
                <input type="file" class="hidden" accept=".toml,.json,.zip" onchange={on_file.clone()} />
                <span class="button">{ "Open…" }</span>
            </label>
            <ThemeSwitch />
            <button type="button" class="quiet icon-button only-wide" aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)" aria-keyshortcuts="?"
                onclick={on_dialog.reform(|_: MouseEvent| Dialog::Shortcuts)}>{ icon(icon::HELP) }</button>
        </header>
    }
}

/// What the page is, in a sentence.
pub(crate) const LEAD: &str =
    "Complete Terraform for Temporal on Amazon ECS with Aurora DSQL, composed in your browser";

/// Leads from theme to theme.
#[component]
fn ThemeSwitch() -> Html {
    let theme = use_state(boot::current_theme);
    let on_switch = {
        let theme = theme.clone();
        Callback::from(move |_: MouseEvent| theme.set(boot::next_theme()))
    };
    let (label, path) = match theme.as_str() {
        "light" => ("Theme: light", icon::SUN),
        "dark" => ("Theme: dark", icon::MOON),
        _ => ("Theme: as the system", icon::SYSTEM),
    };
    html! {
        <button type="button" class="quiet icon-button" aria-label={label} title={AttrValue::from(label)}
            onclick={on_switch}>{ icon(path) }</button>
    }
}
