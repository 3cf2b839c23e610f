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
    assert!(page.has("heading", "How many workflows a second, and how available?"));
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
    // It is the question, the answer, the form and a card for each environment, with their prices.
    assert!(!page.id("environments.prod.loki.enabled").is_checked());
    let places = || {
        page.evaluate(
            "const counted = '.question label, .answer > *, .environment-card > *, .environments tr > *';
             return [...document.querySelectorAll(counted)].map((each) => {
                 const { top, left, width } = each.getBoundingClientRect();
                 return [each.innerText, top, left, width];
             })",
            &[],
        )
    };
    let before = places();
    let told = before.to_string();
    for said in [
        "Everything fits",
        "about 6,869 USD a month",
        "4,173 USD a month",
        "1,612 USD",
        "6 of 26 items",
    ] {
        assert!(told.contains(said), "{said} is not in {told}");
    }
    // The diagram is shown, too: as a file, since what draws it is not there.
    let diagram = page.find("image", "Diagram of prod");
    let size = || {
        page.evaluate(
            "const { width, height } = document.querySelector('.diagram').getBoundingClientRect();
             return [document.querySelector('.diagram').localName, width, height]",
            &[],
        )
    };
    let drawn =
        diagram.evaluate("const [it] = arguments; return it.complete && it.naturalWidth > 0");
    assert_eq!(drawn, true);
    let size_before = size();
    assert_eq!(size_before[0], "img");
    page.screenshot("untouched");
    page.touch();
    page.wait_until("the second part is asked for", || {
        page.requests()
            .iter()
            .any(|url| url.ends_with("-second.wasm"))
    });
    page.wait_until("all is there", || size()[0] == "svg");
    assert_eq!(
        (&size()[1], &size()[2]),
        (&size_before[1], &size_before[2]),
        "the diagram is as large as its file"
    );
    // The prices are worked out a moment later.
    thread::sleep(Duration::from_secs(1));
    assert_eq!(places(), before, "nothing moves, and every number stays");
}

#[test]
fn a_narrow_screen_has_what_it_shows_and_the_rest_once_it_is_asked_for() {
    let page = Page::open_untouched();
    page.resize(390, 844);
    page.reload_without_waiting();
    page.wait_until("the overview is drawn", || page.has("region", "prod"));
    // What would follow by itself follows in the next task.
    thread::sleep(Duration::from_secs(1));
    let drawn = || {
        page.evaluate(
            "return ['[role=treeitem]', '.environments th[scope=col]', '[role=tab]']
                 .map((selector) => document.querySelectorAll(selector).length)",
            &[],
        )
    };
    assert_eq!(drawn(), serde_json::json!([0, 0, 7]));
    page.screenshot("untouched-narrow");
    page.open_pane("Options");
    page.wait_until("the form is drawn", || drawn()[1] == 2);
    page.open_pane("Code");
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
