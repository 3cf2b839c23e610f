//! What differs in a file from the baseline, side by side, and the way from change to change.

use composer_core::sorted::{SortedMap, SortedSet};
use std::ops::Range;
use std::rc::Rc;

use yew::{
    AttrValue, Callback, Html, KeyboardEvent, MouseEvent, Properties, UseStateHandle, classes,
    component, html, use_memo, use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::composition::Composition;
use crate::model::diff::{Row, Side, Stretch, rows, shorten, stretches, totals};
use crate::model::highlight::{Language, Token, highlight};
use crate::model::marks::{Mark, count_marks};
use crate::model::words::count;
use crate::view::ids::{NEXT_CHANGE, PREVIOUS_CHANGE};
use crate::view::preview::code::heading;

#[derive(Properties, PartialEq)]
pub(crate) struct DiffProps {
    pub(crate) before: BaselineFiles,
    /// What `before` is, in words.
    pub(crate) before_name: AttrValue,
    pub(crate) composition: Rc<Composition>,
    pub(crate) marks: Rc<SortedMap<String, Mark>>,
    pub(crate) path: AttrValue,
    pub(crate) on_action: Callback<Action>,
}

/// [`Diff`] for [`crate::second_part::SecondPart`].
pub(crate) fn diff_pane(props: DiffProps) -> Html {
    html! { <Diff ..props /> }
}

/// The Diff pane: of the file if it differs, else the way to those that do.
#[component]
fn Diff(props: &DiffProps) -> Html {
    let path = &*props.path;
    let Some(mark) = props.marks.get(path) else {
        return changed_files(props);
    };
    html! {
        // Another file has other folds.
        <Changes key={path.to_owned()} mark={*mark} before={props.before.clone()}
            before_name={props.before_name.clone()} composition={Rc::clone(&props.composition)}
            marks={Rc::clone(&props.marks)} path={props.path.clone()}
            on_action={props.on_action.clone()} />
    }
}

/// Stands in place of a comparison where the file is unchanged.
fn changed_files(props: &DiffProps) -> Html {
    let name = &props.before_name;
    if props.marks.is_empty() {
        return html! {
            <p class="empty">{ format!("No file differs from {name}.") }</p>
        };
    }
    html! {
        <>
            <p class="empty">
                if !props.path.is_empty() {
                    <code>{ props.path.clone() }</code>
                    { format!(" is the same as in {}. Files that differ: ", name) }
                }
                { count_marks(&props.marks) }{ "." }
            </p>
            <ul class="changed-files">
                { for props.marks.iter().map(|(path, mark)| html! {
                    <li key={path.clone()}>
                        <button type="button" data-mark={mark.letter()}
                            aria-label={format!("{path}, {}", mark.word())}
                            onclick={to_diff(&props.on_action, path)}>
                            <span class="changed-path">{ path }</span>
                        </button>
                    </li>
                }) }
            </ul>
        </>
    }
}

fn to_diff(on_action: &Callback<Action>, path: &str) -> Callback<MouseEvent> {
    let path = path.to_owned();
    on_action.reform(move |_: MouseEvent| Action::Diff(path.clone()))
}

#[derive(Properties, PartialEq)]
struct ChangesProps {
    mark: Mark,
    before: BaselineFiles,
    before_name: AttrValue,
    composition: Rc<Composition>,
    marks: Rc<SortedMap<String, Mark>>,
    path: AttrValue,
    on_action: Callback<Action>,
}

/// The most rows that are drawn, but for unchanged ones that somebody unfolds.
const MAX_ROWS: usize = 5_000;

/// About the most bytes that are drawn of a line.
const MAX_LINE_BYTES: usize = 4_096;

/// A compared file, ready to be drawn.
#[derive(PartialEq)]
struct ComparedFile {
    rows: Vec<Row>,
    stretches: Vec<Stretch>,
    /// How many rows are left out behind these.
    more: usize,
    before: Vec<Vec<Token>>,
    after: Vec<Vec<Token>>,
}

impl ComparedFile {
    /// The rows with which the changes begin.
    fn changes(&self) -> Vec<usize> {
        let is_change = |index: usize| matches!(self.rows[index], Row::Changed { .. });
        (0..self.rows.len())
            .filter(|index| is_change(*index) && (*index == 0 || !is_change(index - 1)))
            .collect()
    }
}

#[component]
fn Changes(props: &ChangesProps) -> Html {
    let opened = use_state(SortedSet::<usize>::new);
    let at = use_state(|| None::<usize>);
    let compared = {
        let dependencies = (
            props.before.clone(),
            Rc::clone(&props.composition),
            props.path.clone(),
        );
        use_memo(dependencies, |(before, composition, path)| {
            let before = before.text(path).unwrap_or_default();
            let after = composition.tree.file(path).map(|file| &*file.text);
            let after = after.unwrap_or_default();
            let language = Language::of(path);
            let rows = rows(before, after);
            let mut stretches = stretches(&rows);
            ComparedFile {
                more: shorten(&mut stretches, MAX_ROWS),
                stretches,
                rows,
                before: highlight(language, before),
                after: highlight(language, after),
            }
        })
    };
    let changes = compared.changes();
    let on_step = {
        let (at, last) = (at.clone(), changes.len().saturating_sub(1));
        Callback::from(move |forward: bool| {
            let next = match (*at, forward) {
                (None, true) => 0,
                (None, false) => last,
                (Some(here), true) => (here + 1).min(last),
                (Some(here), false) => here.saturating_sub(1),
            };
            at.set(Some(next));
            elements::focus_soon(change_id(next));
        })
    };
    let on_key = {
        let on_step = on_step.clone();
        // Single keys, so only while the focus is in the comparison.
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let forward = match event.key().as_str() {
                "n" => true,
                "p" => false,
                _ => return,
            };
            event.prevent_default();
            on_step.emit(forward);
        })
    };
    let sides = match props.mark {
        Mark::Added => "only-after",
        Mark::Deleted => "only-before",
        Mark::Modified => "both",
    };
    html! {
        <>
            { head(props, &compared.rows) }
            { steps(props, changes.len(), *at, &on_step) }
            <div class="listing compared" tabindex="0" role="group"
                aria-label="Compared text" onkeydown={on_key}>
                <div class={classes!("diff", sides)} role="table"
                    aria-label={format!("Differences in {}", props.path)}>
                    <div role="row" class="heads">
                        if props.mark != Mark::Added {
                            <span role="columnheader" class="before">{ &props.before_name }</span>
                        }
                        if props.mark != Mark::Deleted {
                            <span role="columnheader" class="after">{ "now" }</span>
                        }
                    </div>
                    { for compared.stretches.iter().map(|stretch| match stretch {
                        Stretch::Folded(range) if !opened.contains(&range.start) => {
                            fold(range, props.mark, &opened)
                        }
                        Stretch::Folded(range) | Stretch::Shown(range) => html! {
                            { for range.clone().map(|index| {
                                let change = changes.binary_search(&index).ok();
                                row(&compared, index, change, props.mark)
                            }) }
                        },
                    }) }
                </div>
                if compared.more > 0 {
                    <p class="help">{ format!("and {}", count(compared.more, "more line")) }</p>
                }
            </div>
        </>
    }
}

