//! What somebody does on the page: the first interaction, keys. And how wide their screen is.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

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

/// What a key asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Ctrl+Z.
    Undo,
    /// Ctrl+Y or Ctrl+Shift+Z.
    Redo,
    /// `/` or Ctrl+K.
    Find,
    /// `[`.
    PreviousChange,
    /// `]`.
    NextChange,
    /// Ctrl+Enter.
    Download,
    /// `?`.
    Help,
}

/// Listens for the keys of the page: those with Ctrl everywhere but in text that has them itself, single ones only
/// outside text, dialogs and lists to choose from, and only while `has_single_keys` says so.
pub(crate) fn on_shortcut(
    has_single_keys: impl Fn() -> bool + 'static,
    call: impl Fn(Shortcut) + 'static,
) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if key.alt_key() || event.default_prevented() || is_within(event, "dialog") {
            return;
        }
        let pressed = if key.ctrl_key() || key.meta_key() {
            match (key.key().to_ascii_lowercase().as_str(), key.shift_key()) {
                ("z", false) if !is_in_text(event) => Shortcut::Undo,
                ("y", false) | ("z", true) if !is_in_text(event) => Shortcut::Redo,
                ("k", false) => Shortcut::Find,
                ("enter", false) => Shortcut::Download,
                _ => return,
            }
        } else if is_in_text(event) || is_within(event, "select, [role=tree]") || !has_single_keys()
        {
            return;
        } else {
            match key.key().as_str() {
                "/" => Shortcut::Find,
                "[" => Shortcut::PreviousChange,
                "]" => Shortcut::NextChange,
                "?" => Shortcut::Help,
                _ => return,
            }
        };
        event.prevent_default();
        call(pressed);
    })
}

fn is_within(event: &Event, selector: &str) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(selector), Ok(Some(_))))
}

fn is_in_text(event: &Event) -> bool {
    let Some(target) = event.target() else {
        return false;
    };
    target.has_type::<HtmlTextAreaElement>()
        || target
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| !matches!(input.type_().as_str(), "checkbox" | "radio"))
}

/// The media query of `static/css` for a screen with one column, too narrow or too low for panes side by side.
const NARROW: &str = "(max-width: 49.99rem), (max-height: 25.99rem)";

/// Whether the screen has one column.
#[must_use]
pub(crate) fn is_narrow() -> bool {
    let query = gloo::utils::window().match_media(NARROW);
    matches!(query, Ok(Some(query)) if query.matches())
}

/// Says when that changes.
pub(crate) fn on_narrow(call: impl Fn(bool) + 'static) -> EventListener {
    EventListener::new(&gloo::utils::window(), "resize", move |_| call(is_narrow()))
}
