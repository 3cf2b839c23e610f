//! Values and numbers in words.

use composer_core::Value;
pub(crate) use composer_core::digits::grouped;

/// A value as a person writes it: without the quotes of TOML.
#[must_use]
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(", "),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Integer(number) => number.to_string(),
    }
}

/// A number and its noun: "1 file", "3 files".
#[must_use]
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// Names in a sentence: "dev", "dev and prod", "bench, dev and prod".
#[must_use]
pub(crate) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

/// `text`, which begins with an English word, with a capital. The standard library's capitals of all languages are a table of
/// 4.7 kB (brotli).
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_ascii_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_sentence() {
        let names = ["bench", "dev", "prod"].map(str::to_owned);
        let shown = [0, 1, 2, 3].map(|count| list(&names[..count]));
        assert_eq!(shown, ["", "bench", "bench and dev", "bench, dev and prod"]);
    }
}
