//! What everything costs: side by side, as a difference, and as a file.

use browser_tests::{Element, Page};

fn open() -> Page {
    let page = Page::open();
    page.open_pane("Cost");
    page.wait_until("the pane is shown", || {
        page.has("heading", "About 6,869 USD a month")
    });
    page
}

/// The cells of each row of the table with this name.
fn rows(page: &Page, name: &str) -> Vec<Vec<String>> {
    let found = page.find("group", name).evaluate(
        "return [...arguments[0].querySelectorAll('tbody tr')]
            .map((row) => [...row.cells].map((cell) => cell.innerText.trim().replaceAll('\\n', ' ')))",
    );
    serde_json::from_value(found).unwrap()
}

fn row(page: &Page, table: &str, label: &str) -> Vec<String> {
    let all = rows(page, table);
    let found = all.iter().find(|row| row[0] == label);
    found
        .unwrap_or_else(|| panic!("no row of {table} is {label}: {all:?}"))
        .clone()
}

#[test]
fn all_environments_stand_side_by_side_with_a_sum_for_each_kind() {
    let page = open();
    assert!(
        page.text().contains("6 of 26 items without a price."),
        "{}",
        page.text()
    );
    let of = |label: &str| row(&page, "Cost by kind", label);
    assert_eq!(of("Network")[2..], ["39", "≥ 328", "≥ 405", "≥ 772"]);
    assert_eq!(
        of("OpenSearch")[2..],
        ["no price", "≥ 313", "≥ 313", "≥ 626"]
    );
    assert_eq!(
        of("OpenSearch volumes"),
        [
            "OpenSearch volumes",
            "where to look",
            "no price 1 × 20 GiB",
            "no price 3 × 50 GiB",
            "no price 3 × 100 GiB",
            "no price"
        ]
    );
    assert_eq!(of("Total")[2..], ["≥ 194", "≥ 4,173", "≥ 2,502", "≥ 6,869"]);
    let link = page.find("link", "Where to look for the price of OpenSearch nodes");
    assert_eq!(
        link.attribute("href").as_deref(),
        Some("https://aws.amazon.com/opensearch-service/pricing/")
    );
    for (width, height) in [(320, 640), (1024, 768), (1920, 1080)] {
        page.resize(width, height);
        page.screenshot(&format!("cost-{width}"));
        page.prefer("prefers-color-scheme", "dark");
        page.screenshot(&format!("cost-{width}-dark"));
        page.prefer("prefers-color-scheme", "light");
    }
    page.prefer("forced-colors", "active");
    page.screenshot("cost-forced-colours");
}

#[test]
fn the_head_and_the_first_column_stay_in_view() {
    let page = open();
    page.resize(1920, 700);
    let top = |element: &Element<'_>| {
        let found = element.evaluate("return arguments[0].getBoundingClientRect().top");
        found.as_f64().unwrap()
    };
    let panel = page.id("panel");
    let head = page.css(".costs thead th:first-child");
    panel.evaluate("arguments[0].scrollTop = 400");
    page.wait_until("the pane is scrolled and the head at its top", || {
        (top(&head) - top(&panel)).abs() < 2.0
    });
    page.resize(320, 640);
    let left = || {
        let found = page.css(".costs tbody:first-of-type tr:first-child th").evaluate(
            "const scroll = arguments[0].closest('.scroll');
             scroll.scrollLeft = 200;
             return arguments[0].getBoundingClientRect().left - scroll.getBoundingClientRect().left",
        );
        found.as_f64().unwrap()
    };
    page.wait_until("the first column stays", || left().abs() < 2.0);
}

#[test]
fn a_difference_is_told_line_by_line_and_not_of_what_has_no_price() {
    let page = open();
    assert!(page.text().contains("No difference in cost."));
    page.find("button", "Network").click();
    page.id("environments.dev.network.endpoints").check(true);
    page.wait_until("the difference is told", || {
        page.has("group", "Difference in cost")
    });
    assert_eq!(
        rows(&page, "Difference in cost"),
        [
            [
                "Interface endpoints in dev",
                "none",
                "12 in 2 zones",
                "+193"
            ],
            ["Data through endpoints in dev", "none", "by use", "by use"],
        ]
    );
    assert!(page.text().contains("+193 USD a month."));
    page.find("button", "OpenSearch")
        .evaluate("arguments[0].click()");
    let field = page.id("environments.dev.opensearch.volume_size");
    field.fill("50");
    field.press(browser_tests::Key::Tab);
    page.wait_until("what is not known is not told", || {
        page.text()
            .contains("Price unknown: no price of OpenSearch volumes in dev.")
    });
    let answer = page.find("region", "Answer").text();
    assert!(answer.contains("change of price unknown"), "{answer}");
    page.screenshot("cost-difference");
}

#[test]
fn the_table_is_a_file_too() {
    let page = open();
    let file = page.download(|| page.find("button", "Export CSV").click());
    assert_eq!(file.name, "temporal-terraform-cost.csv");
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(
        text.starts_with("environment,region,kind,item,amount,USD per unit,"),
        "{text}"
    );
    assert!(text.contains("\r\nprod,eu-west-1,Network,NAT gateways,3,0.048,hour,"));
}

#[test]
fn without_an_environment_there_is_no_price() {
    let page = Page::open_at("#v=1&preset=dev-lean&environments.dev.enabled=false");
    page.open_pane("Cost");
    page.wait_until("it says so", || {
        page.text()
            .contains("No environment is in the download, so nothing costs anything.")
    });
    let answer = page.find("region", "Answer").text();
    assert!(!answer.contains("0 USD"), "{answer}");
    assert!(!answer.contains("0 of 0 items"), "{answer}");
}
