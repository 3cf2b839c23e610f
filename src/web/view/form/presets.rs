//! Whole specs to start from, as cards.

use std::rc::Rc;

use composer_core::presets::PRESETS;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_state};

use crate::model::action::Action;
use crate::model::edit::differing;
use crate::model::state::State;
use crate::model::words::count;
use crate::view::dialogs::{Dialog, DialogBoxProps};
use crate::view::form::context::Form;

#[derive(Properties, PartialEq)]
pub(crate) struct PresetsProps {
    pub(crate) form: Form,
    pub(crate) state: Rc<State>,
}

#[component]
pub(crate) fn Presets(props: &PresetsProps) -> Html {
    let PresetsProps { form, state } = props;
    let changed = differing(&state.base(), &form.spec);
    let replaced = state.last.as_ref().map_or(0, |last| last.replaced);
    let is_migrating = use_state(|| false);
    let on_migrate = {
        let (is_migrating, loader) = (is_migrating.clone(), form.loader.clone());
        Callback::from(move |_: MouseEvent| {
            let is_migrating = is_migrating.clone();
            loader.when_loaded(move |_| is_migrating.set(true));
        })
    };
    let on_undo = form.on_action.reform(|_: MouseEvent| Action::Undo);
    html! {
        <section class="presets" aria-labelledby="presets-heading">
            <h3 id="presets-heading">{ "Start from" }</h3>
            <ul class="cards">
                { for PRESETS.iter().map(|preset| {
                    let is_base = state.preset == preset.name;
                    let on_choose = form.on_action.reform(move |_: MouseEvent| Action::Preset(preset));
                    let id = format!("preset-{}", preset.name);
                    html! {
                        <li key={preset.name}>
                            <button type="button" class="card" onclick={on_choose}
                                aria-pressed={if is_base { "true" } else { "false" }}
                                aria-describedby={id.clone()}>
                                <span class="preset-name">{ preset.name }</span>
                                if is_base && changed > 0 {
                                    <span class="chip">{ format!("{changed} changed") }</span>
                                }
                            </button>
                            <p id={id}>
                                <b>{ sentence(preset.summary) }</b>{ " " }
                                { sentence(preset.consequence) }
                            </p>
                        </li>
                    }
                }) }
            </ul>
            <p class="from-flat">
                { "Migrating from a flat root? " }
                <button type="button" class="link" onclick={on_migrate}>{ "Migrate it…" }</button>
            </p>
            if let (Some(part), true) = (form.loader.part(), *is_migrating) {
                { (part.dialog)(DialogBoxProps {
                    dialog: Dialog::Migrate,
                    state: Rc::clone(state),
                    on_action: form.on_action.clone(),
                    on_close: Callback::from(move |()| is_migrating.set(false)),
                }) }
            }
            if replaced > 0 {
                <p class="notice">
                    { format!("The preset {} replaced {}.", state.preset, count(replaced, "change")) }
                    { " " }
                    <button type="button" onclick={on_undo}>{ "Undo" }</button>
                </p>
            }
        </section>
    }
}

/// `text` with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let name = matches!(
        text.split([' ', ',']).next(),
        Some("dev" | "bench" | "prod")
    );
    match first {
        Some(first) if !name => format!("{first}{}.", letters.as_str()),
        _ => format!("{text}."),
    }
}
