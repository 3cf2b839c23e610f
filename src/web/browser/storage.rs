//! The browser's storage: texts by key.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Storage;

/// Which of the browser's storages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// What all tabs share, and stays.
    Shared,
    /// What this tab has until it is closed.
    Tab,
}

/// What the storage has under `key`.
pub(crate) fn stored(area: Area, key: &str) -> Result<Option<String>, String> {
    storage(area)?.get_item(key).map_err(|error| reason(&error))
}

/// Puts `value` into the storage.
pub(crate) fn store(area: Area, key: &str, value: &str) -> Result<(), String> {
    storage(area)?
        .set_item(key, value)
        .map_err(|error| reason(&error))
}

/// Takes what is under `key` out of the storage.
pub(crate) fn forget(area: Area, key: &str) {
    if let Ok(storage) = storage(area) {
        let _ = storage.remove_item(key);
    }
}

/// The keys that begin with `prefix`, without it.
pub(crate) fn keys(area: Area, prefix: &str) -> Result<Vec<String>, String> {
    let storage = storage(area)?;
    let length = storage.length().map_err(|error| reason(&error))?;
    let mut keys = Vec::new();
    for index in 0..length {
        if let Ok(Some(key)) = storage.key(index)
            && let Some(key) = key.strip_prefix(prefix)
        {
            keys.push(key.to_owned());
        }
    }
    Ok(keys)
}

fn storage(area: Area) -> Result<Storage, String> {
    let window = gloo::utils::window();
    let storage = match area {
        Area::Shared => window.local_storage(),
        Area::Tab => window.session_storage(),
    };
    storage
        .map_err(|error| reason(&error))?
        .ok_or_else(|| "it has no storage".to_owned())
}

/// What the browser says of an error, in its own short name, such as `QuotaExceededError`.
fn reason(error: &JsValue) -> String {
    error.dyn_ref::<web_sys::DomException>().map_or_else(
        || "an unknown error".to_owned(),
        web_sys::DomException::name,
    )
}
