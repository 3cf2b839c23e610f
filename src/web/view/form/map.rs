//! Values with keys of the user's own: tags, environment variables.

use std::rc::Rc;

use composer_core::{FieldPath, Problem, Problems, Spec, Value};
use yew::{
    AttrValue, Callback, Event, FocusEvent, Html, MouseEvent, Properties, SubmitEvent, component,
    html, use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::words::plain;
use crate::view::form::fixes::{FixesProps, fixes};
use crate::view::form::message_list::messages_and;
use crate::view::form::typing::use_typing;

/// The most entries that are drawn: no map may have more.
const MAX_SHOWN: usize = 50;

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct MapFieldProps {
    pub(crate) spec: Rc<Spec>,
    pub(crate) problems: Rc<Problems>,
    /// The address around the entries, and the `id` of the field for a new one.
    pub(crate) map: FieldPath,
    pub(crate) labelled_by: AttrValue,
    /// A value is now this one, or gone.
    pub(crate) on_change: Callback<(FieldPath, Option<Value>)>,
    /// The same while somebody types.
    pub(crate) on_typed: Callback<(FieldPath, Option<Value>)>,
    pub(crate) on_action: Callback<Action>,
}

/// [`MapField`] for [`crate::second_part::SecondPart`]: a first look has no open section.
pub(crate) fn map_field(props: MapFieldProps) -> Html {
    html! { <MapField ..props /> }
}

#[component]
fn MapField(props: &MapFieldProps) -> Html {
    let MapFieldProps {
        spec,
        problems,
        map,
        labelled_by,
        on_change,
        ..
    } = props;
    let key = use_state(String::new);
    let value = use_state(String::new);
    let id = map.to_string();
    let entries: Vec<(String, String)> = spec
        .entries(map)
        .map(|(key, value)| (key.to_owned(), plain(value)))
        .collect();
    let count = entries.len();
    let typed = |state: &yew::UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |event: yew::InputEvent| state.set(elements::value_of(&event)))
    };
    let on_add = {
        let (key, value, map) = (key.clone(), value.clone(), map.clone());
        let on_change = on_change.clone();
        let id = id.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if key.trim().is_empty() {
                elements::focus([id.clone()]);
                return;
            }
            let at = map.key(key.trim());
            on_change.emit((at, Some(Value::Text(value.to_string()))));
            key.set(String::new());
            value.set(String::new());
            elements::focus([id.clone()]);
        })
    };
    let all: Vec<_> = problems.at(map).cloned().collect();
    html! {
        <div class="map" role="group" aria-labelledby={labelled_by.clone()}>
            { messages_with_fixes(props, map, &all) }
            if count > 0 {
                <ul>
                    { for entries.into_iter().take(MAX_SHOWN).map(|(key, value)| html! {
                        <Entry key={key.clone()} map={props.clone()} entry={key.clone()} {value} />
                    }) }
                </ul>
                if count > MAX_SHOWN {
                    <p class="help">{ format!("and {} more", count - MAX_SHOWN) }</p>
                }
            }
            <form class="entry new" onsubmit={on_add}>
                <input type="text" id={id.clone()} value={(*key).clone()} oninput={typed(&key)}
                    aria-label="New key" placeholder="key" autocomplete="off" spellcheck="false" />
                <input type="text" value={(*value).clone()} oninput={typed(&value)}
                    aria-label="New value" placeholder="value" autocomplete="off"
                    spellcheck="false" />
                <button type="submit">{ "Add" }</button>
            </form>
        </div>
    }
}

/// The messages about the value at `at`, each with its fixes.
fn messages_with_fixes(props: &MapFieldProps, at: &FieldPath, problems: &[Problem]) -> Html {
    let fixes = problems.iter().map(|problem| {
        fixes(FixesProps {
            spec: Rc::clone(&props.spec),
            problems: vec![problem.clone()],
            on_action: props.on_action.clone(),
        })
    });
    messages_and(at, problems, None, fixes.collect())
}

#[derive(Properties, PartialEq)]
struct EntryProps {
    map: MapFieldProps,
    entry: AttrValue,
    value: String,
}

/// An entry with its value, which applies as it is typed.
#[component]
fn Entry(props: &EntryProps) -> Html {
    let EntryProps {
        map: props,
        entry: key,
        value,
    } = props;
    let map = &props.map;
    let typing = use_typing();
    let at = map.key(key);
    let problems: Vec<_> = props.problems.at(&at).cloned().collect();
    let on_input = {
        let (at, on_typed) = (at.clone(), props.on_typed.clone());
        typing.on_input(move |text| on_typed.emit((at.clone(), Some(Value::Text(text)))))
    };
    let on_edit = {
        let (at, typing) = (at.clone(), typing.clone());
        props.on_change.reform(move |event: Event| {
            typing.end();
            (at.clone(), Some(Value::Text(elements::value_of(&event))))
        })
    };
    // A browser reports no change of a text that was typed back to what it was.
    let on_leave = {
        let (on_edit, typing) = (on_edit.clone(), typing.clone());
        Callback::from(move |event: FocusEvent| {
            if typing.end() {
                on_edit.emit(event.into());
            }
        })
    };
    let on_remove = {
        let (at, id) = (at.clone(), map.to_string());
        props.on_change.reform(move |_: MouseEvent| {
            elements::focus_soon(id.clone());
            (at.clone(), None)
        })
    };
    let has_error = problems
        .iter()
        .any(|problem| problem.severity == composer_core::Severity::Error);
    html! {
        <li>
            <div class="entry">
                <code>{ key }</code>
                <input type="text" id={at.to_string()} value={typing.shown(value.clone())} onchange={on_edit}
                    oninput={on_input} onfocusout={on_leave}
                    aria-label={format!("Value of {key}")} autocomplete="off" spellcheck="false"
                    aria-invalid={has_error.then_some("true")}
                    aria-describedby={(!problems.is_empty()).then(|| format!("{at}-problem"))} />
                <button type="button" class="reset" onclick={on_remove}
                    aria-label={format!("Remove {key}")}>{ "×" }</button>
            </div>
            { messages_with_fixes(props, &at, &problems) }
        </li>
    }
}
