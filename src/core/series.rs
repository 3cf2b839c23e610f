//! How many series the metrics of an environment's tasks make, and how many samples these are in a month.
//!
//! It is an estimate: how many series there are follows from what workers and clients do. It takes each kept metric of
//! `catalog/metrics.rs`, with the labels that it has in the server's code, for each task that reports it, and says what it
//! assumes.

use std::sync::LazyLock;

use crate::alarm::Signal;
use crate::catalog::metrics::{Labels, MetricKind, PROMETHEUS};
use crate::catalog::prices::SAMPLE_TIER;
use crate::environment::Environment;
use crate::feature::Feature;
use crate::parts::TEXTS;
use crate::parts::telemetry::{KeptMetrics, MetricSelection};
use crate::sizing::bill_line::HOURS;
use crate::sizing::money::Money;
use crate::temporal_service::TemporalService;

/// Seconds between two scrapes of a task's metrics. As in the module `alloy-sidecar`.
const SCRAPE_INTERVAL: i64 = 30;

/// Samples that one series is in a month.
const SAMPLES_A_MONTH: i64 = HOURS * 3600 / SCRAPE_INTERVAL;

/// Series of a histogram with one set of labels: the 19 bounds of a duration, infinity, sum and count. Source:
/// `common/metrics/config.go` of iw/temporal at cf90c57d6.
const OF_A_HISTOGRAM: i64 = 22;

/// Namespaces that are assumed: one of users and `temporal-system`, with one task queue each.
const NAMESPACES: i64 = 2;

/// Series of a task queue: four partitions, for workflows and activities.
const PARTITIONS: i64 = 8;

/// Kinds of a history queue's tasks that are assumed: those of workflows with activities and timers.
const QUEUE_TASKS: i64 = 20;

/// What a service is assumed to do: its operations that clients and other services call, those of persistence and of
/// visibility. The server has several times as many; those of an installation are the ones of starting, polling, answering,
/// signalling, querying and listing.
const fn operations(service: TemporalService) -> (i64, i64, i64) {
    match service {
        TemporalService::Frontend => (20, 10, 4),
        TemporalService::History => (20, 25, 4),
        TemporalService::Matching => (8, 10, 0),
        TemporalService::Worker => (0, 8, 4),
    }
}

/// What is billed for samples.
pub(crate) struct Samples {
    /// In units of the price, those beyond the first tier as what they cost; `None` where it is unknown.
    pub(crate) units: Option<Money>,
    /// The amount in words; where it is unknown, what decides it.
    pub(crate) amount: String,
}

/// The tasks that are scraped all the time: those of the Temporal services.
fn scraped_tasks(environment: &Environment) -> i64 {
    let services = environment.services.iter();
    services.map(|service| service.size.count).sum()
}

/// The samples of a month, if each task has as many series as `expected`, or else as many as are estimated.
pub(crate) fn samples(environment: &Environment, expected: Option<Money>) -> Samples {
    let tasks = scraped_tasks(environment);
    let (series, amount) = match (expected, estimate(environment)) {
        (Some(each), _) => (
            Some(each * tasks),
            format!("{} series of each of {tasks} tasks", each.plain()),
        ),
        (None, Some(series)) => (
            Some(Money::micros(series * 1_000_000)),
            format!("about {series} series"),
        ),
        (None, None) => (
            None,
            format!(
                "{} million for each 1,000 series of a task",
                tasks * SAMPLES_A_MONTH / 1_000
            ),
        ),
    };
    let units = series.map(|series| {
        // Ten millions of samples, which have a price.
        let all = series.of(Money::micros(SAMPLES_A_MONTH / 10));
        let (first, thousandths) = SAMPLE_TIER;
        let first = Money::micros(first * 1_000_000).min(all);
        first + (all - first).of(Money::micros(thousandths * 1_000))
    });
    Samples { units, amount }
}

/// The series of all tasks with the metrics that are kept; `None` where all metrics are kept, whose number nobody knows.
#[must_use]
pub fn estimate(environment: &Environment) -> Option<i64> {
    let kept = environment.part::<KeptMetrics>()?;
    if kept.kept == MetricSelection::All {
        return None;
    }
    let mut series = 0;
    for ((name, kind, labels), reported) in PROMETHEUS.iter().zip(REPORTED_WITH.iter()) {
        let has_all = |needed: &[Feature; 2]| needed.iter().all(|it| it.is_on(environment));
        if !reported.iter().any(has_all) && !kept.more.iter().any(|more| more == name) {
            continue;
        }
        let each = match kind {
            MetricKind::Histogram => OF_A_HISTOGRAM,
            MetricKind::Counter | MetricKind::Gauge => 1,
        };
        for service in &environment.services {
            series += each * label_sets(*labels, service.kind) * service.size.count;
        }
        if *labels == Labels::TaskQueue {
            series += each * PARTITIONS * NAMESPACES;
        }
    }
    Some(series)
}

