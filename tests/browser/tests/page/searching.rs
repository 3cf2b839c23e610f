//! What is typed into the search is answered at once: names first, lines once nobody has typed for a moment.

use browser_tests::{Key, Page};
use serde_json::json;

/// What a slow machine needs longer than this one.
const THROTTLE: f64 = 4.0;

/// The most milliseconds of the page's main thread that a key may take on a slow machine.
const LIMIT: f64 = 50.0;

/// How many milliseconds the page's main thread has been busy so far: its own time, whatever else runs on this machine.
fn busy(page: &Page) -> f64 {
    let answer = page.cdp("Performance.getMetrics", &json!({}));
    let metrics = answer["metrics"].as_array().unwrap();
    let metric = metrics.iter().find(|each| each["name"] == "TaskDuration");
    metric.unwrap()["value"].as_f64().unwrap() * 1e3
}

/// How many milliseconds the main thread is busy with a key after which the field holds `text`, until that is painted; and
/// with what follows once nobody types.
fn busy_after(page: &Page, text: &serde_json::Value) -> (f64, f64) {
    let start = busy(page);
    page.evaluate(
        "const search = document.getElementById('search');
         if (arguments[0] !== null) {
             search.value = arguments[0];
             search.dispatchEvent(new InputEvent('input', { bubbles: true }));
         }
         return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))",
        std::slice::from_ref(text),
    );
    let painted = busy(page);
    page.evaluate("return new Promise((done) => setTimeout(done, 300))", &[]);
    (painted - start, busy(page) - painted)
}

#[test]
fn a_key_takes_no_more_than_a_moment_on_a_slow_machine() {
    let page = Page::open();
    page.cdp(
        "Performance.enable",
        &json!({ "timeDomain": "threadTicks" }),
    );
    page.open_pane("Code");
    let search = page.field("Find files, options, text");
    let is_done = || {
        let text = page.css("#search-summary").text();
        !text.contains("Looking through")
    };
    // The first keys compile what the later ones run.
    for text in ["terraform", "e", "loki"] {
        search.fill(text);
        page.wait_until("the lines are found", is_done);
    }
    // What the scripts take without a key.
    let mut idle: Vec<(f64, f64)> = (0..7).map(|_| busy_after(&page, &json!(null))).collect();
    let mut median = |of: fn(&(f64, f64)) -> f64| {
        idle.sort_by(|one, other| of(one).total_cmp(&of(other)));
        of(&idle[idle.len() / 2])
    };
    let idle = (median(|it| it.0), median(|it| it.1));
    for word in ["environment", "resource", "name = "] {
        for end in 1..=word.len() {
            let (key, lines) = busy_after(&page, &json!(word[..end]));
            for (what, took) in [("the key", key - idle.0), ("the lines", lines - idle.1)] {
                let took = took * THROTTLE;
                assert!(took <= LIMIT, "{}: {what} took {took:.0} ms", &word[..end]);
            }
        }
    }
}

#[test]
fn names_come_before_the_lines_are_looked_through() {
    let page = Page::open();
    page.open_pane("Code");
    let seen = page.evaluate(
        "const search = document.getElementById('search');
         search.value = 'loki.tf';
         search.dispatchEvent(new InputEvent('input', { bubbles: true }));
         return new Promise((done) => requestAnimationFrame(() => done(
             [document.querySelector('.places').innerText, document.getElementById('search-summary').innerText])))",
        &[],
    );
    let seen = seen.to_string();
    assert!(
        seen.contains("loki.tf") && seen.contains("Looking through the lines"),
        "{seen}"
    );
    page.wait_until("the lines follow", || page.text().contains(" lines in "));
    page.screenshot("search-names");
    page.field("Find files, options, text").press(Key::Escape);
    page.wait_until("the tree is back", || {
        page.has("tree", "Files of the composition")
    });
}
