//! Prints how many nanoseconds the sizing of four environments took each time, one number a line: first of those that
//! fit, then, after an empty line, of four that don't, for which changes are looked for.
//!
//! Started by `cargo xtask bench`, which makes a table of it.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use composer_core::blueprint::environments;
use composer_core::sizing::connections;
use composer_core::sizing::cost::{cost, differences};
use composer_core::sizing::placement::place;
use composer_core::sizing::price_list::PriceList;
use composer_core::{PlacedEnvironment, assignment, check, presets};

fn sized(assignments: &[&str]) -> Vec<PlacedEnvironment> {
    let mut spec = presets::find("standard").expect("a preset").spec();
    for assignment in assignments {
        assignment::set(&mut spec, assignment).expect("an option");
    }
    check(&spec).environments().to_vec()
}

fn main() {
    let runs = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(31);
    let staging = "environments.staging.profile=prod";
    let network = "environments.staging.network.vpc_cidr=10.40.0.0/16";
    let fitting = sized(&[staging, network]);
    let crowded = sized(&[
        staging,
        network,
        "environments.dev.loki.enabled=true",
        "environments.bench.history.count=14",
        "environments.prod.history.count=11",
        "environments.staging.compute.eni_trunking=false",
    ]);
    let prices = PriceList::default();
    for all in [fitting, crowded] {
        assert_eq!(all.len(), 4);
        for _ in 0..runs {
            let began = Instant::now();
            let environments = environments(black_box(&all));
            for environment in &environments {
                for pool in place(environment).pools {
                    black_box(pool.changes(environment, &environments, &prices));
                }
                black_box(connections::check(environment));
            }
            black_box(connections::check_shared(&environments));
            let costs: Vec<_> = all
                .iter()
                .map(|environment| cost(environment, &prices))
                .collect();
            black_box(differences(&costs, &costs));
            println!("{}", began.elapsed().as_nanos());
        }
        println!();
    }
}
