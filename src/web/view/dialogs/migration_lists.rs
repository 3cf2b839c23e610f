//! All that a migration does, as lists that are closed until they are asked for.

use composer_core::migrate::plan::Migration;
use yew::{Html, html};

use crate::model::words::plain;
use crate::view::table::{row, table, text};

/// The most rows of a list that are drawn; the migration's own files have all.
pub(super) const MAX_SHOWN: usize = 500;

/// The lists.
pub(super) fn lists(migration: &Migration) -> Html {
    let code = |of: &str| html! { <code>{ of.to_owned() }</code> };
    let part = |title: &str, label: &'static str, heads: &[&str], mut rows: Vec<Html>| {
        if rows.is_empty() {
            return Html::default();
        }
        let count = rows.len();
        rows.truncate(MAX_SHOWN);
        html! {
            <details>
                <summary>{ format!("{title}: {count}") }</summary>
                { table(label, "", heads, rows) }
                if count > MAX_SHOWN {
                    <p class="help">{ format!("and {} more", count - MAX_SHOWN) }</p>
                }
            </details>
        }
    };
    html! {
        <>
            { part("Values of the flat root", "Values of the flat root", &["Option", "Value", "In your composition"],
                migration.taken.iter().map(|taken| row("", vec![
                    code(&taken.at.to_string()),
                    text(plain(&taken.value)),
                    text(taken.instead_of.as_ref().map_or_else(|| "nothing".to_owned(), plain)),
                ])).collect()) }
            { part("Values that a composition can't have", "Values that a composition can't have", &["Option", "In the flat root", "Reason"],
                migration.refused.iter().map(|refused| row("", vec![
                    code(&refused.at.to_string()),
                    // As TOML, which shows what is hidden: it comes from the state unchecked.
                    text(refused.value.to_string()),
                    text(refused.why.clone()),
                ])).collect()) }
            { part("Values to look up", "Values to look up", &["Option", "In the composition", "In the flat root"],
                migration.blanks.iter().map(|blank| row("", vec![
                    code(&blank.at.to_string()),
                    text(blank.value.as_ref().map_or_else(|| "open".to_owned(), plain)),
                    text(blank.find),
                ])).collect()) }
            { part("What moves", "What moves", &["From", "To", "Changed in place by the first plan"],
                migration.moves.iter().map(|moved| row("", vec![
                    code(&moved.from),
                    code(&moved.to),
                    text(moved.changes),
                ])).collect()) }
            { part("What is imported", "What is imported", &["Address", "ID", "Resource"],
                migration.imports.iter().map(|import| row("", vec![
                    code(&import.to),
                    text(import.id.clone().unwrap_or_else(|| "migrate.sh finds it".to_owned())),
                    code(import.of),
                ])).collect()) }
            { part("Types of what is created", "Types of what is created", &["Type", "Resources"],
                migration.created.iter().map(|(kind, made)| row("", vec![
                    code(kind),
                    text(made.to_string()),
                ])).collect()) }
            { part("Leftovers", "Leftovers", &["Address", "Reason"],
                migration.leftovers.iter().map(|left| row("", vec![
                    code(&left.address),
                    text(left.why.clone()),
                ])).collect()) }
        </>
    }
}
