//! A hidden folder in which something is written before it gets its name. It is removed whether writing succeeds, fails or
//! is interrupted. If a run is killed, a later run removes its staging folder.
//!
//! Runs coordinate by a lock on the parent folder. Each run holds it shared as long as it has a staging folder there, so a
//! run that gets it exclusively knows that all staging folders there are of runs that have ended. The system releases the
//! lock of a run that is killed. On a file system without such locks nothing is removed.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use composer_core::Tree;
use tempfile::{TempDir, TempPath};

use crate::interrupt::SignalGuard;
use crate::outcome::Stop;

/// The start of a staging folder's name; [`SUFFIX_LENGTH`] random letters and digits follow.
const PREFIX: &str = ".temporal-composer-";
const SUFFIX_LENGTH: usize = 6;

/// The only entry of a staging folder: what is written.
const CONTENT: &str = "content";

/// How many files are written and flushed to the disk at once.
const THREADS: usize = 16;

/// How many files are open at once. macOS allows 256 unless somebody says more.
const OPEN_FILES: usize = 240;

/// Makes files on another thread.
pub(crate) type MakeTree<'a> = &'a (dyn Fn() -> Tree + Sync);

/// How long to wait for another run that is removing what was left behind.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// A staging folder.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    // Fields are dropped in this order: the folder is removed before the lock is released.
    folder: TempDir,
    _lock: Option<File>,
    parent: &'a Path,
    signals: &'a SignalGuard,
}

/// Whether other runs may write in the same parent folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// They may have staging folders there, too.
    Shared,
    /// No other run may write there.
    Exclusive,
}

/// Creates a staging folder in `parent`.
///
/// # Errors
/// If that fails, or access is to be exclusive and another run writes there.
pub(crate) fn stage<'a>(
    parent: &'a Path,
    access: Access,
    signals: &'a SignalGuard,
) -> Result<Staging<'a>> {
    let lock = match lock(parent, access, signals)? {
        Lock::Held(lock) => Some(lock),
        Lock::Unsupported => None,
        Lock::Elsewhere => {
            return Err(Stop::Refused(format!(
                "another run is writing to {}: nothing was written\nhint: choose another folder or file with --out",
                parent.display()
            ))
            .into());
        }
    };
    let folder = tempfile::Builder::new()
        .prefix(PREFIX)
        .rand_bytes(SUFFIX_LENGTH)
        .tempdir_in(parent)
        .with_context(|| format!("can't write to {}", parent.display()))?;
    Ok(Staging {
        folder,
        _lock: lock,
        parent,
        signals,
    })
}

impl Staging<'_> {
    /// The folder's name.
    pub(crate) fn name(&self) -> Option<&OsStr> {
        self.folder.path().file_name()
    }

    /// Writes the tree, and then what `more` makes on another thread meanwhile, and flushes both to the disk. Gives the
    /// folder that has them, and what `more` made.
    pub(crate) fn tree(&self, tree: &Tree, more: MakeTree<'_>) -> Result<(PathBuf, Tree)> {
        let root = self.folder.path().join(CONTENT);
        let more = thread::scope(|scope| {
            let more = scope.spawn(more);
            self.files(&root, tree)?;
            let more = more.join().expect("making files does not panic");
            self.files(&root, &more)?;
            Ok::<_, anyhow::Error>(more)
        })?;
        Ok((root, more))
    }

    fn files(&self, root: &Path, tree: &Tree) -> Result<()> {
        let files: Vec<_> = tree.files().collect();
        let mut folders = BTreeSet::new();
        for (path, _) in &files {
            let inside = root.join(path);
            let around = inside.ancestors().skip(1);
            folders.extend(
                around
                    .take_while(|folder| folder.starts_with(root))
                    .map(Path::to_owned),
            );
        }
        // Sorted: each behind the one that it is in.
        let folders: Vec<PathBuf> = folders.into_iter().collect();
        for folder in &folders {
            self.signals.check()?;
            // The first files may have made it for those that follow.
            fs::create_dir_all(folder)
                .with_context(|| format!("can't make {}", folder.display()))?;
        }
        write_all(
            &files,
            self.signals,
            |(path, _)| root.join(path),
            |(path, file)| write(&root.join(path), file.text.as_bytes(), file.executable),
        )?;
        for_all(&folders, self.signals, |folder| sync(folder))?;
        Ok(())
    }

    /// Writes a file, the `index`th of those that are not part of a tree, and flushes it to the disk.
    pub(crate) fn file(&self, index: usize, bytes: &[u8]) -> Result<TempPath> {
        let path = self.folder.path().join(format!("{CONTENT}-{index}"));
        let file = write(&path, bytes, false)?;
        self.signals.check()?;
        file.sync_all()?;
        self.signals.check()?;
        Ok(TempPath::try_from_path(path)?)
    }

    /// Flushes the new names to the disk, once all that was written has its name. A signal from here on comes too late.
    pub(crate) fn done(self) -> Result<()> {
        sync(self.parent)
    }
}

/// Whether a staging folder holds entries of this name.
fn is_content(name: &OsStr) -> bool {
    let rest = name.to_str().and_then(|name| name.strip_prefix(CONTENT));
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('-')
                .is_some_and(|index| index.parse::<usize>().is_ok())
    })
}

