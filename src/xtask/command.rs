//! Runs other programs, and says which and why they failed.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use xtask::project;

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(project::root());
    cargo
}

/// Where cargo builds.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))
        .context("`cargo metadata` failed")?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    metadata["target_directory"]
        .as_str()
        .map(Into::into)
        .ok_or_else(|| anyhow!("`cargo metadata` names no target folder"))
}

/// `command` with `folders` first on its `PATH`.
pub(crate) fn with_path(mut command: Command, folders: &[PathBuf]) -> Command {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(folders.iter().cloned().chain(env::split_paths(&inherited)))
        .expect("a cache folder's name has no `:`");
    command.env("PATH", path);
    command
}

/// Shows the command, runs it, and fails where it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// As `run`, and hands each line of its stdout on before it is printed.
pub(crate) fn run_reading(command: &mut Command, mut line_read: impl FnMut(&str)) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{shown}`"))?;
    let stdout = child.stdout.take().expect("stdout was asked for");
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.with_context(|| format!("could not read from `{shown}`"))?;
        let line = String::from_utf8_lossy(&line);
        line_read(&line);
        println!("{line}");
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// The stdout of a command that succeeds; `None` where it fails or isn't there.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it.
fn show(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .map_or_else(OsString::new, OsStr::to_owned);
    let mut shown = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains(char::is_whitespace) {
            let _ = write!(shown, " '{argument}'");
        } else {
            let _ = write!(shown, " {argument}");
        }
    }
    shown
}
