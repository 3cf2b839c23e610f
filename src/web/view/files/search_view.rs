//! The field that searches in all files, and the keyboard of its results.

use std::rc::Rc;

use composer_core::FieldPath;
use yew::{
    Callback, Children, Html, InputEvent, KeyboardEvent, MouseEvent, Properties, component, html,
    use_effect_with, use_memo, use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::composition::Composition;
use crate::model::search::{Query, find};
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
    let found = use_memo(
        (
            Rc::clone(&props.composition),
            props.environment.clone(),
            query.clone(),
        ),
        |(composition, environment, query)| {
            let query = query.as_ref()?;
            Some(find(&composition.tree, environment.as_deref(), query))
        },
    );
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
    let last = found.as_ref().as_ref().map_or(0, |found| {
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
    let on_field_key = {
        let on_end = on_end.clone();
        let is_any = last.is_some();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" | "Enter" if is_any => {
                event.prevent_default();
                elements::focus([place_id(0)]);
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
    };
    let on_click = {
        let (on_action, focused) = (props.on_action.clone(), focused.clone());
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
    };
    html! {
        <>
            <div class="search" role="search">
                <input type="search" id={SEARCH} aria-label="Find files, options, text"
                    placeholder="Find files, options, text" autocomplete="off" spellcheck="false"
                    value={(*text).clone()} oninput={on_input} onkeydown={on_field_key} />
            </div>
            if let (Some(query), Some(found)) = (&query, &*found) {
                { summary(query, found) }
                if let Query::Value(_) = query {
                    <p class="legend">
                        <button type="button" onclick={on_end.reform(|_: MouseEvent| ())}>
                            { "All files" }
                        </button>
                    </p>
                }
                <div class="places" onclick={on_click} onkeydown={on_key}>
                    { places(found, *focused) }
                </div>
            } else {
                { for props.children.iter() }
            }
        </>
    }
}

fn place_of(event: &yew::Event) -> Option<usize> {
    elements::attribute(event, "data-place")?.parse().ok()
}
