//! The link to the composition, and the command that makes the same zip.

use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::link::FileLine;
use composer_core::{Severity, link, presets};
use yew::{Callback, Event, Html, MouseEvent, UseStateHandle, html};

use crate::browser::{address, elements, files};
use crate::model::link::fragment;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::count;
use crate::view::dialogs::clipboard_text::{CopyStatus, copied_text};

/// The address of the link; `None` where it would be too long.
pub(super) fn link_text(state: &State, leads_to_file: bool) -> Option<String> {
    let mut fragment = fragment(&state.spec, state.preset);
    if fragment.is_empty() {
        return None;
    }
    if let Some(place) = place(state).filter(|_| leads_to_file) {
        fragment.push_str(&link::write_place(&place));
    }
    Some(address::address(&fragment))
}

/// The file that is looked at, and the line that is asked about.
fn place(state: &State) -> Option<FileLine> {
    let is_shown = matches!(state.view.pane, Pane::Code | Pane::Diff);
    is_shown.then(|| FileLine {
        file: state.view.file.clone(),
        line: state.view.line.map(|line| line + 1),
    })
}

/// Whether the link leads to what is looked at.
fn choice_of_place(place: &FileLine, leads_to_file: &UseStateHandle<bool>) -> Html {
    let on_change = {
        let leads_to_file = leads_to_file.clone();
        Callback::from(move |event: Event| leads_to_file.set(elements::is_ticked(&event)))
    };
    let line = place
        .line
        .map_or_else(String::new, |line| format!(", line {line}"));
    html! {
        <p>
            <label class="check">
                <input type="checkbox" checked={**leads_to_file} onchange={on_change} />
                { format!("Open at {}{line}", place.file) }
            </label>
        </p>
    }
}

/// The command.
pub(super) fn command_text(state: &State) -> String {
    changes(state).command(&format!("{}.zip", state.composition.folder))
}

pub(super) fn share_link(
    state: &State,
    address: String,
    copying: &CopyStatus,
    leads_to_file: &UseStateHandle<bool>,
) -> Html {
    let length = address.len();
    let on_save = {
        let spec = Rc::clone(&state.spec);
        Callback::from(move |_: MouseEvent| {
            files::download(
                "composition.toml",
                spec.to_toml().as_bytes(),
                "application/toml",
            );
        })
    };
    html! {
        <>
            if length > 0 {
                { copied_text("Link", address, "4", copying) }
                if let Some(place) = place(state) {
                    { choice_of_place(&place, leads_to_file) }
                }
                if length > link::LONG {
                    <p class="warning">
                        { format!("The link has {} kB, and some programs cut such links off. Send the file instead.", length / 1000) }
                    </p>
                }
                <p class="help">
                    { format!("The link contains {} from the preset {}. Browsers don't send the part after # to a \
                     server.", count(changes(state).count(), "difference"), state.preset) }
                </p>
            } else {
                <p class="warning">
                    { format!("This composition is too large for a link, which can have {} kB. Send the file \
                     instead.", link::MAX_BYTES / 1000) }
                </p>
            }
            <p>
                <button type="button" onclick={on_save}>{ "Download composition.toml" }</button>
            </p>
        </>
    }
}

fn changes(state: &State) -> Changes {
    match presets::find(state.preset) {
        Some(preset) => Changes::between(preset, &state.spec),
        None => Changes::nearest(&state.spec),
    }
}

pub(super) fn command(state: &State, command: String, copying: &CopyStatus) -> Html {
    let errors = state.problems.count(Severity::Error);
    html! {
        <>
            { copied_text("Command", command, "9", copying) }
            <p class="help">
                { "This command makes the same files as the download. For a folder instead of a zip, end it with the \
                 folder's name." }
            </p>
            if errors > 0 {
                <p class="error">
                    { format!("The composition has {}, so the command writes nothing.", count(errors, "error")) }
                </p>
            }
        </>
    }
}
