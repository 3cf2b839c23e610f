//! The page: a form over core's table of options, and what it composes to.

mod app;
mod baseline;
mod browser;
mod derive;
mod dialog;
mod diff;
mod field;
mod files;
mod find;
mod finder;
mod footer;
mod keeping;
mod notice;
mod opening;
mod options;
mod preview;
mod sections;
mod sizing;
mod state;
mod text;

use yew::Renderer;

/// Puts the page into the element that `index.html` keeps for it.
///
/// # Panics
///
/// Where the document has no `#app`, which `index.html` rules out.
pub fn start() {
    // The browser tells `static/boot.js`, which shows what was kept.
    yew::set_custom_panic_hook(Box::new(|panic| {
        wasm_bindgen::throw_str(&panic.to_string())
    }));
    let root = gloo::utils::document()
        .get_element_by_id("app")
        .expect("index.html has an element for the page");
    Renderer::<app::App>::with_root(root).render();
}
