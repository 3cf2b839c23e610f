//! Markdown, line by line, each line with the value it comes from.

use crate::hcl::{Body, print};
use crate::path::FieldPath;
use crate::text::visible;
use crate::tree::{File, Lines};

/// `text` as code in a line of Markdown: within as many back-ticks as it takes, with codes for hidden characters.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// A document that is being written.
#[derive(Debug, Default)]
pub(crate) struct Markdown {
    lines: Lines,
    origin: FieldPath,
}

impl Markdown {
    pub(crate) fn new(origin: &FieldPath) -> Self {
        Self {
            lines: Lines::with_capacity(),
            origin: origin.clone(),
        }
    }

    /// What is added from now on comes from the value at `origin`.
    pub(crate) fn origin(&mut self, origin: &FieldPath) -> &mut Self {
        self.origin = origin.clone();
        self
    }

    /// Adds the lines of `text`.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.lines.lines(text, &self.origin);
        self
    }

    /// Adds an empty line.
    pub(crate) fn blank(&mut self) -> &mut Self {
        self.lines.end(&self.origin);
        self
    }

    /// Adds a paragraph, a list or a table, and an empty line before it.
    pub(crate) fn paragraph(&mut self, text: &str) -> &mut Self {
        self.blank().text(text)
    }

    /// Adds a heading with an empty line before it.
    pub(crate) fn heading(&mut self, text: &str) -> &mut Self {
        self.blank();
        self.lines.write("## ").write(text).end(&self.origin);
        self
    }

    /// Adds a block of shell commands.
    pub(crate) fn shell(&mut self, commands: &str) -> &mut Self {
        self.paragraph("```sh")
            .text(commands.trim_end())
            .text("```")
    }

    /// Adds a block of Terraform.
    pub(crate) fn terraform(&mut self, body: &Body) -> &mut Self {
        self.paragraph("```hcl");
        print(body, &mut self.lines);
        self.text("```")
    }

    /// Adds a table: its heads, and its rows, as wide as the heads, each with the value they come from.
    pub(crate) fn table<const COLUMNS: usize>(
        &mut self,
        heads: [&str; COLUMNS],
        rows: impl IntoIterator<Item = (FieldPath, [String; COLUMNS])>,
    ) -> &mut Self {
        let rows = rows
            .into_iter()
            .map(|(origin, cells)| (origin, Vec::from(cells)));
        self.table_of_columns(&heads, rows.collect())
    }

    /// [`Self::table`] of columns whose number the environments decide.
    pub(crate) fn table_of_columns(
        &mut self,
        heads: &[&str],
        rows: Vec<(FieldPath, Vec<String>)>,
    ) -> &mut Self {
        let rule = vec!["---"; heads.len()].join(" | ");
        self.paragraph(&format!("| {} |\n| {rule} |", heads.join(" | ")));
        for (origin, cells) in rows {
            self.lines.write("|");
            for cell in &cells {
                self.lines.write(" ");
                for (index, part) in cell.split('|').enumerate() {
                    // A bar ends a cell, even in code.
                    self.lines
                        .write(if index > 0 { "\\|" } else { "" })
                        .write(part);
                }
                self.lines.write(" |");
            }
            self.lines.end(&origin);
        }
        self
    }

    /// The file.
    pub(crate) fn file(self) -> File {
        File::generated(self.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_where_it_is_meant_to() {
        assert_eq!(code("aws_vpc.main"), "`aws_vpc.main`");
        assert_eq!(code("a[\"`x`\"]"), "`` a[\"`x`\"] ``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code("a\u{202e}\nb"), r"`a\u{202e}\nb`");
    }

    #[test]
    fn a_bar_ends_no_cell() {
        let mut text = Markdown::new(&FieldPath::root());
        text.table(
            ["A", "B"],
            [(FieldPath::root(), [code("x|y"), "z".to_owned()])],
        );
        assert_eq!(
            &*text.file().text,
            "\n| A | B |\n| --- | --- |\n| `x\\|y` | z |\n"
        );
    }
}
