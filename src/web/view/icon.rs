//! Icons: lines on a square of 16 pixels, in the colour of the text beside them.

use yew::{Html, html};

pub(crate) const CHECK: &str = "m3.5 8.5 3 3 6-7";
pub(crate) const ALERT: &str = "M8 2.5 14.5 13.5H1.5zM8 6.5v3.25m0 1.75v.25";
pub(crate) const FIND: &str = "M3 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0m7 3 3.5 3.5";
pub(crate) const UNDO: &str = "M6 3.5 3 6.5l3 3M3 6.5h6.5a3 3 0 0 1 0 6H7";
pub(crate) const REDO: &str = "m10 3.5 3 3-3 3M13 6.5H6.5a3 3 0 0 0 0 6H9";
pub(crate) const HELP: &str =
    "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6.3 6.3a1.7 1.7 0 1 1 2.4 1.6c-.5.3-.7.6-.7 1.1m0 2v.2";
pub(crate) const DOWNLOAD: &str = "M8 2.5v8m-3.5-3.5L8 10.5 11.5 7M3 13.5h10";
pub(crate) const SYSTEM: &str = "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12";
pub(crate) const SUN: &str = "M5 8a3 3 0 1 0 6 0a3 3 0 1 0-6 0M8 1.5v1.2m0 10.6v1.2M1.5 8h1.2m10.6 0h1.2M3.4 3.4l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9";
pub(crate) const MOON: &str = "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z";

/// The icon that this path draws. It says nothing that no text says.
pub(crate) fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg>
    }
}
