//! What somebody meets first: the question with its prices, the answer, the frame at every width, the theme, the keys.

use browser_tests::{Key, Page};
use serde_json::{Value, json};

/// What stands below a choice of the question.
fn consequence(page: &Page, label: &str) -> String {
    let found = page.evaluate(
        "const label = [...document.querySelectorAll('.radios label')]
             .find((each) => each.firstElementChild.nextSibling.textContent.trim() === arguments[0]);
         return label?.querySelector('small').textContent",
        &[label.into()],
    );
    found.as_str().unwrap_or_default().to_owned()
}

fn choose(page: &Page, label: &str) {
    page.evaluate(
        "[...document.querySelectorAll('.radios label')]
             .find((each) => each.firstElementChild.nextSibling.textContent.trim() === arguments[0]).click()",
        &[label.into()],
    );
}

fn is_checked(page: &Page, label: &str) -> bool {
    page.evaluate(
        "return [...document.querySelectorAll('.radios label')]
             .find((each) => each.firstElementChild.nextSibling.textContent.trim() === arguments[0])
             .querySelector('input').checked",
        &[label.into()],
    ) == true
}

/// What the card of an environment says that it costs.
fn price(page: &Page, environment: &str) -> String {
    let card = page.find("region", environment).text();
    let line = card.lines().find(|line| line.contains("USD a month"));
    line.unwrap_or(&card).replace(" a month", "")
}

/// Presses keys wherever the focus is.
fn press(page: &Page, key: &str, is_with_control: bool) {
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
             { key: arguments[0], ctrlKey: arguments[1], bubbles: true, cancelable: true }))",
        &[key.into(), is_with_control.into()],
    );
}

#[test]
fn a_choice_costs_what_it_said_before_it_was_made() {
    let page = Page::open();
    page.screenshot("first-sight");
    for (label, other) in [("50", "Default"), ("400", "50"), ("Default", "400")] {
        let told = consequence(&page, label);
        assert!(is_checked(&page, other));
        choose(&page, label);
        page.wait_until("the choice is made", || {
            is_checked(&page, label) && price(&page, "prod") == told
        });
    }
    assert_eq!(
        page.current_url().split('#').nth(1),
        Some("v=1&preset=standard")
    );
    choose(&page, "200");
    page.wait_until("what has no place in dev is refused", || {
        consequence(&page, "Downtime is fine") == "up to 100 a second"
    });
    // A moment later the other prices are those beside 200 a second.
    page.wait_until("the prices are worked out", || {
        consequence(&page, "No downtime on deploys") == "3 zones, 7,705 USD"
    });
    let told = consequence(&page, "No downtime on deploys");
    choose(&page, "No downtime on deploys");
    page.wait_until("the profile is another", || {
        told.ends_with(&price(&page, "prod")) && is_checked(&page, "No downtime on deploys")
    });
    page.field("For").select("dev");
    page.wait_until("it is about dev", || {
        consequence(&page, "200") == "needs bench or prod" && is_checked(&page, "Downtime is fine")
    });
    assert!(
        page.find("region", "Answer")
            .text()
            .contains("Profile bench in prod")
    );
    page.find("button", "Undo").click();
    page.find("button", "Undo").click();
    page.wait_until("all is as before", || price(&page, "prod") == "2,502 USD");
}

#[test]
fn the_question_closes_and_says_what_was_answered() {
    let page = Page::open();
    page.find("button", "Hide").click();
    page.wait_until("the answer stands in a line", || {
        page.has("heading", "prod: default sizes, survives a lost zone")
    });
    page.screenshot("question-closed");
    page.find("button", "Change").click();
    page.wait_until("the question is back", || {
        page.has("heading", "How many workflows a second, and how available?")
    });
    // Who comes with a composition has answered it.
    let page = Page::open_at("#v=1&preset=ha-prod&project=orders");
    assert!(page.has("heading", "prod: default sizes, survives a lost zone"));
}

