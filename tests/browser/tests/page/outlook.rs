//! What a switch or a choice would do is told before it is made, and what a change did once it is.

use browser_tests::{Key, Page};
use serde_json::json;

/// What is told, line by line; nothing where nothing is.
fn told(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "const box = document.getElementById('outlook');
         return box.hidden ? [] : [...box.children].map((line) => line.textContent)",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

const LOKI_IN_DEV: [&str; 3] = [
    "Loki in dev: on",
    "+77 USD a month · +28 resources · 11 files",
    "Needs Instances in dev: 3",
];

#[test]
fn a_switch_tells_what_it_would_do_while_the_pointer_rests_on_it() {
    let page = Page::open();
    let switch = page.id("environments.dev.loki.enabled");
    switch.hover();
    page.wait_until("it is told", || told(&page) == LOKI_IN_DEV);
    assert!(!switch.is_checked(), "nothing is changed");
    // Whatever could be clicked next is in sight.
    let covers = page.evaluate(
        "const box = document.getElementById('outlook').getBoundingClientRect();
         return [...document.querySelectorAll('.options input, .options button')].filter((each) => {
             const at = each.getBoundingClientRect();
             return at.width > 0 && at.right > box.left && at.left < box.right && at.bottom > box.top && at.top < box.bottom;
         }).length",
        &[],
    );
    assert_eq!(covers, json!(0));
    page.screenshot("outlook");
    page.resize(1920, 1080);
    page.screenshot("outlook-1920");
    page.prefer("prefers-color-scheme", "dark");
    page.screenshot("outlook-dark");
    page.press(&[Key::Escape]);
    page.wait_until("Escape takes it away", || told(&page).is_empty());
    page.id("environments.bench.loki.enabled").hover();
    page.wait_until("the next one is told", || {
        told(&page)
            == [
                "Loki in bench: off",
                "no fixed price changes · −30 resources · 10 files",
            ]
    });
    page.id("question").hover();
    page.wait_until("it goes with the pointer", || told(&page).is_empty());
}

#[test]
fn a_step_is_tried_while_the_button_is_down() {
    let page = Page::open();
    page.slow_down(20);
    page.evaluate(
        "globalThis.tried = new Promise((done) => new PerformanceObserver(done).observe({ type: 'longtask' }));
         document.getElementById('environments.bench.loki.enabled')
             .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))",
        &[],
    );
    let is_tried = page.evaluate(
        "return Promise.race([globalThis.tried.then(() => true), new Promise((done) => setTimeout(done, 5000))])",
        &[],
    );
    assert_eq!(is_tried, json!(true));
    assert!(told(&page).is_empty(), "nothing is told for a press alone");
}

#[test]
fn a_switch_with_the_focus_tells_it_aloud_and_the_step_says_what_it_did() {
    let page = Page::open();
    let switch = page.id("environments.bench.loki.enabled");
    // By keyboard: from what stands before it.
    page.id("environments.dev.loki.enabled")
        .evaluate("arguments[0].focus()");
    for _ in 0..12 {
        if switch.is_focused() {
            break;
        }
        page.press(&[Key::Tab]);
    }
    page.wait_until("it is told", || {
        told(&page).first().map(String::as_str) == Some("Loki in bench: off")
    });
    assert_eq!(
        page.id("outlook").attribute("aria-live").as_deref(),
        Some("polite")
    );
    switch.press(Key::Space);
    page.wait_until("it is done and what was told goes", || {
        !switch.is_checked() && told(&page).is_empty()
    });
    page.wait_until("what it did is spoken", || {
        page.all("status").iter().any(|status| {
            status.text_content()
                == "Loki in bench: off. No fixed price changes, 30 resources fewer, 10 files."
        })
    });
}

#[test]
fn a_choice_of_the_question_tells_what_it_would_do() {
    let page = Page::open();
    page.css(".radios.stacked label:first-of-type").hover();
    page.wait_until("it is told", || {
        told(&page).first().map(String::as_str) == Some("Profile dev in prod")
    });
    assert!(told(&page)[1].starts_with('−'), "{:?}", told(&page));
    page.screenshot("outlook-choice");
}

#[test]
fn each_switch_of_an_environment_tells_what_it_would_do() {
    let page = Page::open();
    // In dev, the lease has no switch: it needs the reservoir.
    for (feature, environments) in [
        ("loki", &["prod", "bench", "dev"][..]),
        ("lease", &["prod", "bench"]),
        ("reservoir", &["prod", "bench", "dev"]),
    ] {
        for environment in environments {
            page.id(&format!("environments.{environment}.{feature}.enabled"))
                .hover();
            let is_told = || {
                let first = told(&page).into_iter().next();
                first.is_some_and(|what| what.contains(&format!(" in {environment}: ")))
            };
            page.wait_until("it is told", is_told);
        }
    }
}
