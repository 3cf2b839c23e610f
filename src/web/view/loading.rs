//! Stands where something is not loaded yet.

use yew::{Html, html};

/// Says that something is being loaded.
pub(crate) fn loading() -> Html {
    html! { <p class="empty">{ "Loading…" }</p> }
}
