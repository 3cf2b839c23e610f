//! What somebody does on the page: the first interaction, the keys of undo and redo. And how wide their screen is.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

/// The events of which one comes first when somebody interacts with the page, by whatever device.
const INTERACTIONS: [&str; 7] = [
    "pointermove",
    "pointerdown",
    "keydown",
    "focusin",
    "scroll",
    "click",
    "resize",
];

/// Does `act` once, as soon as somebody moves, touches or presses something.
pub(crate) fn on_first_interaction(act: impl FnOnce() + 'static) -> [EventListener; 7] {
    let act = Rc::new(Cell::new(Some(act)));
    INTERACTIONS.map(|sign| {
        let act = Rc::clone(&act);
        // Before any other listener: one that acts on it may need what is loaded. Scrolling doesn't bubble.
        let options = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&gloo::utils::window(), sign, options, move |_| {
            if let Some(act) = act.take() {
                act();
            }
        })
    })
}

/// Keys that go through the history.
pub(crate) enum HistoryKey {
    /// Ctrl+Z.
    Undo,
    /// Ctrl+Y or Ctrl+Shift+Z.
    Redo,
}

/// Listens for Ctrl+Z and Ctrl+Y everywhere but in text, where they belong to the text.
pub(crate) fn on_history_key(call: impl Fn(HistoryKey) + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if !(key.ctrl_key() || key.meta_key()) || key.alt_key() || is_in_text(event) {
            return;
        }
        let pressed = match (key.key().to_ascii_lowercase().as_str(), key.shift_key()) {
            ("z", false) => HistoryKey::Undo,
            ("y", false) | ("z", true) => HistoryKey::Redo,
            _ => return,
        };
        event.prevent_default();
        call(pressed);
    })
}

fn is_in_text(event: &Event) -> bool {
    let Some(target) = event.target() else {
        return false;
    };
    target.has_type::<HtmlTextAreaElement>()
        || target
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| input.type_() != "checkbox")
}

/// Whether the screen is so narrow that it shows one pane: the media query is that of `static/css`.
#[must_use]
pub(crate) fn is_narrow() -> bool {
    let query = gloo::utils::window().match_media("(max-width: 43.74rem)");
    matches!(query, Ok(Some(query)) if query.matches())
}
