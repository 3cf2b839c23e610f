//! Prints how many nanoseconds each composition of `standard` took, and how many its archive, two numbers a line.
//!
//! Started by `cargo xtask bench`, which makes a table of it.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use composer_core::{archive, check, compose, presets};

fn main() {
    let runs = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(31);
    let spec = presets::find("standard").expect("a preset").spec();
    for _ in 0..runs {
        let began = Instant::now();
        let blueprint = check(black_box(&spec))
            .blueprint
            .expect("a preset is sound");
        let tree = compose(&blueprint);
        let composed = began.elapsed();
        black_box(archive(&tree, &compose::folder(&blueprint)));
        println!(
            "{} {}",
            composed.as_nanos(),
            (began.elapsed() - composed).as_nanos()
        );
    }
}
