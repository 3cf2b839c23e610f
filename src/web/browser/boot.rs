//! What the page and its scripts `static/boot.js` and `static/theme.js` tell each other.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Event;

#[wasm_bindgen]
extern "C" {
    /// Loads the styles of the page's second part, which `index.html` names: `static/boot.js`.
    #[wasm_bindgen(js_name = loadSecondStyles)]
    pub(crate) fn load_second_styles() -> Promise;

    /// The theme that is shown: `system`, `light` or `dark`. From `static/theme.js`.
    #[wasm_bindgen(js_name = currentTheme)]
    pub(crate) fn current_theme() -> String;

    /// Shows and keeps the next theme, and returns its name. From `static/theme.js`.
    #[wasm_bindgen(js_name = nextTheme)]
    pub(crate) fn next_theme() -> String;
}

/// Tells `static/boot.js` that somebody interacts with the page and both its parts are loaded: now it may load what is kept
/// for offline use.
pub(crate) fn announce_interaction() {
    if let Ok(event) = Event::new("in-use") {
        let _ = gloo::utils::window().dispatch_event(&event);
    }
}

/// Leaves the link and the text of the composition where `static/boot.js` finds them when the page has failed.
pub(crate) fn leave_copy(fragment: &str, text: &str) {
    let document = gloo::utils::document();
    if let Some(kept) = document.get_element_by_id("kept") {
        kept.set_text_content(Some(text));
        let _ = kept.set_attribute("data-link", fragment);
    }
}

/// Whether `static/boot.js` shows that the page has failed.
#[must_use]
pub(crate) fn has_stopped() -> bool {
    let stopped = gloo::utils::document().get_element_by_id("stopped");
    stopped.is_some_and(|stopped| !stopped.has_attribute("hidden"))
}

/// Says in place of the page that it could not start, as `static/boot.js` does.
pub(crate) fn say_not_started(reason: &str) {
    let document = gloo::utils::document();
    if let Some(app) = document.get_element_by_id("app") {
        let _ = app.set_attribute("hidden", "");
    }
    if let Some(element) = document.get_element_by_id("not-started-reason") {
        element.set_text_content(Some(reason));
    }
    if let Some(instead) = document.get_element_by_id("not-started") {
        let _ = instead.remove_attribute("hidden");
    }
}
