//! Writes a tree or a file: all of it or nothing, and never over something that exists.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use composer_core::{Tree, text};
use tempfile::TempPath;

use crate::interrupt::{self, SignalGuard};
use crate::outcome::Stop;
use crate::staging::{self, Access, MakeTree, stage};

/// Writes the tree, and what `more` makes meanwhile on another thread, into `folder`, which must be empty or not exist. They
/// are first written under another name, beside or in the folder, and then renamed, so that neither a failure nor a signal
/// leaves half of them. Gives what `more` made.
pub(crate) fn folder(tree: &Tree, more: MakeTree<'_>, folder: &Path) -> Result<Tree> {
    let signals = interrupt::defer_signals()?;
    match obstacle(folder) {
        Some(refusal) => Err(refusal),
        None if folder.is_dir() => fill(tree, more, folder, &signals),
        None => create(tree, more, folder, &signals),
    }
}

/// Creates the folder: writes it beside its place, then renames it.
fn create(tree: &Tree, more: MakeTree<'_>, folder: &Path, signals: &SignalGuard) -> Result<Tree> {
    let parent = parent(folder);
    let parents = CreatedParents::create(&parent)?;
    let staging = stage(&parent, Access::Shared, signals)?;
    // A staging folder has mode 0700; the one inside it has the usual mode.
    let (inside, more) = staging.tree(tree, more)?;
    signals.check()?;
    if let Err(error) = fs::rename(&inside, folder) {
        return Err(match obstacle(folder) {
            Some(refusal) if already_exists(&error) => refusal,
            _ => Error::new(error).context(format!("can't create {}", folder.display())),
        });
    }
    parents.keep()?;
    staging.done()?;
    Ok(more)
}

/// Fills an empty folder. The folder itself stays, since it may be the current one, a mount or the target of a link.
fn fill(tree: &Tree, more: MakeTree<'_>, folder: &Path, signals: &SignalGuard) -> Result<Tree> {
    let staging = stage(folder, Access::Exclusive, signals)?;
    // Look again, now that no other run can write there.
    let is_own = |name: &OsString| Some(name.as_os_str()) == staging.name();
    if let Some(name) = entries(folder)?.iter().find(|name| !is_own(name)) {
        return Err(not_empty(folder, name));
    }
    let (inside, more) = staging.tree(tree, more)?;
    let names: BTreeSet<&str> = tree
        .files()
        .chain(more.files())
        .map(|(path, _)| path.split_once('/').map_or(path, |(top, _)| top))
        .collect();
    signals.check()?;
    for (done, name) in names.iter().enumerate() {
        if let Err(error) = rename_to_new(&inside.join(name), &folder.join(name)) {
            for moved in names.iter().take(done) {
                // If this fails, nothing better can be done.
                let _ = fs::rename(folder.join(moved), inside.join(moved));
            }
            return Err(if already_exists(&error) {
                not_empty(folder, name.as_ref())
            } else {
                Error::new(error).context(format!("can't write to {}", folder.display()))
            });
        }
    }
    staging.done()?;
    Ok(more)
}

/// Whether [`file`] may write to `path`.
///
/// # Errors
/// If something is there.
pub(crate) fn check_new(path: &Path) -> Result<()> {
    // A broken link exists, too.
    if fs::symlink_metadata(path).is_ok() {
        return Err(refused(path, "already exists"));
    }
    Ok(())
}

/// Writes `bytes` to `path`, which must not exist.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<()> {
    files(&[(path, bytes)])
}

/// Writes new files into one folder, all of them or none.
pub(crate) fn files(files: &[(&Path, &[u8])]) -> Result<()> {
    let signals = interrupt::defer_signals()?;
    for (path, _) in files {
        check_new(path)?;
    }
    let Some((first, _)) = files.first() else {
        return Ok(());
    };
    let parent = parent(first);
    let parents = CreatedParents::create(&parent)?;
    let staging = stage(&parent, Access::Shared, &signals)?;
    let mut contents = Vec::new();
    for (index, (path, bytes)) in files.iter().enumerate() {
        let content = staging
            .file(index, bytes)
            .with_context(|| format!("can't write {}", path.display()))?;
        contents.push((*path, content));
    }
    let mut made = Vec::new();
    for (path, content) in contents {
        if let Err(error) = content.persist_noclobber(path) {
            for path in made {
                // If this fails, nothing better can be done.
                let _ = fs::remove_file(path);
            }
            return Err(if already_exists(&error.error) {
                refused(path, "already exists")
            } else {
                Error::new(error.error).context(format!("can't create {}", path.display()))
            });
        }
        made.push(path);
    }
    parents.keep()?;
    staging.done()
}

