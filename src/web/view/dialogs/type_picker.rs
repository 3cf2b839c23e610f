//! Picks a type of instance or node: a list with sizes, prices and whether the tasks fit, searched by name or size, with
//! the keyboard of an ARIA combobox.

use std::rc::Rc;

use composer_core::sizing::money::Money;
use composer_core::sizing::placement::Verdict;
use composer_core::{FieldPath, Spec};
use wasm_bindgen_futures::spawn_local;
use yew::{
    Callback, Html, InputEvent, KeyboardEvent, MouseEvent, Properties, classes, component, html,
    use_effect_with, use_memo, use_mut_ref, use_state,
};

use crate::browser::{elements, schedule};
use crate::model::action::Action;
use crate::model::sizing::Sizing;
use crate::model::type_picker::{
    Candidate, Outcome, candidates, is_allowed, is_meant, order, outcome,
};
use crate::model::words::{count, grouped};

#[derive(Properties, PartialEq)]
pub(super) struct TypePickerProps {
    pub(super) spec: Rc<Spec>,
    pub(super) sizing: Rc<Sizing>,
    /// The value that is picked.
    pub(super) at: FieldPath,
    pub(super) on_action: Callback<Action>,
    /// It is done.
    pub(super) on_close: Callback<()>,
}

/// How many types are tried before the browser may do what waits.
const AT_ONCE: usize = 4;

/// A line of the list: a candidate with what comes of it, or a name that is in no table.
#[derive(Clone, PartialEq)]
enum Line {
    Known(Candidate, Outcome),
    Unknown(String),
}

impl Line {
    fn name(&self) -> &str {
        match self {
            Self::Known(candidate, _) => candidate.name,
            Self::Unknown(name) => name,
        }
    }
}

#[component]
pub(super) fn TypePicker(props: &TypePickerProps) -> Html {
    let query = use_state(String::new);
    let active = use_state(|| 0_usize);
    let found = use_candidates(props);
    let now = props.sizing_value();
    let lines: Vec<Line> = lines(&found, &query, &props.at);
    let last = lines.len().saturating_sub(1);
    let here = (*active).min(last);
    let choose = {
        let (at, on_action, on_close) = (
            props.at.clone(),
            props.on_action.clone(),
            props.on_close.clone(),
        );
        move |name: &str| {
            on_action.emit(Action::Value(at.clone(), Some(name.into())));
            on_close.emit(());
        }
    };
    let on_input = {
        let (query, active) = (query.clone(), active.clone());
        Callback::from(move |event: InputEvent| {
            query.set(elements::value_of(&event));
            active.set(0);
        })
    };
    let on_key = {
        let chosen = lines.get(here).map(|line| line.name().to_owned());
        let choose = choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" if here == last => 0,
                "ArrowDown" => here + 1,
                "ArrowUp" if here == 0 => last,
                "ArrowUp" => here - 1,
                "PageDown" => (here + 10).min(last),
                "PageUp" => here.saturating_sub(10),
                "Enter" => {
                    event.prevent_default();
                    if let Some(chosen) = &chosen {
                        choose(chosen);
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(next);
            elements::scroll_to(&line_id(next));
        })
    };
    let on_click = Callback::from(move |event: MouseEvent| {
        if let Some(name) = elements::attribute(&event, "data-type") {
            choose(&name);
        }
    });
    html! {
        <div class="type-picker">
            <input type="text" role="combobox" autofocus={true} aria-label="Name or size"
                placeholder="Name or size: m8g, 4 vCPU, 16 GiB" autocomplete="off" autocapitalize="off"
                spellcheck="false" aria-expanded="true" aria-controls="types" aria-autocomplete="list"
                aria-activedescendant={(!lines.is_empty()).then(|| line_id(here))}
                value={(*query).clone()} oninput={on_input} onkeydown={on_key} />
            <p class="help" role="status">
                { match &found {
                    None => "Checking which types fit…".to_owned(),
                    Some(_) => format!("{}, sorted by fit, then by price", count(lines.len(), "type")),
                } }
            </p>
            <ul role="listbox" id="types" aria-label="Types" onclick={on_click}>
                { for lines.iter().enumerate().map(|(index, line)| html! {
                    <li role="option" key={line.name().to_owned()} id={line_id(index)} data-type={line.name().to_owned()}
                        aria-selected={if index == here { "true" } else { "false" }}>
                        { content(line, now.as_deref() == Some(line.name())) }
                    </li>
                }) }
            </ul>
        </div>
    }
}

