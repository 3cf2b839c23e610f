//! A panel of a dashboard: what a part says of its metrics. `dashboards.rs` writes the panels of all parts to
//! `dashboards.yaml`.

use crate::feature::Feature;

/// A dashboard: its name in files and addresses, and its title.
pub(crate) type Dashboard = (&'static str, &'static str);

/// The Temporal server.
pub(crate) const SERVER: Dashboard = ("temporal-server", "Temporal server");
/// The database and how it is reached.
pub(crate) const DATABASE: Dashboard = ("dsql", "DSQL and connections");
/// Task queues and workers.
pub(crate) const WORKERS: Dashboard = ("workers", "Workers and task queues");
/// What CloudWatch knows of the environment.
pub(crate) const AWS: Dashboard = ("aws", "AWS resources");

/// A panel.
#[derive(Debug)]
pub(crate) struct Panel {
    /// Where it stands.
    pub(crate) dashboard: Dashboard,
    /// Its heading.
    pub(crate) title: &'static str,
    /// What it shows, and what to look for.
    pub(crate) about: &'static str,
    /// The unit of its values.
    pub(crate) unit: Unit,
    /// What it draws.
    pub(crate) queries: &'static [Query],
    /// Where it is shown, if not wherever the part is on.
    pub(crate) only: Option<Feature>,
}

impl Panel {
    /// A panel that is shown wherever its part is on.
    pub(crate) const fn new(
        dashboard: Dashboard,
        title: &'static str,
        about: &'static str,
        unit: Unit,
        queries: &'static [Query],
    ) -> Self {
        Self {
            dashboard,
            title,
            about,
            unit,
            queries,
            only: None,
        }
    }

    /// Only where this feature is on.
    pub(crate) const fn only(self, feature: Feature) -> Self {
        Self {
            only: Some(feature),
            ..self
        }
    }
}

/// The units that panels have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Requests a second.
    Requests,
    /// Other events a second.
    PerSecond,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// A number of things.
    Count,
    /// From 0 to 1.
    Share,
    /// From 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// MiB.
    Mebibytes,
}

impl Unit {
    /// Its name in a dashboard.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requests => "reqps",
            Self::PerSecond => "cps",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Count => "short",
            Self::Share => "percentunit",
            Self::Percent => "percent",
            Self::Bytes => "bytes",
            Self::Mebibytes => "mbytes",
        }
    }
}

/// What is drawn: a line for each value of the labels in `by`.
#[derive(Debug)]
pub(crate) struct Query {
    /// What a line is called besides the values of its labels.
    pub(crate) name: &'static str,
    /// Labels, with commas; of a metric in CloudWatch one dimension.
    pub(crate) by: &'static str,
    /// Where it comes from.
    pub(crate) source: Source,
}

/// Where a query's values come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// The rate of a counter, with label matchers.
    Rate(&'static str, &'static str),
    /// The rate of a histogram's sum.
    RateOfSum(&'static str, &'static str),
    /// The 99th percentile of a histogram, with label matchers; the ten highest where it is by operation.
    Percentile99(&'static str, &'static str),
    /// The sum of a gauge, with label matchers.
    Sum(&'static str, &'static str),
    /// The highest value of a gauge, with label matchers.
    Highest(&'static str, &'static str),
    /// A gauge's sum as a share of another's.
    ShareOfGauge(&'static str, &'static str),
    /// A counter's rate as a share of another's.
    ShareOfRate(&'static str, &'static str),
    /// A metric of CloudWatch.
    CloudWatch {
        /// Its namespace.
        namespace: &'static str,
        /// Its name.
        metric: &'static str,
        /// The statistic.
        statistic: &'static str,
        /// Its dimensions; a value such as `${cluster}` is one of the environment's, and `*` is any.
        dimensions: &'static [(&'static str, &'static str)],
    },
}

/// Lines by labels.
pub(crate) const fn by(labels: &'static str, source: Source) -> Query {
    Query {
        name: "",
        by: labels,
        source,
    }
}

/// Lines with a name of their own, by labels; one line without any.
pub(crate) const fn named(name: &'static str, labels: &'static str, source: Source) -> Query {
    Query {
        name,
        by: labels,
        source,
    }
}

/// A metric of CloudWatch: a line for each value of the dimension `by`, or one.
pub(crate) const fn cloudwatch(
    name: &'static str,
    by: &'static str,
    metric: (&'static str, &'static str, &'static str),
    dimensions: &'static [(&'static str, &'static str)],
) -> Query {
    let (namespace, metric, statistic) = metric;
    Query {
        name,
        by,
        source: Source::CloudWatch {
            namespace,
            metric,
            statistic,
            dimensions,
        },
    }
}

impl Source {
    /// The expression in PromQL, by these labels; `None` for CloudWatch.
    pub(crate) fn expression(&self, by: &str) -> Option<String> {
        let sum = |values: String| aggregated("sum", by, &values);
        Some(match self {
            Self::Rate(metric, matchers) => sum(rate(metric, matchers)),
            Self::RateOfSum(metric, matchers) => sum(rate(&format!("{metric}_sum"), matchers)),
            Self::Percentile99(metric, matchers) => {
                let labels = match by {
                    "" => "le".to_owned(),
                    by => format!("le, {by}"),
                };
                let buckets = rate(&format!("{metric}_bucket"), matchers);
                let percentile = format!(
                    "histogram_quantile(0.99, {})",
                    aggregated("sum", &labels, &buckets)
                );
                match by.contains("operation") {
                    true => format!("topk(10, {percentile})"),
                    false => percentile,
                }
            }
            Self::Sum(metric, matchers) => sum(selected(metric, matchers)),
            Self::Highest(metric, matchers) => aggregated("max", by, &selected(metric, matchers)),
            Self::ShareOfGauge(part, whole) => {
                format!("{} / {}", sum(selected(part, "")), sum(selected(whole, "")))
            }
            Self::ShareOfRate(part, whole) => {
                format!("{} / {}", sum(rate(part, "")), sum(rate(whole, "")))
            }
            Self::CloudWatch { .. } => return None,
        })
    }

    /// The metrics that it reads, without the suffixes of a histogram's series; none of CloudWatch.
    pub(crate) fn metrics(&self) -> Vec<&'static str> {
        match *self {
            Self::Rate(metric, _)
            | Self::RateOfSum(metric, _)
            | Self::Percentile99(metric, _)
            | Self::Sum(metric, _)
            | Self::Highest(metric, _) => vec![metric],
            Self::ShareOfGauge(part, whole) | Self::ShareOfRate(part, whole) => vec![part, whole],
            Self::CloudWatch { .. } => Vec::new(),
        }
    }
}

/// The series of `metric` with these labels.
fn selected(metric: &str, matchers: &str) -> String {
    match matchers {
        "" => metric.to_owned(),
        matchers => format!("{metric}{{{matchers}}}"),
    }
}

/// How fast a counter with these labels rises.
fn rate(metric: &str, matchers: &str) -> String {
    format!("rate({}[$__rate_interval])", selected(metric, matchers))
}

/// One value of `values` for each value of the labels in `by`.
fn aggregated(function: &str, by: &str, values: &str) -> String {
    match by {
        "" => format!("{function}({values})"),
        by => format!("{function} by ({by}) ({values})"),
    }
}
