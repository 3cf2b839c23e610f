//! The lines of a file with their numbers, drawn in parts: a step draws those that it changes.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use composer_core::sorted::SortedMap;
use gloo::timers::callback::Timeout;
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, MouseEvent, Properties, UseForceUpdateHandle,
    classes, component, html, use_effect_with, use_force_update, use_memo, use_mut_ref,
};

use crate::browser::elements;
use crate::model::changed_lines::{LineKind, LineMark};
use crate::model::highlight::{Highlighter, Language};

/// The `id` of the listing, which has the focus for all of its lines.
const LISTING: &str = "listing";

/// The `id` of the line that the keys have reached.
const CURRENT_LINE: &str = "current-line";

/// Moves the focus to the listing once it is drawn, with the line that is asked about in view.
pub(crate) fn focus_listing() {
    Timeout::new(0, || {
        elements::focus([LISTING.to_owned()]);
        show_current_line();
    })
    .forget();
}

/// Brings the line that the keys have reached into view.
fn show_current_line() {
    elements::scroll_to(CURRENT_LINE);
}

#[derive(Properties, PartialEq)]
pub(crate) struct ListingProps {
    /// What the listing is called.
    pub(crate) label: AttrValue,
    pub(crate) text: String,
    pub(crate) language: Language,
    /// The line that is asked about, from zero.
    pub(crate) line: Option<usize>,
    /// The line that somebody wants to see, and a number that says when they do so again.
    pub(crate) shown: Option<(u32, usize)>,
    /// What became of the lines.
    pub(crate) marks: Rc<SortedMap<usize, LineMark>>,
    /// Whether a long line goes on below itself.
    pub(crate) wraps: bool,
    pub(crate) on_line: Callback<usize>,
}

/// The lines with their numbers: one tab stop, in which the arrows move and Enter asks about a line. So does a click on its
/// number.
#[component]
pub(crate) fn Listing(props: &ListingProps) -> Html {
    let drawn = use_mut_ref(Vec::new);
    let parts = use_memo((props.text.clone(), props.language), |(text, language)| {
        let parts = parts(text, *language, &drawn.borrow());
        drawn.replace(parts.iter().map(|placed| Rc::clone(&placed.part)).collect());
        parts
    });
    let count = parts.last().map_or(0, |placed| placed.lines().end);
    let last = count.saturating_sub(1);
    let asked = props.line.filter(|line| *line <= last);
    let cursor = use_cursor(asked, props.shown);
    let current = cursor.line().min(last);
    let on_click = {
        let (on_line, cursor) = (props.on_line.clone(), cursor.clone());
        Callback::from(move |event: MouseEvent| {
            // A click on the text may be the end of selecting it.
            if let Some(line) = line_of(&event) {
                cursor.go_to(line);
                on_line.emit(line);
            }
        })
    };
    let on_key = {
        let on_line = props.on_line.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let next = match event.key().as_str() {
                "ArrowDown" => (current + 1).min(last),
                "ArrowUp" => current.saturating_sub(1),
                "PageDown" => (current + 20).min(last),
                "PageUp" => current.saturating_sub(20),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    on_line.emit(current);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            cursor.go_to(next);
            Timeout::new(0, show_current_line).forget();
        })
    };
    html! {
        <div class={classes!("listing", props.wraps.then_some("wraps"))} id={LISTING} tabindex="0" role="listbox"
            aria-label={props.label.clone()} aria-activedescendant={(count > 0).then_some(CURRENT_LINE)}
            onclick={on_click} onkeydown={on_key}>
            <div class="code" role="none">
                { for parts.iter().map(|placed| {
                    let lines = placed.lines();
                    let within = |line: Option<usize>| within(&lines, line).map(|line| line - lines.start);
                    let marks = marks_within(&props.marks, &lines);
                    html! {
                        // The browser counts the lines from `start` on: those below a change stay as they are. What it
                        // may leave out has counters of its own, so the list stands inside.
                        <div class="chunk" role="none" key={placed.key.clone()} data-lines={lines.len().to_string()}>
                            <ol role="none" start={(lines.start + 1).to_string()}>
                                <Lines part={Rc::clone(&placed.part)} asked={within(asked)} current={within(Some(current))}
                                    {marks} />
                            </ol>
                        </div>
                    }
                }) }
            </div>
        </div>
    }
}

/// Where the keys are in the listing.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The line that was asked about last.
    asked: Option<usize>,
    /// The line that somebody wanted to see last, with the number of the request.
    shown: Option<(u32, usize)>,
    /// The line that is reached.
    line: usize,
}

/// The line that the keys have reached, and the way to another one.
#[derive(Clone)]
struct Cursor {
    place: Rc<Cell<Place>>,
    update: UseForceUpdateHandle,
}

