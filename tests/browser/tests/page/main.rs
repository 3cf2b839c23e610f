//! The built page in Chromium.

mod comparing;
mod composing;
mod harness;
mod starting;
