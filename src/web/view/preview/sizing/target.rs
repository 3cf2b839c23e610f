//! Sizes for a number of workflows per second, and what is known of them.

use std::rc::Rc;

use composer_core::options::{self, Profile};
use composer_core::sizing::targets::{self, Assignment, Basis};
use composer_core::{Spec, Value};
use yew::{Callback, Event, Html, MouseEvent, Properties, component, html, use_state};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::labels::title;
use crate::model::words::plain;
use crate::view::table::{row, table, text};

#[derive(Properties, PartialEq)]
pub(crate) struct ThroughputProps {
    pub(crate) spec: Rc<Spec>,
    pub(crate) environment: String,
    pub(crate) profile: Profile,
    pub(crate) on_action: Callback<Action>,
}

const FIELD: &str = "workflows-per-second";

#[component]
pub(crate) fn Throughput(props: &ThroughputProps) -> Html {
    let chosen = use_state(|| None::<i64>);
    let name = &props.environment;
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| chosen.set(elements::value_of(&event).parse().ok()))
    };
    html! {
        <section aria-labelledby="throughput">
            <h3 id="throughput">{ format!("Throughput of {name}") }</h3>
            <p>
                <label for={FIELD}>{ "Workflows per second" }</label>{ " " }
                <select id={FIELD} class="short" onchange={on_choose}>
                    <option value="" selected={chosen.is_none()}>{ "not chosen" }</option>
                    { for targets::ALL.iter().map(|target| html! {
                        <option value={target.rate.to_string()} selected={*chosen == Some(target.rate)}>
                            { target.rate }
                        </option>
                    }) }
                </select>
            </p>
            if let Some(rate) = *chosen {
                { offer(props, rate) }
            }
        </section>
    }
}

/// What is known of a target, what it would set, and the button that does.
fn offer(props: &ThroughputProps, rate: i64) -> Html {
    let ThroughputProps {
        spec,
        environment,
        profile,
        on_action,
    } = props;
    let Some(target) = targets::find(rate) else {
        return Html::default();
    };
    let Some(values) = targets::assignments(target, environment, *profile) else {
        return html! {
            <p>{ format!("Too many for profile {}: choose an environment with profile bench or prod.", profile.name()) }</p>
        };
    };
    let now = |set: &Assignment| spec.effective(options::find(&set.at)?, environment).value;
    let rows = values.iter().map(|set| {
        let now = now(set);
        let is_same = now.as_ref() == Some(&set.value);
        row(
            if is_same { "same" } else { "" },
            vec![
                text(options::find(&set.at).map_or_else(String::new, title)),
                text(now.as_ref().map_or_else(String::new, plain)),
                text(plain(&set.value)),
                text(match set.basis {
                    Basis::Recommended => "recommended",
                    Basis::Derived => "calculated",
                }),
            ],
        )
    });
    let rows = rows.collect();
    let what = format!("{environment} sized for {rate} workflows per second");
    let holds = values.iter().all(|set| now(set) == Some(set.value.clone()));
    let on_apply = {
        let spec = Rc::clone(spec);
        on_action.reform(move |_: MouseEvent| {
            // The button goes once its values hold.
            elements::focus_soon(FIELD.to_owned());
            Action::Spec {
                spec: sized(&spec, &values),
                what: what.clone(),
            }
        })
    };
    html! {
        <>
            <p>{ target.evidence }</p>
            if holds {
                <p class="good">{ format!("{environment} has these sizes already.") }</p>
            } else {
                <p><button type="button" class="primary" onclick={on_apply}>
                    { format!("Size {environment} for {rate} workflows per second") }
                </button></p>
            }
            { table("Values of the target", "", &["Value", "Now", "Then", "From"], rows) }
            <p class="help">
                { "“recommended” values come from the reference deployment. “calculated” values make the tasks fit." }
            </p>
        </>
    }
}

/// `spec` with the values, each of them stated, as the command-line tool's `target` has it.
fn sized(spec: &Spec, values: &[Assignment]) -> Spec {
    let mut spec = spec.clone();
    for Assignment { at, value, .. } in values {
        let value: Value = value.clone();
        // Only an unknown address is refused, and a target has none.
        let _ = spec.set(at.clone(), value);
    }
    spec
}
