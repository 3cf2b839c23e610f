//! The search in all files, and the lines that an option makes: both as places that lead to their line.

use std::rc::Rc;

use composer_core::FieldPath;
use yew::{
    Callback, Children, Html, InputEvent, KeyboardEvent, MouseEvent, Properties, component, html,
    use_effect_with, use_memo, use_state,
};

use crate::browser;
use crate::derive::{Composition, count, name_of};
use crate::find::{Found, MOST_SHOWN, Place, Wanted};
use crate::later::Later;
use crate::preview::line_id;
use crate::state::Action;

#[derive(Properties, PartialEq)]
pub(crate) struct FinderProps {
    pub(crate) composition: Rc<Composition>,
    /// The value whose lines are asked for; the number tells one wish from the next.
    pub(crate) made: Option<(u32, FieldPath)>,
    pub(crate) later: Option<&'static Later>,
    pub(crate) on_action: Callback<Action>,
    /// What is shown while nothing is looked for.
    pub(crate) children: Children,
}

/// How many letters of a line stand before what was looked for.
const MOST_BEFORE: usize = 16;

const SEARCH: &str = "search";

#[component]
pub(crate) fn Finder(props: &FinderProps) -> Html {
    let text = use_state(String::new);
    let focused = use_state(|| 0_usize);
    let wanted = match &props.made {
        Some((_, at)) => Some(Wanted::Made(at.clone())),
        None => Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(|text| Wanted::Text(text.to_owned())),
    };
    let found = use_memo(
        (Rc::clone(&props.composition), wanted.clone(), props.later),
        |(composition, wanted, later)| {
            let wanted = wanted.as_ref()?;
            Some(((*later)?.find)(&composition.tree, wanted))
        },
    );
    {
        let (text, focused) = (text.clone(), focused.clone());
        use_effect_with(props.made.clone(), move |made| {
            if made.is_some() {
                text.set(String::new());
                focused.set(0);
                browser::focus([place_id(0), "made".to_owned()]);
            }
        });
    }
    let last = found.as_ref().as_ref().map_or(0, |found| {
        found.files.iter().map(|(_, places)| places.len()).sum()
    });
    let last: Option<usize> = usize::checked_sub(last, 1);
    let on_input = {
        let (text, focused) = (text.clone(), focused.clone());
        let (on_action, is_made) = (props.on_action.clone(), props.made.is_some());
        Callback::from(move |event: InputEvent| {
            text.set(browser::value_of(&event));
            focused.set(0);
            if is_made {
                on_action.emit(Action::Made(None));
            }
        })
    };
    let on_end = {
        let (text, on_action) = (text.clone(), props.on_action.clone());
        Callback::from(move |()| {
            text.set(String::new());
            on_action.emit(Action::Made(None));
            browser::focus_soon(SEARCH.to_owned());
        })
    };
    let on_field_key = {
        let on_end = on_end.clone();
        let is_any = last.is_some();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" | "Enter" if is_any => {
                event.prevent_default();
                browser::focus([place_id(0)]);
            }
            "Escape" => {
                event.prevent_default();
                on_end.emit(());
            }
            _ => {}
        })
    };
    let on_key = {
        let (on_end, focused) = (on_end.clone(), focused.clone());
        Callback::from(move |event: KeyboardEvent| {
            let (Some(here), Some(last)) = (place_of(&event), last) else {
                return;
            };
            let next = match event.key().as_str() {
                "ArrowDown" => (here + 1).min(last),
                "ArrowUp" if here == 0 => {
                    event.prevent_default();
                    browser::focus([SEARCH.to_owned()]);
                    return;
                }
                "ArrowUp" => here - 1,
                "Home" => 0,
                "End" => last,
                "Escape" => {
                    event.prevent_default();
                    on_end.emit(());
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            focused.set(next);
            browser::focus([place_id(next)]);
        })
    };
    let on_click = {
        let (on_action, focused) = (props.on_action.clone(), focused.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(path) = browser::attribute(&event, "data-path") else {
                return;
            };
            let line = browser::attribute(&event, "data-line").and_then(|line| line.parse().ok());
            focused.set(place_of(&event).unwrap_or_default());
            on_action.emit(Action::File(path, line));
            browser::focus_soon(line_id(line.unwrap_or_default()));
        })
    };
    html! {
        <>
            <div class="search" role="search">
                <input type="search" id={SEARCH} aria-label="Search in all files"
                    placeholder="Search in all files" autocomplete="off" spellcheck="false"
                    value={(*text).clone()} oninput={on_input} onkeydown={on_field_key} />
            </div>
            if let (Some(later), Some(wanted), Some(found)) = (props.later, &wanted, &*found) {
                { (later.said)(wanted, found) }
                if let Wanted::Made(_) = wanted {
                    <p class="legend">
                        <button type="button" onclick={on_end.reform(|_: MouseEvent| ())}>
                            { "All files" }
                        </button>
                    </p>
                }
                <div class="places" onclick={on_click} onkeydown={on_key}>
                    { (later.places)(found, *focused) }
                </div>
            } else {
                { for props.children.iter() }
            }
        </>
    }
}

