//! What is typed applies while it is typed, as one step.

use browser_tests::{Key, Page};

const COUNT: &str = "environments.dev.compute.instance_count";

fn open_with_error() -> Page {
    let page = Page::open_at("#v=1&preset=standard&environments.dev.loki.enabled=true");
    page.find("button", "1 error in Instances").click();
    page.wait_until("the field has the focus", || page.id(COUNT).is_focused());
    page
}

#[test]
fn a_value_applies_without_leaving_its_field() {
    let page = open_with_error();
    let field = page.id(COUNT);
    field.fill("3");
    page.wait_until("it applies", || page.text().contains("Everything fits"));
    assert!(field.is_focused());
    // What is typed on is of the same step, and the field shows it as it is typed.
    field.press(Key::Backspace);
    page.wait_until("the default holds", || {
        page.find("region", "Answer")
            .text()
            .contains("dev does not fit")
    });
    assert_eq!(field.value(), "");
    field.type_text("04");
    page.wait_until("it applies", || page.text().contains("Everything fits"));
    assert_eq!(field.value(), "04");
    page.screenshot("typing");
    field.press(Key::Tab);
    page.wait_until("it is shown as the value that it is", || {
        field.value() == "4"
    });
    page.find("button", "Undo").click();
    page.wait_until("one step is taken back", || {
        field.value() == "2" && !page.find("button", "Undo").is_enabled()
    });
}

#[test]
fn a_field_that_is_left_empty_shows_what_holds() {
    let page = Page::open();
    page.find("button", "Instances").click();
    let field = page.id(COUNT);
    field.fill("");
    // Longer than it takes to apply.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(field.value(), "");
    field.press(Key::Tab);
    page.wait_until("the default is shown", || field.value() == "2");
}

#[test]
fn a_tag_applies_as_it_is_typed() {
    let page = Page::open_at("#v=1&preset=standard&tags.team=a");
    page.find("button", "1 changed in Tags").click();
    let field = page.id("tags.team");
    field.fill("payments");
    page.wait_until("the address has it", || {
        page.current_url().ends_with("tags.team=payments")
    });
    assert!(field.is_focused());
}

#[test]
fn a_message_goes_with_the_next_change() {
    let page = Page::open();
    page.drop_file(
        "a.toml",
        b"version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n",
    );
    page.wait_until("it is opened", || page.has("region", "Message"));
    page.id("environments.dev.ui.enabled").check(false);
    page.wait_until("the message is gone", || !page.has("region", "Message"));
}

#[test]
fn the_download_says_at_once_that_it_is_prepared() {
    let page = Page::open();
    let zip = page.download(|| {
        let said = page.evaluate(
            "const button = document.getElementById('download');
             button.click();
             return new Promise((done) => requestAnimationFrame(() => done(button.innerText.trim())))",
            &[],
        );
        assert_eq!(said, "Preparing…");
    });
    assert_eq!(zip.name, "temporal-terraform.zip");
    page.find("button", "Close").click();
    page.wait_until("it can be asked for again", || {
        page.find("button", "Download zip").is_enabled()
    });
}
