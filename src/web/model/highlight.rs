//! Colours for what the composer writes: HCL, TOML, Markdown, shell. Small on purpose: a wrong colour does no harm,
//! and no line loses a character.

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Terraform's language.
    Hcl,
    /// `composition.toml`.
    Toml,
    /// Documents.
    Markdown,
    /// Anything else with `#` comments and quoted strings: shell, YAML, Alloy.
    Other,
}

impl Language {
    /// The language of the file at `path`.
    #[must_use]
    pub(crate) fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("tf" | "tfvars" | "hcl") => Self::Hcl,
            Some("toml") => Self::Toml,
            Some("md") => Self::Markdown,
            _ => Self::Other,
        }
    }
}

/// A piece of a line, with the class of its colour.
pub(crate) type Token = (Option<&'static str>, String);

/// `text` in lines of tokens.
#[must_use]
pub(crate) fn highlight(language: Language, text: &str) -> Vec<Vec<Token>> {
    let mut highlighter = Highlighter::new(language);
    text.lines().map(|line| highlighter.line(line)).collect()
}

/// Reads a text line by line: how a line is read depends on those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Highlighter {
    language: Language,
    inside: Inside,
}

impl Highlighter {
    /// At the start of a text.
    #[must_use]
    pub(crate) fn new(language: Language) -> Self {
        Self {
            language,
            inside: Inside::Nothing,
        }
    }

    /// The tokens of the next line.
    #[must_use]
    pub(crate) fn line(&mut self, line: &str) -> Vec<Token> {
        match self.language {
            Language::Markdown => markdown(line, &mut self.inside),
            language @ (Language::Hcl | Language::Toml | Language::Other) => {
                code(language, line, &mut self.inside)
            }
        }
    }
}

/// What a line begins inside of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Inside {
    Nothing,
    /// A heredoc, up to this word.
    Heredoc(String),
    /// A comment between `/*` and `*/`.
    Comment,
    /// A fenced block of Markdown.
    Fence,
}

fn markdown(line: &str, inside: &mut Inside) -> Vec<Token> {
    let whole = |class| vec![(Some(class), line.to_owned())];
    if line.trim_start().starts_with("```") {
        *inside = match inside {
            Inside::Fence => Inside::Nothing,
            Inside::Nothing | Inside::Heredoc(_) | Inside::Comment => Inside::Fence,
        };
        return whole("t-comment");
    }
    match inside {
        Inside::Fence => whole("t-string"),
        Inside::Nothing | Inside::Heredoc(_) | Inside::Comment if line.starts_with('#') => {
            whole("t-heading")
        }
        Inside::Nothing | Inside::Heredoc(_) | Inside::Comment => {
            let mut tokens = Vec::new();
            for (index, part) in line.split('`').enumerate() {
                if index % 2 == 1 {
                    tokens.push((Some("t-string"), format!("`{part}`")));
                } else if !part.is_empty() {
                    tokens.push((None, part.to_owned()));
                }
            }
            // An odd back-tick: the line says something else than this reading of it.
            if line.matches('`').count() % 2 == 1 {
                return vec![(None, line.to_owned())];
            }
            tokens
        }
    }
}

