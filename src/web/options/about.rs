//! What an option is, in full: what it does, what it may be, what it is by default and why.

use composer_core::FieldPath;
use composer_core::options::{OptionRow, Scope};
use yew::{Callback, Html, MouseEvent, UseStateHandle, html};

use super::Form;
use crate::derive::{about_id, default_in_words, name_of};
use crate::sections::title;
use crate::state::Action;
use crate::text::inline;

/// The option that is explained: one at a time.
pub(crate) type Explained = UseStateHandle<Option<(Scope, &'static str)>>;

/// Whether `row` is the option that is explained.
pub(crate) fn explains(explained: &Explained, row: &'static OptionRow) -> bool {
    **explained == Some((row.scope, row.key.as_str()))
}

/// The button that shows and hides the explanation of `row`.
pub(crate) fn explain(row: &'static OptionRow, explained: &Explained) -> Html {
    let is_explained = explains(explained, row);
    let on_explain = {
        let explained = explained.clone();
        let next = (!is_explained).then_some((row.scope, row.key.as_str()));
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
pub(super) fn explanation(row: &OptionRow, form: &Form) -> Html {
    form.later
        .map_or_else(Html::default, |later| (later.about)(row, form))
}

/// The explanation of `row`, for a field of the spec without the help that stands beside it. It can be hidden and is
/// still read out with the field.
pub(crate) fn about(row: &OptionRow, form: &Form) -> Html {
    html! {
        <>
        <div class="about" id={about_id(row)}>
            if row.scope == Scope::Environment {
                <p>{ inline(&row.help) }</p>
            }
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
        { makes(row, form) }
        </>
    }
}

/// The ways to the lines that the option makes. Not part of what is read out with the field.
fn makes(row: &OptionRow, form: &Form) -> Html {
    let way = |at: FieldPath, label: String| {
        // A name holds what is to be seen: who steers by voice says that.
        let name = match row.scope {
            Scope::Spec => format!("{label} the lines of {}", name_of(&at)),
            Scope::Environment => format!("Lines of {}", name_of(&at)),
        };
        let on_go = form
            .on_action
            .reform(move |_: MouseEvent| Action::Made(Some(at.clone())));
        html! {
            <button type="button" onclick={on_go} aria-label={name}>
                { label }
            </button>
        }
    };
    // The entries of a map make their lines each for itself.
    let around = |at: FieldPath| match row.is_map() {
        true => at.parent().unwrap_or_default(),
        false => at,
    };
    html! {
        <p class="about makes">
            { "Its lines: " }
            { match row.scope {
                Scope::Spec => way(around(row.path("")), "Show".to_owned()),
                Scope::Environment => form.spec.environments().into_iter()
                    .map(|name| way(around(row.path(name)), name.to_owned()))
                    .collect(),
            } }
        </p>
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
