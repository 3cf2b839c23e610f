//! In an error: what is healthy is composed, what is not stays as it last was and says so, and counts lead to what they
//! count.

use browser_tests::Page;

/// Whether the Changes pane lists this file as changed.
fn has_changed(page: &Page, path: &str) -> bool {
    page.evaluate(
        "return document.querySelector(`[data-path='${arguments[0]}'][data-mark=M]`) !== null",
        &[path.into()],
    ) == true
}

#[test]
fn the_healthy_environments_are_composed_and_the_failed_one_keeps_its_last_version() {
    let page = Page::open();
    page.id("environments.dev.loki.enabled").check(true);
    let dev = page.find("region", "dev");
    page.wait_until("dev shows its last version", || {
        dev.text().contains("Last version that fits")
    });
    let text = dev.text();
    assert!(
        text.contains("Does not fit") && text.contains("194 USD"),
        "{text}"
    );
    let prod = page.find("region", "prod").text();
    assert!(prod.contains("Fits") && !prod.contains("Last"), "{prod}");
    assert!(
        page.css(".banner")
            .text()
            .contains("bench and prod are up to date; dev shows its last version that fits.")
    );
    let answer = page.find("region", "Answer");
    page.wait_until("the sum is without dev", || {
        answer.text().contains("6,675 USD a month without dev")
    });
    assert!(!page.text().contains("Everything fits"));
    for (width, height) in [(800, 600), (1024, 768), (1400, 900), (1920, 1080)] {
        page.resize(width, height);
        let cut = page.evaluate(
            "const verdict = document.querySelector('.verdict');
             const beside = document.querySelector('.download').getBoundingClientRect();
             const { right, bottom } = verdict.getBoundingClientRect();
             return verdict.scrollWidth > verdict.clientWidth || (right > beside.left && bottom > beside.top)",
            &[],
        );
        assert_eq!(cut, false, "the verdict at {width} × {height}");
    }
    page.screenshot("in-error");

    // A change of another environment reaches its files, its card and the sum.
    page.id("environments.prod.loki.enabled").check(true);
    page.open_pane("Changes");
    page.wait_until("prod is composed", || {
        has_changed(&page, "terraform/envs/prod/main.tf")
    });
    assert!(!has_changed(&page, "terraform/envs/dev/main.tf"));
    assert!(page.text().contains("Last version that fits: dev."));
    page.screenshot("in-error-changes");
    page.open_pane("Overview");
    assert!(page.css(".stale h3").text().starts_with("dev"));

    page.find("button", "Undo").click();
    page.find("button", "Undo").click();
    page.wait_until("all is well", || {
        page.text().contains("Everything fits")
            && page
                .all("region")
                .iter()
                .all(|each| !each.text().contains("Last version"))
    });
}

#[test]
fn an_error_about_all_of_them_keeps_all_files() {
    let page = Page::open();
    page.id("project").fill("No!");
    page.wait_until("the banner says so", || {
        page.css(".banner")
            .text()
            .contains("The files are those of the last composition without errors.")
    });
    assert!(!page.text().contains("Last version that fits"));
    assert!(!page.text().contains("Everything fits"));
}

#[test]
fn marks_and_counts_lead_to_what_they_count() {
    let page = Page::open();
    page.id("environments.dev.loki.enabled").check(true);
    page.find("button", "1 error in Instances").click();
    page.wait_until("the error's field has the focus", || {
        page.id("environments.dev.compute.instance_count")
            .is_focused()
    });
    page.id("environments.dev.compute.instance_count").fill("1");
    page.find("button", "1 changed in Instances").click();
    page.wait_until("the changed value has the focus", || {
        page.id("environments.dev.compute.instance_count")
            .is_focused()
    });
    page.screenshot("marks");
    page.find("button", "1 error").click();
    page.wait_until("the error is shown", || {
        page.focused().attribute("id").as_deref() == Some("problems-errors")
    });
    page.find("button", "Undo").click();
    page.find("button", "Undo").click();
    page.find("button", "11 values to fill in").click();
    page.wait_until("the values are shown", || {
        page.focused().attribute("id").as_deref() == Some("problems-advice")
    });
}

#[test]
fn without_an_environment_nothing_has_a_price() {
    let page = Page::open();
    for name in ["dev", "bench", "prod"] {
        page.find("button", &format!("Rename, duplicate or remove {name}"))
            .click();
        page.find("button", &format!("Remove environment {name}"))
            .click();
    }
    let answer = page.find("region", "Answer");
    page.wait_until("nothing is left", || answer.text().contains("1 error"));
    assert!(!answer.text().contains("USD"), "{}", answer.text());
}

#[test]
fn a_preset_with_sizes_of_its_own_is_known_by_its_name() {
    let page = Page::open_at("#v=1&preset=dev-lean");
    assert!(page.has("heading", "dev: sizes of dev-lean, downtime is fine"));
}

#[test]
fn what_is_opened_and_can_not_be_composed_shows_no_files_of_another() {
    let page = Page::open_at("#v=1&preset=dev-lean&environments.dev.loki.enabled=true");
    assert!(
        page.css(".banner")
            .text()
            .contains("There are no files until it is fixed.")
    );
    page.open_pane("Code");
    assert!(page.all("treeitem").is_empty());
    page.screenshot("in-error-opened");
    page.find("button", "Fix: Instances in dev: 3, +71 USD a month")
        .click();
    page.wait_until("the files are there, and none is new", || {
        page.has("treeitem", "composition.toml")
    });
}