fn code(language: Language, line: &str, inside: &mut Inside) -> Vec<Token> {
    match inside {
        Inside::Heredoc(end) => {
            let is_end = line.trim() == end;
            if is_end {
                *inside = Inside::Nothing;
                return vec![(Some("t-keyword"), line.to_owned())];
            }
            return vec![(Some("t-string"), line.to_owned())];
        }
        Inside::Comment => {
            if line.contains("*/") {
                *inside = Inside::Nothing;
            }
            return vec![(Some("t-comment"), line.to_owned())];
        }
        Inside::Nothing | Inside::Fence => {}
    }
    if language == Language::Toml && line.starts_with('[') {
        return vec![(Some("t-heading"), line.to_owned())];
    }
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = line;
    let mut is_start = true;
    while let Some(first) = rest.chars().next() {
        let after_space = || {
            let before = tokens.last().and_then(|(_, text)| text.chars().next_back());
            before.is_none_or(char::is_whitespace)
        };
        let (class, length) = match first {
            '#' if language != Language::Other || after_space() => (Some("t-comment"), rest.len()),
            '/' if rest.starts_with("//") && language != Language::Toml && after_space() => {
                (Some("t-comment"), rest.len())
            }
            '/' if rest.starts_with("/*") && language == Language::Hcl => {
                *inside = Inside::Comment;
                (Some("t-comment"), rest.len())
            }
            '"' => (Some("t-string"), string_length(rest)),
            '<' if language == Language::Hcl && rest.starts_with("<<") => {
                let word = rest.trim_start_matches(['<', '-']).trim();
                *inside = Inside::Heredoc(word.to_owned());
                (Some("t-keyword"), rest.len())
            }
            '0'..='9' => (
                Some("t-number"),
                length_while(rest, |c| c.is_ascii_alphanumeric() || c == '.'),
            ),
            c if c.is_alphabetic() || c == '_' => {
                let length = length_while(rest, |c| c.is_alphanumeric() || c == '_' || c == '-');
                (
                    word_class(language, &rest[..length], &rest[length..], is_start),
                    length,
                )
            }
            c if c.is_whitespace() => (None, length_while(rest, char::is_whitespace)),
            c => (None, c.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        is_start = is_start && token.trim().is_empty();
        match tokens.last_mut() {
            Some((last, text)) if *last == class => text.push_str(token),
            _ => tokens.push((class, token.to_owned())),
        }
        rest = after;
    }
    tokens
}

fn word_class(language: Language, word: &str, after: &str, is_start: bool) -> Option<&'static str> {
    let next = after.trim_start().chars().next();
    if matches!(word, "true" | "false" | "null") {
        Some("t-number")
    } else if language == Language::Hcl && is_start && matches!(next, Some('{' | '"')) {
        Some("t-keyword")
    } else if is_start && next == Some('=') {
        Some("t-name")
    } else if language == Language::Hcl && after.starts_with('(') {
        Some("t-call")
    } else if language == Language::Hcl
        && matches!(
            word,
            "var" | "local" | "module" | "each" | "data" | "for" | "in" | "if" | "path"
        )
    {
        Some("t-keyword")
    } else {
        None
    }
}

/// The bytes of the string that `text` begins with. An interpolation may hold strings of its own.
fn string_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    let mut before = ' ';
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '{' if depth > 0 || before == '$' || before == '%' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '"' if depth == 0 => return index + 1,
            _ => {}
        }
        before = c;
    }
    text.len()
}

fn length_while(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: Language, text: &str, expected: &[&[(&str, &str)]]) {
        let found = highlight(language, text);
        let found: Vec<Vec<(&str, &str)>> = found
            .iter()
            .map(|line| {
                line.iter()
                    .map(|(class, text)| (class.unwrap_or(""), text.as_str()))
                    .collect()
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn hcl_is_read_as_blocks_names_strings_and_references() {
        check(
            Language::Hcl,
            "variable \"a\" {\n  b = \"${join(\"-\", c)}x\" # y",
            &[
                &[
                    ("t-keyword", "variable"),
                    ("", " "),
                    ("t-string", "\"a\""),
                    ("", " {"),
                ],
                &[
                    ("", "  "),
                    ("t-name", "b"),
                    ("", " = "),
                    ("t-string", "\"${join(\"-\", c)}x\""),
                    ("", " "),
                    ("t-comment", "# y"),
                ],
            ],
        );
    }

    #[test]
    fn no_file_loses_a_character() {
        let spec = composer_core::presets::find("standard").unwrap().spec();
        let blueprint = composer_core::check(&spec).blueprint.unwrap();
        for (path, file) in composer_core::compose(&blueprint).files() {
            let mut text = String::new();
            for line in highlight(Language::of(path), &file.text) {
                text.extend(line.into_iter().map(|(_, token)| token));
                text.push('\n');
            }
            assert_eq!(text, file.text, "{path}");
        }
    }
}
