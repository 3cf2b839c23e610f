//! The storage's entry for the work, and beside it what of it could not be read.

use composer_core::read;

use crate::browser::storage::{self, Area};

/// The storage's entry: the link to the composition, its file where the link would be too long to read, or [`OFF`].
const KEY: &str = "temporal-composer";

/// Entries that could not be read, such as those of a later version of the page.
const UNREAD_KEYS: [&str; 3] = [
    "temporal-composer-unread-1",
    "temporal-composer-unread-2",
    "temporal-composer-unread-3",
];

/// Stands in the storage where nothing is to be kept.
const OFF: &str = "off";

/// What the storage says about the work.
pub(crate) enum Entry {
    /// It has kept this text, or nothing so far.
    Work(Option<String>),
    /// Nothing is to be kept.
    Off,
}

/// Reads the entry.
///
/// # Errors
/// Where the browser refuses, with its reason.
pub(crate) fn read() -> Result<Entry, String> {
    Ok(match storage::stored(Area::Shared, KEY)? {
        Some(text) if text == OFF => Entry::Off,
        text => Entry::Work(text),
    })
}

/// Makes `text` the entry, if it would be read from there.
///
/// # Errors
/// Where it is too long or the browser refuses, with the reason.
pub(crate) fn keep(text: &str) -> Result<(), String> {
    if text.len() > read::MAX_BYTES {
        return Err("it has more than 1 MiB".to_owned());
    }
    storage::store(Area::Shared, KEY, text)
}

/// Deletes all that was kept, and notes that nothing is to be kept.
///
/// # Errors
/// Where the browser refuses, with its reason.
pub(crate) fn switch_off() -> Result<(), String> {
    UNREAD_KEYS
        .iter()
        .for_each(|key| storage::forget(Area::Shared, key));
    storage::store(Area::Shared, KEY, OFF)
}

/// Keeps `text` beside the storage's entry, once. The answer is its key there.
pub(crate) fn put_aside(text: &str) -> Result<String, String> {
    for key in UNREAD_KEYS {
        match storage::stored(Area::Shared, key)? {
            Some(other) if other != text => {}
            Some(_) => return Ok(key.to_owned()),
            None => return storage::store(Area::Shared, key, text).map(|()| key.to_owned()),
        }
    }
    Err("it has three such entries already".to_owned())
}
