//! What a change did to the files: marks in the tree, and both sides of each file.

use browser_tests::{Key, Page};

/// The names of the tree's files as a screen reader says them, without the folders.
fn files(page: &Page) -> Vec<String> {
    page.all("treeitem")
        .iter()
        .map(browser_tests::Element::name)
        .filter(|name| {
            name.rsplit('/')
                .next()
                .is_some_and(|file| file.contains('.'))
        })
        .collect()
}

/// Types a value as a person does, who then leaves the field.
fn fill(page: &Page, id: &str, text: &str) {
    let field = page.id(id);
    field.fill(text);
    field.press(Key::Tab);
}

/// The rows of the comparison that hold changed lines: what a row's cells say.
fn changed(page: &Page) -> Vec<Vec<String>> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('.diff .changed')].map((row) =>
            [...row.children].map((cell) => cell.querySelector('.text')?.textContent ?? ''))",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

#[test]
fn the_tree_shows_only_what_changed_and_each_file_both_sides() {
    let page = Page::open();
    page.open_pane("Code");
    page.find("button", "History").click();
    fill(&page, "environments.prod.history.count", "9");
    page.field("Changed only").check(true);
    assert_eq!(
        files(&page),
        [
            // How many instances may be drained at once follows from the tasks.
            "docs/operations.md, changed",
            "terraform/envs/prod/README.md, changed",
            "terraform/envs/prod/outputs.tf, changed",
            "terraform/envs/prod/terraform.tfvars, changed",
            "README.md, changed",
            "composition.toml, changed",
        ]
    );
    page.open_pane("Changes 6");
    page.find("treeitem", "composition.toml, changed").click();
    page.wait_until("what was added is shown", || {
        changed(&page)
            == [
                ["", ""],
                ["", "[environments.prod.history]"],
                ["", "count = 9"],
            ]
    });
    // Going on from the same value, one word differs.
    fill(&page, "environments.prod.history.count", "12");
    page.wait_until("the word that differs is marked", || {
        page.evaluate(
            "return ['del', 'ins'].map((tag) =>
                [...document.querySelectorAll(`.diff ${tag}`)].map((each) => each.textContent).join())",
            &[],
        ) == serde_json::json!(["9", "12"])
    });
    assert_eq!(changed(&page), [["count = 9", "count = 12"]]);
    page.screenshot("diff");
    page.prefer("prefers-color-scheme", "dark");
    page.screenshot("diff-dark");
}

#[test]
fn the_baseline_is_the_users_choice() {
    let page = Page::open();
    page.open_pane("Code");
    page.id("environments.dev.ui.enabled").check(false);
    fill(&page, "project", "acme");
    page.field("Changed only").check(true);
    page.wait_until("the last change is what is marked", || {
        page.text().contains("Project: acme")
    });
    let last = files(&page);
    assert!(
        !last.contains(&"terraform/envs/dev/main.tf, changed".to_owned()),
        "{last:?}"
    );
    page.field("Compare with").select("preset standard");
    page.wait_until("both changes are marked", || {
        files(&page).contains(&"terraform/envs/dev/main.tf, changed".to_owned())
    });
    let field = page.field("Compare with");
    field.select("last change");
    page.wait_until("the last change is marked alone", || files(&page) == last);
}

#[test]
fn what_is_gone_stays_in_the_tree_until_the_baseline_moves_on() {
    let page = Page::open();
    page.open_pane("Code");
    page.find("button", "Rename, duplicate or remove dev")
        .click();
    page.find("button", "Remove environment dev").click();
    page.find("treeitem", "terraform/envs/dev/backend.tf, removed")
        .click();
    assert_eq!(
        page.find("tab", "Changes 18")
            .attribute("aria-selected")
            .as_deref(),
        Some("true")
    );
    page.wait_until("its text is shown as removed", || {
        page.text().contains("removed, 10 lines")
    });
    assert_eq!(changed(&page).len(), 10);
    fill(&page, "project", "acme");
    page.wait_until("the file is no longer listed", || {
        !files(&page).iter().any(|file| file.contains("envs/dev/"))
    });
}

#[test]
fn changes_are_gone_through_by_keyboard() {
    let page = Page::open();
    page.open_pane("Code");
    page.id("environments.prod.loki.enabled").check(true);
    page.find("treeitem", "terraform/envs/prod/main.tf, changed")
        .click();
    page.find("tab", "Code").press(Key::Right);
    page.wait_until("the arrow leads to the next tab", || {
        page.focused().text().starts_with("Changes")
    });
    let folds = || page.evaluate("return document.querySelectorAll('.fold').length", &[]);
    let before = folds();
    let fold = page
        .all("button")
        .into_iter()
        .find(|button| button.name().ends_with(" unchanged lines"))
        .expect("what is far from a change is folded");
    fold.press(Key::Enter);
    page.wait_until("the lines are shown", || folds() != before);
    page.wait_until("the first of them has the focus", || {
        page.focused().text().ends_with("locals {")
    });
    page.find("button", "Next change").press(Key::Enter);
    page.wait_until("the first change has the focus", || {
        page.focused().attribute("id").as_deref() == Some("change-1")
    });
    page.focused().type_text("n");
    page.wait_until("the second change has the focus", || {
        page.focused().attribute("id").as_deref() == Some("change-2")
    });
    assert!(page.text().contains("Change 2 of "), "{}", page.text());
    page.focused().type_text("p");
    page.wait_until("the first change has the focus again", || {
        page.focused().attribute("id").as_deref() == Some("change-1")
    });
    page.find("button", "Next file").press(Key::Enter);
    page.wait_until("the next file is compared", || {
        page.has("table", "Differences in terraform/envs/prod/outputs.tf")
    });
}
