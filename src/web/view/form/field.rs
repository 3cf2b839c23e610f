//! The control for one value. It speaks values, not events, and knows its address.

use composer_core::options::{self, DefaultValue, Kind, OptionRow};
use composer_core::rules::row::Input;
use composer_core::{FieldPath, Value};
use yew::{
    AttrValue, Callback, Event, FocusEvent, Html, InputEvent, KeyboardEvent, MouseEvent, NodeRef,
    Properties, classes, component, html, use_effect, use_force_update, use_node_ref,
};

use crate::browser::elements;
use crate::model::field_state::{FieldState, ValueStatus, about_id};
use crate::model::labels::placeholder;
use crate::model::words::plain;
use crate::view::dialogs::Dialog;
use crate::view::form::typing::use_typing;

/// What a field needs to know.
#[derive(Properties, PartialEq)]
pub(crate) struct FieldProps {
    /// How the value stands.
    pub(crate) field_state: FieldState,
    /// The ids of the elements that name it.
    pub(crate) labelled_by: AttrValue,
    /// Its name for the buttons beside it.
    pub(crate) name: AttrValue,
    /// The value is now this one, or the default.
    pub(crate) on_change: Callback<(FieldPath, Option<Value>)>,
    /// The same, and somebody is still typing it. A field that nobody types into needs none.
    #[prop_or_default]
    pub(crate) on_typed: Callback<(FieldPath, Option<Value>)>,
    /// What opens above the page: the picker of a type.
    #[prop_or_default]
    pub(crate) on_dialog: Callback<Dialog>,
    /// Another field is to get the focus.
    pub(crate) on_reveal: Callback<FieldPath>,
}

