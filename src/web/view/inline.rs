//! Core's sentences on the page: what stands in back-ticks is code.

use yew::{Html, html};

/// `text` with its back-ticked parts as code.
pub(crate) fn inline(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(index, part)| {
            if index % 2 == 1 {
                html! { <code>{ part }</code> }
            } else {
                html! { { part } }
            }
        })
        .collect()
}
