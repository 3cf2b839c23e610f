//! The clipboard.

use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Puts `text` on the clipboard, and says whether that went well.
pub(crate) fn copy(text: &str, say: Box<dyn FnOnce(bool)>) {
    let navigator = gloo::utils::window().navigator();
    // Only what was loaded safely has a clipboard: `https`, or a server on this machine.
    if !js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false) {
        say(false);
        return;
    }
    let written = JsFuture::from(navigator.clipboard().write_text(text));
    spawn_local(async move { say(written.await.is_ok()) });
}