/// Replaces the content of the file at `path`, which is `old`, by `new`: all of it or nothing. A link stays one, and the
/// file keeps its mode.
pub(crate) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<()> {
    let signals = interrupt::defer_signals()?;
    let path = fs::canonicalize(path).with_context(|| format!("can't find {}", path.display()))?;
    let parent = parent(&path);
    let staging = stage(&parent, Access::Shared, &signals)?;
    let content = staging
        .file(0, new)
        .with_context(|| format!("can't write {}", path.display()))?;
    let metadata = fs::metadata(&path)?;
    fs::set_permissions(&content, metadata.permissions())?;
    if fs::read(&path).with_context(|| format!("can't read {}", path.display()))? != old {
        return Err(Stop::Refused(format!(
            "another program changed {}: nothing was written",
            path.display()
        ))
        .into());
    }
    content
        .persist(&path)
        .map_err(|error| error.error)
        .with_context(|| format!("can't write {}", path.display()))?;
    staging.done()
}

/// Renames `from` to `to`, which must not exist, but a folder may replace an empty folder.
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        // The system itself refuses to replace a folder that isn't empty.
        return fs::rename(from, to);
    }
    TempPath::try_from_path(from)?
        .persist_noclobber(to)
        .map_err(|error| error.error)
}

/// Whether a rename failed because the name exists already.
fn already_exists(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty | ErrorKind::NotADirectory
    )
}

/// Why `folder` can't be written; `None` if it doesn't exist, or has nothing but what killed runs left.
fn obstacle(folder: &Path) -> Option<Error> {
    if fs::symlink_metadata(folder).is_err() {
        return None;
    }
    if !folder.exists() {
        return Some(refused(folder, "is a broken symbolic link"));
    }
    if !folder.is_dir() {
        return Some(refused(folder, "is a file"));
    }
    // If it can't be listed, writing into it will show what is wrong.
    let entries = entries(folder).ok()?;
    let left = staging::leftovers(folder);
    let is_left = |name: &OsString| left.iter().any(|path| path.file_name() == Some(name));
    let name = entries.iter().find(|name| !is_left(name))?;
    Some(match left.first() {
        // A run may have been killed between two of its renames.
        Some(left) => Stop::Refused(format!(
            "{} is not empty: nothing was written\nhint: choose another folder or file with --out. This folder may contain \
             an incomplete export, because {} is from a run that did not finish",
            folder.display(),
            left.display()
        ))
        .into(),
        None => not_empty(folder, name),
    })
}

/// The refusal of a folder that holds `name`. It is named, since `ls` doesn't show every name.
fn not_empty(folder: &Path, name: &OsStr) -> Error {
    let name = text::visible(&name.to_string_lossy());
    refused(folder, &format!("is not empty (`{name}` is in it)"))
}

fn refused(path: &Path, why: &str) -> Error {
    Stop::Refused(format!(
        "{} {why}: nothing was written\nhint: choose another folder or file with --out",
        path.display()
    ))
    .into()
}

/// The names in `folder`, sorted.
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

/// Parent folders that were created for something, and are removed again if it isn't written.
struct CreatedParents(Vec<PathBuf>);

impl CreatedParents {
    fn create(folder: &Path) -> Result<Self> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| *folder != Path::new("") && !folder.exists())
            .collect();
        let mut created = Self(Vec::new());
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => created.0.push(folder.to_owned()),
                // Another run created it in the meantime, or its name ends with `..`.
                Err(_) if folder.is_dir() => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("can't create {}", folder.display()));
                }
            }
        }
        if folder.is_dir() {
            Ok(created)
        } else {
            Err(io::Error::from(ErrorKind::NotADirectory))
                .with_context(|| format!("can't create {}", folder.display()))
        }
    }

    /// Keeps them: what they were created for is written.
    fn keep(mut self) -> Result<()> {
        for folder in self.0.drain(..) {
            staging::sync(&parent(&folder))?;
        }
        Ok(())
    }
}

impl Drop for CreatedParents {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // This fails, as it should, if something else is in it by now.
            let _ = fs::remove_dir(folder);
        }
    }
}
