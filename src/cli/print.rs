//! Writes a command's result to standard output.

use std::io::{self, Write};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::outcome::Stop;

/// Prints `text`, with its colours only if a terminal shows them.
pub(crate) fn text(text: &str) -> Result<()> {
    write_all(anstream::stdout(), text.as_bytes())
}

/// Prints `report` as JSON.
pub(crate) fn json(report: &impl Serialize) -> Result<()> {
    text(&format!("{}\n", serde_json::to_string_pretty(report)?))
}

/// Prints `bytes` as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    write_all(io::stdout().lock(), bytes)
}

fn write_all(mut out: impl Write, bytes: &[u8]) -> Result<()> {
    // Flush here: an error at the program's end would go unnoticed.
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::ReaderGone.into()),
        done => done.context("can't write to standard output"),
    }
}
