//! Links, files and zips that are opened, and what is wrong with some of them.

use std::fs;
use std::io::{Cursor, Write as _};

use browser_tests::Page;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::composing::exported;

#[test]
fn what_a_link_cannot_bring_is_listed() {
    let page = Page::open_at(
        "#v=1&preset=dev-lean&environments.dev.histroy.cpu=512&project=orders&tags=1",
    );
    assert_eq!(page.id("project").value(), "orders");
    let said = page.find("region", "Message").text();
    assert!(
        said.contains("The link was opened, but 2 parts of it could not be used."),
        "{said}"
    );
    assert!(
        said.contains(
            "there is no key environments.dev.histroy.cpu, so it was left out (did you mean"
        ),
        "{said}"
    );
    assert!(said.contains("tags is a table, not a value"), "{said}");
    page.screenshot("link-with-unknown-keys");
    page.find("button", "Close message").click();
    page.wait_until("the message is gone", || !page.has("region", "Message"));
}

#[test]
fn a_broken_or_hostile_link_says_why_and_leaves_the_default() {
    let too_long = format!(
        "#v=1&preset=standard&{}",
        "tags.x=%3Cscript%3E&".repeat(4000)
    );
    let environments: String = (0..800)
        .map(|index| format!("&environments.a{index}.profile=dev"))
        .collect();
    let too_many = format!("#v=1&preset=standard{environments}");
    for (link, why) in [
        (
            "#v=7&preset=standard",
            "it has version 7, but this program reads version 1",
        ),
        (
            "#v=1&preset=%3Cimg%20onerror=x%3E",
            "there is no preset %3Cimg%20onerror=x%3E",
        ),
        ("#v=1", "it does not begin with #v=1&preset="),
        (&too_long, "it has 80020 bytes; the limit is 65536"),
        (
            &too_many,
            "it has more than 32 environments, which is the limit of a composition",
        ),
    ] {
        let page = Page::open_at(link);
        let said = page.find("region", "Message").text();
        assert!(
            said.contains("The link can't be opened: ") && said.contains(why),
            "{said}"
        );
        assert!(
            said.contains("The page shows the preset standard."),
            "{said}"
        );
        assert_eq!(page.id("project").value(), "temporal");
    }
}

#[test]
fn hostile_values_are_text_and_nothing_else() {
    let page = Page::open_at(
        "#v=1&preset=standard&project=%3Cimg%20src=x%20onerror=alert(1)%3E&tags.%22%3Cb%3E%22=%22%7D%22",
    );
    assert_eq!(page.id("project").value(), "<img src=x onerror=alert(1)>");
    assert!(!page.find("button", "Download zip").is_enabled());
    assert_eq!(
        page.evaluate("return document.querySelectorAll('img, b b').length", &[]),
        0
    );
}

/// How many environments the overview has.
fn environments(page: &Page) -> usize {
    let count = "return document.querySelectorAll('.environment-card').length";
    let found = page.evaluate(count, &[]).as_u64().unwrap_or_default();
    usize::try_from(found).unwrap_or_default()
}

#[test]
fn a_link_put_into_the_address_of_the_open_page_is_opened_and_can_be_undone() {
    let page = Page::open();
    page.evaluate("location.hash = '#v=1&preset=ha-prod&project=orders'", &[]);
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    page.find("button", "Undo").click();
    page.wait_until("the former is back", || {
        page.id("project").value() == "temporal" && environments(&page) == 3
    });
    // What is no link of a composition is left alone.
    page.evaluate("location.hash = '#preview'", &[]);
    page.evaluate("location.hash = '#v=1&preset=nothing'", &[]);
    page.wait_until("a broken one says why", || {
        page.text().contains("there is no preset nothing")
    });
    assert_eq!(page.id("project").value(), "temporal");
}

#[test]
fn a_link_put_into_the_address_is_opened_though_the_page_replaces_it_before_the_event() {
    let page = Page::open();
    page.evaluate(
        "location.hash = '#v=1&preset=ha-prod&project=orders';
         history.replaceState(null, '', '#v=1&preset=standard')",
        &[],
    );
    page.wait_until("it is opened", || page.id("project").value() == "orders");
}

/// Puts a link into the address while the page has a change to write there, and leaves the page once `wait` has come true:
/// the link must still be there, since a browser that loads the page again loads it with that.
#[track_caller]
fn put_in_and_leave(wait: &str) -> Page {
    const LINK: &str = "#v=1&preset=ha-prod";
    let page = Page::open();
    page.id("project").fill("orders");
    // The page writes its address once a change is painted, at the latest when it is left.
    let left_with = page.evaluate(
        &format!(
            "document.activeElement.blur();
             await new Promise((done) => setTimeout(done));
             location.hash = '{LINK}';
             {wait};
             dispatchEvent(new PageTransitionEvent('pagehide'));
             return location.hash"
        ),
        &[],
    );
    assert_eq!(left_with, LINK);
    page.wait_until("it is opened", || {
        page.id("project").value() == "temporal" && environments(&page) == 1
    });
    page
}

#[test]
fn a_link_put_into_the_address_stays_though_the_page_is_left_before_the_event() {
    let page = put_in_and_leave("");
    page.find("button", "Undo").click();
    page.wait_until("the work before it is back", || {
        page.id("project").value() == "orders"
    });
    page.wait_until("the address follows it", || {
        page.current_url().contains("project=orders")
    });
}

#[test]
fn a_link_put_into_the_address_stays_though_the_page_is_left_right_after_the_event() {
    put_in_and_leave("await new Promise((done) => addEventListener('hashchange', done))");
}

