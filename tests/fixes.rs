//! A fix solves its problem and brings no other, is the smallest, and every kind of problem says whether it has one.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::fix::{Fix, Fixer, is_due};
use composer_core::parts;
use composer_core::problem_code::Fixable;
use composer_core::sizing::price_list::PriceList;
use composer_core::{CheckResult, Problem, ProblemCode, Spec, check, read};
use proptest::prelude::*;

use crate::bad_specs;
use crate::harness::spec;
use crate::problems::MADE;
use crate::properties::{any_spec, likely_spec};

/// The fixes of each problem of `spec`.
fn fixes(spec: &Spec, checked: &CheckResult) -> Vec<(Problem, Vec<Fix>)> {
    let prices = PriceList::default();
    let fixer = Fixer::new(spec, &checked.problems, checked.environments(), &prices);
    let problems = checked.problems.0.iter();
    problems
        .map(|problem| (problem.clone(), fixer.fixes(problem)))
        .collect()
}

/// Codes and addresses of all that is found, but for what is open.
fn found(checked: &CheckResult) -> BTreeSet<(&'static str, String)> {
    let all = checked.problems.0.iter();
    all.filter(|problem| problem.code != ProblemCode::Open)
        .map(|problem| (problem.code.name(), problem.at.to_string()))
        .collect()
}

fn names(checked: &CheckResult) -> BTreeSet<String> {
    let all = checked.environments().iter();
    all.map(|settled| settled.name.clone()).collect()
}

/// What is wrong with `fix` of `problem`.
fn fault(spec: &Spec, checked: &CheckResult, problem: &Problem, fix: &Fix) -> Option<String> {
    let mut fixed = spec.clone();
    fix.apply(&mut fixed);
    let after = check(&fixed);
    let key = (problem.code.name(), problem.at.to_string());
    let said = fix.arguments();
    if found(&after).contains(&key) {
        return Some(format!("{said} leaves {key:?}"));
    }
    let before = found(checked);
    let new: Vec<_> = found(&after).difference(&before).cloned().collect();
    // What an environment could not be checked for before may show.
    let was_seen = names(&after).is_subset(&names(checked));
    (was_seen && !new.is_empty()).then(|| format!("{said} brings {new:?}"))
}

