//! The prices that a cost is reckoned with: those of the catalog, and over them those of a file of one's own, which may
//! also say what use is expected.
//!
//! ```toml
//! source = "our agreement with AWS"   # both are shown with the cost and may be left out
//! date = "2026-11-01"
//!
//! [eu-west-1]                         # US dollars for one of the item's units
//! "m8g.large" = 0.092                 # instances and OpenSearch nodes: an hour
//! nat-hour = 0.048
//!
//! [use.prod]                          # what a month of `prod` is expected to bring, in the units of the prices
//! dsql-requests = 40
//! prometheus-series = 3000            # of each task
//! ```
//!
//! Free allowances and discounts by volume are not taken off, but for the samples of Prometheus.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::catalog::prices::{self, ITEMS};
use crate::catalog::regions;
use crate::parts::used;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::sizing::money::Money;
use crate::text::visible;
use crate::value::excerpt;

/// Prices by region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    own: BTreeMap<(String, String), Money>,
    source: Option<String>,
    date: Option<String>,
    uses: BTreeMap<String, Use>,
}

/// What use is expected of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Use {
    /// Where the environment's name stands in the file.
    place: Range<usize>,
    amounts: BTreeMap<String, Money>,
}

/// What one unit costs, and where that is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitPrice {
    /// US dollars for one unit.
    pub usd: Money,
    /// The unit: `hour`, `GB and month`, ….
    pub unit: &'static str,
    /// How far it can be relied on: `read`, `estimate`, `doubtful`, `remembered`, or `own` for a price of one's own.
    pub basis: &'static str,
    /// Where it is from.
    pub source: String,
    /// When that was read or published.
    pub date: String,
}

impl PriceList {
    /// What one unit of `item` costs in `region`; `None` where the price is unknown.
    #[must_use]
    pub fn find(&self, region: &str, item: &str) -> Option<UnitPrice> {
        let unit = prices::unit(item);
        if let Some(usd) = self.own(region, item) {
            return Some(UnitPrice {
                usd,
                unit,
                basis: "own",
                source: self.source.clone().unwrap_or_else(|| "own".to_owned()),
                date: self.date.clone().unwrap_or_else(|| "undated".to_owned()),
            });
        }
        let price = prices::find(region, item)?;
        Some(UnitPrice {
            usd: Money::micros(price.micros),
            unit,
            basis: price.basis.name(),
            source: price.source.to_owned(),
            date: price.date.to_owned(),
        })
    }

    /// The amount of [`Self::find`] alone, for who compares many.
    pub(super) fn usd(&self, region: &str, item: &str) -> Option<Money> {
        let built_in = || Some(Money::micros(prices::find(region, item)?.micros));
        self.own(region, item).or_else(built_in)
    }

    fn own(&self, region: &str, item: &str) -> Option<Money> {
        if self.own.is_empty() {
            return None;
        }
        let key = (region.to_owned(), item.to_owned());
        self.own.get(&key).copied()
    }

    /// What is expected of `environment` in a month under the name `key`, in millionths of a unit.
    pub(super) fn expected(&self, environment: &str, key: &str) -> Option<Money> {
        self.uses.get(environment)?.amounts.get(key).copied()
    }

    /// The problems of expected use of environments that are not among `environments`.
    #[must_use]
    pub fn check_environments(&self, environments: &[&str]) -> Problems {
        Problems(
            self.uses
                .iter()
                .filter(|(name, _)| !environments.contains(&name.as_str()))
                .map(|(name, expected)| {
                    Problem::new(
                        ProblemCode::UnknownKey,
                        FieldPath::of(&["use", name]),
                        format!("there is no environment `{}`", excerpt(name)),
                    )
                    .hint(format!("the spec has {}", environments.join(", ")))
                    .spanned(expected.place.clone())
                })
                .collect(),
        )
    }

    /// What the prices are from, in words: `built-in table of 2026-11-27`.
    #[must_use]
    pub fn describe(&self) -> String {
        let built_in = format!("built-in table of {}", prices::DATE);
        if self.own.is_empty() {
            return built_in;
        }
        let own = match (&self.source, &self.date) {
            (Some(source), Some(date)) => format!("{source} of {date}"),
            (Some(source), None) => source.clone(),
            (None, Some(date)) => format!("prices of your own of {date}"),
            (None, None) => "prices of your own".to_owned(),
        };
        format!("{own}, over the {built_in}")
    }
}

/// Reads a file of prices. What could be read is in force even where there are problems.
#[must_use]
pub fn read(text: &str) -> (PriceList, Problems) {
    let mut reading = Reading::default();
    match DeTable::parse(text) {
        Ok(table) => reading.file(table.into_inner()),
        Err(error) => {
            let problem = Problem::new(
                ProblemCode::Syntax,
                FieldPath::root(),
                format!("not valid TOML: {}", error.message()),
            );
            reading.problems.push(match error.span() {
                Some(span) => problem.spanned(span),
                None => problem,
            });
        }
    }
    (reading.list, reading.problems)
}

