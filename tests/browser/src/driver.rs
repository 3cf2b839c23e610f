//! A Chromium with a profile of its own, and the driver that steers it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::project;

use crate::PATIENCE;

/// A chromedriver and, once there is a session, the Chromium it started.
/// Both end with this value.
#[derive(Debug)]
pub(crate) struct Driver {
    child: Child,
    port: u16,
    profile: TempDir,
    downloads: TempDir,
}

impl Driver {
    pub(crate) fn start() -> Result<Self> {
        let program = project::chromedriver()
            .context("`chromedriver` is not on PATH: `cargo xtask test` installs it")?;
        // Now and then one ends before it listens, for a reason that is not known: the next one listens.
        let mut started = start_process(&program);
        for _ in 1..ATTEMPTS {
            if started.is_ok() {
                break;
            }
            started = start_process(&program);
        }
        let (child, port) = started?;
        Ok(Self {
            child,
            port,
            profile: TempDir::with_prefix("composer-profile-")?,
            downloads: TempDir::with_prefix("composer-downloads-")?,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn downloads(&self) -> &Path {
        self.downloads.path()
    }

    pub(crate) fn capabilities(&self) -> Result<Capabilities> {
        let chromium = project::chromium()
            .context("Chromium is not on PATH: `cargo xtask test` installs it")?;
        let patience = u64::try_from(PATIENCE.as_millis())?;
        let capabilities = json!({
            "browserName": "chrome",
            "timeouts": { "script": patience, "pageLoad": patience, "implicit": 0 },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": chromium,
                "args": [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    // A container's /dev/shm is often too small.
                    "--disable-dev-shm-usage",
                    "--lang=en-US",
                    "--window-size=1280,900",
                    format!("--user-data-dir={}", self.profile.path().display()),
                ],
                "prefs": {
                    "download.default_directory": self.downloads.path(),
                    "download.prompt_for_download": false,
                    // Not the new tab's page, which loads eighty files.
                    "session.restore_on_startup": 4,
                    "session.startup_urls": ["about:blank"],
                    // More than one download a page.
                    "profile.default_content_setting_values.automatic_downloads": 1,
                },
            },
        });
        match capabilities {
            Value::Object(capabilities) => Ok(capabilities),
            _ => unreachable!("it was written as an object"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and most mean that it's gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
        end_processes_with(self.profile.path());
    }
}

/// How many are started at most, one after the other, until one listens.
const ATTEMPTS: usize = 3;

/// A chromedriver with the port that it listens on.
///
/// # Errors
/// Where it can't be started, or ends before it listens: with its status and what it said.
fn start_process(program: &Path) -> Result<(Child, u16)> {
    let mut child = Command::new(program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("could not start chromedriver")?;
    let stdout = child.stdout.take().expect("stdout was asked for");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let mut said = Vec::new();
    for line in lines.by_ref() {
        if let Some(port) = started_on(&line) {
            // It must not block on a full pipe later.
            thread::spawn(move || lines.for_each(drop));
            return Ok((child, port));
        }
        said.push(line);
    }
    let status = child.wait()?;
    bail!(
        "chromedriver ended without naming its port ({status}): {}",
        said.join("\n")
    )
}

/// The port in `ChromeDriver was started successfully on port 33343.`.
fn started_on(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

/// Ends what a session that didn't close has left: its processes carry the
/// name of the profile, which is nobody else's.
fn end_processes_with(profile: &Path) {
    let profile = profile.as_os_str().as_encoded_bytes();
    let Ok(processes) = fs::read_dir("/proc") else {
        return; // Not Linux: chromedriver closes Chromium, if not so surely.
    };
    for process in processes.flatten() {
        let pid = process.file_name().to_string_lossy().into_owned();
        let is_ours = pid.bytes().all(|byte| byte.is_ascii_digit())
            && fs::read(process.path().join("cmdline")).is_ok_and(|command| {
                command
                    .windows(profile.len())
                    .any(|window| window == profile)
            });
        if is_ours {
            let _ = Command::new("kill").args(["-KILL", &pid]).status();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_says_its_port() {
        assert_eq!(
            started_on("ChromeDriver was started successfully on port 33343."),
            Some(33343)
        );
        assert_eq!(started_on("Starting ChromeDriver 156 on port 0"), None);
    }
}
