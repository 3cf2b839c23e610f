//! The page.

use yew::{Html, Renderer, component, html};

/// Puts the page into the document's `<main>`.
///
/// # Panics
///
/// Where the document has no `<main>`, which `index.html` rules out.
pub fn start() {
    let main = gloo::utils::document()
        .query_selector("main")
        .expect("`main` is a valid selector")
        .expect("index.html has a <main>");
    Renderer::<App>::with_root(main).render();
}

#[component]
fn App() -> Html {
    html! { <h1>{ "Temporal Composer" }</h1> }
}
