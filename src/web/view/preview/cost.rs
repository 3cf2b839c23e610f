//! The Cost pane: what all environments cost a month, side by side, and what has no known price.

use std::rc::Rc;

use composer_core::sizing::cost::{Cost, CostKind, Line, differences};
use composer_core::sizing::money::Money;
use composer_core::sizing::price_list::PriceList;
use yew::{AttrValue, Callback, Html, MouseEvent, Properties, classes, component, html, use_memo};

use crate::browser::files;
use crate::model::answer::price;
use crate::model::baseline::BaselineFiles;
use crate::model::cost_table::{CostTable, ItemRow, KindRows, Sum, csv, dollars};
use crate::model::effect::cost_in_words;
use crate::model::state::State;
use crate::model::words::{count, sentence_case};
use crate::view::table::{bar, row, table, text};

#[derive(Properties, PartialEq)]
pub(crate) struct CostProps {
    pub(crate) state: Rc<State>,
    /// What the cost is compared with.
    pub(crate) before: BaselineFiles,
    /// What `before` is, in words.
    pub(crate) before_name: AttrValue,
}

/// [`CostPane`] for [`crate::second_part::SecondPart`].
pub(crate) fn cost_pane(props: CostProps) -> Html {
    html! { <CostPane ..props /> }
}

#[component]
fn CostPane(props: &CostProps) -> Html {
    let state = &props.state;
    let before = use_memo(props.before.clone(), BaselineFiles::costs);
    let costs = state.sizing.costs();
    let Some(price) = price(state) else {
        let words = if costs.is_empty() {
            "No environment is in the download, so nothing costs anything."
        } else {
            "No environment fits as it is, so there is no sum. What each needs is in Problems."
        };
        return html! { <p class="empty">{ words }</p> };
    };
    let table = CostTable::of(costs, &price.without);
    let on_export = {
        let (state, folder) = (Rc::clone(state), state.composition.folder.clone());
        Callback::from(move |_: MouseEvent| {
            let text = csv(state.sizing.costs());
            files::download(&format!("{folder}-cost.csv"), text.as_bytes(), "text/csv");
        })
    };
    html! {
        <div class="pane cost">
            <section aria-labelledby="cost">
                <div class="section-head">
                    <h3 id="cost">{ format!("About {} USD a month", price.dollars) }</h3>
                    <button type="button" onclick={on_export}>{ "Export CSV" }</button>
                </div>
                <p>
                    { format!("{} of {} without a price. ", price.unpriced, count(price.items, "item")) }
                    { "On-demand prices, without usage and tax." }
                    if !price.without.is_empty() {
                        { format!(" {} not in the sum: its values are not allowed or it does not fit.", price.without.join(", ")) }
                    }
                </p>
                { bars(costs, &table) }
            </section>
            { by_kind(costs, &table, &price.without) }
            { compared(props, &before) }
            { on_top(costs) }
            <p class="help">
                { format!("US dollars on demand, 730 hours a month. Prices: {}. ", PriceList::default().describe()) }
                { "“read” is from a public copy of AWS's price list, “estimate” is calculated from one, “doubtful” has one weak \
                   source or several that differ, “remembered” has none. Set your own prices and expected usage with \
                   temporal-composer cost --prices." }
            </p>
        </div>
    }
}

/// As a length: more digits than a drawing needs are lost in it.
fn cents(usd: Money) -> i64 {
    usd.as_micros() / 10_000
}

/// The classes that colour the kinds in the bars.
fn class_of(kind: CostKind) -> &'static str {
    match kind {
        CostKind::Instances => "kind-instances",
        CostKind::Search => "kind-search",
        CostKind::Network => "kind-network",
        CostKind::Other | CostKind::Use => "kind-other",
    }
}

/// The environments as bars, each as long as what is known of its cost.
fn bars(costs: &[Cost], table: &CostTable<'_>) -> Html {
    let most = table.sums.iter().map(|sum| cents(sum.usd)).max();
    let most = most.unwrap_or_default();
    let standing = || table.kinds.iter().filter(|kind| kind.kind != CostKind::Use);
    html! {
        <>
            <ul class="bars" aria-label="Cost by environment">
                { for costs.iter().enumerate().map(|(column, cost)| {
                    let parts: Vec<_> = standing()
                        .map(|kind| (class_of(kind.kind).to_owned(), cents(kind.sums[column].usd)))
                        .collect();
                    html! {
                        <li key={cost.environment.clone()}>
                            <span>{ &cost.environment }</span>
                            <div>{ bar(String::new(), &parts, most) }</div>
                            <b>{ sum_in_words(&table.sums[column]) }</b>
                        </li>
                    }
                }) }
            </ul>
            <p class="legend kinds">
                { for standing().map(|kind| html! { <span class={classes!("kind", class_of(kind.kind))}>{ kind.kind.label() }</span> }) }
            </p>
        </>
    }
}

/// A sum as far as it is known: `5,404`, or `≥ 626` where something in it has no price.
fn sum_in_words(sum: &Sum) -> String {
    match (sum.unpriced, sum.items) {
        (_, 0) => "–".to_owned(),
        (0, _) => dollars(sum.usd),
        (unpriced, items) if unpriced == items => "no price".to_owned(),
        _ => format!("≥ {}", dollars(sum.usd)),
    }
}

