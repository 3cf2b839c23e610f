//! The address of a value: the same text in the spec file, in `--set`, in a problem, in a link and as an HTML id.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::value::{toml_string, toml_text};

/// The address of one value of a spec, such as `environments.prod.history.count`.
///
/// Every line of a tree holds one, and a check makes thousands. So it is one text, of which copies share the bytes: each part
/// after a [`SEPARATOR`]. That is the least of all characters, so the text has the order of its parts.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(Arc<str>);

/// Stands before each part of an address. A part that holds it gets U+FFFD in its place, as in CommonMark: no key may hold
/// either.
const SEPARATOR: char = '\0';

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
        let mut address = String::with_capacity(text.len() + 1);
        let mut count = 0;
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
            push(&mut address, &segment);
            count += 1;
            if count > MAX_PARTS {
                return Err(refuse("it has more than 16 parts"));
            }
            if rest.is_empty() {
                return Ok(Self(address.into()));
            }
            rest = rest
                .strip_prefix('.')
                .ok_or_else(|| refuse("a dot is missing after a quoted part"))?;
        }
    }

    /// The address made of `segments`.
    #[must_use]
    pub fn of(segments: &[&str]) -> Self {
        let mut address = String::with_capacity(segments.iter().map(|it| it.len() + 1).sum());
        for segment in segments {
            push(&mut address, segment);
        }
        Self(address.into())
    }

    /// The address of the dotted `key` in an environment, for keys known to be bare.
    #[must_use]
    pub fn in_environment(environment: &str, key: &str) -> Self {
        Self(key_text(Some(environment), key).into())
    }

    /// The address of `segment` inside this one.
    #[must_use]
    pub fn key(&self, segment: &str) -> Self {
        let mut address = self.with_room_for(segment);
        push(&mut address, segment);
        Self(address.into())
    }

    /// The address of the dotted `path` inside this one, for keys known to be bare.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let mut address = self.with_room_for(path);
        push_dotted(&mut address, path);
        Self(address.into())
    }

    fn with_room_for(&self, more: &str) -> String {
        let mut address = String::with_capacity(self.0.len() + 1 + more.len());
        address.push_str(&self.0);
        address
    }

    /// The parts of it.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        self.0.split(SEPARATOR).skip(1).collect()
    }

    /// How many parts it has.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0
            .bytes()
            .filter(|byte| *byte == SEPARATOR as u8)
            .count()
    }

    /// The last of its parts; `None` at the root.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        let (_, last) = self.0.rsplit_once(SEPARATOR)?;
        Some(last)
    }

    /// The address of what holds it; `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once(SEPARATOR)?;
        Some(Self(parent.into()))
    }

    /// Whether this address is `prefix` or lies inside it.
    #[must_use]
    pub fn starts_with(&self, prefix: &Self) -> bool {
        match self.0.strip_prefix(&*prefix.0) {
            Some(rest) => rest.is_empty() || rest.starts_with(SEPARATOR),
            None => false,
        }
    }

    /// Whether `other` is the same setting, perhaps of another environment.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.setting() == other.setting()
    }

    /// Whether it is the address of the dotted `key`, known to be bare, in an environment or in the spec as a whole.
    pub(crate) fn is_key(&self, environment: Option<&str>, key: &str) -> bool {
        let place = match environment {
            Some(name) => self
                .0
                .strip_prefix("\0environments\0")
                .and_then(|inside| inside.strip_prefix(name)),
            None => Some(&*self.0),
        };
        let Some(parts) = place.and_then(|place| place.strip_prefix(SEPARATOR)) else {
            return false;
        };
        let is_same = |(part, of_key)| match of_key {
            b'.' => part == SEPARATOR as u8,
            other => part == other,
        };
        parts.len() == key.len() && parts.bytes().zip(key.bytes()).all(is_same)
    }

    /// What follows the environment in its text, if it is inside one; else all of it.
    fn setting(&self) -> &str {
        let inside = self.0.strip_prefix("\0environments\0");
        let setting = inside.and_then(|inside| Some(&inside[inside.find(SEPARATOR)?..]));
        setting.unwrap_or(&self.0)
    }

    /// The environment it belongs to, for an address inside `environments.<name>`.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        let inside = self.0.strip_prefix("\0environments\0")?;
        Some(
            inside
                .split_once(SEPARATOR)
                .map_or(inside, |(name, _)| name),
        )
    }
}

