//! Measures how fast the composer is, against what was promised.
//!
//! Time on a busy machine says little, so a measure over its limit is shown
//! and is no failure. The shortest run and the median are the ones to compare.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use xtask::project;

use crate::command::{cargo, output, run as run_command, target_folder, with_path};
use crate::setup::{Tool, set_up};
use crate::{lighthouse, site, versions};

const RUNS: usize = 31;

/// Measures and prints.
pub(crate) fn run() -> Result<()> {
    let folders = set_up(&[Tool::Chromium])?;
    site::build()?;
    let (compose, archive) = compose()?;
    let (sizing, crowded) = sizing()?;
    let export = export()?;
    let page = page(&folders)?;
    println!(
        "\n{:<40} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "", "min", "median", "p95", "max", "limit", "ratio"
    );
    for (name, times, of, limit) in [
        ("compose standard, native", compose, Of::Median, 5),
        ("archive standard, native", archive, Of::Median, 100),
        ("size four environments, native", sizing, Of::Median, 1),
        ("size four that don't fit, native", crowded, Of::Median, 1),
        (
            "export standard to a folder, process",
            export,
            Of::Median,
            // Most of it is waiting for the disk to have every file.
            100,
        ),
        ("page: toggle to painted", page.toggle, Of::P95, 50),
        (
            "page: toggle, CPU of its main thread",
            page.busy,
            Of::Median,
            10,
        ),
        ("page: zip, read back, dialog", page.zip, Of::Median, 100),
    ] {
        print(name, times, of, Some(Duration::from_millis(limit)));
    }
    for (name, times) in [
        ("page: first file, second part loaded", page.first),
        ("page: toggle of the shown file, CPU", page.busy_shown),
    ] {
        print(name, times, Of::Median, None);
    }
    println!(
        "\n{RUNS} runs each, of which some change the shown file; the ratio is that of the median to the limit, of p95 where a * stands"
    );
    print_scores();
    Ok(())
}

/// What a limit is for.
#[derive(Clone, Copy)]
enum Of {
    Median,
    P95,
}

/// What steps on the page took.
#[derive(Default)]
struct PageTimes {
    toggle: Vec<Duration>,
    busy: Vec<Duration>,
    /// Those of `busy` that changed the shown file.
    busy_shown: Vec<Duration>,
    zip: Vec<Duration>,
    first: Vec<Duration>,
}

/// `standard` in Chromium, the Code pane open: tests/browser/benches/page.rs.
fn page(folders: &[PathBuf]) -> Result<PageTimes> {
    let lines = output(
        with_path(cargo(), folders)
            // The page is measured, not what steers it: that is the build of the tests.
            .args(["bench", "--quiet", "--workspace", "--profile", "dev"])
            .args(["--bench", "page", "--"])
            .arg(RUNS.to_string()),
    )
    .context("`cargo bench --workspace --profile dev --bench page` failed")?;
    let mut times = PageTimes::default();
    for line in lines.lines() {
        let number = |text: &str| Ok::<_, anyhow::Error>(Duration::from_nanos(text.parse()?));
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["toggle", took, busy, is_shown] => {
                times.toggle.push(number(took)?);
                times.busy.push(number(busy)?);
                if is_shown.parse()? {
                    times.busy_shown.push(number(busy)?);
                }
            }
            ["zip", took] => times.zip.push(number(took)?),
            ["first", took] => times.first.push(number(took)?),
            _ => bail!("`{line}` is no measure"),
        }
    }
    Ok(times)
}

/// Lighthouse's scores; no gate, since they move with the machine's load.
fn print_scores() {
    let scores = set_up(&[Tool::Chromium, Tool::Lighthouse])
        .and_then(|folders| lighthouse::scores(&project::site(), &folders));
    match scores {
        Ok(scores) => {
            println!(
                "\n{:<40} {:>9} {:>9} {:>9} {:>9} {:>6}",
                format!("Lighthouse {}, mobile, gzip", versions::LIGHTHOUSE),
                "min",
                "median",
                "max",
                "wanted",
                "ratio"
            );
            for (name, scores) in scores.categories {
                let wanted = if name == "performance" { 95.0 } else { 100.0 };
                let median = scores[scores.len() / 2];
                println!(
                    "{name:<40} {:>9.0} {median:>9.0} {:>9.0} {wanted:>9.0} {:>6.2}",
                    scores[0],
                    scores[scores.len() - 1],
                    median / wanted
                );
            }
            let machine = scores.machine;
            println!(
                "{:<40} {:>9.0} {:>9.0} {:>9.0}",
                "the machine, as it measures it",
                machine[0],
                machine[machine.len() / 2],
                machine[machine.len() - 1]
            );
            println!("\n{} runs", lighthouse::RUNS);
        }
        Err(error) => println!("\nLighthouse: not measured ({error:#})"),
    }
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

fn print(name: &str, mut times: Vec<Duration>, of: Of, limit: Option<Duration>) {
    times.sort();
    let (Some(min), Some(max)) = (times.first(), times.last()) else {
        println!("{name:<40} not measured");
        return;
    };
    let median = times[times.len() / 2];
    let p95 = times[(times.len() * 95).div_ceil(100) - 1];
    let (measured, mark) = match of {
        Of::Median => (median, " "),
        Of::P95 => (p95, "*"),
    };
    let against = limit.map_or_else(String::new, |limit| {
        let ratio = measured.as_secs_f64() / limit.as_secs_f64();
        format!(" {:>9} {ratio:>6.2}{mark}", milliseconds(limit))
    });
    println!(
        "{name:<40} {:>9} {:>9} {:>9} {:>9}{against}",
        milliseconds(*min),
        milliseconds(median),
        milliseconds(p95),
        milliseconds(*max),
    );
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
