//! `cost`: what each environment costs a month, and the difference to another spec.

use anyhow::Result;
use composer_core::Blueprint;
use composer_core::sizing::cost::{
    Cost, Difference, Line, Total, cost, differences, total_difference,
};
use composer_core::sizing::money::Money;
use composer_core::sizing::price_list::PriceList;
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::loading;
use crate::outcome::Outcome;
use crate::source;
use crate::table::table;

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    currency: &'static str,
    prices: String,
    environments: &'a [Cost],
    month: Total,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<&'a [Difference]>,
}

pub(crate) fn run(arguments: &args::Cost, answer: &mut Answer) -> Result<Outcome> {
    let source = loading::load(&arguments.source, answer)?;
    let Some(blueprint) = loading::blueprint(&source, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let mut prices = PriceList::default();
    if let Some(file) = &arguments.prices {
        let (own, file) = source::prices(file)?;
        let mut problems = file.problems.clone();
        let names: Vec<&str> = blueprint
            .environments
            .iter()
            .map(|environment| environment.name.as_str())
            .collect();
        problems.extend(own.check_environments(&names));
        if problems.has_errors() {
            answer.problems(&problems, &file, None)?;
            return Ok(Outcome::SpecErrors);
        }
        prices = own;
    }
    let costs = costs_of(&blueprint, &prices);
    let changes = match &arguments.against {
        Some(file) => {
            let Some(before) = loading::blueprint(&source::from_file(file)?, answer)? else {
                return Ok(Outcome::SpecErrors);
            };
            Some(differences(&costs_of(&before, &prices), &costs))
        }
        None => None,
    };
    let report = Report {
        currency: "USD",
        prices: prices.describe(),
        environments: &costs,
        month: Total::over(&costs),
        differences: changes.as_deref(),
    };
    answer.give(|| &report, || text(&costs, changes.as_deref(), &prices))?;
    Ok(Outcome::Done)
}

pub(crate) fn costs_of(blueprint: &Blueprint, prices: &PriceList) -> Vec<Cost> {
    blueprint
        .environments
        .iter()
        .map(|environment| cost(environment, prices))
        .collect()
}

fn text(costs: &[Cost], changes: Option<&[Difference]>, prices: &PriceList) -> String {
    let mut text = String::new();
    for cost in costs {
        text.push_str(&format!("{} in {}\n", cost.environment, cost.region));
        let heads = ["PER MONTH", "AMOUNT", "EACH", "UNIT", "PRICE IS", "USD"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        let (by_use, standing): (Vec<&Line>, Vec<&Line>) =
            cost.lines.iter().partition(|line| line.by_use);
        rows.extend(standing.into_iter().map(row));
        rows.push(sum_row("Without load", &cost.idle.to_string()));
        rows.extend(by_use.into_iter().map(row));
        rows.push(sum_row("Total", &cost.month.to_string()));
        rows.push(sum_row("PER EVENT", ""));
        rows.extend(cost.events.iter().map(row));
        text.push_str(&table(&rows, &[2, 5]));
        text.push('\n');
    }
    if costs.len() > 1 {
        text.push_str(&format!(
            "All environments: {} USD a month\n\n",
            Total::over(costs)
        ));
    }
    if let Some(changes) = changes {
        text.push_str(&differences_text(changes));
        text.push('\n');
    }
    let pages = pages_of_unknown(costs);
    if !pages.is_empty() {
        text.push_str("No public copy has these prices. AWS's own pages are the place to look:\n");
        text.push_str(&table(&pages, &[]));
        text.push('\n');
    }
    text.push_str(&format!(
        "US dollars before tax, on-demand prices, 730 hours a month. Prices: {}.\n\
         A `read` price comes from a public copy of AWS's prices. An `estimate` is calculated from one. A `doubtful` \
         price has one weak source, or several that differ. A `remembered` price has no source. If a price or an amount \
         is unknown, the sum is a minimum (≥). Set your own prices and expected use with --prices.\n\
         A number of series is estimated for one namespace with one task queue. In Grafana, \
         `count by (service, instance) ({{service!=\"\"}})` shows that of each task: `prometheus-series` in --prices.\n",
        prices.describe()
    ));
    text
}

/// What has no known price, whatever the load, and the page that has it: a row for each label and region.
fn pages_of_unknown(costs: &[Cost]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for cost in costs {
        let unknown = cost
            .lines
            .iter()
            .filter(|line| !line.by_use && line.price.is_none());
        for line in unknown {
            let row = vec![
                format!("  {} in {}", line.label, cost.region),
                line.price_page.to_owned(),
            ];
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows
}

fn row(line: &Line) -> Vec<String> {
    let unknown = || "unknown".to_owned();
    let price = line.price.as_ref();
    vec![
        line.label.to_owned(),
        line.amount.clone(),
        price.map_or_else(unknown, |price| price.usd.exact()),
        price.map_or_else(String::new, |price| price.unit.to_owned()),
        price.map_or_else(String::new, |price| price.basis.to_owned()),
        line.usd.map_or_else(unknown, |usd| usd.to_string()),
    ]
}

/// A row with only a label and a sum.
fn sum_row(label: &str, sum: &str) -> Vec<String> {
    let mut cells = vec![String::new(); 6];
    cells[0] = label.to_owned();
    cells[5] = sum.to_owned();
    cells
}

/// The table of what changes.
pub(crate) fn differences_text(changes: &[Difference]) -> String {
    if changes.is_empty() {
        return "No difference in cost.\n".to_owned();
    }
    let heads = [
        "DIFFERENCE",
        "ENVIRONMENT",
        "BEFORE",
        "AFTER",
        "USD A MONTH",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let none = || "none".to_owned();
    rows.extend(changes.iter().map(|change| {
        vec![
            change.label.to_owned(),
            change.environment.clone(),
            change.amount_before.clone().unwrap_or_else(none),
            change.amount_after.clone().unwrap_or_else(none),
            change
                .usd
                .map_or_else(|| "unknown".to_owned(), Money::signed),
        ]
    }));
    let (sum, is_unknown) = total_difference(changes);
    let mut last = vec![String::new(); heads.len()];
    last[0] = if is_unknown { "Known total" } else { "Total" }.to_owned();
    last[4] = sum.signed();
    rows.push(last);
    table(&rows, &[4])
}
