//! Everything that the page asks of the browser.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::{Blob, ObjectUrl};
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DragEvent, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition, Storage,
};

/// Offers `bytes` as a file named `name`.
pub(crate) fn download(name: &str, bytes: &[u8], content_type: &str) {
    let blob = Blob::new_with_options(bytes, Some(content_type));
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

#[wasm_bindgen]
extern "C" {
    /// Loads the styles of the page's second part, which `index.html` names: `static/boot.js`.
    #[wasm_bindgen(js_name = loadLaterStyles)]
    pub(crate) fn load_later_styles() -> Promise;
}

/// Puts `text` on the clipboard. Where the browser refuses, nothing happens: the text is on the screen.
pub(crate) fn copy(text: &str) {
    copy_and(text, |_| ());
}

/// Puts `text` on the clipboard, and says whether that went well.
pub(crate) fn copy_and(text: &str, say: impl FnOnce(bool) + 'static) {
    let navigator = gloo::utils::window().navigator();
    // Only what was loaded safely has a clipboard: `https`, or a server on this machine.
    if !js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false) {
        say(false);
        return;
    }
    let written = JsFuture::from(navigator.clipboard().write_text(text));
    spawn_local(async move { say(written.await.is_ok()) });
}

/// The fragment of the address, with its `#`; empty without one.
#[must_use]
pub(crate) fn fragment() -> String {
    gloo::utils::window().location().hash().unwrap_or_default()
}

