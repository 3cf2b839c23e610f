//! Times of the day and the calendar.

use super::row::{Input, Row, Validation};

pub(super) const CRON: Row = Row {
    noun: "a time as cron",
    allowed: "five fields: minute, hour, day of the month, month, and day of the week by name, one of the two days being `*`",
    accepts: is_cron,
    known: None,
    terraform: Some(
        Validation::matches(
            "^[0-9*/,-]+ [0-9*/,-]+ ([*] [0-9A-Z*/,-]+ [A-Z,*-]+|[0-9*/,-]+ [0-9A-Z*/,-]+ [*])$",
        )
        .except("^.{101}"),
    ),
    input: Input::Line,
    good: &[
        "0 20 * * MON-FRI",
        "30 7 * * *",
        "0,30 0-23/2 1,15 JAN-MAR *",
        "*/15 * * 1 SAT,SUN",
    ],
    #[cfg(test)]
    bad: &[
        "0 20 * *",
        "0 20 ? * MON-FRI *",
        "0 20 * * 1-5",
        "0 20 1 * MON",
        "0  20 * * *",
        "8pm * * * *",
        "cron(0 20 * * *)",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[
        "60 20 * * *",
        "0 24 * * *",
        "0 20 0 * *",
        "0 20 * * MONDAY",
        "0 20 * 13 *",
    ],
};

pub(super) const TIME_ZONE: Row = Row {
    noun: "a time zone",
    allowed: "a name of the IANA database, such as `Europe/Berlin` or `UTC`",
    accepts: is_time_zone,
    known: None,
    terraform: Some(
        Validation::matches("^(UTC|[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){1,2})$")
            .except("^.{51}"),
    ),
    input: Input::Line,
    good: &[
        "UTC",
        "Europe/Berlin",
        "America/Argentina/Buenos_Aires",
        "Etc/GMT+9",
    ],
    #[cfg(test)]
    bad: &[
        "berlin",
        "EST",
        "Europe/",
        "/Berlin",
        "Europe/Berlin/West/End",
        "+02:00",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// A name without a slash, such as `EST`, is one of a time zone that no region has any more; only `UTC` is of use.
fn is_time_zone(text: &str) -> bool {
    text == "UTC"
        || text.len() <= 50
            && (2..=3).contains(&text.split('/').count())
            && text.split('/').all(|part| {
                part.starts_with(|first: char| first.is_ascii_uppercase())
                    && part
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
            })
}

/// Names in the order of their numbers, from 1.
const MONTHS: &str = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC";
const DAYS: &str = "SUN MON TUE WED THU FRI SAT";

fn is_cron(text: &str) -> bool {
    let fields: Vec<&str> = text.split(' ').collect();
    text.len() <= 100
        && fields.len() == 5
        && (fields[2] == "*" || fields[4] == "*")
        && is_field(fields[0], 0, 59, "")
        && is_field(fields[1], 0, 23, "")
        && is_field(fields[2], 1, 31, "")
        && is_field(fields[3], 1, 12, MONTHS)
        && is_field(fields[4], 1, 0, DAYS)
}

/// Whether a field is a list of `*`, values and ranges, each with a step or without. A value is a number between two, or one
/// of these names.
fn is_field(field: &str, least: u32, most: u32, names: &str) -> bool {
    let is_number = |text: &str, least: u32| {
        text.len() <= 2
            && text.bytes().all(|digit| digit.is_ascii_digit())
            && text
                .parse::<u32>()
                .is_ok_and(|number| (least..=most).contains(&number))
    };
    let is_value = |text: &str| {
        is_number(text, least)
            || names
                .split(' ')
                .any(|name| name == text && !name.is_empty())
    };
    field.split(',').all(|item| {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let is_range = match range.split_once('-') {
            Some((first, last)) => is_value(first) && is_value(last),
            None => range == "*" || is_value(range),
        };
        is_range && (step == "1" || is_number(step, 1))
    })
}
