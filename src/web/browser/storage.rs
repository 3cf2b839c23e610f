//! The browser's storage: texts by key.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Storage;

/// What the storage has under `key`.
pub(crate) fn stored(key: &str) -> Result<Option<String>, String> {
    storage()?.get_item(key).map_err(|error| reason(&error))
}

/// Puts `value` into the storage.
pub(crate) fn store(key: &str, value: &str) -> Result<(), String> {
    storage()?
        .set_item(key, value)
        .map_err(|error| reason(&error))
}

/// Takes what is under `key` out of the storage.
pub(crate) fn forget(key: &str) {
    if let Ok(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

fn storage() -> Result<Storage, String> {
    gloo::utils::window()
        .local_storage()
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
