//! Lighthouse's scores of the page, on its mobile profile: a slow telephone on a slow network.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use xtask::project;
use xtask::server::Server;

use crate::command::with_path;

/// What is scored.
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];

/// How often: the scores differ from run to run.
pub(crate) const RUNS: usize = 5;

/// Some 13 Mbit/s on each connection.
const PAUSE: Duration = Duration::from_millis(5);

/// What Lighthouse says.
pub(crate) struct Scores {
    /// The categories by name, each with its scores of all runs, of 100, ascending.
    pub(crate) categories: Vec<(&'static str, Vec<f64>)>,
    /// How fast it found the machine in all runs, ascending: its `benchmarkIndex`.
    pub(crate) machine: Vec<f64>,
}

/// Lighthouse's scores of the page in `site`, given what is in `folders`.
pub(crate) fn scores(site: &Path, folders: &[PathBuf]) -> Result<Scores> {
    let scratch = tempfile::tempdir()?;
    let served = scratch.path().join("site");
    packed(site, &served)?;
    // Lighthouse works out a slow network from the order in which things came: from a host that is no distance away,
    // the wasm comes before the first paint, which then seems to wait for it.
    let server = Server::start_afar(&served, 0, "/", PAUSE).context("the page can't be served")?;
    let mut all = CATEGORIES.map(|category| (category, Vec::new()));
    let mut machine = Vec::new();
    for _ in 0..RUNS {
        let report = report(&server.url(), scratch.path(), folders)?;
        for (category, scores) in &mut all {
            let score = report["categories"][*category]["score"].as_f64();
            let score =
                score.with_context(|| format!("Lighthouse gave no score for {category}"))?;
            scores.push(score * 100.0);
        }
        let index = report["environment"]["benchmarkIndex"].as_f64();
        machine.push(index.context("Lighthouse measured no machine")?);
    }
    for scores in all
        .iter_mut()
        .map(|(_, scores)| scores)
        .chain([&mut machine])
    {
        scores.sort_by(f64::total_cmp);
    }
    Ok(Scores {
        categories: all.into(),
        machine,
    })
}

/// What Lighthouse says of the page at `url`.
fn report(url: &str, scratch: &Path, folders: &[PathBuf]) -> Result<serde_json::Value> {
    let report = scratch.join("report.json");
    let chromium = project::chromium().context("Chromium is not on PATH")?;
    let mut lighthouse = with_path(Command::new("lighthouse"), folders);
    let status = lighthouse
        .arg(url)
        .args(["--quiet", "--output", "json", "--output-path"])
        .arg(&report)
        .arg(format!("--only-categories={}", CATEGORIES.join(",")))
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu")
        .env("CHROME_PATH", chromium)
        .stdout(Stdio::null())
        .status()
        .context("could not start `lighthouse`")?;
    ensure!(status.success(), "`lighthouse` failed ({status})");
    Ok(serde_json::from_slice(&fs::read(&report)?)?)
}

/// Copies the site, each file that packs well with a packed one beside it, as hosts do.
fn packed(site: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(site)? {
        let file = entry?.path();
        let name = file.file_name().context("a file has a name")?;
        let bytes = fs::read(&file)?;
        if file.extension().is_none_or(|extension| extension != "png") {
            let packed = fs::File::create(to.join(format!("{}.gz", name.to_string_lossy())))?;
            let mut gzip = GzEncoder::new(packed, Compression::best());
            gzip.write_all(&bytes)?;
            gzip.finish()?;
        }
        fs::write(to.join(name), bytes)?;
    }
    Ok(())
}
