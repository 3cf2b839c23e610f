//! What an environment costs a month, line by line.
//!
//! What is billed by the hour or the month is counted. What is billed by use depends on a load that is not known here, so
//! its amount is unknown unless a file of prices states the expected use. What has no known price is unknown too. A sum
//! with something unknown in it is a minimum, never a total.

use serde::Serialize;

use crate::alarms;
use crate::catalog::prices;
use crate::environment::Environment;
use crate::parts::subject::Subject;
use crate::parts::texts_about_in;
use crate::series;
use crate::sizing::bill_line::{BillLine, OnTop};
use crate::sizing::money::Money;
use crate::sizing::price_list::{PriceList, UnitPrice};
use crate::sizing::usage_line::{UsageAmount, UsageLine};

/// The cost of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Its name.
    pub environment: String,
    /// Its region, whose prices count.
    pub region: String,
    /// What is billed every month.
    pub lines: Vec<Line>,
    /// The sum of what is billed without any load.
    pub idle: Total,
    /// The sum of all.
    pub month: Total,
    /// What comes on top when something is done.
    pub events: Vec<Line>,
}

/// What kind of thing is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostKind {
    /// The instances that tasks run on, and their volumes.
    Instances,
    /// The nodes that keep the visibility records, and their volumes.
    Search,
    /// What the network has beside the tasks: gateways, addresses, endpoints.
    Network,
    /// Anything else with a price by the hour or month.
    Other,
    /// What the load decides.
    Use,
}

impl CostKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Instances,
        Self::Search,
        Self::Network,
        Self::Other,
        Self::Use,
    ];

    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Instances => "Instances",
            Self::Search => "OpenSearch",
            Self::Network => "Network",
            Self::Other => "Other",
            Self::Use => "Grows with use",
        }
    }

    /// The kind of what is billed by the hour or month for `subject`.
    fn of(subject: Subject) -> Self {
        match subject {
            Subject::Compute => Self::Instances,
            Subject::Visibility => Self::Search,
            Subject::Network | Subject::Endpoints | Subject::Clients => Self::Network,
            Subject::Cluster
            | Subject::Roles
            | Subject::Services
            | Subject::WebInterface
            | Subject::Database
            | Subject::Logs
            | Subject::Dashboards
            | Subject::Telemetry
            | Subject::ConnectionPool
            | Subject::ConnectionLimits
            | Subject::Load
            | Subject::Alarms
            | Subject::Spending
            | Subject::Migration => Self::Other,
        }
    }
}

/// Something that is billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// A stable name, such as `instances`.
    pub key: &'static str,
    /// What kind of thing it is.
    pub kind: CostKind,
    /// What it is called.
    pub label: &'static str,
    /// How much of it there is.
    pub amount: String,
    /// What one unit costs; `None` where no source says.
    pub price: Option<UnitPrice>,
    /// AWS's page with that price in each region: where to look for one that no source says.
    pub price_page: &'static str,
    /// Whether the load decides how much of it there is.
    pub by_use: bool,
    /// What it costs; `None` where price or amount is unknown.
    pub usd: Option<Money>,
}

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The sum of what is known.
    pub usd: Money,
    /// Whether something in it is unknown, so that the sum is a least.
    pub is_least: bool,
}

/// The share of one environment and line in the difference between two compositions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The environment.
    pub environment: String,
    /// The line's stable name.
    pub key: &'static str,
    /// What the line is called.
    pub label: &'static str,
    /// How much of it there was; `None` where the line is new.
    pub amount_before: Option<String>,
    /// How much of it there is; `None` where the line is gone.
    pub amount_after: Option<String>,
    /// Whether the load decides how much of it there is.
    pub by_use: bool,
    /// What it costs more a month; `None` where one of both is unknown.
    pub usd: Option<Money>,
}

impl Total {
    /// The sum of `amounts`, each as far as it is known.
    fn of(amounts: impl Iterator<Item = Option<Money>>) -> Self {
        amounts.fold(Self::default(), |total, amount| Self {
            usd: total.usd + amount.unwrap_or_default(),
            is_least: total.is_least || amount.is_none(),
        })
    }

    /// The sum over environments.
    #[must_use]
    pub fn over(costs: &[Cost]) -> Self {
        costs.iter().fold(Self::default(), |total, cost| Self {
            usd: total.usd + cost.month.usd,
            is_least: total.is_least || cost.month.is_least,
        })
    }
}

/// `1,234.56`, or `≥ 1,234.56` for a least.
impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let front = if self.is_least { "≥ " } else { "" };
        f.pad(&format!("{front}{}", self.usd))
    }
}