/// Puts `fragment` into the address, without a step in the browser's history. A browser that refuses, because it was
/// asked too often, is asked again at the next change.
pub(crate) fn set_fragment(fragment: &str) {
    let address = format!("#{fragment}");
    if let Ok(history) = gloo::utils::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// What happens on a page that somebody is at, whatever they steer it with.
const SIGNS_OF_USE: [&str; 7] = [
    "pointermove",
    "pointerdown",
    "keydown",
    "focusin",
    "scroll",
    "click",
    "resize",
];

/// Tells `static/boot.js` that somebody is at the page and has what is needed: now it may load what is kept for offline
/// use.
pub(crate) fn tell_in_use() {
    if let Ok(event) = Event::new("in-use") {
        let _ = gloo::utils::window().dispatch_event(&event);
    }
}

/// Does `act` once, as soon as somebody moves, touches or presses something.
pub(crate) fn on_first_use(act: impl FnOnce() + 'static) -> [EventListener; 7] {
    let act = Rc::new(Cell::new(Some(act)));
    SIGNS_OF_USE.map(|sign| {
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

/// Whether the screen is so narrow that it shows one pane: the media query is that of `static/css`.
#[must_use]
pub(crate) fn is_narrow() -> bool {
    let query = gloo::utils::window().match_media("(max-width: 43.74rem)");
    matches!(query, Ok(Some(query)) if query.matches())
}

/// Lets the browser do what waits.
pub(crate) async fn next_task() {
    TimeoutFuture::new(0).await;
}

/// What is to be done, if something is.
type Asked = Cell<Option<Box<dyn FnOnce()>>>;

/// Does the last of what it is asked for, once what is being done is painted and at the latest when the page is left.
pub(crate) struct Soon {
    asked: Rc<Asked>,
    waiting: Cell<Option<Timeout>>,
    _on_leave: EventListener,
}

impl Soon {
    pub(crate) fn new() -> Self {
        let asked: Rc<Asked> = Rc::default();
        let on_leave = {
            let asked = Rc::clone(&asked);
            EventListener::new(&gloo::utils::window(), "pagehide", move |_| act(&asked))
        };
        Self {
            asked,
            waiting: Cell::default(),
            _on_leave: on_leave,
        }
    }

    /// Asks for `act` in place of what was asked for before and isn't done.
    pub(crate) fn ask(&self, act: impl FnOnce() + 'static) {
        self.asked.set(Some(Box::new(act)));
        let asked = Rc::clone(&self.asked);
        // The one that waits is dropped, and with that called off.
        self.waiting
            .set(Some(Timeout::new(SOON, move || self::act(&asked))));
    }
}

fn act(asked: &Asked) {
    if let Some(act) = asked.take() {
        act();
    }
}

/// Milliseconds: some frames.
const SOON: u32 = 50;

/// The whole address of the page, with `fragment`.
#[must_use]
pub(crate) fn address(fragment: &str) -> String {
    let address = gloo::utils::window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Leaves the link and the text of the composition where `static/boot.js` finds them when the page has failed.
pub(crate) fn keep_words(fragment: &str, text: &str) {
    let document = gloo::utils::document();
    if let Some(kept) = document.get_element_by_id("kept") {
        kept.set_text_content(Some(text));
        let _ = kept.set_attribute("data-link", fragment);
    }
}

/// Says in place of the page that it could not start, as `static/boot.js` does.
pub(crate) fn say_not_started(reason: &str) {
    let document = gloo::utils::document();
    if let Some(app) = document.get_element_by_id("app") {
        let _ = app.set_attribute("hidden", "");
    }
    if let Some(said) = document.get_element_by_id("not-started-reason") {
        said.set_text_content(Some(reason));
    }
    if let Some(instead) = document.get_element_by_id("not-started") {
        let _ = instead.remove_attribute("hidden");
    }
}

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

/// A file that was chosen or dropped, as far as it can be told before it is read.
pub(crate) struct Given {
    /// Its name.
    pub(crate) name: String,
    /// What it holds; or why it can't be had.
    pub(crate) content: Result<Vec<u8>, String>,
}

/// Reads the file of a file field, and empties the field so that the same file can be chosen again.
pub(crate) fn read_chosen(event: &Event, largest: usize, give: impl FnOnce(Given) + 'static) {
    let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    if let Some(files) = input.files() {
        read(&files, largest, give);
    }
    input.set_value("");
}

fn read(files: &web_sys::FileList, largest: usize, give: impl FnOnce(Given) + 'static) {
    let count = files.length();
    let Some(file) = files.get(0) else {
        return;
    };
    let file = gloo::file::File::from(file);
    let name = file.name();
    let refuse = if count > 1 {
        Some(format!("{count} files came at once: open one"))
    } else if file.size() > largest as u64 {
        Some(format!(
            "it has {} MiB, and at most {} are read",
            file.size() >> 20,
            largest >> 20
        ))
    } else {
        None
    };
    if let Some(reason) = refuse {
        give(Given {
            name,
            content: Err(reason),
        });
        return;
    }
    spawn_local(async move {
        let content = gloo::file::futures::read_as_bytes(&file)
            .await
            .map_err(|error| format!("the browser can't read it ({error})"));
        give(Given { name, content });
    });
}

/// Listens for files that are dropped on the page, and marks the page while one is held above it.
pub(crate) fn on_drop(
    largest: usize,
    give: impl Fn(Given) + Clone + 'static,
) -> [EventListener; 3] {
    let document = gloo::utils::document();
    let mark = |is_over: bool| {
        let _ = gloo::utils::body()
            .class_list()
            .toggle_with_force("dropping", is_over);
    };
    let listen = |name: &'static str, call: Box<dyn Fn(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event| {
            if let Some(event) = event.dyn_ref::<DragEvent>()
                && let Some(transfer) = event.data_transfer()
                && transfer.types().includes(&"Files".into(), 0)
            {
                call(event);
            }
        })
    };
    [
        listen(
            "dragover",
            Box::new(move |event| {
                // Without it the browser would leave the page for the file.
                event.prevent_default();
                mark(true);
            }),
        ),
        listen(
            "dragleave",
            Box::new(move |event| {
                // Leaving one element for another inside is no leaving of the page.
                if event.related_target().is_none() {
                    mark(false);
                }
            }),
        ),
        listen(
            "drop",
            Box::new(move |event| {
                event.prevent_default();
                mark(false);
                if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
                    read(&files, largest, give.clone());
                }
            }),
        ),
    ]
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
