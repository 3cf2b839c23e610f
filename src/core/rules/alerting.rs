//! When alarms go on, and what their messages name.

use super::row::{Input, Row, Validation};

pub(super) const ALARM_NAME: Row = Row {
    noun: "the name of an alarm",
    allowed: "lower-case letters and hyphens, as in the runbook",
    accepts: |text| {
        (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    },
    known: None,
    terraform: None,
    input: Input::Line,
    good: &["tasks-missing", "a"],
    #[cfg(test)]
    bad: &["Errors", "a_b", "a1"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// No exponent and no sign: Terraform puts the number into PromQL as it is.
pub(super) const THRESHOLD: Row = Row {
    noun: "a threshold",
    allowed: "a number as text, up to 12 digits and 6 decimal places, such as `\"0.5\"`",
    accepts: is_threshold,
    known: None,
    terraform: Some(Validation::matches("^[0-9]{1,12}([.][0-9]{1,6})?$")),
    input: Input::Line,
    good: &["0", "0.5", "123456789012.123456"],
    #[cfg(test)]
    bad: &[
        "-1",
        "+1",
        "1.",
        ".5",
        "1e3",
        "1,5",
        "1234567890123",
        "0.1234567",
        "1.2.3",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// A message of EventBridge has it inside a text in JSON, so no quotes, backslashes or angle brackets.
pub(super) const RUNBOOK: Row = Row {
    noun: "the place of the runbook",
    allowed: "up to 200 letters, digits and `-._~/:%`",
    accepts: |text| {
        (1..=200).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._~/:%".contains(c))
    },
    known: None,
    terraform: Some(Validation::matches("^[A-Za-z0-9._~/:%-]{1,200}$")),
    input: Input::LongLine,
    good: &[
        "docs/runbook.md",
        "https://git.example.com/platform/temporal/blob/main/docs/runbook.md",
    ],
    #[cfg(test)]
    bad: &[
        "docs/run book.md",
        "https://example.com/#runbook",
        "<runbook>",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

fn is_threshold(text: &str) -> bool {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str, max| {
        (1..=max).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    is_number(whole, 12) && is_number(places, 6)
}
