//! A further environment, which starts without a problem: a name that is checked as it is typed, the defaults of a profile or
//! a copy of another environment, and a network of its own. Only the second part of the page may reach this: adding
//! something needs a hand on the page.

use std::rc::Rc;

use composer_core::Spec;
use composer_core::options::Profile;
use yew::{Callback, Event, Html, InputEvent, Properties, SubmitEvent, component, html, use_state};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::environment_edit::{Like, added, name_refusal};

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct AddEnvironmentProps {
    pub(crate) spec: Rc<Spec>,
    pub(crate) on_action: Callback<Action>,
}

/// [`AddEnvironment`] for [`crate::second_part::SecondPart`].
pub(crate) fn add_environment(props: AddEnvironmentProps) -> Html {
    html! { <AddEnvironment ..props /> }
}

#[component]
fn AddEnvironment(props: &AddEnvironmentProps) -> Html {
    let AddEnvironmentProps { spec, on_action } = props;
    let name = use_state(String::new);
    let chosen = use_state(|| None::<Like>);
    let is_refused = use_state(|| false);
    let named = Profile::parse(name.trim());
    // An environment that is called as a profile most likely is of that profile.
    let like = (*chosen)
        .clone()
        .unwrap_or(Like::Profile(named.unwrap_or(Profile::Dev)));
    let refusal = name_refusal(spec, name.trim(), None);
    let message = match (&refusal, name.is_empty()) {
        // An empty field is no mistake until somebody wants to add it.
        (Some(_), true) if !*is_refused => None,
        (refusal, _) => refusal.clone(),
    };
    let on_name = {
        let (name, is_refused) = (name.clone(), is_refused.clone());
        Callback::from(move |event: InputEvent| {
            name.set(elements::value_of(&event));
            is_refused.set(false);
        })
    };
    let on_like = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| chosen.set(Like::parse(&elements::value_of(&event))))
    };
    let on_add = {
        let (name, chosen, is_refused) = (name.clone(), chosen, is_refused);
        let like = like.clone();
        let (spec, on_action) = (Rc::clone(spec), on_action.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if refusal.is_some() {
                is_refused.set(true);
                elements::focus(["new-environment".to_owned()]);
                return;
            }
            let new = name.trim().to_owned();
            on_action.emit(Action::Spec {
                spec: added(&spec, &new, &like),
                what: format!("Environment {new} added"),
            });
            on_action.emit(Action::Environment(new));
            name.set(String::new());
            chosen.set(None);
        })
    };
    let option = |offered: Like, label: String| {
        html! {
            <option value={offered.key()} selected={offered == like}>{ label }</option>
        }
    };
    html! {
        <form class="inline-form" onsubmit={on_add}>
            <label for="new-environment">{ "Add an environment" }</label>
            <input type="text" id="new-environment" value={(*name).clone()} oninput={on_name}
                placeholder="staging" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-invalid={message.is_some().then_some("true")}
                aria-describedby="new-environment-problem" />
            <label for="new-profile">{ "with" }</label>
            <select id="new-profile" onchange={on_like}>
                { for Profile::ALL.into_iter().map(|profile| {
                    option(Like::Profile(profile), format!("the defaults of {}", profile.name()))
                }) }
                { for spec.environments().into_iter().map(|other| {
                    option(Like::Copy(other.to_owned()), format!("a copy of {other}"))
                }) }
            </select>
            <button type="submit">{ "Add" }</button>
            <p id="new-environment-problem" class="error" role="status">{ message.unwrap_or_default() }</p>
        </form>
    }
}
