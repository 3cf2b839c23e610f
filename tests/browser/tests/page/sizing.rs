//! Whether an environment fits, and what would be enough.

use browser_tests::{Element, Page};

/// The page with the Sizing pane, which shows dev first.
fn open() -> Page {
    let page = Page::open();
    page.open_pane("Sizing");
    page.wait_until("the pane is shown", || {
        page.has("heading", "Capacity of the main instances in dev")
    });
    page
}

/// The cells of each row of the table with this name.
fn rows(page: &Page, name: &str) -> Vec<Vec<String>> {
    let found = page.find("group", name).evaluate(
        "return [...arguments[0].querySelectorAll('tbody tr')]
            .map((row) => [...row.cells].map((cell) => cell.innerText.trim()))",
    );
    serde_json::from_value(found).unwrap()
}

/// The cells of the row that begins with `label`.
fn row(page: &Page, table: &str, label: &str) -> Vec<String> {
    let all = rows(page, table);
    let found = all.iter().find(|row| row[0].lines().next() == Some(label));
    found
        .unwrap_or_else(|| panic!("no row of {table} is {label}: {all:?}"))
        .clone()
}

/// The row of the situation in which nothing happens.
fn steady(page: &Page) -> Vec<String> {
    row(page, "Situations", "steady")
}

/// A picture of the page with this table in view.
fn picture_of(page: &Page, table: &str, name: &str) {
    page.find("group", table)
        .evaluate("arguments[0].scrollIntoView({ block: 'start' })");
    page.screenshot(name);
}

fn answer(page: &Page) -> String {
    page.find("region", "Answer").text()
}

const FITS: &str = "steady\nalways fits\n6 tasks on 2 instances";

#[test]
fn what_does_not_fit_is_named_and_fixed_with_a_click() {
    let page = open();
    assert_eq!(steady(&page)[0], FITS);
    assert!(
        answer(&page).contains("Everything fits"),
        "{}",
        answer(&page)
    );
    page.id("environments.dev.loki.enabled").check(true);
    page.wait_until("the verdict is another", || {
        steady(&page)[0] == "steady\ndoes not fit\n7 tasks on 2 instances"
    });
    assert_eq!(steady(&page)[1], "4352 of 4096");
    assert!(
        answer(&page).contains("dev does not fit"),
        "{}",
        answer(&page)
    );
    assert!(page.text().contains(
        "Does not fit, steady: the tasks request 4352 CPU units, but 2 × m8g.large have 4096"
    ));
    assert!(page.text().contains("Missing: 256 CPU units."));
    assert_eq!(row(&page, "Instances", "Not placed").len(), 5);
    page.screenshot("sizing-cannot");
    // What is wrong stands beside its field too.
    page.find("button", "Instances").click();
    let field = page.id("environments.dev.compute.instance_count");
    assert!(
        field
            .description()
            .contains("the tasks request 4352 CPU units"),
        "{}",
        field.description()
    );

    page.find("button", "Instances in dev: 3, +77 USD a month")
        .click();
    page.wait_until("it fits", || {
        steady(&page)[0] == "steady\nalways fits\n7 tasks on 3 instances"
    });
    assert_eq!(field.value(), "3");
    page.wait_until(
        "the heading has the focus, since the button is gone",
        || page.focused().text() == "Capacity of the main instances in dev",
    );
    assert!(
        answer(&page).contains("Everything fits"),
        "{}",
        answer(&page)
    );
    assert_eq!(rows(&page, "Instances").len(), 3);
    page.screenshot("sizing");
    page.prefer("prefers-color-scheme", "dark");
    page.screenshot("sizing-dark");
    page.find("button", "Undo").click();
    page.wait_until("it doesn't fit again", || {
        steady(&page)[0] == "steady\ndoes not fit\n7 tasks on 2 instances"
    });
}

/// Needed, default and advice of each quota of the account.
fn quotas(page: &Page) -> Vec<[String; 3]> {
    let all = rows(page, "Quotas of an account and region");
    let cells = |row: Vec<String>| {
        let [_label, _code, needed, default, advice] = row.try_into().unwrap();
        [needed, default, advice]
    };
    all.into_iter().map(cells).collect()
}

#[test]
fn what_the_account_must_allow_is_shown() {
    const MORE: &str = "request an increase before the first apply";
    const ALL: &str = "all of the default: nothing else may use any";
    const LESS: &str = "within the default";
    let page = open();
    assert!(page.has("heading", "dev, bench, prod in eu-west-1"));
    assert_eq!(
        quotas(&page),
        [
            ["286", "5", MORE],
            ["5", "5", ALL],
            ["3", "5", LESS],
            ["3", "5", LESS],
            ["240", "5,000", LESS],
            ["12", "50", LESS],
        ]
    );
    assert_eq!(
        rows(&page, "Quotas of an account and region")[0][1],
        "L-1216C47A"
    );
    picture_of(&page, "Quotas of an account and region", "quotas");
    let page = Page::open_at("#v=1&preset=standard&environments.dev.network.nat=per-az");
    page.open_pane("Sizing");
    page.wait_until("one more address is too many", || {
        quotas(&page)[1] == ["6", "5", MORE]
    });
}

