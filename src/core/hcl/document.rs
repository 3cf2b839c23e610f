//! The parts of a document.

use std::borrow::Cow;

use super::literal::{is_identifier, string};
use crate::path::FieldPath;
use crate::value::Value;

/// The content of a file or block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(super) items: Vec<Item>,
    /// The value that what is added from now on comes from.
    origin: FieldPath,
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) origin: FieldPath,
    pub(super) part: Part,
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Attribute { key: Cow<'static, str>, value: Expr },
    Block { head: String, body: Body },
    Comment(String),
    Blank,
}

/// What stands behind an `=`.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// An expression on one line, in HCL: from the source code or from [`Expr::text`], never from a user's text.
    Code(Cow<'static, str>),
    /// An object over several lines: `{ key = value … }`.
    Object(Vec<(FieldPath, String, Expr)>),
    /// A list, on one line if it is short.
    List(Vec<Expr>),
    /// A call whose last argument is an object, by its opening: `merge(var.history, {`.
    Call(String, Vec<(FieldPath, String, Expr)>),
    /// A text over several lines, as an indented heredoc. From the source code only.
    Heredoc(Vec<Cow<'static, str>>),
    /// Code over several lines; continuation lines are indented as given. From the source code only.
    Lines(Vec<String>),
}

impl Part {
    /// The key and value of an attribute.
    pub(super) fn entry(&self) -> Option<(&str, &Expr)> {
        match self {
            Self::Attribute { key, value } => Some((key, value)),
            Self::Block { .. } | Self::Comment(_) | Self::Blank => None,
        }
    }
}

impl Expr {
    /// Code from the source.
    pub(crate) fn code(code: impl Into<Cow<'static, str>>) -> Self {
        Self::Code(code.into())
    }

    /// A string literal.
    pub(crate) fn text(text: &str) -> Self {
        Self::code(string(text))
    }

    /// A literal.
    pub(crate) fn value(value: &Value) -> Self {
        match value {
            Value::Bool(true) => Self::code("true"),
            Value::Bool(false) => Self::code("false"),
            Value::Integer(number) => Self::code(number.to_string()),
            Value::Text(text) => Self::text(text),
            Value::List(items) => Self::List(items.iter().map(|item| Self::text(item)).collect()),
        }
    }

    /// A literal on one line, wherever it stands.
    pub(crate) fn inline(value: &Value) -> String {
        match value {
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| string(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Bool(is_true) => is_true.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => string(text),
        }
    }
}

impl Body {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What is added from now on comes from the value at `origin`.
    pub(crate) fn origin(&mut self, origin: &FieldPath) -> &mut Self {
        self.origin = origin.clone();
        self
    }

    fn push(&mut self, part: Part) -> &mut Self {
        self.items.push(Item {
            origin: self.origin.clone(),
            part,
        });
        self
    }

    /// Adds `name = value`, the name an identifier from the source code.
    pub(crate) fn attribute(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: Expr,
    ) -> &mut Self {
        let key = name.into();
        debug_assert!(is_identifier(&key), "`{key}` is no identifier");
        self.push(Part::Attribute { key, value })
    }

    /// Adds `name = code`, code from the source.
    pub(crate) fn code(
        &mut self,
        name: &'static str,
        code: impl Into<Cow<'static, str>>,
    ) -> &mut Self {
        self.attribute(name, Expr::code(code))
    }

    /// Adds `name = "text"`.
    pub(crate) fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.attribute(name, Expr::text(text))
    }

    /// Adds a block, made by `fill`: `kind "label" { … }`.
    pub(crate) fn block(
        &mut self,
        kind: &str,
        labels: &[&str],
        fill: impl FnOnce(&mut Self),
    ) -> &mut Self {
        let capacity = labels.iter().map(|label| label.len() + " \"\"".len());
        let mut head = String::with_capacity(kind.len() + capacity.sum::<usize>());
        head.push_str(kind);
        for label in labels {
            head.push(' ');
            head.push_str(&string(label));
        }
        let mut body = Self {
            items: Vec::new(),
            origin: self.origin.clone(),
        };
        fill(&mut body);
        self.push(Part::Block { head, body })
    }

    /// Adds a comment, a line for each of `text`. From the source code only.
    pub(crate) fn comment(&mut self, text: &str) -> &mut Self {
        for line in text.lines() {
            self.push(Part::Comment(line.to_owned()));
        }
        self
    }

    /// Adds an empty line.
    pub(crate) fn blank(&mut self) -> &mut Self {
        self.push(Part::Blank)
    }

    /// Whether nothing was added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
