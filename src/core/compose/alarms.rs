//! `alarms.tf` of an environment: the rows of its alarms, as values for the module.

use crate::alarm::{Alarm, Limit, MetricAlarm, Signal, WatchedMetrics};
use crate::alarms;
use crate::environment::Environment;
use crate::hcl::{Body, Expr, key};
use crate::parts::texts_in;
use crate::path::FieldPath;

type Entries = Vec<(FieldPath, String, Expr)>;

/// The locals that the call of the module takes.
pub(super) fn compose(environment: &Environment) -> Body {
    let at = environment.address().join("alarms");
    let (mut metric_alarms, mut alert_rules) = (Entries::new(), Entries::new());
    let mut event_alarms = Entries::new();
    for alarm in alarms::of(environment) {
        let limit = (alarm.limit)(environment);
        let from = match limit.key {
            "" => at.clone(),
            key => environment.address().join(key),
        };
        match &alarm.signal {
            Signal::Aws(metric) => {
                for watched in (metric.watched)(environment) {
                    let name = match &*watched.of {
                        "" => alarm.name.to_owned(),
                        of => format!("{}-{of}", alarm.name),
                    };
                    let value = metric_alarm(alarm, metric, &limit, &watched, &from);
                    metric_alarms.push((from.clone(), name, value));
                }
            }
            Signal::Server(rule) => {
                let mut entries = vec![
                    ("summary", Expr::text(alarm.summary)),
                    ("severity", Expr::text(alarm.severity.name())),
                    ("expression", Expr::text(rule.expression)),
                ];
                if alarm.has_number() {
                    entries.push(("threshold", Expr::code(limit.code.clone())));
                }
                entries.push(("duration", Expr::text(&format!("{}m", rule.minutes))));
                let value = object(&from, entries);
                alert_rules.push((from.clone(), alarm.name.to_owned(), value));
            }
            Signal::Event(event) => {
                let entries = [
                    ("summary", Expr::text(alarm.summary)),
                    ("severity", Expr::text(alarm.severity.name())),
                    ("source", Expr::text(event.source)),
                    ("detail_type", Expr::text(event.detail_type)),
                    ("event_name", Expr::text(event.name)),
                    ("resources", Expr::code(event.resources)),
                ];
                let value = object(&from, entries);
                event_alarms.push((from.clone(), alarm.name.to_owned(), value));
            }
        }
    }
    let mut recorded = Entries::new();
    for texts in texts_in(environment) {
        for (name, expression) in texts.recorded {
            let expression = Expr::text(expression);
            recorded.push((at.clone(), key(name), expression));
        }
    }
    let mut file = Body::new();
    file.origin(&at).block("locals", &[], |block| {
        block
            .comment(
                "What would wake you: docs/runbook.md has a section for each. `metric_alarms` are of CloudWatch, \
                 `event_alarms`\nof EventBridge. The others are rules for the server's metrics, in PromQL with `LIMIT` for the \
                 threshold.",
            )
            .attribute("metric_alarms", Expr::Object(metric_alarms))
            .blank()
            .attribute("event_alarms", Expr::Object(event_alarms))
            .blank()
            .attribute("recording_rules", Expr::Object(recorded))
            .blank()
            .attribute("alert_rules", Expr::Object(alert_rules));
    });
    file
}

fn metric_alarm(
    alarm: &Alarm,
    metric: &MetricAlarm,
    limit: &Limit,
    watched: &WatchedMetrics,
    from: &FieldPath,
) -> Expr {
    let number = |number: i64| Expr::code(number.to_string());
    let mut entries = vec![
        ("section", Expr::text(alarm.name)),
        ("summary", Expr::text(alarm.summary)),
        ("severity", Expr::text(alarm.severity.name())),
        ("comparison", Expr::text(metric.comparison)),
        ("threshold", Expr::code(limit.code.clone())),
        ("period", number(metric.period)),
        ("periods", number(metric.periods)),
        ("missing", Expr::text(metric.missing)),
    ];
    if metric.rolls_back {
        entries.push(("deployment", Expr::code("true")));
    }
    if let Some(expression) = metric.expression {
        entries.push(("expression", Expr::text(expression)));
    }
    let mut metrics = Vec::new();
    for metric in &watched.metrics {
        let mut dimensions = Entries::new();
        for (name, code) in &metric.dimensions {
            dimensions.push((from.clone(), (*name).to_owned(), Expr::code(code.clone())));
        }
        let entries = [
            ("id", Expr::text(metric.id)),
            ("namespace", Expr::text(metric.namespace)),
            ("name", Expr::text(metric.name)),
            ("statistic", Expr::text(metric.statistic)),
            ("dimensions", Expr::Object(dimensions)),
        ];
        metrics.push(object(from, entries));
    }
    entries.push(("metrics", Expr::List(metrics)));
    object(from, entries)
}

fn object(from: &FieldPath, entries: impl IntoIterator<Item = (&'static str, Expr)>) -> Expr {
    let mut all = Entries::new();
    for (name, value) in entries {
        all.push((from.clone(), name.to_owned(), value));
    }
    Expr::Object(all)
}