#[test]
fn a_change_has_its_price_its_resources_and_its_files_in_the_answer() {
    let page = Page::open();
    page.find("button", "Network").click();
    page.id("environments.dev.network.endpoints").click();
    let answer = page.find("region", "Answer");
    page.wait_until("the change is told", || {
        let text = answer.text();
        text.contains("+193 USD")
            && text.contains("Interface endpoints in dev: on")
            && text.contains("+14 resources")
    });
    page.find("button", "5 files").click();
    assert!(page.has("heading", "Files"));
}

#[test]
fn a_theme_is_shown_before_anything_is_painted_and_kept() {
    let page = Page::open();
    let theme = || page.evaluate("return document.documentElement.dataset.theme ?? null", &[]);
    let ground = || {
        page.evaluate(
            "return getComputedStyle(document.documentElement).backgroundColor",
            &[],
        )
    };
    let light = ground();
    page.find("button", "Theme: as the system").click();
    page.wait_until("it is light", || theme() == "light");
    assert_eq!(ground(), light);
    page.find("button", "Theme: light").click();
    page.wait_until("it is dark", || theme() == "dark");
    let dark = ground();
    assert_ne!(dark, light);
    page.screenshot("theme-dark");
    page.before_each_document(
        "new MutationObserver(() => {
             if (document.body) globalThis.atFirst ??= document.documentElement.dataset.theme ?? 'none';
         }).observe(document, { childList: true, subtree: true })",
    );
    page.reload();
    assert_eq!(page.evaluate("return globalThis.atFirst", &[]), "dark");
    assert_eq!(ground(), dark);
    page.find("button", "Theme: dark").click();
    page.wait_until("it is the system's", || theme() == Value::Null);
    assert_eq!(page.evaluate("return localStorage.length", &[]), 0);
}

#[test]
fn nothing_is_cut_off_or_out_of_reach_at_any_width() {
    let page = Page::open();
    for (width, height) in [
        (320, 256),
        (390, 844),
        (844, 390),
        (799, 600),
        (800, 600),
        (1024, 768),
        (1400, 900),
        (1920, 1080),
    ] {
        page.resize(width, height);
        page.open_pane("Overview");
        let at = format!("{width} × {height}");
        let found = page.evaluate(
            "scrollTo(0, 0);
             const bottom = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
             return {
                 overflow: document.documentElement.scrollWidth - innerWidth,
                 answer: bottom('.answer') <= innerHeight,
                 download: bottom('.download') <= innerHeight,
                 footer: document.querySelector('footer').offsetHeight,
                 cut: ['footer', '.top', '.brand', '[role=tablist]'].filter((selector) => {
                     const found = document.querySelector(selector);
                     return found.scrollWidth > found.clientWidth;
                 }).join(),
                 answerHeight: document.querySelector('.answer').offsetHeight,
             }",
            &[],
        );
        assert!(found["overflow"].as_i64().unwrap() <= 0, "{at}: {found}");
        assert_eq!(
            (&found["answer"], &found["download"]),
            (&json!(true), &json!(true)),
            "{at}"
        );
        assert!(found["footer"].as_i64().unwrap() <= 48, "{at}: {found}");
        assert_eq!(found["cut"], "", "{at}");
        if height == 256 {
            assert!(
                found["answerHeight"].as_i64().unwrap() <= 48,
                "{at}: {found}"
            );
        }
        page.screenshot(&format!("width-{width}x{height}"));
        // The files are there at every width.
        page.open_pane("Code");
        assert!(page.find("treeitem", "README.md").is_shown(), "{at}");
        let overflow = page.evaluate(
            "return document.documentElement.scrollWidth - innerWidth",
            &[],
        );
        assert!(overflow.as_i64().unwrap() <= 0, "{at}: {overflow}");
        page.screenshot(&format!("width-{width}x{height}-code"));
        let is_narrow = page.has("tab", "Options");
        assert_eq!(is_narrow, width < 800 || height < 416, "{at}");
        if is_narrow {
            // A pane that is chosen is in sight, though the question fills the screen.
            page.wait_until(&format!("the pane is in sight at {at}"), || {
                let above = page.evaluate(
                    "return document.getElementById('panel').getBoundingClientRect().top / innerHeight",
                    &[],
                );
                above.as_f64().is_some_and(|share| (0.0..0.5).contains(&share))
            });
            page.open_pane("Options");
            let size = page.evaluate(
                "return getComputedStyle(document.getElementById('project')).fontSize",
                &[],
            );
            if width < 800 {
                assert_eq!(size, "16px", "{at}");
            }
            page.screenshot(&format!("width-{width}x{height}-options"));
        }
    }
}

