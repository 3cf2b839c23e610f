//! Files: downloads, and files that are chosen or dropped.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::{Blob, ObjectUrl};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Event, FileList, HtmlElement, HtmlInputElement};

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

/// Files that were chosen or dropped. One can be read.
pub(crate) struct IncomingFiles {
    first: web_sys::File,
    count: u32,
}

impl IncomingFiles {
    /// Takes the files out of `list`, which the browser empties after the event. `None` if there is none.
    fn from_list(list: &FileList) -> Option<Self> {
        Some(Self {
            first: list.get(0)?,
            count: list.length(),
        })
    }

    /// The name of the file.
    pub(crate) fn name(&self) -> String {
        self.first.name()
    }

    /// The content of the file.
    ///
    /// # Errors
    /// If there are several files, or the file has more than `largest` bytes, or the browser can't read it.
    pub(crate) async fn content(self, largest: usize) -> Result<Vec<u8>, String> {
        if self.count > 1 {
            return Err(format!(
                "{} files were dropped: open them one at a time",
                self.count
            ));
        }
        let file = gloo::file::File::from(self.first);
        if file.size() > largest as u64 {
            return Err(format!(
                "it has {} MiB; the limit is {} MiB",
                file.size() >> 20,
                largest >> 20
            ));
        }
        gloo::file::futures::read_as_bytes(&file)
            .await
            .map_err(|error| format!("the browser can't read it ({error})"))
    }
}

/// The files of a file field. Empties the field so that the same file can be chosen again.
pub(crate) fn chosen(event: &Event) -> Option<IncomingFiles> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let chosen = input
        .files()
        .and_then(|list| IncomingFiles::from_list(&list));
    input.set_value("");
    chosen
}

/// Listens for files that are dropped on the page, and marks the page while one is held above it.
pub(crate) fn on_drop(give: impl Fn(IncomingFiles) + 'static) -> [EventListener; 3] {
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
                let list = event.data_transfer().and_then(|transfer| transfer.files());
                if let Some(files) = list.and_then(|list| IncomingFiles::from_list(&list)) {
                    give(files);
                }
            }),
        ),
    ]
}