/// Adds a part to an address.
fn push(address: &mut String, segment: &str) {
    address.push(SEPARATOR);
    if segment.as_bytes().contains(&(SEPARATOR as u8)) {
        address.push_str(&segment.replace(SEPARATOR, "\u{fffd}"));
    } else {
        address.push_str(segment);
    }
}

/// Adds the parts of a dotted `path`, known to be bare.
fn push_dotted(address: &mut String, path: &str) {
    address.push(SEPARATOR);
    let mut rest = path;
    while let Some(dot) = rest.bytes().position(|byte| byte == b'.') {
        address.push_str(&rest[..dot]);
        address.push(SEPARATOR);
        rest = &rest[dot + 1..];
    }
    address.push_str(rest);
}

/// The text of a [`FieldPath`] that is only asked for: that of the dotted `key`, known to be bare, in an environment or in the
/// spec as a whole.
pub(crate) fn key_text(environment: Option<&str>, key: &str) -> String {
    let around = environment.map_or(0, |name| "\0environments\0".len() + name.len());
    let mut address = String::with_capacity(around + 1 + key.len());
    if let Some(name) = environment {
        address.push_str("\0environments");
        push(&mut address, name);
    }
    push_dotted(&mut address, key);
    address
}

/// A map by address can be asked with [`key_text`], which has the same order.
impl Borrow<str> for FieldPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

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
        for (index, segment) in self.0.split(SEPARATOR).skip(1).enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment_text(segment))?;
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
        for path in &paths {
            for other in &paths {
                let by_parts = path.segments().cmp(&other.segments());
                assert_eq!(path.cmp(other), by_parts, "{path} and {other}");
                let is_inside = path.segments().starts_with(&other.segments());
                assert_eq!(path.starts_with(other), is_inside, "{path} in {other}");
            }
        }
    }

    #[test]
    fn a_key_that_is_asked_for_is_the_text_of_its_address() {
        #[track_caller]
        fn check(environment: Option<&str>, key: &str, address: &str) {
            let address = FieldPath::parse(address).unwrap();
            let borrowed: &str = address.borrow();
            assert_eq!(key_text(environment, key), borrowed);
            assert!(address.is_key(environment, key), "{address}");
            for other in ["x", "environments.x", "environments.dev.x", "b", "b.c.d"] {
                let other = FieldPath::parse(other).unwrap();
                assert!(!other.is_key(environment, key), "{other}");
            }
        }
        check(None, "a", "a");
        check(None, "environments.dev", "environments.dev");
        check(Some("dev"), "b.c", "environments.dev.b.c");
        check(Some("d.e"), "b", "environments.\"d.e\".b");
        let longer = FieldPath::in_environment("dev-2", "b");
        assert!(!longer.is_key(Some("dev"), "b"));
        let quoted = FieldPath::of(&["environments", "dev", "b.c"]);
        assert!(!quoted.is_key(Some("dev"), "b.c"));
    }

    #[test]
    fn an_address_is_taken_apart_as_it_was_put_together() {
        let root = FieldPath::root();
        assert_eq!(root.segments(), [""; 0]);
        assert_eq!((root.depth(), root.last(), root.parent()), (0, None, None));
        let empty = root.key("");
        assert_eq!(empty.segments(), [""]);
        assert_eq!(
            (empty.depth(), empty.last(), empty.parent()),
            (1, Some(""), Some(root))
        );
        let at = FieldPath::in_environment("dev", "history.cpu");
        assert_eq!(
            at,
            FieldPath::of(&["environments", "dev"]).join("history.cpu")
        );
        assert_eq!(at.segments(), ["environments", "dev", "history", "cpu"]);
        assert_eq!(at.environment(), Some("dev"));
        assert_eq!(at.parent().unwrap().key("cpu"), at);
        assert_eq!(FieldPath::of(&["environments"]).environment(), None);
    }

    #[test]
    fn a_setting_is_alike_in_all_environments_and_for_all() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            let [one, other] = [one, other].map(|text| FieldPath::parse(text).unwrap());
            assert_eq!(one.is_alike(&other), expected);
        }
        check("environments.dev.region", "environments.prod.region", true);
        check("environments.dev.region", "region", true);
        check(
            "environments.dev.ui.cpu",
            "environments.dev.ui.memory",
            false,
        );
        check("environments.dev", "environments.prod", false);
    }

    #[test]
    fn no_character_of_a_part_divides_it() {
        let at = FieldPath::parse(r#"tags."a\u0000b""#).unwrap();
        assert_eq!(at.segments(), ["tags", "a\u{fffd}b"]);
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
