//! Everything that the page asks of the browser.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::{Blob, ObjectUrl};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
    KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// Offers `bytes` as a file named `name`.
pub(crate) fn download(name: &str, bytes: &[u8]) {
    let blob = Blob::new_with_options(bytes, Some("application/zip"));
    let url = ObjectUrl::from(blob);
    let Ok(link) = gloo::utils::document().create_element("a") else {
        return;
    };
    let _ = link.set_attribute("href", &url);
    let _ = link.set_attribute("download", name);
    if let Some(link) = link.dyn_ref::<HtmlElement>() {
        link.click();
    }
    // The browser reads the address after this task; a minute is plenty for a file in memory.
    Timeout::new(60_000, move || drop(url)).forget();
}

/// Puts `text` on the clipboard. Where the browser refuses, nothing happens: the text is on the screen.
pub(crate) fn copy(text: &str) {
    let _ = gloo::utils::window()
        .navigator()
        .clipboard()
        .write_text(text);
}

/// Moves the focus to the first of `ids` that an element has, and into view.
pub(crate) fn focus(ids: impl IntoIterator<Item = String>) {
    let document = gloo::utils::document();
    let found = ids
        .into_iter()
        .find_map(|id| document.get_element_by_id(&id));
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
        scroll(&element, ScrollLogicalPosition::Center);
    }
}

/// Moves the focus to the element of `id` once what changed now is drawn.
pub(crate) fn focus_soon(id: String) {
    Timeout::new(0, move || focus([id])).forget();
}

/// Brings the line of the code with `id` into view, without moving the focus.
pub(crate) fn scroll_to(id: &str) {
    if let Some(element) = gloo::utils::document().get_element_by_id(id) {
        scroll(&element, ScrollLogicalPosition::Nearest);
    }
}

fn scroll(element: &Element, to: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(to);
    options.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// What a text field, a text area or a select holds.
#[must_use]
pub(crate) fn value_of(event: &Event) -> String {
    let Some(target) = event.target() else {
        return String::new();
    };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        area.value()
    } else if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else {
        String::new()
    }
}

/// Makes the text field of an event hold `value`.
pub(crate) fn set_value(event: &Event, value: &str) {
    if let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    {
        input.set_value(value);
    }
}

/// Whether a checkbox is ticked.
#[must_use]
pub(crate) fn is_ticked(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .is_some_and(|input| input.checked())
}

/// Makes a select show `value`: its options' `selected` no longer counts once somebody has chosen.
pub(crate) fn select(element: Option<Element>, value: &str) {
    if let Some(select) = element.and_then(|element| element.dyn_into::<HtmlSelectElement>().ok()) {
        select.set_value(value);
    }
}

/// The attribute `name` of the nearest element around the event that has it.
#[must_use]
pub(crate) fn attribute(event: &Event, name: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target
        .closest(&format!("[{name}]"))
        .ok()
        .flatten()?
        .get_attribute(name)
}

/// A wish to go a step back or forth.
pub(crate) enum Travel {
    /// Ctrl+Z.
    Back,
    /// Ctrl+Y or Ctrl+Shift+Z.
    Forth,
}

/// Listens for Ctrl+Z and Ctrl+Y everywhere but in text, where they belong to the text.
pub(crate) fn on_travel(call: impl Fn(Travel) + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if !(key.ctrl_key() || key.meta_key()) || key.alt_key() || is_in_text(event) {
            return;
        }
        let travel = match (key.key().to_ascii_lowercase().as_str(), key.shift_key()) {
            ("z", false) => Travel::Back,
            ("y", false) | ("z", true) => Travel::Forth,
            _ => return,
        };
        event.prevent_default();
        call(travel);
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
