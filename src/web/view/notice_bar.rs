//! The bar below the header with what the page has to say.

use yew::{Callback, Html, MouseEvent, classes, html};

use crate::browser::files;
use crate::model::action::Action;
use crate::model::notice::Notice;
use crate::view::inline::inline;

/// The bar below the header.
pub(crate) fn notice_bar(notice: Option<&Notice>, on_action: &Callback<Action>) -> Html {
    let Some(notice) = notice else {
        return html! { <div class="notice-bar" hidden={true}></div> };
    };
    let on_close = on_action.reform(|_: MouseEvent| Action::Notice(None));
    html! {
        <section class={classes!("notice-bar", notice.is_failure.then_some("failure"))} aria-label="Message">
            <div>
                <p>{ inline(&notice.text) }</p>
                if !notice.details.is_empty() {
                    <ul>
                        { for notice.details.iter().map(|detail| html! { <li>{ inline(detail) }</li> }) }
                    </ul>
                }
                if let Some(unread) = notice.unread.clone() {
                    <button type="button" onclick={move |_: MouseEvent| {
                        files::download("temporal-composer.txt", unread.as_bytes(), "text/plain");
                    }}>{ "Download it" }</button>
                }
            </div>
            <button type="button" aria-label="Close message" onclick={on_close}>{ "Close" }</button>
        </section>
    }
}
