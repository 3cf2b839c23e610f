//! The page starts, anywhere, and asks nobody for anything.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use browser_tests::Page;
use xtask::project;
use xtask::sizes::is_loaded_first;

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
fn only_what_the_build_counts_is_loaded_until_somebody_is_at_the_page() {
    let page = Page::open_untouched();
    // What the page asks for by itself it asks for at once.
    thread::sleep(Duration::from_secs(2));
    let names = |urls: Vec<String>| -> BTreeSet<String> {
        let name = |url: &String| match url.strip_prefix(&page.url()) {
            Some("") => "index.html".to_owned(),
            Some(name) => name.to_owned(),
            None => panic!("{url} is elsewhere"),
        };
        urls.iter().map(name).collect()
    };
    let counted: BTreeSet<String> = project::files_below(&project::site())
        .unwrap()
        .into_iter()
        .filter(|name| is_loaded_first(name))
        .collect();
    let first = names(page.take_requests());
    let more: Vec<&String> = first.difference(&counted).collect();
    assert!(more.is_empty(), "{more:?} is not counted");
    // Without its wasm, the page would not be counted.
    assert!(
        first.iter().any(|name| name.ends_with("_bg.wasm")),
        "{first:?}"
    );
    // It is all of the form, the tree and its first file.
    assert!(page.has("treeitem", "terraform/envs/prod/main.tf"));
    assert!(page.css(".listing").text().contains("terraform init"));
    page.screenshot("untouched");

    let top = || {
        page.evaluate(
            "return document.querySelector('footer').getBoundingClientRect().top",
            &[],
        )
    };
    let before = top();
    page.touch();
    page.wait_until("the second part is asked for", || {
        page.requests()
            .iter()
            .any(|url| url.ends_with("-later.wasm"))
    });
    page.wait_until("the costs are there", || {
        page.css("footer").text().contains("USD a month")
    });
    assert_eq!(top(), before, "nothing moves for them");
}

#[test]
fn a_narrow_screen_has_what_it_shows_and_the_rest_once_somebody_is_at_it() {
    let page = Page::open_untouched();
    page.resize(390, 844);
    page.reload_without_waiting();
    page.wait_until("the form is drawn", || {
        page.has("heading", "In this browser")
    });
    // What would follow by itself follows in the next task.
    thread::sleep(Duration::from_secs(1));
    let drawn = || {
        page.evaluate(
            "return ['[role=treeitem]', '.environments th[scope=col]', '[role=tab]', 'datalist']
                 .map((selector) => document.querySelectorAll(selector).length)",
            &[],
        )
    };
    assert_eq!(drawn(), serde_json::json!([0, 2, 0, 0]));
    page.screenshot("untouched-narrow");
    page.touch();
    page.wait_until("all is drawn", || {
        let drawn = drawn();
        drawn[0].as_u64() > Some(40) && drawn[1] == 4 && drawn[2] == 5 && drawn[3] == 2
    });
    page.find("button", "Files").click();
    assert!(page.find("treeitem", "README.md").is_shown());
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
