//! What survives a reload, what two tabs do to each other's work, and compositions that are saved by name.

use browser_tests::{Key, Page};

fn rename(page: &Page, name: &str) {
    page.id("project").fill(name);
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the address has it", || {
        page.current_url().ends_with(&format!("project={name}"))
    });
}

fn stored(page: &Page, key: &str) -> Option<String> {
    let found = page.evaluate("return localStorage.getItem(arguments[0])", &[key.into()]);
    found.as_str().map(str::to_owned)
}

#[test]
fn steps_file_and_pane_survive_a_reload() {
    let page = Page::open();
    rename(&page, "orders");
    rename(&page, "payments");
    page.find("button", "Undo").click();
    page.wait_until("it is undone", || page.id("project").value() == "orders");
    page.open_pane("Code");
    page.find("treeitem", "composition.toml, changed").click();
    page.wait_until("the file is shown", || {
        page.has("heading", "composition.toml")
    });
    page.wait_until("the address has it", || {
        page.current_url().ends_with("project=orders")
    });
    page.reload();
    page.wait_until("the file is shown again", || {
        page.has("heading", "composition.toml")
    });
    assert!(page.css("#tab-code").attribute("aria-selected").as_deref() == Some("true"));
    page.find("button", "Redo").click();
    page.wait_until("it is redone", || page.id("project").value() == "payments");
    page.find("button", "Undo").click();
    page.find("button", "Undo").click();
    page.wait_until("all is undone", || page.id("project").value() == "temporal");
    assert!(!page.find("button", "Undo").is_enabled());
}

#[test]
fn a_pane_alone_survives_a_reload_and_nothing_is_remembered_of_a_look() {
    let page = Page::open();
    page.reload();
    assert_eq!(page.evaluate("return sessionStorage.length", &[]), 0);
    page.open_pane("Sizing");
    page.reload();
    page.wait_until("the pane is shown again", || {
        page.css("#tab-sizing")
            .attribute("aria-selected")
            .as_deref()
            == Some("true")
    });
    // Who wants nothing kept has nothing kept.
    page.field("Keep my work here").check(false);
    page.reload();
    assert_eq!(page.evaluate("return sessionStorage.length", &[]), 0);
}

#[test]
fn a_link_leads_to_a_file_and_a_line() {
    let page = Page::open_at("#v=1&preset=standard&file=terraform/envs/prod/main.tf&line=12");
    page.wait_until("the file is shown", || {
        page.has("heading", "terraform/envs/prod/main.tf")
    });
    page.wait_until("the line is asked about", || {
        page.text().contains("Line 12 ")
    });
    page.permit("clipboard-write", true);
    page.permit("clipboard-read", true);
    page.find("button", "Share").click();
    let dialog = page.find("dialog", "Share");
    assert!(!dialog.field("Link").value().contains("file="));
    dialog
        .field("Open at terraform/envs/prod/main.tf, line 12")
        .check(true);
    let place = "#v=1&preset=standard&file=terraform/envs/prod/main.tf&line=12";
    page.wait_until("the link leads there", || {
        dialog.field("Link").value().ends_with(place)
    });
    page.wait_until("the button says that it is copied", || {
        dialog.has("button", "Copied")
    });
    let copied = page.evaluate("return navigator.clipboard.readText()", &[]);
    assert!(copied.as_str().unwrap().ends_with(place), "{copied}");
    page.screenshot("share-place");
}

#[test]
fn a_file_that_is_not_in_the_download_is_not_shown() {
    let page = Page::open_at("#v=1&preset=standard&file=terraform/envs/qa/main.tf");
    assert_eq!(
        page.css("#tab-overview")
            .attribute("aria-selected")
            .as_deref(),
        Some("true")
    );
}

#[test]
fn the_work_of_another_tab_is_not_replaced_without_a_word() {
    const ENTRY: &str = "temporal-composer";
    let page = Page::open();
    rename(&page, "mine");
    page.evaluate(
        "localStorage.setItem('temporal-composer', 'v=1&preset=standard&project=theirs')",
        &[],
    );
    rename(&page, "mine2");
    page.wait_until("it says so", || {
        page.text()
            .contains("Another tab stores its work in this browser")
    });
    page.screenshot("another-tab");
    let theirs = "v=1&preset=standard&project=theirs";
    assert_eq!(stored(&page, ENTRY).as_deref(), Some(theirs));
    assert!(!page.field("Keep my work here").is_checked());
    // It is said once, and the other's work stays until somebody wants this one's instead.
    rename(&page, "mine3");
    assert!(!page.text().contains("Another tab stores"));
    assert_eq!(stored(&page, ENTRY).as_deref(), Some(theirs));
    page.field("Keep my work here").check(true);
    page.wait_until("it is kept", || {
        stored(&page, ENTRY).is_some_and(|kept| kept.ends_with("mine3"))
    });
    rename(&page, "mine4");
    page.wait_until("it is kept on", || {
        stored(&page, ENTRY).is_some_and(|kept| kept.ends_with("mine4"))
    });
}

