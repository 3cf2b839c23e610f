//! Reports problems on standard error: with the line of the file and a caret under the position. Only this file deals
//! with colours.

use std::io::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use composer_core::fix::{Fixer, Setting};
use composer_core::options::{self, DefaultValue};
use composer_core::text::{is_hidden, visible, visible_lines};
use composer_core::{FieldPath, Problem, ProblemCode, Problems, Severity};
use serde::Serialize;

use crate::source::{Source, Text};

const BOLD: Style = Style::new().bold();
const QUIET: Style = AnsiColor::Blue.on_default().bold();

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Advice => AnsiColor::Cyan.on_default().bold(),
    }
}

/// The position of a problem in the text, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Position {
    line: usize,
    column: usize,
}

/// The most problems that are reported: with more, these are to be fixed first.
const MAX_PROBLEMS: usize = 100;

/// Reports the problems, those of one kind about one setting together, each with its fixes.
pub(crate) fn problems(problems: &Problems, source: &Source, fixer: Option<&Fixer<'_>>) {
    let mut out = String::new();
    let groups = problems.groups();
    for group in groups.iter().take(MAX_PROBLEMS) {
        push_group(&mut out, group, source, fixer);
        out.push('\n');
    }
    let more = groups.len().saturating_sub(MAX_PROBLEMS);
    if more > 0 {
        out.push_str(&format!("and {more} more: `validate --json` lists all\n\n"));
    }
    message(&out);
}

/// Reports an error that ends the program.
pub(crate) fn failure(error: &anyhow::Error) {
    let style = style(Severity::Error);
    // The text may hold a file's name or content.
    let text = visible_lines(&format!("{error:#}"));
    message(&format!("{style}error{style:#}: {text}\n"));
}

/// Writes `text` to standard error: with colours only if a terminal shows them, and with codes in place of hidden
/// characters.
pub(crate) fn message(text: &str) {
    // With standard error closed there is nowhere to report a failure.
    let _ = anstream::stderr().write_all(escape_hidden(text).as_bytes());
}

/// `text` with codes in place of hidden characters, except line ends and the colours of this file: a path may hold any
/// character.
fn escape_hidden(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut shown = visible_lines(parts.next().unwrap_or_default());
    for part in parts {
        let end = part
            .find(|c: char| !(c.is_ascii_digit() || c == ';'))
            .unwrap_or(part.len());
        let (colour, rest) = part.split_at(end);
        match rest.strip_prefix('m') {
            Some(rest) => shown.push_str(&format!("\u{1b}[{colour}m{}", visible_lines(rest))),
            None => shown.push_str(&visible_lines(&format!("\u{1b}[{part}"))),
        }
    }
    shown
}

/// The most environments with the same problem that are named.
const MAX_NAMED: usize = 5;

fn push_group(out: &mut String, group: &[&Problem], source: &Source, fixer: Option<&Fixer<'_>>) {
    let problem = group[0];
    let style = style(problem.severity);
    let severity = problem.severity;
    out.push_str(&format!(
        "{style}{severity}[{}]{style:#}: {BOLD}{}{BOLD:#}\n",
        problem.code,
        visible(&problem.message)
    ));
    match origin(problem, source) {
        Some(Origin::Text(text, span)) => excerpt(out, text, &span, style),
        Some(Origin::Assignment(assignment)) => {
            out.push_str(&format!(
                "  {QUIET}-->{QUIET:#} {}\n",
                shorten(assignment, 76)
            ));
        }
        None if problem.at == FieldPath::root() => {}
        None => {
            out.push_str(&format!(
                "  {QUIET}-->{QUIET:#} {}\n",
                shorten(&problem.at.to_string(), 100)
            ));
        }
    }
    push_others(out, problem, &group[1..]);
    let mut hints: Vec<String> = problem.hint.iter().map(|hint| visible(hint)).collect();
    if group.len() > 1
        && problem.code == ProblemCode::Open
        && let Some(row) = options::find(&problem.at)
        && row.default == DefaultValue::Inherited
    {
        hints.push(format!("set `{}` once for all environments", row.key));
    }
    if !hints.is_empty() {
        out.push_str(&format!("{QUIET}hint{QUIET:#}: {}\n", hints.join("; ")));
    }
    push_fixes(out, group, fixer);
}

/// The environments that have the same problem, each with its own message where that differs.
fn push_others(out: &mut String, problem: &Problem, others: &[&Problem]) {
    let name = |other: &Problem| other.at.environment().unwrap_or_default().to_owned();
    let same = others
        .iter()
        .filter(|other| other.message == problem.message);
    let same: Vec<String> = same.map(|other| name(other)).collect();
    if !same.is_empty() {
        let named = &same[..same.len().min(MAX_NAMED)];
        let more = match same.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        out.push_str(&format!(
            "{QUIET}also in{QUIET:#}: {}{more}\n",
            named.join(", ")
        ));
    }
    let different: Vec<_> = others
        .iter()
        .filter(|other| other.message != problem.message)
        .collect();
    for other in different.iter().take(MAX_NAMED) {
        let place = match name(other).as_str() {
            "" => String::new(),
            name => format!("{name}: "),
        };
        out.push_str(&format!(
            "{QUIET}also{QUIET:#}: {place}{}\n",
            visible(&other.message)
        ));
    }
    let more = different.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        out.push_str(&format!("{QUIET}also{QUIET:#}: in {more} more\n"));
    }
}

/// The most values of a fix that are shown, and the most bytes of each.
const MAX_SETTINGS: usize = 6;
const MAX_ARGUMENT: usize = 200;

