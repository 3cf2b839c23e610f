//! What is wrong with a value, beside its field.

use std::rc::Rc;

use composer_core::{FieldPath, Problem, ProblemCode};
use yew::{Html, html};

use crate::view::form::context::Form;
use crate::view::form::fixes::FixesProps;
use crate::view::inline::inline;
use crate::view::severity::severity_class;

/// The messages about the value at `at`: beside its field, and read out with it. Each comes with its fixes once the second
/// part of the page is there.
pub(crate) fn messages(
    form: &Form,
    at: &FieldPath,
    problems: &[Problem],
    about: Option<&str>,
) -> Html {
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <div class="messages">
            <div id={format!("{at}-problem")}>
                { for problems.iter().map(|problem| message(problem, about)) }
            </div>
            if let Some(part) = form.loader.part() {
                { for problems.iter().map(|problem| (part.fixes)(FixesProps {
                    spec: Rc::clone(&form.spec),
                    problems: vec![problem.clone()],
                    on_action: form.on_action.clone(),
                })) }
            }
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
