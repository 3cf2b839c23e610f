//! Adding, copying, renaming environments and taking them out.

use browser_tests::Page;

/// The names at the heads of the columns.
fn columns(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('.environment-name > span')].map((name) => name.innerText)",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

/// Whether something stands in the way of the download.
fn is_blocked(page: &Page) -> bool {
    !page.find("button", "Download zip").is_enabled()
}

fn open_actions(page: &Page, name: &str) {
    page.find("button", &format!("Rename, duplicate or remove {name}"))
        .click();
    page.wait_until("its actions are shown", || {
        page.has("button", &format!("Remove environment {name}"))
    });
}

#[test]
fn what_is_added_starts_valid_and_its_name_is_checked_as_it_is_typed() {
    let page = Page::open();
    let name = page.field("Add an environment");
    let said = || page.id("new-environment-problem").text();
    name.fill("pre-prod-1");
    page.wait_until("it says how much too long it is", || {
        said() == "temporal-pre-prod-1 has 19 characters, and may have 17: 2 too many."
    });
    page.screenshot("name-too-long");
    name.fill("dev");
    page.wait_until("it says that there is one", || {
        said() == "There is an environment dev already."
    });
    name.fill("staging");
    page.wait_until("it says nothing", || said().is_empty());
    page.id("new-profile").select("a copy of prod");
    page.find("button", "Add").click();
    page.wait_until("it is there", || {
        columns(&page) == ["dev", "bench", "prod", "staging"]
    });
    assert!(!is_blocked(&page));
    assert!(!page.has("button", "All problems"));
    // A second one from the defaults of the same profile.
    name.fill("qa");
    page.id("new-profile").select("the defaults of prod");
    page.find("button", "Add").click();
    page.wait_until("it is there too", || columns(&page).len() == 5);
    assert!(!is_blocked(&page));
    page.screenshot("environments-added");
}

#[test]
fn an_environment_is_renamed_and_copied() {
    let page = Page::open();
    open_actions(&page, "dev");
    assert!(
        page.text()
            .contains("a rename makes all of it a second time"),
        "{}",
        page.text()
    );
    let name = page.field("Name of dev");
    name.fill("prod");
    page.wait_until("it says that there is one", || {
        page.id("rename-problem").text() == "There is an environment prod already."
    });
    page.screenshot("rename");
    name.fill("sandbox");
    page.find("button", "Rename").click();
    page.wait_until("it is renamed", || {
        columns(&page) == ["bench", "prod", "sandbox"]
    });
    assert!(!is_blocked(&page));
    open_actions(&page, "bench");
    page.find("button", "Duplicate bench").click();
    page.wait_until("it is copied", || {
        columns(&page) == ["bench", "prod", "bench-2", "sandbox"]
    });
    assert!(!is_blocked(&page));
}

#[test]
fn where_none_is_left_the_ways_back_are_shown() {
    let page = Page::open();
    for name in ["dev", "bench", "prod"] {
        open_actions(&page, name);
        page.find("button", &format!("Remove environment {name}"))
            .click();
    }
    page.wait_until("it says so", || {
        page.text().contains("No environment is left.")
    });
    page.screenshot("no-environment");
    page.css(".no-environment button:first-of-type").click();
    page.wait_until("the last one is back", || columns(&page) == ["prod"]);
}
