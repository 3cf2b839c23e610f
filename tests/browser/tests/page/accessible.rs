//! Every state of the page with axe-core: `screenshot` runs it, here and in the other tests.

use std::panic::{AssertUnwindSafe, catch_unwind};

use browser_tests::{Key, Page};

/// Everything that can be opened is open.
fn open_all(page: &Page) {
    page.evaluate(
        "for (const button of document.querySelectorAll('[aria-expanded=false]:is(.toggle, .explain)')) button.click();
         for (const details of document.querySelectorAll('details')) details.open = true;",
        &[],
    );
    page.wait_until("the sections are open", || {
        page.evaluate(
            "return document.querySelectorAll('.toggle[aria-expanded=false]').length",
            &[],
        ) == 0
    });
}

/// What a person comes across, at a width and in a colour scheme.
fn visit(page: &Page, name: &str) {
    let shot = |state: &str| page.screenshot(&format!("accessible-{name}-{state}"));
    shot("start");
    page.id("environments.prod.loki.enabled").check(true);
    page.evaluate(
        "document.getElementById('environments.bench.ui.enabled').click()",
        &[],
    );
    shot("changed");
    for name in ["Changes", "Overview", "Sizing", "Problems", "Code"] {
        page.open_pane(name);
        if name == "Changes" {
            shot("diff-of-the-unchanged");
            page.evaluate(
                "document.querySelector('.changed-files button').click()",
                &[],
            );
            page.wait_until("a file is compared", || page.has("button", "Next change"));
        }
        page.evaluate(
            "for (const details of document.querySelectorAll('.preview details')) details.open = true;",
            &[],
        );
        shot(&name.to_lowercase());
    }
    page.open_pane("Code");
    page.field("Changed only").check(true);
    shot("changed-only");
    page.field("Find files, options, text").fill("loki");
    page.wait_until("listed", || page.text().contains(" lines in "));
    shot("search");
    let field = page.id("project");
    field.fill("Not Allowed");
    field.press(Key::Tab);
    page.wait_until("the error is told", || page.has("button", "Project"));
    shot("error");
    page.open_pane("Problems");
    shot("errors");
    open_all(page);
    shot("all-options");
}

#[test]
fn no_state_has_a_barrier() {
    let page = Page::open();
    visit(&page, "light");
}

#[test]
fn no_dark_state_has_a_barrier() {
    let page = Page::open();
    page.prefer("prefers-color-scheme", "dark");
    visit(&page, "dark");
}

#[test]
fn no_narrow_state_has_a_barrier() {
    let page = Page::open();
    page.resize(390, 844);
    for name in [
        "Options", "Overview", "Changes", "Sizing", "Problems", "Code",
    ] {
        page.open_pane(name);
        page.screenshot(&format!("accessible-narrow-{}", name.to_lowercase()));
    }
    page.open_pane("Options");
    open_all(&page);
    page.screenshot("accessible-narrow-all-options");
}

#[test]
fn a_page_without_environments_has_no_barrier() {
    let page = Page::open();
    for name in ["dev", "bench", "prod"] {
        page.find("button", &format!("Rename, duplicate or remove {name}"))
            .click();
        page.find("button", &format!("Remove environment {name}"))
            .click();
    }
    for name in ["Overview", "Sizing", "Problems", "Changes"] {
        page.open_pane(name);
        page.screenshot(&format!("accessible-empty-{}", name.to_lowercase()));
    }
}

#[test]
fn a_barrier_is_noticed() {
    let page = Page::open();
    page.evaluate("document.documentElement.removeAttribute('lang')", &[]);
    let noticed = catch_unwind(AssertUnwindSafe(|| page.assert_accessible()));
    let said = noticed.unwrap_err();
    let said = said.downcast_ref::<String>().unwrap();
    assert!(
        said.starts_with("axe finds 1 violations:\nhtml-has-lang: "),
        "{said}"
    );
}
