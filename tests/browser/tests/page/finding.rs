//! From a text to its lines, from an option to the lines it makes, and from a line back to why it is there.

use browser_tests::{Key, Page};

/// What the buttons of the places say.
fn places(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('.places button')].map((each) => each.textContent)",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

#[test]
fn a_text_is_found_in_all_files_by_keyboard() {
    let page = Page::open();
    page.open_pane("Code");
    let search = page.field("Find files, options, text");
    search.fill("TERRAFORM FMT");
    page.wait_until("it says that there is nothing", || {
        page.text().contains("No results for “TERRAFORM FMT”.")
    });
    search.fill("\"GATEWAY\"");
    page.wait_until("it says how much there is", || {
        page.text().contains("2 lines in 1 file")
    });
    assert_eq!(
        places(&page),
        [
            "23 …ws_vpc_endpoint\" \"gateway\" {",
            "27 …_endpoint_type = \"Gateway\"",
        ]
    );
    page.screenshot("search");
    let is_at = |line: &str| page.focused().text().starts_with(line);
    search.press(Key::Down);
    page.wait_until("the first place has the focus", || is_at("23"));
    page.focused().press(Key::Up);
    page.wait_until("the field has the focus", || search.is_focused());
    search.press(Key::Enter);
    page.focused().press(Key::Down);
    page.wait_until("the second place has the focus", || is_at("27"));
    page.focused().press(Key::Enter);
    page.wait_until(
        "the listing has the focus, and the line is its current one",
        || {
            page.has("heading", "terraform/modules/vpc/endpoints.tf")
                && page.focused().role() == "listbox"
                && current(&page) == 27
        },
    );
    search.press(Key::Escape);
    page.wait_until("the tree is back", || {
        page.has("tree", "Files of the composition")
    });
    assert_eq!(search.value(), "");
}

/// The number of the line that the keys have reached in the listing.
fn current(page: &Page) -> i64 {
    let found = page.evaluate(
        "const lines = [...document.querySelectorAll('.listing .code-line')];
         const current = document.querySelector('.listing').getAttribute('aria-activedescendant');
         return lines.indexOf(document.getElementById(current)) + 1",
        &[],
    );
    found.as_i64().unwrap_or_default()
}

#[test]
fn the_focus_stays_in_the_listing_when_a_shorter_file_comes() {
    let page = Page::open();
    page.open_pane("Code");
    page.find("button", "Source").click();
    // Neither moves the focus by itself.
    page.evaluate("document.getElementById('listing').focus()", &[]);
    page.press(&[Key::End]);
    page.wait_until("the last line is reached", || current(&page) > 20);
    page.evaluate(
        "[...document.querySelectorAll('[role=treeitem]')].find((item) => \
         item.textContent.includes('backend.tf')).click()",
        &[],
    );
    page.wait_until("the file is shown", || {
        page.css(".path").text().ends_with("/backend.tf")
    });
    assert_eq!(page.focused().role(), "listbox");
    let lines = page.evaluate(
        "return document.querySelectorAll('.listing .code-line').length",
        &[],
    );
    assert_eq!(lines, serde_json::json!(current(&page)));
}

#[test]
fn an_option_leads_to_its_lines_and_a_line_to_module_call_and_option() {
    let page = Page::open();
    page.open_pane("Code");
    page.find("button", "Benchmark").click();
    page.find("button", "Lines of Benchmark in dev").click();
    page.wait_until("what is off makes none", || {
        page.text().contains("No line comes from it at present.")
    });
    page.find("button", "Lines of Benchmark in bench").click();
    page.wait_until("its lines are listed", || {
        places(&page).contains(&"1–10 terraform {".to_owned())
    });
    let copied = page.find("region", "terraform/modules/benchmark/versions.tf");
    copied.find("button", "1–10 terraform {").click();
    page.wait_until("the line says why it is there", || {
        page.text().contains(
            "Line 1 is copied with the module benchmark, called in bench, \
             because of Benchmark in bench: on, the default.",
        )
    });
    page.screenshot("why-module");
    let call = page
        .all("button")
        .into_iter()
        .find(|button| button.name().starts_with("bench: line "))
        .expect("the call can be gone to");
    call.click();
    page.wait_until("the call is shown", || {
        page.has("heading", "terraform/envs/bench/main.tf")
            && page
                .css(".asked")
                .text()
                .ends_with("module \"benchmark\" {")
    });
    page.find("button", "Benchmark in bench").click();
    page.wait_until("the option has the focus", || {
        page.id("environments.bench.benchmark.enabled").is_focused()
    });
    page.find("button", "All files").click();
    page.wait_until("the tree is back", || {
        page.has("tree", "Files of the composition")
    });
}

/// Shows the file at `path`, which has `least` lines, and looks for the number of a line in its middle and at both ends.
fn check_numbers(page: &Page, path: &str, least: i64) {
    page.evaluate(
        "document.querySelector(`[data-path=\"${arguments[0]}\"]`).click()",
        &[path.into()],
    );
    page.wait_until("the file is shown", || page.css(".path").text() == path);
    for place in [0.0, 0.5, 1.0] {
        let found = page.evaluate(
            "const listing = document.querySelector('.listing');
             listing.scrollTop = arguments[0] * listing.scrollHeight;
             return new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
               const lines = [...listing.querySelectorAll('.code-line')];
               const { top, bottom } = listing.getBoundingClientRect();
               const seen = lines.filter((line) => {
                 const at = line.getBoundingClientRect();
                 return at.bottom > top && at.top < bottom;
               });
               lines.forEach((line) => delete line.dataset.probe);
               const probe = seen[Math.floor(seen.length / 2)];
               probe.dataset.probe = '';
               done({ lines: lines.length, seen: seen.length, number: lines.indexOf(probe) + 1 });
             })));",
            &[place.into()],
        );
        let number = |name: &str| found[name].as_i64().unwrap();
        assert!(number("lines") >= least, "{path}: {found}");
        assert!(number("seen") > 5, "{path} at {place}: {found}");
        // A line that comes into view has its number once it is drawn.
        page.wait_until("the line has its number", || {
            let texts = page.css(".code-line[data-probe]").texts();
            texts.first() == Some(&number("number").to_string())
        });
    }
}

#[test]
fn each_line_has_its_number_also_where_most_are_not_drawn() {
    let page = Page::open();
    page.open_pane("Code");
    check_numbers(&page, "terraform/envs/prod/main.tf", 190);
    check_numbers(&page, "terraform/envs/dev/main.tf", 190);
    check_numbers(&page, "terraform/envs/dev/variables.tf", 250);
}

#[test]
fn lines_below_a_change_have_their_numbers_after_it() {
    let page = Page::open();
    page.open_pane("Code");
    let path = "terraform/envs/bench/main.tf";
    check_numbers(&page, path, 190);
    page.id("environments.bench.loki.enabled").check(false);
    page.wait_until("the step is done", || {
        page.text().contains("Loki in bench: off")
    });
    check_numbers(&page, path, 190);
}