fn change_id(change: usize) -> String {
    format!("change-{}", change + 1)
}

/// The file's name and how much of it differs.
fn head(props: &ChangesProps, rows: &[Row]) -> Html {
    let (new, gone) = totals(rows);
    let note = match props.mark {
        Mark::Added => format!("added, {}", count(new, "line")),
        Mark::Deleted => format!("removed, {}", count(gone, "line")),
        Mark::Modified if gone == 0 => format!("{} added", count(new, "line")),
        Mark::Modified if new == 0 => format!("{} removed", count(gone, "line")),
        Mark::Modified => format!("{} added, {gone} removed", count(new, "line")),
    };
    let on_code = {
        let path = props.path.to_string();
        props
            .on_action
            .reform(move |_: MouseEvent| Action::File(path.clone(), Some(0)))
    };
    html! {
        <div class="file-head">
            { heading(&props.path) }
            <span class="chip">{ note }</span>
            if props.mark != Mark::Deleted {
                <button type="button" onclick={on_code}>{ "Code" }</button>
            }
        </div>
    }
}

/// The way from change to change, and to the next file that differs.
fn steps(
    props: &ChangesProps,
    changes: usize,
    at: Option<usize>,
    on_step: &Callback<bool>,
) -> Html {
    let step = |forward: bool| on_step.reform(move |_: MouseEvent| forward);
    let place = match at {
        Some(at) => format!("Change {} of {changes}", at + 1),
        None => count(changes, "change"),
    };
    let files: Vec<&String> = props.marks.keys().collect();
    let here = files.iter().position(|path| **path == *props.path);
    let file = |step: Option<usize>| step.and_then(|index| files.get(index).copied());
    let earlier = file(here.and_then(|here| here.checked_sub(1)));
    let later = file(here.map(|here| here + 1));
    let to_file = |path: Option<&String>| path.map(|path| to_diff(&props.on_action, path));
    html! {
        <div class="steps" role="group" aria-label="Changes">
            <span class="place">{ place }</span>
            <button type="button" id={PREVIOUS_CHANGE} onclick={step(false)} aria-keyshortcuts="["
                aria-label="Previous change" title="Previous change ([, or p in the text)">{ "↑" }</button>
            <button type="button" id={NEXT_CHANGE} onclick={step(true)} aria-keyshortcuts="]"
                aria-label="Next change" title="Next change (], or n in the text)">{ "↓" }</button>
            <span class="place">
                { format!("File {} of {}", here.map_or(0, |here| here + 1), files.len()) }
            </span>
            <button type="button" disabled={earlier.is_none()} onclick={to_file(earlier)}
                aria-label="Previous file" title="Previous file that differs">{ "←" }</button>
            <button type="button" disabled={later.is_none()} onclick={to_file(later)}
                aria-label="Next file" title="Next file that differs">{ "→" }</button>
        </div>
    }
}

