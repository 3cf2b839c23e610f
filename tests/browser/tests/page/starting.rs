//! The page starts, anywhere, and asks nobody for anything.

use browser_tests::Page;

#[test]
fn the_page_starts_under_any_path() {
    let page = Page::open();
    assert_eq!(page.title(), "Temporal Composer");
    assert!(page.has("heading", "Temporal Composer"));
    assert!(page.all("alert").is_empty());
    for url in page.requests() {
        assert!(url.starts_with(&page.url()), "{url}");
    }
}

#[test]
fn where_the_page_cannot_start_it_says_so_and_names_the_command_line_tool() {
    let page = Page::open();
    // What a browser without WebAssembly does to `boot.js`.
    page.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        &serde_json::json!({ "source": "delete globalThis.WebAssembly" }),
    );
    page.reload_without_waiting();
    let alert = page.wait_for("the page says why", || page.all("alert").pop());
    let text = alert.text();
    assert!(text.contains("WebAssembly is not defined"), "{text}");
    assert!(
        text.contains("temporal-composer export --preset standard"),
        "{text}"
    );
    assert_eq!(page.take_console().len(), 1);
}
