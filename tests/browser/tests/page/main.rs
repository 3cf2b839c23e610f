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
mod in_error;
mod keeping;
mod migrating;
mod offline;
mod opening;
mod outlook;
mod overview;
mod picking;
mod reading;
mod remembering;
mod searching;
mod sharing;
mod sizing;
mod starting;
mod typing;
mod updating;
