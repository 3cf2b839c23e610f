//! Everything that can be said of the composer without Terraform and without a browser.
#![allow(missing_docs, reason = "tests say what they are by their names")]

mod adopt;
mod alarms;
mod bad_specs;
mod cases;
mod check;
mod cli;
mod cost;
mod digest;
mod docs;
mod export;
mod fixes;
mod format;
mod golden;
mod harness;
mod images;
mod imports;
mod init;
mod interface;
mod interrupt;
mod language;
mod migrate;
mod modules;
mod origins;
mod parts;
mod placement;
mod presence;
mod problems;
mod properties;
mod readme;
mod reuse;
mod scripts;
mod size;
mod target;
mod update;
mod wiring;
