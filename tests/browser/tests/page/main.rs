//! The built page in Chromium.

mod accessible;
mod comparing;
mod composing;
mod finding;
mod harness;
mod overview;
mod starting;
