//! What somebody likes the page to do, kept by the browser where it may.

use crate::browser::storage::{self, Area};

const ON: &str = "on";

/// Whether the preference of this key is on.
#[must_use]
pub(crate) fn is_on(key: &str) -> bool {
    matches!(storage::stored(Area::Shared, key), Ok(Some(text)) if text == ON)
}

/// Switches it on or off. Where the browser refuses to keep that, it holds until the page is left.
pub(crate) fn switch(key: &str, is_on: bool) {
    if is_on {
        let _ = storage::store(Area::Shared, key, ON);
    } else {
        storage::forget(Area::Shared, key);
    }
}
