//! The text of a file, and for each line why it is there; a document is drawn as it reads until its source is asked for.

use std::rc::Rc;

use composer_core::options;
use composer_core::spec::Origin;
use composer_core::{FieldPath, File, Spec};
use yew::{
    AttrValue, Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_state,
};

use crate::browser::{clipboard, elements};
use crate::model::action::Action;
use crate::model::composition::Composition;
use crate::model::highlight::Language;
use crate::model::labels::name_of;
use crate::model::module_calls::{calls, module_of};
use crate::model::words::{count, plain};
use crate::view::preview::document::Document;
use crate::view::preview::listing::{Listing, line_id};

#[derive(Properties, PartialEq)]
pub(crate) struct CodeProps {
    pub(crate) composition: Rc<Composition>,
    pub(crate) path: AttrValue,
    /// The line that is asked about, from zero.
    pub(crate) line: Option<usize>,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Code(props: &CodeProps) -> Html {
    let path = props.path.clone();
    let is_source = use_state(|| false);
    {
        let line = props.line;
        use_effect_with((path.clone(), line), move |(_, line)| {
            if let Some(line) = line {
                elements::scroll_to(&line_id(*line));
            }
        });
    }
    let Some(file) = props.composition.tree.file(&path) else {
        return html! {
            <>
                <h3 class="path">{ path.clone() }</h3>
                <p class="empty">{ "This file is not in the composition as it is now." }</p>
            </>
        };
    };
    // A line that is asked about is one of the source.
    let is_drawn = path.ends_with(".md") && !*is_source && props.line.is_none();
    let on_source = {
        let (is_source, on_action, path) = (is_source, props.on_action.clone(), path.clone());
        Callback::from(move |_: MouseEvent| {
            is_source.set(is_drawn);
            if !is_drawn {
                // No line is asked about any more.
                on_action.emit(Action::File(path.to_string(), None));
            }
        })
    };
    let lines = file.text.lines().count();
    let on_copy = {
        let text = file.text.to_string();
        Callback::from(move |_: MouseEvent| clipboard::copy(&text))
    };
    html! {
        <>
            <div class="file-head">
                <h3 class="path">{ path.clone() }</h3>
                <span class="chip">{ count(lines, "line") }</span>
                if path.ends_with(".md") {
                    <button type="button" onclick={on_source}>
                        { if is_drawn { "Source" } else { "Read" } }
                    </button>
                }
                <button type="button" onclick={on_copy}>{ "Copy" }</button>
            </div>
            if is_drawn {
                <Document path={path.clone()} text={file.text.to_string()} on_action={props.on_action.clone()} />
            } else {
                { why(props, file) }
                <Listing text={file.text.to_string()} language={Language::of(&path)} line={props.line}
                    on_line={props.on_action.reform(Action::Line)} />
            }
        </>
    }
}

/// Why the line that is asked about is there.
fn why(props: &CodeProps, file: &File) -> Html {
    let Some((line, from)) = props
        .line
        .and_then(|line| file.origin(line).map(|from| (line, from)))
    else {
        return html! {
            <p class="why" role="status">{ "Choose a line's number to see which option made it." }</p>
        };
    };
    let number = format!("Line {}", line + 1);
    let is_everywhere = *from == FieldPath::root();
    if let Some(module) = module_of(&props.path) {
        return html! {
            <p class="why" role="status">
                { format!("{number} is copied with the module {module}, called in ") }
                { module_calls(props, module) }
                if is_everywhere {
                    { ". Every composition has it." }
                } else {
                    { ", because of " }
                    { value(props, from) }
                }
            </p>
        };
    }
    html! {
        <p class="why" role="status">
            if is_everywhere {
                { format!("{number} is in every composition.") }
            } else {
                { format!("{number} comes from ") }
                { value(props, from) }
            }
        </p>
    }
}

/// The ways to the calls of a module.
fn module_calls(props: &CodeProps, module: &str) -> Html {
    calls(&props.composition.tree, module)
        .into_iter()
        .enumerate()
        .map(|(index, call)| {
            let label = format!(
                "{}: line {} of {}",
                call.environment,
                call.line + 1,
                call.path
            );
            let on_go = props.on_action.reform(move |_: MouseEvent| {
                elements::focus_soon(line_id(call.line));
                Action::File(call.path.clone(), Some(call.line))
            });
            html! {
                <>
                    if index > 0 {
                        { ", " }
                    }
                    <button type="button" onclick={on_go} aria-label={label.clone()} title={label}>
                        { call.environment }
                    </button>
                </>
            }
        })
        .collect()
}

/// The value at `from`: the ways to its field and to all that it makes.
fn value(props: &CodeProps, from: &FieldPath) -> Html {
    let go = |make: fn(FieldPath) -> Action| {
        let from = from.clone();
        props
            .on_action
            .reform(move |_: MouseEvent| make(from.clone()))
    };
    html! {
        <>
            <button type="button" onclick={go(Action::Reveal)}>{ name_of(from) }</button>
            { because(props.composition.blueprint.spec(), from) }
            { " " }
            <button type="button" onclick={go(|from| Action::Trace(Some(from)))}>
                { "Where it's used" }
            </button>
        </>
    }
}

/// What the value at `from` is, and whether it is stated.
fn because(spec: &Spec, from: &FieldPath) -> String {
    let Some(row) = options::find(from).filter(|row| !row.is_map()) else {
        return ".".to_owned();
    };
    let found = spec.effective(row, from.environment().unwrap_or_default());
    match (&found.value, &found.origin) {
        (Some(value), Origin::Stated(_)) => format!(": {}, as stated.", plain(value)),
        (Some(value), Origin::Default | Origin::None) => {
            format!(": {}, the default.", plain(value))
        }
        (None, _) => ", which has no value yet.".to_owned(),
    }
}
