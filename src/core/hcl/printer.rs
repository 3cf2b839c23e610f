//! Prints documents as `terraform fmt` leaves them: two spaces a level, `=` aligned in each run of one-line
//! attributes. A value over several lines but a heredoc, a comment or an empty line ends a run.

use super::document::{Body, Expr, Item, Part};
use crate::path::FieldPath;
use crate::tree::{File, Lines};

/// The longest list that stands on one line, in characters.
const MAX_LIST_WIDTH: usize = 80;

/// A file of `body`.
pub(crate) fn file(body: &Body) -> File {
    let mut lines = Lines::with_capacity();
    print(body, &mut lines);
    File::generated(lines)
}

/// The lines of `body`, added to `lines`.
pub(crate) fn print(body: &Body, lines: &mut Lines) {
    print_body(body, 0, lines);
}

fn print_body(body: &Body, level: usize, lines: &mut Lines) {
    let mut run = Run::default();
    for (index, Item { origin, part }) in body.items.iter().enumerate() {
        match part {
            Part::Blank => lines.end(origin),
            Part::Comment(text) if text.is_empty() => indented(lines, level).write("#").end(origin),
            Part::Comment(text) => indented(lines, level).write("# ").write(text).end(origin),
            Part::Block { head, body } if body.is_empty() => {
                indented(lines, level).write(head).write(" {}").end(origin);
            }
            Part::Block { head, body } => {
                indented(lines, level).write(head).write(" {").end(origin);
                print_body(body, level + 1, lines);
                indented(lines, level).write("}").end(origin);
            }
            Part::Attribute { key, value } => {
                let entries = body.items[index..].iter();
                let width = run.width(index, entries.map(|item| item.part.entry()));
                print_entry(key, width, value, level, origin, lines);
            }
        }
    }
}

/// Prints `key = value`, the key padded to `width` characters.
fn print_entry(
    key: &str,
    width: usize,
    value: &Expr,
    level: usize,
    origin: &FieldPath,
    lines: &mut Lines,
) {
    let padding = width.saturating_sub(key.chars().count());
    indented(lines, level)
        .write(key)
        .spaces(padding)
        .write(" = ");
    print_value(value, level, origin, lines);
}

/// Attributes in a row whose keys are padded to one width: that of the longest. Each stands on one line.
#[derive(Default)]
struct Run {
    /// The index of the item behind it.
    end: usize,
    width: usize,
}

impl Run {
    /// The width of the attribute at `index`; of none that stands on one line, 0. `entries` are the items from there on: the
    /// key and value of an attribute.
    fn width<'a>(
        &mut self,
        index: usize,
        entries: impl Iterator<Item = Option<(&'a str, &'a Expr)>>,
    ) -> usize {
        if index >= self.end {
            *self = Self {
                end: index,
                width: 0,
            };
            for (key, _) in entries.map_while(|it| it.filter(|(_, value)| is_one_line(value))) {
                self.end += 1;
                self.width = self.width.max(key.chars().count());
            }
        }
        match index < self.end {
            true => self.width,
            false => 0,
        }
    }
}

/// Prints `value` into a line that is begun, and ends it.
fn print_value(value: &Expr, level: usize, origin: &FieldPath, lines: &mut Lines) {
    match value {
        Expr::Code(code) => lines.write(code).end(origin),
        Expr::Object(entries) => print_object("{", entries, "}", level, origin, lines),
        Expr::Call(opening, entries) => print_object(opening, entries, "})", level, origin, lines),
        Expr::List(_) if is_one_line(value) => {
            print_on_line(value, lines);
            lines.end(origin);
        }
        Expr::List(items) => {
            lines.write("[").end(origin);
            for item in items {
                indented(lines, level + 1);
                print_value(item, level + 1, origin, lines);
                lines.append(",");
            }
            indented(lines, level).write("]").end(origin);
        }
        Expr::Heredoc(text) => {
            lines.write("<<-EOT").end(origin);
            for row in text {
                print_row(row, level + 1, origin, lines);
            }
            indented(lines, level).write("EOT").end(origin);
        }
        Expr::Lines(rows) => {
            if let Some((first, others)) = rows.split_first() {
                lines.write(first).end(origin);
                for row in others {
                    print_row(row, level, origin, lines);
                }
            }
        }
    }
}

/// Prints a line that is given. An empty one has no spaces.
fn print_row(row: &str, level: usize, origin: &FieldPath, lines: &mut Lines) {
    if !row.is_empty() {
        indented(lines, level).write(row);
    }
    lines.end(origin);
}

fn print_object(
    opening: &str,
    entries: &[(FieldPath, String, Expr)],
    closing: &str,
    level: usize,
    origin: &FieldPath,
    lines: &mut Lines,
) {
    if entries.is_empty() {
        lines.write(opening).write(closing).end(origin);
        return;
    }
    lines.write(opening).end(origin);
    let mut run = Run::default();
    for (index, (origin, key, value)) in entries.iter().enumerate() {
        let others = entries[index..].iter();
        let width = run.width(index, others.map(|(_, key, value)| Some((&**key, value))));
        print_entry(key, width, value, level + 1, origin, lines);
    }
    indented(lines, level).write(closing).end(origin);
}

/// Whether a run of aligned attributes goes on with it: a heredoc counts as its first line.
fn is_one_line(value: &Expr) -> bool {
    match value {
        Expr::Code(_) | Expr::Heredoc(_) => true,
        Expr::Object(_) | Expr::List(_) | Expr::Call(..) | Expr::Lines(_) => {
            width_on_line(value).is_some()
        }
    }
}

/// The characters of `value` as [`print_on_line`] prints it; `None` where it doesn't stand on one line.
fn width_on_line(value: &Expr) -> Option<usize> {
    match value {
        Expr::Code(code) => Some(code.chars().count()),
        Expr::Object(entries) => entries.is_empty().then_some("{}".len()),
        Expr::List(items) => {
            let mut width = "[]".len() + ", ".len() * items.len().saturating_sub(1);
            for item in items {
                width += width_on_line(item)?;
            }
            (width <= MAX_LIST_WIDTH).then_some(width)
        }
        Expr::Lines(rows) => match rows.as_slice() {
            [only] => Some(only.chars().count()),
            _ => None,
        },
        Expr::Call(..) | Expr::Heredoc(_) => None,
    }
}

/// Prints a value that stands on one line into a line that is begun.
fn print_on_line(value: &Expr, lines: &mut Lines) {
    match value {
        Expr::Code(code) => {
            lines.write(code);
        }
        Expr::List(items) => {
            lines.write("[");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    lines.write(", ");
                }
                print_on_line(item, lines);
            }
            lines.write("]");
        }
        Expr::Lines(rows) => {
            lines.write(rows.first().map_or("", String::as_str));
        }
        Expr::Object(_) => {
            lines.write("{}");
        }
        Expr::Call(..) | Expr::Heredoc(_) => unreachable!("they stand on lines of their own"),
    }
}

/// Begins a line.
fn indented(lines: &mut Lines, level: usize) -> &mut Lines {
    lines.spaces(level * 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::File;

    fn printed(body: &Body) -> Vec<String> {
        let mut lines = Lines::default();
        print(body, &mut lines);
        let file = File::generated(lines);
        file.text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_heredoc_is_aligned_with_its_neighbours() {
        let mut body = Body::new();
        body.text("description", "a")
            .attribute("value", Expr::Heredoc(vec!["b".into()]))
            .code("id", "1");
        assert_eq!(
            printed(&body),
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
