//! Choosing, seeing what comes of it, and taking it away.

use browser_tests::{Page, cli};
use composer_core::{options, presets};
use serde_json::json;

/// The zip that the command-line tool makes.
pub(crate) fn exported(arguments: &[&str]) -> Vec<u8> {
    let output = cli()
        .args(["export", "--out", "-"])
        .args(arguments)
        .output()
        .expect("the tool runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn file(page: &Page, path: &str) {
    page.open_pane("Code");
    // The tree shows folders that are closed: the test opens all of them.
    page.evaluate(
        "for (let again = true; again;) {
            again = false;
            for (const item of document.querySelectorAll('[role=treeitem][aria-expanded=false]')) {
                item.focus();
                item.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
                again = true;
            }
            break;
        }",
        &[],
    );
    page.wait_until("the file is in the tree", || page.has("treeitem", path));
    page.find("treeitem", path).click();
}

#[test]
fn the_zip_has_the_bytes_of_the_command_line_tools() {
    let page = Page::open();
    page.screenshot("start");
    let zip = page.download(|| page.find("button", "Download zip").click());
    assert_eq!(zip.name, "temporal-terraform.zip");
    assert!(
        zip.bytes == exported(&["--preset", "standard"]),
        "standard differs"
    );
    page.find("button", "Close").click();

    page.id("environments.dev.loki.enabled").check(true);
    page.wait_until("the download waits for the error", || {
        !page.find("button", "Download zip").is_enabled()
    });
    page.screenshot("error");
    open_all(&page);
    page.id("environments.dev.compute.instance_count").fill("3");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("the error is gone", || {
        page.find("button", "Download zip").is_enabled()
    });
    page.screenshot("changed");
    let zip = page.download_bytes(|| page.find("button", "Download zip").click());
    let expected = exported(&[
        "--preset",
        "standard",
        "--set",
        "environments.dev.loki.enabled=true",
        "--set",
        "environments.dev.compute.instance_count=3",
    ]);
    assert!(zip == expected, "the changed composition differs");
}

/// Opens every section of the form.
fn open_all(page: &Page) {
    page.evaluate(
        "for (const button of document.querySelectorAll('button.toggle[aria-expanded=false]')) button.click();
         for (const details of document.querySelectorAll('details')) details.open = true;",
        &[],
    );
    page.wait_until("the sections are open", || {
        page.evaluate(
            "return document.querySelectorAll('button.toggle[aria-expanded=false]').length",
            &[],
        ) == 0
    });
}

