//! The footer: what is composed in numbers, and how it leaves the page.

use std::rc::Rc;

use composer_core::sizing::placement::Verdict;
use composer_core::{FieldPath, Severity};
use yew::{Callback, Html, MouseEvent, Properties, classes, component, html, use_state};

use crate::browser::files;
use crate::model::action::Action;
use crate::model::download::Archive;
use crate::model::labels::name_of;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::count;
use crate::second_part::Loader;
use crate::view::dialogs::{Dialog, DialogBoxProps};

#[derive(Properties, PartialEq)]
pub(crate) struct FooterProps {
    pub(crate) state: Rc<State>,
    pub(crate) loader: Loader,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Footer(props: &FooterProps) -> Html {
    let FooterProps {
        state,
        loader,
        on_action,
    } = props;
    let dialog = use_state(|| None::<Dialog>);
    let opener = |which: Dialog| {
        let (dialog, loader) = (dialog.clone(), loader.clone());
        Callback::from(move |_: MouseEvent| {
            let (dialog, which) = (dialog.clone(), which.clone());
            loader.when_loaded(move |_| dialog.set(Some(which)));
        })
    };
    let on_download = {
        let (composition, dialog) = (Rc::clone(&state.composition), dialog.clone());
        let loader = loader.clone();
        Callback::from(move |_: MouseEvent| {
            let (composition, dialog) = (Rc::clone(&composition), dialog.clone());
            loader.when_loaded(move |part| {
                dialog.set(Some(match (part.pack)(&composition.blueprint) {
                    Ok(Archive { bytes, download }) => {
                        files::download(&download.name, &bytes, "application/zip");
                        Dialog::Next(Rc::new(download))
                    }
                    Err(reason) => Dialog::Broken(reason),
                }));
            });
        })
    };
    let on_close = {
        let dialog = dialog.clone();
        Callback::from(move |()| dialog.set(None))
    };
    let first = state.problems.of(Severity::Error).next();
    let is_blocked = first.is_some();
    html! {
        <footer>
            { counts(state, on_action) }
            if let Some(problem) = first {
                <p class="blocked" id="blocked">
                    { "Download waits for " }
                    { link_to(problem.at.clone(), on_action) }
                </p>
            }
            <button type="button" onclick={opener(Dialog::Command)}>{ "Copy command" }</button>
            <button type="button" onclick={opener(Dialog::Link)}>{ "Share" }</button>
            <button type="button" class="primary" onclick={on_download} disabled={is_blocked}
                aria-describedby={is_blocked.then_some("blocked")}>
                { "Download zip" }
            </button>
            if let (Some(part), Some(dialog)) = (loader.part(), &*dialog) {
                { (part.dialog)(DialogBoxProps {
                    dialog: dialog.clone(),
                    state: Rc::clone(state),
                    on_action: on_action.clone(),
                    on_close,
                }) }
            }
        </footer>
    }
}

fn counts(state: &State, on_action: &Callback<Action>) -> Html {
    let (composition, problems) = (&state.composition, &state.problems);
    let errors = problems.count(Severity::Error);
    html! {
        <p class="counts">
            <span class="more">{ count(composition.blueprint.environments.len(), "environment") }</span>
            <span>{ count(composition.modules(), "module") }</span>
            <span>{ count(composition.tree.len(), "file") }</span>
            <span>{ count(composition.resources(), "resource") }</span>
            <span class={classes!((errors > 0).then_some("error"))}>
                { count(errors, "error") }
            </span>
            <span>{ count(problems.count(Severity::Warning), "warning") }</span>
            <span>{ format!("{} advice", problems.count(Severity::Advice)) }</span>
            { in_short(state, on_action) }
        </p>
    }
}

/// What it costs and whether it fits, which leads to the environment with the worst verdict.
fn in_short(state: &State, on_action: &Callback<Action>) -> Html {
    let sizing = &state.sizing;
    let worst = sizing
        .worst()
        .filter(|(_, verdict)| *verdict != Verdict::AlwaysFits);
    let class = match worst {
        Some((_, Verdict::DoesNotFit)) => "link error",
        Some(_) => "link warning",
        None => "link",
    };
    let name = worst.map(|(name, _)| name.to_owned());
    let on_open = {
        let on_action = on_action.clone();
        move |_: MouseEvent| {
            if let Some(name) = &name {
                on_action.emit(Action::Environment(name.clone()));
            }
            on_action.emit(Action::Pane(Pane::Sizing));
        }
    };
    html! { <button type="button" class={class} onclick={on_open}>{ sizing.in_short() }</button> }
}

fn link_to(at: FieldPath, on_action: &Callback<Action>) -> Html {
    let name = name_of(&at);
    html! {
        <button type="button" onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
            { name }
        </button>
    }
}