/// What `environment` costs with these prices.
#[must_use]
pub fn cost(environment: &Environment, prices: &PriceList) -> Cost {
    let ledger = Ledger {
        environment,
        prices,
    };
    let mut lines = ledger.standing();
    lines.extend(ledger.by_use());
    Cost {
        environment: environment.name.clone(),
        region: environment.region.clone(),
        idle: Total::of(
            lines
                .iter()
                .filter(|line| !line.by_use)
                .map(|line| line.usd),
        ),
        month: Total::of(lines.iter().map(|line| line.usd)),
        lines,
        events: ledger.events(),
    }
}

struct Ledger<'a> {
    environment: &'a Environment,
    prices: &'a PriceList,
}

impl Ledger<'_> {
    /// The line of what load doesn't change, for `subject`.
    fn counted(&self, subject: Subject, counted: BillLine) -> Line {
        let price = self.prices.find(&self.environment.region, &counted.item);
        Line {
            key: counted.key,
            kind: CostKind::of(subject),
            label: counted.label,
            amount: counted.amount,
            by_use: false,
            usd: price.as_ref().map(|price| price.usd * counted.units),
            price,
            price_page: prices::page(&counted.item),
        }
    }

    /// A line whose amount the load decides: unknown unless somebody expects one.
    fn used(&self, used: &UsageLine) -> Line {
        let environment = self.environment;
        let expected = self.prices.expected(&environment.name, used.expected_as);
        let price = self.prices.find(&environment.region, used.item);
        let (units, amount) = match used.amount {
            UsageAmount::Units { decided_by } => {
                let amount = expected.map_or(decided_by.to_owned(), |amount| {
                    format!("{} × {}", amount.plain(), prices::unit(used.item))
                });
                (expected, amount)
            }
            UsageAmount::Samples => {
                let samples = series::samples(environment, expected);
                (samples.units, samples.amount)
            }
        };
        Line {
            key: used.key,
            kind: CostKind::Use,
            label: used.label,
            amount,
            by_use: true,
            usd: units
                .zip(price.as_ref())
                .map(|(units, price)| price.usd.of(units)),
            price,
            price_page: prices::page(used.item),
        }
    }

    /// What costs the same with and without load.
    fn standing(&self) -> Vec<Line> {
        let environment = self.environment;
        let mut all = Vec::new();
        for subject in Subject::COUNTED {
            for texts in texts_about_in(subject, environment) {
                for counted in (texts.counted)(environment) {
                    all.push(self.counted(subject, counted));
                }
            }
        }
        if let Some(counted) = alarms::counted(environment) {
            all.push(self.counted(Subject::Alarms, counted));
        }
        all
    }

    /// What the load decides.
    fn by_use(&self) -> Vec<Line> {
        let environment = self.environment;
        let mut lines = Vec::new();
        for subject in Subject::USED {
            for texts in texts_about_in(subject, environment) {
                let there = texts
                    .used
                    .iter()
                    .filter(|used| used.feature.is_on(environment));
                lines.extend(there.map(|used| self.used(used)));
            }
        }
        lines
    }

    /// What a deployment and a load test cost.
    fn events(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for subject in Subject::COUNTED {
            for texts in texts_about_in(subject, self.environment) {
                for on_top in (texts.on_top)(self.environment) {
                    lines.push(match on_top {
                        OnTop::BillLine(counted) => self.counted(subject, counted),
                        OnTop::Timed {
                            key,
                            label,
                            amount,
                            price_page,
                        } => Line {
                            key,
                            kind: CostKind::Use,
                            label,
                            amount: amount.to_owned(),
                            price: None,
                            price_page,
                            by_use: true,
                            usd: None,
                        },
                    });
                }
            }
        }
        lines
    }
}

/// How the costs of `after` differ from those of `before`: a row for each line whose amount or cost changed, in the order
/// of `after`, then the lines that are gone.
#[must_use]
pub fn differences(before: &[Cost], after: &[Cost]) -> Vec<Difference> {
    let difference = |environment: &str, old: Option<&Line>, new: Option<&Line>| {
        let (key, label, by_use) = new
            .or(old)
            .map(|line| (line.key, line.label, line.by_use))?;
        let is_same = match (old, new) {
            (Some(old), Some(new)) => old.amount == new.amount && old.usd == new.usd,
            _ => false,
        };
        // A line that isn't there costs nothing: that is known.
        let usd = |line: Option<&Line>| line.map_or(Some(Money::default()), |line| line.usd);
        (!is_same).then(|| Difference {
            environment: environment.to_owned(),
            key,
            label,
            by_use,
            usd: usd(new).and_then(|new| Some(new - usd(old)?)),
            amount_before: old.map(|line| line.amount.clone()),
            amount_after: new.map(|line| line.amount.clone()),
        })
    };
    let mut rows = Vec::new();
    for (environment, new) in lines(after) {
        rows.extend(difference(
            environment,
            line(before, environment, new.key),
            Some(new),
        ));
    }
    for (environment, old) in lines(before) {
        if line(after, environment, old.key).is_none() {
            rows.extend(difference(environment, Some(old), None));
        }
    }
    rows
}

