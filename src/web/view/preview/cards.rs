//! A card for each environment: whether it fits, what it costs, what it uses, what is to be filled in.

use composer_core::sizing::connection_demand::Connections;
use composer_core::sizing::placement::{Purpose, Resource, Situation, Verdict};
use composer_core::{Environment, FieldPath, PlacedEnvironment};
use yew::{Callback, Html, MouseEvent, classes, html};

use crate::model::action::Action;
use crate::model::answer::price_of;
use crate::model::first_figures::{ENVIRONMENT_PRICES, is_first_look};
use crate::model::sizing::verdict;
use crate::model::state::{State, has_error};
use crate::model::words::{count, grouped, sentence_case};

/// Stands at what is shown of an environment that has an error now.
pub(crate) const LAST_VERSION: &str = "Last version that fits";

/// The cards.
pub(crate) fn cards(state: &State, on_action: &Callback<Action>) -> Html {
    let mut cards = Vec::new();
    for (index, name) in state.spec.environments().into_iter().enumerate() {
        let now = state.sizing.find(name);
        cards.push(match state.last_version(name).or(now) {
            Some(environment) => card(state, index, environment, on_action),
            None => absent(state, name),
        });
    }
    html! { <div class="cards">{ for cards }</div> }
}

/// Stands for an environment that can't be sized.
fn absent(state: &State, name: &str) -> Html {
    let mut is_wrong = false;
    for missing in state.sizing.missing() {
        is_wrong |= missing == name;
    }
    html! {
        <section class="environment-card" key={name.to_owned()} aria-label={name.to_owned()}>
            <h3>{ name }</h3>
            if is_wrong {
                <p class="error">{ "Some of its values are not allowed." }</p>
            } else {
                <p class="help">{ "Not in the download: it costs nothing." }</p>
            }
        </section>
    }
}

fn card(
    state: &State,
    index: usize,
    environment: &PlacedEnvironment,
    on_action: &Callback<Action>,
) -> Html {
    let name = &environment.name;
    let is_last_version = state.last_version(name).is_some();
    // The verdict is on the values as they are now.
    let now = state.sizing.find(name);
    let (class, label) = match now.map(|now| verdict(now, &now.placement)) {
        Some(Verdict::DoesNotFit) => ("chip error", "Does not fit"),
        _ if has_error(&state.problems, name) => ("chip error", "Has an error"),
        Some(Verdict::AlwaysFits) => ("chip good", "Fits"),
        Some(Verdict::MayNotFit) => ("chip warning", "May not fit"),
        Some(Verdict::Unknown) | None => ("chip warning", "Not fully checked"),
    };
    let dollars = if is_first_look(state) {
        ENVIRONMENT_PRICES.get(index).map(|price| price.dollars)
    } else if is_last_version {
        let costs = state.capabilities.costs;
        costs.map(|costs| price_of(&costs(std::slice::from_ref(environment))).0)
    } else {
        let cost = state.sizing.cost(name);
        cost.map(|cost| price_of(std::slice::from_ref(cost)).0)
    };
    let compute = &environment.compute;
    let connections = Connections::of(environment);
    html! {
        <section class={classes!("environment-card", is_last_version.then_some("stale"))} key={name.clone()}
            aria-label={name.clone()}>
            <h3>
                { name }<small>{ &environment.region }</small><span class={class}>{ label }</span>
                if is_last_version {
                    <span class="chip warning">{ LAST_VERSION }</span>
                }
            </h3>
            <p class="sum">
                if let Some(dollars) = dollars {
                    { grouped(dollars) }{ " " }<small>{ "USD a month" }</small>
                }
            </p>
            <dl>
                <dt>{ "Instances" }</dt>
                <dd>{ format!("{} × {}", compute.instance_count, compute.instance_type) }</dd>
                { cpu(environment) }
                { zone_lost(environment) }
                <dt>{ "Connections" }</dt>
                <dd>{ format!("{} of {}", grouped(connections.steady()), grouped(connections.limit)) }</dd>
                <dt>{ "To fill in" }</dt>
                <dd>{ open(environment, on_action) }</dd>
            </dl>
        </section>
    }
}

/// How much of the main instances' processors is used, in words and as a bar.
fn cpu(environment: &PlacedEnvironment) -> Html {
    let Some(pool) = environment.placement.pool(Purpose::Main) else {
        return Html::default();
    };
    let steady = pool.steady();
    let (asked, had) = (steady.asked.of(Resource::Cpu), steady.had.of(Resource::Cpu));
    html! {
        <>
            <dt>{ "vCPU used" }</dt>
            <dd>
                { format!("{} of {}", cores(asked), cores(had)) }
                <svg class="meter" viewBox={format!("0 0 {} 1", had.max(1))} preserveAspectRatio="none"
                    aria-hidden="true">
                    <rect width={asked.to_string()} height="1" />
                </svg>
            </dd>
        </>
    }
}

/// CPU units as vCPU: `3.5`.
fn cores(units: i64) -> String {
    let tenths = (units * 10 + 512) / 1024;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        part => format!("{}.{part}", tenths / 10),
    }
}

fn zone_lost(environment: &PlacedEnvironment) -> Html {
    let (mut worst, mut is_needed) = (None, false);
    for pool in &environment.placement.pools {
        for finding in &pool.findings {
            if finding.situation == Situation::ZoneLost {
                worst = worst.max(Some(finding.verdict));
                is_needed |= finding.is_needed;
            }
        }
    }
    let words = match worst {
        None => return Html::default(),
        // What nobody asked of it is no fault of it.
        Some(Verdict::DoesNotFit) if !is_needed => "Would not fit".to_owned(),
        Some(verdict) => sentence_case(&verdict.to_string()),
    };
    html! {
        <>
            <dt>{ "A zone lost" }</dt>
            <dd>{ words }</dd>
        </>
    }
}

/// How many values are to be filled in, which leads to the first.
fn open(environment: &Environment, on_action: &Callback<Action>) -> Html {
    let (mut first, mut open) = (None, 0);
    for setting in environment.open() {
        first = first.or(Some(setting));
        open += 1;
    }
    let Some(first) = first else {
        return html! { { "nothing" } };
    };
    let at: FieldPath = first.row.path(&environment.name);
    html! {
        <button type="button" class="link"
            onclick={on_action.reform(move |_: MouseEvent| Action::Reveal(at.clone()))}>
            { count(open, "value") }
        </button>
    }
}
