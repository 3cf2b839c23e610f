//! The page's address. Its fragment is the link to the composition.

use std::cell::RefCell;

use composer_core::link;
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

/// The fragment that the page has read or written last. Another one in the address was put in by somebody, and its
/// `hashchange` is still to come.
pub(crate) struct KnownFragment(RefCell<String>);

impl KnownFragment {
    /// The fragment that the address has now.
    pub(crate) fn now() -> Self {
        Self(RefCell::new(fragment()))
    }

    /// Reads it again, since a `hashchange` has come.
    pub(crate) fn read(&self) {
        self.0.replace(fragment());
    }

    /// Whether the address has a link that the page has not been told of.
    fn is_link_to_come(&self) -> bool {
        let now = fragment();
        now != *self.0.borrow() && link::is_meant(&now)
    }

    /// Puts `fragment`, without its `#`, into the address, without a step in the browser's history. A link that somebody has
    /// just put in stays: a page that is left or loaded again before its `hashchange` would lose it. A browser that refuses,
    /// because it was asked too often, is asked again at the next change.
    pub(crate) fn set(&self, fragment: &str) {
        if self.is_link_to_come() {
            return;
        }
        let address = format!("#{fragment}");
        if let Ok(history) = gloo::utils::window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        }
        // Browsers escape some characters of it.
        self.read();
    }
}

/// The whole address of the page, with `fragment`.
#[must_use]
pub(crate) fn address(fragment: &str) -> String {
    let address = gloo::utils::window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}
