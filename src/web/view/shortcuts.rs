//! The keys of the page.

use yew::{Callback, use_effect_with, use_mut_ref};

use crate::browser::interaction::{self, Shortcut};
use crate::browser::{elements, single_keys};
use crate::model::action::Action;
use crate::model::view_state::Pane;
use crate::view::dialogs::Dialog;
use crate::view::ids::{DOWNLOAD, NEXT_CHANGE, PREVIOUS_CHANGE, SEARCH};

/// Does what keys ask for. `pane` is the one that is shown.
#[yew::hook]
pub(crate) fn use_shortcuts(
    pane: Pane,
    on_action: &Callback<Action>,
    on_dialog: &Callback<Dialog>,
) {
    // The listener stays, while the pane changes.
    let shown = use_mut_ref(|| pane);
    shown.replace(pane);
    let (on_action, on_dialog) = (on_action.clone(), on_dialog.clone());
    use_effect_with((), move |()| {
        let to_change = move |on_action: &Callback<Action>, id: &str| {
            // Where no change is shown yet, the files that differ come first.
            let has_changes = matches!(*shown.borrow(), Pane::Diff | Pane::Code);
            if !has_changes || !elements::click(id) {
                on_action.emit(Action::Pane(Pane::Diff));
            }
        };
        let listener =
            interaction::on_shortcut(single_keys::are_on, move |shortcut| match shortcut {
                Shortcut::Undo => on_action.emit(Action::Undo),
                Shortcut::Redo => on_action.emit(Action::Redo),
                Shortcut::Find => {
                    on_action.emit(Action::Find);
                    elements::focus_soon(SEARCH.to_owned());
                }
                Shortcut::PreviousChange => to_change(&on_action, PREVIOUS_CHANGE),
                Shortcut::NextChange => to_change(&on_action, NEXT_CHANGE),
                Shortcut::Download => {
                    elements::click(DOWNLOAD);
                }
                Shortcut::Help => on_dialog.emit(Dialog::Shortcuts),
            });
        move || drop(listener)
    });
}
