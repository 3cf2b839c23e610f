//! How people are reached.

use super::places::arn;
use super::row::{Input, Row, Validation};

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
    input: Input::Line,
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

pub(super) const TOPIC_ARN: Row = Row {
    noun: "the ARN of an SNS topic",
    allowed: "`arn:aws:sns:REGION:ACCOUNT:TOPIC` of a standard topic",
    accepts: |text| arn(text, "sns").is_some_and(|arn| is_topic(arn.resource)),
    known: None,
    terraform: Some(
        Validation::matches(
            "^arn:aws(-us-gov|-cn)?:sns:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
        )
        // The region has 32 characters at most.
        .except(":[a-z-]{32}"),
    ),
    input: Input::Line,
    good: &[
        "arn:aws:sns:eu-west-1:123456789012:oncall",
        "arn:aws:sns:us-west-2:123456789012:On_call-2",
    ],
    #[cfg(test)]
    bad: &[
        "arn:aws:sns:eu-west-1:123456789012:oncall.fifo",
        "arn:aws:sns:eu-west-1:123456789012:",
        "arn:aws:sqs:eu-west-1:123456789012:oncall",
        "arn:aws:sns:*:123456789012:oncall",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// The name of a standard topic: that of a FIFO topic ends in `.fifo`.
fn is_topic(name: &str) -> bool {
    (1..=256).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

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
