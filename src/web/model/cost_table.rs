//! What all environments cost, side by side: the table of the Cost pane, and the file that it can be downloaded as.

use composer_core::sizing::cost::{Cost, CostKind, Line};
use composer_core::sizing::money::Money;

use crate::model::words::grouped;

/// A sum that says how much of it is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    /// What is known.
    pub(crate) usd: Money,
    /// How many items are billed.
    pub(crate) items: usize,
    /// How many of them have no known price.
    pub(crate) unpriced: usize,
}

impl Sum {
    fn add(&mut self, line: &Line) {
        self.items += 1;
        match line.usd {
            Some(usd) => self.usd = self.usd + usd,
            None => self.unpriced += 1,
        }
    }
}

/// What the environments pay for one thing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ItemRow<'a> {
    /// What it is called.
    pub(crate) label: &'static str,
    /// How each environment has it, in the order of the costs; `None` where it doesn't.
    pub(crate) lines: Vec<Option<&'a Line>>,
    /// The sum of all that count.
    pub(crate) all: Sum,
}

/// The things of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KindRows<'a> {
    /// The kind.
    pub(crate) kind: CostKind,
    /// The things.
    pub(crate) items: Vec<ItemRow<'a>>,
    /// What they cost in each environment.
    pub(crate) sums: Vec<Sum>,
    /// What they cost in all that count.
    pub(crate) all: Sum,
}

/// What is billed whatever the load is, by kind; what the load decides stands behind it, and is in no sum of the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CostTable<'a> {
    /// The kinds that somebody pays for, in the order of [`CostKind::ALL`].
    pub(crate) kinds: Vec<KindRows<'a>>,
    /// What each environment costs without any load.
    pub(crate) sums: Vec<Sum>,
    /// What all that count cost.
    pub(crate) all: Sum,
}

impl<'a> CostTable<'a> {
    /// The table of `costs`, of which those of the environments named in `without` are shown and not counted.
    #[must_use]
    pub(crate) fn of(costs: &'a [Cost], without: &[String]) -> Self {
        let counts: Vec<bool> = costs
            .iter()
            .map(|cost| !without.contains(&cost.environment))
            .collect();
        let mut table = Self {
            kinds: Vec::new(),
            sums: vec![Sum::default(); costs.len()],
            all: Sum::default(),
        };
        for kind in CostKind::ALL {
            let rows = KindRows::of(kind, costs, &counts);
            if rows.items.is_empty() {
                continue;
            }
            if kind != CostKind::Use {
                for (sum, more) in table.sums.iter_mut().zip(&rows.sums) {
                    sum.usd = sum.usd + more.usd;
                    sum.items += more.items;
                    sum.unpriced += more.unpriced;
                }
                table.all.usd = table.all.usd + rows.all.usd;
                table.all.items += rows.all.items;
                table.all.unpriced += rows.all.unpriced;
            }
            table.kinds.push(rows);
        }
        table
    }
}

impl<'a> KindRows<'a> {
    fn of(kind: CostKind, costs: &'a [Cost], counts: &[bool]) -> Self {
        let mut rows = Self {
            kind,
            items: Vec::new(),
            sums: vec![Sum::default(); costs.len()],
            all: Sum::default(),
        };
        for (column, cost) in costs.iter().enumerate() {
            for line in cost.lines.iter().filter(|line| line.kind == kind) {
                let known = rows.items.iter().position(|row| row.label == line.label);
                let at = known.unwrap_or_else(|| {
                    rows.items.push(ItemRow {
                        label: line.label,
                        lines: vec![None; costs.len()],
                        all: Sum::default(),
                    });
                    rows.items.len() - 1
                });
                rows.items[at].lines[column] = Some(line);
                rows.sums[column].add(line);
                if counts[column] {
                    rows.items[at].all.add(line);
                    rows.all.add(line);
                }
            }
        }
        rows
    }
}

/// Whole dollars, `< 1` where that would be none: `5,404`.
#[must_use]
pub(crate) fn dollars(usd: Money) -> String {
    if usd > Money::default() && usd.whole_dollars() == 0 {
        return "< 1".to_owned();
    }
    grouped(usd.whole_dollars())
}

/// The columns of the file.
const COLUMNS: [&str; 11] = [
    "environment",
    "region",
    "kind",
    "item",
    "amount",
    "USD per unit",
    "unit",
    "price is",
    "source",
    "date",
    "USD a month",
];

/// Every line of `costs` as comma-separated values (RFC 4180). An unknown number is an empty field, never a zero; its source
/// is then the page that has it.
#[must_use]
pub(crate) fn csv(costs: &[Cost]) -> String {
    let mut text = record(COLUMNS.iter().copied());
    for cost in costs {
        for line in &cost.lines {
            let price = line.price.as_ref();
            let each = price.map_or_else(String::new, |price| price.usd.exact());
            let month = line.usd.map_or_else(String::new, |usd| usd.exact());
            text.push_str(&record(
                [
                    cost.environment.as_str(),
                    cost.region.as_str(),
                    line.kind.label(),
                    line.label,
                    line.amount.as_str(),
                    each.as_str(),
                    price.map_or("", |price| price.unit),
                    price.map_or("unknown", |price| price.basis),
                    price.map_or(line.price_page, |price| price.source.as_str()),
                    price.map_or("", |price| price.date.as_str()),
                    month.as_str(),
                ]
                .into_iter(),
            ));
        }
    }
    text
}

