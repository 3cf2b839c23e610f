//! Schedules of EventBridge Scheduler.
//!
//! Sources: `CreateSchedule` in the API model of EventBridge Scheduler (botocore 1.44) and its API reference for names, the
//! retry policy, the time window and the state; its user guide, "Schedule types in EventBridge Scheduler", for the fields of
//! a cron expression and "Using universal targets" for the ARN of an operation and the operations that none may call.

use std::collections::BTreeSet;

use super::{refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, block, get};

const REFUSED: &str = "ValidationException";

/// The longest input of a target that is an operation of AWS, in characters.
const MAX_INPUT: usize = 256 * 1024;

/// Names of months and days, in the order of their numbers.
const MONTHS: &str = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC";
const DAYS: &str = "SUN MON TUE WED THU FRI SAT";

/// The names of the IANA database (2025b) that have no slash.
const SINGLE_ZONES: &str = "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST \
    Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal \
    ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu";

pub(super) fn schedule(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |name: &str, detail: String| problems.push(refuse(name, REFUSED, detail));
    if let Some(name) = text(resource, "name")
        && !is_name(name)
    {
        say(
            "name",
            format!("`{name}` is not 1 to 64 letters, digits, and -_."),
        );
    }
    if let Some(expression) = text(resource, "schedule_expression")
        && let Err(why) = expression_is_good(expression)
    {
        say(
            "schedule_expression",
            format!("Invalid Schedule Expression {expression}: {why}"),
        );
    }
    if let Some(zone) = text(resource, "schedule_expression_timezone")
        && !is_zone(zone)
    {
        say(
            "schedule_expression_timezone",
            format!("Invalid Schedule Expression Timezone {zone}."),
        );
    }
    if let Some(state) = text(resource, "state")
        && !["ENABLED", "DISABLED"].contains(&state)
    {
        say(
            "state",
            format!("`{state}` is neither ENABLED nor DISABLED"),
        );
    }
    if let Some(window) = block(resource, "flexible_time_window") {
        let minutes = whole(window, "maximum_window_in_minutes");
        let at = "flexible_time_window.0.maximum_window_in_minutes";
        if let Some(it) = minutes.filter(|it| !(1..=1440).contains(it)) {
            say(at, format!("{it} is not from 1 to 1440 minutes"));
        }
        match text(window, "mode") {
            Some("OFF") if minutes.is_some() => {
                say(at, "a window of mode OFF has no length".to_owned());
            }
            Some("FLEXIBLE") if get(window, "maximum_window_in_minutes").is_null() => {
                say(at, "a window of mode FLEXIBLE has a length".to_owned());
            }
            Some("OFF" | "FLEXIBLE") | None => {}
            Some(mode) => say(
                "flexible_time_window.0.mode",
                format!("`{mode}` is neither OFF nor FLEXIBLE"),
            ),
        }
    }
    let Some(target) = block(resource, "target") else {
        return problems;
    };
    if let Some(arn) = text(target, "arn") {
        match universal(arn) {
            Some(Err(why)) => say("target.0.arn", format!("{arn}: {why}")),
            Some(Ok(())) if get(target, "input").is_null() => {
                say("target.0.input", format!("{arn} needs an input"));
            }
            Some(Ok(())) | None => {}
        }
    }
    if let Some(input) = text(target, "input") {
        if input.chars().count() > MAX_INPUT {
            say("target.0.input", "an input has at most 256 KB".to_owned());
        }
        let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(input);
        let is_universal = text(target, "arn").is_some_and(|arn| universal(arn).is_some());
        if is_universal && is_object.is_err() {
            say(
                "target.0.input",
                "the input of an operation is an object in JSON".to_owned(),
            );
        }
    }
    if let Some(role) = text(target, "role_arn")
        && !(role.starts_with("arn:") && role.contains(":iam::") && role.contains(":role/"))
    {
        say(
            "target.0.role_arn",
            format!("`{role}` is not the ARN of a role"),
        );
    }
    if let Some(policy) = block(target, "retry_policy") {
        for (name, least, most) in [
            ("maximum_event_age_in_seconds", 60, 86_400),
            ("maximum_retry_attempts", 0, 185),
        ] {
            if let Some(number) = whole(policy, name).filter(|it| !(least..=most).contains(it)) {
                say(
                    &format!("target.0.retry_policy.0.{name}"),
                    format!("expected {name} to be in the range ({least} - {most}), got {number}"),
                );
            }
        }
    }
    problems
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// A name of the IANA database as far as its form says: `UTC`, `Europe/Berlin`, `Etc/GMT+1`.
fn is_zone(zone: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
    };
    let parts: Vec<&str> = zone.split('/').collect();
    (1..=50).contains(&zone.len())
        && parts.iter().all(|part| is_part(part))
        && (parts.len() > 1 || SINGLE_ZONES.split_whitespace().any(|name| name == zone))
}

