//! The built page in Chromium.

mod comparing;
mod composing;
mod finding;
mod harness;
mod overview;
mod starting;