impl Cursor {
    fn line(&self) -> usize {
        self.place.get().line
    }

    fn go_to(&self, line: usize) {
        let place = self.place.get();
        self.place.set(Place { line, ..place });
        self.update.force_update();
    }
}

/// From a line that is asked about, and from one that somebody wants to see, the keys go on: it comes into view.
#[yew::hook]
fn use_cursor(asked: Option<usize>, shown: Option<(u32, usize)>) -> Cursor {
    let place = use_memo((), |()| Cell::new(Place::default()));
    let before = place.get();
    let newly_asked = asked.filter(|_| asked != before.asked);
    let newly_shown = shown.filter(|_| shown != before.shown);
    let next = newly_shown.map(|(_, line)| line).or(newly_asked);
    // In the same pass: an effect that sets a state would draw the listing a second time.
    place.set(Place {
        asked,
        shown,
        line: next.unwrap_or(before.line),
    });
    use_effect_with((asked, shown), move |_| {
        if next.is_some() {
            show_current_line();
        }
    });
    Cursor {
        place,
        update: use_force_update(),
    }
}

/// `line`, where it is one of `lines`.
fn within(lines: &Range<usize>, line: Option<usize>) -> Option<usize> {
    line.filter(|line| lines.contains(line))
}

/// The marks of `lines`, by their place among them.
fn marks_within(
    marks: &SortedMap<usize, LineMark>,
    lines: &Range<usize>,
) -> Vec<(usize, LineMark)> {
    let inside = marks.iter().filter(|(line, _)| lines.contains(line));
    inside
        .map(|(line, mark)| (line - lines.start, *mark))
        .collect()
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    part: Rc<Part>,
    /// The line of it that is asked about, from zero.
    asked: Option<usize>,
    /// The line of it that the keys have reached.
    current: Option<usize>,
    /// What became of its lines.
    marks: Vec<(usize, LineMark)>,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let lines = props.part.lines.iter().enumerate();
    lines
        .map(|(line, (key, tokens))| {
            let mark = props.marks.iter().find(|(place, _)| *place == line);
            let is_current = props.current == Some(line);
            let is_asked = props.asked == Some(line);
            // Most lines are nothing special: yew allocates for each class that it is given.
            if mark.is_none() && !is_current && !is_asked {
                return html! {
                    <li key={key.clone()} role="option" aria-selected="false" class="code-line"><span class="gutter"></span>{ tokens.clone() }{ "\n" }</li>
                };
            }
            let mark = mark.map(|(_, mark)| *mark).unwrap_or_default();
            html! {
                <li key={key.clone()} role="option" id={is_current.then_some(CURRENT_LINE)}
                    aria-selected={if is_asked { "true" } else { "false" }}
                    class={classes!("code-line", is_asked.then_some("asked"), is_current.then_some("current"), class_of(mark))}>
                    <span class="gutter" data-gone={(mark.gone > 0).then(|| format!("\u{2212}{}", mark.gone))}></span>
                    { tokens.clone() }{ "\n" }
                </li>
            }
        })
        .collect()
}

fn class_of(mark: LineMark) -> Option<&'static str> {
    match mark.kind {
        Some(LineKind::New) => Some("new-line"),
        Some(LineKind::Changed) => Some("changed-line"),
        None => None,
    }
}

/// Lines that a browser draws or leaves out together, as far as they are out of sight.
#[derive(Debug)]
struct Part {
    text: String,
    /// How its text is read.
    reading: Highlighter,
    /// How what follows is read.
    after: Highlighter,
    /// Each line's key and what is shown of it.
    lines: Vec<(String, Html)>,
}

/// The same text read in the same way looks the same.
impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.reading == other.reading
    }
}

impl Eq for Part {}

impl Part {
    fn of(text: &str, reading: Highlighter) -> Self {
        let mut seen: SortedMap<&str, usize> = SortedMap::new();
        let mut after = reading.clone();
        let lines = text
            .lines()
            .map(|line| {
                let mut tokens: Html = after
                    .line(line)
                    .into_iter()
                    .map(|(class, text)| token(class, text))
                    .collect();
                if line.is_empty() {
                    // An option needs a name, and not every screen reader says the number.
                    tokens = html! { <span class="hidden">{ "blank" }</span> };
                }
                (key(&mut seen, line), tokens)
            })
            .collect();
        Self {
            text: text.to_owned(),
            reading,
            after,
            lines,
        }
    }
}