fn open_saved(page: &Page) {
    page.find("button", "Saved compositions…").click();
    page.wait_until("it is open", || page.has("dialog", "Saved compositions"));
}

#[test]
fn compositions_are_saved_opened_renamed_and_deleted() {
    let page = Page::open();
    rename(&page, "orders");
    open_saved(&page);
    let dialog = page.find("dialog", "Saved compositions");
    assert!(
        dialog
            .text()
            .contains("You have no saved compositions yet.")
    );
    dialog.find("button", "Save").click();
    page.wait_until("it wants a name", || {
        dialog.text().contains("Enter a name.")
    });
    dialog
        .field("Save this composition as")
        .fill("Before the move");
    dialog.find("button", "Save").click();
    page.wait_until("it is saved", || {
        dialog.text().contains("Before the move is saved.") && dialog.has("button", "Replace")
    });
    page.screenshot("saved");
    page.find("button", "Close").click();
    rename(&page, "payments");

    open_saved(&page);
    let dialog = page.find("dialog", "Saved compositions");
    dialog.find("button", "Rename Before the move").click();
    page.wait_until("the field has the focus", || {
        page.focused().value() == "Before the move"
    });
    page.focused().fill("Then");
    page.focused().press(Key::Enter);
    page.wait_until("it has another name", || dialog.has("button", "Open Then"));
    dialog.find("button", "Delete Then").click();
    page.wait_until("it is gone", || dialog.text().contains("Then is deleted."));
    dialog.find("button", "Undo").click();
    page.wait_until("it is back", || dialog.has("button", "Open Then"));
    dialog.find("button", "Open Then").click();
    page.wait_until("it is opened", || {
        page.id("project").value() == "orders" && page.all("dialog").is_empty()
    });
    assert!(
        page.text()
            .contains("Opened Then. Undo brings back what you had before.")
    );
    page.find("button", "Undo").click();
    page.wait_until("the other is back", || {
        page.id("project").value() == "payments"
    });
    // Saved by name, it stays where nothing else is kept.
    page.field("Keep my work here").check(false);
    page.wait_until("it is off", || {
        stored(&page, "temporal-composer").as_deref() == Some("off")
    });
    assert!(stored(&page, "temporal-composer-saved:Then").is_some());
}

#[test]
fn a_storage_that_is_full_or_denied_says_what_to_do() {
    for (script, said) in [
        (
            "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
            "The browser's storage is full, and nothing was saved. Delete a composition here, or download the file \
             composition.toml with Share.",
        ),
        (
            "Object.defineProperty(window, 'localStorage',
                { get() { throw new DOMException('no', 'SecurityError'); } })",
            "The browser stores nothing for this page (SecurityError), so nothing was saved.",
        ),
    ] {
        let page = Page::open();
        page.before_each_document(script);
        page.reload();
        open_saved(&page);
        let dialog = page.find("dialog", "Saved compositions");
        dialog.field("Save this composition as").fill("Mine");
        dialog.find("button", "Save").click();
        page.wait_until("it says so", || dialog.text().contains(said));
    }
}

#[test]
fn starting_again_does_not_open_what_stopped_the_page() {
    let page = Page::open();
    rename(&page, "crash");
    page.wait_until("it is kept", || {
        stored(&page, "temporal-composer").is_some_and(|kept| kept.ends_with("crash"))
    });
    page.evaluate(
        "dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable') }))",
        &[],
    );
    page.find("button", "Start over with the preset standard")
        .click();
    page.wait_until("it starts again", || {
        page.current_url().ends_with("#v=1&preset=standard")
            && page.evaluate(
                "return document.querySelector('main')?.ariaBusy === null",
                &[],
            ) == true
    });
    let _ = page.take_console();
    assert_eq!(page.id("project").value(), "temporal");
    assert!(!page.find("button", "Undo").is_enabled());
    open_saved(&page);
    let dialog = page.find("dialog", "Saved compositions");
    dialog.find("button", "Open What stopped the page").click();
    page.wait_until("it is opened by hand", || {
        page.id("project").value() == "crash"
    });
}
