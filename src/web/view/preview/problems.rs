//! Everything that was found about the spec; each leads to its field.

use std::rc::Rc;

use composer_core::{FieldPath, Problem, Problems, Severity};
use yew::{Callback, Html, MouseEvent, Properties, component, html};

use crate::view::form::messages::severity_class;
use crate::view::inline::inline;

/// The most problems of a kind that are listed.
const MAX_SHOWN: usize = 200;

#[derive(Properties, PartialEq)]
pub(crate) struct ProblemListProps {
    pub(crate) problems: Rc<Problems>,
    pub(crate) on_reveal: Callback<FieldPath>,
}

/// [`ProblemList`] for [`crate::second_part::SecondPart`].
pub(crate) fn problem_list(props: ProblemListProps) -> Html {
    html! { <ProblemList ..props /> }
}

#[component]
fn ProblemList(props: &ProblemListProps) -> Html {
    if props.problems.0.is_empty() {
        return html! { <p class="empty">{ "Nothing is wrong, and nothing is open." }</p> };
    }
    let groups = [
        (Severity::Error, "Errors"),
        (Severity::Warning, "Warnings"),
        (Severity::Advice, "Advice"),
    ];
    html! {
        <div class="problems">
            { for groups.into_iter().map(|(severity, heading)| {
                let found: Vec<&Problem> = props.problems.of(severity).collect();
                if found.is_empty() {
                    return Html::default();
                }
                html! {
                    <section key={heading}>
                        <h3>{ format!("{heading} ({})", found.len()) }</h3>
                        <ul>
                            { for found.iter().take(MAX_SHOWN).map(|problem| entry(problem, &props.on_reveal)) }
                        </ul>
                        if found.len() > MAX_SHOWN {
                            <p class="help">{ format!("and {} more", found.len() - MAX_SHOWN) }</p>
                        }
                    </section>
                }
            }) }
        </div>
    }
}

fn entry(problem: &Problem, on_reveal: &Callback<FieldPath>) -> Html {
    let at = problem.at.clone();
    html! {
        <li class={severity_class(problem.severity)}>
            <button type="button" onclick={on_reveal.reform(move |_: MouseEvent| at.clone())}>
                <code>{ problem.at.to_string() }</code>
                <span>{ inline(&problem.message) }</span>
                if let Some(hint) = &problem.hint {
                    <span class="hint">{ inline(hint) }</span>
                }
            </button>
        </li>
    }
}