/// A token in its colour. The classes stand here once more, because yew allocates for a class that it is given and not
/// for one that it reads in the markup; any other class is given.
fn token(class: Option<&'static str>, text: String) -> Html {
    macro_rules! known {
        ($($known:tt)*) => {
            match class {
                None => html! { { text } },
                $(Some($known) => html! { <span class=$known>{ text }</span> },)*
                Some(class) => html! { <span class={class}>{ text }</span> },
            }
        };
    }
    known!("t-keyword" "t-name" "t-string" "t-number" "t-call" "t-comment" "t-heading")
}

/// A part in its file.
struct PlacedPart {
    /// Its key among the file's parts.
    key: String,
    /// The number of its first line, from zero.
    first: usize,
    part: Rc<Part>,
}

impl PlacedPart {
    fn lines(&self) -> Range<usize> {
        self.first..self.first + self.part.lines.len()
    }
}

/// The lines of `text`: a part ends with an empty line, as blocks and paragraphs do, so that it stays the same when
/// others come and go above it. What is among those `drawn` is taken from there.
fn parts(text: &str, language: Language, drawn: &[Rc<Part>]) -> Vec<PlacedPart> {
    let mut seen: SortedMap<&str, usize> = SortedMap::new();
    let mut parts: Vec<PlacedPart> = Vec::new();
    let mut rest = text;
    let mut reading = Highlighter::new(language);
    while !rest.is_empty() {
        let end = if rest.starts_with('\n') {
            1
        } else {
            rest.find("\n\n").map_or(rest.len(), |found| found + 2)
        };
        let (text, after) = rest.split_at(end);
        let part = drawn
            .iter()
            .find(|part| part.text == text && part.reading == reading)
            .map_or_else(|| Rc::new(Part::of(text, reading)), Rc::clone);
        reading = part.after.clone();
        rest = after;
        parts.push(PlacedPart {
            key: key(&mut seen, text.lines().next().unwrap_or_default()),
            first: parts.last().map_or(0, |before| before.lines().end),
            part,
        });
    }
    parts
}

/// A key for `line`, which says how many like it were `seen` before. So it stays the same when others come and go.
fn key<'a>(seen: &mut SortedMap<&'a str, usize>, line: &'a str) -> String {
    let count = seen.get_or_insert(line, 0);
    *count += 1;
    format!("{count} {line}")
}

/// The line whose number an event is about, from zero.
fn line_of(event: &yew::Event) -> Option<usize> {
    if !elements::is_on(event, ".gutter") {
        return None;
    }
    let first: usize = elements::attribute(event, "start")?.parse().ok()?;
    (first + elements::position(event, ".code-line")?).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of the first line of each part with its text, and whether the part is one of those before.
    fn look(parts: &[PlacedPart], before: &[PlacedPart]) -> Vec<(usize, String, bool)> {
        let is_known = |part: &Rc<Part>| before.iter().any(|known| Rc::ptr_eq(&known.part, part));
        parts
            .iter()
            .map(|it| (it.first, it.part.text.clone(), is_known(&it.part)))
            .collect()
    }

    fn read(text: &str, before: &[PlacedPart]) -> Vec<PlacedPart> {
        let drawn: Vec<_> = before.iter().map(|it| Rc::clone(&it.part)).collect();
        parts(text, Language::Hcl, &drawn)
    }

    #[test]
    fn a_part_ends_with_an_empty_line_and_stays_when_others_change() {
        let before = read("a = 1\nb = 2\n\nc = 3\n\n\nd = 4\n", &[]);
        let expected = [
            (0, "a = 1\nb = 2\n\n".to_owned(), false),
            (3, "c = 3\n\n".to_owned(), false),
            (5, "\n".to_owned(), false),
            (6, "d = 4\n".to_owned(), false),
        ];
        assert_eq!(look(&before, &[]), expected);
        let after = read("new\n\na = 1\nb = 2\n\nc = 0\n\n\nd = 4\n", &before);
        let expected = [
            (0, "new\n\n".to_owned(), false),
            (2, "a = 1\nb = 2\n\n".to_owned(), true),
            (5, "c = 0\n\n".to_owned(), false),
            (7, "\n".to_owned(), true),
            (8, "d = 4\n".to_owned(), true),
        ];
        assert_eq!(look(&after, &before), expected);
    }

    #[test]
    fn what_a_part_begins_inside_of_makes_it_another() {
        let before = read("x\n\ny\n", &[]);
        let after = read("/* x\n\ny\n", &before);
        let is_known = look(&after, &before).into_iter().map(|(_, _, known)| known);
        assert_eq!(is_known.collect::<Vec<_>>(), [false, false]);
    }

    #[test]
    fn parts_of_one_first_line_have_keys_of_their_own() {
        let keys: Vec<String> = read("x\n\nx\n\ny\n", &[])
            .into_iter()
            .map(|placed| placed.key)
            .collect();
        assert_eq!(keys, ["1 x", "2 x", "1 y"]);
    }
}
