//! The question on top: how many workflows a second, and how available. Each choice shows its price before it is made.
//! Beside it the presets, to start from.

use std::rc::Rc;

use composer_core::presets::PRESETS;
use yew::{
    Callback, Event, Html, MouseEvent, Properties, component, html, use_effect_with, use_memo,
    use_state,
};

use crate::browser::elements;
use crate::browser::schedule::Debouncer;
use crate::model::action::Action;
use crate::model::edit::differing;
use crate::model::first_figures::{AVAILABILITY_PRICES, PRESET_PRICES, RATE_PRICES};
use crate::model::question::{AVAILABILITIES, Choice, Choices, Prices, RATES};
use crate::model::state::State;
use crate::model::words::{count, grouped};
use crate::second_part::Loader;
use crate::view::dialogs::Dialog;

#[derive(Properties, PartialEq)]
pub(crate) struct QuestionProps {
    pub(crate) state: Rc<State>,
    pub(crate) loader: Loader,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_dialog: Callback<Dialog>,
}

const QUESTION: &str = "How many workflows a second, and how available?";

#[component]
pub(crate) fn Question(props: &QuestionProps) -> Html {
    let QuestionProps {
        state,
        loader,
        on_action,
        on_dialog,
    } = props;
    let environment = state.question_environment().unwrap_or_default().to_owned();
    let chosen = use_memo(
        (
            Rc::clone(&state.spec),
            environment.clone(),
            state.preset,
            loader.part(),
        ),
        |(spec, environment, _, part)| {
            part.map_or_else(Choices::at_first, |part| {
                (part.chosen)(spec, environment, &state.base())
            })
        },
    );
    let prices = use_prices(state, &environment, loader);
    let is_open = state.view.is_question_open;
    let on_toggle = on_action.reform(move |_: MouseEvent| Action::QuestionOpen(!is_open));
    let toggle = |label: &'static str| {
        html! {
            <button type="button" class="quiet" onclick={on_toggle}
                aria-expanded={if is_open { "true" } else { "false" }}>{ label }</button>
        }
    };
    if !is_open {
        return html! {
            <section class="question closed" aria-labelledby="question">
                <h1 id="question">
                    if environment.is_empty() {
                        { "Temporal Composer" }
                    } else {
                        { format!("{environment}: {}", in_short(&chosen, state.preset)) }
                    }
                </h1>
                { toggle("Change") }
                { replaced(state, on_action) }
            </section>
        };
    }
    html! {
        <section class="question" aria-labelledby="question">
            <div class="question-head">
                <h1 id="question">{ QUESTION }</h1>
                { toggle("Hide") }
            </div>
            if !environment.is_empty() {
                <div class="asked-for">
                    { rates(&environment, &chosen, &prices, props) }
                    { availabilities(&environment, &chosen, &prices, props) }
                </div>
            }
            <div class="start-from">
                if !environment.is_empty() {
                    { environment_choice(state, &environment, on_action) }
                }
                <span>{ "Start from" }</span>
                { for PRESETS.iter().zip(PRESET_PRICES).map(|(preset, price)| {
                    let is_base = state.preset == preset.name;
                    let changed = if is_base { differing(&state.base(), &state.spec) } else { 0 };
                    let on_choose = on_action.reform(move |_: MouseEvent| Action::Preset(preset));
                    html! {
                        <button type="button" class="preset" key={preset.name} onclick={on_choose}
                            title={preset.summary} aria-pressed={if is_base { "true" } else { "false" }}>
                            <b>{ preset.name }</b>
                            { format!(" {} USD", grouped(price.dollars)) }
                            if changed > 0 {
                                { format!(", {changed} changed") }
                            }
                        </button>
                    }
                }) }
                <button type="button" class="link"
                    onclick={on_dialog.reform(|_: MouseEvent| Dialog::Migrate)}>
                    { "Migrating from a flat root?" }
                </button>
                <button type="button" class="link" onclick={on_dialog.reform(|_: MouseEvent| Dialog::Saved)}>
                    { "Saved compositions" }
                </button>
            </div>
            { replaced(state, on_action) }
        </section>
    }
}

/// What the choices cost. While the question is open they are worked out once a change is painted; until then those before
/// it stand.
#[yew::hook]
fn use_prices(state: &Rc<State>, environment: &str, loader: &Loader) -> Rc<Prices> {
    let prices = use_state(|| Rc::new(first_figures()));
    let writes = use_memo((), |()| Debouncer::new());
    let sizing = Rc::clone(&state.sizing);
    let spec = Rc::clone(&state.spec);
    let part = loader.part().filter(|_| state.view.is_question_open);
    use_effect_with((spec, environment.to_owned(), part), {
        let prices = prices.clone();
        move |(spec, environment, part)| {
            if let Some(part) = *part {
                let (spec, environment) = (Rc::clone(spec), environment.clone());
                writes.run(move || {
                    prices.set(Rc::new((part.prices)(&sizing, &spec, &environment)));
                });
            }
        }
    });
    Rc::clone(&prices)
}

