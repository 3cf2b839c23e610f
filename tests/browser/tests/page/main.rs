//! The built page in Chromium.

mod accessible;
mod comparing;
mod composing;
mod costing;
mod environments;
mod failing;
mod finding;
mod first_sight;
mod fixing;
mod harness;
mod keeping;
mod migrating;
mod offline;
mod opening;
mod outlook;
mod overview;
mod reading;
mod sharing;
mod sizing;
mod starting;
