//! Steers Chromium through the built page the way a person does: by labels,
//! roles and names, never by markup.
//!
//! ```no_run
//! use browser_tests::Page;
//!
//! let page = Page::open();
//! page.field("Project").fill("orders");
//! page.find("group", "History").field("CPU").select("1024");
//! let zip = page.download(|| page.find("button", "Download zip").click());
//! assert_eq!(zip.name, "orders-terraform.zip");
//! ```
//!
//! Everything waits: an element that isn't there yet may come for as long as
//! [`PATIENCE`]. Everything panics with a sentence about what was expected.
//! Every state that is pictured is checked with axe-core.
//! Every page checks itself when it goes: no message in the console, and no
//! request to anywhere but the folder it was served from.
//!
//! The site and the command-line tool must have been built; `cargo xtask test
//! --only browser` does that.

mod axe;
mod driver;
mod element;
mod page;

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

pub use element::Element;
pub use fantoccini::key::Key;
pub use page::{Download, Message, Page};

/// How long to wait for something before it's called missing.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The command-line tool, to compare the page with.
///
/// # Panics
///
/// Where it hasn't been built.
#[must_use]
pub fn cli() -> Command {
    // target/debug/deps/page-0123456789abcdef
    let test = env::current_exe().expect("the running test is a file");
    let program: PathBuf = test
        .ancestors()
        .nth(2)
        .expect("tests are in target/<profile>/deps")
        .join(format!("temporal-composer{}", env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: build it with `cargo build`",
        program.display()
    );
    Command::new(program)
}
