//! What is composed, what a change did to it, and what is wrong: the panes beside the form.

mod after_answer;
pub(crate) mod banner;
pub(crate) mod cards;
pub(crate) mod code;
pub(crate) mod cost;
pub(crate) mod diff;
mod document;
mod first_diagram;
pub(crate) mod listing;
pub(crate) mod overview;
pub(crate) mod problems;
pub(crate) mod sizing;

use std::rc::Rc;

use composer_core::sorted::SortedMap;
use composer_core::{FieldPath, Problems};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, component, html, use_effect_with,
    use_mut_ref, use_state,
};

use crate::browser::{elements, schedule};
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::composition::Composition;
use crate::model::marks::Mark;
use crate::model::state::State;
use crate::model::view_state::{Pane, Screen};
use crate::second_part::Loader;
use crate::view::files::FilesProps;
use crate::view::header::LEAD;
use crate::view::loading::loading;
use crate::view::preview::after_answer::AfterAnswer;
use crate::view::preview::cards::cards;
use crate::view::preview::cost::CostProps;
use crate::view::preview::first_diagram::first_diagram;
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
    /// Whether the form is a tab among the panes.
    pub(crate) is_narrow: bool,
    pub(crate) on_action: Callback<Action>,
    /// Shows a file.
    pub(crate) on_choose: Callback<String>,
}

const PANES: [(Pane, &str, &str); 6] = [
    (Pane::Overview, "tab-overview", "Overview"),
    (Pane::Code, "tab-code", "Code"),
    (Pane::Diff, "tab-diff", "Changes"),
    (Pane::Sizing, "tab-sizing", "Sizing"),
    (Pane::Cost, "tab-cost", "Cost"),
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
        is_narrow,
        on_action,
        on_choose,
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
    let pane = state.view.pane;
    // On a narrow screen the form is a tab as the panes are.
    let shows_options = *is_narrow && state.view.screen == Screen::Options;
    let shown_tab = if shows_options {
        OPTIONS_TAB
    } else {
        tab_id(pane)
    };
    let (chosen, on_tab) = use_tab(on_action);
    html! {
        <>
            { tabs(props, chosen.unwrap_or(shown_tab), &on_tab) }
            if let (Some(part), true) = (loader.part(), problems.has_errors()) {
                { (part.banner)(state, on_action) }
            }
            if !shows_options {
                <div role="tabpanel" id="panel" aria-labelledby={shown_tab}>
                    <AfterAnswer {pane} composition={Rc::clone(composition)}>
                        if pane == Pane::Overview {
                            <div class="pane overview">
                                <p class="what-this-is">{ LEAD }{ "." }</p>
                                { cards(state, on_action) }
                                if let Some(part) = loader.part() {
                                    { (part.overview)(OverviewProps {
                                        composition: Rc::clone(composition),
                                        last: state.last.as_ref().map(|last| Rc::clone(&last.before)),
                                        on_action: on_action.clone(),
                                        last_versions: state.last_versions(),
                                    }) }
                                } else {
                                    { first_diagram(state) }
                                }
                            </div>
                        }
                        if let Some(part) = loader.part() {
                            { (part.files)(FilesProps {
                                state: Rc::clone(state),
                                before: before.clone(),
                                marks: Rc::clone(marks),
                                on_action: on_action.clone(),
                                on_choose: on_choose.clone(),
                            }) }
                        }
                        { match (pane, loader.part()) {
                            (Pane::Overview, _) | (Pane::Code | Pane::Diff, Some(_)) => Html::default(),
                            (_, None) => loading(),
                            (Pane::Sizing, Some(part)) => (part.sizing)(SizingProps {
                                sizing: Rc::clone(&state.sizing),
                                spec: Rc::clone(&state.spec),
                                shown: state.shown_environment(),
                                on_action: on_action.clone(),
                            }),
                            (Pane::Cost, Some(part)) => (part.cost)(CostProps {
                                state: Rc::clone(state),
                                before: before.clone(),
                                before_name: state.baseline_in_words().into(),
                            }),
                            (Pane::Problems, Some(part)) => (part.problems)(ProblemListProps {
                                problems: Rc::clone(problems),
                                spec: Rc::clone(&state.spec),
                                on_reveal,
                                on_action: on_action.clone(),
                            }),
                        } }
                    </AfterAnswer>
                </div>
            }
        </>
    }
}

