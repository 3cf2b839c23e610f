//! The page in a browser window.

use std::cell::RefCell;
use std::fs;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::{Element as DriverElement, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use url::{ParseError, Url};
use xtask::project;
use xtask::server::Server;

use crate::PATIENCE;
use crate::driver::Driver;
use crate::element::Element;

/// A sub-path, since the site must work under any.
const PREFIX: &str = "/some/sub/path/";

/// Between two looks at whether something has come true.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a person finds by its label.
pub(crate) const FIELD_ROLES: [&str; 10] = [
    "textbox",
    "searchbox",
    "spinbutton",
    "combobox",
    "listbox",
    "checkbox",
    "switch",
    "radio",
    "slider",
    "radiogroup",
];

/// How WebDriver writes an element in JSON.
pub(crate) const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The page, in a Chromium of its own, served by a server of its own.
///
/// When it goes it fails the test if the console has a warning or an error, or
/// if anything was requested from elsewhere. When the test has failed already,
/// it leaves a picture in `target/screenshots` and prints the console instead.
#[derive(Debug)]
pub struct Page {
    // In this order they end: the session, its browser, the server.
    client: Client,
    runtime: Runtime,
    driver: Driver,
    server: RefCell<Option<Server>>,
    url: String,
    seen: RefCell<BrowserLog>,
}

#[derive(Debug, Default)]
struct BrowserLog {
    console: Vec<Message>,
    requests: Vec<String>,
}

/// A line of the browser's console; violations of the page's policy are there too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// With the address and line it comes from.
    pub text: String,
}

