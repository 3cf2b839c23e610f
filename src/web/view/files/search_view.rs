//! The field that searches in all files, and the keyboard of its results.

use std::rc::Rc;

use composer_core::FieldPath;
use yew::{
    Callback, Children, Html, InputEvent, KeyboardEvent, MouseEvent, Properties, UseStateHandle,
    component, html, use_effect_with, use_memo, use_state,
};

use crate::browser::elements;
use crate::browser::schedule::Debouncer;
use crate::model::action::Action;
use crate::model::composition::Composition;
use crate::model::search::{Query, SearchResults, find_lines, find_names};
use crate::view::files::search_results::{place_id, places, summary};
use crate::view::ids::SEARCH;
use crate::view::preview::listing::focus_listing;

#[derive(Properties, PartialEq)]
pub(crate) struct SearchViewProps {
    pub(crate) composition: Rc<Composition>,
    /// The environment whose options are found.
    pub(crate) environment: Option<String>,
    /// The value whose lines are listed, with the number of the request.
    pub(crate) traced_value: Option<(u32, FieldPath)>,
    pub(crate) on_action: Callback<Action>,
    /// What is shown while nothing is looked for.
    pub(crate) children: Children,
}

#[component]
pub(crate) fn SearchView(props: &SearchViewProps) -> Html {
    let text = use_state(String::new);
    let focused = use_state(|| 0_usize);
    let query = match &props.traced_value {
        Some((_, at)) => Some(Query::Value(at.clone())),
        None => Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(|text| Query::Text(text.to_owned())),
    };
    let (found, has_lines) = use_found(&props.composition, props.environment.as_ref(), &query);
    {
        let (text, focused) = (text.clone(), focused.clone());
        use_effect_with(props.traced_value.clone(), move |value| {
            if value.is_some() {
                text.set(String::new());
                focused.set(0);
                elements::focus([place_id(0), "search-summary".to_owned()]);
            }
        });
    }
    let last = found.as_ref().map_or(0, |found| {
        let lines: usize = found.files.iter().map(|(_, places)| places.len()).sum();
        lines + found.named_files.len() + found.options.len()
    });
    let last: Option<usize> = usize::checked_sub(last, 1);
    let on_input = {
        let (text, focused) = (text.clone(), focused.clone());
        let (on_action, is_traced) = (props.on_action.clone(), props.traced_value.is_some());
        Callback::from(move |event: InputEvent| {
            text.set(elements::value_of(&event));
            focused.set(0);
            if is_traced {
                on_action.emit(Action::Trace(None));
            }
        })
    };
    let on_end = {
        let (text, on_action) = (text.clone(), props.on_action.clone());
        Callback::from(move |()| {
            text.set(String::new());
            on_action.emit(Action::Trace(None));
            elements::focus_soon(SEARCH.to_owned());
        })
    };
    let on_field_key = field_keys(last.is_some(), on_end.clone());
    let on_key = result_keys(last, focused.clone(), on_end.clone());
    let on_click = result_clicks(focused.clone(), props.on_action.clone());
    html! {
        <>
            <div class="search" role="search">
                <input type="search" id={SEARCH} aria-label="Find files, options, text"
                    placeholder="Find files, options, text" autocomplete="off" spellcheck="false"
                    value={(*text).clone()} oninput={on_input} onkeydown={on_field_key} />
            </div>
            if let (Some(query), Some(found)) = (&query, &found) {
                { summary(query, found, has_lines) }
                if let Query::Value(_) = query {
                    <p class="legend sentence">
                        <button type="button" onclick={on_end.reform(|_: MouseEvent| ())}>
                            { "All files" }
                        </button>
                    </p>
                }
                <div class="places" onclick={on_click} onkeydown={on_key}>
                    { places(found, *focused) }
                </div>
            }
            // It stays, so that it need not be drawn again.
            <div class="not-found" hidden={query.is_some()}>{ for props.children.iter() }</div>
        </>
    }
}

/// The keys in the field: into the results, where there are any, and away from them.
fn field_keys(has_results: bool, on_end: Callback<()>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowDown" | "Enter" if has_results => {
            event.prevent_default();
            elements::focus([place_id(0)]);
        }
        "Escape" => {
            event.prevent_default();
            on_end.emit(());
        }
        _ => {}
    })
}

/// The keys on a result: to another, of which `last` is the last, or back to the field.
fn result_keys(
    last: Option<usize>,
    focused: UseStateHandle<usize>,
    on_end: Callback<()>,
) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let (Some(here), Some(last)) = (place_of(&event), last) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowDown" => (here + 1).min(last),
            "ArrowUp" if here == 0 => {
                event.prevent_default();
                elements::focus([SEARCH.to_owned()]);
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
        elements::focus([place_id(next)]);
    })
}

/// A click on a result: shows the option in the form, or the file at the line.
fn result_clicks(
    focused: UseStateHandle<usize>,
    on_action: Callback<Action>,
) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        focused.set(place_of(&event).unwrap_or_default());
        if let Some(at) = elements::attribute(&event, "data-option") {
            on_action.emit(Action::Reveal(FieldPath::root().join(&at)));
            return;
        }
        let Some(path) = elements::attribute(&event, "data-path") else {
            return;
        };
        let line = elements::attribute(&event, "data-line").and_then(|line| line.parse().ok());
        on_action.emit(Action::File(path, line));
        focus_listing();
    })
}

/// Milliseconds after the last key.
const LINES_AFTER: u32 = 150;

/// What `query` finds: names at once, lines once nobody has typed for a moment, so that no key waits for them. And whether
/// the lines are there.
#[yew::hook]
fn use_found(
    composition: &Rc<Composition>,
    environment: Option<&String>,
    query: &Option<Query>,
) -> (Option<Rc<SearchResults>>, bool) {
    let of = (Rc::clone(composition), environment.cloned(), query.clone());
    let names = use_memo(of.clone(), |(composition, environment, query)| {
        let query = query.as_ref()?;
        let names = find_names(&composition.tree, environment.as_deref(), query);
        // The lines of a value are what was asked for.
        Some(Rc::new(match query {
            Query::Text(_) => names,
            Query::Value(_) => find_lines(&composition.tree, query, names),
        }))
    });
    let whole = use_state(|| None::<(SearchInput, Rc<SearchResults>)>);
    let searches = use_memo((), |()| Debouncer::after(LINES_AFTER));
    use_effect_with(of.clone(), {
        let (whole, names) = (whole.clone(), (*names).clone());
        move |of| {
            let (of, whole) = (of.clone(), whole.clone());
            searches.run(move || {
                if let ((composition, _, Some(query @ Query::Text(_))), Some(names)) = (&of, names)
                {
                    let found = find_lines(&composition.tree, query, (*names).clone());
                    whole.set(Some((of, Rc::new(found))));
                }
            });
        }
    });
    match &*whole {
        Some((found_of, found)) if *found_of == of => (Some(Rc::clone(found)), true),
        _ => {
            let is_value = matches!(query, Some(Query::Value(_)));
            ((*names).clone(), is_value)
        }
    }
}

/// What is looked for, and in what.
type SearchInput = (Rc<Composition>, Option<String>, Option<Query>);

fn place_of(event: &yew::Event) -> Option<usize> {
    elements::attribute(event, "data-place")?.parse().ok()
}