fn tab_id(pane: Pane) -> &'static str {
    PANES
        .iter()
        .find(|(each, _, _)| *each == pane)
        .map_or("", |(_, id, _)| id)
}

/// The tab of the form, which only a narrow screen has.
const OPTIONS_TAB: &str = "tab-options";

/// The tab that was chosen until what it controls is there, and a callback that chooses one. A tab shows at once that it was
/// chosen: what it controls may take longer to draw.
#[yew::hook]
fn use_tab(on_action: &Callback<Action>) -> (Option<&'static str>, Callback<&'static str>) {
    let chosen = use_state(|| None);
    let on_tab = {
        let (chosen, on_action) = (chosen.setter(), on_action.clone());
        Callback::from(move |id: &'static str| {
            chosen.set(Some(id));
            let (chosen, on_action) = (chosen.clone(), on_action.clone());
            schedule::after_next_frame(Box::new(move || {
                on_action.emit(action_of(id));
                chosen.set(None);
                // On a narrow screen it may stand at the bottom, and its pane below.
                elements::focus_soon(id.to_owned());
            }));
        })
    };
    (*chosen, on_tab)
}

/// What shows what the tab with this id controls.
fn action_of(id: &str) -> Action {
    let mut panes = PANES.iter();
    match panes.find(|(_, each, _)| *each == id) {
        Some((pane, _, _)) => Action::Pane(*pane),
        None => Action::Screen(Screen::Options),
    }
}

fn tabs(props: &PreviewProps, shown: &'static str, on_tab: &Callback<&'static str>) -> Html {
    // In their order; the form is the first where it is one.
    let mut ids = Vec::new();
    if props.is_narrow {
        ids.push(OPTIONS_TAB);
    }
    for (_, id, _) in PANES {
        ids.push(id);
    }
    let on_key = {
        let on_tab = on_tab.clone();
        Callback::from(move |event: KeyboardEvent| {
            let here = ids.iter().position(|id| *id == shown).unwrap_or_default();
            let next = match event.key().as_str() {
                "ArrowRight" => (here + 1) % ids.len(),
                "ArrowLeft" => (here + ids.len() - 1) % ids.len(),
                "Home" => 0,
                "End" => ids.len() - 1,
                _ => return,
            };
            event.prevent_default();
            on_tab.emit(ids[next]);
        })
    };
    let tab = |id: &'static str, controls: &'static str, label: Html| {
        let is_shown = id == shown;
        html! {
            <button type="button" role="tab" id={id} key={id}
                aria-selected={if is_shown { "true" } else { "false" }}
                aria-controls={is_shown.then_some(controls)}
                tabindex={if is_shown { "0" } else { "-1" }}
                onclick={on_tab.reform(move |_: MouseEvent| id)}>
                { label }
            </button>
        }
    };
    let PreviewProps {
        problems, marks, ..
    } = props;
    html! {
        <div role="tablist" aria-label="View" onkeydown={on_key}>
            if props.is_narrow {
                { tab(OPTIONS_TAB, "options", html! { { "Options" } }) }
            }
            { for PANES.iter().map(|(pane, id, label)| {
                let (number, class) = match pane {
                    Pane::Code | Pane::Overview | Pane::Sizing | Pane::Cost => (0, "chip"),
                    Pane::Diff => (marks.len(), "chip"),
                    Pane::Problems if problems.has_errors() => (problems.groups().len(), "chip error"),
                    Pane::Problems => (problems.groups().len(), "chip"),
                };
                tab(id, "panel", html! {
                    <>
                        { label }
                        if number > 0 {
                            { " " }<span class={class}>{ number }</span>
                        }
                    </>
                })
            }) }
        </div>
    }
}
