//! The architecture at a glance: drawn, told in words, and the environments side by side.

use browser_tests::{Key, Page};

/// The names of the parts that are drawn.
fn parts(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('.diagram .part .part-name')].map((each) => each.textContent)",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

/// The cells of the table's row that begins with `label`.
fn row(page: &Page, label: &str) -> Vec<String> {
    let found = page.evaluate(
        "const row = [...document.querySelectorAll('.overview tr')]
            .find((row) => !row.closest('details') && row.cells[0].textContent === arguments[0]);
         return [...row.cells].slice(1).map((cell) => cell.textContent)",
        &[label.into()],
    );
    serde_json::from_value(found).unwrap()
}

#[test]
fn the_diagram_follows_the_options() {
    let page = Page::open();
    page.open_pane("Overview");
    let group = page.find("group", "Environment drawn");
    group.find("button", "dev").click();
    page.wait_until("dev is drawn", || page.has("group", "Diagram of dev"));
    assert!(!parts(&page).contains(&"Loki".to_owned()));
    assert!(parts(&page).contains(&"CloudWatch Logs".to_owned()));
    page.find("button", "Instances").click();
    page.id("environments.dev.compute.instance_count").fill("3");
    page.id("environments.dev.loki.enabled").check(true);
    page.wait_until("Loki is drawn", || {
        parts(&page).contains(&"Loki".to_owned())
    });
    assert!(!parts(&page).contains(&"CloudWatch Logs".to_owned()));
    let told = page.find("group", "Diagram of dev").description();
    assert!(told.contains("Loki: 1 × 768 / 1024, port 3100;"), "{told}");
    assert_eq!(row(&page, "Loki")[0], "1 × 768 / 1024, 7 days");
    page.screenshot("overview");
    page.prefer("prefers-color-scheme", "dark");
    page.screenshot("overview-dark");
    page.prefer("forced-colors", "active");
    page.screenshot("overview-forced-colours");
}

#[test]
fn what_will_exist_is_counted_by_type() {
    let page = Page::open();
    page.open_pane("Overview");
    page.wait_until("the tables are there", || page.has("heading", "Resources"));
    assert_eq!(row(&page, "aws_ecs_service"), ["6", "9", "6", "21"]);
    assert_eq!(row(&page, "aws_s3_bucket"), ["–", "1", "–", "1"]);
    let all = row(&page, "All types").pop().unwrap();
    assert!(
        page.text().contains(&format!("{all} resources")),
        "the answer counts the same"
    );
}

/// The classes of the box with this name.
fn class_of(page: &Page, name: &str) -> String {
    let found = page.evaluate(
        "const boxes = [...document.querySelectorAll('.diagram .part')];
         const box = boxes.find((each) => each.querySelector('.part-name').textContent === arguments[0]);
         return box?.getAttribute('class') ?? ''",
        &[name.into()],
    );
    found.as_str().unwrap().to_owned()
}

#[test]
fn a_box_leads_to_its_options_and_to_its_lines() {
    let page = Page::open();
    page.id("environments.prod.loki.enabled").check(true);
    page.wait_until("Loki is drawn", || {
        parts(&page).contains(&"Loki".to_owned())
    });
    page.css("[data-box=Loki]").evaluate("arguments[0].focus()");
    page.press(&[Key::Enter]);
    page.wait_until("its options are there", || {
        page.has("group", "Loki in prod")
    });
    page.screenshot("overview-box");
    page.css(".behind .link:nth-of-type(2)").click();
    page.wait_until("the field has the focus", || {
        let id = page.focused().attribute("id").unwrap_or_default();
        id.starts_with("environments.prod.loki.")
    });
    page.find("group", "Loki in prod")
        .find("button", "Where it's used")
        .click();
    page.wait_until("its lines are listed", || {
        page.has("region", "terraform/envs/prod/locals.tf")
    });
}

#[test]
fn an_option_lights_its_boxes() {
    let page = Page::open();
    // Without the pointer: a switch below it lights its boxes, too.
    page.id("environments.prod.loki.enabled")
        .evaluate("arguments[0].click()");
    page.wait_until("Loki is drawn", || {
        parts(&page).contains(&"Loki".to_owned())
    });
    assert!(!class_of(&page, "Loki").contains("lit"));
    page.id("environments.dev.loki.enabled")
        .evaluate("arguments[0].focus()");
    page.wait_until("its boxes are lit", || {
        class_of(&page, "Loki").contains("lit") && class_of(&page, "S3").contains("lit")
    });
    assert!(!class_of(&page, "history").contains("lit"));
    page.screenshot("overview-lit");
    page.find("tab", "Overview")
        .evaluate("arguments[0].focus()");
    page.wait_until("it goes with the focus", || {
        !class_of(&page, "Loki").contains("lit")
    });
}

#[test]
fn what_comes_and_goes_with_the_last_change_is_shown_on_demand() {
    let page = Page::open();
    page.id("environments.prod.loki.enabled").check(true);
    page.find("button", "Last change").click();
    page.wait_until("it is told", || {
        page.text()
            .contains("With the last change: Loki and S3 come. CloudWatch Logs goes.")
    });
    assert!(class_of(&page, "Loki").contains("came"));
    assert!(class_of(&page, "CloudWatch Logs").contains("went"));
    for (width, height) in [(320, 640), (1024, 768), (1920, 1080)] {
        page.resize(width, height);
        page.css(".diagram")
            .evaluate("arguments[0].scrollIntoView({ block: 'center' })");
        page.screenshot(&format!("overview-change-{width}"));
        page.prefer("prefers-color-scheme", "dark");
        page.screenshot(&format!("overview-change-{width}-dark"));
        page.prefer("prefers-color-scheme", "light");
    }
    page.prefer("forced-colors", "active");
    page.screenshot("overview-change-forced-colours");
}
