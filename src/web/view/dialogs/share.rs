//! The link to the composition, and the command that makes the same zip.

use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::{Severity, link, presets};
use yew::{Callback, Html, MouseEvent, html};

use crate::browser::{address, files};
use crate::model::link::fragment;
use crate::model::state::State;
use crate::model::words::count;
use crate::view::dialogs::clipboard_text::{CopyStatus, copied_text};

/// The address of the link; `None` where it would be too long.
pub(super) fn link_text(state: &State) -> Option<String> {
    let fragment = fragment(&state.spec, state.preset);
    (!fragment.is_empty()).then(|| address::address(&fragment))
}

/// The command.
pub(super) fn command_text(state: &State) -> String {
    changes(state).command(&format!("{}.zip", state.composition.folder))
}

pub(super) fn share_link(state: &State, address: String, copying: &CopyStatus) -> Html {
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
                if length > link::LONG {
                    <p class="warning">
                        { format!("It has {} kB, and some programs cut such a link off. Better send the file.", length / 1000) }
                    </p>
                }
                <p class="help">
                    { format!("It holds {} from the preset {} and nothing else. Browsers don't send what stands behind \
                        the # to the server.", count(changes(state).count(), "difference"), state.preset) }
                </p>
            } else {
                <p class="warning">
                    { format!("A link to this composition would have more than {} kB, and none above that is opened. \
                        Send the file.", link::MAX_BYTES / 1000) }
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
                { "It makes the same bytes as the download, with the command-line tool. For a folder instead of a zip, end \
                   it with the folder's name." }
            </p>
            if errors > 0 {
                <p class="error">
                    { format!("The composition has {}: the command ends with them and writes nothing.", count(errors, "error")) }
                </p>
            }
        </>
    }
}