/// The table: a column for each environment, a row for each thing, a subtotal for each kind.
fn by_kind(costs: &[Cost], table: &CostTable<'_>, without: &[String]) -> Html {
    let has_all = costs.len() > 1;
    let sums = |class: &'static str, label: &'static str, sums: &[Sum], all: &Sum| {
        html! {
            <tr class={class}>
                <th scope="row">{ label }</th>
                <td></td>
                { for sums.iter().map(|sum| html! { <td>{ sum_in_words(sum) }</td> }) }
                if has_all {
                    <td>{ sum_in_words(all) }</td>
                }
            </tr>
        }
    };
    let kind_rows = |rows: &KindRows<'_>| {
        let is_use = rows.kind == CostKind::Use;
        html! {
            <tbody key={rows.kind.label()}>
                if is_use {
                    { sums("total", "Total", &table.sums, &table.all) }
                    <tr class="subtotal">
                        <th scope="row">{ "Depends on usage, not in the total" }</th>
                        <td colspan={(costs.len() + 1 + usize::from(has_all)).to_string()}></td>
                    </tr>
                } else {
                    { sums("subtotal", rows.kind.label(), &rows.sums, &rows.all) }
                }
                { for rows.items.iter().map(|item| item_row(item, has_all && !is_use)) }
            </tbody>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label="Cost by kind">
            <table class={classes!("facts", "numbers-table", "costs", (costs.len() <= 4).then_some("heads-stay"))}>
                <thead>
                    <tr>
                        <th scope="col">{ "USD a month" }</th>
                        <th scope="col" class="price-is">{ "Price is" }</th>
                        { for costs.iter().map(|cost| html! {
                            <th scope="col" key={cost.environment.clone()}>
                                { &cost.environment }
                                if without.contains(&cost.environment) {
                                    <small>{ "not in the sum" }</small>
                                }
                            </th>
                        }) }
                        if has_all {
                            <th scope="col">{ "All" }</th>
                        }
                    </tr>
                </thead>
                { for table.kinds.iter().map(kind_rows) }
            </table>
        </div>
    }
}

fn item_row(item: &ItemRow<'_>, has_all: bool) -> Html {
    html! {
        <tr>
            <th scope="row">{ item.label }</th>
            <td class="price-is">{ price_is(item) }</td>
            { for item.lines.iter().map(|line| html! { <td>{ cell(*line) }</td> }) }
            if has_all {
                <td>{ sum_in_words(&item.all) }</td>
            }
        </tr>
    }
}

fn cell(line: Option<&Line>) -> Html {
    let Some(line) = line else {
        return text("–");
    };
    html! {
        <>
            { match line.usd {
                Some(usd) => text(dollars(usd)),
                None if line.by_use && line.price.is_some() => text("by use"),
                None => html! { <span class="chip warning">{ "no price" }</span> },
            } }
            if !line.by_use {
                <small>{ &line.amount }</small>
            }
        </>
    }
}

/// How far the prices of an item can be relied on, and where to look for those that no copy has.
fn price_is(item: &ItemRow<'_>) -> Html {
    let mut bases: Vec<&str> = Vec::new();
    let mut page = None;
    for line in item.lines.iter().flatten() {
        match &line.price {
            Some(price) if !bases.contains(&price.basis) => bases.push(price.basis),
            Some(_) => {}
            None => page = Some(line.price_page),
        }
    }
    html! {
        <>
            { bases.join(", ") }
            if let Some(page) = page {
                if !bases.is_empty() {
                    { ", " }
                }
                <a href={page} target="_blank" rel="noreferrer"
                    aria-label={format!("Where to look for the price of {}", item.label)}>{ "where to look" }</a>
            }
        </>
    }
}

/// What differs from before, in all environments that could be sized. What is unknown on one side has no difference.
fn compared(props: &CostProps, before: &[Cost]) -> Html {
    let sizing = &props.state.sizing;
    let missing: Vec<&str> = sizing.missing().collect();
    let before: Vec<Cost> = before
        .iter()
        .filter(|cost| !missing.contains(&cost.environment.as_str()))
        .cloned()
        .collect();
    let changes = differences(&before, sizing.costs());
    let name = &props.before_name;
    let heading = html! { <h3 id="cost-difference">{ format!("Compared with {name}") }</h3> };
    if changes.is_empty() {
        return html! {
            <section aria-labelledby="cost-difference">
                { heading }
                <p>{ "No difference in cost." }</p>
            </section>
        };
    }
    let none = || "none".to_owned();
    let rows = changes.iter().map(|change| {
        let cells = vec![
            text(format!("{} in {}", change.label, change.environment)),
            text(change.amount_before.clone().unwrap_or_else(none)),
            text(change.amount_after.clone().unwrap_or_else(none)),
            text(match change.usd {
                Some(usd) => usd.signed_dollars(),
                None if change.by_use => "by use".to_owned(),
                None => "no price".to_owned(),
            }),
        ];
        row("", cells)
    });
    html! {
        <section aria-labelledby="cost-difference">
            { heading }
            <p>{ sentence_case(&cost_in_words(&changes)) }{ "." }</p>
            { table("Difference in cost", "sum-last", &["Difference", "Before", "Now", "USD a month"], rows.collect()) }
        </section>
    }
}

/// What comes on top when something is done.
fn on_top(costs: &[Cost]) -> Html {
    let rows = costs.iter().flat_map(|cost| {
        cost.events.iter().map(|line| {
            let cells = vec![
                text(format!("{} in {}", line.label, cost.environment)),
                text(line.amount.clone()),
                text(
                    line.usd
                        .map_or("no price".to_owned(), |usd| usd.to_string()),
                ),
            ];
            row("", cells)
        })
    });
    html! {
        <section aria-labelledby="cost-on-top">
            <h3 id="cost-on-top">{ "Only when it happens" }</h3>
            { table("Cost of single events", "sum-last", &["Event", "Amount", "USD"], rows.collect()) }
        </section>
    }
}
