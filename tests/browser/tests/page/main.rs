//! The built page in Chromium.

mod accessible;
mod comparing;
mod composing;
mod failing;
mod finding;
mod harness;
mod keeping;
mod migrating;
mod offline;
mod opening;
mod overview;
mod sharing;
mod sizing;
mod starting;
