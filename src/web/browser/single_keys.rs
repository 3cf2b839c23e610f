//! Whether single keys such as `/` do something: somebody who speaks to their computer may want none.

use crate::browser::storage::{self, Area};

const KEY: &str = "temporal-composer-single-keys";
const OFF: &str = "off";

/// Whether they do.
#[must_use]
pub(crate) fn are_on() -> bool {
    !matches!(storage::stored(Area::Shared, KEY), Ok(Some(text)) if text == OFF)
}

/// Switches them on or off.
///
/// # Errors
/// Where the browser refuses to keep that, with its reason.
pub(crate) fn switch(is_on: bool) -> Result<(), String> {
    if is_on {
        storage::forget(Area::Shared, KEY);
        Ok(())
    } else {
        storage::store(Area::Shared, KEY, OFF)
    }
}