/// Unchanged rows, to be unfolded.
fn fold(range: &Range<usize>, mark: Mark, opened: &UseStateHandle<SortedSet<usize>>) -> Html {
    let start = range.start;
    let on_open = {
        let opened = opened.clone();
        Callback::from(move |_: MouseEvent| {
            let mut next = (*opened).clone();
            next.insert(start);
            opened.set(next);
            // The button goes with the fold.
            elements::focus_soon(row_id(start));
        })
    };
    html! {
        <div role="row" class="fold" key={format!("fold-{start}")}>
            <span role="cell" aria-colspan={(mark == Mark::Modified).then_some("2")}>
                <button type="button" onclick={on_open}>
                    { format!("Show {}", count(range.len(), "unchanged line")) }
                </button>
            </span>
        </div>
    }
}

fn row_id(index: usize) -> String {
    format!("row-{}", index + 1)
}

fn row(compared: &ComparedFile, index: usize, change: Option<usize>, mark: Mark) -> Html {
    let same = |line: usize| Side {
        line,
        marked: Vec::new(),
    };
    let (before, after, is_changed) = match &compared.rows[index] {
        Row::Same { before, after } => (Some(same(*before)), Some(same(*after)), false),
        Row::Changed { before, after } => (before.clone(), after.clone(), true),
    };
    html! {
        <div role="row" key={index} tabindex="-1"
            id={change.map_or_else(|| row_id(index), change_id)}
            class={classes!(is_changed.then_some("changed"))}>
            if mark != Mark::Added {
                { cell("before", before.as_ref(), None, &compared.before) }
            }
            if mark != Mark::Deleted {
                { cell("after", after.as_ref(), before.as_ref().filter(|_| !is_changed), &compared.after) }
            }
        </div>
    }
}

