//! The page without a server, and with a newer version on it.

use std::fs;

use browser_tests::Page;

/// Waits until the page is kept for later.
fn wait_until_kept(page: &Page) {
    page.wait_until("the service worker has all files", || {
        page.evaluate(
            "return navigator.serviceWorker.getRegistration().then((it) => it?.active?.state === 'activated')",
            &[],
        ) == true
    });
}

fn caches(page: &Page) -> usize {
    page.evaluate("return caches.keys().then((names) => names.length)", &[])
        .as_u64()
        .unwrap()
        .try_into()
        .unwrap()
}

#[test]
fn after_the_first_visit_it_needs_no_server() {
    let page = Page::open();
    wait_until_kept(&page);
    page.stop_server();
    page.go("#v=1&preset=dev-lean&project=orders");
    page.reload();
    page.wait_until("the link's composition is there", || {
        page.id("project").value() == "orders"
    });
    assert!(page.has("region", "dev") && !page.has("region", "prod"));
    let zip = page.download(|| page.find("button", "Download zip").click());
    assert_eq!(zip.name, "orders-terraform.zip");
    // The browser looks whether there is a newer version, and finds no server.
    let _ = page.take_console();
}

#[test]
fn a_newer_version_comes_when_it_is_asked_for_and_the_work_stays() {
    let site = tempfile::tempdir().unwrap();
    let page = Page::open_copy(site.path());
    wait_until_kept(&page);
    page.reload();
    page.id("project").fill("orders");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the address has it", || {
        page.current_url().contains("orders")
    });

    let index = site.path().join("index.html");
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, text.replace("<title>", "<title>Newer ")).unwrap();
    let worker = site.path().join("sw.js");
    let text = fs::read_to_string(&worker).unwrap();
    fs::write(&worker, text.replacen("VERSION = \"", "VERSION = \"f", 1)).unwrap();

    page.reload();
    page.wait_until("it is offered", || {
        page.text()
            .contains("A newer version of this page is there.")
    });
    assert_eq!(
        page.title(),
        "Temporal Composer",
        "nothing changes by surprise"
    );
    page.screenshot("newer-version");
    page.find("button", "Reload").click();
    page.wait_until("it is the newer one", || {
        page.title() == "Newer Temporal Composer"
    });
    page.wait_until("it has started", || {
        page.evaluate(
            "return document.querySelector('main')?.ariaBusy !== 'true'",
            &[],
        ) == true
    });
    assert_eq!(page.id("project").value(), "orders");
    page.wait_until("the older one is removed", || caches(&page) == 1);
    assert!(!page.text().contains("A newer version"));
}

#[test]
fn it_can_be_installed() {
    let page = Page::open();
    let manifest = page.cdp("Page.getAppManifest", &serde_json::json!({}));
    assert_eq!(manifest["errors"], serde_json::json!([]), "{manifest}");
    assert_eq!(
        manifest["url"],
        format!("{}manifest.webmanifest", page.url())
    );
    wait_until_kept(&page);
    let errors = page.cdp("Page.getInstallabilityErrors", &serde_json::json!({}));
    assert_eq!(
        errors["installabilityErrors"],
        serde_json::json!([]),
        "{errors}"
    );
}

#[test]
fn the_page_s_policy_lets_no_other_script_be_a_worker() {
    let page = Page::open();
    let refused = page.evaluate(
        "return navigator.serviceWorker.register('./other.js').then(() => 'registered', (error) => error.name)",
        &[],
    );
    assert_eq!(refused, "TypeError");
    let again = page.evaluate(
        "try { trustedTypes.createPolicy('another', {}); return 'made' } catch (error) { return error.name }",
        &[],
    );
    assert_eq!(again, "TypeError");
    let _ = page.take_console();
}
