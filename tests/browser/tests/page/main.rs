//! The built page in Chromium.

mod composing;
mod harness;
mod starting;
