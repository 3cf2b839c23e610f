//! What is left when the page itself fails.

use browser_tests::Page;

/// Makes requests for these addresses fail from now on, and answers none from a cache.
fn block(page: &Page, urls: &[&str]) {
    for (method, parameters) in [
        ("Network.enable", serde_json::json!({})),
        (
            "Network.setCacheDisabled",
            serde_json::json!({ "cacheDisabled": true }),
        ),
        (
            "Network.setBypassServiceWorker",
            serde_json::json!({ "bypass": true }),
        ),
        (
            "Network.setBlockedURLs",
            serde_json::json!({ "urls": urls }),
        ),
    ] {
        page.cdp(method, &parameters);
    }
}

#[test]
fn a_panic_leaves_the_composition_to_copy_and_to_go_on_with() {
    let page = Page::open();
    page.id("project").fill("orders");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the address has it", || {
        page.current_url().contains("orders")
    });
    // What the page builds on refuses its service, which it counts on.
    page.evaluate(
        "Node.prototype.insertBefore = () => { throw new Error('refused by the test') }",
        &[],
    );
    page.id("environments.dev.loki.enabled").click();
    let alert = page.wait_for("it says that it stopped", || page.all("alert").pop());
    let text = alert.text();
    assert!(text.contains("The page has stopped"), "{text}");
    // The page is built without messages of panics.
    assert!(text.contains("unreachable"), "{text}");
    let kept = page.id("kept").value();
    assert!(kept.contains("project = \"orders\""), "{kept}");
    assert!(!page.css("#app").is_shown());
    page.screenshot("stopped");
    let _ = page.take_console();
    page.find("button", "Load the page again").click();
    page.wait_until("it goes on", || {
        page.evaluate(
            "return document.querySelector('main')?.ariaBusy === null",
            &[],
        ) == true
    });
    assert_eq!(page.id("project").value(), "orders");
    let _ = page.take_console();
}

#[test]
fn a_trap_of_wasm_leaves_it_too_and_one_can_start_again() {
    let page = Page::open_at("#v=1&preset=standard&project=orders");
    page.evaluate(
        "dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable') }))",
        &[],
    );
    page.wait_until("it says that it stopped", || {
        page.has("heading", "The page has stopped")
    });
    assert!(page.id("kept").value().contains("project = \"orders\""));
    page.find("button", "Start over with the preset standard")
        .click();
    page.wait_until("it starts again", || {
        page.current_url().ends_with("#v=1&preset=standard")
            && page.evaluate(
                "return document.querySelector('main')?.ariaBusy === null",
                &[],
            ) == true
    });
    assert_eq!(page.id("project").value(), "temporal");
    let _ = page.take_console();
}

#[test]
fn a_full_stack_leaves_it_too() {
    for error in [
        "(() => { const deeper = () => deeper() + 1; try { deeper() } catch (error) { return error } })()",
        // Firefox's.
        "Object.assign(new Error('too much recursion'), { name: 'InternalError' })",
    ] {
        let page = Page::open_at("#v=1&preset=standard&project=orders");
        page.evaluate(
            &format!("dispatchEvent(new ErrorEvent('error', {{ error: {error} }}))"),
            &[],
        );
        page.wait_until("it says that it stopped", || {
            page.has("heading", "The page has stopped")
        });
        assert!(page.id("kept").value().contains("project = \"orders\""));
        let _ = page.take_console();
    }
}

#[test]
fn without_its_second_part_the_page_stands_says_so_and_tries_again() {
    let page = Page::open();
    block(&page, &["*-second.wasm"]);
    page.reload();
    let said = "A part of the page could not be loaded";
    page.wait_until("it says so", || page.text().contains(said));
    // The answer stands, and the form works.
    assert!(page.text().contains("Everything fits"));
    page.id("project").fill("orders");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the step is taken", || {
        page.css(".last-change").text().contains("Project: orders")
    });
    page.open_pane("Sizing");
    page.wait_until("the pane waits", || {
        page.css("#panel").text().contains("Loading")
    });
    block(&page, &[]);
    page.open_pane("Overview");
    page.wait_until("the pane comes", || {
        page.css("#panel").text().contains("Resources")
    });
    assert!(!page.text().contains(said));
    assert_eq!(page.id("project").value(), "orders");
    // What was changed meanwhile is in the files.
    page.open_pane("Code");
    assert!(page.css(".document").text().contains("orders"));
    let _ = page.take_console();
}

#[test]
fn styles_of_the_second_part_that_failed_are_asked_for_again() {
    let page = Page::open();
    let text_size = || {
        page.evaluate(
            "return getComputedStyle(document.querySelector('.facts')).fontSize",
            &[],
        )
    };
    block(&page, &["*/second-*.css"]);
    page.reload();
    let said = "A part of the page could not be loaded";
    page.wait_until("it says so", || page.text().contains(said));
    page.open_pane("Sizing");
    page.wait_until("the pane waits", || {
        page.css("#panel").text().contains("Loading")
    });
    block(&page, &[]);
    page.open_pane("Overview");
    page.wait_until("the pane comes", || {
        page.css("#panel").text().contains("Resources")
    });
    assert!(!page.text().contains(said));
    assert_eq!(text_size(), "14px");
    let _ = page.take_console();
}

#[test]
fn what_is_kept_stays_where_the_part_that_opens_it_is_missing() {
    let page = Page::open_at("#v=1&preset=standard&project=orders");
    block(&page, &["*-second.wasm"]);
    page.reload_without_waiting();
    page.wait_until("it says so", || {
        page.has("heading", "The page could not start")
    });
    assert!(page.current_url().contains("project=orders"));
    block(&page, &[]);
    page.reload();
    assert_eq!(page.id("project").value(), "orders");
    let _ = page.take_console();
}

#[test]
fn without_scripts_the_page_names_the_command_line_tool() {
    let page = Page::open();
    page.cdp(
        "Emulation.setScriptExecutionDisabled",
        &serde_json::json!({ "value": true }),
    );
    page.reload_without_waiting();
    let text = page.css("main").text();
    for said in [
        "temporal-composer export --preset standard",
        "needs JavaScript and WebAssembly",
    ] {
        assert!(text.contains(said), "{text}");
    }
}