/// Of an ARN that stands for an operation of AWS, whether it is one that may be called; `None` for any other ARN.
fn universal(arn: &str) -> Option<Result<(), String>> {
    let (_, rest) = arn.split_once(":scheduler:::aws-sdk:")?;
    let Some((service, operation)) = rest.split_once(':') else {
        return Some(Err("it is not …:aws-sdk:SERVICE:OPERATION".to_owned()));
    };
    let is_lower = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_lower(service) || !is_lower(operation) {
        return Some(Err(
            "service and operation begin with a lower-case letter, as in ecs:updateService"
                .to_owned(),
        ));
    }
    let reads = [
        "get", "describe", "list", "poll", "receive", "search", "scan", "query", "select",
    ];
    if let Some(verb) = reads.iter().find(|verb| operation.starts_with(**verb)) {
        return Some(Err(format!(
            "operations that only read, such as {verb}…, can't be a target"
        )));
    }
    Some(Ok(()))
}

fn expression_is_good(expression: &str) -> Result<(), String> {
    let inside = |name: &str| {
        expression
            .strip_prefix(name)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    if let Some(time) = inside("at") {
        let is_time = time.len() == "2026-11-28T20:00:00".len() && time.as_bytes()[10] == b'T';
        return if is_time {
            Ok(())
        } else {
            Err("at(yyyy-mm-ddThh:mm:ss)".to_owned())
        };
    }
    if let Some(rate) = inside("rate") {
        let units = ["minute", "minutes", "hour", "hours", "day", "days"];
        let is_rate = rate.split_once(' ').is_some_and(|(count, unit)| {
            count.parse::<u32>().is_ok_and(|count| count > 0) && units.contains(&unit)
        });
        return if is_rate {
            Ok(())
        } else {
            Err("rate(COUNT minutes|hours|days)".to_owned())
        };
    }
    let Some(cron) = inside("cron") else {
        return Err("it is none of at(…), rate(…) and cron(…)".to_owned());
    };
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, day, month, weekday, year] = fields[..] else {
        return Err(format!("cron has six fields, not {}", fields.len()));
    };
    if (day == "?") == (weekday == "?") {
        return Err("one of the two days is a question mark".to_owned());
    }
    for (name, field, least, most, names) in [
        ("minute", minute, 0, 59, ""),
        ("hour", hour, 0, 23, ""),
        ("day of the month", day, 1, 31, ""),
        ("month", month, 1, 12, MONTHS),
        ("day of the week", weekday, 1, 7, DAYS),
        ("year", year, 1970, 2199, ""),
    ] {
        let is_open = field == "?" && name.starts_with("day");
        if !is_open
            && !field
                .split(',')
                .all(|item| is_item(item, least, most, names))
        {
            return Err(format!("`{field}` is no {name}"));
        }
    }
    Ok(())
}

