//! What this tab remembers of itself until it is closed, also when it is loaded again.

use crate::browser::storage::{self, Area};

/// `static/boot.js` deletes it where the page starts from scratch after a fault.
const KEY: &str = "temporal-composer-session";

/// What it remembers. A browser that refuses remembers nothing.
#[must_use]
pub(crate) fn remembered() -> Option<String> {
    storage::stored(Area::Tab, KEY).ok().flatten()
}

/// Remembers `text`. Where the browser refuses, a reload of the tab starts from scratch.
pub(crate) fn remember(text: &str) {
    if storage::store(Area::Tab, KEY, text).is_err() {
        storage::forget(Area::Tab, KEY);
    }
}

/// Remembers nothing.
pub(crate) fn forget() {
    storage::forget(Area::Tab, KEY);
}