fn record<'a>(fields: impl Iterator<Item = &'a str>) -> String {
    let mut record = String::new();
    for (index, field) in fields.enumerate() {
        if index > 0 {
            record.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            record.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
        } else {
            record.push_str(field);
        }
    }
    record.push_str("\r\n");
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::check;

    use crate::model::answer::price_of;
    use crate::model::costs::costs;

    use crate::model::fixtures::standard;

    fn costs_with(assignments: &[&str]) -> Vec<Cost> {
        let spec = standard(assignments);
        costs(check(&spec).environments())
    }

    /// The rows of a kind: label, whole dollars of each environment (`–` where it has none of it, `?` where unknown), of
    /// all.
    fn look(table: &CostTable<'_>, kind: CostKind) -> Vec<String> {
        let rows = table.kinds.iter().find(|rows| rows.kind == kind).unwrap();
        let items = rows.items.iter().map(|row| {
            let cells = row.lines.iter().map(|line| match line {
                None => "–".to_owned(),
                Some(line) => line.usd.map_or("?".to_owned(), dollars),
            });
            let cells: Vec<String> = cells.collect();
            let all = row.all;
            format!(
                "{}: {} = {} ({}/{})",
                row.label,
                cells.join(" "),
                dollars(all.usd),
                all.unpriced,
                all.items
            )
        });
        items.collect()
    }

    #[test]
    fn environments_stand_side_by_side_with_a_sum_for_each_kind() {
        let costs = costs_with(&[]);
        let table = CostTable::of(&costs, &[]);
        assert_eq!(
            look(&table, CostKind::Search),
            [
                "OpenSearch nodes: ? 313 313 = 626 (1/3)",
                "OpenSearch volumes: ? ? ? = 0 (3/3)"
            ]
        );
        assert_eq!(
            look(&table, CostKind::Network),
            [
                "NAT gateways: 35 35 105 = 175 (0/3)",
                "Public IPv4 addresses: 4 4 11 = 18 (0/3)",
                "Interface endpoints: – 289 289 = 578 (0/2)",
                "Load balancer of the frontend: – ? ? = 0 (2/2)"
            ]
        );
        assert_eq!(
            look(&table, CostKind::Other),
            [
                "Grafana's secret: < 1 < 1 < 1 = 1 (0/3)",
                "Alarms of CloudWatch: – – 4 = 4 (0/1)"
            ]
        );
        // The table says what the answer says.
        let (dollars, items, unpriced) = price_of(&costs);
        let all = table.all;
        assert_eq!(
            (all.usd.whole_dollars(), all.items, all.unpriced),
            (dollars, items, unpriced)
        );
        for (cost, sum) in costs.iter().zip(&table.sums) {
            assert_eq!(sum.usd, cost.idle.usd);
        }
    }

    #[test]
    fn what_does_not_count_is_shown_and_not_summed() {
        let costs = costs_with(&[]);
        let whole = CostTable::of(&costs, &[]);
        let table = CostTable::of(&costs, &["bench".to_owned()]);
        assert_eq!(table.sums, whole.sums);
        assert_eq!(table.all.usd, costs[0].idle.usd + costs[2].idle.usd);
        assert_eq!(
            look(&table, CostKind::Network)[2],
            "Interface endpoints: – 289 289 = 289 (0/1)"
        );
    }

    #[test]
    fn use_is_in_no_sum() {
        let costs = costs_with(&[]);
        let table = CostTable::of(&costs, &[]);
        let of_use = table.kinds.last().unwrap();
        assert_eq!(of_use.kind, CostKind::Use);
        let others: usize = table.kinds.iter().map(|kind| kind.all.items).sum();
        assert_eq!(table.all.items, others - of_use.all.items);
    }

    #[test]
    fn the_file_has_every_line_and_no_zero_for_what_is_unknown() {
        let costs = costs_with(&["environments.bench.enabled=false"]);
        let text = csv(&costs);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        let all: usize = costs.iter().map(|cost| cost.lines.len()).sum();
        assert_eq!(lines.len(), all + 1);
        assert_eq!(
            lines[1],
            "dev,eu-west-1,Instances,Instances,2 × m8g.large,0.10004,hour,read,\
             \"github skypilot-org/skypilot-catalog, catalogs/v8/aws/vms.csv at 00148f2a\",\"v8, of 2025-10 or later\",146.0584"
        );
        assert_eq!(
            lines[3],
            "dev,eu-west-1,OpenSearch,OpenSearch nodes,1 × t3.small.search,,,unknown,\
             https://aws.amazon.com/opensearch-service/pricing/,,"
        );
    }

    #[test]
    fn a_field_is_quoted_where_it_must_be() {
        assert_eq!(
            record(["", "a", "", "b, \"c\""].into_iter()),
            ",a,,\"b, \"\"c\"\"\"\r\n"
        );
    }
}
