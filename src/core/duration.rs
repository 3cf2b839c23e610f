//! A length of time.

use std::fmt;
use std::ops::{Add, Sub};

use crate::value::Value;

/// A length of time in whole seconds; a difference may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    seconds: i64,
}

/// The most characters of a duration: `0` may stand before its digits, but not a million times.
const MAX_CHARACTERS: usize = 20;

impl Duration {
    /// So many seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { seconds }
    }

    /// So many minutes.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_seconds(minutes * 60)
    }

    /// How many seconds it has.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Reads a duration as a spec states it, such as `11m`, `45s` or `1h`: one number and one unit. `None` if it is
    /// something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_CHARACTERS {
            return None;
        }
        let unit = match text.chars().next_back()? {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        let number = &text[..text.len() - 1];
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let seconds = number.parse::<i64>().ok()?.checked_mul(unit)?;
        Some(Self { seconds })
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::from_seconds(self.seconds + other.seconds)
    }
}

impl Sub for Duration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::from_seconds(self.seconds - other.seconds)
    }
}

/// For readers, with each unit that it has: `11m`, `1h30m`, `45s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.seconds;
        let mut is_empty = true;
        for (unit, count) in [
            ('h', total / 3600),
            ('m', total / 60 % 60),
            ('s', total % 60),
        ] {
            if count > 0 {
                write!(f, "{count}{unit}")?;
                is_empty = false;
            }
        }
        if is_empty { f.write_str("0s") } else { Ok(()) }
    }
}

/// As a spec states it, with the largest unit that it is a multiple of: `11m`, `90m`, `45s`.
impl From<Duration> for Value {
    fn from(duration: Duration) -> Self {
        let total = duration.seconds;
        let (unit, length) = if total % 3600 == 0 {
            ('h', 3600)
        } else if total % 60 == 0 {
            ('m', 60)
        } else {
            ('s', 1)
        };
        Self::Text(format!("{}{unit}", total / length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_one_number_and_one_unit() {
        assert_eq!(Duration::parse("11m"), Some(Duration::from_minutes(11)));
        assert_eq!(Duration::parse("1h"), Some(Duration::from_seconds(3600)));
        for bad in [
            "",
            "11",
            "m",
            "1h30m",
            "é",
            "-1m",
            "1.5m",
            "99999999999999999999s",
            &format!("{}660s", "0".repeat(3000)),
        ] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_reader_sees_every_unit_and_a_spec_states_one() {
        #[track_caller]
        fn check(seconds: i64, shown: &str, stated: &str) {
            let duration = Duration::from_seconds(seconds);
            assert_eq!(duration.to_string(), shown);
            assert_eq!(Value::from(duration), stated.into());
            assert_eq!(Duration::parse(stated), Some(duration));
        }
        check(5405, "1h30m5s", "5405s");
        check(5400, "1h30m", "90m");
        check(7200, "2h", "2h");
        check(45, "45s", "45s");
        check(0, "0s", "0h");
    }
}