#[test]
fn keys_find_go_through_changes_download_and_explain_themselves() {
    let page = Page::open();
    press(&page, "/", false);
    let search = page.field("Find files, options, text");
    page.wait_until("the field has the focus", || search.is_focused());
    search.fill("loki.tf");
    page.wait_until("the file is found by its name", || {
        page.has("region", "Files by name")
    });
    search.press(Key::Enter);
    page.focused().press(Key::Enter);
    page.wait_until("the file is shown", || {
        page.has("heading", "terraform/modules/observability/loki.tf")
    });
    // In a text `/` is a letter; with Ctrl it is a command there too.
    page.id("project").fill("a");
    page.id("project").type_text("/");
    assert_eq!(page.id("project").value(), "a/");
    page.id("project").fill("temporal");
    press(&page, "k", true);
    let search = page.field("Find files, options, text");
    page.wait_until("the field has the focus", || search.is_focused());
    search.fill("History shards");
    page.wait_until("the option is found", || {
        page.has("region", "Options by name")
    });
    page.find("region", "Options by name").all("button")[0].click();
    page.wait_until("it has the focus", || {
        page.id("environments.dev.history_shards").is_focused()
    });

    page.field("Find files, options, text").fill("");
    page.evaluate("document.activeElement.blur()", &[]);
    page.id("environments.prod.loki.enabled").click();
    press(&page, "]", false);
    page.wait_until("the changes are shown", || {
        page.css("#tab-diff").attribute("aria-selected").as_deref() == Some("true")
    });
    page.find("treeitem", "terraform/envs/prod/main.tf, changed")
        .click();
    page.evaluate("document.activeElement.blur()", &[]);
    press(&page, "]", false);
    page.wait_until("the first change has the focus", || {
        page.focused().attribute("id").as_deref() == Some("change-1")
    });
    press(&page, "]", false);
    page.wait_until("the next has the focus", || {
        page.focused().attribute("id").as_deref() == Some("change-2")
    });
    press(&page, "[", false);
    page.wait_until("the first has the focus again", || {
        page.focused().attribute("id").as_deref() == Some("change-1")
    });
    let zip = page.download(|| press(&page, "Enter", true));
    assert_eq!(zip.name, "temporal-terraform.zip");
    page.find("button", "Close").click();

    press(&page, "?", false);
    let dialog = page.find("dialog", "Keyboard shortcuts");
    assert!(dialog.text().contains("Ctrl+Enter"), "{}", dialog.text());
    page.screenshot("shortcuts");
    dialog.field("Single keys: / [ ] ?").check(false);
    page.press(&[Key::Escape]);
    page.wait_until("it is closed", || page.all("dialog").is_empty());
    press(&page, "?", false);
    press(&page, "k", true);
    page.wait_until("only the key with Ctrl does something", || {
        search.is_focused()
    });
    assert!(page.all("dialog").is_empty());
}

#[test]
fn a_document_reads_as_one_and_its_source_is_a_click_away() {
    let page = Page::open();
    page.open_pane("Code");
    page.wait_until("the README is drawn", || {
        page.has(
            "heading",
            "temporal: Temporal on Amazon ECS with Aurora DSQL",
        )
    });
    assert!(!page.text().contains("# temporal"));
    page.screenshot("document");
    page.find("link", "operations").click();
    page.wait_until("the link leads to its file", || {
        page.has("heading", "docs/operations.md")
    });
    page.find("button", "Source").click();
    page.wait_until("the source is shown", || {
        page.css(".listing").text().contains("# ")
    });
    page.find("button", "Read").click();
    page.wait_until("it reads as a document", || {
        page.has("article", "docs/operations.md")
    });
}