fn rates(environment: &str, chosen: &Choices, prices: &Prices, props: &QuestionProps) -> Html {
    let mut choices = Vec::new();
    for (index, rate) in RATES.into_iter().enumerate() {
        let is_refused = chosen.refused_rates[index];
        choices.push(choice(
            props,
            environment,
            "rate",
            Choice::Rate(rate),
            rate.map_or_else(|| "Default".to_owned(), |rate| rate.to_string()),
            if is_refused {
                "needs bench or prod".to_owned()
            } else {
                price(prices.rates.get(index))
            },
            chosen.rate == Some(rate),
            is_refused,
        ));
    }
    html! {
        <fieldset class="radios">
            <legend class="hidden">{ format!("Workflows a second in {environment}") }</legend>
            { for choices }
        </fieldset>
    }
}

fn availabilities(
    environment: &str,
    chosen: &Choices,
    prices: &Prices,
    props: &QuestionProps,
) -> Html {
    let mut choices = Vec::new();
    for (index, (profile, label, zones)) in AVAILABILITIES.into_iter().enumerate() {
        let is_refused = chosen.refused_availabilities[index];
        choices.push(choice(
            props,
            environment,
            "availability",
            Choice::Availability(profile),
            label.to_owned(),
            if is_refused {
                "up to 100 a second".to_owned()
            } else {
                format!("{zones}, {}", price(prices.availabilities.get(index)))
            },
            chosen.profile == profile,
            is_refused,
        ));
    }
    html! {
        <fieldset class="radios stacked">
            <legend class="hidden">{ format!("Availability of {environment}") }</legend>
            { for choices }
        </fieldset>
    }
}

fn price(dollars: Option<&Option<i64>>) -> String {
    match dollars {
        Some(Some(dollars)) => format!("{} USD", grouped(*dollars)),
        _ => "no price".to_owned(),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing that the label shows"
)]
fn choice(
    props: &QuestionProps,
    environment: &str,
    name: &'static str,
    choice: Choice,
    label: String,
    consequence: String,
    is_chosen: bool,
    is_refused: bool,
) -> Html {
    let on_choose = {
        let (loader, on_action) = (props.loader.clone(), props.on_action.clone());
        let (spec, environment) = (Rc::clone(&props.state.spec), environment.to_owned());
        Callback::from(move |_: Event| {
            let (on_action, spec) = (on_action.clone(), Rc::clone(&spec));
            let environment = environment.clone();
            loader.when_loaded(move |part| {
                if let Some((spec, what)) = (part.choose)(&spec, &environment, choice) {
                    on_action.emit(Action::Spec { spec, what });
                }
            });
        })
    };
    html! {
        <label key={label.clone()}>
            <input type="radio" name={name} checked={is_chosen} disabled={is_refused} onchange={on_choose} />
            { label }
            <small>{ consequence }</small>
        </label>
    }
}

/// Which environment the question is about.
fn environment_choice(state: &State, environment: &str, on_action: &Callback<Action>) -> Html {
    let on_change =
        on_action.reform(|event: Event| Action::QuestionEnvironment(elements::value_of(&event)));
    html! {
        <>
            <label for="question-environment">{ "For" }</label>
            <select id="question-environment" onchange={on_change}>
                { for state.spec.environments().into_iter().map(|name| html! {
                    <option key={name.to_owned()} value={name.to_owned()} selected={name == environment}>{ name }</option>
                }) }
            </select>
        </>
    }
}

/// Says how many changes a preset has replaced, and offers the way back.
fn replaced(state: &State, on_action: &Callback<Action>) -> Html {
    let replaced = state.last.as_ref().map_or(0, |last| last.replaced);
    if replaced == 0 {
        return Html::default();
    }
    html! {
        <p class="notice">
            { format!("The preset {} replaced {}. ", state.preset, count(replaced, "change")) }
            <button type="button" class="link" onclick={on_action.reform(|_: MouseEvent| Action::Undo)}>{ "Undo" }</button>
        </p>
    }
}

/// What is chosen, in a line.
fn in_short(chosen: &Choices, preset: &str) -> String {
    let rate = match chosen.rate {
        Some(None) => "default sizes".to_owned(),
        Some(Some(rate)) => format!("{rate} workflows a second"),
        None if chosen.is_as_in_preset => format!("sizes of {preset}"),
        None => "other sizes".to_owned(),
    };
    let mut words = rate;
    for (profile, label, _) in AVAILABILITIES {
        if profile == chosen.profile {
            words.push_str(", ");
            words.push_str(&label.to_ascii_lowercase());
        }
    }
    words
}

/// What the choices cost in the first preset, which a first look shows.
fn first_figures() -> Prices {
    Prices {
        rates: RATE_PRICES.map(Some).to_vec(),
        availabilities: AVAILABILITY_PRICES.map(Some).to_vec(),
    }
}
