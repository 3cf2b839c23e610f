//! What opens above the page: the link, the command, and what comes after a download.

mod clipboard_text;
mod downloaded;
mod loading;
pub(crate) mod migration;
mod migration_lists;
mod saved;
mod share;
mod shortcuts;
mod type_picker;
pub(crate) mod update;
mod update_frame;

use std::rc::Rc;

use composer_core::FieldPath;
use yew::{
    Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_node_ref,
    use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::download::Download;
use crate::model::labels::name_of;
use crate::model::state::State;
use crate::view::dialogs::clipboard_text::CopyStatus;
use crate::view::dialogs::downloaded::{broken, next_steps};
use crate::view::dialogs::loading::MigrationFrame;
use crate::view::dialogs::migration::MigrationProps;
use crate::view::dialogs::saved::Saved;
use crate::view::dialogs::share::{command, share_link};
use crate::view::dialogs::shortcuts::Shortcuts;
use crate::view::dialogs::type_picker::TypePicker;
use crate::view::dialogs::update_frame::UpdateFrame;

/// What can be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The link to the composition.
    Link,
    /// The command that makes the same zip.
    Command,
    /// A zip was downloaded: what comes next.
    Next(Rc<Download>),
    /// A flat root's state becomes an environment's.
    Migrate,
    /// An earlier download becomes what is composed now.
    Update,
    /// A type of instance or node is picked for this value.
    Pick(FieldPath),
    /// The compositions that were saved by name.
    Saved,
    /// The keys of the page.
    Shortcuts,
    /// A zip was made and does not hold what is shown, for this reason.
    Broken(String),
}

#[derive(Properties, PartialEq)]
pub(crate) struct DialogBoxProps {
    pub(crate) dialog: Dialog,
    pub(crate) state: Rc<State>,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_close: Callback<()>,
}

/// [`DialogBox`] for [`crate::second_part::SecondPart`].
pub(crate) fn dialog_box(props: DialogBoxProps) -> Html {
    html! { <DialogBox ..props /> }
}

#[component]
fn DialogBox(props: &DialogBoxProps) -> Html {
    let node = use_node_ref();
    let copying = CopyStatus {
        last: use_state(|| None),
    };
    let leads_to_file = use_state(|| false);
    let text = text_of(&props.dialog, &props.state, *leads_to_file);
    // What a choice in the dialog changes of the text is copied, too.
    use_effect_with((node.clone(), text.clone()), {
        let copying = copying.clone();
        move |(node, text)| {
            elements::show_modal(node.cast());
            if let Some(text) = text {
                copying.copy(0, text);
            }
        }
    });
    let on_close = props.on_close.reform(|_: yew::Event| ());
    // It is closed first and goes then, so that the browser gives the focus back.
    let on_button = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| elements::close_dialog(node.cast()))
    };
    let (state, text) = (&*props.state, text.unwrap_or_default());
    let picked;
    let on_done = {
        let node = node.clone();
        Callback::from(move |()| elements::close_dialog(node.cast()))
    };
    let (heading, content) = match &props.dialog {
        Dialog::Link => ("Share", share_link(state, text, &copying, &leads_to_file)),
        Dialog::Command => ("Copy command", command(state, text, &copying)),
        Dialog::Next(download) => (
            "Downloaded",
            next_steps(download, state, &copying, &props.on_action, &on_button),
        ),
        Dialog::Migrate => (
            "Migrate a flat root",
            html! {
                <MigrationFrame migration={MigrationProps {
                    state: Rc::clone(&props.state),
                    on_action: props.on_action.clone(),
                }} />
            },
        ),
        Dialog::Update => (
            "Update an earlier download",
            html! { <UpdateFrame state={Rc::clone(&props.state)} /> },
        ),
        Dialog::Saved => (
            "Saved compositions",
            html! {
                <Saved state={Rc::clone(&props.state)} on_action={props.on_action.clone()} on_close={on_done} />
            },
        ),
        Dialog::Pick(at) => {
            let picker = html! {
                <TypePicker spec={Rc::clone(&state.spec)} sizing={Rc::clone(&state.sizing)} at={at.clone()}
                    on_action={props.on_action.clone()} on_close={on_done} />
            };
            picked = name_of(at);
            (picked.as_str(), picker)
        }
        Dialog::Shortcuts => ("Keyboard shortcuts", html! { <Shortcuts /> }),
        Dialog::Broken(reason) => ("Not downloaded", broken(reason)),
    };
    html! {
        <dialog ref={node} aria-labelledby="dialog-heading" onclose={on_close}>
            <div class="dialog-head">
                <h2 id="dialog-heading">{ heading.to_owned() }</h2>
                <button type="button" onclick={on_button}>{ "Close" }</button>
            </div>
            { content }
        </dialog>
    }
}

/// The text that a dialog is about, and that is copied as soon as it opens.
fn text_of(dialog: &Dialog, state: &State, leads_to_file: bool) -> Option<String> {
    match dialog {
        Dialog::Link => share::link_text(state, leads_to_file),
        Dialog::Command => Some(share::command_text(state)),
        Dialog::Next(_)
        | Dialog::Migrate
        | Dialog::Update
        | Dialog::Pick(_)
        | Dialog::Saved
        | Dialog::Shortcuts
        | Dialog::Broken(_) => None,
    }
}
