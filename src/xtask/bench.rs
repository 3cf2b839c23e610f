//! Measures how fast the composer is, against what was promised.
//!
//! Time on a busy machine says little, so a measure over its limit is shown
//! and is no failure. The shortest run and the median are the ones to compare.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use xtask::project;
use xtask::sizes;

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
    let [check_full, check_reused, compose_full, compose_reused] = step()?;
    let program = program()?;
    let standard = export(&program, &[])?;
    let full = export(&program, &full_spec())?;
    let page = page(&folders)?;
    print_sizes()?;
    println!(
        "\n{:<44} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "", "min", "median", "p95", "max", "limit", "ratio"
    );
    for (name, times, of, limit) in [
        ("compose standard, native", compose, Statistic::Median, 5.0),
        (
            "archive standard, native",
            archive,
            Statistic::Median,
            100.0,
        ),
        (
            "size four environments, native",
            sizing,
            Statistic::Median,
            1.0,
        ),
        (
            "size four that don't fit, native",
            crowded,
            Statistic::Median,
            0.5,
        ),
        ("page: ready", page.ready, Statistic::Median, 500.0),
        (
            "page at a quarter of its speed: ready",
            page.slow_ready,
            Statistic::Median,
            1000.0,
        ),
        ("page: toggle to its pane", page.pane, Statistic::P95, 50.0),
        (
            "page: toggle, CPU of its main thread",
            page.busy,
            Statistic::Median,
            8.0,
        ),
        (
            "page: the same by hand",
            page.busy_by_hand,
            Statistic::Median,
            8.0,
        ),
        (
            "page: toggle with twelve environments, CPU",
            page.busy_twelve,
            Statistic::Median,
            8.0,
        ),
        (
            "page at a quarter of its speed: toggle to its answer",
            page.slow_answer,
            Statistic::P95,
            100.0,
        ),
        (
            "page at a quarter of its speed: the same by hand",
            page.slow_answer_by_hand,
            Statistic::P95,
            100.0,
        ),
        (
            "page at a quarter of its speed: tab to chosen",
            page.tab,
            Statistic::P95,
            100.0,
        ),
        (
            "page at a quarter of its speed: a key in the search, CPU",
            page.key,
            Statistic::P95,
            50.0,
        ),
        (
            "page at a quarter of its speed: the lines found, CPU",
            page.lines,
            Statistic::P95,
            50.0,
        ),
        (
            "page at a quarter of its speed: outlook, longest task",
            page.outlook,
            Statistic::Median,
            100.0,
        ),
        (
            "page: zip, read back, dialog",
            page.zip,
            Statistic::Median,
            100.0,
        ),
    ] {
        print(
            name,
            times,
            of,
            Some(Duration::from_secs_f64(limit / 1000.0)),
        );
    }
    for (name, exported, limit) in [
        ("export standard to a folder, process", standard, 1.25),
        ("export the most environments, process", full, 2.0),
    ] {
        exported.print(name, limit);
    }
    for (name, times) in [
        ("page: first file, second part loaded", page.first),
        ("page: toggle to its answer", page.answer),
        (
            "page at a quarter of its speed: toggle to its pane",
            page.slow_pane,
        ),
        (
            "page at a quarter of its speed: the same by hand",
            page.slow_pane_by_hand,
        ),
        (
            "page at a quarter of its speed: tab to its pane",
            page.tab_pane,
        ),
        ("page: toggle of the shown file, CPU", page.busy_shown),
        ("step on standard: full check, native", check_full),
        ("step on standard: check from the one before", check_reused),
        ("step on standard: full composition, native", compose_full),
        (
            "step on standard: compose from the one before",
            compose_reused,
        ),
    ] {
        print(name, times, Statistic::Median, None);
    }
    println!(
        "\n{RUNS} runs each, of which some change the shown file; the ratio is that of the median to the limit, of p95 where a * \
         stands; the limit of an export is a multiple of what `cp -r` of the same files takes in between"
    );
    print_scores();
    Ok(())
}

