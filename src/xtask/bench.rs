//! Measures how fast the composer is, against what was promised.
//!
//! Time on a busy machine says little, so a measure over its limit is shown
//! and is no failure. The shortest run and the median are the ones to compare.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use crate::command::{cargo, output, run as run_command};

const RUNS: usize = 31;

/// Measures and prints.
pub(crate) fn run() -> Result<()> {
    let (compose, archive) = compose()?;
    let (sizing, crowded) = sizing()?;
    let export = export()?;
    println!(
        "\n{:<40} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "", "min", "median", "max", "limit", "ratio"
    );
    print(
        "compose standard, native",
        compose,
        Duration::from_millis(5),
    );
    print(
        "archive standard, native",
        archive,
        Duration::from_millis(100),
    );
    print(
        "size four environments, native",
        sizing,
        Duration::from_millis(1),
    );
    print(
        "size four that don't fit, native",
        crowded,
        Duration::from_millis(1),
    );
    print(
        "export standard to a folder, process",
        export,
        Duration::from_millis(30),
    );
    println!("\n{RUNS} runs each; the ratio is that of the median to the limit");
    Ok(())
}

/// From the spec to the tree, and from the tree to the archive's bytes, in one process: benches/compose.rs.
fn compose() -> Result<(Vec<Duration>, Vec<Duration>)> {
    let lines = output(
        cargo()
            .args(["bench", "--quiet", "--package", "xtask"])
            .args(["--bench", "compose", "--"])
            .arg(RUNS.to_string()),
    )
    .context("`cargo bench --package xtask --bench compose` failed")?;
    lines
        .lines()
        .map(|line| {
            let (compose, archive) = line.split_once(' ').context("two numbers a line")?;
            Ok((
                Duration::from_nanos(compose.parse()?),
                Duration::from_nanos(archive.parse()?),
            ))
        })
        .collect::<Result<Vec<_>>>()
        .map(|pairs| pairs.into_iter().unzip())
}

/// The placement, connections and cost of four environments that fit, and of four that don't: benches/sizing.rs.
fn sizing() -> Result<(Vec<Duration>, Vec<Duration>)> {
    let lines = output(
        cargo()
            .args(["bench", "--quiet", "--package", "xtask"])
            .args(["--bench", "sizing", "--"])
            .arg(RUNS.to_string()),
    )
    .context("`cargo bench --package xtask --bench sizing` failed")?;
    let times = |part: &str| -> Result<Vec<Duration>> {
        let numbers = part.lines().map(str::parse);
        let times = numbers.map(|number| Ok(Duration::from_nanos(number?)));
        times.collect()
    };
    let (fitting, crowded) = lines.split_once("\n\n").context("two parts")?;
    Ok((times(fitting)?, times(crowded.trim_end())?))
}

/// The release build of the command, each run into a folder of its own.
fn export() -> Result<Vec<Duration>> {
    run_command(cargo().args(["build", "--release", "--package", "temporal-composer"]))?;
    let program = target_folder()?.join("release/temporal-composer");
    let scratch = tempfile::tempdir()?;
    (0..RUNS)
        .map(|turn| {
            let out = scratch.path().join(turn.to_string());
            let mut command = Command::new(&program);
            command
                .args(["export", "--preset", "standard", "--out"])
                .arg(&out)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let began = Instant::now();
            let status = command.status().context("could not start the command")?;
            let took = began.elapsed();
            ensure!(
                status.success() && fs::read_dir(&out)?.next().is_some(),
                "`temporal-composer export --preset standard --out {}` wrote nothing ({status})",
                out.display()
            );
            Ok(took)
        })
        .collect()
}

fn target_folder() -> Result<std::path::PathBuf> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))
        .context("`cargo metadata` failed")?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    metadata["target_directory"]
        .as_str()
        .map(Into::into)
        .ok_or_else(|| anyhow!("`cargo metadata` names no target folder"))
}

fn print(name: &str, mut times: Vec<Duration>, limit: Duration) {
    times.sort();
    let (Some(min), Some(max)) = (times.first(), times.last()) else {
        println!("{name:<40} not measured");
        return;
    };
    let median = times[times.len() / 2];
    let ratio = median.as_secs_f64() / limit.as_secs_f64();
    println!(
        "{name:<40} {:>9} {:>9} {:>9} {:>9} {ratio:>6.2}",
        milliseconds(*min),
        milliseconds(median),
        milliseconds(*max),
        milliseconds(limit),
    );
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
