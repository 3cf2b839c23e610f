//! Writes what was composed: whole or not at all, and never over something else.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use composer_core::Tree;
use tempfile::{NamedTempFile, TempDir};

use crate::outcome::Stop;

/// Writes the tree into `folder`, which must not exist or be empty. It is written into a temporary folder first and then
/// renamed, so that a failure leaves nothing behind.
pub(crate) fn folder(tree: &Tree, folder: &Path) -> Result<()> {
    match fs::symlink_metadata(folder) {
        Err(_) => make(tree, folder),
        Ok(_) if !folder.exists() => Err(refused(folder, "is a link that leads nowhere")),
        Ok(_) if !folder.is_dir() => Err(refused(folder, "is a file")),
        Ok(_) => {
            let mut entries =
                fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
            match entries.next() {
                None => fill(tree, folder),
                Some(_) => Err(refused(folder, "is not empty")),
            }
        }
    }
}

/// Makes a folder that isn't there: written beside it, then renamed.
fn make(tree: &Tree, folder: &Path) -> Result<()> {
    let parent = parent(folder);
    fs::create_dir_all(&parent).with_context(|| format!("can't make {}", parent.display()))?;
    let staging = staging(&parent)?;
    // A temporary folder is its owner's alone; the one inside it has the usual mode.
    let inside = staging.path().join("tree");
    write_all(tree, &inside)?;
    fs::rename(&inside, folder).with_context(|| format!("can't make {}", folder.display()))
}

/// Fills a folder that is empty. It stays the same folder, since it may be the current one, a mount or behind a link.
fn fill(tree: &Tree, folder: &Path) -> Result<()> {
    let staging = staging(folder)?;
    write_all(tree, staging.path())?;
    let names: BTreeSet<&str> = tree
        .files()
        .map(|(path, _)| path.split_once('/').map_or(path, |(top, _)| top))
        .collect();
    for (done, name) in names.iter().enumerate() {
        if let Err(error) = fs::rename(staging.path().join(name), folder.join(name)) {
            for moved in names.iter().take(done) {
                // What can't be taken back stays: there is nothing better to do with it.
                let _ = fs::rename(folder.join(moved), staging.path().join(moved));
            }
            return Err(error).with_context(|| format!("can't write into {}", folder.display()));
        }
    }
    Ok(())
}

fn staging(around: &Path) -> Result<TempDir> {
    TempDir::with_prefix_in(".temporal-composer-", around)
        .with_context(|| format!("can't write into {}", around.display()))
}

fn write_all(tree: &Tree, folder: &Path) -> Result<()> {
    for (path, file) in tree.files() {
        let path = folder.join(path);
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
    Ok(())
}

/// Writes `bytes` to `path`, which must not exist.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<()> {
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(path).is_ok() {
        return Err(refused(path, "is there already"));
    }
    let parent = parent(path);
    fs::create_dir_all(&parent).with_context(|| format!("can't make {}", parent.display()))?;
    let mut staging =
        new_file(&parent).with_context(|| format!("can't write into {}", parent.display()))?;
    staging
        .write_all(bytes)
        .with_context(|| format!("can't write {}", path.display()))?;
    match staging.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(refused(path, "is there already"))
        }
        Err(error) => Err(error.error).with_context(|| format!("can't make {}", path.display())),
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

/// A temporary file with the mode that any new file has, not readable by its owner alone.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::PermissionsExt as _;
        fs::Permissions::from_mode(0o666)
    };
    #[cfg(unix)]
    builder.permissions(mode);
    builder.prefix(".temporal-composer-").tempfile_in(folder)
}
