//! Reads a file that somebody has chosen or dropped. Apart from [`super::incoming_files`], which waits for the second part,
//! because this is in the second part.

use composer_core::archive::MAX_BYTES;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::browser::files::IncomingFiles;
use crate::model::opening::{self, OpeningResult};

/// Reads and opens the file among `files`, and reports what was opened.
pub(crate) fn open_files(files: IncomingFiles, on_opened: Callback<OpeningResult>) {
    spawn_local(async move {
        let name = files.name();
        let content = files.content(MAX_BYTES).await;
        on_opened.emit(opening::from_chosen(&name, content));
    });
}
