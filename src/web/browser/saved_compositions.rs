//! Compositions that somebody has saved in the browser by name.

use crate::browser::storage::{self, Area};

/// Before the name. `static/boot.js` saves here what may have stopped the page.
const PREFIX: &str = "temporal-composer-saved:";

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Their names, sorted.
///
/// # Errors
/// Where the browser refuses, with its reason.
pub(crate) fn names() -> Result<Vec<String>, String> {
    let mut names = storage::keys(Area::Shared, PREFIX)?;
    names.sort_unstable();
    Ok(names)
}

/// The text of the one called `name`.
///
/// # Errors
/// Where the browser refuses, with its reason.
pub(crate) fn text(name: &str) -> Result<Option<String>, String> {
    storage::stored(Area::Shared, &key(name))
}

/// Saves `text` as `name`.
///
/// # Errors
/// Where the browser refuses, with its reason.
pub(crate) fn save(name: &str, text: &str) -> Result<(), String> {
    storage::store(Area::Shared, &key(name), text)
}

/// Deletes the one called `name`.
pub(crate) fn delete(name: &str) {
    storage::forget(Area::Shared, &key(name));
}
