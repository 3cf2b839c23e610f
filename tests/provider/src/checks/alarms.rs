//! Alarms of CloudWatch, topics, and what Prometheus sends its alerts by.
//!
//! Sources: `PutMetricAlarm` and `MetricDataQuery` in the API model of CloudWatch and `CreateTopic` in that of SNS (botocore
//! 1.44); the user guide of Amazon Managed Service for Prometheus, "Uploading a rules file" and "Creating an alert manager
//! configuration file", for what the two texts must have, and its quotas for their size. Whether a metric with these
//! dimensions exists, AWS doesn't ask: such an alarm has no data.

use std::collections::BTreeSet;

use super::{blocks_are_known, refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, blocks, get};

const REFUSED: &str = "ValidationError";

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 1024;
/// The most actions of each kind.
const MAX_ACTIONS: usize = 5;
/// The longest time that an alarm looks at, in seconds: with periods of less than an hour, and of an hour or more.
const MAX_SPAN: [i64; 2] = [86_400, 604_800];
/// The largest rules file and alert manager definition, in bytes.
const MAX_DEFINITION: usize = 1_000_000;

/// What belongs to an alarm on one metric, and so not to one with `metric_query`.
const OF_ONE_METRIC: [&str; 7] = [
    "dimensions",
    "extended_statistic",
    "metric_name",
    "namespace",
    "period",
    "statistic",
    "unit",
];

pub(super) fn metric_alarm(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |place: &str, detail: String| problems.push(refuse(place, REFUSED, detail));
    let queries = blocks(resource, "metric_query");
    if let Some(description) = text(resource, "alarm_description")
        && description.chars().count() > MAX_DESCRIPTION
    {
        let count = description.chars().count();
        say(
            "alarm_description",
            format!("a description has at most {MAX_DESCRIPTION} characters, not {count}"),
        );
    }
    for name in ["alarm_actions", "ok_actions", "insufficient_data_actions"] {
        let count = get(resource, name).as_list().map_or(0, <[_]>::len);
        if count > MAX_ACTIONS {
            say(
                name,
                format!("an alarm has at most {MAX_ACTIONS} of them, not {count}"),
            );
        }
    }
    if blocks_are_known(resource, "metric_query") && !queries.is_empty() {
        for name in OF_ONE_METRIC {
            if get(resource, name).is_set() {
                say(
                    name,
                    format!("an alarm with `metric_query` has no `{name}` of its own"),
                );
            }
        }
        let watched = queries
            .iter()
            .filter(|query| get(query, "return_data").as_bool() == Some(true));
        let watched = watched.count();
        if watched != 1 {
            say(
                "metric_query",
                format!("one of the queries returns data, not {watched}"),
            );
        }
        let mut ids = BTreeSet::new();
        for query in &queries {
            if let Some(id) = text(query, "id") {
                let is_name = id.starts_with(|first: char| first.is_ascii_lowercase())
                    && id
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                if !is_name || !ids.insert(id) {
                    say(
                        "metric_query",
                        format!("`{id}` is not an id, or another query has it"),
                    );
                }
            }
            if text(query, "expression").is_some() != blocks(query, "metric").is_empty() {
                say(
                    "metric_query",
                    "a query has either an expression or a metric".to_owned(),
                );
            }
        }
    } else if blocks_are_known(resource, "metric_query")
        && blocks(resource, "evaluation_criteria").is_empty()
    {
        for name in ["metric_name", "namespace", "period"] {
            if get(resource, name).is_null() {
                say(
                    name,
                    format!("an alarm without `metric_query` has `{name}`"),
                );
            }
        }
        let statistics = ["statistic", "extended_statistic"];
        let count = statistics
            .iter()
            .filter(|name| !get(resource, name).is_null());
        if count.count() != 1 {
            say(
                "statistic",
                "an alarm has either a statistic or an extended one".to_owned(),
            );
        }
    }
    let mut periods: Vec<i64> = whole(resource, "period").into_iter().collect();
    for query in &queries {
        for metric in blocks(query, "metric") {
            periods.extend(whole(metric, "period"));
        }
    }
    for period in &periods {
        if !matches!(period, 10 | 20 | 30) && (*period < 60 || period % 60 != 0) {
            say(
                "period",
                format!("a period is 10, 20, 30 or a multiple of 60, not {period}"),
            );
        }
    }
    if let (Some(period), Some(count)) =
        (periods.iter().max(), whole(resource, "evaluation_periods"))
    {
        let limit = MAX_SPAN[usize::from(*period >= 3600)];
        if period * count > limit {
            say(
                "evaluation_periods",
                format!("{count} periods of {period} s are more than {limit} s"),
            );
        }
        if let Some(points) = whole(resource, "datapoints_to_alarm")
            && points > count
        {
            say(
                "datapoints_to_alarm",
                format!("{points} of {count} periods can't breach"),
            );
        }
    }
    problems
}

/// A file of rules for a workspace.
pub(super) fn rules(resource: &Object) -> Vec<Problem> {
    definition(resource, "data", "groups:")
}

/// What a workspace's alert manager is told.
pub(super) fn alert_manager(resource: &Object) -> Vec<Problem> {
    definition(resource, "definition", "alertmanager_config:")
}