#[test]
fn a_task_in_a_bar_is_as_long_as_what_it_takes() {
    let page = open();
    let lengths = page.find("group", "Instances").evaluate(
        "const cell = arguments[0].querySelector('tbody td');
         return [cell.textContent.trim(), ...[...cell.querySelectorAll('rect')]
            .map((each) => `${each.getAttribute('class')} ${each.getAttribute('x') ?? 0} ${each.getAttribute('width')}`)]",
    );
    let lengths: Vec<String> = serde_json::from_value(lengths).unwrap();
    assert_eq!(
        lengths,
        [
            "2048 of 2048",
            "track 0 2048",
            "of-grafana 0 512",
            "of-history 512 1024",
            "of-ui 1536 512",
        ]
    );
    let tasks = row(&page, "Instances", "1 in eu-west-1a").pop().unwrap();
    assert_eq!(tasks, "grafana history ui");
    picture_of(&page, "Instances", "sizing-instances");
}

#[test]
fn connections_are_told_against_the_limit() {
    let page = open();
    page.find("group", "Environment sized")
        .find("button", "prod")
        .click();
    page.wait_until("prod is shown", || {
        page.has("heading", "DSQL connections of prod")
    });
    assert_eq!(
        rows(&page, "Connection budget"),
        [
            ["Steady", "2250 of 10000"],
            ["One service deployed, at most", "2790 of 10000"],
            ["All deployed at once", "3570 of 10000"],
        ]
    );
    assert_eq!(
        row(&page, "Connections by service", "history")[1..],
        ["6", "4 × 20 + 100", "1080", "1620"]
    );
    assert!(
        page.text()
            .contains("A cold start opens 1200 connections in 12.0 s."),
        "{}",
        page.text()
    );
    picture_of(&page, "Connection budget", "sizing-connections");
}

#[test]
fn a_throughput_target_is_set_in_one_step_and_undone() {
    let page = open();
    let rate = page.field("Workflows per second");
    rate.select("200");
    page.wait_until("it is refused", || {
        page.text()
            .contains("Too many for profile dev: choose an environment with profile bench or prod.")
    });
    rate.select("100");
    page.wait_until("what is known is told", || {
        page.text()
            .contains("the author asked for 150 and measured 137")
    });
    assert_eq!(
        row(&page, "Values of the target", "History: Tasks"),
        ["History: Tasks", "1", "6", "recommended"]
    );
    picture_of(&page, "Values of the target", "sizing-target");
    page.find("button", "Size dev for 100 workflows per second")
        .click();
    page.wait_until("it is done", || {
        page.text().contains("dev has these sizes already.")
    });
    assert!(
        page.text()
            .contains("dev sized for 100 workflows per second")
    );
    assert!(
        answer(&page).contains("Everything fits"),
        "{}",
        answer(&page)
    );
    page.find("button", "History").click();
    let count: Element<'_> = page.id("environments.dev.history.count");
    assert_eq!(count.value(), "6");
    page.find("button", "Undo").click();
    page.wait_until("all is as before", || count.value() == "1");
    assert!(!page.find("button", "Undo").is_enabled());
}

#[test]
fn the_answer_leads_to_what_does_not_fit() {
    let page = Page::open();
    page.find("button", "Instances").click();
    let field = page.id("environments.prod.compute.instance_count");
    field.fill("2");
    field.press(browser_tests::Key::Tab);
    page.wait_until("the answer says so", || {
        answer(&page).contains("prod does not fit")
    });
    page.resize(390, 844);
    let link = page
        .all("button")
        .into_iter()
        .find(|button| button.name().ends_with("prod does not fit"))
        .expect("the answer leads to the pane");
    link.click();
    page.wait_until("prod is shown", || {
        page.has("heading", "Capacity of the main instances in prod")
    });
    page.screenshot("sizing-narrow");
}

#[test]
fn an_environment_that_is_not_sized_says_why() {
    let page = open();
    page.find("button", "History").click();
    let field = page.id("environments.dev.history.cpu");
    field.fill("1");
    field.press(browser_tests::Key::Tab);
    page.wait_until("it says why", || {
        page.text().contains("dev has values that are not allowed")
    });
    let page = Page::open_at("#v=1&preset=standard&environments.dev.enabled=false");
    page.open_pane("Sizing");
    page.wait_until("it says why", || {
        page.text().contains("dev is not in the download")
    });
    page.find("button", "Include dev").click();
    page.wait_until("it is sized", || {
        page.has("heading", "Capacity of the main instances in dev")
    });
}