/// How much was found.
pub(crate) fn said(wanted: &Wanted, found: &Found) -> Html {
    let lines = format!(
        "{} in {}",
        count(found.lines, "line"),
        count(found.in_files, "file")
    );
    let listed: usize = found.files.iter().map(|(_, places)| places.len()).sum();
    let (what, lines) = match (wanted, found.lines) {
        (Wanted::Text(text), 0) => (String::new(), format!("Nothing has “{text}” in it.")),
        (Wanted::Made(at), 0) => (
            name_of(at),
            "No line comes from it as it is now.".to_owned(),
        ),
        (Wanted::Text(_), _) => (String::new(), lines),
        (Wanted::Made(at), _) => (name_of(at), lines),
    };
    html! {
        <p class="legend" id="made" role="status" tabindex="-1">
            if !what.is_empty() {
                <b>{ what }</b><br />
            }
            { lines }
            if listed == MOST_SHOWN {
                { format!(", the first {MOST_SHOWN} places are listed") }
            }
        </p>
    }
}

/// Where it was found, of which the place numbered `focused` has the focus.
pub(crate) fn places(found: &Found, focused: usize) -> Html {
    let mut number = 0;
    found
        .files
        .iter()
        .map(|(path, places)| {
            let first = number;
            number += places.len();
            html! {
                <section key={path.clone()} aria-label={path.clone()}>
                    <h3>{ for path.split_inclusive('/').map(|part| html! { <>{ part }<wbr /></> }) }</h3>
                    <ul>
                        { for places.iter().zip(first..).map(|(place, number)| {
                            entry(path, place, number, number == focused)
                        }) }
                    </ul>
                </section>
            }
        })
        .collect()
}

fn entry(path: &str, place: &Place, number: usize, is_focused: bool) -> Html {
    let (first, last) = (place.lines.start + 1, place.lines.end);
    let lines = match last - first {
        0 => first.to_string(),
        _ => format!("{first}–{last}"),
    };
    let (before, rest) = place.text.split_at(place.marked.start);
    let (marked, after) = rest.split_at(place.marked.len());
    // What was looked for is to be seen in a narrow column.
    let before = match before.char_indices().rev().nth(MOST_BEFORE) {
        Some((start, _)) => format!("…{}", &before[start..]),
        None => before.to_owned(),
    };
    html! {
        <li key={place.lines.start}>
            <button type="button" id={place_id(number)} data-path={path.to_owned()}
                data-line={place.lines.start.to_string()} data-place={number.to_string()} title={place.text.clone()}
                tabindex={if is_focused { "0" } else { "-1" }}>
                <span class="number">{ lines }</span>{ " " }
                <code>{ before }<mark>{ marked }</mark>{ after }</code>
            </button>
        </li>
    }
}

fn place_id(number: usize) -> String {
    format!("place-{number}")
}

fn place_of(event: &yew::Event) -> Option<usize> {
    browser::attribute(event, "data-place")?.parse().ok()
}