/// Whether it is `*`, a value, a range of two, or one of these with a step.
fn is_item(item: &str, least: u32, most: u32, names: &str) -> bool {
    let (of, step) = match item.split_once('/') {
        Some((of, step)) => (of, Some(step)),
        None => (item, None),
    };
    if step.is_some_and(|step| !step.parse::<u32>().is_ok_and(|step| step > 0)) {
        return false;
    }
    let known: BTreeSet<&str> = names.split_whitespace().collect();
    let is_value = |text: &str| {
        known.contains(text)
            || text
                .parse::<u32>()
                .is_ok_and(|number| (least..=most).contains(&number))
    };
    of == "*"
        || match of.split_once('-') {
            Some((from, to)) => is_value(from) && is_value(to),
            None => is_value(of) || (most == 31 && matches!(of, "L" | "LW")),
        }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::checks::tests::check;

    /// A schedule as the module makes it, with another value at `path`.
    fn with(path: &[&str], value: Value) -> Value {
        let mut schedule = json!({
            "name": "temporal-dev-frontend-sleep",
            "schedule_expression": "cron(0 20 ? * MON-FRI *)",
            "schedule_expression_timezone": "Europe/Berlin",
            "flexible_time_window": [{ "mode": "OFF" }],
            "target": [{
                "arn": "arn:aws:scheduler:::aws-sdk:ecs:updateService",
                "role_arn": "arn:aws:iam::123456789012:role/temporal-dev-schedule",
                "input": "{\"Cluster\":\"a\",\"Service\":\"b\",\"DesiredCount\":0}",
                "retry_policy": [{ "maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 10 }],
            }],
        });
        let mut place = &mut schedule;
        for name in path {
            place = match name.parse::<usize>() {
                Ok(index) => &mut place[index],
                Err(_) => &mut place[*name],
            };
        }
        *place = value;
        schedule
    }

    #[track_caller]
    fn refused(path: &[&str], value: Value, expected: &[&str]) {
        check("aws_scheduler_schedule", with(path, value), expected);
    }

    #[test]
    fn a_schedule_has_a_name_a_state_and_a_time_zone() {
        refused(&["name"], json!("a_b.c-1"), &[]);
        refused(
            &["name"],
            json!("a b"),
            &["`a b` is not 1 to 64 letters, digits, and -_."],
        );
        let long = "a".repeat(65);
        let said = format!("`{long}` is not 1 to 64 letters, digits, and -_.");
        refused(&["name"], json!(long), &[&said]);
        refused(&["state"], json!("DISABLED"), &[]);
        refused(
            &["state"],
            json!("PAUSED"),
            &["`PAUSED` is neither ENABLED nor DISABLED"],
        );
        for zone in ["UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+1"] {
            refused(&["schedule_expression_timezone"], json!(zone), &[]);
        }
        for zone in ["CEST", "+01:00", "europe/berlin", "Europe/"] {
            let said = format!("Invalid Schedule Expression Timezone {zone}.");
            refused(&["schedule_expression_timezone"], json!(zone), &[&said]);
        }
    }

    #[test]
    fn a_cron_expression_has_six_fields_and_one_open_day() {
        for good in [
            "cron(0 20 ? * MON-FRI *)",
            "cron(*/15 7,19 1-5 JAN,6 ? 2026-2030)",
            "cron(0 0 L * ? *)",
            "rate(5 minutes)",
            "at(2026-11-28T20:00:00)",
        ] {
            refused(&["schedule_expression"], json!(good), &[]);
        }
        for (bad, why) in [
            ("cron(0 20 * * MON-FRI)", "cron has six fields, not 5"),
            (
                "cron(0 20 * * MON-FRI *)",
                "one of the two days is a question mark",
            ),
            (
                "cron(0 20 ? * ? *)",
                "one of the two days is a question mark",
            ),
            ("cron(60 20 ? * MON *)", "`60` is no minute"),
            ("cron(0 24 ? * MON *)", "`24` is no hour"),
            ("cron(0 20 ? * 0-4 *)", "`0-4` is no day of the week"),
            ("cron(0 20 ? * MO *)", "`MO` is no day of the week"),
            ("cron(0 20 32 * ? *)", "`32` is no day of the month"),
            ("cron(0 20 1 13 ? *)", "`13` is no month"),
            ("cron(*/0 20 1 * ? *)", "`*/0` is no minute"),
            ("rate(0 hours)", "rate(COUNT minutes|hours|days)"),
            ("0 20 * * *", "it is none of at(…), rate(…) and cron(…)"),
        ] {
            let said = format!("Invalid Schedule Expression {bad}: {why}");
            refused(&["schedule_expression"], json!(bad), &[&said]);
        }
    }

    #[test]
    fn a_target_is_an_operation_that_changes_something() {
        refused(
            &["target", "0", "arn"],
            json!("arn:aws:lambda:eu-west-1:123456789012:function:a"),
            &[],
        );
        let operation = |name: &str| format!("arn:aws:scheduler:::aws-sdk:{name}");
        for (name, why) in [
            ("ecs", "it is not …:aws-sdk:SERVICE:OPERATION"),
            (
                "ecs:UpdateService",
                "service and operation begin with a lower-case letter, as in ecs:updateService",
            ),
            (
                "ecs:listTasks",
                "operations that only read, such as list…, can't be a target",
            ),
        ] {
            let said = format!("{}: {why}", operation(name));
            refused(&["target", "0", "arn"], json!(operation(name)), &[&said]);
        }
        refused(
            &["target", "0", "input"],
            Value::Null,
            &["arn:aws:scheduler:::aws-sdk:ecs:updateService needs an input"],
        );
        refused(
            &["target", "0", "input"],
            json!("stop"),
            &["the input of an operation is an object in JSON"],
        );
        refused(
            &["target", "0", "role_arn"],
            json!("arn:aws:iam::123456789012:user/me"),
            &["`arn:aws:iam::123456789012:user/me` is not the ARN of a role"],
        );
    }

    #[test]
    fn a_retry_policy_and_a_window_have_bounds() {
        let policy = |name| ["target", "0", "retry_policy", "0", name];
        let age = "maximum_event_age_in_seconds";
        for (name, good, bad, range) in [
            (age, 60, 59, "60 - 86400"),
            (age, 86_400, 86_401, "60 - 86400"),
            ("maximum_retry_attempts", 185, 186, "0 - 185"),
        ] {
            refused(&policy(name), json!(good), &[]);
            let said = format!("expected {name} to be in the range ({range}), got {bad}");
            refused(&policy(name), json!(bad), &[&said]);
        }
        let window = |value| with(&["flexible_time_window", "0"], value);
        let minutes = |mode: &str, minutes: i64| json!({ "mode": mode, "maximum_window_in_minutes": minutes });
        let kind = "aws_scheduler_schedule";
        check(kind, window(minutes("FLEXIBLE", 15)), &[]);
        check(
            kind,
            window(minutes("OFF", 15)),
            &["a window of mode OFF has no length"],
        );
        check(
            kind,
            window(minutes("FLEXIBLE", 1441)),
            &["1441 is not from 1 to 1440 minutes"],
        );
        check(
            kind,
            window(json!({ "mode": "FLEXIBLE" })),
            &["a window of mode FLEXIBLE has a length"],
        );
    }
}
