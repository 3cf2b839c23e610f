//! The text of a file, for each line why it is there, and which lines a change touched; a document is drawn as it reads until
//! its source is asked for.

use std::cell::Cell;
use std::rc::Rc;

use composer_core::options;
use composer_core::sorted::SortedMap;
use composer_core::spec::Origin;
use composer_core::{FieldPath, File, Spec};
use gloo::timers::callback::Timeout;
use yew::{
    AttrValue, Callback, Html, MouseEvent, Properties, UseStateHandle, component, html,
    use_effect_with, use_memo, use_mut_ref, use_state, use_state_eq,
};

use crate::browser::{clipboard, preferences, schedule};
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::changed_lines::{LineMark, changed_lines, most_changed};
use crate::model::composition::Composition;
use crate::model::highlight::Language;
use crate::model::labels::name_of;
use crate::model::marks::marks;
use crate::model::module_calls::{calls, module_of};
use crate::model::words::{count, plain};
use crate::view::ids::{NEXT_CHANGE, PREVIOUS_CHANGE};
use crate::view::preview::document::Document;
use crate::view::preview::listing::{Listing, focus_listing};

#[derive(Properties, PartialEq)]
pub(crate) struct CodeProps {
    pub(crate) composition: Rc<Composition>,
    /// What the files are compared with.
    pub(crate) before: BaselineFiles,
    /// What `before` is, in words.
    pub(crate) before_name: AttrValue,
    /// The files before the last step, where there was one.
    pub(crate) last: Option<Rc<Composition>>,
    pub(crate) path: AttrValue,
    /// The line that is asked about, from zero.
    pub(crate) line: Option<usize>,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Code(props: &CodeProps) -> Html {
    let path = props.path.clone();
    let is_source = use_state(|| false);
    let wraps = use_state(|| preferences::is_on(WRAPS));
    let is_wrapped = use_wrapped(*wraps);
    let follows = use_state(|| preferences::is_on(FOLLOWS));
    let changed = use_changed_lines(props);
    let changes = use_shown_change(props, &changed);
    // The text that was copied last, and whether the browser allowed it.
    let copied = use_state(|| None::<(String, bool)>);
    use_most_changed(props, *follows);
    let Some(file) = props.composition.tree.file(&path) else {
        return html! {
            <>
                { heading(&path) }
                <p class="empty">{ "This file is not in the download now." }</p>
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
        let (text, copied) = (file.text.to_string(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let (copying, copied) = (text.clone(), copied.clone());
            let say = move |done| copied.set(Some((copying, done)));
            clipboard::copy(&text, Box::new(say));
        })
    };
    let copied = copied.as_ref().filter(|(text, _)| **text == *file.text);
    let copy = match copied {
        None => "Copy",
        Some((_, true)) => "Copied",
        Some((_, false)) => "Not copied",
    };
    html! {
        <>
            <div class="file-head">
                { heading(&path) }
                <span class="chip">{ count(lines, "line") }</span>
                if path.ends_with(".md") {
                    <button type="button" onclick={on_source}>
                        { if is_drawn { "Source" } else { "Read" } }
                    </button>
                }
                { toggle("Follow changes", "Open the file that a change touches most", FOLLOWS, &follows) }
                { toggle("Wrap", "Wrap long lines", WRAPS, &wraps) }
                <button type="button" onclick={on_copy}>{ copy }</button>
                <span role="status" class="hidden">{ copied.map_or("", |_| copy) }</span>
            </div>
            if is_drawn {
                <Document path={path.clone()} text={file.text.to_string()} wraps={is_wrapped}
                    on_action={props.on_action.clone()} />
            } else {
                { why(props, file) }
                { steps(props, &changed, &changes) }
                <Listing label={format!("Lines of {path}")} text={file.text.to_string()} language={Language::of(&path)}
                    line={props.line} shown={changes.shown.as_ref().map(|shown| (shown.request, shown.line))}
                    marks={Rc::clone(&changed.marks)} wraps={is_wrapped} on_line={props.on_action.reform(Action::Line)} />
            }
        </>
    }
}

/// A file's path as a heading, which goes on in the next line behind a slash. Its name has none of the characters that
/// stand for the places to break.
pub(super) fn heading(path: &str) -> Html {
    html! {
        <h3 class="path" aria-label={path.to_owned()}>{ for path.split_inclusive('/').map(|part| html! { <>{ part }<wbr /></> }) }</h3>
    }
}

/// The preference for long lines that go on below themselves.
const WRAPS: &str = "temporal-composer-wrap";

/// The preference for the file that a change touches most.
const FOLLOWS: &str = "temporal-composer-follow-changes";

/// A button that switches a preference on and off; the browser keeps it where it may.
fn toggle(
    label: &'static str,
    title: &'static str,
    key: &'static str,
    is_on: &UseStateHandle<bool>,
) -> Html {
    let on_toggle = {
        let is_on = is_on.clone();
        Callback::from(move |_: MouseEvent| {
            preferences::switch(key, !*is_on);
            is_on.set(!*is_on);
        })
    };
    html! {
        <button type="button" onclick={on_toggle} title={title}
            aria-pressed={if **is_on { "true" } else { "false" }}>{ label }</button>
    }
}

/// Whether lines are wrapped: what `wraps` was in the frame before. To wrap a long file takes longer than to show the button
/// as pressed.
#[yew::hook]
fn use_wrapped(wraps: bool) -> bool {
    let is_wrapped = use_state_eq(|| wraps);
    use_effect_with(wraps, {
        let is_wrapped = is_wrapped.setter();
        move |&wraps| schedule::after_next_frame(Box::new(move || is_wrapped.set(wraps)))
    });
    *is_wrapped
}

/// What differs in the file, ready to be drawn.
#[derive(PartialEq)]
struct LineMarks {
    marks: Rc<SortedMap<usize, LineMark>>,
    starts: Vec<usize>,
}

#[yew::hook]
fn use_changed_lines(props: &CodeProps) -> Rc<LineMarks> {
    let dependencies = (
        props.before.clone(),
        Rc::clone(&props.composition),
        props.path.clone(),
    );
    use_memo(dependencies, |(before, composition, path)| {
        let before = before.text(path).unwrap_or_default();
        let after = composition.tree.file(path).map(|file| &*file.text);
        let found = changed_lines(before, after.unwrap_or_default());
        LineMarks {
            marks: Rc::new(found.marks),
            starts: found.starts,
        }
    })
}

/// A change that somebody wants to see.
#[derive(Clone, PartialEq)]
struct ShownChange {
    /// Its number, counted from zero.
    change: usize,
    /// The line with which it begins.
    line: usize,
    /// The number of the request for it: the same change can be asked for again.
    request: u32,
}

/// The change that is shown, and the way to another one.
struct ShownChanges {
    /// The first one of the last step, until somebody goes on from it.
    shown: Option<ShownChange>,
    /// The one that somebody has gone to.
    chosen: UseStateHandle<Option<ShownChange>>,
    /// How many requests there were.
    requests: Rc<Cell<u32>>,
}

#[yew::hook]
fn use_shown_change(props: &CodeProps, changed: &LineMarks) -> ShownChanges {
    let chosen = use_state(|| None::<ShownChange>);
    let requests = use_memo((), |()| Cell::new(0));
    let dependencies = (Rc::clone(&props.composition), props.path.clone());
    // In the same pass as the step: an effect would draw the file a second time.
    let first = use_memo(dependencies, |_| {
        // Who asks about a line looks at it.
        let last = props.last.as_ref().filter(|_| props.line.is_none());
        let line = last.and_then(|last| first_changed(last, props, changed));
        (next_request(&requests), line)
    });
    let (request, line) = *first;
    let first = line.map(|line| ShownChange {
        change: changed.starts.partition_point(|start| *start < line),
        line,
        request,
    });
    let later = (*chosen).clone().filter(|chosen| chosen.request > request);
    ShownChanges {
        shown: later.or(first),
        chosen,
        requests,
    }
}

/// The number of a request that comes now.
fn next_request(requests: &Cell<u32>) -> u32 {
    let next = requests.get().wrapping_add(1);
    requests.set(next);
    next
}

/// The line with which begins what the last step, which came after `before`, changed first in the file.
fn first_changed(
    before: &Rc<Composition>,
    props: &CodeProps,
    changed: &LineMarks,
) -> Option<usize> {
    if props.before == BaselineFiles::Composed(Rc::clone(before)) {
        return changed.starts.first().copied();
    }
    let text = |composition: &Composition| Some(composition.tree.file(&props.path)?.text.clone());
    let after = text(&props.composition)?;
    let found = changed_lines(&text(before).unwrap_or_default(), &after);
    found.starts.first().copied()
}

/// Brings the file that a step changed most, where somebody wants that.
#[yew::hook]
fn use_most_changed(props: &CodeProps, follows: bool) {
    // The pane that opens shows what was asked for.
    let seen = use_mut_ref(|| Rc::clone(&props.composition));
    let (last, on_action) = (props.last.clone(), props.on_action.clone());
    let path = props.path.clone();
    use_effect_with(Rc::clone(&props.composition), move |composition| {
        let composition = Rc::clone(composition);
        let is_known = Rc::ptr_eq(&seen.replace(Rc::clone(&composition)), &composition);
        let last = last.filter(|_| follows && !is_known);
        // Once the step is painted, where the pane is still there then.
        let waiting = last.map(|last| {
            Timeout::new(0, move || {
                let before = BaselineFiles::Composed(last);
                let marks = marks(&before, &composition.tree);
                let most = most_changed(&before, &composition.tree, &marks);
                if let Some(most) = most.filter(|most| **most != *path) {
                    on_action.emit(Action::File(most, None));
                }
            })
        });
        move || drop(waiting)
    });
}

/// The way from change to change.
fn steps(props: &CodeProps, changed: &LineMarks, changes: &ShownChanges) -> Html {
    let all = changed.starts.len();
    let Some(last) = all.checked_sub(1) else {
        return Html::default();
    };
    let step = |to: usize| {
        let (chosen, requests) = (changes.chosen.clone(), Rc::clone(&changes.requests));
        let line = changed.starts[to];
        Callback::from(move |_: MouseEvent| {
            chosen.set(Some(ShownChange {
                change: to,
                line,
                request: next_request(&requests),
            }));
        })
    };
    let at = changes.shown.as_ref().map(|shown| shown.change.min(last));
    let place = match at {
        Some(at) => format!("Change {} of {all}", at + 1),
        None => count(all, "change"),
    };
    html! {
        <div class="steps" role="group" aria-label="Changes">
            <span class="place">{ format!("{place} since {}", props.before_name) }</span>
            <button type="button" id={PREVIOUS_CHANGE} aria-keyshortcuts="[" aria-label="Previous change"
                title="Previous change ([)" onclick={step(at.map_or(last, |at| at.saturating_sub(1)))}>{ "↑" }</button>
            <button type="button" id={NEXT_CHANGE} aria-keyshortcuts="]" aria-label="Next change"
                title="Next change (])" onclick={step(at.map_or(0, |at| (at + 1).min(last)))}>{ "↓" }</button>
        </div>
    }
}

/// Why the line that is asked about is there.
fn why(props: &CodeProps, file: &File) -> Html {
    let Some((line, from)) = props
        .line
        .and_then(|line| file.origin(line).map(|from| (line, from)))
    else {
        return html! {
            <p class="why" role="status">{ "To see which option sets a line, click its number or press Enter on it." }</p>
        };
    };
    let number = format!("Line {}", line + 1);
    let is_everywhere = *from == FieldPath::root();
    if let Some(module) = module_of(&props.path) {
        return html! {
            <p class="why sentence" role="status">
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
        <p class="why sentence" role="status">
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
                focus_listing();
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