/// A file that the page gave to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// As the page suggested it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Page {
    /// Opens the page, waits until it has started, and touches it.
    #[must_use]
    pub fn open() -> Self {
        Self::open_at("")
    }

    /// Opens the page and waits until it has started. Nobody touches it yet.
    #[must_use]
    #[track_caller]
    pub fn open_untouched() -> Self {
        let page = Self::start(&project::site());
        page.load("");
        page
    }

    /// As [`open_untouched`](Self::open_untouched), with a script that runs before any of the page's, on a processor that
    /// takes `times` as long as this machine's.
    #[must_use]
    #[track_caller]
    pub fn open_slowed(script: &str, times: u32) -> Self {
        let page = Self::start(&project::site());
        page.before_each_document(script);
        page.slow_down(times);
        page.load("");
        page
    }

    /// Lets the processor take `times` as long as this machine's.
    pub fn slow_down(&self, times: u32) {
        self.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": times }));
    }

    /// As [`open`](Self::open), with what stands behind the folder's address:
    /// `#spec=…`.
    #[must_use]
    #[track_caller]
    pub fn open_at(suffix: &str) -> Self {
        Self::open_site(&project::site(), suffix)
    }

    /// As [`open`](Self::open), of a copy of the site that a test may change.
    #[must_use]
    #[track_caller]
    pub fn open_copy(site: &Path) -> Self {
        for entry in fs::read_dir(project::site()).expect("the site is there") {
            let file = entry.expect("the site can be listed").path();
            let name = file.file_name().expect("a file has a name");
            fs::copy(&file, site.join(name)).expect("the copy can be written");
        }
        Self::open_site(site, "")
    }

    #[track_caller]
    fn open_site(site: &Path, suffix: &str) -> Self {
        let page = Self::start(site);
        page.go(suffix);
        page
    }

    /// A browser, and a server for the page; nothing is loaded yet.
    #[track_caller]
    fn start(site: &Path) -> Self {
        assert!(
            site.join("index.html").is_file(),
            "{} has no site: build it with `cargo xtask build`",
            site.display()
        );
        let server = Server::start(site, 0, PREFIX).expect("the site can be served");
        let driver = Driver::start().expect("the browser tests need chromedriver");
        let capabilities = driver
            .capabilities()
            .expect("the browser tests need Chromium");
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let client = runtime
            .block_on(async {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                builder.capabilities(capabilities);
                timeout(PATIENCE, builder.connect(&driver.url())).await
            })
            .expect("Chromium starts in time")
            .expect("Chromium starts");
        let page = Self {
            client,
            runtime,
            driver,
            url: server.url(),
            server: RefCell::new(Some(server)),
            seen: RefCell::default(),
        };
        page.cdp(
            "Browser.setDownloadBehavior",
            &json!({ "behavior": "allow", "downloadPath": page.driver.downloads() }),
        );
        page
    }

    /// Goes to the page's address with `suffix`, as a link would, touches it, and waits until all of it is there.
    #[track_caller]
    pub fn go(&self, suffix: &str) {
        self.load(suffix);
        self.touch();
        self.wait_until_whole();
    }

    #[track_caller]
    fn load(&self, suffix: &str) {
        let url = format!("{}{suffix}", self.url);
        self.wait(self.client.goto(&url)).expect("the page loads");
        self.wait_until_started();
    }

    /// Loads the page again, touches it, and waits until all of it is there.
    #[track_caller]
    pub fn reload(&self) {
        self.reload_without_waiting();
        self.wait_until_started();
        self.touch();
        self.wait_until_whole();
    }

    /// Opens the pane whose tab begins with this name.
    #[track_caller]
    pub fn open_pane(&self, name: &str) {
        let tab = self.wait_for(&format!("there is a tab {name}"), || {
            let tabs = self.all("tab");
            tabs.into_iter().find(|tab| tab.name().starts_with(name))
        });
        // What sticks to the window's edge may lie above it.
        tab.evaluate("arguments[0].scrollIntoView({ block: 'center', inline: 'center' })");
        tab.click();
        let is_shown =
            "const controls = document.getElementById(arguments[0].getAttribute('aria-controls'));
             return controls?.getAttribute('aria-labelledby') === arguments[0].id";
        self.wait_until("the pane is shown", || tab.evaluate(is_shown) == true);
    }

    /// The last pane is drawn, and the second part has come or could not.
    #[track_caller]
    fn wait_until_whole(&self) {
        let is_whole = "return !document.getElementById('app') || document.querySelector('[role=tab]') !== null
                 && (document.querySelector('.files') !== null
                     || document.body.innerText.includes('could not be loaded'))";
        self.wait_until("all of the page is there", || {
            self.evaluate(is_whole, &[]) == true
        });
    }

    /// Shows the page that somebody is at it, with a key that does nothing by itself.
    pub fn touch(&self) {
        self.press(&[Key::Shift]);
    }

    /// Loads a page again that won't start.
    #[track_caller]
    pub fn reload_without_waiting(&self) {
        self.wait(self.client.refresh()).expect("the page loads");
    }

    #[track_caller]
    fn wait_until_started(&self) {
        let state = "const main = document.querySelector('main');\
             return main ? (main.ariaBusy === 'true' ? 'starting' : 'started')\
                         : document.body.innerText;";
        self.wait_for("the page has started", || {
            match self.evaluate(state, &[]).as_str() {
                Some("started") => Some(()),
                Some("starting") => None,
                other => panic!("the page could not start: {}", other.unwrap_or("")),
            }
        });
    }

    /// The address of the page, without what was added to it.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Ends the server: from now on nothing can be asked for.
    pub fn stop_server(&self) {
        self.server.take();
    }

    /// Allows or forbids the page something, as the user could: `clipboard-write`.
    pub fn permit(&self, permission: &str, is_allowed: bool) {
        let setting = if is_allowed { "granted" } else { "denied" };
        self.cdp(
            "Browser.setPermission",
            &json!({ "permission": { "name": permission }, "setting": setting }),
        );
    }

    /// Runs a script in each document before any of its own, from the next one on.
    pub fn before_each_document(&self, script: &str) {
        self.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        );
    }

    /// Drops a file on the page.
    pub fn drop_file(&self, name: &str, bytes: &[u8]) {
        self.evaluate(
            "const [name, bytes] = arguments;
             const transfer = new DataTransfer();
             transfer.items.add(new File([new Uint8Array(bytes)], name));
             for (const kind of ['dragover', 'drop']) {
                 document.querySelector('main').dispatchEvent(new DragEvent(kind,
                     { dataTransfer: transfer, bubbles: true, cancelable: true }));
             }",
            &[name.into(), bytes.into()],
        );
    }

    /// The address in the browser's bar.
    #[must_use]
    pub fn current_url(&self) -> String {
        self.wait(self.client.current_url())
            .expect("a page has an address")
            .to_string()
    }

    /// The title of the document.
    #[must_use]
    pub fn title(&self) -> String {
        self.wait(self.client.title()).expect("a page has a title")
    }

    /// The one element with this role and accessible name, as a screen reader
    /// would announce it: `button`, `heading`, `group`, `link`, `tab`, `status`…
    ///
    /// What is hidden isn't found.
    #[must_use]
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Element<'_> {
        self.one(None, &[role], Some(name))
    }

    /// The one form control with this label.
    #[must_use]
    #[track_caller]
    pub fn field(&self, label: &str) -> Element<'_> {
        self.one(None, &FIELD_ROLES, Some(label))
    }

    /// The element with this id, hidden or not: a field's id is its address in
    /// the spec.
    #[must_use]
    #[track_caller]
    pub fn id(&self, id: &str) -> Element<'_> {
        let found = self.wait_for(&format!("an element has the id `{id}`"), || {
            self.wait(self.client.find(Locator::Id(id))).ok()
        });
        Element::new(self, found)
    }

    /// The one element that this CSS selector finds, hidden or not. Better
    /// [`find`](Self::find) it by what a person sees.
    #[must_use]
    #[track_caller]
    pub fn css(&self, selector: &str) -> Element<'_> {
        let found = self.wait_for(&format!("one element is `{selector}`"), || {
            let mut found = self
                .wait(self.client.find_all(Locator::Css(selector)))
                .expect("the selector is valid");
            (found.len() == 1).then(|| found.remove(0))
        });
        Element::new(self, found)
    }

    /// All that have this role now, in the order of the page.
    #[must_use]
    pub fn all(&self, role: &str) -> Vec<Element<'_>> {
        self.matching(None, &[role], None)
    }

    /// Whether there is now something with this role and name.
    #[must_use]
    pub fn has(&self, role: &str, name: &str) -> bool {
        !self.matching(None, &[role], Some(name)).is_empty()
    }

    /// The element that has the focus.
    #[must_use]
    pub fn focused(&self) -> Element<'_> {
        let found = self
            .wait(self.client.active_element())
            .expect("something has the focus, if only <body>");
        Element::new(self, found)
    }

    /// The text that is visible.
    #[must_use]
    pub fn text(&self) -> String {
        self.evaluate("return document.body.innerText", &[])
            .as_str()
            .unwrap_or("")
            .to_owned()
    }

    /// Waits until something has come true; `what` says what.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        self.wait_for(what, || is_so().then_some(()));
    }

    /// Waits for a value; `what` says for what.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(value) = look() {
                return value;
            }
            assert!(
                Instant::now() < deadline,
                "waited {} s in vain until {what}",
                PATIENCE.as_secs()
            );
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Presses a key, or several at once, wherever the focus is.
    pub fn press(&self, keys: &[Key]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            actions = actions.then(KeyAction::Down {
                value: char::from(*key),
            });
        }
        for key in keys.iter().rev() {
            actions = actions.then(KeyAction::Up {
                value: char::from(*key),
            });
        }
        self.wait(self.client.perform_actions(actions))
            .expect("keys can be pressed");
    }

    /// Does what makes the page offer a file, and takes the file.
    #[must_use]
    #[track_caller]
    pub fn download(&self, act: impl FnOnce()) -> Download {
        let folder = self.driver.downloads();
        act();
        let name = self.wait_for("a file is downloaded", || {
            let mut names = names(folder);
            // Chromium reserves a file's name with an empty file, writes beside it and renames: on a slow machine the
            // empty one can be seen.
            if names.iter().any(|name| name.ends_with(".crdownload")) {
                return None;
            }
            names.retain(|name| {
                !name.starts_with('.')
                    && fs::metadata(folder.join(name)).is_ok_and(|file| file.len() > 0)
            });
            names.pop()
        });
        let file = folder.join(&name);
        let bytes = fs::read(&file).expect("the file is there");
        // The next one may have the same name.
        fs::remove_file(&file).expect("the file is the test's own");
        Download { name, bytes }
    }

    /// The bytes of [`download`](Self::download).
    #[must_use]
    #[track_caller]
    pub fn download_bytes(&self, act: impl FnOnce()) -> Vec<u8> {
        self.download(act).bytes
    }

    /// Writes what the window shows to `target/screenshots/<name>.png`, and fails where it
    /// isn't [accessible](Self::assert_accessible): what is worth a picture is a state.
    #[track_caller]
    pub fn screenshot(&self, name: &str) {
        self.picture(name);
        self.assert_accessible();
    }

    /// Writes what the window shows to `target/screenshots/<name>.png`.
    fn picture(&self, name: &str) -> PathBuf {
        let folder = project::root().join("target/screenshots");
        fs::create_dir_all(&folder).expect("target is writable");
        let file = folder.join(format!("{name}.png"));
        let png = self
            .wait(self.client.screenshot())
            .expect("the window can be pictured");
        fs::write(&file, png).expect("target is writable");
        file
    }

    /// Makes the window's inside this wide and high, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 0, "mobile": false }),
        );
    }

    /// Sets a preference that CSS can ask for: `prefers-color-scheme`, `dark`.
    pub fn prefer(&self, feature: &str, value: &str) {
        self.cdp(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [{ "name": feature, "value": value }] }),
        );
    }

    /// Runs a function's body in the page; `arguments` are its arguments.
    #[track_caller]
    pub fn evaluate(&self, script: &str, arguments: &[Value]) -> Value {
        self.wait(self.client.execute(script, arguments.to_vec()))
            .unwrap_or_else(|error| panic!("`{script}` failed: {error}"))
    }

    /// Calls a method of the Chrome DevTools Protocol.
    #[track_caller]
    pub fn cdp(&self, method: &str, parameters: &Value) -> Value {
        let command = Extension {
            path: "goog/cdp/execute",
            body: json!({ "cmd": method, "params": parameters }),
        };
        self.wait(self.client.issue_cmd(command))
            .unwrap_or_else(|error| panic!("{method} failed: {error}"))
    }

    /// Takes the console's messages: what was taken no longer fails the test.
    #[must_use]
    pub fn take_console(&self) -> Vec<Message> {
        self.collect();
        mem::take(&mut self.seen.borrow_mut().console)
    }

    /// The addresses of all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.collect();
        self.seen.borrow().requests.clone()
    }

    /// Takes the requests: what was taken no longer fails the test.
    #[must_use]
    pub fn take_requests(&self) -> Vec<String> {
        self.collect();
        mem::take(&mut self.seen.borrow_mut().requests)
    }

    /// Fails where the console has a warning or an error, or where anything
    /// was requested from elsewhere. Every page does it at its end.
    #[track_caller]
    pub fn assert_clean(&self) {
        let site = self.url();
        // An address that the page made for bytes of its own, such as a download.
        let blob = format!("blob:{}", site.replace(PREFIX, "/"));
        let elsewhere: Vec<String> = self
            .requests()
            .into_iter()
            .filter(|url| !url.starts_with(&site) && !url.starts_with(&blob))
            .collect();
        assert_eq!(
            elsewhere,
            Vec::<String>::new(),
            "the page requests nothing from elsewhere"
        );
        let console: Vec<Message> = self
            .seen
            .borrow()
            .console
            .iter()
            .filter(|message| matches!(message.level.as_str(), "SEVERE" | "WARNING"))
            .cloned()
            .collect();
        assert_eq!(console, Vec::new(), "the console has no complaint");
    }

    fn collect(&self) {
        let (console, performance) = (self.log("browser"), self.log("performance"));
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let mut seen = self.seen.borrow_mut();
        seen.console.extend(console.iter().map(|entry| Message {
            level: text(&entry["level"]),
            text: text(&entry["message"]),
        }));
        for entry in performance {
            let event: Value = serde_json::from_str(&text(&entry["message"]))
                .expect("a performance entry is JSON");
            let event = &event["message"];
            match event["method"].as_str() {
                Some("Network.requestWillBeSent") => {
                    seen.requests.push(text(&event["params"]["request"]["url"]));
                }
                Some("Network.webSocketCreated" | "Network.webTransportCreated") => {
                    seen.requests.push(text(&event["params"]["url"]));
                }
                _ => {}
            }
        }
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let command = Extension {
            path: "se/log",
            body: json!({ "type": kind }),
        };
        match self.wait(self.client.issue_cmd(command)) {
            Ok(Value::Array(entries)) => entries,
            other => panic!("no {kind} log: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn one(
        &self,
        within: Option<&DriverElement>,
        roles: &[&str],
        name: Option<&str>,
    ) -> Element<'_> {
        let wanted = match (roles, name) {
            ([role], Some(name)) => format!("{role} `{name}`"),
            (_, Some(name)) => format!("field labelled `{name}`"),
            (_, None) => roles.join(" or "),
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut found = self.matching(within, roles, name);
            if found.len() == 1 {
                return found.remove(0);
            }
            assert!(
                Instant::now() < deadline,
                "{} elements are a {wanted}, expected one; what could be meant: {:?}",
                found.len(),
                self.names_of(within, roles),
            );
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// What has one of the roles, and the name if one is given.
    pub(crate) fn matching(
        &self,
        within: Option<&DriverElement>,
        roles: &[&str],
        name: Option<&str>,
    ) -> Vec<Element<'_>> {
        self.accessible(within, roles, name)
            .iter()
            .filter_map(|node| self.element_of(&node["backendDOMNodeId"]))
            .collect()
    }

    fn names_of(&self, within: Option<&DriverElement>, roles: &[&str]) -> Vec<String> {
        self.accessible(within, roles, None)
            .iter()
            .filter_map(|node| Some(node["name"]["value"].as_str()?.to_owned()))
            .collect()
    }

    /// Chromium's own answer to what assistive technology would be told.
    pub(crate) fn accessible(
        &self,
        within: Option<&DriverElement>,
        roles: &[&str],
        name: Option<&str>,
    ) -> Vec<Value> {
        let root = self.object_of(within);
        let mut query = json!({ "objectId": root });
        if let Some(name) = name {
            query["accessibleName"] = name.into();
        }
        if let [role] = roles {
            query["role"] = (*role).into();
        }
        let answer = self.cdp("Accessibility.queryAXTree", &query);
        let nodes = answer["nodes"].as_array().cloned().unwrap_or_default();
        nodes
            .into_iter()
            .filter(|node| {
                node["ignored"] == false
                    && node["role"]["value"]
                        .as_str()
                        .is_some_and(|role| roles.contains(&role))
            })
            .collect()
    }

    /// One property of what assistive technology would be told of an element.
    pub(crate) fn accessibility(&self, element: &DriverElement, property: &str) -> Option<String> {
        let object = self.object_of(Some(element));
        let answer = self.cdp(
            "Accessibility.getPartialAXTree",
            &json!({ "objectId": object, "fetchRelatives": false }),
        );
        Some(answer["nodes"][0][property]["value"].as_str()?.to_owned())
    }

    /// The protocol's name for an element, or for the document.
    fn object_of(&self, element: Option<&DriverElement>) -> Value {
        let expression = match element {
            None => "document",
            Some(element) => {
                let element = json!({ ELEMENT_KEY: element.element_id().as_ref() });
                self.evaluate("window.testRoot = arguments[0]", &[element]);
                "window.testRoot"
            }
        };
        let found = self.cdp("Runtime.evaluate", &json!({ "expression": expression }));
        found["result"]["objectId"].clone()
    }

    /// The element behind a node; `None` where it has gone meanwhile.
    fn element_of(&self, node: &Value) -> Option<Element<'_>> {
        let resolve = Extension {
            path: "goog/cdp/execute",
            body: json!({ "cmd": "DOM.resolveNode", "params": { "backendNodeId": node } }),
        };
        let resolved = self.wait(self.client.issue_cmd(resolve)).ok()?;
        self.cdp(
            "Runtime.callFunctionOn",
            &json!({
                "objectId": resolved["object"]["objectId"],
                "functionDeclaration": "function () { window.testFound = this; }",
            }),
        );
        let found = self.evaluate("return window.testFound", &[]);
        let id = found[ELEMENT_KEY].as_str()?.to_owned();
        Some(Element::new(
            self,
            DriverElement::from_element_id(self.client.clone(), ElementRef::from(id)),
        ))
    }

    pub(crate) fn wait<T>(
        &self,
        command: impl Future<Output = Result<T, CmdError>>,
    ) -> Result<T, CmdError> {
        self.runtime
            .block_on(async { timeout(PATIENCE * 2, command).await })
            .expect("the browser answers")
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if thread::panicking() {
            // A second panic would hide the first one's message.
            let test = thread::current()
                .name()
                .unwrap_or("test")
                .replace("::", "-");
            let told = catch_unwind(AssertUnwindSafe(|| {
                let picture = self.picture(&format!("failed-{test}"));
                eprintln!("the page looked like {}", picture.display());
                for Message { level, text } in self.take_console() {
                    eprintln!("console: {level} {text}");
                }
            }));
            drop(told);
        } else {
            self.assert_clean();
        }
        let closing = self.client.clone().close();
        // The driver ends what doesn't end by itself.
        let _ = self
            .runtime
            .block_on(async { timeout(PATIENCE, closing).await });
    }
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .expect("the folder for downloads is there")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// What chromedriver knows beyond the standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or("");
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
