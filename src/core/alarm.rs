//! Alarms: what would wake somebody, as rows that the parts state beside what they own. The module's variables, the rules
//! for the server's metrics, the runbook and the page's table are written from them. A row is there where its part is and
//! where the environment has alarms.

use std::fmt::Write as _;

use crate::environment::Environment;
use crate::feature::Feature;
use crate::sorted::SortedMap;
use crate::value::Value;

/// The values of an environment's alarms that an operator changes.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// The share of a service's requests that may fail, in percent.
    pub errors_percent: i64,
    /// The 99th percentile of a request's duration, in milliseconds.
    pub latency_ms: i64,
    /// Tasks that wait in a task queue.
    pub backlog: i64,
    /// The share of the cluster's connections that may be open, in percent.
    pub connections_percent: i64,
}

impl Alarm {
    /// An alarm on services that run fewer tasks than they should for ten minutes. Its caller adds what users notice and
    /// what to do first.
    pub(crate) const fn tasks_missing(
        name: &'static str,
        summary: &'static str,
        feature: Feature,
        watched: fn(&Environment) -> Vec<WatchedMetrics>,
    ) -> Self {
        Self {
            name,
            summary,
            severity: Severity::Warning,
            feature,
            limit: |_| Limit::fixed("0", "fewer running tasks than desired"),
            signal: Signal::Aws(MetricAlarm {
                expression: Some("desired - running"),
                ..MetricAlarm::above(watched, 10)
            }),
            users: "",
            look: Some(status),
            first: "",
            over: "`status` shows as many running as desired tasks for ten minutes.",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Users notice it, or soon will: somebody gets up.
    Critical,
    /// It can wait until the morning.
    Warning,
}

impl Severity {
    /// As in the label of an alert.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// An alarm.
#[derive(Debug)]
pub struct Alarm {
    /// Its name, and that of its section in the runbook.
    pub name: &'static str,
    /// What is the case when it is on, a sentence.
    pub summary: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What its part must have besides for it to be there.
    pub(crate) feature: Feature,
    /// The value at which it goes on.
    pub(crate) limit: fn(&Environment) -> Limit,
    /// What is measured.
    pub(crate) signal: Signal,
    /// What users notice of it.
    pub(crate) users: &'static str,
    /// What to run to see more, in the environment of this name.
    pub(crate) look: Option<fn(&str) -> String>,
    /// What to do first.
    pub(crate) first: &'static str,
    /// How to know that it is over, besides the message that the alarm is off.
    pub(crate) over: &'static str,
}

/// A value at which an alarm goes on.
#[derive(Debug)]
pub(crate) struct Limit {
    /// The code of the number.
    pub(crate) code: String,
    /// The condition in words, such as `more than 10 % of the requests`.
    pub(crate) words: String,
    /// The option that decides it.
    pub(crate) key: &'static str,
}

impl Limit {
    /// A number that no option changes.
    pub(crate) fn fixed(number: &str, words: &str) -> Self {
        Self::of("", number, words.to_owned())
    }

    /// The number with this code, which the option `key` decides.
    pub(crate) fn of(key: &'static str, code: &str, words: String) -> Self {
        Self {
            code: code.to_owned(),
            words,
            key,
        }
    }
}

/// The names of the alarms that go on where no service runs, whatever the reason: before the first start, and while somebody or
/// a schedule has stopped them. All others need a task, or something that is wrong.
pub const ON_WITHOUT_TASKS: [&str; 2] = ["frontend-silent", "shards-unowned"];

/// What an alarm measures.
#[derive(Debug)]
pub(crate) enum Signal {
    /// Metrics of AWS.
    Aws(MetricAlarm),
    /// Metrics of the server.
    Server(Rule),
    /// An event of AWS, which is a message by itself.
    Event(Event),
}

/// An event of AWS that is a message.
#[derive(Debug)]
pub(crate) struct Event {
    /// Who sends it, as EventBridge calls it.
    pub(crate) source: &'static str,
    /// What it is about, as EventBridge calls it.
    pub(crate) detail_type: &'static str,
    /// Its name among those of this kind.
    pub(crate) name: &'static str,
    /// The code of what the ARNs of its resources begin with.
    pub(crate) resources: &'static str,
}

/// What stands for the number in a [`Rule`]: the module `alarms` puts it there.
pub(crate) const LIMIT: &str = "LIMIT";

/// A rule for metrics of the server.
#[derive(Debug)]
pub(crate) struct Rule {
    /// In PromQL, with single quotes, and [`LIMIT`] for the number.
    pub(crate) expression: &'static str,
    /// For how long it must have a result.
    pub(crate) minutes: i64,
}

/// An alarm of CloudWatch.
#[derive(Debug)]
pub(crate) struct MetricAlarm {
    /// What is watched: for each an alarm.
    pub(crate) watched: fn(&Environment) -> Vec<WatchedMetrics>,
    /// What is calculated of several metrics, by their ids.
    pub(crate) expression: Option<&'static str>,
    /// As CloudWatch calls it.
    pub(crate) comparison: &'static str,
    /// Seconds of a period.
    pub(crate) period: i64,
    /// How many periods in a row.
    pub(crate) periods: i64,
    /// What a period without data counts as, in CloudWatch's word.
    pub(crate) missing: &'static str,
    /// Whether a deployment of Temporal is rolled back while it is on.
    pub(crate) rolls_back: bool,
}

impl MetricAlarm {
    /// An alarm on one metric that is above a value for so many minutes.
    pub(crate) const fn above(
        watched: fn(&Environment) -> Vec<WatchedMetrics>,
        minutes: i64,
    ) -> Self {
        Self {
            watched,
            expression: None,
            comparison: "GreaterThanThreshold",
            period: 60,
            periods: minutes,
            missing: "notBreaching",
            rolls_back: false,
        }
    }

    /// An alarm on one metric that has a value or more for so many minutes.
    pub(crate) const fn at_least(
        watched: fn(&Environment) -> Vec<WatchedMetrics>,
        minutes: i64,
    ) -> Self {
        Self {
            comparison: "GreaterThanOrEqualToThreshold",
            ..Self::above(watched, minutes)
        }
    }

    /// An alarm on one metric that is below a value for so many minutes.
    pub(crate) const fn below(
        watched: fn(&Environment) -> Vec<WatchedMetrics>,
        minutes: i64,
    ) -> Self {
        Self {
            comparison: "LessThanThreshold",
            ..Self::above(watched, minutes)
        }
    }
}

/// What one alarm of CloudWatch watches.
#[derive(Debug)]
pub(crate) struct WatchedMetrics {
    /// What tells it apart from the others of its row, such as the name of a service; empty where there is one.
    pub(crate) of: String,
    /// The metrics.
    pub(crate) metrics: Vec<Metric>,
}

impl WatchedMetrics {
    /// The desired and the running tasks of the ECS service `of`; `name` is the code of its full name.
    pub(crate) fn tasks(of: &str, name: &str) -> Self {
        let metric = |id, metric| {
            Metric::new(
                "ECS/ContainerInsights",
                metric,
                "Average",
                &[
                    ("ClusterName", "module.ecs_cluster.cluster_name"),
                    ("ServiceName", name),
                ],
            )
            .called(id)
        };
        Self {
            of: of.to_owned(),
            metrics: vec![
                metric("desired", "DesiredTaskCount"),
                metric("running", "RunningTaskCount"),
            ],
        }
    }

    /// One thing with one metric.
    pub(crate) fn one(metric: Metric) -> Vec<Self> {
        vec![Self {
            of: String::new(),
            metrics: vec![metric],
        }]
    }
}

/// A metric of AWS.
#[derive(Debug)]
pub(crate) struct Metric {
    /// What an expression calls it.
    pub(crate) id: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) statistic: &'static str,
    /// Name and code of the value. A wrong one means no data, and AWS says nothing.
    pub(crate) dimensions: Vec<(&'static str, String)>,
}

impl Metric {
    /// A metric that no expression names.
    pub(crate) fn new(
        namespace: &'static str,
        name: &'static str,
        statistic: &'static str,
        dimensions: &[(&'static str, &str)],
    ) -> Self {
        let mut all = Vec::new();
        for (name, code) in dimensions {
            all.push((*name, (*code).to_owned()));
        }
        Self {
            id: "value",
            namespace,
            name,
            statistic,
            dimensions: all,
        }
    }

    /// The same metric under another id.
    pub(crate) fn called(self, id: &'static str) -> Self {
        Self { id, ..self }
    }
}

/// The map of other values at which alarms go on, inside an environment.
pub(crate) const OTHER_NUMBERS: &str = "alarms.thresholds";

/// The numbers that stand for those of the rows in `environment`, by the names of the alarms; `None` without alarms.
pub(crate) fn other_numbers(environment: &Environment) -> Option<&SortedMap<String, Value>> {
    let mut settings = environment.settings.iter();
    let map = settings.find(|setting| setting.row.key.strip_suffix(".*") == Some(OTHER_NUMBERS))?;
    Some(&map.entries)
}

impl Alarm {
    /// The option that decides its value, if it has one of its own.
    pub(crate) fn own_option(&self, environment: &Environment) -> Option<&'static str> {
        let key = (self.limit)(environment).key;
        key.starts_with("alarms.").then_some(key)
    }

    /// Whether it goes on at a number.
    pub(crate) fn has_number(&self) -> bool {
        match &self.signal {
            Signal::Aws(_) => true,
            Signal::Server(rule) => rule.expression.contains(LIMIT),
            Signal::Event(_) => false,
        }
    }

    /// At which value it goes on, and after how long.
    #[must_use]
    pub fn condition(&self, environment: &Environment) -> String {
        let mut words = (self.limit)(environment).words;
        let number = other_numbers(environment).and_then(|all| all.get(self.name)?.as_text());
        if let Some(number) = number {
            write!(words, " (threshold set to {number})").expect("a String takes any text");
        }
        let minutes = match &self.signal {
            Signal::Aws(alarm) => alarm.period * alarm.periods / 60,
            Signal::Server(rule) => rule.minutes,
            Signal::Event(_) => return words,
        };
        let time = match minutes {
            0 => return format!("{words}, at once"),
            1440 => "a day".to_owned(),
            60 => "an hour".to_owned(),
            1 => "a minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        };
        write!(words, ", for {time}").expect("a String takes any text");
        words
    }

    /// What measures it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        match self.signal {
            Signal::Aws(_) => "CloudWatch",
            Signal::Server(_) => "Prometheus",
            Signal::Event(_) => "EventBridge",
        }
    }
}

/// The state of the services, which most alarms are about.
pub(crate) fn status(name: &str) -> String {
    format!("scripts/scale-services.sh {name} status")
}

/// How many values `variable` of modules has for the `count` alarms of CloudWatch that a part has: so many where the
/// environment has alarms. The rows themselves are not in the page's first part.
pub(crate) fn values_of(environment: &Environment, variable: &str, count: usize) -> usize {
    values_in(environment, variable, "metric_alarms", count)
}

/// How many of `alarms` are of CloudWatch, for a part whose rows are one alarm each where the environment has alarms. Asked by
/// the compiler, so that the rows stay out of the page's first part.
pub(crate) const fn of_cloudwatch(alarms: &[Alarm]) -> usize {
    let (mut count, mut index) = (0, 0);
    while index < alarms.len() {
        if matches!(alarms[index].signal, Signal::Aws(_)) {
            count += 1;
        }
        index += 1;
    }
    count
}

/// How many values `variable` has, if it is the one `named`, which has `count` of a part where the environment has alarms.
pub(crate) fn values_in(
    environment: &Environment,
    variable: &str,
    named: &str,
    count: usize,
) -> usize {
    if variable == named && environment.part::<Thresholds>().is_some() {
        count
    } else {
        0
    }
}