impl TypePickerProps {
    /// The value as it is.
    fn sizing_value(&self) -> Option<String> {
        let row = composer_core::options::find(&self.at)?;
        let environment = self.at.environment().unwrap_or_default();
        let value = self.spec.effective(row, environment).value?;
        value.as_text().map(str::to_owned)
    }
}

/// The candidates and what comes of each, once all are tried.
type TriedCandidates = Option<Rc<(Vec<Candidate>, Vec<Outcome>)>>;

/// Tries all candidates, a few at a time.
#[yew::hook]
fn use_candidates(props: &TypePickerProps) -> TriedCandidates {
    let found = use_state(|| None);
    let is_open = use_mut_ref(|| true);
    use_effect_with((), {
        let is_open = Rc::clone(&is_open);
        move |()| move || *is_open.borrow_mut() = false
    });
    let tried = (
        Rc::clone(&props.spec),
        Rc::clone(&props.sizing),
        props.at.clone(),
    );
    use_effect_with(tried, {
        let found = found.clone();
        move |(spec, sizing, at)| {
            let (spec, sizing, at) = (Rc::clone(spec), Rc::clone(sizing), at.clone());
            spawn_local(async move {
                let candidates = candidates(&spec, &at);
                let mut outcomes = Vec::new();
                for (index, candidate) in candidates.iter().enumerate() {
                    if index % AT_ONCE == 0 {
                        schedule::next_task().await;
                    }
                    if !*is_open.borrow() {
                        return;
                    }
                    outcomes.push(outcome(&spec, sizing.known(), &at, candidate.name));
                }
                found.set(Some(Rc::new((candidates, outcomes))));
            });
        }
    });
    (*use_memo((*found).clone(), Clone::clone)).clone()
}

fn lines(found: &TriedCandidates, query: &str, at: &FieldPath) -> Vec<Line> {
    let Some(found) = found else {
        return Vec::new();
    };
    let (candidates, outcomes) = &**found;
    let mut lines: Vec<Line> = order(candidates, outcomes)
        .into_iter()
        .filter(|&index| is_meant(&candidates[index], query))
        .map(|index| Line::Known(candidates[index].clone(), outcomes[index].clone()))
        .collect();
    let query = query.trim();
    let is_known = candidates.iter().any(|each| each.name == query);
    if !is_known && is_allowed(at, query) {
        lines.push(Line::Unknown(query.to_owned()));
    }
    lines
}

fn content(line: &Line, is_now: bool) -> Html {
    let (candidate, outcome) = match line {
        Line::Known(candidate, outcome) => (candidate, outcome),
        Line::Unknown(name) => {
            return html! { <><b>{ name }</b><span class="fit">{ "Use it: a type that this page doesn't know" }</span></> };
        }
    };
    let (class, fits) = match outcome.verdict {
        Verdict::AlwaysFits => ("good", "Fits"),
        Verdict::MayNotFit => ("warning", "May not fit"),
        Verdict::Unknown => ("warning", "Not fully checked"),
        Verdict::DoesNotFit => ("error", "Does not fit"),
    };
    let change = match outcome.change {
        _ if is_now => "now".to_owned(),
        Some(change) => format!("{} USD", change.signed_dollars()),
        None => "change unknown".to_owned(),
    };
    html! {
        <>
            <b>{ candidate.name }</b>
            <span>{ format!("{} vCPU", candidate.vcpu) }</span>
            <span>{ format!("{} GiB", candidate.gib) }</span>
            <span>{ price(candidate.price) }</span>
            <span>{ change }</span>
            <span class={classes!("fit", class)}>
                { fits }
                if !outcome.capacity.is_empty() {
                    <small>{ " · " }{ &outcome.capacity }</small>
                }
            </span>
        </>
    }
}

fn price(month: Option<Money>) -> String {
    match month {
        Some(month) => format!("{} USD each", grouped(month.whole_dollars())),
        None => "no price".to_owned(),
    }
}

fn line_id(index: usize) -> String {
    format!("type-{index}")
}