/// A side of a row. Where both sides stand below each other, each row has two numbers, the earlier and the later one: the
/// number of the `other` side is of a line that is the same on both.
fn cell(
    class: &'static str,
    side: Option<&Side>,
    other: Option<&Side>,
    lines: &[Vec<Token>],
) -> Html {
    let Some(side) = side else {
        return html! { <span role="cell" class={classes!(class, "none")}></span> };
    };
    let tokens = lines.get(side.line).map_or(&[][..], Vec::as_slice);
    html! {
        <span role="cell" class={class}>
            if class == "after" {
                <span class="line-number other">{ for other.map(|other| other.line + 1) }</span>
            }
            <span class="line-number">{ side.line + 1 }</span>
            if class == "before" {
                <span class="line-number other"></span>
            }
            <span class="text">{ text(tokens, &side.marked, class == "after") }</span>
        </span>
    }
}

/// The tokens of a line, with what is marked as inserted or deleted.
fn text(tokens: &[Token], marked: &[Range<usize>], is_new: bool) -> Html {
    let mut pieces: Vec<(bool, Vec<Html>)> = Vec::new();
    let mut start = 0;
    for (class, token) in tokens {
        if start > MAX_LINE_BYTES {
            pieces.push((false, vec![html! { { "… (the line is longer)" } }]));
            break;
        }
        for (is_marked, piece) in cut(token, start, marked) {
            let piece = match class {
                Some(class) => html! { <span class={*class}>{ piece.to_owned() }</span> },
                None => html! { { piece.to_owned() } },
            };
            match pieces.last_mut() {
                Some((was_marked, list)) if *was_marked == is_marked => list.push(piece),
                _ => pieces.push((is_marked, vec![piece])),
            }
        }
        start += token.len();
    }
    pieces
        .into_iter()
        .map(|(is_marked, list)| match (is_marked, is_new) {
            (false, _) => html! { { for list } },
            (true, true) => html! { <ins>{ for list }</ins> },
            (true, false) => html! { <del>{ for list }</del> },
        })
        .collect()
}

/// `token`, which begins at byte `start` of its line, cut where what is marked begins and ends.
fn cut<'a>(token: &'a str, start: usize, marked: &[Range<usize>]) -> Vec<(bool, &'a str)> {
    let end = start + token.len();
    let mut edges: Vec<usize> = marked
        .iter()
        .flat_map(|range| [range.start, range.end])
        .filter(|edge| (start + 1..end).contains(edge))
        .collect();
    edges.push(end);
    let mut pieces = Vec::new();
    let mut at = start;
    for edge in edges {
        let is_marked = marked.iter().any(|range| range.contains(&at));
        pieces.push((is_marked, &token[at - start..edge - start]));
        at = edge;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_cut_where_what_is_marked_begins_and_ends() {
        #[track_caller]
        fn check(start: usize, marked: &[(usize, usize)], expected: &[(bool, &str)]) {
            let marked: Vec<Range<usize>> = marked.iter().map(|(from, to)| *from..*to).collect();
            assert_eq!(cut("abcdef", start, &marked), expected);
        }
        check(0, &[], &[(false, "abcdef")]);
        check(0, &[(2, 4)], &[(false, "ab"), (true, "cd"), (false, "ef")]);
        check(10, &[(12, 30)], &[(false, "ab"), (true, "cdef")]);
        check(10, &[(0, 10), (16, 20)], &[(false, "abcdef")]);
        check(10, &[(5, 20)], &[(true, "abcdef")]);
        check(
            0,
            &[(0, 1), (5, 6)],
            &[(true, "a"), (false, "bcde"), (true, "f")],
        );
    }
}
