//! The button beside an option that explains it.

use composer_core::options::{OptionRow, Scope};
use yew::{Callback, Html, MouseEvent, UseStateHandle, html};

use crate::model::field_state::about_id;
use crate::model::labels::title;
use crate::view::form::context::Form;

/// The option that is explained: one at a time.
pub(crate) type ExplainedOption = UseStateHandle<Option<(Scope, &'static str)>>;

/// Whether `row` is the option that is explained.
pub(crate) fn explains(explained: &ExplainedOption, row: &'static OptionRow) -> bool {
    **explained == Some((row.scope, row.key))
}

/// The button that shows and hides the explanation of `row`.
pub(crate) fn explain(row: &'static OptionRow, explained: &ExplainedOption) -> Html {
    let is_explained = explains(explained, row);
    let on_explain = {
        let explained = explained.clone();
        let next = (!is_explained).then_some((row.scope, row.key));
        Callback::from(move |_: MouseEvent| explained.set(next))
    };
    html! {
        <button type="button" class="explain" onclick={on_explain}
            aria-expanded={if is_explained { "true" } else { "false" }}
            aria-controls={about_id(row)} aria-label={format!("About {}", title(row))}>
            { "?" }
        </button>
    }
}

/// The explanation of `row`, once the second part of the page is there.
pub(crate) fn explanation(row: &OptionRow, form: &Form) -> Html {
    form.loader.part().map_or_else(Html::default, |part| {
        (part.about)(row, &form.spec, &form.on_action)
    })
}