/// The bytes that are loaded, against their limits.
fn print_sizes() -> Result<()> {
    let sized = sizes::of_site(&project::site())?;
    println!(
        "\n{:<44} {:>9} {:>9} {:>6}",
        "brotli", "bytes", "limit", "ratio"
    );
    for (name, bytes, limit) in sizes::against_limits(&sized) {
        let name = format!("page: {name}");
        let ratio = bytes as f64 / limit as f64;
        println!("{name:<44} {bytes:>9} {limit:>9} {ratio:>6.3}");
    }
    Ok(())
}

/// What a limit is for.
#[derive(Clone, Copy)]
enum Statistic {
    Median,
    P95,
}

/// What steps on the page took.
#[derive(Default)]
struct PageTimes {
    /// From the click on a switch until its pane is painted.
    pane: Vec<Duration>,
    /// The same until its answer is painted.
    answer: Vec<Duration>,
    /// How long the main thread is busy until the pane is painted.
    busy: Vec<Duration>,
    /// Those of `busy` that changed the shown file.
    busy_shown: Vec<Duration>,
    /// As `busy`, by hand: from where the button is let go.
    busy_by_hand: Vec<Duration>,
    /// As `busy`, of a composition of twelve environments.
    busy_twelve: Vec<Duration>,
    /// As `answer`, where the processor takes four times as long.
    slow_answer: Vec<Duration>,
    /// The same until its pane is painted.
    slow_pane: Vec<Duration>,
    /// As `slow_answer`, by hand: from where the button is let go.
    slow_answer_by_hand: Vec<Duration>,
    /// The same until its pane is painted.
    slow_pane_by_hand: Vec<Duration>,
    /// From the click on a tab until it is painted as chosen, where the processor takes four times as long.
    tab: Vec<Duration>,
    /// The same until its pane is painted.
    tab_pane: Vec<Duration>,
    /// The processor's time of a key in the search, where the processor takes four times as long.
    key: Vec<Duration>,
    /// The same of the lines that are found once nobody types.
    lines: Vec<Duration>,
    /// The longest task until the page tells what a switch would do, where the processor takes four times as long.
    outlook: Vec<Duration>,
    /// From the request for the document to the drawn form.
    ready: Vec<Duration>,
    /// The same, where the processor takes four times as long.
    slow_ready: Vec<Duration>,
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
            ["toggle", answer, pane, busy, is_shown] => {
                times.answer.push(number(answer)?);
                times.pane.push(number(pane)?);
                times.busy.push(number(busy)?);
                if is_shown.parse()? {
                    times.busy_shown.push(number(busy)?);
                }
            }
            ["hand", _, _, busy, _] => times.busy_by_hand.push(number(busy)?),
            ["twelve", busy] => times.busy_twelve.push(number(busy)?),
            ["slow", answer, pane] => {
                times.slow_answer.push(number(answer)?);
                times.slow_pane.push(number(pane)?);
            }
            ["slow-hand", answer, pane] => {
                times.slow_answer_by_hand.push(number(answer)?);
                times.slow_pane_by_hand.push(number(pane)?);
            }
            ["tab", chosen, pane] => {
                times.tab.push(number(chosen)?);
                times.tab_pane.push(number(pane)?);
            }
            ["key", busy] => times.key.push(number(busy)?),
            ["lines", busy] => times.lines.push(number(busy)?),
            ["outlook", longest] => times.outlook.push(number(longest)?),
            ["ready", took] => times.ready.push(number(took)?),
            ["slow-ready", took] => times.slow_ready.push(number(took)?),
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
                    "{name:<44} {:>9.0} {median:>9.0} {:>9.0} {wanted:>9.0} {:>6.2}",
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

/// The check and the composition of a step, each in full and from the one before: benches/step.rs.
fn step() -> Result<[Vec<Duration>; 4]> {
    let lines = output(
        cargo()
            .args(["bench", "--quiet", "--package", "xtask"])
            .args(["--bench", "step", "--"])
            .arg(RUNS.to_string()),
    )
    .context("`cargo bench --package xtask --bench step` failed")?;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for line in lines.lines() {
        let numbers: Vec<&str> = line.split(' ').collect();
        ensure!(numbers.len() == times.len(), "`{line}` is no measure");
        for (times, number) in times.iter_mut().zip(numbers) {
            times.push(Duration::from_nanos(number.parse()?));
        }
    }
    Ok(times)
}

/// The release build of the command.
fn program() -> Result<PathBuf> {
    run_command(cargo().args(["build", "--release", "--package", "temporal-composer"]))?;
    Ok(target_folder()?.join("release/temporal-composer"))
}

/// `standard` with as many environments as a spec can have.
fn full_spec() -> Vec<String> {
    let mut arguments = Vec::new();
    for count in 0..29 {
        for value in [
            "profile=dev".to_owned(),
            format!("network.vpc_cidr=10.{}.0.0/16", 100 + count),
        ] {
            arguments.extend(["--set".to_owned(), format!("environments.e{count}.{value}")]);
        }
    }
    arguments
}

/// What it takes to export, and to copy what was exported.
struct ExportTimes {
    exports: Vec<Duration>,
    copies: Vec<Duration>,
}

impl ExportTimes {
    /// The limit is how many times as long as a copy an export may take.
    fn print(mut self, name: &str, limit: f64) {
        self.copies.sort();
        let copy = self.copies[self.copies.len() / 2];
        print(
            name,
            self.exports,
            Statistic::Median,
            Some(copy.mul_f64(limit)),
        );
    }
}

/// Exports `standard` with these changes, each time into a folder of its own, and copies it by `cp -r`, in turns. An export
/// waits for the disk to have every file, which `cp` doesn't.
fn export(program: &Path, changes: &[String]) -> Result<ExportTimes> {
    let scratch = tempfile::tempdir()?;
    let mut exported = ExportTimes {
        exports: Vec::new(),
        copies: Vec::new(),
    };
    for turn in 0..RUNS {
        let out = scratch.path().join(turn.to_string());
        let copy = scratch.path().join(format!("{turn}-copy"));
        let mut command = Command::new(program);
        command.args(["export", "--preset", "standard", "--out"]);
        exported
            .exports
            .push(timed(command.arg(&out).args(changes))?);
        ensure!(
            fs::read_dir(&out)?.next().is_some(),
            "`temporal-composer export --preset standard --out {}` wrote nothing",
            out.display()
        );
        let mut command = Command::new("cp");
        exported
            .copies
            .push(timed(command.arg("-r").args([&out, &copy]))?);
        fs::remove_dir_all(copy)?;
        fs::remove_dir_all(out)?;
    }
    Ok(exported)
}

/// How long a command takes.
fn timed(command: &mut Command) -> Result<Duration> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status().context("could not start the command")?;
    let took = began.elapsed();
    ensure!(status.success(), "{command:?} failed ({status})");
    Ok(took)
}

fn print(name: &str, mut times: Vec<Duration>, of: Statistic, limit: Option<Duration>) {
    times.sort();
    let (Some(min), Some(max)) = (times.first(), times.last()) else {
        println!("{name:<44} not measured");
        return;
    };
    let median = times[times.len() / 2];
    let p95 = times[(times.len() * 95).div_ceil(100) - 1];
    let (measured, mark) = match of {
        Statistic::Median => (median, " "),
        Statistic::P95 => (p95, "*"),
    };
    let against = limit.map_or_else(String::new, |limit| {
        let ratio = measured.as_secs_f64() / limit.as_secs_f64();
        format!(" {:>9} {ratio:>6.2}{mark}", milliseconds(limit))
    });
    println!(
        "{name:<44} {:>9} {:>9} {:>9} {:>9}{against}",
        milliseconds(*min),
        milliseconds(median),
        milliseconds(p95),
        milliseconds(*max),
    );
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
