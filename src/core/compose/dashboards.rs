//! `dashboards.yaml` of an environment: the panels of Grafana's dashboards, each feature's only where the environment has it.

use std::sync::LazyLock;

use super::panel::{AWS, DATABASE, Dashboard, Panel, Query, SERVER, Source, WORKERS};
use crate::environment::Environment;
use crate::hcl::Expr;
use crate::parts::{TEXTS, texts_in};
use crate::path::FieldPath;
use crate::tree::{File, Lines};

const HEAD: &str = "\
# Grafana's dashboards. locals.tf fills in the values in braces, and the module `observability` makes Grafana's JSON.
# Change dashboards here and not in the browser: Grafana's disk is lost with its task.
";

/// A panel and its lines, which are the same in each environment.
struct WrittenPanel {
    panel: &'static Panel,
    lines: String,
}

/// The panels of each part, in the order of [`TEXTS`]. They are written once: to write them is a tenth of what composing
/// takes.
static PANELS: LazyLock<Vec<Vec<WrittenPanel>>> = LazyLock::new(|| {
    let written = |panel| WrittenPanel {
        lines: lines_of(panel),
        panel,
    };
    let of_part = |panels: &'static [Panel]| panels.iter().map(written).collect();
    TEXTS
        .iter()
        .map(|texts| of_part(texts.root.panels))
        .collect()
});

/// The file.
pub(super) fn file(environment: &Environment) -> File {
    let at = environment.address();
    let mut lines = Lines::with_capacity();
    lines.lines(HEAD, &at);
    for (dashboard, panels) in dashboards(environment) {
        let (name, title) = dashboard;
        lines.end(&at);
        lines.write(name).write(":").end(&at);
        lines.write("  title: ").write(title).end(&at);
        lines.line("  panels:", &at);
        for (from, panel) in panels {
            lines.lines(panel, &from);
        }
    }
    File::generated(lines)
}

/// The dashboards that have a panel in `environment`, each with the lines of its panels and the address that brings them.
fn dashboards(environment: &Environment) -> Vec<(Dashboard, Vec<(FieldPath, &'static str)>)> {
    let mut all: Vec<(Dashboard, Vec<_>)> = [SERVER, DATABASE, WORKERS, AWS]
        .map(|dashboard| (dashboard, Vec::new()))
        .into();
    for (texts, panels) in TEXTS.iter().zip(&*PANELS) {
        let feature = &texts.part.feature;
        if panels.is_empty() || !feature.is_on(environment) {
            continue;
        }
        let from = match feature.key {
            "" => environment.address(),
            key => environment.address().join(key),
        };
        for WrittenPanel { panel, lines } in panels {
            if panel
                .only
                .is_some_and(|feature| !feature.is_on(environment))
            {
                continue;
            }
            let place = match all.iter().position(|(found, _)| *found == panel.dashboard) {
                Some(place) => place,
                None => {
                    all.push((panel.dashboard, Vec::new()));
                    all.len() - 1
                }
            };
            all[place].1.push((from.clone(), lines.as_str()));
        }
    }
    all.retain(|(_, panels)| !panels.is_empty());
    all
}

/// The values of the environment that panels name, for the call of the module.
pub(super) fn values(environment: &Environment) -> Vec<(FieldPath, String, Expr)> {
    let mut values = Vec::new();
    for texts in texts_in(environment) {
        for (name, code) in (texts.root.panel_values)(environment) {
            values.push((environment.address(), name.to_owned(), Expr::code(code)));
        }
    }
    values
}

/// The lines of a panel.
fn lines_of(panel: &Panel) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: &str| {
        text.push_str(key);
        text.push_str(value);
        text.push('\n');
    };
    line("    - title: ", &quoted(panel.title));
    line("      description: ", &quoted(panel.about));
    line("      unit: ", panel.unit.name());
    line("      queries:", "");
    for query in panel.queries {
        let Source::CloudWatch {
            namespace,
            metric,
            statistic,
            dimensions,
        } = &query.source
        else {
            let expression = query.source.expression(query.by).unwrap_or_default();
            line("        - expr: ", &quoted(&expression));
            line("          legend: ", &quoted(&legend(query)));
            continue;
        };
        line("        - namespace: ", namespace);
        line("          metric: ", metric);
        line("          statistic: ", statistic);
        let dimensions: Vec<String> = dimensions
            .iter()
            .map(|(name, value)| format!("{name}: {}", quoted(value)))
            .collect();
        line(
            "          dimensions: ",
            &format!("{{ {} }}", dimensions.join(", ")),
        );
        for (key, value) in [
            ("          legend: ", query.name),
            ("          by: ", query.by),
        ] {
            if !value.is_empty() {
                line(key, value);
            }
        }
    }
    text
}

/// The query's name and the values of its labels.
fn legend(query: &Query) -> String {
    let mut words: Vec<String> = Vec::new();
    if !query.name.is_empty() {
        words.push(query.name.to_owned());
    }
    for label in query.by.split(", ").filter(|label| !label.is_empty()) {
        words.push(format!("{{{{{label}}}}}"));
    }
    words.join(" ")
}

