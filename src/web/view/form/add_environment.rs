//! A further environment: any name, and the profile where the name is no profile's.

use composer_core::options::Profile;
use composer_core::rules::Rule;
use composer_core::spec::MAX_ENVIRONMENTS;
use yew::{Callback, Event, Html, InputEvent, Properties, SubmitEvent, component, html, use_state};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::edit::with_environment;
use crate::view::form::context::Form;

#[derive(Properties, PartialEq)]
pub(crate) struct AddEnvironmentProps {
    pub(crate) form: Form,
}

#[component]
pub(crate) fn AddEnvironment(props: &AddEnvironmentProps) -> Html {
    let form = &props.form;
    let name = use_state(String::new);
    let profile = use_state(|| Profile::Dev);
    let refused = use_state(|| None::<String>);
    let needs_profile = !name.is_empty() && Profile::parse(name.trim()).is_none();
    let on_name = {
        let (name, refused) = (name.clone(), refused.clone());
        Callback::from(move |event: InputEvent| {
            name.set(elements::value_of(&event));
            refused.set(None);
        })
    };
    let on_profile = {
        let profile = profile.clone();
        Callback::from(move |event: Event| {
            if let Some(chosen) = Profile::parse(&elements::value_of(&event)) {
                profile.set(chosen);
            }
        })
    };
    let on_add = {
        let (name, profile, refused) = (name.clone(), profile.clone(), refused.clone());
        let (spec, on_action) = (form.spec.clone(), form.on_action.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let added = name.trim();
            if let Some(reason) = refusal(added, &spec.environments()) {
                refused.set(Some(reason));
                elements::focus(["new-environment".to_owned()]);
                return;
            }
            let stated = needs_profile.then(|| profile.name());
            on_action.emit(Action::Spec {
                spec: with_environment(&spec, added, stated),
                what: format!("Environment {added} added"),
            });
            on_action.emit(Action::Environment(added.to_owned()));
            name.set(String::new());
        })
    };
    html! {
        <form class="add" onsubmit={on_add}>
            <label for="new-environment">{ "Add an environment" }</label>
            <input type="text" id="new-environment" value={(*name).clone()} oninput={on_name}
                placeholder="staging" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-invalid={refused.is_some().then_some("true")}
                aria-describedby="new-environment-problem" />
            if needs_profile {
                <label for="new-profile">{ "with the defaults of" }</label>
                <select id="new-profile" onchange={on_profile}>
                    { for Profile::ALL.into_iter().map(|offered| html! {
                        <option value={offered.name()} selected={offered == *profile}>
                            { offered.name() }
                        </option>
                    }) }
                </select>
            }
            <button type="submit">{ "Add" }</button>
            <p id="new-environment-problem" class="error" role="status">
                { (*refused).clone().unwrap_or_default() }
            </p>
        </form>
    }
}

/// Why there can be no environment of this name.
fn refusal(name: &str, existing: &[&str]) -> Option<String> {
    if existing.len() >= MAX_ENVIRONMENTS {
        Some(format!(
            "A composition has at most {MAX_ENVIRONMENTS} environments."
        ))
    } else if existing.contains(&name) {
        Some(format!("There is an environment {name} already."))
    } else if Rule::EnvironmentName.accepts(name) {
        None
    } else {
        Some(format!("A name has {}.", Rule::EnvironmentName.allowed()))
    }
}