/// Writes a file for each of `items` by `write`, and flushes all of them to the disk; `name` is what an error calls it.
///
/// A file is flushed only once all are written and the system has begun to flush each: it then finds most of the work done,
/// and a journal of the file system has all of them in one transaction.
pub(crate) fn write_all<T: Sync>(
    items: &[T],
    signals: &SignalGuard,
    name: impl Fn(&T) -> PathBuf + Sync,
    write: impl Fn(&T) -> io::Result<File> + Sync,
) -> Result<()> {
    let error = |item: &T| format!("can't write {}", name(item).display());
    for items in items.chunks(OPEN_FILES) {
        let written = for_all(items, signals, |item| {
            let file = write(item).with_context(|| error(item))?;
            begin_to_flush(&file);
            Ok((item, file))
        })?;
        for_all(&written, signals, |(item, file)| {
            file.sync_all().with_context(|| error(item))
        })?;
    }
    Ok(())
}

/// Asks the system to begin to flush `file`, without waiting for it. Linux does so where a program says that it won't read
/// the file soon (`generic_fadvise` in mm/fadvise.c). What it does not do by then, the flush does.
#[cfg(target_os = "linux")]
fn begin_to_flush(file: &File) {
    // A file system that takes no advice flushes later.
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn begin_to_flush(_: &File) {}

/// Calls `act` for all of `items`, on many threads: what waits for the disk then waits together. Gives what it gave, in
/// order.
fn for_all<'a, T: Sync, R: Send>(
    items: &'a [T],
    signals: &SignalGuard,
    act: impl Fn(&'a T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    thread::scope(|scope| {
        let threads: Vec<_> = items
            .chunks(items.len().div_ceil(THREADS).max(1))
            .map(|items| {
                scope.spawn(|| {
                    let done = items.iter().map(|item| {
                        signals.check()?;
                        act(item)
                    });
                    done.collect::<Result<Vec<R>>>()
                })
            })
            .collect();
        let mut done = Vec::with_capacity(items.len());
        for thread in threads {
            done.extend(thread.join().expect("writing does not panic")?);
        }
        Ok(done)
    })
}

fn write(path: &Path, bytes: &[u8], executable: bool) -> io::Result<File> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    if executable {
        make_executable(&file)?;
    }
    Ok(file)
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}

/// Flushes a folder's entries to the disk, if the system can.
#[cfg(unix)]
pub(crate) fn sync(folder: &Path) -> Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems flush by themselves, and a folder may be writable but not listable.
        Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Ok(())
        }
        done => done.with_context(|| format!("can't write {}", folder.display())),
    }
}

#[cfg(not(unix))]
pub(crate) fn sync(_: &Path) -> Result<()> {
    Ok(())
}

/// Locks `folder` for this run alone, until the file is closed; `None` on a file system without locks.
///
/// # Errors
/// If another run writes there.
pub(crate) fn lock_alone(folder: &Path, signals: &SignalGuard) -> Result<Option<File>> {
    match lock(folder, Access::Exclusive, signals)? {
        Lock::Held(lock) => Ok(Some(lock)),
        Lock::Unsupported => Ok(None),
        Lock::Elsewhere => Err(Stop::Refused(format!(
            "another run is writing to {}: nothing was changed\nhint: wait until it has ended, and run this command again",
            folder.display()
        ))
        .into()),
    }
}

/// The lock on a folder.
enum Lock {
    /// This run has it, shared or exclusively, until the file is closed.
    Held(File),
    /// The file system has no locks.
    Unsupported,
    /// Another run has it.
    Elsewhere,
}

fn lock(parent: &Path, access: Access, signals: &SignalGuard) -> Result<Lock> {
    let Ok(folder) = File::open(parent) else {
        return Ok(Lock::Unsupported);
    };
    match folder.try_lock() {
        Ok(()) => {
            for left in leftovers(parent) {
                // If one can't be removed, the error that it causes later names it.
                let _ = fs::remove_dir_all(left);
            }
            if access == Access::Exclusive {
                return Ok(Lock::Held(folder));
            }
            folder.unlock()?;
        }
        Err(TryLockError::WouldBlock) if access == Access::Exclusive => return Ok(Lock::Elsewhere),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(_)) => return Ok(Lock::Unsupported),
    }
    let start = Instant::now();
    loop {
        match folder.try_lock_shared() {
            Ok(()) => return Ok(Lock::Held(folder)),
            Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_TIMEOUT => {
                signals.check()?;
                thread::sleep(Duration::from_millis(5));
            }
            Err(_) => return Ok(Lock::Unsupported),
        }
    }
}

/// The staging folders in `parent`.
pub(crate) fn leftovers(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| is_staging(&entry.file_name().to_string_lossy(), &entry.path()))
        .map(|entry| entry.path())
        .collect()
}

/// Whether a folder is a staging folder, by its name and its content.
fn is_staging(name: &str, path: &Path) -> bool {
    let is_named_so = name.strip_prefix(PREFIX).is_some_and(|random| {
        random.len() == SUFFIX_LENGTH && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_named_so
        && fs::read_dir(path).is_ok_and(|entries| {
            entries
                .flatten()
                .all(|entry| is_content(&entry.file_name()))
        })
}
