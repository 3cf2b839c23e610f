//! Markdown as the composed documents have it: headings, paragraphs, lists, tables, blocks of code; in lines code, what is
//! strong, links. What else Markdown has stays the text that it is.

/// A part of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading with its level, from 1.
    Heading(usize, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list, item by item.
    List(Vec<Vec<Inline>>),
    /// A table: its heads and its rows.
    Table(Vec<Vec<Inline>>, Vec<Vec<Vec<Inline>>>),
    /// A block of code.
    Code(String),
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Plain text.
    Text(String),
    /// Code.
    Code(String),
    /// What is strong.
    Strong(Vec<Inline>),
    /// A link: what it says and where it leads.
    Link(Vec<Inline>, String),
}

/// The blocks of a document.
#[must_use]
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with("```") {
            let mut code = String::new();
            for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                code.push_str(line);
                code.push('\n');
            }
            blocks.push(Block::Code(code));
            continue;
        }
        if let Some((level, text)) = heading(line) {
            blocks.push(Block::Heading(level, inlines(text)));
            continue;
        }
        // What follows without a blank line belongs to it.
        let mut together = vec![line];
        while let Some(next) = lines.peek() {
            if next.trim().is_empty() || next.starts_with("```") || heading(next).is_some() {
                break;
            }
            together.extend(lines.next());
        }
        blocks.push(match together.as_slice() {
            [heads, rule, rows @ ..] if heads.starts_with('|') && is_rule(rule) => {
                Block::Table(cells(heads), rows.iter().map(|row| cells(row)).collect())
            }
            lines if lines[0].starts_with("- ") => Block::List(items(lines)),
            lines => Block::Paragraph(inlines(&lines.join(" "))),
        });
    }
    blocks
}

/// The level and the text of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=6)
        .contains(&level)
        .then_some(level)
        .zip(text.strip_prefix(' '))
}

/// Whether a line stands between the heads and the rows of a table.
fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// The cells of a row. A bar with a backslash before it ends none.
fn cells(row: &str) -> Vec<Vec<Inline>> {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut rest = row;
    while let Some(at) = rest.find('|') {
        let (before, after) = rest.split_at(at);
        let last = cells.len() - 1;
        rest = &after[1..];
        if let Some(before) = before.strip_suffix('\\') {
            cells[last].push_str(before);
            cells[last].push('|');
        } else {
            cells[last].push_str(before);
            cells.push(String::new());
        }
    }
    let last = cells.len() - 1;
    cells[last].push_str(rest);
    cells.iter().map(|cell| inlines(cell.trim())).collect()
}

/// The items of a list; a line that begins none goes on with the one before.
fn items(lines: &[&str]) -> Vec<Vec<Inline>> {
    let mut items: Vec<String> = Vec::new();
    for line in lines {
        match (line.strip_prefix("- "), items.last_mut()) {
            (None, Some(last)) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            (begun, _) => items.push(begun.unwrap_or(line).to_owned()),
        }
    }
    items.iter().map(|item| inlines(item)).collect()
}

/// The parts of a line.
#[must_use]
pub(crate) fn inlines(text: &str) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        match code(after)
            .or_else(|| strong(after))
            .or_else(|| link(after))
        {
            Some((part, after)) => {
                if !plain.is_empty() {
                    parts.push(Inline::Text(std::mem::take(&mut plain)));
                }
                parts.push(part);
                rest = after;
            }
            None => {
                let (letter, after) = after.split_at(1);
                plain.push_str(letter);
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Inline::Text(plain));
    }
    parts
}

/// Code at the start of `text`, between as many back-ticks on both sides, and what follows.
fn code(text: &str) -> Option<(Inline, &str)> {
    let after = text.trim_start_matches('`');
    let ticks = &text[..text.len() - after.len()];
    if ticks.is_empty() {
        return None;
    }
    let (code, rest) = after.split_once(ticks)?;
    // Spaces keep back-ticks of the code apart from those around it.
    let inner = code
        .strip_prefix(' ')
        .and_then(|code| code.strip_suffix(' '))
        .filter(|code| !code.trim().is_empty());
    Some((Inline::Code(inner.unwrap_or(code).to_owned()), rest))
}

