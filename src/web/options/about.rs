//! What an option is, in full: what it does, what it may be, what it is by default and why.

use composer_core::options::OptionRow;
use yew::{Html, html};

use crate::derive::{about_id, default_in_words};
use crate::text::inline;

/// The explanation of `row`. It can be hidden and is still read out with the field.
pub(crate) fn about(row: &OptionRow) -> Html {
    html! {
        <div class="about" id={about_id(row)}>
            <p>{ inline(&row.help) }</p>
            <dl>
                <dt>{ "Allowed" }</dt>
                <dd>{ inline(&row.kind.allowed()) }{ meanings(row) }</dd>
                <dt>{ "Default" }</dt>
                <dd>
                    { default_in_words(row) }
                    if !row.reason.is_empty() {
                        { " – " }{ inline(row.reason) }
                    }
                </dd>
                if row.immutable {
                    <dt>{ "For life" }</dt>
                    <dd>{ "A change after the first apply replaces what holds the data, or can't be made." }</dd>
                }
                <dt>{ "Key" }</dt>
                <dd><code>{ row.documented_key() }</code></dd>
            </dl>
        </div>
    }
}

fn meanings(row: &OptionRow) -> Html {
    use composer_core::options::Kind;
    let Kind::Choice(choices) = row.kind else {
        return Html::default();
    };
    html! {
        <ul>
            { for choices.iter().map(|(name, meaning)| html! {
                <li><code>{ name }</code>{ ": " }{ inline(meaning) }</li>
            }) }
        </ul>
    }
}
