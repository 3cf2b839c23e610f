//! Writes what was composed: whole or not at all, and never over something else.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use composer_core::{Tree, text};
use tempfile::TempPath;

use crate::interrupt::{self, Hold};
use crate::outcome::Stop;
use crate::staging::{self, Others, stage};

/// Writes the tree into `folder`, which must not exist or be empty. It is written beside or into it under another name
/// first and then renamed, so that neither a failure nor a signal leaves half of it.
pub(crate) fn folder(tree: &Tree, folder: &Path) -> Result<()> {
    let hold = interrupt::hold()?;
    match obstacle(folder) {
        Some(refusal) => Err(refusal),
        None if folder.is_dir() => fill(tree, folder, &hold),
        None => make(tree, folder, &hold),
    }
}

/// Makes a folder that isn't there: written beside it, then renamed.
fn make(tree: &Tree, folder: &Path, hold: &Hold) -> Result<()> {
    let parent = parent(folder);
    let parents = Parents::make(&parent)?;
    let staging = stage(&parent, Others::Welcome, hold)?;
    // A staging folder is its owner's alone; the one inside it has the usual mode.
    let inside = staging.tree(tree)?;
    hold.check()?;
    if let Err(error) = fs::rename(&inside, folder) {
        return Err(match obstacle(folder) {
            Some(refusal) if is_in_the_way(&error) => refusal,
            _ => Error::new(error).context(format!("can't make {}", folder.display())),
        });
    }
    parents.keep()?;
    staging.done()
}

/// Fills a folder that is empty. It stays the same folder, since it may be the current one, a mount or behind a link.
fn fill(tree: &Tree, folder: &Path, hold: &Hold) -> Result<()> {
    let staging = stage(folder, Others::KeptOut, hold)?;
    // Once more, now that no other run can write there.
    let is_own = |name: &OsString| Some(name.as_os_str()) == staging.name();
    if let Some(name) = entries(folder)?.iter().find(|name| !is_own(name)) {
        return Err(not_empty(folder, name));
    }
    let inside = staging.tree(tree)?;
    let names: BTreeSet<&str> = tree
        .files()
        .map(|(path, _)| path.split_once('/').map_or(path, |(top, _)| top))
        .collect();
    hold.check()?;
    for (done, name) in names.iter().enumerate() {
        if let Err(error) = rename_to_new(&inside.join(name), &folder.join(name)) {
            for moved in names.iter().take(done) {
                // What can't be taken back stays: there is nothing better to do with it.
                let _ = fs::rename(folder.join(moved), inside.join(moved));
            }
            return Err(if is_in_the_way(&error) {
                not_empty(folder, name.as_ref())
            } else {
                Error::new(error).context(format!("can't write into {}", folder.display()))
            });
        }
    }
    staging.done()
}

/// Writes `bytes` to `path`, which must not exist.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<()> {
    let hold = interrupt::hold()?;
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(path).is_ok() {
        return Err(refused(path, "is there already"));
    }
    let parent = parent(path);
    let parents = Parents::make(&parent)?;
    let staging = stage(&parent, Others::Welcome, &hold)?;
    let content = staging
        .file(bytes)
        .with_context(|| format!("can't write {}", path.display()))?;
    match content.persist_noclobber(path) {
        Ok(()) => {
            parents.keep()?;
            staging.done()
        }
        Err(error) if is_in_the_way(&error.error) => Err(refused(path, "is there already")),
        Err(error) => Err(error.error).with_context(|| format!("can't make {}", path.display())),
    }
}

/// Renames, but replaces nothing other than an empty folder by a folder.
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        // The system itself refuses to replace a folder that isn't empty.
        return fs::rename(from, to);
    }
    TempPath::try_from_path(from)?
        .persist_noclobber(to)
        .map_err(|error| error.error)
}

/// Whether a rename failed because something has the name already.
fn is_in_the_way(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty | ErrorKind::NotADirectory
    )
}

/// Why `folder` can't be written; `None` if it isn't there, or empty but for what runs that ended have left.
fn obstacle(folder: &Path) -> Option<Error> {
    if fs::symlink_metadata(folder).is_err() {
        return None;
    }
    if !folder.exists() {
        return Some(refused(folder, "is a link that leads nowhere"));
    }
    if !folder.is_dir() {
        return Some(refused(folder, "is a file"));
    }
    // What can't be listed is found out by writing into it.
    let entries = entries(folder).ok()?;
    let left = staging::leftovers(folder);
    let is_left = |name: &OsString| left.iter().any(|path| path.file_name() == Some(name));
    let name = entries.iter().find(|name| !is_left(name))?;
    Some(match left.first() {
        // It may have been killed between two of its renames.
        Some(left) => Stop::Refused(format!(
            "{} is not empty, nothing was written\nhint: name another with --out; what is in it may be half of a tree, \
             since {} is of a run that did not come to its end",
            folder.display(),
            left.display()
        ))
        .into(),
        None => not_empty(folder, name),
    })
}

/// The refusal of a folder that holds `name`, which is said, since `ls` doesn't show all names.
fn not_empty(folder: &Path, name: &OsStr) -> Error {
    let name = text::visible(&name.to_string_lossy());
    refused(folder, &format!("is not empty (`{name}` is in it)"))
}

fn refused(path: &Path, why: &str) -> Error {
    Stop::Refused(format!(
        "{} {why}, nothing was written\nhint: name another with --out",
        path.display()
    ))
    .into()
}

/// The names of what is in `folder`, sorted.
fn entries(folder: &Path) -> Result<BTreeSet<OsString>> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect())
        .with_context(|| format!("can't read {}", folder.display()))
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The folders above something that were made for it, and that go again if it isn't written.
struct Parents(Vec<PathBuf>);

impl Parents {
    fn make(folder: &Path) -> Result<Self> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| *folder != Path::new("") && !folder.exists())
            .collect();
        let mut made = Self(Vec::new());
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => made.0.push(folder.to_owned()),
                // Another run made it in the meantime, or its name ends with `..`.
                Err(_) if folder.is_dir() => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("can't make {}", folder.display()));
                }
            }
        }
        if folder.is_dir() {
            Ok(made)
        } else {
            Err(io::Error::from(ErrorKind::NotADirectory))
                .with_context(|| format!("can't make {}", folder.display()))
        }
    }

    /// What they were made for is there.
    fn keep(mut self) -> Result<()> {
        for made in self.0.drain(..) {
            staging::sync(&parent(&made))?;
        }
        Ok(())
    }
}

impl Drop for Parents {
    fn drop(&mut self) {
        for made in self.0.iter().rev() {
            // It stays if something else is in it by now.
            let _ = fs::remove_dir(made);
        }
    }
}
