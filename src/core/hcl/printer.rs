//! Prints documents as `terraform fmt` leaves them: two spaces a level, `=` aligned in each run of one-line
//! attributes. A value over several lines but a heredoc, a comment or an empty line ends a run.

use super::document::{Body, Expr, Item, Part};
use crate::path::FieldPath;
use crate::tree::Line;

/// The longest list that stands on one line, in characters.
const LONGEST_LIST: usize = 80;

/// The lines of `body`.
pub(crate) fn print(body: &Body) -> Vec<Line> {
    let mut lines = Vec::new();
    print_body(body, 0, &mut lines);
    lines
}

fn print_body(body: &Body, level: usize, lines: &mut Vec<Line>) {
    let widths = aligned(body.items.iter().map(|item| match &item.part {
        Part::Attribute { key, value } => Some((key.as_str(), is_one_line(value))),
        Part::Block { .. } | Part::Comment(_) | Part::Blank => None,
    }));
    for (Item { from, part }, width) in body.items.iter().zip(widths) {
        match part {
            Part::Blank => lines.push(line(0, String::new(), from)),
            Part::Comment(text) if text.is_empty() => lines.push(line(level, "#".to_owned(), from)),
            Part::Comment(text) => lines.push(line(level, format!("# {text}"), from)),
            Part::Block { head, body } if body.is_empty() => {
                lines.push(line(level, format!("{head} {{}}"), from));
            }
            Part::Block { head, body } => {
                lines.push(line(level, format!("{head} {{"), from));
                print_body(body, level + 1, lines);
                lines.push(line(level, "}".to_owned(), from));
            }
            Part::Attribute { key, value } => {
                print_value(&format!("{key:width$} = "), value, level, from, lines);
            }
        }
    }
}

/// The width to which each key is padded: that of the longest in its run of one-line attributes.
fn aligned<'a>(items: impl Iterator<Item = Option<(&'a str, bool)>>) -> Vec<usize> {
    let items: Vec<_> = items.collect();
    let mut widths = vec![0; items.len()];
    let mut start = 0;
    while start < items.len() {
        let run = items[start..]
            .iter()
            .take_while(|item| matches!(item, Some((_, true))))
            .count();
        let widest = items[start..start + run]
            .iter()
            .flatten()
            .map(|(key, _)| key.chars().count())
            .max()
            .unwrap_or(0);
        widths[start..start + run].fill(widest);
        start += run.max(1);
    }
    widths
}

fn print_value(before: &str, value: &Expr, level: usize, from: &FieldPath, lines: &mut Vec<Line>) {
    match value {
        Expr::Code(code) => lines.push(line(level, format!("{before}{code}"), from)),
        Expr::Object(entries) => print_object(before, "{", entries, "}", level, from, lines),
        Expr::Call(opening, entries) => {
            print_object(before, opening, entries, "})", level, from, lines);
        }
        Expr::List(_) => match one_line(value) {
            Some(code) => lines.push(line(level, format!("{before}{code}"), from)),
            None => {
                let Expr::List(items) = value else { return };
                lines.push(line(level, format!("{before}["), from));
                for item in items {
                    print_value("", item, level + 1, from, lines);
                    if let Some(last) = lines.last_mut() {
                        last.text.push(',');
                    }
                }
                lines.push(line(level, "]".to_owned(), from));
            }
        },
        Expr::Heredoc(text) => {
            lines.push(line(level, format!("{before}<<-EOT"), from));
            for row in text {
                let level = if row.is_empty() { 0 } else { level + 1 };
                lines.push(line(level, row.clone(), from));
            }
            lines.push(line(level, "EOT".to_owned(), from));
        }
        Expr::Lines(rows) => {
            for (index, row) in rows.iter().enumerate() {
                let before = if index == 0 { before } else { "" };
                lines.push(line(level, format!("{before}{row}"), from));
            }
        }
    }
}

fn print_object(
    before: &str,
    opening: &str,
    entries: &[(FieldPath, String, Expr)],
    closing: &str,
    level: usize,
    from: &FieldPath,
    lines: &mut Vec<Line>,
) {
    if entries.is_empty() {
        lines.push(line(level, format!("{before}{opening}{closing}"), from));
        return;
    }
    lines.push(line(level, format!("{before}{opening}"), from));
    let widths = aligned(
        entries
            .iter()
            .map(|(_, key, value)| Some((key.as_str(), is_one_line(value)))),
    );
    for ((entry_from, key, value), width) in entries.iter().zip(widths) {
        print_value(
            &format!("{key:width$} = "),
            value,
            level + 1,
            entry_from,
            lines,
        );
    }
    lines.push(line(level, closing.to_owned(), from));
}

/// Whether a run of aligned attributes goes on with it: a heredoc counts as its first line.
fn is_one_line(value: &Expr) -> bool {
    matches!(value, Expr::Heredoc(_)) || one_line(value).is_some()
}

fn one_line(value: &Expr) -> Option<String> {
    match value {
        Expr::Code(code) => Some(code.clone()),
        Expr::Object(entries) => entries.is_empty().then(|| "{}".to_owned()),
        Expr::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(one_line).collect();
            let code = format!("[{}]", items?.join(", "));
            (code.chars().count() <= LONGEST_LIST).then_some(code)
        }
        Expr::Call(..) | Expr::Heredoc(_) => None,
        Expr::Lines(rows) => match rows.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        },
    }
}

fn line(level: usize, text: String, from: &FieldPath) -> Line {
    let text = if text.is_empty() {
        text
    } else {
        format!("{:width$}{text}", "", width = level * 2)
    };
    Line {
        text,
        from: from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heredoc_is_aligned_with_its_neighbours() {
        let mut body = Body::new();
        body.text("description", "a")
            .attribute("value", Expr::Heredoc(vec!["b".to_owned()]))
            .code("id", "1");
        let printed: Vec<String> = print(&body).into_iter().map(|line| line.text).collect();
        assert_eq!(
            printed,
            [
                "description = \"a\"",
                "value       = <<-EOT",
                "  b",
                "EOT",
                "id          = 1",
            ]
        );
    }
}
