//! The messages about a value, and what solves the problems.

use composer_core::{FieldPath, Problem, ProblemCode};
use yew::{Html, html};

use crate::view::inline::inline;
use crate::view::severity::severity_class;

/// The messages, and below them what solves the problems.
pub(crate) fn messages_and(
    at: &FieldPath,
    problems: &[Problem],
    about: Option<&str>,
    fixes: Html,
) -> Html {
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <div class="messages">
            <div id={format!("{at}-problem")}>
                { for problems.iter().map(|problem| message(problem, about)) }
            </div>
            { fixes }
        </div>
    }
}

fn message(problem: &Problem, about: Option<&str>) -> Html {
    html! {
        <p class={severity_class(problem.severity)}>
            if let Some(environment) = about {
                <b>{ environment }</b>{ " " }
            }
            <span class="severity">{ problem.severity.to_string() }</span>{ " " }
            { inline(&problem.message) }
            // What is open has its example in the field.
            if let Some(hint) = problem.hint.as_ref().filter(|_| problem.code != ProblemCode::Open) {
                { ". " }<span class="hint">{ inline(hint) }</span>
            }
        </p>
    }
}