/// A text in YAML's single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::alarm::Signal;
    use crate::catalog::metrics::{CLOUDWATCH, MetricKind, PROMETHEUS};
    use crate::parts::TEXTS;
    use crate::series;

    fn panels() -> impl Iterator<Item = &'static Panel> {
        TEXTS.iter().flat_map(|texts| texts.root.panels)
    }

    /// The metrics that a source names, each with what it must be.
    fn metrics(source: &Source) -> Vec<(&'static str, MetricKind)> {
        match *source {
            Source::Rate(metric, _) => vec![(metric, MetricKind::Counter)],
            Source::RateOfSum(metric, _) | Source::Percentile99(metric, _) => {
                vec![(metric, MetricKind::Histogram)]
            }
            Source::Sum(metric, _) | Source::Highest(metric, _) => {
                vec![(metric, MetricKind::Gauge)]
            }
            Source::ShareOfGauge(part, whole) => {
                vec![(part, MetricKind::Gauge), (whole, MetricKind::Gauge)]
            }
            Source::ShareOfRate(part, whole) => {
                vec![(part, MetricKind::Counter), (whole, MetricKind::Counter)]
            }
            Source::CloudWatch { .. } => Vec::new(),
        }
    }

    #[test]
    fn panels_name_the_metrics_that_are_listed_and_together_with_alarms_all_of_them() {
        let mut named = BTreeSet::new();
        let mut of_aws = BTreeSet::new();
        for panel in panels() {
            for query in panel.queries {
                for (metric, kind) in metrics(&query.source) {
                    let listed = PROMETHEUS.iter().find(|(name, ..)| *name == metric);
                    let listed = listed.map(|(name, kind, _)| (*name, *kind));
                    assert_eq!(listed, Some((metric, kind)), "{}", panel.title);
                    named.insert(metric);
                }
                if let Source::CloudWatch {
                    namespace, metric, ..
                } = query.source
                {
                    of_aws.insert((namespace, metric));
                }
            }
        }
        let mut expressions = Vec::new();
        for texts in TEXTS.iter() {
            expressions.extend(texts.recorded.iter().map(|(_, expression)| *expression));
            for alarm in texts.alarms {
                if let Signal::Server(rule) = &alarm.signal {
                    expressions.push(rule.expression);
                }
            }
        }
        let metrics: BTreeSet<&str> = PROMETHEUS.iter().map(|(name, ..)| *name).collect();
        let names = expressions.into_iter().flat_map(series::names_in);
        named.extend(names.filter(|name| metrics.contains(name)));
        assert_eq!(named, metrics);
        let listed = CLOUDWATCH
            .iter()
            .flat_map(|(space, names)| names.iter().map(move |name| (*space, *name)));
        assert_eq!(of_aws, listed.collect());
    }

    #[test]
    fn a_panel_has_a_description_a_query_and_a_title_of_its_own() {
        let mut titles = BTreeSet::new();
        for panel in panels() {
            assert!(panel.about.ends_with('.'), "{}", panel.title);
            assert!((1..=8).contains(&panel.queries.len()), "{}", panel.title);
            assert!(
                titles.insert((panel.dashboard.0, panel.title)),
                "{}",
                panel.title
            );
            for query in panel.queries {
                let is_named = !query.name.is_empty() || !query.by.is_empty();
                assert!(is_named, "a line of {} has no name", panel.title);
            }
        }
    }

    #[test]
    fn a_query_is_promql() {
        for (source, by, expected) in [
            (
                Source::Rate("a", ""),
                "b, c",
                "sum by (b, c) (rate(a[$__rate_interval]))",
            ),
            (
                Source::Percentile99("a", "b=\"c\""),
                "operation",
                "topk(10, histogram_quantile(0.99, sum by (le, operation) (rate(a_bucket{b=\"c\"}[$__rate_interval]))))",
            ),
            (
                Source::Percentile99("a", ""),
                "",
                "histogram_quantile(0.99, sum by (le) (rate(a_bucket[$__rate_interval])))",
            ),
            (
                Source::RateOfSum("a", ""),
                "",
                "sum(rate(a_sum[$__rate_interval]))",
            ),
            (
                Source::Highest("a", "b=\"c\""),
                "d",
                "max by (d) (a{b=\"c\"})",
            ),
            (
                Source::ShareOfGauge("a", "b"),
                "c",
                "sum by (c) (a) / sum by (c) (b)",
            ),
            (
                Source::ShareOfRate("a", "b"),
                "c",
                "sum by (c) (rate(a[$__rate_interval])) / sum by (c) (rate(b[$__rate_interval]))",
            ),
        ] {
            assert_eq!(source.expression(by).as_deref(), Some(expected));
        }
    }

    /// Each value that a panel names is given, and no other.
    #[test]
    fn panels_name_the_values_that_their_parts_give() {
        for preset in crate::presets::PRESETS {
            let checked = crate::check(&preset.spec());
            for settled in checked.environments() {
                let environment = &settled.environment;
                let text = file(environment).text;
                let named: BTreeSet<String> = text
                    .split("${")
                    .skip(1)
                    .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
                    .collect();
                let given = values(environment).into_iter().map(|(_, name, _)| name);
                assert_eq!(named, given.collect());
            }
        }
    }
}
