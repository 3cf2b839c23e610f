//! What a first look does without, so that it comes sooner: the files' texts, prices, the panes beside Code, what is found,
//! the dialogs, links, files and the zip. With the feature `cut`, `cargo xtask build` cuts the wasm in two: what is
//! reached through [`Later`] alone is in the second part, which the page loads as soon as somebody moves, touches or
//! presses something. Without it, the page is one piece, which trunk alone can build.

use std::ptr;

use composer_core::compose::{self, Texts};
use composer_core::options::OptionRow;
use composer_core::sizing::cost::Cost;
use composer_core::{Blueprint, Settled, Tree};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{Callback, Html};

use crate::browser;
use crate::dialog::{self, DialogBoxProps, Packed};
use crate::find::{self, Found, Wanted};
use crate::finder;
use crate::keeping;
use crate::notice::Notice;
use crate::opening;
use crate::options::{self, Form};
use crate::preview::{self, DiffProps, OverviewProps, ProblemListProps, SizingProps};
use crate::sizing::costs;
use crate::state::{Action, State};

/// The ways into the second part.
#[derive(Debug)]
pub(crate) struct Later {
    /// Where the texts of a tree's files come from.
    pub(crate) texts: &'static Texts,
    /// What environments cost.
    pub(crate) costs: fn(&[Settled]) -> Vec<Cost>,
    /// The state of a page that begins with what the address leads to and the storage has kept.
    pub(crate) start: fn(&'static Later, &str, Option<&str>) -> State,
    /// Opens the fragment of an address that was put there by hand.
    pub(crate) open_link: fn(&str) -> Action,
    /// Opens a file of this name and content, or says why that can't be had.
    pub(crate) open_file: fn(&str, &Result<Vec<u8>, String>) -> Action,
    /// Makes the zip of what a blueprint composes to.
    pub(crate) pack: fn(&Blueprint) -> Result<Packed, String>,
    /// What opens above the page.
    pub(crate) dialog: fn(DialogBoxProps) -> Html,
    /// Finds in the files.
    pub(crate) find: fn(&Tree, &Wanted) -> Found,
    /// How much was found.
    pub(crate) said: fn(&Wanted, &Found) -> Html,
    /// Where it was found; the number is that of the place that has the focus.
    pub(crate) places: fn(&Found, usize) -> Html,
    /// What an option is, in full.
    pub(crate) about: fn(&OptionRow, &Form) -> Html,
    /// The Diff pane.
    pub(crate) diff: fn(DiffProps) -> Html,
    /// The Overview pane.
    pub(crate) overview: fn(OverviewProps) -> Html,
    /// The Sizing pane.
    pub(crate) sizing: fn(SizingProps) -> Html,
    /// The Problems pane.
    pub(crate) problems: fn(ProblemListProps) -> Html,
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

#[cfg(feature = "cut")]
impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

static LATER: Later = Later {
    texts: &compose::WHOLE,
    costs,
    start: keeping::start_with,
    open_link: keeping::open_link,
    open_file: opening::from_given,
    pack: dialog::pack,
    dialog: dialog::dialog_box,
    find: find::find,
    said: finder::said,
    places: finder::places,
    about: options::about,
    diff: preview::diff_pane,
    overview: preview::overview_pane,
    sizing: preview::sizing_pane,
    problems: preview::problem_list,
};

/// Loads the second part and its styles, once. What failed is tried again at the next call.
///
/// # Errors
/// Where one of them can't be loaded.
pub(crate) async fn load() -> Result<&'static Later, NotLoaded> {
    // Both are requested at once.
    let styles = JsFuture::from(browser::load_later_styles());
    let part = load_part().await?;
    styles.await.map_err(|_| NotLoaded)?;
    Ok(part)
}

#[cfg(feature = "cut")]
#[wasm_split_helpers::wasm_split(later, fallible)]
fn load_part() -> Result<&'static Later, NotLoaded> {
    Ok(&LATER)
}

/// The second part of a page that is not cut: nothing needs to be loaded.
#[cfg(not(feature = "cut"))]
#[expect(clippy::unused_async, reason = "where it is cut, it takes time")]
async fn load_part() -> Result<&'static Later, NotLoaded> {
    Ok(&LATER)
}

/// Loads the second part for the page's state, and tells `static/boot.js` then; says so where it can't be loaded.
pub(crate) fn begin(on_action: Callback<Action>) {
    spawn_local(async move {
        let loaded = load().await;
        // All files get their texts then: a task of its own.
        browser::next_task().await;
        tell(loaded, &on_action);
        browser::tell_in_use();
    });
}

/// Does `act` once the second part is there and the page's state has it; says so where it can't be loaded.
pub(crate) fn with(on_action: Callback<Action>, act: impl FnOnce(&'static Later) + 'static) {
    spawn_local(async move {
        if let Some(later) = tell(load().await, &on_action) {
            act(later);
        }
    });
}

fn tell(
    loaded: Result<&'static Later, NotLoaded>,
    on_action: &Callback<Action>,
) -> Option<&'static Later> {
    on_action.emit(match loaded {
        Ok(later) => Action::Later(later),
        Err(NotLoaded) => Action::Notice(Some(not_loaded())),
    });
    loaded.ok()
}

/// What is said where the second part can't be loaded. It goes when it is there after all.
pub(crate) fn not_loaded() -> Notice {
    Notice::failure(
        "A part of the page could not be loaded: the files' texts, prices, links and the download are in it. Your work \
         stays. Ask for one of them, and it is tried again.",
    )
}

/// The second part beside a browser.
#[cfg(test)]
pub(crate) fn here() -> &'static Later {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    match pin!(load_part()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(later)) => later,
        other => panic!("{other:?}"),
    }
}
