//! What an environment costs a month, and what it cost before.

use composer_core::sizing::cost::{Cost, Line, Total, differences, total_difference};
use composer_core::sizing::money::Money;
use composer_core::sizing::price_list::PriceList;
use yew::{Html, html};

use crate::model::sizing::Sizing;
use crate::view::table::{bar, row, table, text};

pub(crate) fn section(cost: &Cost, sizing: &Sizing, before: &[Cost], before_name: &str) -> Html {
    let most = cost.lines.iter().filter_map(|line| line.usd).max();
    let most = cents(most.unwrap_or_default());
    let (by_use, standing): (Vec<&Line>, Vec<&Line>) =
        cost.lines.iter().partition(|line| line.by_use);
    let mut rows: Vec<Html> = standing.into_iter().map(|each| line(each, most)).collect();
    rows.push(sum("Without load", &cost.idle));
    rows.extend(by_use.into_iter().map(|each| line(each, most)));
    rows.push(sum("Total", &cost.month));
    let events = cost.events.iter().map(|each| line(each, 0)).collect();
    let environments = sizing.costs().len();
    html! {
        <section aria-labelledby="cost">
            <h3 id="cost">{ format!("Cost of {}", cost.environment) }</h3>
            { compared(sizing, before, before_name) }
            { table("Cost a month", "sum-last", &["A month", "Amount", "Each", "USD"], rows) }
            { table("Cost of what is done", "sum-last", &["When it happens", "Amount", "Each", "USD"], events) }
            if environments > 1 {
                <p>{ format!("{environments} environments together: {} USD a month.", Total::over(sizing.costs())) }</p>
            }
            <p class="help">
                { format!("US dollars before tax in {}, on demand, 730 hours a month. Prices: {}. ",
                    cost.region, PriceList::default().describe()) }
                { "“read” is from a public copy of AWS's prices, “estimate” worked out from one, “doubtful” from one weak \
                   source or several that differ, “remembered” from none. What is unknown makes a sum a least (≥)." }
            </p>
        </section>
    }
}

/// As a length: more digits than a drawing needs are lost in it.
fn cents(usd: Money) -> i64 {
    usd.as_micros() / 10_000
}

fn line(line: &Line, most: i64) -> Html {
    let price = line.price.as_ref();
    let usd = match line.usd {
        None => text("unknown"),
        Some(usd) if most > 0 => bar(usd.to_string(), &[("used".to_owned(), cents(usd))], most),
        Some(usd) => text(usd.to_string()),
    };
    row(
        "",
        vec![
            text(line.label),
            text(line.amount.clone()),
            text(price.map_or_else(
                || "unknown".to_owned(),
                |price| format!("{} / {}, {}", price.usd.exact(), price.unit, price.basis),
            )),
            usd,
        ],
    )
}

/// A row of a name and a sum.
fn sum(label: &str, total: &Total) -> Html {
    let none = Html::default;
    row(
        "total",
        vec![text(label), none(), none(), text(total.to_string())],
    )
}

/// What differs from before, in all environments that could be sized.
fn compared(sizing: &Sizing, before: &[Cost], before_name: &str) -> Html {
    let missing: Vec<&str> = sizing.missing().collect();
    let before: Vec<Cost> = before
        .iter()
        .filter(|cost| !missing.contains(&cost.environment.as_str()))
        .cloned()
        .collect();
    let changes = differences(&before, sizing.costs());
    if changes.is_empty() {
        return html! { <p>{ format!("No difference in cost against {before_name}.") }</p> };
    }
    let none = || "none".to_owned();
    let mut rows: Vec<Html> = changes
        .iter()
        .map(|change| {
            row(
                "",
                vec![
                    text(format!("{} in {}", change.label, change.environment)),
                    text(change.amount_before.clone().unwrap_or_else(none)),
                    text(change.amount_after.clone().unwrap_or_else(none)),
                    text(
                        change
                            .usd
                            .map_or_else(|| "unknown".to_owned(), Money::signed),
                    ),
                ],
            )
        })
        .collect();
    let (total, is_unknown) = total_difference(&changes);
    let label = if is_unknown { "What is known" } else { "Total" };
    let cells = vec![
        text(label),
        Html::default(),
        Html::default(),
        text(total.signed()),
    ];
    rows.push(row("total", cells));
    html! {
        <>
            <p>{ format!("Against {before_name}:") }</p>
            { table("Difference in cost", "sum-last", &["Difference", "BaselineFiles", "Now", "USD a month"], rows) }
        </>
    }
}
