//! What an environment takes, and what it would take.

mod capacity;
mod connections;
mod quotas;
mod target;

use std::rc::Rc;

use composer_core::Spec;
use composer_core::blueprint::environments;
use yew::{Callback, Html, Properties, component, html};

use crate::model::action::Action;
use crate::model::sizing::Sizing;
use crate::view::table::choice;

#[derive(Properties, PartialEq)]
pub(crate) struct SizingProps {
    pub(crate) sizing: Rc<Sizing>,
    pub(crate) spec: Rc<Spec>,
    /// The environment that is looked at.
    pub(crate) shown: Option<String>,
    pub(crate) on_action: Callback<Action>,
}

/// [`SizingPane`] for [`crate::second_part::SecondPart`].
pub(crate) fn sizing_pane(props: SizingProps) -> Html {
    html! { <SizingPane ..props /> }
}

#[component]
fn SizingPane(props: &SizingProps) -> Html {
    let SizingProps {
        sizing,
        spec,
        on_action,
        ..
    } = props;
    let Some(name) = props.shown.as_deref() else {
        return html! { <p class="empty">{ "No environment is in the download." }</p> };
    };
    let names = spec.environments();
    let all = environments(&sizing.environments);
    html! {
        <div class="pane sizing">
            if names.len() > 1 {
                { choice("Environment sized", names.iter().copied(), name, &on_action.reform(Action::Environment)) }
            }
            if let Some(environment) = sizing.find(name) {
                { capacity::section(spec, environment, &all, on_action) }
                { connections::section(environment, &all) }
                <target::Throughput key={name.to_owned()} spec={Rc::clone(spec)} environment={name.to_owned()}
                    profile={environment.profile} on_action={on_action.clone()} />
                { quotas::section(&all) }
            } else if sizing.missing().any(|each| each == name) {
                <p>{ format!("{name} has values that are not allowed. Its sizing is shown once they are fixed.") }</p>
            } else {
                <p>{ format!("{name} is not in the download: it takes and costs nothing.") }</p>
            }
        </div>
    }
}
