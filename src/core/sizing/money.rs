//! Amounts of money, without rounding on the way.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use serde::{Serialize, Serializer};

use crate::digits::grouped;

/// US dollars, counted in millionths. What leaves 64 bits, which no bill does, is cut at the largest amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

/// The most that a price may be.
const MAX_DOLLARS: i64 = 1_000_000;

impl Money {
    /// As many millionths of a dollar.
    #[must_use]
    pub const fn micros(micros: i64) -> Self {
        Self(micros)
    }

    /// How many millionths of a dollar it is.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads a price: digits and, after a point, up to six more.
    ///
    /// # Errors
    /// What is allowed, if `text` is anything else.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const ALLOWED: &str = "dollars from 0 to 1000000 with up to six decimals, such as 0.10004, without sign or exponent";
        let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        if !is_number(whole) || !is_number(part) || part.len() > 6 {
            return Err(ALLOWED);
        }
        let dollars: i64 = whole.parse().map_err(|_| ALLOWED)?;
        let micros: i64 = format!("{part:0<6}").parse().map_err(|_| ALLOWED)?;
        if dollars > MAX_DOLLARS || dollars == MAX_DOLLARS && micros > 0 {
            return Err(ALLOWED);
        }
        Ok(Self(dollars * 1_000_000 + micros))
    }

    /// All its decimals, at least two: `0.10004`, `146.06`.
    #[must_use]
    pub fn exact(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = format!("{:06}", self.0.abs() % 1_000_000);
        let cut = digits.trim_end_matches('0').len().max(2);
        format!("{sign}{}.{}", self.0.abs() / 1_000_000, &digits[..cut])
    }

    /// What `amount` units cost at this price, an amount too being counted in millionths; rounded to a millionth.
    #[must_use]
    pub fn of(self, amount: Self) -> Self {
        let exact = i128::from(self.0) * i128::from(amount.0);
        let rounded = (exact + 500_000).div_euclid(1_000_000);
        Self(i64::try_from(rounded).unwrap_or(i64::MAX))
    }

    /// All its decimals and none more than it has: `40`, `0.5`.
    #[must_use]
    pub fn plain(self) -> String {
        let exact = self.exact();
        exact.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// With a sign in any case, for differences: `+12.00`, `-3.50`, `±0.00`.
    #[must_use]
    pub fn signed(self) -> String {
        match self.cents() {
            0 => "±0.00".to_owned(),
            cents if cents > 0 => format!("+{self}"),
            _ => self.to_string(),
        }
    }

    /// With a sign and without cents, from a dollar on: `+77`, `-1,234`, `+0.40`.
    #[must_use]
    pub fn signed_dollars(self) -> String {
        if self.0.abs() < 1_000_000 {
            return self.signed();
        }
        let whole = Self(self.whole_dollars() * 1_000_000).signed();
        whole.trim_end_matches(".00").to_owned()
    }

    /// Rounded to whole dollars, half a dollar away from zero.
    #[must_use]
    pub fn whole_dollars(self) -> i64 {
        self.0.abs().saturating_add(500_000) / 1_000_000 * self.0.signum()
    }

    /// Rounded to whole cents.
    fn cents(self) -> i64 {
        self.0.abs().saturating_add(5_000) / 10_000 * self.0.signum()
    }
}

/// In dollars and cents, thousands apart: `1,234.56`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents();
        let shown = grouped(cents.abs() / 100);
        let sign = if cents < 0 { "-" } else { "" };
        f.pad(&format!("{sign}{shown}.{:02}", cents.abs() % 100))
    }
}

/// As text with all decimals: a JSON number would be read as a float.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.exact())
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// As many times.
impl Mul<i64> for Money {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_only_where_they_are_shown() {
        #[track_caller]
        fn check(micros: i64, shown: &str, exact: &str, signed: &str) {
            let money = Money::micros(micros);
            assert_eq!(
                (money.to_string(), money.exact(), money.signed()),
                (shown.to_owned(), exact.to_owned(), signed.to_owned())
            );
        }
        check(0, "0.00", "0.00", "±0.00");
        check(4_999, "0.00", "0.004999", "±0.00");
        check(5_000, "0.01", "0.005", "+0.01");
        check(146_058_400, "146.06", "146.0584", "+146.06");
        check(-3_500_000, "-3.50", "-3.50", "-3.50");
        check(999_995_000, "1,000.00", "999.995", "+1,000.00");
        check(
            12_345_678_900_000,
            "12,345,678.90",
            "12345678.90",
            "+12,345,678.90",
        );
    }

    #[test]
    fn a_price_of_an_amount_is_rounded_once() {
        let of = |price: &str, amount: &str| {
            Money::parse(price)
                .unwrap()
                .of(Money::parse(amount).unwrap())
                .exact()
        };
        assert_eq!(of("9.5", "40"), "380.00");
        assert_eq!(of("0.57", "0.5"), "0.285");
        assert_eq!(of("0.000001", "0.5"), "0.000001");
        assert_eq!(of("0.000001", "0.4"), "0.00");
        // What no bill comes to is cut at the largest amount instead of turning negative.
        assert_eq!(of("1000000", "1000000"), "1000000000000.00");
        assert_eq!(
            Money::micros(i64::MAX).of(Money::micros(i64::MAX)),
            Money::micros(i64::MAX)
        );
        assert_eq!(Money::micros(40_000_000).plain(), "40");
        assert_eq!(Money::micros(500_000).plain(), "0.5");
    }

    #[test]
    fn prices_read_exactly() {
        for (text, micros) in [
            ("0.10004", 100_040),
            ("0.000001", 1),
            ("3", 3_000_000),
            ("1000000", 1_000_000_000_000),
        ] {
            assert_eq!(Money::parse(text), Ok(Money::micros(micros)), "{text}");
        }
        for text in [
            "",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "0.0000001",
            "1_000",
            "1000000.000001",
            "1000001",
            "99999999999999999999",
            "nan",
            "0,5",
            "٣",
        ] {
            assert!(Money::parse(text).is_err(), "{text}");
        }
    }
}
