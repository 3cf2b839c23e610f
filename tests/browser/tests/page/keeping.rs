//! What the browser keeps, and what it may refuse to keep.

use browser_tests::Page;

fn stored(page: &Page) -> Option<String> {
    let entries = page.evaluate("return Object.entries(localStorage)", &[]);
    let entries = entries.as_array().unwrap();
    assert!(entries.len() <= 1, "one entry at most: {entries:?}");
    Some(entries.first()?[1].as_str()?.to_owned())
}

fn rename(page: &Page, name: &str) {
    page.id("project").fill(name);
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the address has it", || {
        page.current_url().ends_with(&format!("project={name}"))
    });
}

/// Comes back by the address without a fragment, as a bookmark of the page does.
fn come_back(page: &Page) {
    page.evaluate("window.open('about:blank', '_self')", &[]);
    page.wait_until("the page is left", || page.current_url() == "about:blank");
    page.go("");
}

#[test]
fn the_work_is_there_at_the_next_visit_and_says_so() {
    let page = Page::open();
    assert_eq!(stored(&page), None);
    rename(&page, "orders");
    assert_eq!(
        stored(&page).as_deref(),
        Some("v=1&preset=standard&project=orders")
    );
    come_back(&page);
    assert_eq!(page.id("project").value(), "orders");
    assert!(
        page.text()
            .contains("This is what you had here the last time.")
    );
}

#[test]
fn a_link_does_not_cost_the_work_that_was_here() {
    let page = Page::open();
    rename(&page, "mine");
    page.evaluate("window.open('about:blank', '_self')", &[]);
    page.go("#v=1&preset=standard&project=yours");
    assert_eq!(page.id("project").value(), "yours");
    assert_eq!(
        stored(&page).as_deref(),
        Some("v=1&preset=standard&project=mine")
    );
    page.find("button", "Undo").click();
    page.wait_until("the own work is back", || {
        page.id("project").value() == "mine"
    });
}

#[test]
fn switched_off_it_keeps_only_that_it_is_off() {
    let page = Page::open();
    rename(&page, "orders");
    let switch = page.field("Keep my work here");
    assert!(switch.is_checked());
    switch.check(false);
    page.wait_until("the work is deleted", || {
        stored(&page).as_deref() == Some("off")
    });
    page.screenshot("keeping-off");
    rename(&page, "other");
    assert_eq!(stored(&page).as_deref(), Some("off"));
    come_back(&page);
    assert_eq!(page.id("project").value(), "temporal");
    assert!(!page.field("Keep my work here").is_checked());
    page.field("Keep my work here").check(true);
    page.wait_until("it is kept again", || {
        stored(&page).as_deref() == Some("v=1&preset=standard")
    });
}

#[test]
fn a_browser_without_storage_is_no_trouble() {
    let page = Page::open();
    // What a sandbox and some private windows do.
    page.before_each_document(
        "Object.defineProperty(window, 'localStorage',
            { get() { throw new DOMException('no', 'SecurityError'); } })",
    );
    page.reload();
    rename(&page, "orders");
    assert!(!page.field("Keep my work here").is_enabled());
    assert!(
        page.text().contains(
            "The browser refuses (SecurityError): your work is in the page's address only."
        )
    );
}

#[test]
fn a_full_storage_says_where_the_work_is() {
    let page = Page::open();
    page.before_each_document(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    );
    page.reload();
    rename(&page, "orders");
    page.wait_until("it says so", || {
        page.text().contains(
            "The browser keeps nothing for this page (QuotaExceededError). Your work is in the page's address",
        )
    });
    page.screenshot("storage-full");
}