#[test]
fn a_spec_is_opened_by_the_button() {
    let page = Page::open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let text = "version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n";
    fs::write(&file, text).unwrap();
    page.css("input[type=file]")
        .type_text(file.to_str().unwrap());
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    assert!(
        page.find("region", "Message")
            .text()
            .contains("Opened my.toml.")
    );
    let zip = page.download_bytes(|| page.find("button", "Download zip").click());
    assert!(zip == exported(&["--spec", file.to_str().unwrap()]));
}

#[test]
fn a_zip_is_opened_when_it_is_dropped() {
    let page = Page::open();
    let zip = exported(&["--preset", "dev-lean", "--set", "project=orders"]);
    page.drop_file("orders-terraform.zip", &zip);
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    assert!(!page.has("region", "prod"));
    page.screenshot("zip-opened");
    let again = page.download_bytes(|| page.find("button", "Download zip").click());
    assert!(again == zip, "what is opened is downloaded as it was");
    page.find("button", "Close").click();

    // From now on the tree says what another export would change in it.
    assert_eq!(page.field("Compare with").value(), "opened");
    let files = page.find("region", "Files");
    assert!(files.text().contains("no file changed"), "{}", files.text());
    page.id("environments.dev.ui.enabled").check(false);
    page.id("project").fill("other");
    page.evaluate("document.activeElement.blur()", &[]);
    page.wait_until("it counts both steps", || {
        files.text().contains(" removed") && page.has("treeitem", "composition.toml, changed")
    });
}

#[test]
fn a_file_that_cannot_be_opened_says_where_and_costs_nothing() {
    let page = Page::open_at("#v=1&preset=standard&project=mine");
    for (name, bytes, why) in [
        (
            "my.toml",
            b"version = 1\nprojekt = 1\n".as_slice(),
            "Line 2, column 1: there is no key projekt (did you mean project?)",
        ),
        (
            "my.toml",
            b"version = ",
            "Line 1, column 11: not valid TOML",
        ),
        ("a.png", &[0x89, 0x50, 0xff], "it is neither text nor a zip"),
        (
            "a.zip",
            b"PK\x03\x04 half",
            "it is not a zip, or it is incomplete",
        ),
    ] {
        page.drop_file(name, bytes);
        page.wait_until(why, || {
            page.has("region", "Message") && page.find("region", "Message").text().contains(why)
        });
        let said = page.find("region", "Message").text();
        assert!(said.contains("Your composition stays as it is."), "{said}");
        assert_eq!(page.id("project").value(), "mine");
    }
    page.screenshot("file-refused");
    assert!(!page.find("button", "Undo").is_enabled());
}

/// A zip with an empty file at each of these paths.
fn zip_of(paths: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for path in paths {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        if path.ends_with("composition.toml") {
            zip.write_all(
                b"version = 1\nproject = \"deep\"\nregion = \"eu-west-1\"\n[environments.dev]\n",
            )
            .unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_of_hostile_size_are_refused_and_the_page_goes_on() {
    let page = Page::open_at("#v=1&preset=standard&project=mine");
    let deep = "a/".repeat(4_000) + "b";
    let keys: String = (0..60_000).map(|key| format!("k{key} = 1\n")).collect();
    let json: Vec<String> = (0..80_000).map(|key| format!("\"k{key}\":1")).collect();
    let environments: String = (0..800)
        .map(|index| format!("[environments.e{index}]\n"))
        .collect();
    for (name, bytes, why) in [
        (
            "deep.zip",
            zip_of(&["composition.toml", &deep]),
            "is too long: the limits of a path are 16 parts and 255 bytes",
        ),
        (
            "keys.toml",
            format!("version = 1\n{keys}").into_bytes(),
            "keys.toml was not opened: it has 100 errors.",
        ),
        (
            "keys.json",
            format!("{{\"version\":1,{}}}", json.join(",")).into_bytes(),
            "keys.json was not opened: it has 100 errors.",
        ),
        (
            "many.toml",
            format!("version = 1\n{environments}").into_bytes(),
            "a spec has at most 32 environments, and e127 is one more",
        ),
        (
            "large.toml",
            vec![b'#'; 1024 * 1024 + 1],
            "the text has 1048577 bytes, and of a spec at most 1048576 are read",
        ),
    ] {
        page.drop_file(name, &bytes);
        page.wait_until(why, || {
            page.has("region", "Message") && page.find("region", "Message").text().contains(why)
        });
        assert_eq!(page.id("project").value(), "mine");
    }
    // It still works.
    page.drop_file(
        "a.zip",
        &zip_of(&["composition.toml", &("a/".repeat(15) + "b")]),
    );
    page.wait_until("it is opened", || page.id("project").value() == "deep");
    assert!(page.has("treeitem", &format!("{}b, removed", "a/".repeat(15))));
}

#[test]
fn a_spec_with_more_entries_than_are_allowed_is_opened_and_drawn_in_part() {
    let page = Page::open();
    let tags: String = (0..5_000).map(|tag| format!("k{tag} = \"v\"\n")).collect();
    let text = format!(
        "version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n[tags]\n{tags}"
    );
    page.drop_file("tags.toml", text.as_bytes());
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    page.find("button", "Tags").click();
    let tags = page.id("shared-tags");
    page.wait_until("the first are drawn", || {
        tags.text().contains("and 4950 more")
    });
    assert!(
        tags.text()
            .contains("5000 entries, but at most 40 are allowed"),
        "{}",
        tags.text()
    );
}
