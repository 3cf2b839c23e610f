//! Prints what a step on the page costs, a measure a line with its times in nanoseconds:
//!
//! - `toggle`, from the click on a switch until its answer is painted, and until its pane is, the processor's time of the
//!   page's main thread until then, and whether it changed the file that is shown; each click leads to a composition that was
//!   not there before;
//! - `hand`, the same by hand, from where the button is let go: the pointer goes onto the switch, and the button stays down
//!   for a tenth of a second;
//! - `slow` and `slow-hand`, the two times of both where the processor takes four times as long;
//! - `tab`, there from the click on a tab until it is painted as chosen, and until its pane is;
//! - `key` and `lines`, the processor's time of a key in the search there: until its answer by names is painted, and of the
//!   lines that follow once nobody types;
//! - `outlook`, the longest task, where the processor takes four times as long, until a page that has told nothing yet says
//!   what a switch would do over which the pointer goes, for the switches of one feature; 0 where none takes 50 ms;
//! - `zip`, from the click to the dialog after a download that was read back;
//! - `twelve`, the processor's time of a click with twelve environments;
//! - `ready` and `slow-ready`, from the request for the document to the drawn form, the latter where the processor takes four
//!   times as long;
//! - `first`, from a click on the Code tab to the text of a file, on a page that nobody has touched: its second part is loaded
//!   meanwhile, from this machine.
//!
//! Started by `cargo xtask bench`, which makes a table of it.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use browser_tests::Page;
use serde_json::{Value, json};

/// The first steps compile what the later ones run.
const BEFORE: usize = 5;

fn main() {
    let runs = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(31);
    let page = open("");
    let mut switches = Switches::default();
    let idle = idle_time(&page, runs);
    for run in 0..runs + BEFORE {
        let step = toggle(&page, switches.next());
        if run >= BEFORE {
            println!("toggle {}", step.without(idle));
        }
    }
    for _ in 0..runs {
        let step = toggle_by_hand(&page, switches.next());
        println!("hand {}", step.without(idle));
    }
    page.slow_down(SLOW);
    for _ in 0..runs {
        println!("slow {}", toggle(&page, switches.next()).times);
    }
    for _ in 0..runs {
        println!("slow-hand {}", toggle_by_hand(&page, switches.next()).times);
    }
    for round in 0..=runs.div_ceil(TABS.len()) {
        for id in TABS {
            let times = click(&page, id);
            // The first round compiles what the later ones run.
            if round > 0 {
                println!("tab {times}");
            }
        }
    }
    search(&page);
    page.slow_down(1);
    for run in 0..runs + BEFORE {
        let took = nanoseconds(&page.evaluate(ZIP, &[]));
        if run >= BEFORE {
            println!("zip {took}");
        }
        let _ = page.download(|| ());
        page.find("button", "Close").click();
        page.wait_until("the dialog is gone", || page.all("dialog").is_empty());
    }
    let page = open(&twelve_environments());
    let mut switches = Switches::default();
    let idle = idle_time(&page, runs);
    for run in 0..runs + BEFORE {
        let step = toggle(&page, switches.next());
        if run >= BEFORE {
            println!("twelve {}", step.busy.saturating_sub(idle));
        }
    }
    drop(page);
    for (name, times) in [("ready", 1), ("slow-ready", SLOW)] {
        for _ in 0..runs {
            let page = Page::open_slowed(NOTE_READY, times);
            let ready = page.wait_for("the form is drawn", || {
                let at = page.evaluate("return globalThis.readyAt ?? null", &[]);
                at.is_number().then_some(at)
            });
            println!("{name} {}", nanoseconds(&ready));
        }
    }
    for _ in 0..runs.div_ceil(HOVERED.len()) {
        for longest in outlook() {
            println!("outlook {longest}");
        }
    }
    for _ in 0..runs {
        // Nobody has touched it: the second part is loaded for this click.
        let page = Page::open_untouched();
        page.wait_until("the tabs are drawn", || page.has("tab", "Code"));
        let took = nanoseconds(&page.evaluate(FIRST, &[]));
        println!("first {took}");
    }
}

/// Which switch comes next, so that no composition comes twice: as many switches as are needed to tell the clicks apart, in
/// the order of a Gray code.
#[derive(Default)]
struct Switches {
    clicks: usize,
}

impl Switches {
    fn next(&mut self) -> &'static str {
        self.clicks += 1;
        SWITCHES[self.clicks.trailing_zeros() as usize]
    }
}

/// The processor's time of a step that does nothing: two frames.
fn idle_time(page: &Page, runs: usize) -> u64 {
    let script = format!(
        "const begun = performance.now();
         const frame = () => new Promise((done) => {{ {PAINTED} }});
         return frame().then(frame)"
    );
    let busy = (0..runs).map(|_| busy(page, || page.evaluate(&script, &[])).1);
    median(busy.collect())
}

/// When, in nanoseconds since a click, what answers it was painted, and when the pane was that follows from it.
struct Times {
    answer: u64,
    pane: u64,
}

