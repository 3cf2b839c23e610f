//! Every target on its seeds and on what a fuzzer or a person has found before.
#![allow(missing_docs, reason = "tests say what they are by their names")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fuzz_targets::{TARGETS, Target};
use rustix::time::{ClockId, clock_gettime};

/// The most processor time that an input may take, in a build without optimization. Nothing that is read has more than
/// some megabytes: what takes longer is work that grows faster than the input.
const TIME_LIMIT: Duration = Duration::from_secs(5);

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The processor time of this thread so far: other programs don't lengthen it.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs().try_into().unwrap(),
    )
}

/// What is wrong with the target on this input, if anything.
fn fault(target: &Target, name: &str, content: &[u8]) -> Option<String> {
    let start = now();
    let run = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(content)));
    let took = now() - start;
    if run.is_err() {
        return Some(format!("{}: {name} fails", target.name));
    }
    (took > TIME_LIMIT).then(|| {
        format!(
            "{}: {name} takes {took:?} for {} bytes",
            target.name,
            content.len()
        )
    })
}

#[test]
fn every_seed_holds() {
    let faults: Vec<String> = TARGETS
        .iter()
        .flat_map(|target| {
            let seeds = (target.seeds)();
            let faults = seeds
                .iter()
                .filter_map(|(name, content)| fault(target, &format!("seed {name}"), content));
            faults.collect::<Vec<String>>()
        })
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_regression_holds() {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for target in TARGETS {
        known.insert(target.name.to_owned());
        let folder = folder("regressions").join(target.name);
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            faults.extend(fault(target, &name, &fs::read(&path).unwrap()));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    for entry in fs::read_dir(folder("regressions")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name), "there is no target {name}");
    }
}

#[test]
fn libfuzzer_has_every_target() {
    let manifest = fs::read_to_string(folder("libfuzzer/Cargo.toml")).unwrap();
    let programs: Vec<&str> = manifest
        .lines()
        .skip_while(|line| *line != "[[bin]]")
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(programs, targets);
    for name in targets {
        let program =
            fs::read_to_string(folder("libfuzzer/fuzz_targets").join(format!("{name}.rs")));
        assert!(
            program
                .unwrap()
                .contains(&format!("fuzz_targets::{name}(bytes)")),
            "{name}"
        );
    }
}
