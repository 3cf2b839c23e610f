//! What an option is, in full: what it does, what it may be, what it is by default and why.

use composer_core::options::{Kind, OptionRow, Scope};
use composer_core::{FieldPath, Spec};
use yew::{Callback, Html, MouseEvent, html};

use crate::model::action::Action;
use crate::model::field_state::about_id;
use crate::model::labels::{default_in_words, name_of};
use crate::view::inline::inline;

/// The explanation of `row`, for a field of the spec without the help that stands beside it. It can be hidden and is
/// still read out with the field.
pub(crate) fn about(row: &OptionRow, spec: &Spec, on_action: &Callback<Action>) -> Html {
    html! {
        <>
        <div class="about" id={about_id(row)}>
            if row.scope == Scope::Environment {
                <p>{ inline(row.help) }</p>
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
                    <dt>{ "Permanent" }</dt>
                    <dd>{ "Don't change it after the first apply: Terraform fails, or replaces resources that hold \
                     data." }</dd>
                }
                <dt>{ "Key" }</dt>
                <dd><code>{ row.documented_key() }</code></dd>
            </dl>
        </div>
        { makes(row, spec, on_action) }
        </>
    }
}

/// The ways to the lines that the option makes. Not part of what is read out with the field.
fn makes(row: &OptionRow, spec: &Spec, on_action: &Callback<Action>) -> Html {
    let way = |at: FieldPath, label: String| {
        // A name holds what is to be seen: who steers by voice says that.
        let name = match row.scope {
            Scope::Spec => format!("{label} the lines of {}", name_of(&at)),
            Scope::Environment => format!("Lines of {}", name_of(&at)),
        };
        let on_go = on_action.reform(move |_: MouseEvent| Action::Trace(Some(at.clone())));
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
        <p class="about sentence">
            { "Where it's used: " }
            { match row.scope {
                Scope::Spec => way(around(row.path("")), "Show".to_owned()),
                Scope::Environment => spec.environments().into_iter()
                    .map(|name| way(around(row.path(name)), name.to_owned()))
                    .collect(),
            } }
        </p>
    }
}

fn meanings(row: &OptionRow) -> Html {
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