/// With what an environment has each metric of the catalog: its tasks report those that alarms and dashboards of its parts
/// name, whether or not it has alarms, since a sidecar keeps them in any case. Of each place that names the metric: what brings
/// the part, and what the part must have besides.
static REPORTED_WITH: LazyLock<Vec<Vec<[Feature; 2]>>> = LazyLock::new(|| {
    let mut places = Vec::new();
    for texts in TEXTS.iter() {
        let mut place = |besides: Option<Feature>, names: Vec<&'static str>| {
            let besides = besides.unwrap_or(texts.part.feature);
            places.push(([texts.part.feature, besides], names));
        };
        for alarm in texts.alarms {
            if let Signal::Server(rule) = &alarm.signal {
                place(Some(alarm.feature), names_in(rule.expression));
            }
        }
        for (_, expression) in texts.recorded {
            place(None, names_in(expression));
        }
        for panel in texts.root.panels {
            for query in panel.queries {
                place(panel.only, query.source.metrics());
            }
        }
    }
    let of_metric = |name: &&'static str| {
        let naming = places.iter().filter(|(_, names)| names.contains(name));
        naming.map(|(needed, _)| *needed).collect()
    };
    PROMETHEUS
        .iter()
        .map(|(name, ..)| of_metric(name))
        .collect()
});

/// What may be a metric that `expression` names: each word, also without the suffix of a histogram's series.
pub(crate) fn names_in(expression: &str) -> Vec<&str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    let suffixes = ["", "_bucket", "_sum", "_count"].into_iter();
    words
        .flat_map(|word| suffixes.clone().filter_map(|end| word.strip_suffix(end)))
        .collect()
}

/// The sets of labels that a task of `service` reports.
fn label_sets(labels: Labels, service: TemporalService) -> i64 {
    let (called, persisted, listed) = operations(service);
    let is_history = i64::from(service == TemporalService::History);
    match labels {
        Labels::Task(count) => count,
        Labels::Operation => called * NAMESPACES,
        Labels::Persistence => persisted,
        Labels::Visibility => listed,
        Labels::History(count) => is_history * count,
        Labels::QueueTask => is_history * QUEUE_TASKS * NAMESPACES,
        Labels::TaskQueue | Labels::Elsewhere => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assignment, check, presets, templates};

    #[test]
    fn the_scrape_interval_is_that_of_the_module() {
        let path = "modules/alloy-sidecar/variables.tf";
        let (_, text) = templates::ALL.iter().find(|(at, _)| *at == path).unwrap();
        let (_, block) = text.split_once("variable \"scrape_interval\"").unwrap();
        let (_, default) = block.split_once("default").unwrap();
        let line = default.lines().next().unwrap();
        assert_eq!(
            line.trim_matches([' ', '=', '"']),
            format!("{SCRAPE_INTERVAL}s")
        );
    }

    #[track_caller]
    fn environment(assignments: &[&str]) -> Environment {
        let mut spec = presets::find("ha-prod").unwrap().spec();
        for assignment in assignments {
            assignment::set(&mut spec, assignment).unwrap();
        }
        let checked = check(&spec);
        Environment::clone(&checked.environments()[0].environment)
    }

    #[test]
    fn what_a_task_reports_is_counted_whether_or_not_something_watches_it() {
        let with = estimate(&environment(&[])).unwrap();
        let without_alarms = estimate(&environment(&["environments.prod.alarms.enabled=false"]));
        assert_eq!(without_alarms, Some(with));
        // Without a reservoir, no task has its metrics.
        let reservoir = "environments.prod.reservoir.enabled=false";
        assert!(estimate(&environment(&[reservoir])).unwrap() < with);
        // One that is named besides is counted in each of the 15 tasks.
        let named = "environments.prod.telemetry.more_metrics=[\"dsql_slot_blocks_owned\"]";
        assert_eq!(estimate(&environment(&[named])).unwrap() - with, 15);
        assert_eq!(
            estimate(&environment(&["environments.prod.telemetry.metrics=all"])),
            None
        );
    }

    #[test]
    fn samples_beyond_the_first_tier_cost_less() {
        let environment = environment(&[]);
        // 15 tasks × 1,000 series × 87,600 samples are 131.4 times ten million.
        let units = |series: i64| {
            let expected = Some(Money::micros(series * 1_000_000));
            samples(&environment, expected).units.unwrap().plain()
        };
        assert_eq!(units(1_000), "131.4");
        // 394.2: 200, and 0.389 × 194.2.
        assert_eq!(units(3_000), "275.5438");
    }
}