#[track_caller]
fn check_spec(spec: &Spec) {
    let checked = check(spec);
    for (problem, fixes) in fixes(spec, &checked) {
        for fix in &fixes {
            let fault = fault(spec, &checked, &problem, fix);
            assert_eq!(fault, None, "{}: {}", problem.code, problem.message);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fix_solves_its_problem_and_brings_no_other(spec in likely_spec()) {
        check_spec(&spec);
    }

    #[test]
    fn a_fix_of_any_spec_does_so_too(spec in any_spec()) {
        check_spec(&spec);
    }

    #[test]
    fn what_is_fixed_together_is_solved_together(spec in likely_spec()) {
        let checked = check(&spec);
        let prices = PriceList::default();
        let fixer = Fixer::new(&spec, &checked.problems, checked.environments(), &prices);
        let mut by_code: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
        for problem in checked.problems.0.iter().filter(|problem| is_due(problem.severity)) {
            by_code.entry(problem.code.name()).or_default().push(problem);
        }
        for problems in by_code.values() {
            if let Some(fix) = fixer.together(problems) {
                for problem in problems {
                    prop_assert_eq!(fault(&spec, &checked, problem, &fix), None);
                }
            }
        }
    }
}

#[test]
fn every_kind_of_problem_says_whether_it_has_a_fix() {
    let texts = bad_specs::texts().into_iter().map(|text| read::read(&text));
    let read = texts
        .filter(|read| !read.problems.has_errors())
        .map(|read| read.spec);
    let made = MADE
        .iter()
        .map(|(_, preset, assignments)| spec(preset, assignments));
    let mut has: BTreeMap<&str, bool> = BTreeMap::new();
    let mut without = BTreeSet::new();
    for spec in read.chain(made) {
        let checked = check(&spec);
        for (problem, fixes) in fixes(&spec, &checked) {
            for fix in &fixes {
                assert_eq!(fault(&spec, &checked, &problem, fix), None);
            }
            *has.entry(problem.code.name()).or_default() |= !fixes.is_empty();
            if fixes.is_empty() {
                without.insert(format!(
                    "{} {}: {}",
                    problem.code.name(),
                    problem.at,
                    problem.message
                ));
            }
        }
    }
    for row in parts::problems() {
        let name = row.code.name();
        // Some can only come from a text, and are never asked about.
        let Some(&is_fixed) = has.get(name) else {
            assert!(matches!(row.fixable, Fixable::No(_)), "{name} was not made");
            continue;
        };
        let says = !matches!(row.fixable, Fixable::No(_));
        assert_eq!(is_fixed, says, "{name}: {:#?}", row.fixable);
    }
    let of_yes: Vec<&String> = without
        .iter()
        .filter(|text| {
            let mut rows = parts::problems();
            rows.any(|row| {
                text.split(' ').next() == Some(row.code.name()) && row.fixable == Fixable::Yes
            })
        })
        .collect();
    assert_eq!(of_yes, Vec::<&String>::new());
}

/// The first problem's fixes, as arguments with their price.
#[track_caller]
fn check_fixes(preset: &str, assignments: &[&str], expected: &[&str]) {
    let spec = spec(preset, assignments);
    let checked = check(&spec);
    let all = fixes(&spec, &checked);
    let (_, fixes) = all
        .iter()
        .find(|(problem, _)| is_due(problem.severity))
        .unwrap();
    let texts: Vec<String> = fixes
        .iter()
        .map(|fix| format!("{}, {}", fix.arguments(), fix.price()))
        .collect();
    assert_eq!(texts, expected);
}

#[test]
fn the_smallest_fix_comes_first() {
    // Of c8g.xlarge and c7g.xlarge both have room, and the older is cheaper.
    check_fixes(
        "standard",
        &["environments.dev.loki.enabled=true"],
        &[
            "--set environments.dev.compute.instance_count=3, +77 USD a month",
            "--set environments.dev.compute.instance_type=c7g.xlarge, +80 USD a month",
        ],
    );
    // Nothing is bought where a setting is enough.
    check_fixes(
        "standard",
        &["environments.dev.compute.eni_trunking=false"],
        &[
            "--unset environments.dev.compute.eni_trunking, costs the same",
            "--set environments.dev.compute.instance_count=3, +77 USD a month",
            "--set environments.dev.compute.instance_type=c7g.xlarge, +80 USD a month",
        ],
    );
    // What runs only for load tests has no price a month.
    check_fixes(
        "standard",
        &["environments.bench.benchmark.worker_count=100"],
        &[
            "--set environments.bench.benchmark.max_instances=26, price unknown: how long its instances run is not known",
        ],
    );
    check_fixes(
        "standard",
        &["environments.dev.history.memory=8200"],
        &["--set environments.dev.compute.instance_type=r7g.large, +29 USD a month"],
    );
}

#[test]
fn a_fix_keeps_what_was_asked_for_as_far_as_it_can() {
    check_fixes(
        "standard",
        &["environments.dev.compute.instance_type=m7i.large"],
        &[
            "--set environments.dev.compute.instance_type=m7g.large, price unknown: dev has no price as it is now",
            "--unset environments.dev.compute.instance_type, price unknown: dev has no price as it is now",
        ],
    );
    check_fixes(
        "standard",
        &["environments.dev.history.cpu='768'"],
        &[
            "--set environments.dev.history.cpu=768, price unknown: dev has no price as it is now",
            "--unset environments.dev.history.cpu, price unknown: dev has no price as it is now",
        ],
    );
    // With 256 CPU units nothing is left for the program.
    check_fixes(
        "standard",
        &["environments.dev.frontend.cpu=128"],
        &[
            "--unset environments.dev.frontend.cpu, price unknown: dev has no price as it is now",
            "--set environments.dev.frontend.cpu=256, price unknown: dev has no price as it is now",
        ],
    );
    check_fixes(
        "standard",
        &["environments.prod.history.max_conns=1000"],
        &["--set environments.prod.history.max_conns=814, costs the same"],
    );
}

#[test]
fn an_environment_gets_a_free_network() {
    check_fixes(
        "standard",
        &["environments.staging.profile=prod"],
        &[
            "--set environments.staging.network.vpc_cidr=10.40.0.0/16, costs the same",
            "--set environments.prod.network.vpc_cidr=10.40.0.0/16, costs the same",
        ],
    );
}

#[test]
fn what_needs_more_room_brings_it() {
    check_fixes(
        "standard",
        &[
            "environments.prod.history.count=11",
            "environments.prod.loki.enabled=true",
            "environments.prod.matching.count=1",
        ],
        &[
            "--set environments.prod.matching.count=2 --set environments.prod.compute.instance_count=8, +593 USD a month",
        ],
    );
}

#[test]
fn what_all_environments_need_is_stated_once() {
    let all = [
        "backend.kind=local",
        "environments.staging.profile=prod",
        "environments.staging.network.vpc_cidr=10.40.0.0/16",
    ];
    let together = |assignments: &[&str]| {
        let spec = spec("ha-prod", &[&all[..], assignments].concat());
        let checked = check(&spec);
        let prices = PriceList::default();
        let fixer = Fixer::new(&spec, &checked.problems, checked.environments(), &prices);
        let due = checked.problems.0.iter().filter(|one| is_due(one.severity));
        let problems: Vec<&Problem> = due.collect();
        assert_eq!(problems.len(), 2);
        fixer.together(&problems).unwrap().arguments()
    };
    assert_eq!(together(&[]), "--unset backend.kind");
    // Another environment may keep its state where it is.
    assert_eq!(
        together(&["environments.dev.network.vpc_cidr=10.50.0.0/16"]),
        "--set environments.prod.backend.kind=s3 --set environments.staging.backend.kind=s3"
    );
}
