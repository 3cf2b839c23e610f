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
            .contains("This is your work from last time, which this browser has kept.")
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
            "The browser stores nothing for this page (QuotaExceededError). Your work is in the page's address",
        )
    });
    page.screenshot("storage-full");
}

/// A spec with 66 values of 1,020 characters, two bytes each: it has no errors, and a link to it had 400 kB.
fn long_spec() -> String {
    let variables = |service: &str| -> String {
        let lines = (0..33).map(|index| format!("KEY_{index} = \"{}\"\n", "é".repeat(1_020)));
        format!(
            "[environments.dev.{service}.extra_environment]\n{}",
            lines.collect::<String>()
        )
    };
    format!(
        "version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n{}{}",
        variables("history"),
        variables("matching")
    )
}

#[test]
fn work_that_is_too_long_for_a_link_is_there_at_the_next_visit() {
    let page = Page::open();
    page.drop_file("long.toml", long_spec().as_bytes());
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    page.id("project").fill("payments");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the file is kept", || {
        stored(&page).is_some_and(|kept| kept.contains("project = \"payments\""))
    });
    assert_eq!(page.current_url().trim_end_matches('#'), page.url());
    page.find("button", "Share").click();
    let dialog = page.find("dialog", "Share");
    assert!(
        dialog
            .text()
            .contains("This composition is too large for a link, which can have 65 kB."),
        "{}",
        dialog.text()
    );
    assert!(!page.has("textbox", "Link"));
    let file = page.download_bytes(|| page.find("button", "Download composition.toml").click());
    page.find("button", "Close").click();

    page.reload();
    assert_eq!(page.id("project").value(), "payments");
    assert!(
        page.text()
            .contains("This is your work from last time, which this browser has kept.")
    );
    // As it was, to the last letter.
    page.find("button", "Share").click();
    let again = page.download_bytes(|| page.find("button", "Download composition.toml").click());
    assert!(again == file);
}

#[test]
fn work_that_is_kept_nowhere_says_so() {
    let page = Page::open();
    page.field("Keep my work here").check(false);
    page.drop_file("long.toml", long_spec().as_bytes());
    page.wait_until("it says so", || {
        page.text()
            .contains("Your work is too long for the page's address: download its file with Share.")
    });
}

#[test]
fn what_could_not_be_read_is_never_replaced_without_a_word() {
    let later = "v=2&preset=standard&project=orders";
    let partly = "v=1&preset=standard&project=orders&environments.dev.karma=7";
    for (kept, project, said) in [
        (
            later,
            "temporal",
            "Your work from last time could not be read. It stays in the browser's storage as \
             temporal-composer-unread-1.\nit has version 2",
        ),
        (
            "{ garbage",
            "temporal",
            "Your work from last time could not be read. It stays in the browser's storage as \
             temporal-composer-unread-1.\nLine 1, column 3: not valid JSON",
        ),
        (
            partly,
            "orders",
            "Your work from last time could only in part be read. It stays in the browser's storage as \
             temporal-composer-unread-1.\nthere is no key environments.dev.karma, so it was left out",
        ),
    ] {
        let page = Page::open();
        page.evaluate(
            "localStorage.setItem('temporal-composer', arguments[0])",
            &[kept.into()],
        );
        page.reload();
        assert_eq!(page.id("project").value(), project);
        let message = page.find("region", "Message");
        assert!(message.text().contains(said), "{}", message.text());
        page.screenshot("kept-unread");
        let file = page.download_bytes(|| page.find("button", "Download it").click());
        assert_eq!(String::from_utf8(file).unwrap(), kept);

        // The next change is kept, and this beside it, also at the next visit.
        page.id("project").fill("payments");
        page.evaluate("document.activeElement.blur()", &[]);
        let entry =
            |key: &str| page.evaluate("return localStorage.getItem(arguments[0])", &[key.into()]);
        page.wait_until("the change is kept", || {
            entry("temporal-composer")
                .as_str()
                .is_some_and(|link| link.contains("payments"))
        });
        come_back(&page);
        assert_eq!(page.id("project").value(), "payments");
        assert_eq!(entry("temporal-composer-unread-1"), kept);
        // Whoever wants nothing kept has nothing kept.
        page.field("Keep my work here").check(false);
        page.wait_until("it is deleted", || stored(&page).as_deref() == Some("off"));
    }
}
