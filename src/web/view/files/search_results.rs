//! What a search found, as places that lead to their line.

use yew::{Html, html};

use crate::model::labels::name_of;
use crate::model::search::{Match, Query, SearchResults};
use crate::model::words::count;

/// How many letters of a line stand before what was looked for.
const MAX_BEFORE: usize = 16;

/// How much was found; of lines, once they are looked through.
pub(crate) fn summary(query: &Query, found: &SearchResults, has_lines: bool) -> Html {
    if !has_lines {
        return html! {
            <p class="legend" id="search-summary" role="status" tabindex="-1">{ "Searching the lines…" }</p>
        };
    }
    let lines = format!(
        "{} in {}",
        count(found.lines, "line"),
        count(found.in_files, "file")
    );
    let listed: usize = found.files.iter().map(|(_, places)| places.len()).sum();
    let (what, lines) = match (query, found.lines) {
        (Query::Text(text), 0) if found.named_files.is_empty() && found.options.is_empty() => {
            (String::new(), format!("No results for “{text}”."))
        }
        (Query::Value(at), 0) => (name_of(at), "No line comes from it at present.".to_owned()),
        (Query::Text(_), _) => (String::new(), lines),
        (Query::Value(at), _) => (name_of(at), lines),
    };
    html! {
        <p class="legend" id="search-summary" role="status" tabindex="-1">
            if !what.is_empty() {
                <b>{ what }</b><br />
            }
            { lines }
            if listed == query.max_shown() {
                { format!(", the first {listed} listed") }
            }
        </p>
    }
}

/// Where it was found, of which the place numbered `focused` has the focus: first names, then lines.
pub(crate) fn places(found: &SearchResults, focused: usize) -> Html {
    let (files, options) = (&found.named_files, &found.options);
    let mut number = files.len() + options.len();
    html! {
        // Two elements with keys, so that what has the focus stays when the lines come.
        <>
            <div key="names">
                if !files.is_empty() {
                    <section key="files" aria-label="Files by name">
                        <h3>{ "Files" }</h3>
                        <ul>
                            { for files.iter().enumerate().map(|(index, path)| html! { <li key={index.to_string()}>
                                <button type="button" id={place_id(index)} data-path={path.clone()}
                                    data-place={index.to_string()} tabindex={tabindex(index == focused)}>
                                    <code>{ path }</code>
                                </button></li>
                            }) }
                        </ul>
                    </section>
                }
                if !options.is_empty() {
                    <section key="options" aria-label="Options by name">
                        <h3>{ "Options" }</h3>
                        <ul>
                            { for options.iter().zip(files.len()..).map(|(at, index)| html! { <li key={index.to_string()}>
                                <button type="button" id={place_id(index)} data-option={at.to_string()}
                                    data-place={index.to_string()} tabindex={tabindex(index == focused)}>
                                    { name_of(at) }
                                </button></li>
                            }) }
                        </ul>
                    </section>
                }
            </div>
            <div key="lines">
                { for found.files.iter().map(|(path, places)| {
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
                }) }
            </div>
        </>
    }
}

fn tabindex(is_focused: bool) -> &'static str {
    if is_focused { "0" } else { "-1" }
}

fn entry(path: &str, place: &Match, number: usize, is_focused: bool) -> Html {
    let (first, last) = (place.lines.start + 1, place.lines.end);
    let lines = match last - first {
        0 => first.to_string(),
        _ => format!("{first}–{last}"),
    };
    let (before, rest) = place.text.split_at(place.marked.start);
    let (marked, after) = rest.split_at(place.marked.len());
    // What was looked for is to be seen in a narrow column.
    let before = match before.char_indices().rev().nth(MAX_BEFORE) {
        Some((start, _)) => format!("…{}", &before[start..]),
        None => before.to_owned(),
    };
    html! {
        <li key={place.lines.start}>
            <button type="button" id={place_id(number)} data-path={path.to_owned()}
                data-line={place.lines.start.to_string()} data-place={number.to_string()} title={place.text.clone()}
                tabindex={tabindex(is_focused)}>
                <span class="place-lines">{ lines }</span>{ " " }
                <code>{ before }<mark>{ marked }</mark>{ after }</code>
            </button>
        </li>
    }
}

pub(crate) fn place_id(number: usize) -> String {
    format!("place-{number}")
}
