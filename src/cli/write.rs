//! Writes what was composed: whole or not at all, and never over something else.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use composer_core::Tree;
use tempfile::{NamedTempFile, TempDir};

use crate::outcome::Stop;

/// Writes the tree into `folder`, which must not exist or be empty. It is written beside it first and then renamed, so
/// that a failure leaves nothing behind.
pub(crate) fn folder(tree: &Tree, folder: &Path) -> Result<()> {
    refuse_if_taken(folder)?;
    let parent = parent(folder);
    fs::create_dir_all(&parent).with_context(|| format!("can't make {}", parent.display()))?;
    let staging = TempDir::with_prefix_in(".temporal-composer-", &parent)
        .with_context(|| format!("can't write into {}", parent.display()))?;
    let inside = staging.path().join("tree");
    for (path, file) in tree.files() {
        let path = inside.join(path);
        if let Some(around) = path.parent() {
            fs::create_dir_all(around)
                .with_context(|| format!("can't make {}", around.display()))?;
        }
        fs::write(&path, file.text.as_bytes())
            .with_context(|| format!("can't write {}", path.display()))?;
        if file.executable {
            make_executable(&path)?;
        }
    }
    if folder.exists() {
        // Refused above unless empty; a rename over a folder works only on some systems.
        fs::remove_dir(folder).with_context(|| format!("can't replace {}", folder.display()))?;
    }
    fs::rename(&inside, folder).with_context(|| format!("can't make {}", folder.display()))
}

/// Writes `bytes` to `path`, which must not exist.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.exists() {
        return Err(refused(path, "is there already"));
    }
    let parent = parent(path);
    let mut staging = NamedTempFile::new_in(&parent)
        .with_context(|| format!("can't write into {}", parent.display()))?;
    staging
        .write_all(bytes)
        .with_context(|| format!("can't write {}", path.display()))?;
    readable_by_all(staging.path())?;
    staging
        .persist_noclobber(path)
        .map_err(|error| error.error)
        .with_context(|| format!("can't make {}", path.display()))?;
    Ok(())
}

fn refuse_if_taken(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(refused(folder, "is a file"));
    }
    let mut entries =
        fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(refused(folder, "is not empty")),
    }
}

fn refused(path: &Path, why: &str) -> anyhow::Error {
    Stop::Refused(format!(
        "{} {why}, nothing was written\nhint: name another with --out",
        path.display()
    ))
    .into()
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("can't make {} executable", path.display()))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

/// A temporary file begins readable by its owner alone.
#[cfg(unix)]
fn readable_by_all(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
        .with_context(|| format!("can't set the mode of {}", path.display()))
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> Result<()> {
    Ok(())
}
