//! Everything that was found about the spec, what is wrong with a setting once; each leads to its field and has its fixes.

use std::rc::Rc;

use composer_core::{FieldPath, Problem, Problems, Severity, Spec};
use yew::{Callback, Html, MouseEvent, Properties, component, html};

use crate::model::action::Action;
use crate::model::labels::name_of;
use crate::view::form::fixes::{FixesProps, fixes};
use crate::view::ids::problems_id;
use crate::view::inline::inline;
use crate::view::severity::severity_class;

/// The most problems of a kind that are listed.
const MAX_SHOWN: usize = 200;

#[derive(Properties, PartialEq)]
pub(crate) struct ProblemListProps {
    pub(crate) problems: Rc<Problems>,
    pub(crate) spec: Rc<Spec>,
    pub(crate) on_reveal: Callback<FieldPath>,
    pub(crate) on_action: Callback<Action>,
}

/// [`ProblemList`] for [`crate::second_part::SecondPart`].
pub(crate) fn problem_list(props: ProblemListProps) -> Html {
    html! { <ProblemList ..props /> }
}

#[component]
fn ProblemList(props: &ProblemListProps) -> Html {
    if props.problems.0.is_empty() {
        return html! { <p class="empty">{ "There are no problems and no open values." }</p> };
    }
    let groups = props.problems.groups();
    let headings = [
        (Severity::Error, "Errors"),
        (Severity::Warning, "Warnings"),
        (Severity::Advice, "Advice"),
    ];
    html! {
        <div class="problems">
            { for headings.into_iter().map(|(severity, heading)| {
                let found: Vec<&Vec<&Problem>> = groups
                    .iter()
                    .filter(|group| group[0].severity == severity)
                    .collect();
                if found.is_empty() {
                    return Html::default();
                }
                html! {
                    <section key={heading}>
                        <h3 id={problems_id(severity)} tabindex="-1">{ format!("{heading} ({})", found.len()) }</h3>
                        <ul>
                            { for found.iter().take(MAX_SHOWN).map(|group| entry(group, props)) }
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

/// What is wrong with a setting: a way to it in each environment that has it, and what solves all of it.
fn entry(group: &[&Problem], props: &ProblemListProps) -> Html {
    let first = group[0];
    let way = |problem: &Problem, label: String| {
        let at = problem.at.clone();
        html! {
            <button type="button" class="way" aria-label={name_of(&at)}
                onclick={props.on_reveal.reform(move |_: MouseEvent| at.clone())}>
                { label }
            </button>
        }
    };
    let others = &group[1..];
    let is_same = others.iter().all(|other| other.message == first.message);
    let name = |problem: &Problem| {
        let environment = problem.at.environment();
        environment.map_or_else(|| problem.at.to_string(), str::to_owned)
    };
    html! {
        <li class={severity_class(first.severity)}>
            { way(first, name_of(&first.at)) }
            <p>{ inline(&first.message) }</p>
            if let Some(hint) = &first.hint {
                <p class="hint">{ inline(hint) }</p>
            }
            if is_same && !others.is_empty() {
                <p class="also">
                    { "Also in " }
                    { for others.iter().map(|problem| way(problem, name(problem))) }
                </p>
            }
            if !is_same {
                <ul class="also">
                    { for others.iter().map(|problem| html! {
                        <li>{ way(problem, name(problem)) }{ " " }{ inline(&problem.message) }</li>
                    }) }
                </ul>
            }
            { fixes(FixesProps {
                spec: Rc::clone(&props.spec),
                problems: group.iter().copied().cloned().collect(),
                on_action: props.on_action.clone(),
            }) }
        </li>
    }
}
