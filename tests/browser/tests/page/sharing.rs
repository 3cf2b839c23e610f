//! The work leaves the page: as a link, as a command, as a zip with what comes next.

use std::fs;
use std::process::Command;

use browser_tests::{Key, Page, cli};
use composer_core::archive::sha256;

use crate::composing::exported;

/// Leaves the field that has the focus, as a person does who goes on.
fn leave(page: &Page) {
    page.evaluate("document.activeElement.blur()", &[]);
}

fn close(page: &Page) {
    page.press(&[Key::Escape]);
    page.wait_until("the dialog is closed", || page.all("dialog").is_empty());
}

#[test]
fn the_address_follows_the_work_without_filling_the_history() {
    let page = Page::open();
    assert_eq!(page.current_url(), page.url());
    let length = page.evaluate("return history.length", &[]);
    page.id("environments.dev.ui.enabled").check(false);
    page.id("project").fill("orders");
    leave(&page);
    let expected = format!(
        "{}#v=1&preset=standard&environments.dev.ui.enabled=false&project=orders",
        page.url()
    );
    page.wait_until("the address has both", || page.current_url() == expected);
    assert_eq!(page.evaluate("return history.length", &[]), length);
    page.find("button", "Undo").click();
    page.wait_until("the address follows Undo", || {
        !page.current_url().contains("project")
    });
}

#[test]
fn a_shared_link_opens_the_same_composition() {
    let page = Page::open();
    page.permit("clipboard-write", true);
    page.permit("clipboard-read", true);
    page.id("project").fill("orders");
    leave(&page);
    page.find("button", "Share").click();
    let dialog = page.find("dialog", "Share");
    page.wait_until("it is copied", || {
        dialog.text().contains("Copied to the clipboard.")
    });
    let link = page.evaluate("return navigator.clipboard.readText()", &[]);
    let link = link.as_str().unwrap().to_owned();
    assert_eq!(dialog.field("Link").value(), link);
    page.screenshot("dialog-link");
    close(&page);
    page.wait_until("the focus is where it was", || {
        page.focused().name() == "Share"
    });

    // Somebody else, who has nothing kept.
    let other = Page::open_at(&link[page.url().len()..]);
    assert_eq!(other.id("project").value(), "orders");
    let zip = other.download_bytes(|| other.find("button", "Download zip").click());
    assert!(zip == exported(&["--preset", "standard", "--set", "project=orders"]));
    assert!(
        zip == exported(&["--link", &link]),
        "the tool takes links, too"
    );
}

#[test]
fn where_the_clipboard_is_refused_the_text_is_selected() {
    let page = Page::open();
    page.permit("clipboard-write", false);
    page.find("button", "Copy command").click();
    let dialog = page.find("dialog", "Copy command");
    page.wait_until("it says so", || {
        dialog
            .text()
            .contains("The browser blocked copying. The text is selected")
    });
    let field = dialog.field("Command");
    page.wait_until("it has the focus", || field.is_focused());
    page.wait_until("all of it is selected", || {
        page.evaluate("return getSelection().toString()", &[]) == field.value()
    });
    page.screenshot("dialog-clipboard-refused");
}

#[test]
fn the_copied_command_makes_the_bytes_of_the_download() {
    let page = Page::open_at(
        "#v=1&preset=standard&unset=environments.bench&environments.staging.profile=dev\
         &environments.staging.network.vpc_cidr=10.90.0.0/16\
         &tags.%22cost%20center%22=it%20=%20a+b&project=orders",
    );
    page.find("button", "Copy command").click();
    let command = page.find("dialog", "Copy command").field("Command").value();
    page.screenshot("dialog-command");
    close(&page);
    let folder = tempfile::tempdir().unwrap();
    let tool = cli();
    let tool = std::path::Path::new(tool.get_program());
    let path = format!(
        "{}:{}",
        tool.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("sh")
        .args(["-ec", &command])
        .current_dir(folder.path())
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let zip = page.download(|| page.find("button", "Download zip").click());
    assert!(fs::read(folder.path().join(&zip.name)).unwrap() == zip.bytes);
}

#[test]
fn after_a_download_stands_what_it_is_and_what_comes_next() {
    let page = Page::open();
    let zip = page.download(|| page.find("button", "Download zip").click());
    let dialog = page.find("dialog", "Downloaded");
    let text = dialog.text();
    assert!(text.contains(&sha256(&zip.bytes)), "{text}");
    assert!(text.contains("read back and verified"), "{text}");
    let (open, steps) = text
        .split_once("Next steps")
        .expect("what is open is first");
    assert!(open.contains("DSQL endpoint"), "{open}");
    page.screenshot("dialog-next");
    let is_wider = page.evaluate(
        "const dialog = document.querySelector('dialog');
         return dialog.scrollWidth > dialog.clientWidth",
        &[],
    );
    assert_eq!(is_wider, false, "the dialog scrolls sideways");

    // The commands are those of the README in the zip.
    let tree = composer_core::archive::open(&zip.bytes).unwrap().tree;
    let readme = &tree.file("README.md").unwrap().text;
    let (_, first_hour) = readme.split_once("## The first hour").unwrap();
    let blocks: Vec<&str> = first_hour
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| Some(block.split_once("\n```")?.0))
        .take(2)
        .collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        assert!(steps.contains(block), "{block}\nis not in\n{steps}");
    }

    dialog
        .all("button")
        .into_iter()
        .find(|button| button.text() == "DSQL endpoint")
        .expect("what is open leads to its field")
        .click();
    page.wait_until("the field has the focus", || {
        page.id("environments.dev.dsql.endpoint").is_focused()
    });
    assert!(page.all("dialog").is_empty());
}
