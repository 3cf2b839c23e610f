//! The actions on one environment as a whole: rename, duplicate and remove it; and the page without any environment.
//! Only the second part of the page may reach this.

use std::rc::Rc;

use composer_core::Spec;
use composer_core::presets::PRESETS;
use yew::{
    Callback, Html, InputEvent, MouseEvent, Properties, SubmitEvent, component, html, use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::edit::without_environment;
use crate::model::environment_edit::{Like, added, name_refusal, rename_consequence, renamed};

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct EnvironmentActionsProps {
    pub(crate) spec: Rc<Spec>,
    /// The environment.
    pub(crate) name: String,
    pub(crate) on_action: Callback<Action>,
    /// It is done, or somebody thought better of it.
    pub(crate) on_close: Callback<()>,
}

/// [`EnvironmentActions`] for [`crate::second_part::SecondPart`].
pub(crate) fn environment_actions(props: EnvironmentActionsProps) -> Html {
    // Of another environment it is another form, with nothing typed.
    let key = props.name.clone();
    html! { <EnvironmentActions key={key} ..props /> }
}

/// The `id` of the field for another name.
pub(crate) const RENAME_ID: &str = "rename-environment";

#[component]
fn EnvironmentActions(props: &EnvironmentActionsProps) -> Html {
    let EnvironmentActionsProps {
        spec,
        name,
        on_action,
        on_close,
    } = props;
    let typed = {
        let name = name.clone();
        use_state(move || name)
    };
    let refusal = name_refusal(spec, typed.trim(), Some(name));
    let on_type = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| typed.set(elements::value_of(&event)))
    };
    let act = {
        let (on_action, on_close) = (on_action.clone(), on_close.clone());
        move |spec: Spec, what: String, shown: Option<String>| {
            elements::focus_soon("environments".to_owned());
            on_action.emit(Action::Spec { spec, what });
            if let Some(shown) = shown {
                on_action.emit(Action::Environment(shown));
            }
            on_close.emit(());
        }
    };
    let on_rename = {
        let (spec, old, new) = (Rc::clone(spec), name.clone(), typed.trim().to_owned());
        let (act, is_refused) = (act.clone(), refusal.is_some());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if is_refused || new == old {
                elements::focus([RENAME_ID.to_owned()]);
                return;
            }
            let what = format!("Environment {old} renamed to {new}");
            act(renamed(&spec, &old, &new), what, Some(new.clone()));
        })
    };
    let on_copy = {
        let (spec, name, act) = (Rc::clone(spec), name.clone(), act.clone());
        move |_: MouseEvent| {
            if let Some(new) = name_for_copy(&spec, &name) {
                let what = format!("Environment {new} added as a copy of {name}");
                act(
                    added(&spec, &new, &Like::Copy(name.clone())),
                    what,
                    Some(new),
                );
            }
        }
    };
    let on_remove = {
        let (spec, name, act) = (Rc::clone(spec), name.clone(), act);
        move |_: MouseEvent| {
            let what = format!("Environment {name} removed");
            act(without_environment(&spec, &name), what, None);
        }
    };
    let on_cancel = {
        let (on_close, id) = (on_close.clone(), actions_id(name));
        move |_: MouseEvent| {
            elements::focus_soon(id.clone());
            on_close.emit(());
        }
    };
    html! {
        <form class="inline-form actions" aria-label={format!("Environment {name}")} onsubmit={on_rename}>
            <label for={RENAME_ID}>{ format!("Name of {name}") }</label>
            <input type="text" id={RENAME_ID} value={(*typed).clone()} oninput={on_type}
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-invalid={refusal.is_some().then_some("true")}
                aria-describedby="rename-problem rename-consequence" />
            <button type="submit">{ "Rename" }</button>
            <button type="button" onclick={on_copy} disabled={name_for_copy(spec, name).is_none()}>
                { format!("Duplicate {name}") }
            </button>
            <button type="button" onclick={on_remove}>{ format!("Remove environment {name}") }</button>
            <button type="button" class="link" onclick={on_cancel}>{ "Cancel" }</button>
            <p id="rename-problem" class="error" role="status">{ refusal.unwrap_or_default() }</p>
            <p id="rename-consequence" class="help">{ rename_consequence(spec, name) }</p>
        </form>
    }
}

/// The `id` of the button that leads here.
pub(crate) fn actions_id(environment: &str) -> String {
    format!("actions-{environment}")
}

/// The first free name for a copy that is short enough.
fn name_for_copy(spec: &Spec, name: &str) -> Option<String> {
    (2..100)
        .map(|number| format!("{name}-{number}"))
        .find(|new| name_refusal(spec, new, None).is_none())
}

/// Shown in place of the environments when there is none: the presets to start from, and Undo.
pub(crate) fn no_environment(on_action: &Callback<Action>) -> Html {
    let on_undo = on_action.reform(|_: MouseEvent| Action::Undo);
    html! {
        <div class="no-environment">
            <p>{ "There is no environment. Undo the last change, start from a preset, or add one." }</p>
            <button type="button" onclick={on_undo}>{ "Undo" }</button>
            { for PRESETS.iter().map(|preset| {
                let on_choose = on_action.reform(move |_: MouseEvent| Action::Preset(preset));
                html! {
                    <button type="button" key={preset.name} onclick={on_choose}>
                        { format!("Preset {}", preset.name) }
                    </button>
                }
            }) }
        </div>
    }
}
