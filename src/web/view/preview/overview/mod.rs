//! The chosen architecture at a glance: drawn, described, and the environments side by side.

mod diagram;
mod layout;
mod tables;

use std::cell::Cell;
use std::rc::Rc;

use composer_core::alarms;
use composer_core::{FieldPath, options};
use gloo::events::EventListener;
use web_sys::Event;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_state};

use self::diagram::Drawing;
use crate::browser::elements;
use crate::model::action::Action;
use crate::model::composition::Composition;
use crate::model::diagram::{Emphasis, Model};
use crate::model::labels::title;
use crate::model::words::list;
use crate::view::preview::cards::LAST_VERSION;
use crate::view::table::choice;

#[derive(Properties, PartialEq)]
pub(crate) struct OverviewProps {
    pub(crate) composition: Rc<Composition>,
    /// What there was before the last step, where there was one.
    pub(crate) last: Option<Rc<Composition>>,
    pub(crate) on_action: Callback<Action>,
    /// The environments that have an error now and are shown as they last were.
    pub(crate) last_versions: Vec<String>,
}

/// [`Overview`], which stands below the cards, for [`crate::second_part::SecondPart`].
pub(crate) fn overview_pane(props: OverviewProps) -> Html {
    html! { <Overview ..props /> }
}

/// Says which of the environments in a table are not as they are now.
fn last_versions(names: &[String]) -> Html {
    if names.is_empty() {
        return Html::default();
    }
    html! { <p class="warning">{ format!("{LAST_VERSION}: {}.", list(names)) }</p> }
}

#[component]
fn Overview(props: &OverviewProps) -> Html {
    let chosen = use_state(|| None::<String>);
    let picked = use_state(|| None::<String>);
    let shows_change = use_state(|| false);
    let rested_on = use_rested_on();
    let environments = &props.composition.blueprint.environments;
    let by_name = |name: &String| environments.iter().find(|each| each.name == *name);
    let shown = chosen.as_ref().and_then(by_name).or(environments.last());
    let Some(shown) = shown else {
        return html! { <p class="empty">{ "No environment is in the download." }</p> };
    };
    let model = Model::of(shown);
    let lit = rested_on.map_or_else(Emphasis::default, |key| model.lit_by(key));
    let before = props.last.as_ref().and_then(|last| {
        let earlier = &last.blueprint.environments;
        earlier.iter().find(|each| each.name == shown.name)
    });
    let change = before.map(|before| model.since(&Model::of(before)));
    let change = change.filter(|_| *shows_change);
    let on_pick = {
        let picked = picked.clone();
        Callback::from(move |name: String| {
            picked.set((picked.as_ref() != Some(&name)).then_some(name));
        })
    };
    let on_change = {
        let shows_change = shows_change.clone();
        Callback::from(move |_: MouseEvent| shows_change.set(!*shows_change))
    };
    let drawing = Drawing {
        environment: &shown.name,
        picked: picked.as_deref(),
        lit: &lit,
        change: change.as_ref(),
        on_pick,
    };
    let is_last_version = props.last_versions.contains(&shown.name);
    let names = environments.iter().map(|each| each.name.as_str());
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |name| chosen.set(Some(name)))
    };
    html! {
        <>
            <section aria-labelledby="architecture">
                <div class="section-head">
                    <h3 id="architecture">
                        { format!("Architecture of {}", shown.name) }
                        if is_last_version {
                            { " " }<span class="chip warning">{ LAST_VERSION }</span>
                        }
                    </h3>
                    if before.is_some() {
                        <button type="button" onclick={on_change} title="Show what comes and goes with the last change"
                            aria-pressed={if *shows_change { "true" } else { "false" }}>{ "Last change" }</button>
                    }
                    if environments.len() > 1 {
                        { choice("Environment drawn", names, &shown.name, &on_choose) }
                    }
                </div>
                <div class="drawing" tabindex="0" role="group" aria-label="Diagram">
                    { diagram::draw(&model, &drawing) }
                </div>
                if let Some(change) = &change {
                    <p class="help" role="status">{ change.in_words() }</p>
                }
                { behind(&model, &shown.name, picked.as_deref(), &props.on_action) }
                <details>
                    <summary>{ "Traffic" }</summary>
                    { tables::flows(&model) }
                </details>
            </section>
            <section aria-labelledby="side-by-side">
                <h3 id="side-by-side">{ "Side by side" }</h3>
                { last_versions(&props.last_versions) }
                { tables::environments(environments) }
            </section>
            if alarms::are_on(shown) {
                <section aria-labelledby="alarms">
                    <h3 id="alarms">{ format!("Alarms of {}", shown.name) }</h3>
                    <p class="help">
                        { "Critical alarms are for the night, warnings for the next morning. docs/runbook.md says what to do \
                         about each." }
                    </p>
                    { tables::alarms(shown) }
                </section>
            }
            <section aria-labelledby="resources">
                <h3 id="resources">{ "Resources" }</h3>
                { last_versions(&props.last_versions) }
                <p class="help">
                    { "The resources that Terraform creates for each environment. Not counted: what bootstrap creates \
                     once for an account, data sources, and what AWS creates by itself, such as instances and tasks." }
                </p>
                { tables::resources(environments) }
            </section>
        </>
    }
}

/// The ways from a box to what makes it: each of its options, and the lines of the files that come of them.
fn behind(
    model: &Model,
    environment: &str,
    picked: Option<&str>,
    on_action: &Callback<Action>,
) -> Html {
    let Some((name, section)) = picked.and_then(|name| Some((name, model.section_of(name)?)))
    else {
        return Html::default();
    };
    let all = FieldPath::of(&["environments", environment, section]);
    html! {
        <div class="behind" role="group" aria-label={format!("{name} in {environment}")}>
            <b>{ format!("{name} in {environment}") }</b>
            { for model.options_of(name).into_iter().map(|row| {
                let at = row.path(environment);
                html! {
                    <button type="button" class="link" key={row.key}
                        onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
                        { title(row) }
                    </button>
                }
            }) }
            <button type="button"
                onclick={on_action.reform(move |_: MouseEvent| Action::Trace(Some(all.clone())))}>
                { "Where it's used" }
            </button>
        </div>
    }
}

/// The key of the environment's option that the pointer or the focus rests on in the form.
#[yew::hook]
fn use_rested_on() -> Option<&'static str> {
    let key = use_state(|| None::<&'static str>);
    let setter = key.setter();
    use_effect_with((), move |()| {
        let last = Cell::new(None);
        let see = Rc::new(move |event: &Event| {
            let id = elements::field_in_row(event, "environments.");
            let row = id.and_then(|id| options::find(&FieldPath::root().join(&id)));
            let found = row.map(|row| row.key);
            if last.replace(found) != found {
                setter.set(found);
            }
        });
        let listeners = ["mouseover", "focusin"].map(|name| {
            let see = Rc::clone(&see);
            EventListener::new(&gloo::utils::document(), name, move |event| see(event))
        });
        move || drop(listeners)
    });
    *key
}
