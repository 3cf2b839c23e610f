//! The choice of the baseline.

use yew::{Callback, Event, Html, Properties, component, html};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::baseline::Baseline;

#[derive(Properties, PartialEq)]
pub(crate) struct ComparisonProps {
    pub(crate) chosen: Baseline,
    pub(crate) preset: &'static str,
    /// The name of what was opened, if something was.
    pub(crate) opened: Option<String>,
    pub(crate) changed_only: bool,
    pub(crate) on_action: Callback<Action>,
}

/// The choice of the baseline, and whether the tree shows only what changed.
#[component]
pub(crate) fn Comparison(props: &ComparisonProps) -> Html {
    let offered = [
        Some((Baseline::LastChange, "last change".to_owned())),
        Some((Baseline::Preset, format!("preset {}", props.preset))),
        props.opened.clone().map(|name| (Baseline::Opened, name)),
    ];
    let on_choose = props.on_action.reform(|event: Event| {
        let chosen = elements::value_of(&event);
        let all = [Baseline::LastChange, Baseline::Preset, Baseline::Opened];
        let found = all.into_iter().find(|each| each.key() == chosen);
        Action::Baseline(found.unwrap_or(Baseline::LastChange))
    });
    let on_filter = props
        .on_action
        .reform(|event: Event| Action::ChangedOnly(elements::is_ticked(&event)));
    html! {
        <div class="comparison">
            <label for="baseline">{ "Compare with" }</label>
            <select id="baseline" onchange={on_choose}>
                { for offered.into_iter().flatten().map(|(each, label)| html! {
                    <option key={each.key()} value={each.key()} selected={each == props.chosen}>
                        { label }
                    </option>
                }) }
            </select>
            <label class="check">
                <input type="checkbox" checked={props.changed_only} onchange={on_filter} />
                { "Changed only" }
            </label>
        </div>
    }
}
