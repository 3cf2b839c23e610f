//! What a spec can say: four kinds of value.

use std::fmt;

use serde::Serialize;

use crate::text::{is_hidden, push_visible};

/// A value of an option, as the spec states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, in the option's unit.
    Integer(i64),
    /// Text, a choice's name or a duration such as `11m`.
    Text(String),
    /// A list of texts, such as availability zones.
    List(Vec<String>),
}

impl Value {
    /// The name of the kind for messages: "a whole number", "text", ….
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
        }
    }

    /// About how many bytes it has: those of its text.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Bool(_) | Self::Integer(_) => 0,
            Self::Text(text) => text.len(),
            Self::List(items) => items.iter().map(String::len).sum(),
        }
    }

    /// The text in it, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bool(_) | Self::Integer(_) | Self::List(_) => None,
        }
    }

    /// The number in it, if it is a whole number.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Bool(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

/// As TOML writes it, on one line: `true`, `512`, `"per-az"`, `["eu-west-1a", "eu-west-1b"]`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(&toml_string(text)),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{}", toml_string(item))?;
                }
                f.write_str("]")
            }
        }
    }
}

/// `text` as a TOML basic string, quoted and escaped, always on one line and with nothing hidden in it.
pub(crate) fn toml_string(text: &str) -> String {
    use toml_writer::ToTomlValue as _;
    let quoted = toml_writer::TomlStringBuilder::new(text)
        .as_basic()
        .to_toml_value();
    if !quoted.contains(is_hidden) {
        return quoted;
    }
    // TOML asks for an escape only of control characters.
    let mut shown = String::with_capacity(quoted.len() + 8);
    for c in quoted.chars() {
        match u32::from(c) {
            _ if !is_hidden(c) => shown.push(c),
            code @ ..=0xffff => shown.push_str(&format!("\\u{code:04X}")),
            code => shown.push_str(&format!("\\U{code:08X}")),
        }
    }
    shown
}

/// What the TOML basic string `text` says, its quotes included; `None` if it is none.
pub(crate) fn toml_text(text: &str) -> Option<String> {
    // A document of one value ends where its line ends.
    let document = format!("text = {text}");
    let table = toml::de::DeTable::parse(&document).ok()?.into_inner();
    match table.into_iter().next()?.1.into_inner() {
        toml::de::DeValue::String(text) => Some(text.into_owned()),
        _ => None,
    }
}

/// `text` for a message, which quotes it in back-ticks: shortened, so that a megabyte pasted by mistake does not fill the
/// screen, and with codes for hidden characters and for back-ticks, which would end the quotation.
pub(crate) fn excerpt(text: &str) -> String {
    const MAX_EXCERPT: usize = 60;
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_EXCERPT {
            return format!("{shown}… ({} bytes)", text.len());
        }
        match character {
            '`' => shown.extend(character.escape_unicode()),
            other => push_visible(&mut shown, other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn values_print_as_toml() {
        check(&Value::from(true), "true");
        check(&Value::from(-7), "-7");
        check(
            &Value::from("say \"hi\"\n\\ ${x}"),
            r#""say \"hi\"\n\\ ${x}""#,
        );
        check(
            &Value::List(vec!["a".to_owned(), "b".to_owned()]),
            r#"["a", "b"]"#,
        );
        check(
            &Value::from("a\u{202e}\u{e0041}\u{85}é"),
            r#""a\u202E\U000E0041\u0085é""#,
        );
    }

    #[test]
    fn a_long_text_is_shortened_in_messages() {
        assert_eq!(excerpt("short\n"), "short\\n");
        assert_eq!(excerpt("a`b\u{202e}c"), r"a\u{60}b\u{202e}c");
        let shown = excerpt(&"x".repeat(1_000_000));
        assert_eq!(shown, format!("{}… (1000000 bytes)", "x".repeat(60)));
    }
}
