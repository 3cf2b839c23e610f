//! The architecture at a glance: drawn, told in words, and the environments side by side.

use browser_tests::Page;

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
    page.find("tab", "Overview").click();
    let group = page.find("group", "Environment drawn");
    group.find("button", "dev").click();
    page.wait_until("dev is drawn", || page.has("image", "Diagram of dev"));
    assert!(!parts(&page).contains(&"Loki".to_owned()));
    assert!(parts(&page).contains(&"CloudWatch Logs".to_owned()));
    page.find("button", "Instances").click();
    page.id("environments.dev.compute.instance_count").fill("3");
    page.id("environments.dev.loki.enabled").check(true);
    page.wait_until("Loki is drawn", || {
        parts(&page).contains(&"Loki".to_owned())
    });
    assert!(!parts(&page).contains(&"CloudWatch Logs".to_owned()));
    let told = page.find("image", "Diagram of dev").description();
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
    page.find("tab", "Overview").click();
    page.wait_until("the tables are there", || {
        page.has("heading", "What will exist")
    });
    assert_eq!(row(&page, "aws_ecs_service"), ["6", "9", "7", "22"]);
    assert_eq!(row(&page, "aws_s3_bucket"), ["–", "1", "1", "2"]);
    let all = row(&page, "All types").pop().unwrap();
    assert!(
        page.text().contains(&format!("{all} resources")),
        "the answer counts the same"
    );
}
