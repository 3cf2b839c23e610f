//! The address of a value: the same text in the spec file, in `--set`, in a problem, in a link and as an HTML id.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::value::{toml_string, toml_text};

/// The address of one value of a spec, such as `environments.prod.history.count`.
///
/// Every line of a tree holds one, so a copy shares its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(Arc<[String]>);

/// The most parts of an address that is read: of the options' addresses none has more than five.
const MAX_PARTS: usize = 16;

/// Why a text is not a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a key: {reason}")]
pub struct NotAPath {
    found: String,
    reason: &'static str,
}

impl FieldPath {
    /// The address of the whole spec.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads an address: segments joined by dots, a segment with other characters than letters, digits, `_`
    /// and `-` in double quotes.
    ///
    /// # Errors
    /// If a segment is empty, a quote isn't closed, or a bare segment holds another character.
    pub fn parse(text: &str) -> Result<Self, NotAPath> {
        let refuse = |reason| NotAPath {
            found: crate::value::excerpt(text),
            reason,
        };
        let mut segments = Vec::new();
        let mut rest = text;
        loop {
            let segment;
            if rest.starts_with('"') {
                let end = quoted_end(rest).ok_or_else(|| refuse("a quote is not closed"))?;
                segment = toml_text(&rest[..end]).ok_or_else(|| {
                    refuse("a quoted part holds what TOML does not allow in double quotes")
                })?;
                rest = &rest[end..];
            } else {
                let end = rest.find('.').unwrap_or(rest.len());
                segment = rest[..end].to_owned();
                rest = &rest[end..];
                if segment.is_empty() {
                    return Err(refuse("a part between dots is empty"));
                }
                if !is_bare(&segment) {
                    return Err(refuse(
                        "a part may hold letters, digits, `_` and `-`, anything else in double quotes",
                    ));
                }
            }
            segments.push(segment);
            if segments.len() > MAX_PARTS {
                return Err(refuse("it has more than 16 parts"));
            }
            if rest.is_empty() {
                return Ok(Self(segments.into()));
            }
            rest = rest
                .strip_prefix('.')
                .ok_or_else(|| refuse("a dot is missing after a quoted part"))?;
        }
    }

    /// The address made of `segments`.
    #[must_use]
    pub fn of(segments: &[&str]) -> Self {
        Self(segments.iter().map(|&segment| segment.to_owned()).collect())
    }

    /// The address of the dotted `key` in an environment, for keys known to be bare. A check asks for hundreds.
    #[must_use]
    pub fn in_environment(environment: &str, key: &str) -> Self {
        let start = ["environments", environment].into_iter();
        let segments: Vec<&str> = start.chain(key.split('.')).collect();
        Self::of(&segments)
    }

    /// The address of `segment` inside this one.
    #[must_use]
    pub fn key(&self, segment: &str) -> Self {
        let own = std::iter::once(segment.to_owned());
        Self(self.0.iter().cloned().chain(own).collect())
    }

    /// The address of the dotted `path` inside this one, for keys known to be bare.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let own = path.split('.').map(str::to_owned);
        Self(self.0.iter().cloned().chain(own).collect())
    }

    /// The parts of it.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// The address of what holds it; `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.into()))
    }

    /// Whether this address is `prefix` or lies inside it.
    #[must_use]
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// The environment it belongs to, for an address inside `environments.<name>`.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        match &*self.0 {
            [first, name, ..] if first == "environments" => Some(name),
            _ => None,
        }
    }
}

/// What a map by address is asked for: an address, or the parts of one, so that a question copies no text. A check asks
/// hundreds of times.
pub(crate) trait Segments {
    /// The part at `index`.
    fn segment(&self, index: usize) -> Option<&str>;
}

impl Segments for FieldPath {
    fn segment(&self, index: usize) -> Option<&str> {
        self.0.get(index).map(String::as_str)
    }
}

/// The address of the dotted `key`, known to be bare, in an environment or in the spec as a whole.
pub(crate) struct Key<'a> {
    /// The environment.
    pub(crate) environment: Option<&'a str>,
    /// The key.
    pub(crate) key: &'a str,
}

impl Segments for Key<'_> {
    fn segment(&self, index: usize) -> Option<&str> {
        match (self.environment, index) {
            (None, _) => self.key.split('.').nth(index),
            (Some(_), 0) => Some("environments"),
            (Some(name), 1) => Some(name),
            (Some(_), _) => self.key.split('.').nth(index - 2),
        }
    }
}

