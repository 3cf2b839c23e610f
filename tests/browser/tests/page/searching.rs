//! What is typed into the search is answered at once: names first, lines once nobody has typed for a moment.

use browser_tests::{Key, Page};

#[test]
fn names_come_before_the_lines_are_looked_through() {
    let page = Page::open();
    page.open_pane("Code");
    let seen = page.evaluate(
        "const search = document.getElementById('search');
         search.value = 'loki.tf';
         search.dispatchEvent(new InputEvent('input', { bubbles: true }));
         return new Promise((done) => requestAnimationFrame(() => done(
             [document.querySelector('.places').innerText, document.getElementById('search-summary').innerText])))",
        &[],
    );
    let seen = seen.to_string();
    assert!(
        seen.contains("loki.tf") && seen.contains("Searching the lines"),
        "{seen}"
    );
    page.wait_until("the lines follow", || page.text().contains(" lines in "));
    page.screenshot("search-names");
    page.field("Find files, options, text").press(Key::Escape);
    page.wait_until("the tree is back", || {
        page.has("tree", "Files of the composition")
    });
}
