//! The Code pane: its lines by keyboard, what a change did to them, and how long ones are shown.

use browser_tests::{Key, Page};
use serde_json::json;

/// The page with the source of a file in the Code pane.
fn open(path: &str) -> Page {
    let page = Page::open();
    page.open_pane("Code");
    show(&page, path);
    page
}

fn show(page: &Page, path: &str) {
    page.evaluate(
        "document.querySelector(`[role=treeitem][data-path=\"${arguments[0]}\"]`).click()",
        &[path.into()],
    );
    page.wait_until("the file is shown", || page.css(".path").text() == path);
}

/// The marked lines of the gutter: `57~`, `58+`, `60−25`.
fn marks(page: &Page) -> Vec<String> {
    let found = page.evaluate(
        "return [...document.querySelectorAll('.listing .code-line')].flatMap((line, index) => {
             const kind = line.matches('.new-line') ? '+' : line.matches('.changed-line') ? '~' : '';
             const gone = line.querySelector('.gutter').dataset.gone ?? '';
             return kind || gone ? [`${index + 1}${kind}${gone}`] : [];
         })",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

/// The number and text of the line that the keys have reached, and whether it is in view.
fn current(page: &Page) -> (String, bool) {
    let found = page.evaluate(
        "const line = document.getElementById('current-line');
         const [at, listing] = [line, document.querySelector('.listing')].map((each) => each.getBoundingClientRect());
         const number = [...document.querySelectorAll('.listing .code-line')].indexOf(line) + 1;
         return [`${number} ${line.textContent.trim()}`, at.top >= listing.top - 1 && at.bottom <= Math.min(listing.bottom, innerHeight) + 1]",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

const MAIN: &str = "terraform/envs/bench/main.tf";

#[test]
fn a_change_marks_its_lines_and_the_first_comes_into_view() {
    let page = open(MAIN);
    assert_eq!(marks(&page), Vec::<String>::new());
    page.id("environments.bench.loki.enabled").check(false);
    page.wait_until("what is gone is marked", || {
        marks(&page).iter().any(|mark| mark.contains('−'))
    });
    page.wait_until("the first change is in view", || {
        page.text().contains("Change 1 of ") && current(&page).1
    });
    let first = current(&page).0;
    page.find("button", "Next change").click();
    page.wait_until("the next one is in view", || {
        let (text, is_seen) = current(&page);
        text != first && is_seen
    });
    assert!(
        page.text()
            .contains("since the version before the last change")
    );
    for (width, height) in [(320, 640), (1024, 768), (1920, 1080)] {
        page.resize(width, height);
        page.screenshot(&format!("code-changed-{width}"));
        page.prefer("prefers-color-scheme", "dark");
        page.screenshot(&format!("code-changed-{width}-dark"));
        page.prefer("prefers-color-scheme", "light");
    }
    page.resize(1440, 900);
    page.find("button", "Undo").click();
    page.wait_until("what came back is marked as new", || {
        marks(&page).iter().any(|mark| mark.ends_with('+'))
    });
    page.prefer("forced-colors", "active");
    page.screenshot("code-changed-forced-colours");
}

#[test]
fn the_open_file_stays_or_that_which_changed_most_comes() {
    let page = open("terraform/envs/prod/main.tf");
    page.id("environments.bench.loki.enabled").check(false);
    page.wait_until("the step is done", || {
        page.text().contains("Loki in bench: off")
    });
    assert_eq!(page.css(".path").text(), "terraform/envs/prod/main.tf");
    let toggle = page.find("button", "Follow changes");
    toggle.click();
    page.wait_until("it is on", || {
        toggle.attribute("aria-pressed").as_deref() == Some("true")
    });
    page.find("button", "Undo").click();
    page.wait_until("the file that changed most has come", || {
        page.css(".path").text() == "terraform/envs/bench/variables.tf"
    });
    page.reload();
    page.open_pane("Code");
    assert_eq!(
        page.find("button", "Follow changes")
            .attribute("aria-pressed")
            .as_deref(),
        Some("true"),
        "it is remembered"
    );
}

#[test]
fn the_listing_is_one_tab_stop_and_enter_explains_a_line() {
    let page = open("terraform/envs/dev/terraform.tfvars");
    page.find("button", "Copy").press(Key::Tab);
    page.wait_until("the listing has the focus", || {
        page.focused().name() == "Lines of terraform/envs/dev/terraform.tfvars"
    });
    page.press(&[Key::End]);
    let last = page.evaluate(
        "const lines = [...document.querySelectorAll('.listing .code-line')];
         return `${lines.length} ${lines.at(-1).textContent.trim()}`",
        &[],
    );
    page.wait_until("the last line is reached and in view", || {
        current(&page) == (last.as_str().unwrap().to_owned(), true)
    });
    page.press(&[Key::Home]);
    for _ in 0..2 {
        page.press(&[Key::Down]);
    }
    page.press(&[Key::Enter]);
    page.wait_until("the third line is explained", || {
        page.css(".why").text().starts_with("Line 3 ")
    });
    // Nothing else in it takes a tab stop, and what takes a click is large enough.
    let found = page.evaluate(
        "const listing = document.querySelector('.listing');
         const gutter = listing.querySelector('.gutter').getBoundingClientRect();
         return [listing.querySelectorAll('[tabindex], button, a').length, gutter.width >= 24, gutter.height >= 24]",
        &[],
    );
    assert_eq!(found, serde_json::json!([0, true, true]));
    page.evaluate(
        "document.querySelectorAll('.listing .gutter')[4].click()",
        &[],
    );
    page.wait_until("a click on a number explains its line", || {
        page.css(".why").text().starts_with("Line 5 ")
    });
    page.screenshot("code-explained");
}

#[test]
fn long_lines_wrap_on_demand_and_numbers_stay_beside_their_lines() {
    let page = open("terraform/envs/prod/outputs.tf");
    let is_wide = || {
        page.css(".listing")
            .evaluate("return arguments[0].scrollWidth > arguments[0].clientWidth")
            == true
    };
    page.wait_until("long lines go on to the right", is_wide);
    page.css(".listing")
        .evaluate("arguments[0].scrollLeft = 300");
    page.wait_until("the numbers stay in view", || {
        page.evaluate(
            "const [listing, gutter] = ['.listing', '.gutter'].map((name) => document.querySelector(name).getBoundingClientRect());
             return Math.abs(listing.left - gutter.left) < 2",
            &[],
        ) == true
    });
    let in_the_first_frame = page.find("button", "Wrap").evaluate(
        "const [button] = arguments;
         button.click();
         return new Promise((done) => requestAnimationFrame(() => done([
           button.getAttribute('aria-pressed'), document.querySelector('.listing.wraps') !== null,
         ])))",
    );
    assert_eq!(in_the_first_frame, json!(["true", false]));
    page.wait_until("they wrap", || !is_wide());
    let heights = page
        .css("#preview")
        .evaluate("return [arguments[0].scrollHeight, arguments[0].clientHeight]");
    assert_eq!(heights[0], heights[1], "nothing is below the pane");
    page.screenshot("code-wrapped");
    page.reload();
    page.open_pane("Code");
    page.wait_until("it is remembered", || {
        page.find("button", "Wrap")
            .attribute("aria-pressed")
            .as_deref()
            == Some("true")
    });
}

#[test]
fn a_comparison_has_the_earlier_and_the_later_number_of_each_line() {
    let page = open(MAIN);
    page.id("environments.bench.loki.enabled").check(false);
    page.wait_until("the step is done", || {
        page.text().contains("Loki in bench: off")
    });
    page.open_pane("Changes");
    page.resize(1024, 768);
    let rows = || {
        let found = page.evaluate(
            "return [...document.querySelectorAll('.diff > [role=row]:not(.heads, .fold)')].slice(0, 12).map((row) =>
                 [...row.children].filter((cell) => cell.offsetParent && !cell.matches('.none')).map((cell) =>
                     [...cell.querySelectorAll('.line-number')].filter((each) => each.offsetParent)
                         .map((each) => each.textContent).join('|')).join(' '))",
            &[],
        );
        serde_json::from_value::<Vec<String>>(found).unwrap()
    };
    page.wait_until(
        "an unchanged line has both, one that is gone the earlier one",
        || {
            let rows = rows();
            rows.iter().any(|row| {
                let numbers: Vec<&str> = row.split('|').collect();
                numbers.len() == 2
                    && numbers[0].parse::<u32>().is_ok()
                    && numbers[1].parse::<u32>().is_ok()
            }) && rows.iter().any(|row| row.ends_with('|'))
        },
    );
    page.screenshot("diff-two-numbers");
}

#[test]
fn a_copied_file_says_so_until_it_is_another() {
    let page = Page::open();
    page.permit("clipboard-write", true);
    page.open_pane("Code");
    page.find("button", "Copy").click();
    page.wait_until("it says so", || page.has("button", "Copied"));
    page.find("treeitem", "composition.toml").click();
    page.wait_until("this one is not copied", || page.has("button", "Copy"));
    page.permit("clipboard-write", false);
    page.find("button", "Copy").click();
    page.wait_until("it says that it could not", || {
        page.has("button", "Not copied")
    });
}