fn strong(text: &str) -> Option<(Inline, &str)> {
    let (strong, rest) = text.strip_prefix("**")?.split_once("**")?;
    Some((Inline::Strong(inlines(strong)), rest))
}

fn link(text: &str) -> Option<(Inline, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (to, rest) = rest.split_once(')')?;
    let is_link = !label.contains('[') && !to.contains(' ');
    is_link.then(|| (Inline::Link(inlines(label), to.to_owned()), rest))
}

/// The path that a relative link in the file at `from` leads to, without what stands behind a `#`; `None` for an address.
#[must_use]
pub(crate) fn target(from: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    if link.is_empty() || link.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{check, compose, presets};

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn blocks_are_told_apart() {
        let document = "# One\n\nTwo\nthree.\n\n- four\n  five\n- six\n\n| a | b |\n| --- | --: |\n| 1 | x\\|y |\n\n\
                        ```sh\nls\n\nls\n```\n";
        assert_eq!(
            blocks(document),
            [
                Block::Heading(1, vec![text("One")]),
                Block::Paragraph(vec![text("Two three.")]),
                Block::List(vec![vec![text("four five")], vec![text("six")]]),
                Block::Table(
                    vec![vec![text("a")], vec![text("b")]],
                    vec![vec![vec![text("1")], vec![text("x|y")]]]
                ),
                Block::Code("ls\n\nls\n".to_owned()),
            ]
        );
    }

    #[test]
    fn parts_of_a_line_are_told_apart_and_others_stay_text() {
        assert_eq!(
            inlines("a **b `c`** [d](e/f.md) 2 * 3 [x] `` `g` ``"),
            [
                text("a "),
                Inline::Strong(vec![text("b "), Inline::Code("c".to_owned())]),
                text(" "),
                Inline::Link(vec![text("d")], "e/f.md".to_owned()),
                text(" 2 * 3 [x] "),
                Inline::Code("`g`".to_owned()),
            ]
        );
    }

    #[test]
    fn a_link_leads_from_its_file() {
        let to = |from, link| target(from, link);
        assert_eq!(to("README.md", "docs/a.md").unwrap(), "docs/a.md");
        assert_eq!(to("docs/a.md", "../b/c.md#d").unwrap(), "b/c.md");
        assert_eq!(to("docs/a.md", "../../b.md"), None);
        assert_eq!(to("docs/a.md", "https://temporal.io"), None);
        assert_eq!(to("docs/a.md", "#d"), None);
    }

    /// The links in parts of a line.
    fn links<'a>(parts: &'a [Inline], found: &mut Vec<&'a str>) {
        for part in parts {
            match part {
                Inline::Link(label, to) => {
                    found.push(to);
                    links(label, found);
                }
                Inline::Strong(parts) => links(parts, found),
                Inline::Text(_) | Inline::Code(_) => {}
            }
        }
    }

    #[test]
    fn every_link_of_the_composed_documents_leads_to_a_file_or_an_address() {
        let spec = presets::find("standard").unwrap().spec();
        let tree = compose(&check(&spec).blueprint.unwrap());
        let mut seen = 0;
        for (path, file) in tree.files().filter(|(path, _)| path.ends_with(".md")) {
            let document = blocks(&file.text);
            let mut found = Vec::new();
            for block in &document {
                match block {
                    Block::Heading(_, parts) | Block::Paragraph(parts) => links(parts, &mut found),
                    Block::List(items) => items.iter().for_each(|item| links(item, &mut found)),
                    Block::Table(heads, rows) => {
                        for cell in heads.iter().chain(rows.iter().flatten()) {
                            links(cell, &mut found);
                        }
                    }
                    Block::Code(_) => {}
                }
            }
            for link in found {
                seen += 1;
                match target(path, link) {
                    Some(to) => assert!(tree.file(&to).is_some(), "{path}: {link}"),
                    None => assert!(link.starts_with("https://"), "{path}: {link}"),
                }
            }
        }
        assert!(seen > 20, "{seen}");
    }
}
