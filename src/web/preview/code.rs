//! The text of a file, and for each line why it is there.

use std::collections::BTreeMap;
use std::rc::Rc;

use composer_core::options;
use composer_core::spec::Origin;
use composer_core::{FieldPath, File, Spec};
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, MouseEvent, Properties, classes, component, html,
    use_effect_with, use_memo,
};

use super::highlight::{Language, highlight};
use crate::browser;
use crate::derive::{Composition, count, name_of};
use crate::find::{calls, module_of};
use crate::sections::plain;
use crate::state::Action;

#[derive(Properties, PartialEq)]
pub(crate) struct CodeProps {
    pub(crate) composition: Rc<Composition>,
    pub(crate) path: AttrValue,
    /// The line that is asked about, from zero.
    pub(crate) line: Option<usize>,
    /// Whether the files have their texts.
    pub(crate) is_whole: bool,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Code(props: &CodeProps) -> Html {
    let path = props.path.clone();
    {
        let line = props.line;
        use_effect_with((path.clone(), line), move |(_, line)| {
            if let Some(line) = line {
                browser::scroll_to(&line_id(*line));
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
    if file.text.is_empty() && !props.is_whole {
        return html! {
            <>
                <h3 class="path">{ path.clone() }</h3>
                { super::loading() }
            </>
        };
    }
    let lines = file.text.lines().count();
    let on_copy = {
        let text = file.text.to_string();
        Callback::from(move |_: MouseEvent| browser::copy(&text))
    };
    html! {
        <>
            <div class="file">
                <h3 class="path">{ path.clone() }</h3>
                <span class="note">{ count(lines, "line") }</span>
                <button type="button" onclick={on_copy}>{ "Copy" }</button>
            </div>
            { why(props, file) }
            <Listing text={file.text.to_string()} language={Language::of(&path)} line={props.line}
                on_line={props.on_action.reform(Action::Line)} />
        </>
    }
}

/// The `id` of the number of a line, counted from zero.
#[must_use]
pub(crate) fn line_id(line: usize) -> String {
    format!("line-{}", line + 1)
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
                browser::focus_soon(line_id(call.line));
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
            <button type="button" onclick={go(|from| Action::Made(Some(from)))}>
                { "All its lines" }
            </button>
        </>
    }
}

/// What the value at `from` is, and who said so.
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

#[derive(Properties, PartialEq)]
struct ListingProps {
    text: String,
    language: Language,
    line: Option<usize>,
    on_line: Callback<usize>,
}

/// The lines with their numbers. The numbers are buttons of which one is in the tab order; the arrows lead on.
#[component]
fn Listing(props: &ListingProps) -> Html {
    let parts = use_memo((props.text.clone(), props.language), |(text, language)| {
        parts(text, *language)
    });
    let count = parts.last().map_or(0, Part::end);
    let last = count.saturating_sub(1);
    let asked = props.line.filter(|line| *line <= last);
    let on_click = {
        let on_line = props.on_line.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(line) = line_of(&event) {
                on_line.emit(line);
            }
        })
    };
    let on_key = {
        let on_line = props.on_line.clone();
        Callback::from(move |event: KeyboardEvent| {
            let Some(line) = line_of(&event) else { return };
            let next = match event.key().as_str() {
                "ArrowDown" => (line + 1).min(last),
                "ArrowUp" => line.saturating_sub(1),
                "PageDown" => (line + 20).min(last),
                "PageUp" => line.saturating_sub(20),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            on_line.emit(next);
            browser::focus([line_id(next)]);
        })
    };
    html! {
        <div class="listing" tabindex="0" role="group" aria-label="Text of the file">
            <div class="numbers" role="group" aria-label="Lines" onclick={on_click} onkeydown={on_key}>
                { for (0..count).step_by(NUMBERS).map(|first| {
                    let lines = first..(first + NUMBERS).min(count);
                    html! {
                        <div class="part" data-lines={lines.len().to_string()}>
                            { for lines.map(|line| number(line, asked)) }
                        </div>
                    }
                }) }
            </div>
            <pre>
                { for parts.iter().map(|part| html! {
                    <span key={part.key()} class="part" data-lines={part.lines.len().to_string()}>
                        { for part.lines.iter().enumerate().map(|(line, (key, tokens))| {
                            let is_asked = asked == Some(part.first + line);
                            html! {
                                <span key={key.clone()} class={classes!("line", is_asked.then_some("asked"))}>
                                    { tokens.clone() }{ "\n" }
                                </span>
                            }
                        }) }
                    </span>
                }) }
            </pre>
        </div>
    }
}

/// The number of a line, which asks about it.
fn number(line: usize, asked: Option<usize>) -> Html {
    let is_asked = asked == Some(line);
    let is_first = asked.is_none() && line == 0;
    html! {
        <button type="button" id={line_id(line)} data-line={line.to_string()}
            aria-label={format!("Why line {}", line + 1)}
            aria-pressed={is_asked.then_some("true")}
            tabindex={if is_asked || is_first { "0" } else { "-1" }}>
            { line + 1 }
        </button>
    }
}

/// How many numbers a browser draws or leaves out together.
const NUMBERS: usize = 50;

/// Lines that a browser draws or leaves out together, as far as they are out of sight.
struct Part {
    /// The number of its first line, from zero.
    first: usize,
    /// Each line's key and what is shown of it.
    lines: Vec<(String, Html)>,
}

impl Part {
    /// The number after that of its last line.
    fn end(&self) -> usize {
        self.first + self.lines.len()
    }

    fn key(&self) -> String {
        self.lines
            .first()
            .map_or_else(String::new, |(key, _)| key.clone())
    }
}

/// The lines of `text`: a part ends with an empty line, as blocks and paragraphs do, so that it stays the same when
/// others come and go above it. So does a line's key.
fn parts(text: &str, language: Language) -> Vec<Part> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut is_ended = true;
    for (number, (tokens, line)) in highlight(language, text)
        .into_iter()
        .zip(text.lines())
        .enumerate()
    {
        let count = seen.entry(line).or_default();
        *count += 1;
        let tokens = tokens
            .into_iter()
            .map(|(class, text)| match class {
                Some(class) => html! { <span class={class}>{ text }</span> },
                None => html! { { text } },
            })
            .collect::<Html>();
        if is_ended {
            parts.push(Part {
                first: number,
                lines: Vec::new(),
            });
        }
        is_ended = line.is_empty();
        if let Some(part) = parts.last_mut() {
            part.lines.push((format!("{count} {line}"), tokens));
        }
    }
    parts
}

fn line_of(event: &yew::Event) -> Option<usize> {
    browser::attribute(event, "data-line")?.parse().ok()
}
