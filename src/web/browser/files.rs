//! Files: downloads, and files that are chosen or dropped.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::{Blob, ObjectUrl};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, Event, HtmlElement, HtmlInputElement};

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

/// A file that was chosen or dropped.
pub(crate) struct IncomingFile {
    /// Its name.
    pub(crate) name: String,
    /// What it holds; or why it can't be had.
    pub(crate) content: Result<Vec<u8>, String>,
}

/// Reads the file of a file field, and empties the field so that the same file can be chosen again.
pub(crate) fn read_chosen(
    event: &Event,
    largest: usize,
    give: impl FnOnce(IncomingFile) + 'static,
) {
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

fn read(files: &web_sys::FileList, largest: usize, give: impl FnOnce(IncomingFile) + 'static) {
    let count = files.length();
    let Some(file) = files.get(0) else {
        return;
    };
    let file = gloo::file::File::from(file);
    let name = file.name();
    let refuse = if count > 1 {
        Some(format!(
            "{count} files were dropped: open them one at a time"
        ))
    } else if file.size() > largest as u64 {
        Some(format!(
            "it has {} MiB; the limit is {} MiB",
            file.size() >> 20,
            largest >> 20
        ))
    } else {
        None
    };
    if let Some(reason) = refuse {
        give(IncomingFile {
            name,
            content: Err(reason),
        });
        return;
    }
    spawn_local(async move {
        let content = gloo::file::futures::read_as_bytes(&file)
            .await
            .map_err(|error| format!("the browser can't read it ({error})"));
        give(IncomingFile { name, content });
    });
}

/// Listens for files that are dropped on the page, and marks the page while one is held above it.
pub(crate) fn on_drop(
    largest: usize,
    give: impl Fn(IncomingFile) + Clone + 'static,
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
