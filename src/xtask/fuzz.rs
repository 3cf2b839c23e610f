//! Runs libFuzzer on the targets of `tests/fuzz`.
//!
//! On the stable toolchain: the coverage counters need no nightly one. The sanitizers would, and find what only `unsafe`
//! code can do wrong, of which the composer has none.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};
use xtask::project;

use crate::command::{cargo, output, run, target_folder, with_path};
use crate::setup::{Tool, set_up};

/// What one input may take before it counts as a hang; none that is read takes a second.
const TIMEOUT_SECONDS: u32 = 10;

/// The most memory of a run; the corpus is in it.
const MEMORY_MIB: u32 = 2_048;

/// Runs the targets named, or all, `seconds` each.
pub(crate) fn run_targets(names: &[String], seconds: u32) -> Result<()> {
    let folders = set_up(&[Tool::CargoFuzz])?;
    let target = target_folder()?;
    let work = target.join("fuzz");
    run(cargo().args(["build", "--workspace", "--bin", "fuzz-targets"]))?;
    let listed = output(Command::new(target.join("debug/fuzz-targets")).arg(work.join("corpus")))
        .context("the seeds could not be written")?;
    let targets = chosen(&listed, names)?;
    let programs = project::root().join("tests/fuzz/libfuzzer");
    let mut failed = Vec::new();
    for (name, max_len) in targets {
        let mut corpora = vec![work.join("corpus").join(name)];
        corpora.extend(regressions(name));
        let mut command = with_path(cargo(), &folders);
        command
            .args(["fuzz", "run", "--sanitizer", "none"])
            // The default is one, for a program that is run for weeks.
            .args(["--codegen-units", "16"])
            .arg("--fuzz-dir")
            .arg(&programs)
            .arg("--target-dir")
            .arg(&work)
            .arg(name)
            .args(corpora)
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={max_len}"))
            .arg(format!("-timeout={TIMEOUT_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
            .arg("-print_final_stats=1");
        if let Err(error) = run(&mut command) {
            println!("error: {name}: {error:#}");
            failed.push(format!(
                "{name} (the input is in {}; a fault that is repaired stays as a file in tests/fuzz/regressions/{name})",
                programs.join("artifacts").join(name).display()
            ));
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// The targets in `listed`, a name and its longest input a line, that are meant.
fn chosen<'a>(listed: &'a str, names: &[String]) -> Result<Vec<(&'a str, &'a str)>> {
    let all: Vec<(&str, &str)> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    if names.is_empty() {
        return Ok(all);
    }
    names
        .iter()
        .map(|name| {
            all.iter()
                .find(|(other, _)| other == name)
                .copied()
                .ok_or_else(|| {
                    let known: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
                    anyhow!("there is no target `{name}`: {}", known.join(", "))
                })
        })
        .collect()
}

/// The folder of what was found before, where there is something.
fn regressions(name: &str) -> Option<PathBuf> {
    let folder = project::root().join("tests/fuzz/regressions").join(name);
    folder.is_dir().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name() {
        let listed = "a 1\nb 2\n";
        let names =
            |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
        assert_eq!(chosen(listed, &[]).unwrap(), [("a", "1"), ("b", "2")]);
        assert_eq!(chosen(listed, &names(&["b"])).unwrap(), [("b", "2")]);
        assert_eq!(
            chosen(listed, &names(&["c"])).unwrap_err().to_string(),
            "there is no target `c`: a, b"
        );
    }
}
