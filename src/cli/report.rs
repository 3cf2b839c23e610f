//! Says what was found: with the file's line and a caret under the place. The one file that knows colours.

use std::io::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use composer_core::{FieldPath, Problem, Problems, Severity};
use serde::Serialize;

use crate::source::Source;

const BOLD: Style = Style::new().bold();
const QUIET: Style = AnsiColor::Blue.on_default().bold();

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Advice => AnsiColor::Cyan.on_default().bold(),
    }
}

/// Where a problem stands in the text, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

/// Says every problem on standard error.
pub(crate) fn problems(problems: &Problems, source: &Source) {
    let mut out = String::new();
    for problem in &problems.0 {
        one(&mut out, problem, source);
        out.push('\n');
    }
    message(&out);
}

/// Says what went wrong on standard error.
pub(crate) fn failure(error: &anyhow::Error) {
    let style = style(Severity::Error);
    message(&format!("{style}error{style:#}: {error:#}\n"));
}

/// Writes to standard error: colours go only to a terminal that wants them.
pub(crate) fn message(text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn one(out: &mut String, problem: &Problem, source: &Source) {
    let style = style(problem.severity);
    let severity = problem.severity;
    out.push_str(&format!(
        "{style}{severity}{style:#}: {BOLD}{}{BOLD:#}\n",
        problem.message
    ));
    match span(problem, source) {
        Some(span) => excerpt(out, source, &span, style),
        None => {
            let origin = match source.assignments.get(&problem.at) {
                Some(assignment) => format!("--set {}", shorten(assignment, 70)),
                None if problem.at == FieldPath::root() => String::new(),
                None => shorten(&problem.at.to_string(), 100),
            };
            if !origin.is_empty() {
                out.push_str(&format!("  {QUIET}-->{QUIET:#} {origin}\n"));
            }
        }
    }
    if let Some(hint) = &problem.hint {
        out.push_str(&format!("{QUIET}hint{QUIET:#}: {hint}\n"));
    }
}

/// The problem's place in the text: its own, else its value's, else that of the nearest table around it.
fn span(problem: &Problem, source: &Source) -> Option<Range<usize>> {
    let text = source.text.as_ref()?;
    if let Some(span) = &problem.span {
        return Some(span.clone());
    }
    if source.assignments.contains_key(&problem.at) {
        return None;
    }
    let mut at = problem.at.clone();
    loop {
        if let Some(span) = text.places.get(&at) {
            return Some(span.clone());
        }
        at = at.parent()?;
    }
}

/// The line and column of a problem, if it has a place in a text.
pub(crate) fn place(problem: &Problem, source: &Source) -> Option<Place> {
    let text = &source.text.as_ref()?.content;
    let start = span(problem, source)?.start.min(text.len());
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(Place {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    })
}

/// The most characters of a line that are shown.
const WIDTH: usize = 100;

fn excerpt(out: &mut String, source: &Source, span: &Range<usize>, style: Style) {
    let Some(text) = &source.text else { return };
    let content = &text.content;
    let start = span.start.min(content.len());
    let line_start = content[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = content[start..]
        .find('\n')
        .map_or(content.len(), |at| start + at);
    let number = content[..start].matches('\n').count() + 1;
    let line: Vec<char> = content[line_start..line_end]
        .trim_end_matches('\r')
        .chars()
        .collect();
    let column = content[line_start..start].chars().count();
    let length = content
        .get(start..span.end.min(line_end).max(start))
        .map_or(1, |marked| marked.chars().count())
        .max(1);
    // A line too long for a screen is shown around the place.
    let first = if column > WIDTH / 2 && line.len() > WIDTH {
        column - WIDTH / 2
    } else {
        0
    };
    let last = (first + WIDTH).min(line.len());
    let shown: String = line[first.min(last)..last]
        .iter()
        .map(|&c| if c.is_control() { ' ' } else { c })
        .collect();
    let (front, back) = (
        if first > 0 { "…" } else { "" },
        if last < line.len() { "…" } else { "" },
    );
    let indent = column - first + front.chars().count();
    let carets = length.min(last.saturating_sub(column).max(1));
    let gutter = " ".repeat(number.to_string().len());
    out.push_str(&format!(
        "{gutter} {QUIET}-->{QUIET:#} {}:{number}:{}\n\
         {gutter} {QUIET}|{QUIET:#}\n\
         {QUIET}{number} |{QUIET:#} {front}{shown}{back}\n\
         {gutter} {QUIET}|{QUIET:#} {}{style}{}{style:#}\n",
        text.name,
        column + 1,
        " ".repeat(indent),
        "^".repeat(carets)
    ));
}

fn shorten(text: &str, most: usize) -> String {
    let shown: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() > most {
        format!("{shown}…")
    } else {
        shown
    }
}

/// How many there are of each kind: `2 errors, 1 warning, 4 open`.
pub(crate) fn summary(problems: &Problems) -> String {
    let open = problems
        .0
        .iter()
        .filter(|problem| problem.code == "open")
        .count();
    let advice = problems.count(Severity::Advice) - open;
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    let parts: Vec<String> = [
        counted(problems.count(Severity::Error), "error", "errors"),
        counted(problems.count(Severity::Warning), "warning", "warnings"),
        counted(advice, "piece of advice", "pieces of advice"),
        counted(open, "value open", "values open"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        "no problems".to_owned()
    } else {
        parts.join(", ")
    }
}
