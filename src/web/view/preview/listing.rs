//! The lines of a file with their numbers, drawn in parts: a step draws those that it changes.

use composer_core::sorted::SortedMap;
use std::ops::Range;
use std::rc::Rc;

use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, component, html, use_memo, use_mut_ref,
};

use crate::browser::elements;
use crate::model::highlight::{Highlighter, Language};

/// The `id` of the number of a line, counted from zero.
#[must_use]
pub(crate) fn line_id(line: usize) -> String {
    format!("line-{}", line + 1)
}

#[derive(Properties, PartialEq)]
pub(crate) struct ListingProps {
    pub(crate) text: String,
    pub(crate) language: Language,
    /// The line that is asked about, from zero.
    pub(crate) line: Option<usize>,
    pub(crate) on_line: Callback<usize>,
}

/// The lines with their numbers. The numbers are buttons of which one is in the tab order; the arrows lead on.
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
            elements::focus([line_id(next)]);
        })
    };
    html! {
        <div class="listing" tabindex="0" role="group" aria-label="Text of the file">
            <div class="numbers" role="group" aria-label="Lines" onclick={on_click} onkeydown={on_key}>
                { for (0..count).step_by(NUMBERS).map(|first| {
                    let lines = first..(first + NUMBERS).min(count);
                    html! {
                        <Numbers key={first.to_string()} asked={within(&lines, asked)}
                            reached={within(&lines, asked.or(Some(0)))} {lines} />
                    }
                }) }
            </div>
            <pre>
                { for parts.iter().map(|placed| {
                    let lines = placed.lines();
                    html! {
                        <Lines key={placed.key.clone()} part={Rc::clone(&placed.part)}
                            asked={within(&lines, asked).map(|line| line - lines.start)} />
                    }
                }) }
            </pre>
        </div>
    }
}

/// `line`, where it is one of `lines`.
fn within(lines: &Range<usize>, line: Option<usize>) -> Option<usize> {
    line.filter(|line| lines.contains(line))
}

/// How many numbers a browser draws or leaves out together.
const NUMBERS: usize = 50;

#[derive(Properties, PartialEq)]
struct NumbersProps {
    lines: Range<usize>,
    /// The line of these that is asked about.
    asked: Option<usize>,
    /// The line of these whose number is in the tab order.
    reached: Option<usize>,
}

#[component]
fn Numbers(props: &NumbersProps) -> Html {
    html! {
        <div class="chunk" data-lines={props.lines.len().to_string()}>
            { for props.lines.clone().map(|line| html! {
                // With a key, a button stays that of its line, and the focus with it, when another file is shorter.
                <button key={line} type="button" id={line_id(line)} data-line={line.to_string()}
                    aria-label={format!("Why line {}", line + 1)}
                    aria-pressed={(props.asked == Some(line)).then_some("true")}
                    tabindex={if props.reached == Some(line) { "0" } else { "-1" }}>
                    { line + 1 }
                </button>
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    part: Rc<Part>,
    /// The line of it that is asked about, from zero.
    asked: Option<usize>,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let lines = &props.part.lines;
    html! {
        <span class="chunk" data-lines={lines.len().to_string()}>
            { for lines.iter().enumerate().map(|(line, (key, tokens))| if props.asked == Some(line) {
                html! { <span key={key.clone()} class="code-line asked">{ tokens.clone() }{ "\n" }</span> }
            } else {
                html! { <span key={key.clone()} class="code-line">{ tokens.clone() }{ "\n" }</span> }
            }) }
        </span>
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
                let tokens = after
                    .line(line)
                    .into_iter()
                    .map(|(class, text)| token(class, text))
                    .collect::<Html>();
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

fn line_of(event: &yew::Event) -> Option<usize> {
    elements::attribute(event, "data-line")?.parse().ok()
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