/// Each line, with the name of its environment.
fn lines(costs: &[Cost]) -> impl Iterator<Item = (&str, &Line)> {
    costs.iter().flat_map(|cost| {
        let lines = cost.lines.iter();
        lines.map(|line| (cost.environment.as_str(), line))
    })
}

/// The line `key` of `environment`.
fn line<'a>(costs: &'a [Cost], environment: &str, key: &str) -> Option<&'a Line> {
    let mut costs = costs.iter();
    let cost = costs.find(|cost| cost.environment == environment)?;
    cost.lines.iter().find(|line| line.key == key)
}

/// What a change costs, in words: `+77 USD a month`, `costs the same`, `price unknown`.
#[must_use]
pub fn change_in_words(usd_a_month: Option<Money>) -> String {
    match usd_a_month {
        None => "price unknown".to_owned(),
        Some(money) if money == Money::default() => "costs the same".to_owned(),
        Some(money) => format!("{} USD a month", money.signed_dollars()),
    }
}

/// The sum of the known differences, and whether one of them is unknown.
#[must_use]
pub fn total_difference(differences: &[Difference]) -> (Money, bool) {
    let sum = differences.iter().filter_map(|row| row.usd).sum();
    (sum, differences.iter().any(|row| row.usd.is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::sizing::price_list;
    use crate::{assignment, presets};

    fn costs(preset: &str, assignments: &[&str], prices: &PriceList) -> Vec<Cost> {
        let mut spec = presets::find(preset).unwrap().spec();
        for assignment in assignments {
            assignment::set(&mut spec, assignment).unwrap();
        }
        let blueprint = check(&spec).blueprint.unwrap();
        blueprint
            .environments
            .iter()
            .map(|environment| cost(environment, prices))
            .collect()
    }

    fn shown(cost: &Cost) -> Vec<(&'static str, String, String)> {
        cost.lines
            .iter()
            .map(|line| {
                let usd = line.usd.map_or("unknown".to_owned(), |usd| usd.to_string());
                (line.key, line.amount.clone(), usd)
            })
            .collect()
    }

    /// The lines without load, as `key amount usd`.
    #[track_caller]
    fn check_standing(cost: &Cost, expected: &[(&str, &str, &str)]) {
        let found = shown(cost);
        let found: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|(key, amount, usd)| (*key, amount.as_str(), usd.as_str()))
            .take(expected.len())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn standing_lines_are_counted() {
        let found = costs("ha-prod", &["region=us-east-1"], &PriceList::default());
        check_standing(
            &found[0],
            &[
                ("instances", "6 × m8g.2xlarge", "1,572.60"),
                ("instance-volumes", "6 × 50 GiB", "24.00"),
                ("opensearch-nodes", "3 × m6g.large.search", "280.32"),
                ("opensearch-volumes", "3 × 100 GiB", "36.60"),
                ("nat-gateways", "3", "98.55"),
                ("public-addresses", "3", "10.95"),
                ("endpoints", "12 in 3 zones", "262.80"),
                ("load-balancer", "1", "16.43"),
                ("grafana-secret", "1", "0.40"),
                ("alarms", "37 metrics", "3.70"),
            ],
        );
        assert_eq!(found[0].idle.to_string(), "2,306.34");
        assert_eq!(found[0].month.to_string(), "≥ 2,514.92");
        let found = costs("dev-lean", &[], &PriceList::default());
        check_standing(
            &found[0],
            &[
                ("instances", "2 × m7g.large", "132.79"),
                ("instance-volumes", "2 × 50 GiB", "8.80"),
                ("opensearch-nodes", "1 × t3.small.search", "unknown"),
                ("opensearch-volumes", "1 × 10 GiB", "unknown"),
                ("nat-gateways", "1", "35.04"),
                ("public-addresses", "1", "3.65"),
                ("grafana-secret", "1", "0.40"),
                ("dsql-requests", "by use", "unknown"),
            ],
        );
    }

    #[test]
    fn what_is_not_known_is_never_nothing() {
        for cost in costs("standard", &["region=ca-west-1"], &PriceList::default()) {
            for line in &cost.lines {
                assert_eq!(
                    line.usd.is_some(),
                    // What has one price in all regions.
                    matches!(line.key, "alarms" | "public-addresses"),
                    "{}",
                    line.key
                );
            }
            assert!(cost.month.is_least);
        }
    }

    #[test]
    fn a_deployment_and_a_load_test_are_apart_from_the_month() {
        let bench = &costs("standard", &["region=us-east-1"], &PriceList::default())[1];
        let events: Vec<(&str, &str, String)> = bench
            .events
            .iter()
            .filter(|line| !line.by_use)
            .map(|line| {
                (
                    line.key,
                    line.amount.as_str(),
                    line.usd.unwrap().to_string(),
                )
            })
            .collect();
        assert_eq!(
            events,
            [
                (
                    "deployment",
                    "3 × m8g.4xlarge for an hour",
                    "2.15".to_owned()
                ),
                ("benchmark", "4 × m8g.4xlarge", "2.87".to_owned()),
            ]
        );
    }

    #[test]
    fn prices_of_ones_own_count() {
        let (prices, problems) =
            price_list::read("[eu-west-1]\n\"m7g.large\" = 0.05\n\"t3.small.search\" = 0.04\n");
        assert_eq!(problems.0, []);
        check_standing(
            &costs("dev-lean", &[], &prices)[0],
            &[
                ("instances", "2 × m7g.large", "73.00"),
                ("instance-volumes", "2 × 50 GiB", "8.80"),
                ("opensearch-nodes", "1 × t3.small.search", "29.20"),
            ],
        );
    }

    #[test]
    fn use_that_is_expected_is_counted() {
        let (prices, problems) = price_list::read(
            "[us-east-1]\nzone-gb = 0.01\n[use.prod]\ndsql-requests = 40\nprometheus-series = 3000\nlogs = 2.5\nzone-data = 100\n",
        );
        assert_eq!(problems.0, []);
        let found = &costs("ha-prod", &["region=us-east-1"], &prices)[0];
        let used: Vec<String> = found
            .lines
            .iter()
            .filter(|line| line.by_use && line.usd.is_some())
            .map(|line| format!("{}: {}, {}", line.key, line.amount, line.usd.unwrap()))
            .collect();
        // 15 tasks × 3,000 series × 87,600 samples are 394.2 times ten million: 200 at the full price.
        assert_eq!(
            used,
            [
                "dsql-requests: 40 × million DPU, 320.00",
                "prometheus-samples: 3000 series of each of 15 tasks, 247.99",
                "logs: 2.5 × GB, 1.25",
                "zone-data: 100 × GB, 1.00",
            ]
        );
        assert!(found.month.is_least);
        let most = "1000000\n";
        let (prices, problems) = price_list::read(&format!(
            "[us-east-1]\n\"m8g.2xlarge\" = {most}prometheus-10m-samples = {most}[use.prod]\nprometheus-series = {most}"
        ));
        assert_eq!(problems.0, []);
        let extreme = &costs("ha-prod", &["region=us-east-1"], &prices)[0];
        assert!(extreme.month.usd > found.month.usd);
        assert_eq!(found.month.usd - found.idle.usd, Money::micros(570_239_420));
    }

    #[test]
    fn differences_name_what_changed() {
        let prices = PriceList::default();
        let before = costs("standard", &["environments.bench.enabled=false"], &prices);
        assert_eq!(differences(&before, &before), []);
        let after = costs(
            "standard",
            &[
                "environments.bench.enabled=false",
                "environments.dev.compute.instance_count=3",
                "environments.dev.network.endpoints=true",
                "environments.dev.opensearch.instance_type=m6g.large.search",
                "environments.dev.grafana.admin_secret=dev/grafana",
                "environments.prod.network.nat=single",
            ],
            &prices,
        );
        let rows = differences(&before, &after);
        let shown: Vec<String> = rows
            .iter()
            .map(|row| {
                format!(
                    "{} {}: {} to {}, {}",
                    row.environment,
                    row.key,
                    row.amount_before.as_deref().unwrap_or("none"),
                    row.amount_after.as_deref().unwrap_or("none"),
                    row.usd.map_or("unknown".to_owned(), Money::signed)
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "dev instances: 2 × m8g.large to 3 × m8g.large, +73.03",
                "dev instance-volumes: 2 × 50 GiB to 3 × 50 GiB, +4.40",
                "dev opensearch-nodes: 1 × t3.small.search to 1 × m6g.large.search, unknown",
                "dev endpoints: none to 12 in 2 zones, +192.72",
                "dev endpoint-data: none to by use, unknown",
                "prod nat-gateways: 3 to 1, -70.08",
                "prod public-addresses: 3 to 1, -7.30",
                "prod alarms: 37 metrics to 35 metrics, -0.20",
                "dev grafana-secret: 1 to none, -0.40",
            ]
        );
        let (sum, is_unknown) = total_difference(&rows);
        assert_eq!((sum.signed().as_str(), is_unknown), ("+192.17", true));
    }
}
