//! The page's address. Its fragment is the link to the composition.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HashChangeEvent};

/// The fragment of the address, with its `#`; empty without one.
#[must_use]
pub(crate) fn fragment() -> String {
    gloo::utils::window().location().hash().unwrap_or_default()
}

/// The fragment that a `hashchange` reports, with its `#`. The address itself may have another by now: the page replaces it
/// without an event.
#[must_use]
pub(crate) fn put_in(event: &Event) -> String {
    let address = event.unchecked_ref::<HashChangeEvent>().new_url();
    let start = address.find('#').unwrap_or(address.len());
    address[start..].to_owned()
}

/// Puts `fragment` into the address, without a step in the browser's history. A browser that refuses, because it was
/// asked too often, is asked again at the next change.
pub(crate) fn set_fragment(fragment: &str) {
    let address = format!("#{fragment}");
    if let Ok(history) = gloo::utils::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The whole address of the page, with `fragment`.
#[must_use]
pub(crate) fn address(fragment: &str) -> String {
    let address = gloo::utils::window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}
