//! A type is picked from a list with sizes, prices and whether the tasks fit.

use browser_tests::{Key, Page};

const TYPE: &str = "environments.dev.compute.instance_type";

/// What the lines of the list say, one after the other.
fn lines(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('[role=option]')].map((line) =>
             [...line.children].map((part) => part.innerText.trim()).join(' | '))",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

/// The line that assistive technology is told of.
fn active(page: &Page) -> String {
    let found = page.evaluate(
        "const id = document.activeElement.getAttribute('aria-activedescendant');
         return document.getElementById(id)?.dataset.type ?? ''",
        &[],
    );
    found.as_str().unwrap_or_default().to_owned()
}

fn open(page: &Page) {
    page.id(TYPE).click();
    page.wait_until("the types are tried", || !lines(page).is_empty());
}

#[test]
fn an_instance_type_is_picked_by_size_with_the_keyboard() {
    let page = Page::open_at("#v=1&preset=standard&environments.dev.loki.enabled=true");
    page.find("button", "Instances").click();
    assert!(page.id(TYPE).name().ends_with("m8g.large"));
    open(&page);
    let search = page.find("combobox", "Name or size");
    page.wait_until("the search has the focus", || search.is_focused());
    let all = lines(&page);
    assert!(all.len() > 50, "{}", all.len());
    assert_eq!(
        all[0],
        "c7g.xlarge | 4 vCPU | 8 GiB | 113 USD each | +80 USD | Fits · 3.8 vCPU left"
    );
    let now = all
        .iter()
        .find(|line| line.starts_with("m8g.large "))
        .unwrap();
    assert!(now.ends_with("now | Does not fit · 4.3 of 4 vCPU"), "{now}");
    page.screenshot("picker");

    search.fill("4 vcpu");
    page.wait_until("only those of that size are left", || {
        lines(&page).iter().all(|line| line.contains("4 vCPU"))
    });
    assert_eq!(active(&page), "c7g.xlarge");
    search.press(Key::Down);
    page.wait_until("the next is the active one", || {
        active(&page) == "c8g.xlarge"
    });
    search.press(Key::Up);
    page.wait_until("the first is again", || active(&page) == "c7g.xlarge");
    search.press(Key::Enter);
    page.wait_until("it is picked", || {
        page.all("dialog").is_empty() && page.id(TYPE).text() == "c7g.xlarge"
    });
    assert!(page.id(TYPE).is_focused());
    assert!(page.text().contains("Everything fits"));
}

#[test]
fn the_picker_closes_without_a_change_and_takes_a_name_that_it_does_not_know() {
    let page = Page::open();
    page.find("button", "Instances").click();
    open(&page);
    page.press(&[Key::Escape]);
    page.wait_until("it is closed", || page.all("dialog").is_empty());
    assert!(!page.find("button", "Undo").is_enabled());
    open(&page);
    page.find("combobox", "Name or size").fill("m9g.large");
    page.wait_until("it is offered", || {
        lines(&page) == ["m9g.large | Use it: a type that this page doesn't know"]
    });
    page.find("combobox", "Name or size").press(Key::Enter);
    page.wait_until("it is picked", || page.id(TYPE).text() == "m9g.large");
    page.wait_until("nobody knows whether it fits", || {
        page.text().contains("dev is not fully checked")
    });
}

#[test]
fn a_node_type_is_picked_with_the_pointer_on_a_small_screen() {
    let page = Page::open();
    page.resize(320, 256);
    page.open_pane("Options");
    page.evaluate("document.getElementById('section-opensearch').click()", &[]);
    let field = page.id("environments.dev.opensearch.instance_type");
    field.evaluate("arguments[0].scrollIntoView({ block: 'center' })");
    field.click();
    page.wait_until("the types are tried", || lines(&page).len() == 10);
    page.screenshot("picker-320x256");
    let overflow = page.evaluate(
        "const dialog = document.querySelector('dialog'); return dialog.scrollWidth - dialog.clientWidth",
        &[],
    );
    assert!(overflow.as_i64().unwrap() <= 0, "{overflow}");
    page.css("[data-type='t3.medium.search']").click();
    page.wait_until("it is picked", || field.text() == "t3.medium.search");
}

#[test]
fn a_dark_picker_has_no_barrier() {
    let page = Page::open();
    page.prefer("prefers-color-scheme", "dark");
    page.resize(1024, 768);
    page.find("button", "Instances").click();
    open(&page);
    page.screenshot("picker-dark");
}
