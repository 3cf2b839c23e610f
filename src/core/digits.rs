//! Numbers as people read them.

/// A number with a comma before each three digits: `6,865`. A negative one begins with the sign for minus, not with a hyphen.
#[must_use]
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 {
        text.insert(0, '\u{2212}');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        let shown = [0, 7, 999, 1_000, 65_536, 1_000_000, -1_234].map(grouped);
        assert_eq!(
            shown,
            [
                "0",
                "7",
                "999",
                "1,000",
                "65,536",
                "1,000,000",
                "\u{2212}1,234"
            ]
        );
    }
}