#[derive(Default)]
struct Reading {
    list: PriceList,
    problems: Problems,
}

impl Reading {
    fn refuse(
        &mut self,
        code: ProblemCode,
        at: FieldPath,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
        self.problems
            .push(Problem::new(code, at, message).hint(hint).spanned(span));
    }

    fn file(&mut self, table: DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().to_string();
            let span = value.span();
            match (name.as_str(), value.into_inner()) {
                ("source", DeValue::String(text)) => self.list.source = Some(shown(&text)),
                ("date", DeValue::String(text)) => self.list.date = Some(shown(&text)),
                ("source" | "date", _) => self.refuse(
                    ProblemCode::WrongType,
                    FieldPath::of(&[&name]),
                    span,
                    format!("`{name}` is text in quotes"),
                    format!("for example `{name} = \"2026-11-01\"`"),
                ),
                ("use", DeValue::Table(environments)) => self.uses(environments),
                (_, DeValue::Table(items)) if regions::find(&name).is_some() => {
                    self.items(&name, "", items);
                }
                (_, DeValue::Table(_)) => self.refuse(
                    ProblemCode::NotAllowed,
                    FieldPath::of(&[&name]),
                    key.span(),
                    format!(
                        "`{}` is not {}: allowed is {}",
                        excerpt(&name),
                        Rule::Region.noun(),
                        Rule::Region.allowed()
                    ),
                    "a table of prices is named by its region, such as `[eu-west-1]`",
                ),
                _ => self.refuse(
                    ProblemCode::UnknownKey,
                    FieldPath::of(&[&name]),
                    key.span(),
                    format!("there is no key `{}` in a file of prices", excerpt(&name)),
                    "its keys are `source`, `date`, regions such as `[eu-west-1]`, and environments such as `[use.prod]`",
                ),
            }
        }
    }

    /// What use is expected, by environment.
    fn uses(&mut self, environments: DeTable<'_>) {
        for (name, value) in environments {
            let environment = name.get_ref().to_string();
            let at = FieldPath::of(&["use", &environment]);
            let DeValue::Table(amounts) = value.into_inner() else {
                self.refuse(
                    ProblemCode::WrongType,
                    at,
                    name.span(),
                    format!("`use.{}` is no table", excerpt(&environment)),
                    "write `[use.prod]`, and below it for example `dsql-requests = 40`",
                );
                continue;
            };
            let mut expected = Use {
                place: name.span(),
                amounts: BTreeMap::new(),
            };
            for (key, amount) in amounts {
                let line = key.get_ref().to_string();
                let keys: Vec<&str> = used().map(|used| used.expected_as).collect();
                if !keys.contains(&line.as_str()) {
                    self.refuse(
                        ProblemCode::UnknownKey,
                        at.key(&line),
                        key.span(),
                        format!("nothing that is billed has the name `{}`", excerpt(&line)),
                        format!("there are {}", keys.join(", ")),
                    );
                    continue;
                }
                let text = number(amount.get_ref());
                match Money::parse(&text) {
                    Ok(units) => {
                        expected.amounts.insert(line, units);
                    }
                    Err(_) => self.refuse(
                        ProblemCode::OutOfRange,
                        at.key(&line),
                        amount.span(),
                        format!(
                            "`{}` is not an amount: allowed are numbers from 0 to 1000000 with up to six decimals",
                            excerpt(&text)
                        ),
                        format!("for example `{line} = 40`"),
                    ),
                }
            }
            self.list.uses.insert(environment, expected);
        }
    }

    /// The prices of a region. A name with a dot that isn't in quotes is a table in a table.
    fn items(&mut self, region: &str, front: &str, table: DeTable<'_>) {
        for (key, value) in table {
            let item = format!("{front}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(_) => {
                    if let DeValue::Table(inner) = value.into_inner() {
                        self.items(region, &format!("{item}."), inner);
                    }
                }
                _ => self.price(region, &item, key.span(), &value),
            }
        }
    }

    fn price(&mut self, region: &str, item: &str, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let at = FieldPath::of(&[region, item]);
        if !is_item(item) {
            let keys: Vec<String> = ITEMS.iter().map(|item| format!("`{}`", item.key)).collect();
            self.refuse(
                ProblemCode::UnknownKey,
                at,
                key,
                format!("nothing is priced by the name `{}`", excerpt(item)),
                format!(
                    "a price is of an instance type such as `\"m8g.large\"`, a node type such as `\"m6g.large.search\"`, or {}",
                    keys.join(", ")
                ),
            );
            return;
        }
        let text = number(value.get_ref());
        match Money::parse(&text) {
            Ok(money) => {
                self.list
                    .own
                    .insert((region.to_owned(), item.to_owned()), money);
            }
            Err(allowed) => self.refuse(
                ProblemCode::OutOfRange,
                at,
                value.span(),
                format!("`{}` is not a price: allowed are {allowed}", excerpt(&text)),
                format!("for example `\"{item}\" = 0.10004`"),
            ),
        }
    }
}