/// A text with a key at its top level, such as YAML has it with or without quotes.
fn definition(resource: &Object, name: &str, key: &str) -> Vec<Problem> {
    let Some(definition) = text(resource, name) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let has_key = definition
        .lines()
        .any(|line| line.replace('"', "").starts_with(key));
    if !has_key {
        problems.push(refuse(name, REFUSED, format!("it has no `{key}`")));
    }
    if definition.len() > MAX_DEFINITION {
        let detail = format!(
            "it has {} bytes, more than {MAX_DEFINITION}",
            definition.len()
        );
        problems.push(refuse(name, REFUSED, detail));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::checks::tests::check;

    /// An alarm with these attributes in place of its own.
    fn alarm(other: &Value) -> Value {
        let mut alarm = json!({
            "alarm_name": "temporal-dev-a",
            "comparison_operator": "GreaterThanThreshold",
            "evaluation_periods": 3,
            "metric_name": "OccConflicts",
            "namespace": "AWS/AuroraDSQL",
            "period": 60,
            "statistic": "Sum",
            "threshold": 1,
        });
        for (name, value) in other.as_object().unwrap() {
            alarm[name] = value.clone();
        }
        alarm
    }

    #[track_caller]
    fn check_alarm(other: &Value, expected: &[&str]) {
        check("aws_cloudwatch_metric_alarm", alarm(other), expected);
    }

    #[test]
    fn an_alarm_looks_at_whole_minutes_of_a_day_at_most() {
        check_alarm(&json!({}), &[]);
        check_alarm(&json!({ "period": 30 }), &[]);
        check_alarm(
            &json!({ "period": 90 }),
            &["a period is 10, 20, 30 or a multiple of 60, not 90"],
        );
        check_alarm(&json!({ "period": 86_400, "evaluation_periods": 7 }), &[]);
        check_alarm(
            &json!({ "period": 1800, "evaluation_periods": 49 }),
            &["49 periods of 1800 s are more than 86400 s"],
        );
        check_alarm(
            &json!({ "datapoints_to_alarm": 4 }),
            &["4 of 3 periods can't breach"],
        );
    }

    #[test]
    fn an_alarm_has_one_statistic() {
        check_alarm(
            &json!({ "statistic": null, "extended_statistic": "p99" }),
            &[],
        );
        let refused = &["an alarm has either a statistic or an extended one"];
        check_alarm(&json!({ "extended_statistic": "p99" }), refused);
        check_alarm(&json!({ "statistic": null }), refused);
        check_alarm(
            &json!({ "namespace": null }),
            &["an alarm without `metric_query` has `namespace`"],
        );
    }

    #[test]
    fn the_text_of_an_alarm_and_its_actions_have_an_end() {
        check_alarm(&json!({ "alarm_description": "a".repeat(1024) }), &[]);
        check_alarm(
            &json!({ "alarm_description": "a".repeat(1025) }),
            &["a description has at most 1024 characters, not 1025"],
        );
        check_alarm(
            &json!({ "alarm_actions": ["a", "b", "c", "d", "e", "f"] }),
            &["an alarm has at most 5 of them, not 6"],
        );
    }

    #[test]
    fn an_alarm_of_several_metrics_watches_one_result() {
        let metric = |id: &str| json!({ "id": id, "metric": [{ "metric_name": "A", "namespace": "B", "period": 60, "stat": "Sum" }] });
        let sum =
            |watched: bool| json!({ "id": "sum", "expression": "a + b", "return_data": watched });
        let alarm = |queries: &[Value]| {
            json!({
                "alarm_name": "temporal-dev-a",
                "comparison_operator": "GreaterThanThreshold",
                "evaluation_periods": 1,
                "metric_query": queries,
            })
        };
        let check = |queries: &[Value], expected: &[&str]| {
            check("aws_cloudwatch_metric_alarm", alarm(queries), expected);
        };
        check(&[sum(true), metric("a"), metric("b")], &[]);
        check(
            &[sum(false), metric("a")],
            &["one of the queries returns data, not 0"],
        );
        check(
            &[sum(true), metric("A")],
            &["`A` is not an id, or another query has it"],
        );
        check(
            &[sum(true), metric("a"), metric("a")],
            &["`a` is not an id, or another query has it"],
        );
        check(
            &[sum(true), json!({ "id": "a" })],
            &["a query has either an expression or a metric"],
        );
        check_alarm(
            &json!({ "metric_query": [sum(true)], "period": null, "statistic": null }),
            &[
                "an alarm with `metric_query` has no `metric_name` of its own",
                "an alarm with `metric_query` has no `namespace` of its own",
            ],
        );
    }

    #[test]
    fn rules_and_the_alert_manager_s_configuration_have_their_key() {
        let kind = "aws_prometheus_rule_group_namespace";
        check(kind, json!({ "data": "\"groups\":\n- name: a\n" }), &[]);
        check(
            kind,
            json!({ "data": "rules: []\n" }),
            &["it has no `groups:`"],
        );
        let kind = "aws_prometheus_alert_manager_definition";
        check(
            kind,
            json!({ "definition": "alertmanager_config: |\n  route: {}\n" }),
            &[],
        );
        check(
            kind,
            json!({ "definition": "route: {}\n" }),
            &["it has no `alertmanager_config:`"],
        );
    }
}