impl<'a> Borrow<dyn Segments + 'a> for FieldPath {
    fn borrow(&self) -> &(dyn Segments + 'a) {
        self
    }
}

/// The order of [`FieldPath`].
impl Ord for dyn Segments + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        let mut index = 0;
        loop {
            match (self.segment(index), other.segment(index)) {
                (None, None) => return Ordering::Equal,
                (one, another) if one == another => index += 1,
                (one, another) => return one.cmp(&another),
            }
        }
    }
}

impl PartialOrd for dyn Segments + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for dyn Segments + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for dyn Segments + '_ {}

/// Where the quoted part that `text` begins with ends, with its quotes.
fn quoted_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// `KEY=VALUE` in two: a key's quoted part may hold a `=`.
pub(crate) fn split_assignment(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let sign = rest.find('=')?;
        match rest.find('"') {
            Some(quote) if quote < sign => at += quote + quoted_end(&rest[quote..])?,
            _ => return Some((&text[..at + sign], &text[at + sign + 1..])),
        }
    }
}

/// Whether a segment needs no quotes.
fn is_bare(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// One segment, quoted where it must be.
pub(crate) fn segment_text(segment: &str) -> String {
    if is_bare(segment) {
        segment.to_owned()
    } else {
        toml_string(segment)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment_text(segment))?;
        }
        Ok(())
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str, segments: &[&str]) {
        let path = FieldPath::parse(text).unwrap();
        assert_eq!(path, FieldPath::of(segments));
        assert_eq!(path.to_string(), text);
    }

    #[test]
    fn paths_read_and_print() {
        round_trip("project", &["project"]);
        round_trip(
            "environments.prod.history.count",
            &["environments", "prod", "history", "count"],
        );
        round_trip(r#"tags."cost.center".x"#, &["tags", "cost.center", "x"]);
        round_trip(r#"tags."a\"b\\".x"#, &["tags", r#"a"b\"#, "x"]);
        round_trip(r#"tags."""#, &["tags", ""]);
    }

    #[test]
    fn the_parts_of_an_address_stand_where_it_does() {
        let texts = [
            "a",
            "environments",
            "environments.dev",
            "environments.dev.b",
            "environments.dev.b.c",
            "environments.dev-2.b",
            "environments.\"d.e\".b",
            "environments.prod.b",
            "project",
        ];
        let paths = texts.map(|text| FieldPath::parse(text).unwrap());
        let key = |environment, key| Key { environment, key };
        let keys = [
            key(None, "a"),
            key(None, "environments"),
            key(None, "environments.dev"),
            key(Some("dev"), "b"),
            key(Some("dev"), "b.c"),
            key(Some("dev-2"), "b"),
            key(Some("d.e"), "b"),
            key(Some("prod"), "b"),
            key(None, "project"),
        ];
        for (path, key) in paths.iter().zip(&keys) {
            for other in &paths {
                let asked: &dyn Segments = key;
                assert_eq!(asked.cmp(other), path.cmp(other), "{path} and {other}");
            }
        }
    }

    #[test]
    fn an_assignment_is_cut_behind_its_key() {
        assert_eq!(split_assignment("a.b=c=d"), Some(("a.b", "c=d")));
        assert_eq!(
            split_assignment(r#"tags."a=\"=b"=c"#),
            Some((r#"tags."a=\"=b""#, "c"))
        );
        assert_eq!(split_assignment("a=\"b=c\""), Some(("a", "\"b=c\"")));
        assert_eq!(split_assignment("tags.\"a=b"), None);
    }

    #[test]
    fn what_is_not_a_path_says_why() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(FieldPath::parse(text).unwrap_err().to_string(), expected);
        }
        check("", "`` is not a key: a part between dots is empty");
        check("a..b", "`a..b` is not a key: a part between dots is empty");
        check("tags.\"x", "`tags.\"x` is not a key: a quote is not closed");
        check(
            "tags.\"x\"y",
            "`tags.\"x\"y` is not a key: a dot is missing after a quoted part",
        );
        check(
            "tags.\"\\q\"",
            "`tags.\"\\q\"` is not a key: a quoted part holds what TOML does not allow in double quotes",
        );
        check(
            &["a"; 17].join("."),
            "`a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a` is not a key: it has more than 16 parts",
        );
        check(
            "a b",
            "`a b` is not a key: a part may hold letters, digits, `_` and `-`, anything else in double quotes",
        );
    }
}
