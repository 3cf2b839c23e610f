//! Standard output: all of a command's answer, or an error.

use std::io::{self, Write};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::outcome::Stop;

/// Prints `text`; colours go only to a terminal that wants them.
pub(crate) fn text(text: &str) -> Result<()> {
    whole(anstream::stdout(), text.as_bytes())
}

/// Prints `report` as JSON.
pub(crate) fn json(report: &impl Serialize) -> Result<()> {
    text(&format!("{}\n", serde_json::to_string_pretty(report)?))
}

/// Prints `bytes` as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    whole(io::stdout().lock(), bytes)
}

fn whole(mut out: impl Write, bytes: &[u8]) -> Result<()> {
    // Flushed, since what fails at the program's end fails in silence.
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::ReaderGone.into()),
        done => done.context("can't write to standard output"),
    }
}
