//! Elements of the page: what fields hold, where the focus is, dialogs.

use gloo::timers::callback::Timeout;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};

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

/// [`focus`], with all of a text field's text selected, to be typed over.
pub(crate) fn focus_value(ids: Vec<String>) {
    focus(ids);
    let focused = gloo::utils::document().active_element();
    if let Some(input) = focused.and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        input.select();
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

/// Whether the event is about something that `selector` names, or about what is in it.
#[must_use]
pub(crate) fn is_on(event: &Event, selector: &str) -> bool {
    nearest(event, selector).is_some()
}

/// The `id` of the field that the form's row around the event has first, of those that begin with `prefix`.
#[must_use]
pub(crate) fn field_in_row(event: &Event, prefix: &str) -> Option<String> {
    let row = nearest(event, "#options tr")?;
    let field = row.query_selector(&format!("[id^='{prefix}']"));
    Some(field.ok()??.id())
}

/// How many elements stand before the nearest that `selector` names, in what is around both.
#[must_use]
pub(crate) fn position(event: &Event, selector: &str) -> Option<usize> {
    let mut place = 0;
    let mut before = nearest(event, selector)?.previous_element_sibling();
    while let Some(element) = before {
        place += 1;
        before = element.previous_element_sibling();
    }
    Some(place)
}

/// The nearest element around the event that `selector` names.
fn nearest(event: &Event, selector: &str) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()
}

/// The element with `id`.
#[must_use]
pub(crate) fn by_id(id: &str) -> Option<Element> {
    gloo::utils::document().get_element_by_id(id)
}

/// Whether `element` is in something that `selector` names.
#[must_use]
pub(crate) fn is_within(element: &Element, selector: &str) -> bool {
    matches!(element.closest(selector), Ok(Some(_)))
}

/// The edges of an element in the window, in CSS pixels.
#[derive(Clone, Copy)]
pub(crate) struct Edges {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// Where `element` is in the window.
#[must_use]
pub(crate) fn edges(element: &Element) -> Option<Edges> {
    let bounds = Reflect::get(element, &"getBoundingClientRect".into()).ok()?;
    let found = bounds.dyn_into::<Function>().ok()?.call0(element).ok()?;
    let edge = |name: &str| Reflect::get(&found, &name.into()).ok()?.as_f64();
    Some(Edges {
        left: edge("left")?,
        top: edge("top")?,
        right: edge("right")?,
        bottom: edge("bottom")?,
    })
}

/// The width and height of the window's inside, in CSS pixels.
#[must_use]
pub(crate) fn window_size() -> (f64, f64) {
    let window = gloo::utils::window();
    let number = |found: Result<JsValue, JsValue>| {
        found
            .ok()
            .and_then(|found| found.as_f64())
            .unwrap_or_default()
    };
    (number(window.inner_width()), number(window.inner_height()))
}

/// Gives one property of the element's own style a value, or takes it back with `""`. The page's policy allows that, unlike
/// a `style` attribute.
pub(crate) fn set_style(element: &Element, property: &str, value: &str) {
    if let Ok(style) = Reflect::get(element, &"style".into()) {
        let _ = Reflect::set(&style, &property.into(), &value.into());
    }
}

/// Selects all text of the field with `id`.
pub(crate) fn select_all(id: &str) {
    let area = gloo::utils::document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(area) = area {
        let _ = area.focus();
        area.select();
    }
}

/// Opens a dialog above everything else, which the browser then keeps the focus in.
pub(crate) fn show_modal(element: Option<Element>) {
    if let Some(dialog) = element.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok())
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog; the browser gives the focus back to what had it before.
pub(crate) fn close_dialog(element: Option<Element>) {
    if let Some(dialog) = element.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// Clicks the element with `id`, if there is one that can be clicked.
pub(crate) fn click(id: &str) -> bool {
    let found = gloo::utils::document().get_element_by_id(id);
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    element.click();
    true
}
