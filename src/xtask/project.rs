//! Where the project's things are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The root of the checkout.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate is two folders below the root")
}

/// The folder of the built site: `dist` in the root's `Cargo.toml`.
#[must_use]
pub fn site() -> PathBuf {
    root().join("target/site")
}

/// The files below `folder`, in order, each as a path from there with `/`.
///
/// # Errors
/// Where a folder can't be listed.
pub fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(within) = folders.pop() {
        let listed = folder.join(&within);
        for entry in fs::read_dir(&listed).with_context(|| listed.display().to_string())? {
            let entry = entry?;
            let name = format!("{within}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push(format!("{name}/"));
            } else {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The first of `names` that is a program on `PATH`.
#[must_use]
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
    })
}

/// Chromium, under whichever name it is installed.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    program(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ])
}

/// The driver that the browser tests steer Chromium with.
#[must_use]
pub fn chromedriver() -> Option<PathBuf> {
    program(&["chromedriver"])
}
