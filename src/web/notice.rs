//! What the page has to say beside its work, until somebody closes it.

use std::rc::Rc;

use yew::{Callback, Html, MouseEvent, classes, html};

use crate::browser;
use crate::state::Action;
use crate::text::inline;

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What is the case, and what became of the work.
    pub(crate) text: String,
    /// One by one: keys that were dropped, places in a file.
    pub(crate) details: Vec<String>,
    /// Whether what was wanted didn't happen.
    pub(crate) is_failure: bool,
    /// What could not be read, to be downloaded.
    pub(crate) unread: Option<Rc<str>>,
}

impl Notice {
    /// That something is so.
    #[must_use]
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            details: Vec::new(),
            is_failure: false,
            unread: None,
        }
    }

    /// That something didn't happen.
    #[must_use]
    pub(crate) fn failure(text: impl Into<String>) -> Self {
        Self {
            is_failure: true,
            ..Self::plain(text)
        }
    }

    /// The same with what it is about, one by one.
    #[must_use]
    pub(crate) fn with(self, details: Vec<String>) -> Self {
        Self { details, ..self }
    }
}

/// The bar below the header.
pub(crate) fn notice_bar(notice: Option<&Notice>, on_action: &Callback<Action>) -> Html {
    let Some(notice) = notice else {
        return html! { <div class="said-bar" hidden={true}></div> };
    };
    let on_close = on_action.reform(|_: MouseEvent| Action::Notice(None));
    html! {
        <section class={classes!("said-bar", notice.is_failure.then_some("failure"))} aria-label="Message">
            <div>
                <p>{ inline(&notice.text) }</p>
                if !notice.details.is_empty() {
                    <ul>
                        { for notice.details.iter().map(|detail| html! { <li>{ inline(detail) }</li> }) }
                    </ul>
                }
                if let Some(unread) = notice.unread.clone() {
                    <button type="button" onclick={move |_: MouseEvent| {
                        browser::download("temporal-composer.txt", unread.as_bytes(), "text/plain");
                    }}>{ "Download it" }</button>
                }
            </div>
            <button type="button" aria-label="Close message" onclick={on_close}>{ "Close" }</button>
        </section>
    }
}
