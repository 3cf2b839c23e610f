//! What `diff` says of an apply: what it would destroy or replace, by environment.

use composer_core::losses_by_environment::{Losses, Row};

use crate::table::table;

/// A table, and what is to be known beside it; nothing where nothing would go.
pub(crate) fn text(losses: &Losses) -> String {
    let mut text = String::new();
    let heads = [
        "AN APPLY WOULD",
        "ENVIRONMENT",
        "RESOURCE",
        "LOSES",
        "DUE TO",
    ];
    let rows = losses.rows().into_iter().map(|row| {
        let Row {
            environment,
            action,
            resource,
            loses,
            because,
        } = row;
        vec![
            action.verb().to_owned(),
            environment.to_owned(),
            resource,
            loses.unwrap_or("nothing").to_owned(),
            because.join(", "),
        ]
    });
    let rows: Vec<_> = std::iter::once(heads.map(str::to_owned).to_vec())
        .chain(rows)
        .collect();
    if rows.len() > 1 {
        text.push_str(&table(&rows, &[]));
        text.push('\n');
    }
    for note in losses.notes() {
        text.push_str(&format!("{note}\n\n"));
    }
    text
}
