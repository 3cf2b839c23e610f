//! Adding, copying, renaming environments and taking them out.

use browser_tests::Page;
use serde_json::{Value, json};

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
        said() == "temporal-pre-prod-1 has 19 characters. The limit is 17: 2 too many."
    });
    page.screenshot("name-too-long");
    name.fill("dev");
    page.wait_until("it says that there is one", || {
        said() == "An environment dev already exists."
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
            .contains("Terraform creates all of it a second time"),
        "{}",
        page.text()
    );
    let name = page.field("Name of dev");
    name.fill("prod");
    page.wait_until("it says that there is one", || {
        page.id("rename-problem").text() == "An environment prod already exists."
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
        page.text().contains("There is no environment.")
    });
    page.screenshot("no-environment");
    page.css(".no-environment button:first-of-type").click();
    page.wait_until("the last one is back", || columns(&page) == ["prod"]);
}

/// Focuses a field of the table. Whether the name of its environment and that of its setting are in view at the edges of
/// what scrolls, and whether anything lies above the field.
fn look_at(page: &Page, environment: &str, key: &str) -> Value {
    page.evaluate(
        "const field = document.getElementById(`environments.${arguments[0]}.${arguments[1]}`);
         field.focus();
         const options = document.querySelector('.options');
         const scrolls = getComputedStyle(options).overflowY === 'auto';
         const edge = scrolls ? options.getBoundingClientRect() : { left: 0, top: 0 };
         const box = (element) => element.getBoundingClientRect();
         const head = box(document.getElementById(`column-${arguments[0]}`).closest('th'));
         const name = box(field.closest('tr').querySelector('th'));
         const own = box(field);
         const top = document.elementFromPoint(own.left + own.width / 2, own.top + own.height / 2);
         return {
             head: Math.round(head.top - edge.top),
             name: Math.round(name.left - edge.left),
             covered: top !== field,
         }",
        &[environment.into(), key.into()],
    )
}

#[test]
fn names_of_environments_and_settings_stay_in_view_and_cover_no_field() {
    let more: String = (1..=9)
        .map(|n| format!("&environments.e{n}.profile=dev"))
        .collect();
    let page = Page::open_at(&format!("#v=1&preset=standard{more}"));
    let (first, last) = ("loki.enabled", "migration.keep_flat_names");
    let in_view = json!({ "head": 0, "name": 0, "covered": false });
    page.resize(1400, 500);
    assert_eq!(look_at(&page, "e9", last), in_view);
    page.screenshot("environments-many");
    // Back against both edges, where the names are.
    let back = look_at(&page, "dev", first);
    assert_eq!(
        (&back["name"], &back["covered"]),
        (&json!(0), &json!(false))
    );
    let overflow = "return Math.max(0, document.documentElement.scrollWidth - innerWidth)";
    assert_eq!(page.evaluate(overflow, &[]), 0);
    // The rest of the form stays where it is.
    look_at(&page, "e9", last);
    let project = "return document.getElementById('project').getBoundingClientRect().left < 40";
    assert_eq!(page.evaluate(project, &[]), true);

    // One column, which any environment can be, and the page scrolls.
    for (width, height) in [(320, 256), (844, 390)] {
        page.resize(width, height);
        page.open_pane("Options");
        page.find("group", "Environment shown")
            .find("button", "e2")
            .click();
        page.wait_until("its column is shown", || columns(&page) == ["e2"]);
        assert_eq!(look_at(&page, "e2", last), in_view, "{width} × {height}");
        assert_eq!(look_at(&page, "e2", first)["covered"], false);
        assert_eq!(page.evaluate(overflow, &[]), 0, "{width} × {height}");
        page.screenshot(&format!("environments-many-{width}x{height}"));
    }
}
