//! Files: downloads, and files that are chosen or dropped.

use std::collections::BTreeMap;

use composer_core::archive::{self, ArchiveError, Limits};
use composer_core::text;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::{Blob, ObjectUrl};
use gloo::timers::callback::Timeout;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DragEvent, Event, FileList, FileSystemDirectoryEntry, FileSystemEntry,
    FileSystemFileEntry, HtmlElement, HtmlInputElement,
};

use crate::model::earlier_download::Content;

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

/// Files that were chosen or dropped. One can be read, or one folder.
pub(crate) enum IncomingFiles {
    /// So many files, with the first of them.
    Files(web_sys::File, u32),
    /// A folder that was dropped.
    Dropped(FileSystemDirectoryEntry),
    /// The files of a folder that was chosen.
    Chosen(Vec<web_sys::File>),
}

/// The most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 20_000;

/// Folders that are not looked into: what is in them is of git, Terraform or npm, and there may be very much of it.
const SKIPPED: [&str; 3] = [".git", ".terraform", "node_modules"];

impl IncomingFiles {
    /// Takes the files out of `list`, which the browser empties after the event. `None` if there is none.
    fn from_list(list: &FileList) -> Option<Self> {
        Some(Self::Files(list.get(0)?, list.length()))
    }

    /// Takes what was dropped out of `transfer`, which the browser empties after the event.
    fn from_transfer(transfer: &DataTransfer) -> Option<Self> {
        let items = transfer.items();
        let entry = match items.length() {
            1 => items.get(0)?.webkit_get_as_entry().ok().flatten(),
            _ => None,
        };
        match entry {
            Some(entry) if entry.is_directory() => Some(Self::Dropped(entry.unchecked_into())),
            _ => Self::from_list(&transfer.files()?),
        }
    }

    /// The name of the file or of the folder.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Files(first, _) => first.name(),
            Self::Dropped(folder) => folder.name(),
            Self::Chosen(files) => {
                let first = files.first().map(relative_path);
                let name = first.and_then(|path| Some(path.split_once('/')?.0.to_owned()));
                name.unwrap_or_default()
            }
        }
    }

    /// The content of the file or of the folder. `largest` is the most bytes of a file.
    ///
    /// # Errors
    /// If there are several files, or more than is read, or the browser can't read it.
    pub(crate) async fn content(self, largest: usize) -> Result<Content, String> {
        match self {
            Self::Files(_, count) if count > 1 => Err(format!(
                "{count} files were dropped: open them one at a time"
            )),
            Self::Files(file, _) => content_of(file, largest).await.map(Content::File),
            Self::Dropped(folder) => composition(files_below(folder).await?).await,
            Self::Chosen(files) => {
                let files = files.into_iter();
                let files = files.map(|file| (relative_path(&file), file));
                composition(files.collect()).await
            }
        }
    }
}

async fn content_of(file: web_sys::File, largest: usize) -> Result<Vec<u8>, String> {
    let file = gloo::file::File::from(file);
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

/// The path of a file of a chosen folder, which begins with the folder's name.
fn relative_path(file: &web_sys::File) -> String {
    Reflect::get(file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string())
        .unwrap_or_default()
}

/// Reads the files of the composition among `files`.
async fn composition(files: Vec<(String, web_sys::File)>) -> Result<Content, String> {
    let refusal = |error: ArchiveError| error.to_string();
    let folder = archive::folder_of(files.iter().map(|(path, _)| path.as_str()));
    let folder = folder.map_err(refusal)?.to_owned();
    let mut limits = Limits::default();
    let mut contents = BTreeMap::new();
    for (path, file) in files {
        let Some(path) = path.strip_prefix(&folder) else {
            continue;
        };
        if !archive::is_kept(path).map_err(refusal)? {
            continue;
        }
        // A file has at the most so many bytes that a number has room for them.
        limits.count(path, file.size() as usize).map_err(refusal)?;
        let content = content_of(file, archive::MAX_BYTES).await;
        contents.insert(
            path.to_owned(),
            content.map_err(|error| format!("{path}: {error}"))?,
        );
    }
    Ok(Content::Folder(contents))
}

/// The files in `folder` and in the folders of it, with their paths below it.
async fn files_below(
    folder: FileSystemDirectoryEntry,
) -> Result<Vec<(String, web_sys::File)>, String> {
    let unreadable = |path: &str| format!("the browser can't read {}", text::visible(path));
    let mut folders = vec![(String::new(), folder)];
    let mut files = Vec::new();
    let mut seen = 0;
    while let Some((path, folder)) = folders.pop() {
        let reader = folder.create_reader();
        // It gives some at a time, and at the end none.
        loop {
            let read = Promise::new(&mut |done, failed| {
                let _ = reader.read_entries_with_callback_and_callback(&done, &failed);
            });
            let entries: Array = match JsFuture::from(read).await {
                Ok(entries) => entries.unchecked_into(),
                Err(_) => return Err(unreadable(&path)),
            };
            if entries.length() == 0 {
                break;
            }
            for entry in entries {
                let entry: FileSystemEntry = entry.unchecked_into();
                let name = entry.name();
                if SKIPPED.contains(&name.as_str()) {
                    continue;
                }
                seen += 1;
                if seen > MAX_ENTRIES {
                    return Err(format!("it has more than {MAX_ENTRIES} files and folders"));
                }
                let path = format!("{path}{name}");
                if entry.is_directory() {
                    folders.push((format!("{path}/"), entry.unchecked_into()));
                    continue;
                }
                let entry: FileSystemFileEntry = entry.unchecked_into();
                let file = Promise::new(&mut |done, failed| {
                    entry.file_with_callback_and_callback(&done, &failed);
                });
                match JsFuture::from(file).await {
                    Ok(file) => files.push((path, file.unchecked_into())),
                    Err(_) => return Err(unreadable(&path)),
                }
            }
        }
    }
    Ok(files)
}

/// The files of a file field. Empties the field so that the same file can be chosen again.
pub(crate) fn chosen(event: &Event) -> Option<IncomingFiles> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let list = input.files()?;
    let chosen = if input.has_attribute("webkitdirectory") {
        let files: Vec<_> = (0..list.length()).filter_map(|at| list.get(at)).collect();
        (!files.is_empty()).then_some(IncomingFiles::Chosen(files))
    } else {
        IncomingFiles::from_list(&list)
    };
    input.set_value("");
    chosen
}

/// What was dropped with `event`.
pub(crate) fn dropped(event: &DragEvent) -> Option<IncomingFiles> {
    IncomingFiles::from_transfer(&event.data_transfer()?)
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
                mark(false);
                // A dialog has taken them.
                if event.default_prevented() {
                    return;
                }
                event.prevent_default();
                if let Some(files) = dropped(event) {
                    give(files);
                }
            }),
        ),
    ]
}
