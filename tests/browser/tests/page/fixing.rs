//! What is wrong comes with its way out, and is said once.

use browser_tests::Page;

/// The texts of what this CSS selector finds.
fn texts(page: &Page, selector: &str) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll(arguments[0])].map((element) => element.innerText.trim())",
        &[selector.into()],
    );
    serde_json::from_value(found).unwrap()
}

const FIX: &str = "Fix: Instances in dev: 3, +77 USD a month";
const OTHER: &str = "Fix: Instance type in dev: c7g.xlarge, +80 USD a month";

#[test]
fn an_error_has_its_fixes_in_the_banner_in_problems_and_at_its_field() {
    let page = Page::open();
    page.id("environments.dev.loki.enabled").check(true);
    page.wait_until("the banner has the fixes", || {
        texts(&page, ".banner .fix") == [FIX, OTHER]
    });
    page.open_pane("Problems 1");
    page.wait_until("the pane has them", || {
        texts(&page, ".problems .fix") == [FIX, OTHER]
    });
    // The files have panes of their own.
    assert!(!page.id("files").is_shown());
    page.screenshot("fixes");

    // Following the error selects the value, to be typed over.
    page.css(".problems .way").click();
    let field = page.id("environments.dev.compute.instance_count");
    page.wait_until("the field has the focus", || field.is_focused());
    let selected = field.evaluate(
        "const field = arguments[0]; return field.value.slice(field.selectionStart, field.selectionEnd)",
    );
    assert_eq!(selected, "2");
    page.wait_until("the field has them", || {
        texts(&page, ".messages .fix") == [FIX, OTHER]
    });
    page.css(".messages .fix:first-child").click();
    page.wait_until("it is fixed", || {
        field.value() == "3" && texts(&page, ".banner").is_empty()
    });
    assert_eq!(texts(&page, ".fix"), [""; 0]);
    page.wait_until("the field has the focus", || field.is_focused());
}

#[test]
fn what_is_wrong_in_several_environments_is_said_and_fixed_once() {
    let page = Page::open_at(
        "#v=1&preset=standard&environments.prod.network.nat=single&environments.staging.profile=prod\
         &environments.staging.network.nat=single&environments.staging.network.vpc_cidr=10.40.0.0/16",
    );
    // What is open counts once, too.
    page.open_pane("Problems");
    page.wait_until("the pane is shown", || page.has("heading", "Warnings (1)"));
    assert_eq!(texts(&page, ".problems .warning .also .way"), ["staging"]);
    page.find("button", "Network: NAT in staging").click();
    page.wait_until("the way leads there", || {
        page.id("environments.staging.network.nat").is_focused()
    });
    page.wait_until("one fix is for both", || {
        texts(&page, ".problems .warning .fix")
            == ["Fix: Network: NAT in prod: per-az, Network: NAT in staging: per-az, +155 USD a month"]
    });
    page.screenshot("grouped-problems");
    page.css(".problems .warning .fix").click();
    page.wait_until("nothing is wrong any more", || {
        !page.has("heading", "Warnings (1)")
    });
    assert_eq!(
        page.id("environments.staging.network.nat").value(),
        "per-az"
    );
}

#[test]
fn beside_an_error_nothing_is_said_to_fit() {
    let page =
        Page::open_at("#v=1&preset=standard&environments.prod.network.vpc_cidr=10.10.0.0/16");
    page.wait_until("the error is told", || {
        texts(&page, ".banner")
            .iter()
            .any(|text| text.contains("overlaps"))
    });
    assert!(!page.text().contains("Everything fits"), "{}", page.text());
    page.wait_until("it is fixed", || {
        texts(&page, ".banner .fix")
            .first()
            .is_some_and(|text| text.starts_with("Fix: "))
    });
    page.css(".banner .fix:first-of-type").click();
    page.wait_until("all fits", || page.text().contains("Everything fits"));
}
