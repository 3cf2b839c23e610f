//! Checks the keys of the server's dynamic configuration that a spec, or a root's file of values, has as data. The table of
//! them is large: this is apart from the check of values, so that the page's first part does without.

use crate::catalog::server_keys::{SERVER_KEYS, ServerValue};
use crate::parts::dynamic_config::{KEYS, UNKNOWN_KEY, WRONG_VALUE};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::spec::Spec;
use crate::value::excerpt;

/// The keys that the server doesn't have, and values that it doesn't take. It would say so in its log and go on without.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    for name in spec.environments() {
        let map = FieldPath::in_environment(name, KEYS);
        for (key, value) in spec.entries(&map) {
            let at = map.key(key);
            match refusal(key, value.as_text()) {
                None => {}
                Some(Refusal::Unknown { message, likely }) => {
                    let problem = Problem::new(UNKNOWN_KEY.code, at, message);
                    problems.push(match likely {
                        Some(likely) => {
                            problem.hint(format!("did you mean `{}`?", map.key(likely)))
                        }
                        None => problem.hint("take it out"),
                    });
                }
                Some(Refusal::Value(message)) => problems.push(
                    Problem::new(WRONG_VALUE.code, at, message).hint("change it, or take it out"),
                ),
            }
        }
    }
}

/// Why the server ignores a key of its dynamic configuration, or the value of one.
pub(crate) enum Refusal {
    /// It doesn't have the key.
    Unknown {
        /// That it doesn't, in words.
        message: String,
        /// The key that was likely meant.
        likely: Option<&'static str>,
    },
    /// It doesn't take the value: this, in words.
    Value(String),
}

/// Why the server ignores `key` with this value; `None` if it takes it. A value that is not known, or no text, is not
/// looked at.
pub(crate) fn refusal(key: &str, value: Option<&str>) -> Option<Refusal> {
    let Some(kind) = kind_of(key) else {
        let likely = likely(key);
        let is_spelled = likely.filter(|likely| likely.eq_ignore_ascii_case(key));
        let message = match is_spelled {
            Some(likely) => format!("the key is spelled `{likely}`, not `{}`", excerpt(key)),
            None => format!("the server has no key `{}`", excerpt(key)),
        };
        return Some(Refusal::Unknown { message, likely });
    };
    let text = value.filter(|text| !takes(kind, text))?;
    Some(Refusal::Value(format!(
        "`{}` is not {}, which `{key}` takes",
        excerpt(text),
        noun(kind)
    )))
}

/// What the server takes for `key`. It ignores case, and of two spellings of one key it takes either, now this and now that
/// one. So there is only one spelling here.
fn kind_of(key: &str) -> Option<ServerValue> {
    let mut kinds = SERVER_KEYS.iter();
    kinds
        .find(|(_, keys)| keys.contains(&key))
        .map(|(kind, _)| *kind)
}

/// The key that was likely meant.
fn likely(key: &str) -> Option<&'static str> {
    if key.len() > 128 {
        return None;
    }
    let lower = key.to_ascii_lowercase();
    let all = SERVER_KEYS.iter().flat_map(|(_, keys)| keys.iter());
    let distance = |known: &&&str| strsim::osa_distance(&lower, &known.to_ascii_lowercase());
    let nearest = all.min_by_key(distance)?;
    (distance(&nearest) <= 1 + nearest.len() / 4).then_some(*nearest)
}

fn takes(kind: ServerValue, text: &str) -> bool {
    match kind {
        ServerValue::Boolean => matches!(text, "true" | "false"),
        ServerValue::Whole => text.parse::<i64>().is_ok() && !text.starts_with('+'),
        ServerValue::Number => is_number(text),
        ServerValue::Duration => is_number(text) || is_duration(text),
        ServerValue::Text | ServerValue::Other => true,
    }
}

/// A number as JSON writes it, without an exponent. Not read as one: that takes a table of 10 kB (brotli) on the page.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
}

/// A duration as Go writes it, such as `1m30s` or `500ms`.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if !is_number(&rest[..rest.len() - after.len()]) {
            return false;
        }
        let units = ["ns", "us", "ms", "s", "m", "h"];
        let Some(next) = units.iter().find_map(|unit| after.strip_prefix(unit)) else {
            return false;
        };
        rest = next;
    }
    !text.is_empty()
}

fn noun(kind: ServerValue) -> &'static str {
    match kind {
        ServerValue::Boolean => "`true` or `false`",
        ServerValue::Whole => "a whole number",
        ServerValue::Number => "a number",
        ServerValue::Duration => "a duration such as `10s`",
        ServerValue::Text => "text",
        ServerValue::Other => "an object or a list as JSON",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::Kind;
    use crate::parts::dynamic_config::{OPTIONS, SET};

    #[test]
    fn every_option_sets_keys_that_the_server_has() {
        let mut set: Vec<&str> = SET.iter().map(|(option, ..)| *option).collect();
        set.push("keys");
        let options: Vec<&str> = OPTIONS
            .iter()
            .map(|row| row.key.split('.').nth(1).unwrap())
            .collect();
        assert_eq!(set, options);
        for (option, keys, _) in SET {
            let row = OPTIONS
                .iter()
                .find(|row| row.key == format!("dynamic_config.{option}"))
                .unwrap();
            for key in *keys {
                let kind = match row.kind {
                    Kind::Duration { .. } => ServerValue::Duration,
                    _ => ServerValue::Whole,
                };
                assert_eq!(kind_of(key), Some(kind), "{key}");
            }
        }
        assert_eq!(
            kind_of("history.cacheSizeBasedLimit"),
            Some(ServerValue::Boolean)
        );
    }

    #[test]
    fn a_slip_leads_to_the_key() {
        for (wrong, meant) in [
            ("frontend.rsp", Some("frontend.rps")),
            (
                "system.transactionSizeLimits",
                Some("system.transactionSizeLimit"),
            ),
            ("x", None),
            ("FRONTEND.RPSX", Some("frontend.rps")),
            ("Frontend.RPS", Some("frontend.rps")),
        ] {
            assert_eq!(kind_of(wrong), None);
            assert_eq!(likely(wrong), meant, "{wrong}");
        }
        assert_eq!(kind_of("frontend.rps"), Some(ServerValue::Whole));
    }

    #[test]
    fn a_value_is_of_its_kind() {
        for (kind, good, bad) in [
            (ServerValue::Boolean, &["true"][..], &["yes", "1", ""][..]),
            (ServerValue::Whole, &["0", "-1"], &["1.5", "+1", "a", ""]),
            (
                ServerValue::Number,
                &["0.5", "-3"],
                &["1e3", ".5", "5.", "NaN", "1.2.3"],
            ),
            (
                ServerValue::Duration,
                &["10s", "1m30s", "500ms", "1.5h", "10"],
                &["10 s", "s", "10x", "1d", ""],
            ),
        ] {
            for text in good {
                assert!(takes(kind, text), "{text}");
            }
            for text in bad {
                assert!(!takes(kind, text), "{text}");
            }
        }
    }
}
