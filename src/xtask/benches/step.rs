//! Prints what a step on `standard` costs with and without what is taken from the step before, four numbers a line in
//! nanoseconds: a full check, the check from the one before, a full composition, the composition from the one before.
//!
//! Started by `cargo xtask bench`, which makes a table of it.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use composer_core::compose::compose_from;
use composer_core::{PreviousCheck, assignment, check, check_from, presets};

/// Switched on, and off again.
const SWITCH: &str = "environments.bench.reservoir.enabled";

fn main() {
    let runs = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(31);
    let mut spec = presets::find("standard").expect("a preset").spec();
    let mut checked = check(&spec);
    let blueprint = checked.blueprint.as_ref().expect("a preset is sound");
    let mut tree = compose_from(blueprint, None);
    for run in 0..runs {
        let before = spec.clone();
        let is_on = run % 2 == 0;
        assignment::set(&mut spec, &format!("{SWITCH}={is_on}")).expect("an option");
        let began = Instant::now();
        let full = check(black_box(&spec));
        let check_fresh = began.elapsed();

        let previous = PreviousCheck {
            spec: &before,
            environments: checked.environments(),
        };
        let began = Instant::now();
        let reused = check_from(black_box(&spec), Some(previous));
        let check_reused = began.elapsed();

        let blueprint = reused.blueprint.as_ref().expect("the switch is sound");
        let fresh = full.blueprint.as_ref().expect("the switch is sound");
        let began = Instant::now();
        black_box(compose_from(fresh, None));
        let compose_fresh = began.elapsed();

        let former = checked.blueprint.as_ref().expect("it was sound");
        let began = Instant::now();
        let next = compose_from(blueprint, Some((former, &tree)));
        let compose_reused = began.elapsed();

        println!(
            "{} {} {} {}",
            check_fresh.as_nanos(),
            check_reused.as_nanos(),
            compose_fresh.as_nanos(),
            compose_reused.as_nanos()
        );
        tree = next;
        checked = reused;
    }
}