impl Times {
    /// Of what [`times_of_step`] promises.
    fn of(took: &Value) -> Self {
        Self {
            answer: nanoseconds(&took[0]),
            pane: nanoseconds(&took[1]),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.answer, self.pane)
    }
}

/// A switch that was switched.
struct Step {
    times: Times,
    /// How long the main thread was busy with it.
    busy: u64,
    /// Whether it changed the shown file.
    is_shown: bool,
}

impl Step {
    /// What is printed of it, without the time that the main thread takes anyway.
    fn without(&self, idle: u64) -> String {
        let busy = self.busy.saturating_sub(idle);
        format!("{} {busy} {}", self.times, self.is_shown)
    }
}

/// Switches `switch`.
fn toggle(page: &Page, switch: &str) -> Step {
    let (times, busy) = busy(page, || click(page, switch));
    Step {
        times,
        busy,
        is_shown: has_changed_shown_file(page, switch),
    }
}

/// The same with the pointer, from where the button is let go.
fn toggle_by_hand(page: &Page, switch: &str) -> Step {
    let button = page.id(switch);
    button.hover();
    button.press_pointer();
    sleep(PRESS);
    page.evaluate(
        &format!(
            "globalThis.step = new Promise((told) => document.addEventListener('click', () => {{
               {}
               told(step);
             }}, {{ capture: true, once: true }}))",
            times_of_step()
        ),
        &[],
    );
    let (took, busy) = busy(page, || {
        button.release_pointer();
        page.evaluate("return globalThis.step", &[])
    });
    Step {
        times: Times::of(&took),
        busy,
        is_shown: has_changed_shown_file(page, switch),
    }
}

/// How long a button stays down.
const PRESS: Duration = Duration::from_millis(100);

/// Whether the last step, which was `switch`, changed the shown file.
fn has_changed_shown_file(page: &Page, switch: &str) -> bool {
    let did = page.css(".legend").text();
    assert!(did.contains("changed"), "{switch} is refused: {did}");
    let marked = format!("[data-path='{SHOWN_FILE}'][data-mark=M]");
    !page.all(&marked).is_empty()
}

/// The tabs in the order in which they are clicked. The last one shows the search, which is measured next.
const TABS: [&str; 4] = ["tab-overview", "tab-sizing", "tab-cost", "tab-code"];

/// Clicks what has this id.
fn click(page: &Page, id: &str) -> Times {
    let script = format!(
        "{} document.getElementById(arguments[0]).click(); return step",
        times_of_step()
    );
    Times::of(&page.evaluate(&script, &[id.into()]))
}

/// Prints what each key of some words costs in the search.
fn search(page: &Page) {
    let idle = |(key, lines): (Vec<u64>, Vec<u64>)| (median(key), median(lines));
    let idle = idle((0..BEFORE).map(|_| key(page, &Value::Null)).unzip());
    for (round, word) in ["terraform", "environment", "resource", "name = "]
        .into_iter()
        .enumerate()
    {
        for end in 1..=word.len() {
            let (key, lines) = key(page, &word[..end].into());
            // The first word compiles what the later ones run.
            if round > 0 {
                println!("key {}", key.saturating_sub(idle.0));
                println!("lines {}", lines.saturating_sub(idle.1));
            }
        }
    }
    key(page, &"".into());
}

/// How long the main thread is busy with a key after which the search holds `text`, and with what follows once nobody types.
fn key(page: &Page, text: &Value) -> (u64, u64) {
    let before = thread_time(page);
    page.evaluate(
        "const search = document.getElementById('search');
         if (arguments[0] !== null) {
           search.value = arguments[0];
           search.dispatchEvent(new InputEvent('input', { bubbles: true }));
         }
         return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))",
        std::slice::from_ref(text),
    );
    let painted = thread_time(page);
    page.evaluate("return new Promise((done) => setTimeout(done, 600))", &[]);
    (
        painted.saturating_sub(before),
        thread_time(page).saturating_sub(painted),
    )
}

/// The switches over which the pointer goes, by feature and its environments. In dev, the lease has none: it needs the reservoir.
const HOVERED: [(&str, &[&str]); 3] = [
    ("loki", &["prod", "bench", "dev"]),
    ("lease", &["prod", "bench"]),
    ("reservoir", &["prod", "bench", "dev"]),
];

/// For each feature of [`HOVERED`] the longest task until what its switches would do is told.
fn outlook() -> Vec<u64> {
    let page = Page::open();
    page.evaluate(
        "globalThis.longest = 0;
         new PerformanceObserver((list) => {
           for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
         }).observe({ type: 'longtask' })",
        &[],
    );
    page.slow_down(SLOW);
    let mut longest = Vec::new();
    for (feature, environments) in HOVERED {
        page.evaluate("globalThis.longest = 0", &[]);
        for environment in environments {
            page.id(&format!("environments.{environment}.{feature}.enabled"))
                .hover();
            page.wait_until("it is told", || {
                let told = page.evaluate(
                    "const box = document.getElementById('outlook');
                     return !box.hidden && (box.firstElementChild?.textContent ?? '').includes(arguments[0])",
                    &[format!(" in {environment}: ").into()],
                );
                told == true
            });
        }
        longest.push(nanoseconds(
            &page.evaluate("return globalThis.longest", &[]),
        ));
    }
    longest
}

