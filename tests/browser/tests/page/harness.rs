//! What steers the page can be trusted: it finds, types, chooses and takes
//! files as a person would, and it notices what must not happen.

use std::panic::{AssertUnwindSafe, catch_unwind};

use browser_tests::{Key, Page};

/// A form that doesn't depend on what the page is like.
const FORM: &str = r#"
    const make = (tag, attributes, ...children) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.append(...children);
        return element;
    };
    const out = make("output", { id: "out" });
    const say = (event) => {
        const field = event.target;
        out.value += `${field.id}=${field.type === "checkbox" ? field.checked : field.value};`;
    };
    const save = make("button", {}, "Save");
    save.onclick = () => {
        const bytes = new Uint8Array([0, 80, 75, 255]);
        const link = make("a", { download: "test.zip" });
        link.href = URL.createObjectURL(new Blob([bytes]));
        link.click();
    };
    const group = (name) => make("fieldset", {},
        make("legend", {}, name),
        make("label", { for: `${name}.cpu` }, "CPU"),
        make("input", { id: `${name}.cpu`, "aria-describedby": "hint" }));
    const form = make("div", { id: "form" },
        make("p", { id: "hint" }, "In units"),
        group("history"), group("matching"),
        make("label", { for: "size" }, "Size"),
        make("select", { id: "size" }, make("option", {}, "small"), make("option", {}, "large")),
        make("label", {}, make("input", { id: "ui", type: "checkbox" }), "With UI"),
        make("p", { hidden: "" }, make("button", {}, "Hidden")),
        save, out);
    form.addEventListener("change", say);
    document.querySelector("main").replaceChildren(form);
"#;

fn form() -> Page {
    let page = Page::open();
    page.evaluate(FORM, &[]);
    page
}

#[test]
fn fields_are_found_by_label_within_their_group() {
    let page = form();
    page.find("group", "matching").field("CPU").fill("old");
    let cpu = page.find("group", "matching").field("CPU");
    cpu.fill("512");
    assert_eq!(cpu.value(), "512");
    assert_eq!(cpu.attribute("id").as_deref(), Some("matching.cpu"));
    assert_eq!(
        (cpu.role(), cpu.name(), cpu.description()),
        ("textbox".into(), "CPU".into(), "In units".into())
    );
    assert!(cpu.is_focused());
    assert_eq!(page.id("history.cpu").value(), "");
}

#[test]
fn choices_reach_the_page_as_changes() {
    let page = form();
    page.field("Size").select("large");
    page.field("With UI").check(true);
    page.field("With UI").check(true);
    assert!(page.field("With UI").is_checked());
    page.wait_until("both are said", || {
        page.id("out").text() == "size=large;ui=true;"
    });
}

#[test]
fn keys_move_the_focus() {
    let page = form();
    page.id("history.cpu").click();
    page.press(&[Key::Tab]);
    assert_eq!(
        page.focused().attribute("id").as_deref(),
        Some("matching.cpu")
    );
    page.press(&[Key::Shift, Key::Tab]);
    assert!(page.id("history.cpu").is_focused());
}

#[test]
fn what_is_hidden_is_not_found() {
    let page = form();
    assert!(page.has("button", "Save"));
    assert!(!page.has("button", "Hidden"));
}

#[test]
fn files_come_with_their_name_and_bytes_more_than_once() {
    let page = form();
    let save = page.find("button", "Save");
    let file = page.download(|| save.click());
    assert_eq!(file.name, "test.zip");
    assert_eq!(file.bytes, [0, 80, 75, 255]);
    assert_eq!(page.download_bytes(|| save.click()), [0, 80, 75, 255]);
}

#[test]
fn the_page_s_policy_is_in_force_and_what_it_refuses_is_noticed() {
    let page = Page::open();
    for script in [
        "document.body.setAttribute('style', 'color: red')",
        "const img = document.createElement('img'); img.src = 'http://127.0.0.1:9/x';\
         document.body.append(img)",
        "console.warn('careful')",
    ] {
        page.evaluate(script, &[]);
        let noticed = catch_unwind(AssertUnwindSafe(|| page.assert_clean()));
        assert!(noticed.is_err(), "{script}");
        assert_eq!(page.take_console().len(), 1, "{script}");
        let _ = page.take_requests();
    }
}

#[test]
fn a_request_to_elsewhere_is_noticed() {
    let page = Page::open();
    // Without the policy, which would have refused it.
    page.cdp("Page.setBypassCSP", &serde_json::json!({ "enabled": true }));
    page.reload();
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})", &[]);
    page.wait_until("the request is noticed", || {
        page.take_requests()
            .contains(&"http://127.0.0.1:9/".to_owned())
    });
    let _ = page.take_console();
}
