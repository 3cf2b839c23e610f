//! Something on the page.

use fantoccini::Locator;
use fantoccini::elements::Element as DriverElement;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::json;

use crate::Page;
use crate::page::{ELEMENT_KEY, FIELD_ROLES};

/// Something on the page, and what a person can do with it or see of it.
#[derive(Debug)]
pub struct Element<'page> {
    page: &'page Page,
    found: DriverElement,
}

impl<'page> Element<'page> {
    pub(crate) fn new(page: &'page Page, found: DriverElement) -> Self {
        Self { page, found }
    }

    /// The one element within this one that has this role and accessible name.
    #[must_use]
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Element<'page> {
        self.page.one(Some(&self.found), &[role], Some(name))
    }

    /// The one form control within this element that has this label.
    #[must_use]
    #[track_caller]
    pub fn field(&self, label: &str) -> Element<'page> {
        self.page.one(Some(&self.found), &FIELD_ROLES, Some(label))
    }

    /// All within this element that have this role now.
    #[must_use]
    pub fn all(&self, role: &str) -> Vec<Element<'page>> {
        self.page.matching(Some(&self.found), &[role], None)
    }

    /// Whether there is now something within this element with this role and name.
    #[must_use]
    pub fn has(&self, role: &str, name: &str) -> bool {
        let matching = self.page.matching(Some(&self.found), &[role], Some(name));
        !matching.is_empty()
    }

    /// Scrolls to the middle of the element and clicks it with the mouse; fails
    /// where something else lies above it.
    #[track_caller]
    pub fn click(&self) {
        // What sticks to an edge may lie above it: a person scrolls further then, WebDriver doesn't.
        self.evaluate(
            "const [element] = arguments, box = element.getBoundingClientRect();
             const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
             if (!top || (!element.contains(top) && !top.contains(element)))
                 element.scrollIntoView({ block: 'center', inline: 'center' });",
        );
        self.done("clicked", self.page.wait(self.found.click()));
    }

    /// Replaces the text of a field by typing, and leaves the focus in it.
    #[track_caller]
    pub fn fill(&self, text: &str) {
        // Selecting and typing over is one change; `clear` would be another.
        let control = char::from(Key::Control);
        let release = char::from(Key::Null);
        let typed = if text.is_empty() {
            char::from(Key::Backspace).to_string()
        } else {
            text.to_owned()
        };
        self.type_text(&format!("{control}a{release}{typed}"));
    }

    /// Types at the place of the cursor.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.done("typed into", self.page.wait(self.found.send_keys(text)));
    }

    /// Presses a key in the element.
    #[track_caller]
    pub fn press(&self, key: Key) {
        self.type_text(&char::from(key).to_string());
    }

    /// Chooses the option that reads so, of a `<select>`.
    #[track_caller]
    pub fn select(&self, option: &str) {
        let options = self.done(
            "asked",
            self.page.wait(self.found.find_all(Locator::Css("option"))),
        );
        let mut others = Vec::new();
        for found in options {
            let text = self.done("read", self.page.wait(found.text()));
            if text.trim() == option {
                self.done("chosen from", self.page.wait(found.click()));
                return;
            }
            others.push(text);
        }
        panic!("no option reads `{option}`, only {others:?}");
    }

    /// Makes a checkbox or switch say so; does nothing where it says so already.
    #[track_caller]
    pub fn check(&self, checked: bool) {
        if self.is_checked() != checked {
            self.click();
        }
    }

    /// The text that is visible in it.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> String {
        self.done("read", self.page.wait(self.found.text()))
    }

    /// All text in it, visible or not, as the document has it.
    #[must_use]
    #[track_caller]
    pub fn text_content(&self) -> String {
        self.property("textContent").unwrap_or_default()
    }

    /// What a field holds.
    #[must_use]
    #[track_caller]
    pub fn value(&self) -> String {
        self.property("value").unwrap_or_default()
    }

    /// Whether a checkbox, a radio button or an option is chosen.
    #[must_use]
    #[track_caller]
    pub fn is_checked(&self) -> bool {
        self.done("asked", self.page.wait(self.found.is_selected()))
            || self.attribute("aria-checked").as_deref() == Some("true")
    }

    /// Whether it can be used.
    #[must_use]
    #[track_caller]
    pub fn is_enabled(&self) -> bool {
        self.done("asked", self.page.wait(self.found.is_enabled()))
    }

    /// Whether it can be seen.
    #[must_use]
    #[track_caller]
    pub fn is_shown(&self) -> bool {
        self.done("asked", self.page.wait(self.found.is_displayed()))
    }

    /// Whether it has the focus.
    #[must_use]
    pub fn is_focused(&self) -> bool {
        self.evaluate("return arguments[0] === document.activeElement") == json!(true)
    }

    /// The name that a screen reader says.
    #[must_use]
    pub fn name(&self) -> String {
        self.accessibility("name")
    }

    /// The pieces of text within it that a screen reader may read, those of the style sheet too.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let found = self
            .page
            .accessible(Some(&self.found), &["StaticText"], None);
        let texts = found
            .iter()
            .filter_map(|node| node["name"]["value"].as_str());
        texts.map(str::to_owned).collect()
    }

    /// The role that a screen reader says.
    #[must_use]
    pub fn role(&self) -> String {
        self.accessibility("role")
    }

    /// What a screen reader adds after the name: hints and problems.
    #[must_use]
    pub fn description(&self) -> String {
        self.accessibility("description")
    }

    /// An attribute of the markup; `None` where it isn't there.
    #[must_use]
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.done("asked", self.page.wait(self.found.attr(name)))
    }

    /// A property of the DOM object.
    #[must_use]
    #[track_caller]
    pub fn property(&self, name: &str) -> Option<String> {
        self.done("asked", self.page.wait(self.found.prop(name)))
    }

    /// Scrolls to it and moves the pointer onto it.
    #[track_caller]
    pub fn hover(&self) {
        self.evaluate("arguments[0].scrollIntoView({ block: 'center' })");
        self.pointer("mouseMoved", "none");
    }

    /// Puts the button of the pointer down on it.
    #[track_caller]
    pub fn press_pointer(&self) {
        self.pointer("mousePressed", "left");
    }

    /// Lets the button of the pointer go on it.
    #[track_caller]
    pub fn release_pointer(&self) {
        self.pointer("mouseReleased", "left");
    }

    fn pointer(&self, what: &str, button: &str) {
        let at = self.evaluate(
            "const at = arguments[0].getBoundingClientRect();
             return [at.left + at.width / 2, at.top + at.height / 2]",
        );
        self.page.cdp(
            "Input.dispatchMouseEvent",
            &json!({ "type": what, "x": at[0], "y": at[1], "button": button, "clickCount": 1 }),
        );
    }

    /// Runs a function's body in the page with this element as `arguments[0]`.
    #[track_caller]
    pub fn evaluate(&self, script: &str) -> serde_json::Value {
        let element = json!({ ELEMENT_KEY: self.found.element_id().as_ref() });
        self.page.evaluate(script, &[element])
    }

    fn accessibility(&self, property: &str) -> String {
        self.page
            .accessibility(&self.found, property)
            .unwrap_or_default()
    }

    #[track_caller]
    fn done<T>(&self, what: &str, result: Result<T, CmdError>) -> T {
        result.unwrap_or_else(|error| panic!("the element could not be {what}: {error}"))
    }
}
