//! What is wrong with a value, beside its field.

use composer_core::{FieldPath, Problem, ProblemCode, Severity};
use yew::{Html, html};

use crate::view::inline::inline;

/// The messages about the value at `at`: beside its field, and read out with it.
pub(crate) fn messages(at: &FieldPath, problems: &[Problem], about: Option<&str>) -> Html {
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <div class="messages" id={format!("{at}-problem")}>
            { for problems.iter().map(|problem| html! {
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
            }) }
        </div>
    }
}

/// The class of a text of this severity.
pub(crate) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}
