//! The answer that is always in view: whether everything fits, what it costs, what is left to do, what the last change
//! did, and how the composition leaves the page.

use std::rc::Rc;

use composer_core::{FieldPath, Severity};
use yew::{Callback, Html, MouseEvent, Properties, classes, component, html};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::answer::{Price, Tone, answer, price};
use crate::model::first_figures::{PRESET_AMOUNTS, is_first_look};
use crate::model::labels::name_of;
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::count;
use crate::second_part::Loader;
use crate::view::dialogs::Dialog;
use crate::view::icon::{self, icon};
use crate::view::ids::{DOWNLOAD, problems_id};

#[derive(Properties, PartialEq)]
pub(crate) struct AnswerBarProps {
    pub(crate) state: Rc<State>,
    /// How many files the last change touched.
    pub(crate) changed: usize,
    pub(crate) loader: Loader,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_dialog: Callback<Dialog>,
    pub(crate) on_download: Callback<MouseEvent>,
    /// Whether the download is being made.
    pub(crate) is_preparing: bool,
}

#[component]
pub(crate) fn AnswerBar(props: &AnswerBarProps) -> Html {
    let AnswerBarProps {
        state,
        loader,
        on_action,
        on_dialog,
        on_download,
        ..
    } = props;
    let answer = answer(state);
    let (tone, path) = match answer.tone {
        Tone::Good => (None, icon::CHECK),
        Tone::Warning => (Some("warning"), icon::ALERT),
        Tone::Error => (Some("error"), icon::ALERT),
    };
    let price = price(state);
    let on_verdict = {
        let (on_action, environment) = (on_action.clone(), answer.environment.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(name) = &environment {
                on_action.emit(Action::Environment(name.clone()));
            }
            on_action.emit(Action::Pane(Pane::Sizing));
        })
    };
    let is_blocked = state.problems.has_errors();
    html! {
        <section class={classes!("answer", tone)} aria-label="Answer">
            <p class="verdict">
                { icon(path) }
                if answer.environment.is_some() {
                    <button type="button" class={classes!("link", tone)} onclick={on_verdict}>{ answer.text }</button>
                } else {
                    { answer.text }
                }
            </p>
            <p class="price">
                if let Some(price) = &price {
                    <span class="spare-words">{ "about " }</span>{ &price.dollars }{ " USD" }
                    <span class="spare-words">{ " a month" }</span>
                    { match price.without.len() {
                        0 => String::new(),
                        1 | 2 => format!(" without {}", price.without.join(", ")),
                        more => format!(" without {}", count(more, "environment")),
                    } }
                    if let Some(part) = loader.part() {
                        { " " }<small>{ (part.price_change)(state) }</small>
                    }
                }
            </p>
            { counts(state, price.as_ref(), on_action) }
            { last_change(props) }
            <div class="more">
                <button type="button" class="quiet"
                    onclick={on_dialog.reform(|_: MouseEvent| Dialog::Command)}>{ "Copy command" }</button>
                <button type="button" class="quiet"
                    onclick={on_dialog.reform(|_: MouseEvent| Dialog::Link)}>{ "Share" }</button>
                <button type="button" class="quiet" title="Update an earlier download"
                    onclick={on_dialog.reform(|_: MouseEvent| Dialog::Update)}>{ "Update…" }</button>
            </div>
            <button type="button" class="download" id={DOWNLOAD} onclick={on_download.clone()} disabled={is_blocked}
                aria-label={if props.is_preparing { "Preparing…" } else { "Download zip" }} aria-keyshortcuts="Control+Enter"
                aria-describedby={is_blocked.then_some("blocked")}>
                { icon(icon::DOWNLOAD) }
                if props.is_preparing {
                    { " Preparing…" }
                } else {
                    { " Download" }<span class="only-wide">{ " zip" }</span>
                }
            </button>
        </section>
    }
}

/// What is wrong, to be filled in and without a price: each leads there.
fn counts(state: &State, price: Option<&Price>, on_action: &Callback<Action>) -> Html {
    let problems = &state.problems;
    let errors = problems.count(Severity::Error);
    let mut open = 0;
    for environment in &state.sizing.environments {
        open += environment.open().count();
    }
    let warnings = problems.count(Severity::Warning);
    let way = |pane: Pane| on_action.reform(move |_: MouseEvent| Action::Pane(pane));
    // What is counted has a heading in the pane.
    let to_problems = |of: Severity| {
        on_action.reform(move |_: MouseEvent| {
            elements::focus_soon(problems_id(of).to_owned());
            Action::Pane(Pane::Problems)
        })
    };
    html! {
        <p class="counts">
            <button type="button" class={classes!("link", (errors > 0).then_some("error"))}
                onclick={to_problems(Severity::Error)}>
                if errors > 0 { { count(errors, "error") } } else { { "No errors" } }
            </button>
            if warnings > 0 {
                <button type="button" class="link warning" onclick={to_problems(Severity::Warning)}>
                    { count(warnings, "warning") }
                </button>
            }
            <button type="button" class="link" onclick={to_problems(Severity::Advice)}>
                { format!("{} to fill in", count(open, "value")) }
            </button>
            if let Some(price) = price {
                <button type="button" class="link" onclick={way(Pane::Cost)}>
                    { format!("{} of {} without a price", price.unpriced, count(price.items, "item")) }
                </button>
            }
        </p>
    }
}

/// What the last change did; before the first one, how much there is. Where something is wrong, what the download waits
/// for.
fn last_change(props: &AnswerBarProps) -> Html {
    let AnswerBarProps {
        state,
        changed,
        loader,
        on_action,
        ..
    } = props;
    if let Some(problem) = state.problems.of(Severity::Error).next() {
        return html! {
            <p class="last-change" id="blocked">
                <span>{ "To download, fix " }{ link_to(problem.at.clone(), on_action) }</span>
            </p>
        };
    }
    html! {
        <p class="last-change">
            if let Some(part) = loader.part() {
                { (part.last_change)(state, *changed, on_action) }
            } else if let Some(last) = &state.last {
                <b title={last.what.clone()}>{ &last.what }</b>
            } else if is_first_look(state) {
                <span>{ PRESET_AMOUNTS.in_words() }</span>
            }
        </p>
    }
}

fn link_to(at: FieldPath, on_action: &Callback<Action>) -> Html {
    let name = name_of(&at);
    html! {
        <button type="button" class="link"
            onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
            { name }
        </button>
    }
}
