//! The built page in Chromium.

mod harness;
mod starting;