/// A number as it is written, without the underscores that TOML lets stand in it; `""` for anything else.
fn number(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Float(number) => number.as_str().replace('_', ""),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
        DeValue::String(text) => text.to_string(),
        _ => String::new(),
    }
}

fn is_item(item: &str) -> bool {
    ITEMS.iter().any(|row| row.key == item)
        || Rule::InstanceType.accepts(item)
        || Rule::OpenSearchType.accepts(item)
}

/// Text from a file as a terminal may get it, and not too long.
fn shown(text: &str) -> String {
    visible(text).chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_prices_go_over_the_catalogs_in_their_region_alone() {
        let (list, problems) = read(
            "source = \"our agreement\"\ndate = \"2026-11-01\"\n[eu-west-1]\n\"m8g.large\" = 0.092\nm8g.xlarge = 1_0\nnat-hour = \"0.04\"\n",
        );
        assert_eq!(problems.0, []);
        let of = |region: &str, item: &str| list.find(region, item).map(|price| price.usd.exact());
        assert_eq!(of("eu-west-1", "m8g.large").as_deref(), Some("0.092"));
        assert_eq!(of("eu-west-1", "m8g.xlarge").as_deref(), Some("10.00"));
        assert_eq!(of("eu-west-1", "nat-hour").as_deref(), Some("0.04"));
        assert_eq!(of("us-east-1", "nat-hour").as_deref(), Some("0.045"));
        assert_eq!(of("eu-west-1", "t3.small.search"), None);
        assert_eq!(
            list.describe(),
            "our agreement of 2026-11-01, over the built-in table of 2026-11-27"
        );
        assert_eq!(
            PriceList::default().describe(),
            "built-in table of 2026-11-27"
        );
        let price = list.find("eu-west-1", "nat-hour").unwrap();
        assert_eq!((price.unit, price.basis), ("hour", "own"));
    }

    #[test]
    fn use_is_told_by_environment() {
        let text = "[use.prod]\nlogs = 25\n[use.qa]\n";
        let (list, problems) = read(text);
        assert_eq!(problems.0, []);
        assert_eq!(
            list.expected("prod", "logs"),
            Some(Money::micros(25_000_000))
        );
        assert_eq!(list.expected("prod", "nat-data"), None);
        assert_eq!(list.expected("dev", "logs"), None);
        let problems = list.check_environments(&["dev", "prod"]);
        let [problem] = &problems.0[..] else {
            panic!("{problems:?}")
        };
        assert_eq!(&text[problem.span.clone().unwrap()], "qa");
        assert_eq!(problem.message, "there is no environment `qa`");
    }

    #[test]
    fn what_is_no_price_is_refused_at_its_place() {
        #[track_caller]
        fn check(text: &str, code: &str, place: &str, message: &str) {
            let (_, problems) = read(text);
            let [problem] = &problems.0[..] else {
                panic!("{problems:?}")
            };
            assert_eq!(problem.code.name(), code);
            assert_eq!(&text[problem.span.clone().unwrap()], place);
            assert!(problem.message.contains(message), "{}", problem.message);
            assert!(problem.hint.is_some() || code == "syntax");
        }
        check("[eu-west-1", "syntax", "", "not valid TOML");
        check("source = 1", "wrong-type", "1", "text in quotes");
        check(
            "nat-hour = 0.1",
            "unknown-key",
            "nat-hour",
            "no key `nat-hour`",
        );
        check(
            "[use.prod]\nrequests = 1",
            "unknown-key",
            "requests",
            "nothing that is billed has the name `requests`",
        );
        check(
            "[use]\nprod = 1",
            "wrong-type",
            "prod",
            "`use.prod` is no table",
        );
        check(
            "[use.prod]\nlogs = -1",
            "out-of-range",
            "-1",
            "not an amount",
        );
        check("[us-west-1]", "not-allowed", "us-west-1", "is not a region");
        check(
            "[eu-west-1]\nnat = 0.1",
            "unknown-key",
            "nat",
            "nothing is priced by the name `nat`",
        );
        check(
            "[eu-west-1]\n\"m5.large\" = 0.1",
            "unknown-key",
            "\"m5.large\"",
            "`m5.large`",
        );
        check("[eu-west-1]\nnat-hour = -1", "out-of-range", "-1", "`-1`");
        check(
            "[eu-west-1]\nnat-hour = 1e-3",
            "out-of-range",
            "1e-3",
            "exponent",
        );
        check(
            "[eu-west-1]\nnat-hour = true",
            "out-of-range",
            "true",
            "not a price",
        );
        check(
            "[eu-west-1]\nnat-hour = 0.00000001",
            "out-of-range",
            "0.00000001",
            "six decimals",
        );
    }
}
