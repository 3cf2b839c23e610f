//! The page: a form over core's table of options, and what it composes to.

mod browser;
mod loading;
mod model;
mod on_demand;
mod second_part;
mod start;
mod view;

use wasm_bindgen_futures::spawn_local;
use yew::Renderer;

use crate::browser::{boot, schedule};
use crate::loading::LoadError;
use crate::view::app::{App, AppProps};

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Puts the page into the element that `index.html` keeps for it.
///
/// # Panics
///
/// Where the document has no `#app`, which `index.html` rules out.
pub fn start() {
    // The browser tells `static/boot.js`, which shows what was kept. The page that is cut has no messages to hand on.
    #[cfg(not(feature = "cut"))]
    yew::set_custom_panic_hook(Box::new(|panic| {
        wasm_bindgen::throw_str(&panic.to_string())
    }));
    let root = gloo::utils::document()
        .get_element_by_id("app")
        .expect("index.html has an element for the page");
    spawn_local(async move {
        // In tasks of their own: between them the browser can do what waits.
        schedule::next_task().await;
        match start::start().await {
            Ok(store) => {
                schedule::next_task().await;
                Renderer::<App>::with_root_and_props(root, AppProps { store }).render();
            }
            Err(LoadError) => boot::say_not_started(
                "A part of the page could not be loaded. Load the page again: the work that it keeps for you stays",
            ),
        }
    });
}
