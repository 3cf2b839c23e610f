//! What a first look does without, so that it comes sooner: the texts of the modules, the panes beside Code and Problems,
//! the dialogs, links, files and the zip. `cargo xtask build` cuts the wasm in two: what is reached through [`Later`]
//! alone is in the second part, which the page loads as soon as it is there itself.

use std::ptr;

use composer_core::link::NoLink;
use composer_core::templates::{self, Templates};
use composer_core::{Spec, Tree};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::{Callback, Html};

use crate::dialog::{self, DialogBoxProps, Packed};
use crate::find::{self, Found, Wanted};
use crate::notice::Notice;
use crate::opening::{self, Opening};
use crate::preview::{self, DiffProps, OverviewProps, SizingProps};
use crate::state::Action;

/// The ways into the second part.
#[derive(Debug)]
pub(crate) struct Later {
    /// What is copied into a tree.
    pub(crate) templates: Templates,
    /// Opens the fragment of an address.
    pub(crate) open_link: fn(&str) -> Result<Opening, NoLink>,
    /// Opens a file of this name and content.
    pub(crate) open_file: fn(&str, &[u8]) -> Result<Opening, Notice>,
    /// Makes the zip of what a spec composes to.
    pub(crate) pack: fn(&Spec) -> Result<Packed, String>,
    /// What opens above the page.
    pub(crate) dialog: fn(DialogBoxProps) -> Html,
    /// Finds in the files.
    pub(crate) find: fn(&Tree, &Wanted) -> Found,
    /// The Diff pane.
    pub(crate) diff: fn(DiffProps) -> Html,
    /// The Overview pane.
    pub(crate) overview: fn(OverviewProps) -> Html,
    /// The Sizing pane.
    pub(crate) sizing: fn(SizingProps) -> Html,
}

/// There is but one.
impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

/// The second part could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Loads the second part, once. What failed is tried again at the next call.
#[wasm_split(later, fallible)]
pub(crate) fn load() -> Result<&'static Later, NotLoaded> {
    static LATER: Later = Later {
        templates: templates::ALL,
        open_link: opening::from_link,
        open_file: opening::from_file,
        pack: dialog::pack,
        dialog: dialog::dialog_box,
        find: find::find,
        diff: preview::diff_pane,
        overview: preview::overview_pane,
        sizing: preview::sizing_pane,
    };
    Ok(&LATER)
}

/// Does `act` once the second part is there and the page's state has it; says so where it can't be loaded.
pub(crate) fn with(on_action: Callback<Action>, act: impl FnOnce(&'static Later) + 'static) {
    spawn_local(async move {
        match load().await {
            Ok(later) => {
                on_action.emit(Action::Later(later));
                act(later);
            }
            Err(NotLoaded) => on_action.emit(Action::Notice(Some(not_loaded()))),
        }
    });
}

/// What is said where the second part can't be loaded. It goes when it is there after all.
pub(crate) fn not_loaded() -> Notice {
    Notice::failure(
        "A part of the page could not be loaded: the texts of the modules, some panes, links and the download are \
         in it. Your work stays. Ask for one of them, and it is tried again.",
    )
}

/// The second part beside a browser, where nothing needs to be loaded.
#[cfg(test)]
pub(crate) fn here() -> &'static Later {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    match pin!(load()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(later)) => later,
        other => panic!("{other:?}"),
    }
}