#[test]
fn every_option_is_on_the_page_with_its_name() {
    let page = Page::open();
    open_all(&page);
    let environments = presets::find("standard").unwrap().spec();
    let ids = page.evaluate(
        "return [...document.querySelectorAll('[id]')].map(element => element.id)",
        &[],
    );
    let ids: Vec<&str> = ids
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|id| id.as_str())
        .collect();
    let mut missing = Vec::new();
    for row in options::OPTIONS.iter() {
        for name in environments.environments() {
            let at = row.path(name);
            let is_there = if row.is_map() {
                let map = at.parent().unwrap().to_string();
                ids.iter().any(|id| id.starts_with(&map))
            } else {
                ids.contains(&at.to_string().as_str())
            };
            // The one is asked when an environment is added, the other shown where it is not in the download.
            if !is_there && !["profile", "enabled"].contains(&row.key) {
                missing.push(at.to_string());
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    // Each has a name and a description that assistive technology finds.
    for id in [
        "project",
        "environments.prod.history.count",
        "environments.dev.network.nat",
    ] {
        assert!(!page.id(id).name().is_empty(), "{id}");
    }
    page.screenshot("all-options");
}

#[test]
fn a_preset_changes_the_tree_and_can_be_undone() {
    let page = Page::open();
    let environments = || {
        page.evaluate(
            "return document.querySelectorAll('.environment-card').length",
            &[],
        )
    };
    assert_eq!(environments(), 3);
    let cards: Vec<_> = page
        .all("button")
        .into_iter()
        .filter(|button| button.text().starts_with("dev-lean"))
        .collect();
    let choose = cards.first().expect("the preset has a button");
    choose.click();
    page.wait_until("one environment is left", || environments() == 1);
    page.find("button", "Undo").click();
    page.wait_until("all are back", || environments() == 3);
}

#[test]
fn a_bad_value_says_what_is_allowed_and_keeps_the_last_tree() {
    let page = Page::open();
    page.open_pane("Code");
    page.id("project").fill("Not Allowed");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("it says what is allowed", || {
        page.text()
            .contains("Not Allowed is not a project name: allowed is 2 to 15")
    });
    assert_eq!(
        page.id("project").attribute("aria-invalid").as_deref(),
        Some("true")
    );
    assert!(!page.find("button", "Download zip").is_enabled());
    assert!(
        page.text()
            .contains("of the last composition without errors")
    );
    assert!(
        page.text().contains("temporal: Temporal on Amazon ECS"),
        "the last tree is shown"
    );
}

#[test]
fn a_file_is_shown_when_it_is_chosen() {
    let page = Page::open();
    file(&page, "composition.toml");
    page.wait_until("its text is shown", || page.text().contains("version = 1"));
}

#[test]
fn narrow_and_dark_are_pages_too() {
    let page = Page::open();
    page.prefer("prefers-color-scheme", "dark");
    page.screenshot("dark");
    page.resize(390, 844);
    page.screenshot("narrow");
    assert_eq!(
        page.evaluate(
            "return document.documentElement.scrollWidth <= window.innerWidth",
            &[]
        ),
        true
    );
}

#[test]
fn printed_it_is_light_and_whole() {
    // Somebody may print before the second part of the page is there.
    is_light_and_whole_on_paper(&Page::open_untouched());
    is_light_and_whole_on_paper(&Page::open());
}

fn is_light_and_whole_on_paper(page: &Page) {
    page.cdp(
        "Emulation.setEmulatedMedia",
        &serde_json::json!({
            "media": "print",
            "features": [{ "name": "prefers-color-scheme", "value": "dark" }],
        }),
    );
    let colour = page.evaluate(
        "return getComputedStyle(document.querySelector('header')).backgroundColor",
        &[],
    );
    assert_eq!(colour, "rgb(255, 255, 255)");
    let cut = page.evaluate(
        "return [...document.querySelectorAll('main, main *')]
            .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowY))
            .filter((each) => each.scrollHeight > each.clientHeight + 1)
            .map((each) => each.className)",
        &[],
    );
    assert_eq!(cut, serde_json::json!([]));
    assert!(!page.has("button", "Download zip"));
}

#[test]
fn nothing_moves_for_those_who_want_no_motion() {
    let page = Page::open();
    page.prefer("prefers-reduced-motion", "reduce");
    let moving = page.evaluate(
        "return [...document.querySelectorAll('*')]
            .filter((each) => {
                const style = getComputedStyle(each);
                return style.animationName !== 'none' || style.scrollBehavior !== 'auto'
                    || style.transitionDuration !== '0s';
            })
            .map((each) => each.outerHTML)",
        &[],
    );
    assert_eq!(moving, serde_json::json!([]));
}

#[test]
fn a_tab_shows_that_it_was_chosen_before_its_pane_is_drawn() {
    let page = Page::open();
    page.open_pane("Overview");
    let state = "const panel = document.getElementById('panel');
         const chosen = document.querySelector('[role=tab][aria-selected=true]');
         return [chosen.id, panel.getAttribute('aria-labelledby')]";
    let in_the_first_frame = page.evaluate(
        &format!(
            "document.getElementById('tab-code').click();
             return new Promise((done) => requestAnimationFrame(() => done((() => {{ {state} }})())))"
        ),
        &[],
    );
    assert_eq!(in_the_first_frame, json!(["tab-code", "tab-overview"]));
    page.wait_until("the pane is drawn", || {
        page.evaluate(state, &[]) == json!(["tab-code", "tab-code"])
    });
    assert!(page.find("treeitem", "README.md").is_shown());
    page.wait_until("the tab has the focus", || {
        page.focused().attribute("id").as_deref() == Some("tab-code")
    });
}

#[test]
fn a_step_is_answered_before_its_pane_is_drawn() {
    let page = Page::open();
    let switch = "environments.bench.ui.enabled";
    for pane in ["Overview", "Code", "Changes", "Sizing", "Cost", "Problems"] {
        page.open_pane(pane);
        let is_other = page.evaluate(
            "const texts = () => ['.answer', '#panel'].map((part) => document.querySelector(part).textContent);
             const before = texts();
             const compared = () => texts().map((text, part) => text !== before[part]);
             globalThis.compared = compared;
             document.getElementById(arguments[0]).click();
             return new Promise((done) => requestAnimationFrame(() => done(compared())))",
            &[switch.into()],
        );
        assert_eq!(is_other, json!([true, false]), "{pane}");
        page.wait_until("the pane is drawn", || {
            page.evaluate("return globalThis.compared()", &[]) == json!([true, true])
        });
    }
}