/// A value, its way back to the default, and where it has no effect the reason.
#[component]
pub(crate) fn Field(props: &FieldProps) -> Html {
    let field_state = &props.field_state;
    if let ValueStatus::NoEffect { needed, words } = &field_state.status {
        let needed = needed.clone();
        let on_reveal = props.on_reveal.reform(move |_: MouseEvent| needed.clone());
        return html! {
            <button type="button" class="link needs" id={field_state.at.to_string()} onclick={on_reveal}
                aria-label={format!("{}: needs {words}. Go there", props.name)}>
                { format!("needs {words}") }
            </button>
        };
    }
    let is_required =
        options::find(&field_state.at).is_some_and(|row| row.default == DefaultValue::Required);
    let is_stated = field_state.status == ValueStatus::Stated && !is_required;
    let state = match field_state.status {
        ValueStatus::Stated if is_required => "required",
        ValueStatus::Stated => "stated",
        ValueStatus::Inherited(_) => "inherited",
        ValueStatus::Default | ValueStatus::NoEffect { .. } => "default",
    };
    let default = field_state
        .default
        .as_ref()
        .map_or_else(|| "no value".to_owned(), plain);
    let at = field_state.at.clone();
    let on_reset = props.on_change.reform(move |_: MouseEvent| {
        // The button goes with the change.
        elements::focus_soon(at.to_string());
        (at.clone(), None)
    });
    html! {
        <div class={classes!("field", state)}>
            <Control ..ControlProps {
                field_state: field_state.clone(),
                labelled_by: props.labelled_by.clone(),
                on_change: props.on_change.clone(),
                on_typed: props.on_typed.clone(),
                on_dialog: props.on_dialog.clone(),
            } />
            if is_stated {
                <button type="button" class="reset" onclick={on_reset}
                    aria-label={format!("Reset {} to {default}", props.name)}
                    title={format!("Changed. Reset to {default}")}>
                    { "↺" }
                </button>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ControlProps {
    field_state: FieldState,
    labelled_by: AttrValue,
    on_change: Callback<(FieldPath, Option<Value>)>,
    on_typed: Callback<(FieldPath, Option<Value>)>,
    on_dialog: Callback<Dialog>,
}

/// What all kinds of control have in common.
struct ControlAttributes {
    id: AttrValue,
    labelled_by: AttrValue,
    described_by: AttrValue,
    is_invalid: Option<&'static str>,
    on_change: Callback<Event>,
    on_input: Callback<InputEvent>,
    on_leave: Callback<FocusEvent>,
    node: NodeRef,
}

#[component]
fn Control(props: &ControlProps) -> Html {
    let field_state = &props.field_state;
    let node = use_node_ref();
    let redraw = use_force_update();
    let typing = use_typing();
    let shown = typing.shown(field_state.value.as_ref().map(text_of).unwrap_or_default());
    {
        let (node, shown) = (node.clone(), shown.clone());
        use_effect(move || elements::select(node.cast(), &shown));
    }
    let Some(row) = options::find(&field_state.at) else {
        return Html::default();
    };
    let on_change = {
        let (at, kind) = (field_state.at.clone(), row.kind);
        let (send, typing) = (props.on_change.clone(), typing.clone());
        Callback::from(move |event: Event| {
            typing.end();
            let value = match kind {
                Kind::Boolean if is_checkbox(&event) => {
                    Some(Value::Bool(elements::is_ticked(&event)))
                }
                Kind::Boolean
                | Kind::Integer { .. }
                | Kind::OneOf { .. }
                | Kind::Choice(_)
                | Kind::Text(_)
                | Kind::Duration { .. }
                | Kind::List { .. } => parse(kind, &elements::value_of(&event)),
            };
            send.emit((at.clone(), value));
            // What was typed may stand for what already holds: show that again.
            redraw.force_update();
        })
    };
    let on_input = {
        let (at, kind) = (field_state.at.clone(), row.kind);
        let send = props.on_typed.clone();
        typing.on_input(move |text| send.emit((at.clone(), parse(kind, &text))))
    };
    // A browser reports no change of a text that was typed back to what it was.
    let on_leave = {
        let on_change = on_change.clone();
        Callback::from(move |event: FocusEvent| {
            if typing.end() {
                on_change.emit(event.into());
            }
        })
    };
    let mut described_by = about_id(row);
    if !field_state.problems.is_empty() {
        described_by = format!("{} {described_by}", field_state.problem_id());
    }
    let common = ControlAttributes {
        id: field_state.at.to_string().into(),
        labelled_by: props.labelled_by.clone(),
        described_by: described_by.into(),
        is_invalid: field_state.is_invalid().then_some("true"),
        on_change,
        on_input,
        on_leave,
        node,
    };
    match (row.kind, &field_state.value) {
        (Kind::Boolean, Some(Value::Bool(truth))) => checkbox(common, *truth),
        (Kind::OneOf { values, .. }, _) => {
            let known = values.iter().map(i64::to_string).collect();
            choice(common, known, &shown)
        }
        (Kind::Choice(choices), _) => {
            let known = choices.iter().map(|(name, _)| (*name).to_owned()).collect();
            choice(common, known, &shown)
        }
        (Kind::Text(rule), _) => match rule.input() {
            Input::Known => {
                let known = rule.known().unwrap_or_default();
                choice(
                    common,
                    known.into_iter().map(str::to_owned).collect(),
                    &shown,
                )
            }
            Input::InstanceType | Input::NodeType => {
                picked(common, shown, &field_state.at, &props.on_dialog)
            }
            Input::Line | Input::LongLine => line(common, shown, row),
        },
        (Kind::List { .. }, _) => lines(common, shown),
        (Kind::Integer { min, max, .. }, Some(Value::Integer(_)) | None) => {
            number(common, shown, row, (min, max))
        }
        (Kind::Boolean | Kind::Integer { .. } | Kind::Duration { .. }, _) => {
            line(common, shown, row)
        }
    }
}

fn is_checkbox(event: &Event) -> bool {
    elements::attribute(event, "type").as_deref() == Some("checkbox")
}

fn checkbox(common: ControlAttributes, is_on: bool) -> Html {
    html! {
        <span class="check">
            <input type="checkbox" id={common.id} checked={is_on} onchange={common.on_change}
                aria-labelledby={common.labelled_by} aria-describedby={common.described_by}
                aria-invalid={common.is_invalid} />
            <span class="word" aria-hidden="true">{ if is_on { "on" } else { "off" } }</span>
        </span>
    }
}

/// A select. What the spec states stays among its options, even if it is not allowed.
fn choice(common: ControlAttributes, known: Vec<String>, shown: &str) -> Html {
    let is_known = known.iter().any(|name| name == shown);
    html! {
        <select ref={common.node} id={common.id} onchange={common.on_change}
            aria-labelledby={common.labelled_by} aria-describedby={common.described_by}
            aria-invalid={common.is_invalid}>
            if !is_known {
                <option value={shown.to_owned()} selected=true>
                    { if shown.is_empty() { "choose one" } else { shown } }
                </option>
            }
            { for known.into_iter().map(|name| html! {
                <option key={name.clone()} value={name.clone()} selected={name == shown}>{ name }</option>
            }) }
        </select>
    }
}

fn lines(common: ControlAttributes, shown: String) -> Html {
    let rows = shown.lines().count().max(2).to_string();
    html! {
        <textarea id={common.id} value={shown} rows={rows} onchange={common.on_change}
            oninput={common.on_input} onfocusout={common.on_leave}
            spellcheck="false" autocomplete="off" aria-labelledby={common.labelled_by}
            aria-describedby={common.described_by} aria-invalid={common.is_invalid} />
    }
}

/// A whole number. A number input would swallow what it can't read, and what is wrong should stay to be fixed: so
/// this is text for a numeric keyboard, with the arrow keys of a number input.
fn number(
    common: ControlAttributes,
    shown: String,
    row: &OptionRow,
    (least, most): (i64, i64),
) -> Html {
    let on_change = common.on_change.clone();
    let on_key = Callback::from(move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        let Ok(found) = elements::value_of(&event).trim().parse::<i64>() else {
            return;
        };
        event.prevent_default();
        elements::set_value(&event, &(found + step).clamp(least, most).to_string());
        on_change.emit(event.into());
    });
    html! {
        <input type="text" inputmode="numeric" id={common.id} value={shown} onkeydown={on_key}
            onchange={common.on_change} oninput={common.on_input} onfocusout={common.on_leave}
            placeholder={placeholder(row)} autocomplete="off"
            aria-labelledby={common.labelled_by} aria-describedby={common.described_by}
            aria-invalid={common.is_invalid} />
    }
}

fn line(common: ControlAttributes, shown: String, row: &OptionRow) -> Html {
    html! {
        <input type="text" id={common.id} value={shown} onchange={common.on_change}
            oninput={common.on_input} onfocusout={common.on_leave} placeholder={placeholder(row)} spellcheck="false" autocapitalize="off"
            autocomplete="off" aria-labelledby={common.labelled_by}
            aria-describedby={common.described_by} aria-invalid={common.is_invalid} />
    }
}

/// A type of instance or node, which is picked from a list: [`crate::view::dialogs`].
fn picked(
    common: ControlAttributes,
    shown: String,
    at: &FieldPath,
    on_dialog: &Callback<Dialog>,
) -> Html {
    let at = at.clone();
    let on_open = on_dialog.reform(move |_: MouseEvent| Dialog::Pick(at.clone()));
    html! {
        <button type="button" class="picked" id={common.id.clone()} onclick={on_open} aria-haspopup="dialog"
            aria-labelledby={format!("{} {}", common.labelled_by, common.id)}
            aria-describedby={common.described_by}>
            { shown }
        </button>
    }
}

/// A value as its control holds it.
fn text_of(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::List(items) => items.join("\n"),
        Value::Integer(_) | Value::Text(_) => plain(value),
    }
}

/// What was typed, as a value. An empty field says nothing, so that the default holds. What isn't of the option's
/// kind stays as it was typed, for the check to name.
fn parse(kind: Kind, typed: &str) -> Option<Value> {
    let text = typed.trim();
    if text.is_empty() {
        return None;
    }
    let as_typed = Value::Text(text.to_owned());
    Some(match kind {
        Kind::Boolean => text.parse().map_or(as_typed, Value::Bool),
        Kind::Integer { .. } | Kind::OneOf { .. } => text.parse().map_or(as_typed, Value::Integer),
        Kind::Choice(_) | Kind::Text(_) | Kind::Duration { .. } => as_typed,
        Kind::List { .. } => Value::List(
            text.split([',', '\n', ' ', '\t'])
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, typed: &str, expected: Option<&Value>) {
        assert_eq!(
            parse(options::environment_option(key).kind, typed).as_ref(),
            expected
        );
    }

    #[test]
    fn what_is_typed_becomes_a_value_of_the_options_kind() {
        check("history.cpu", " 2048 ", Some(&Value::Integer(2048)));
        check("log_retention_days", "30", Some(&Value::Integer(30)));
        check("network.nat", "single", Some(&"single".into()));
        check(
            "network.availability_zones",
            "eu-west-1a, eu-west-1b\neu-west-1c",
            Some(&Value::List(
                ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
                    .map(str::to_owned)
                    .to_vec(),
            )),
        );
    }

    #[test]
    fn what_is_wrong_stays_as_it_was_typed() {
        check("history.cpu", "two", Some(&"two".into()));
        check("history.cpu", "1.5", Some(&"1.5".into()));
        check("loki.enabled", "yes", Some(&"yes".into()));
    }

    #[test]
    fn an_empty_field_says_nothing() {
        check("history.cpu", " ", None);
        check("network.availability_zones", "\n", None);
    }
}
