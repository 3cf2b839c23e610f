//! What is composed, what a change did to it, and what is wrong: the panes beside the form.

mod code;
pub(crate) mod diff;
pub(crate) mod listing;
pub(crate) mod overview;
pub(crate) mod problems;
pub(crate) mod sizing;

use std::rc::Rc;

use composer_core::sorted::SortedMap;
use composer_core::{FieldPath, Problem, Problems, Severity};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, component, html, use_effect_with,
    use_mut_ref,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::composition::Composition;
use crate::model::labels::name_of;
use crate::model::marks::Mark;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::count;
use crate::second_part::{Loader, SecondPart};
use crate::view::form::fixes::FixesProps;
use crate::view::inline::inline;
use crate::view::loading::loading;
use crate::view::preview::diff::DiffProps;
use crate::view::preview::overview::OverviewProps;
use crate::view::preview::problems::ProblemListProps;
use crate::view::preview::sizing::SizingProps;

#[derive(Properties, PartialEq)]
pub(crate) struct PreviewProps {
    pub(crate) state: Rc<State>,
    pub(crate) composition: Rc<Composition>,
    pub(crate) problems: Rc<Problems>,
    /// What the files are compared with.
    pub(crate) before: BaselineFiles,
    /// What became of them.
    pub(crate) marks: Rc<SortedMap<String, Mark>>,
    pub(crate) loader: Loader,
    pub(crate) on_action: Callback<Action>,
}

const PANES: [(Pane, &str, &str); 5] = [
    (Pane::Code, "tab-code", "Code"),
    (Pane::Diff, "tab-diff", "Diff"),
    (Pane::Overview, "tab-overview", "Overview"),
    (Pane::Sizing, "tab-sizing", "Sizing"),
    (Pane::Problems, "tab-problems", "Problems"),
];

#[component]
pub(crate) fn Preview(props: &PreviewProps) -> Html {
    let PreviewProps {
        state,
        composition,
        problems,
        before,
        marks,
        loader,
        on_action,
    } = props;
    // Each choice of a pane or file that finds the second part missing loads it again; the first render is no choice.
    let is_choice = use_mut_ref(|| false);
    use_effect_with((state.view.pane, state.view.file.clone()), {
        let loader = loader.clone();
        move |_| {
            if is_choice.replace(true) && loader.part().is_none() {
                loader.load();
            }
        }
    });
    let on_reveal: Callback<FieldPath> = on_action.reform(Action::Reveal);
    html! {
        <>
            { tabs(state.view.pane, problems, marks.len(), on_action) }
            if let Some(first) = problems.of(Severity::Error).next() {
                { banner(first, state, loader, on_action) }
            }
            <div role="tabpanel" id="panel" aria-labelledby={tab_id(state.view.pane)}>
                { match state.view.pane {
                    Pane::Code => html! {
                        <code::Code composition={Rc::clone(composition)}
                            path={state.view.file.clone()} line={state.view.line}
                            is_whole={loader.part().is_some()} on_action={on_action.clone()} />
                    },
                    Pane::Diff => with_part(loader, |part| (part.diff)(DiffProps {
                        before: before.clone(),
                        before_name: state.baseline_in_words().into(),
                        composition: Rc::clone(composition),
                        marks: Rc::clone(marks),
                        path: state.view.file.clone().into(),
                        on_action: on_action.clone(),
                    })),
                    Pane::Overview => with_part(loader, |part| (part.overview)(OverviewProps {
                        composition: Rc::clone(composition),
                    })),
                    Pane::Sizing => with_part(loader, |part| (part.sizing)(SizingProps {
                        sizing: Rc::clone(&state.sizing),
                        spec: Rc::clone(&state.spec),
                        shown: state.shown_environment(),
                        before: before.clone(),
                        before_name: state.baseline_in_words().into(),
                        on_action: on_action.clone(),
                    })),
                    Pane::Problems => with_part(loader, |part| (part.problems)(ProblemListProps {
                        problems: Rc::clone(problems),
                        spec: Rc::clone(&state.spec),
                        on_reveal,
                        on_action: on_action.clone(),
                    })),
                } }
            </div>
        </>
    }
}

/// What `show` makes of the second part of the page, once that is there.
fn with_part(loader: &Loader, show: impl FnOnce(&'static SecondPart) -> Html) -> Html {
    loader.part().map_or_else(loading, show)
}

/// Says that the files are not those of the options as they are now, and why.
fn banner(first: &Problem, state: &State, loader: &Loader, on_action: &Callback<Action>) -> Html {
    let at = first.at.clone();
    let groups = state.problems.groups();
    let group = groups.into_iter().find(|group| group[0] == first);
    let errors = state.problems.count(Severity::Error);
    html! {
        <p class="banner">
            <b>{ count(errors, "error") }</b>{ ": " }
            <button type="button"
                onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
                { name_of(&first.at) }
            </button>{ ": " }
            { inline(&first.message) }{ ". The files are those of the last composition without errors. " }
            if let Some(part) = loader.part() {
                { (part.fixes)(FixesProps {
                    spec: Rc::clone(&state.spec),
                    problems: group.into_iter().flatten().cloned().collect(),
                    on_action: on_action.clone(),
                }) }
            }
            if errors > 1 && state.view.pane != Pane::Problems {
                <button type="button"
                    onclick={on_action.reform(|_: MouseEvent| Action::Pane(Pane::Problems))}>
                    { "All problems" }
                </button>
            }
        </p>
    }
}

fn tab_id(pane: Pane) -> &'static str {
    PANES
        .iter()
        .find(|(each, _, _)| *each == pane)
        .map_or("", |(_, id, _)| id)
}

fn tabs(shown: Pane, problems: &Problems, changed: usize, on_action: &Callback<Action>) -> Html {
    let on_key = {
        let on_action = on_action.clone();
        Callback::from(move |event: KeyboardEvent| {
            let here = PANES.iter().position(|(pane, _, _)| *pane == shown);
            let here = here.unwrap_or_default();
            let next = match event.key().as_str() {
                "ArrowRight" => (here + 1) % PANES.len(),
                "ArrowLeft" => (here + PANES.len() - 1) % PANES.len(),
                "Home" => 0,
                "End" => PANES.len() - 1,
                _ => return,
            };
            let (pane, id, _) = PANES[next];
            event.prevent_default();
            on_action.emit(Action::Pane(pane));
            elements::focus_soon(id.to_owned());
        })
    };
    html! {
        <div role="tablist" aria-label="Preview" onkeydown={on_key}>
            { for PANES.iter().map(|(pane, id, label)| {
                let is_shown = *pane == shown;
                let (note, class) = match pane {
                    Pane::Code | Pane::Overview | Pane::Sizing => (0, "chip"),
                    Pane::Diff => (changed, "chip"),
                    Pane::Problems if problems.has_errors() => (problems.groups().len(), "chip error"),
                    Pane::Problems => (problems.groups().len(), "chip"),
                };
                html! {
                    <button type="button" role="tab" id={*id} key={*id}
                        aria-selected={if is_shown { "true" } else { "false" }}
                        aria-controls="panel"
                        tabindex={if is_shown { "0" } else { "-1" }}
                        onclick={on_action.reform(move |_: MouseEvent| Action::Pane(*pane))}>
                        { label }
                        if note > 0 {
                            { " " }<span class={class}>{ note }</span>
                        }
                    </button>
                }
            }) }
        </div>
    }
}