/// How many times as long a telephone's processor takes.
const SLOW: u32 = 4;

/// Notes when the last of what the page draws at its start is there: a switch of the form.
const NOTE_READY: &str = "new MutationObserver((_, seen) => {
      if (document.querySelector('[role=switch], input[type=checkbox]')) {
        globalThis.readyAt = performance.now();
        seen.disconnect();
      }
    }).observe(document, { subtree: true, childList: true });";

/// Opens the page at this address, with the Code pane and the shown file, ready to be measured.
fn open(suffix: &str) -> Page {
    let page = Page::open_at(suffix);
    page.cdp(
        "Performance.enable",
        &json!({ "timeDomain": "threadTicks" }),
    );
    page.open_pane("Code");
    page.evaluate(
        "document.querySelector(`[data-path=\"${arguments[0]}\"]`).click()",
        &[SHOWN_FILE.into()],
    );
    page.wait_until("the file is shown", || {
        page.css(".path").text() == SHOWN_FILE
    });
    page
}

/// The link to `standard` with nine environments more.
fn twelve_environments() -> String {
    let mut link = "#v=1&preset=standard".to_owned();
    for count in 0..9 {
        let network = 100 + count;
        link += &format!(
            "&environments.e{count}.profile=dev&environments.e{count}.network.vpc_cidr=10.{network}.0.0/16"
        );
    }
    link
}

/// The file that is shown, in which its environment's switches change most.
const SHOWN_FILE: &str = "terraform/envs/bench/main.tf";

/// Switches that go with each other in any combination, those of the shown file first: each is used half as often as the one
/// before it. Loki doesn't fit into dev as it is, and the lease needs the reservoir.
const SWITCHES: [&str; 8] = [
    "environments.bench.ui.enabled",
    "environments.prod.ui.enabled",
    "environments.bench.reservoir.enabled",
    "environments.prod.reservoir.enabled",
    "environments.bench.loki.enabled",
    "environments.dev.ui.enabled",
    "environments.prod.loki.enabled",
    "environments.dev.reservoir.enabled",
];

/// From the click on the Code tab to the first text of a file.
const FIRST: &str = "const begun = performance.now();
    return new Promise((done) => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('.document')?.textContent.includes('terraform')) {
          seen.disconnect();
          done(performance.now() - begun);
        }
      });
      seen.observe(document.body, { subtree: true, childList: true, characterData: true });
      document.getElementById('tab-code').click();
    });";

/// Calls `done` with the time since `begun` once what is drawn now is painted: a frame was drawn, and the task after it has
/// begun.
const PAINTED: &str = "requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - begun);
    port2.postMessage(null);
});";

/// A script that promises the times of a `step` that begins now: until its answer is painted, and until the pane is. The pane
/// is that of the step once it belongs to another tab or its legend names another change; a listing draws lines later too.
fn times_of_step() -> String {
    format!(
        "const begun = performance.now();
         const painted = () => new Promise((done) => {{ {PAINTED} }});
         const panel = document.getElementById('panel');
         const shown = () => panel.getAttribute('aria-labelledby') + panel.querySelector('.legend').textContent;
         const before = shown();
         const drawn = new Promise((done) => {{
           const seen = new MutationObserver(() => {{
             if (shown() !== before) {{
               seen.disconnect();
               done();
             }}
           }});
           seen.observe(panel, {{ attributes: true, childList: true, subtree: true, characterData: true }});
         }});
         const step = Promise.all([painted(), drawn.then(painted)]);"
    )
}

/// What `act` came to, and how long the main thread was busy with it.
fn busy<T>(page: &Page, act: impl FnOnce() -> T) -> (T, u64) {
    let before = thread_time(page);
    let outcome = act();
    (outcome, thread_time(page).saturating_sub(before))
}

/// From the click to the dialog that a download ends with.
const ZIP: &str = "const begun = performance.now();
    const button = document.getElementById('download');
    return new Promise((done) => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('dialog[open]')) {
          seen.disconnect();
          done(performance.now() - begun);
        }
      });
      seen.observe(document.body, { subtree: true, childList: true, attributes: true });
      button.click();
    });";

/// How long the main thread has been busy with tasks since the page began.
fn thread_time(page: &Page) -> u64 {
    let answer = page.cdp("Performance.getMetrics", &json!({}));
    let metrics = answer["metrics"].as_array().expect("a list of metrics");
    let metric = metrics
        .iter()
        .find(|metric| metric["name"] == "TaskDuration")
        .expect("Chromium measures its tasks");
    (metric["value"].as_f64().expect("seconds") * 1e9) as u64
}

fn nanoseconds(milliseconds: &Value) -> u64 {
    (milliseconds.as_f64().expect("milliseconds") * 1e6) as u64
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}