/// What solves the problems, as arguments, with what it costs.
fn push_fixes(out: &mut String, group: &[&Problem], fixer: Option<&Fixer<'_>>) {
    let Some(fixer) = fixer else { return };
    let fixes = match group {
        [problem] => fixer.fixes(problem),
        problems => fixer.together(problems).into_iter().collect(),
    };
    for (index, fix) in fixes.iter().enumerate() {
        // A key may be as long as a text: half an argument would be none.
        let arguments = fix.settings.iter().map(Setting::argument);
        let shown: Vec<String> = arguments
            .filter(|argument| argument.len() <= MAX_ARGUMENT)
            .take(MAX_SETTINGS)
            .collect();
        let more = match fix.settings.len() - shown.len() {
            0 => String::new(),
            more if shown.is_empty() => format!("{more} values, set by `validate --fix`"),
            more => format!(" and {more} more, set by `validate --fix`"),
        };
        let word = if index == 0 { "fix" } else { "or" };
        let permanent = if fix.is_permanent {
            "; can't change after the first apply"
        } else {
            ""
        };
        out.push_str(&format!(
            "{QUIET}{word}{QUIET:#}: {}{more}  ({}{permanent})\n",
            shown.join(" "),
            fix.price()
        ));
    }
}

/// Where the value was stated that a problem is about.
enum Origin<'a> {
    /// In the text.
    Text(&'a Text, Range<usize>),
    /// By `--set` or a variable of the environment, which stands there with its value.
    Assignment(&'a str),
}

/// The problem's own position in the text, else that of its value, else that of the nearest table around the value.
fn origin<'a>(problem: &Problem, source: &'a Source) -> Option<Origin<'a>> {
    let text = source.text.as_ref();
    if let (Some(span), Some(text)) = (&problem.span, text) {
        return Some(Origin::Text(text, span.clone()));
    }
    let mut at = problem.at.clone();
    loop {
        if let Some(assignment) = source.origins.get(&at) {
            return Some(Origin::Assignment(assignment));
        }
        if let Some((text, span)) = text.and_then(|text| Some((text, text.places.get(&at)?))) {
            return Some(Origin::Text(text, span.clone()));
        }
        at = at.parent()?;
    }
}

/// The line and column of a problem, if it has a position in a text.
pub(crate) fn position(problem: &Problem, source: &Source) -> Option<Position> {
    let Origin::Text(text, span) = origin(problem, source)? else {
        return None;
    };
    let start = boundary(&text.content, span.start);
    let (index, line_start) = text.line_of(start);
    Some(Position {
        line: index + 1,
        column: text.content[line_start..start].chars().count() + 1,
    })
}

/// The start of the character at `offset`, or the end of the text.
fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// How many characters of a line are shown before the position, and from it on.
const BEFORE: usize = 50;
const AFTER: usize = 50;

fn excerpt(out: &mut String, text: &Text, span: &Range<usize>, style: Style) {
    let start = boundary(&text.content, span.start);
    let end = boundary(&text.content, span.end.max(start));
    let (index, line_start) = text.line_of(start);
    let line = text.line_at(line_start);
    // The position may be the line's end itself.
    let at = (start - line_start).min(line.len());
    let (before, after) = line.split_at(at);
    let column = before.chars().count() + usize::from(start - line_start > at);

    // Of a line too long for a screen only the part around the position is shown.
    let is_long = line.chars().nth(BEFORE + AFTER).is_some();
    let skipped = if is_long {
        column.saturating_sub(BEFORE)
    } else {
        0
    };
    let max_shown = BEFORE + AFTER - (column - skipped).min(BEFORE);
    let shown: String = before
        .chars()
        .skip(skipped)
        .chain(after.chars().take(max_shown))
        .map(printable)
        .collect();
    let front = if skipped > 0 { "…" } else { "" };
    let back = if after.chars().nth(max_shown).is_some() {
        "…"
    } else {
        ""
    };
    let marked = text.content[start..end.min(line_start + line.len()).max(start)]
        .chars()
        .take(max_shown)
        .count()
        .max(1);
    let number = (index + 1).to_string();
    let gutter = " ".repeat(number.len());
    out.push_str(&format!(
        "{gutter} {QUIET}-->{QUIET:#} {}:{number}:{}\n\
         {gutter} {QUIET}|{QUIET:#}\n\
         {QUIET}{number} |{QUIET:#} {front}{shown}{back}\n\
         {gutter} {QUIET}|{QUIET:#} {}{style}{}{style:#}\n",
        visible(&text.name),
        column + 1,
        " ".repeat(column - skipped + front.chars().count()),
        "^".repeat(marked)
    ));
}

/// A character that a terminal shows in one column, without an effect on the text around it.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_hidden(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn shorten(text: &str, max: usize) -> String {
    let mut shown: String = text.chars().take(max).map(printable).collect();
    if text.chars().nth(max).is_some() {
        shown.push('…');
    }
    shown
}

/// How many settings have problems of each severity, such as `2 errors, 1 warning, 4 values open`.
pub(crate) fn summary(problems: &Problems) -> String {
    let groups = problems.groups();
    let open = groups
        .iter()
        .filter(|group| group[0].code == ProblemCode::Open)
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
        counted(open, "open value", "open values"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_colours_and_shows_what_is_hidden() {
        assert_eq!(
            escape_hidden("\u{1b}[1;31merror\u{1b}[0m: a\u{202e}b\u{1b}[2J\u{1b}]0;c\u{7}\n"),
            "\u{1b}[1;31merror\u{1b}[0m: a\\u{202e}b\\u{1b}[2J\\u{1b}]0;c\\u{7}\n"
        );
    }
}
