//! How people are reached.

use super::row::{Row, Validation};

pub(super) const EMAIL_ADDRESS: Row = Row {
    noun: "an e-mail address",
    allowed: "up to 254 characters: letters, digits and `. _ % + -`, then `@` and a domain name",
    accepts: is_email_address,
    known: None,
    terraform: Some(
        Validation::matches(
            "^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]{2,63}$",
        )
        .except("^.{255}"),
    ),
    good: &[
        "a@b.co",
        "costs@example.com",
        "first.last+aws@mail.example.co.uk",
        "a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_a.%+-_@mail.example.org",
    ],
    #[cfg(test)]
    bad: &[
        "costs",
        "@example.com",
        "costs@",
        "costs@example",
        "costs@example.",
        "costs@.com",
        "costs@-a.com",
        "costs@a-.com",
        "costs@example.c0m",
        "costs@@example.com",
        "a b@example.com",
        "a,b@example.com",
        "Costs <costs@example.com>",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// The addresses that mail systems use, without RFC 5321's quoted names and literal IP addresses. Its lengths: 64
/// characters before the `@`, 254 in all.
fn is_email_address(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let Some((_, top)) = domain.rsplit_once('.') else {
        return false;
    };
    text.len() <= 254
        && (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c))
        && domain.split('.').all(is_label)
        && top.len() >= 2
        && top.chars().all(|c| c.is_ascii_alphabetic())
}

/// A part of a domain name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
