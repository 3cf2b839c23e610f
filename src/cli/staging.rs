//! Where something is written before it gets its name: a hidden folder beside it, of which nothing is left whether the
//! writing succeeds, fails or is interrupted. What a run leaves that is killed, a later one takes away.
//!
//! Runs know of each other by a lock on the folder around: each holds it, shared with others, as long as it has
//! something in there, and who has it alone knows that all that is in there is of runs that have ended. The system takes
//! it away from a run that is killed. Where a file system has no such locks, nothing is taken away.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use composer_core::Tree;
use tempfile::{TempDir, TempPath};

use crate::interrupt::Hold;
use crate::outcome::Stop;

/// What the name of a staging folder begins with; [`RANDOM`] letters and digits follow.
const PREFIX: &str = ".temporal-composer-";
const RANDOM: usize = 6;

/// What is written in it. Nothing else is ever in a staging folder.
const CONTENT: &str = "content";

/// How many files are written to the disk at once.
const AT_ONCE: usize = 16;

/// How long to wait for another run that is taking away what was left behind.
const PATIENCE: Duration = Duration::from_secs(5);

/// A staging folder.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    // Fields are dropped in this order: the folder goes first, and then others may look.
    folder: TempDir,
    _lock: Option<File>,
    around: &'a Path,
    hold: &'a Hold,
}

/// How others are kept out of the folder around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// They may stage there, too.
    Welcome,
    /// Nobody else may write there.
    KeptOut,
}

/// Makes a staging folder in `around`.
///
/// # Errors
/// If it can't, or another run writes there that was to be kept out.
pub(crate) fn stage<'a>(around: &'a Path, others: Others, hold: &'a Hold) -> Result<Staging<'a>> {
    let lock = match lock(around, others, hold)? {
        Lock::Held(lock) => Some(lock),
        Lock::Unknown => None,
        Lock::Elsewhere => {
            return Err(Stop::Refused(format!(
                "another run is writing into {}, nothing was written\nhint: name another with --out",
                around.display()
            ))
            .into());
        }
    };
    let folder = tempfile::Builder::new()
        .prefix(PREFIX)
        .rand_bytes(RANDOM)
        .tempdir_in(around)
        .with_context(|| format!("can't write into {}", around.display()))?;
    Ok(Staging {
        folder,
        _lock: lock,
        around,
        hold,
    })
}

impl Staging<'_> {
    /// The name of the folder in the one around.
    pub(crate) fn name(&self) -> Option<&OsStr> {
        self.folder.path().file_name()
    }

    /// Writes the tree, as it is to be, to the disk.
    pub(crate) fn tree(&self, tree: &Tree) -> Result<PathBuf> {
        let root = self.folder.path().join(CONTENT);
        let mut files = Vec::new();
        let mut folders = vec![root.clone()];
        fs::create_dir(&root).with_context(|| format!("can't make {}", root.display()))?;
        for (path, file) in tree.files() {
            self.hold.check()?;
            let path = root.join(path);
            let inside = path.parent().unwrap_or(&root);
            if !inside.is_dir() {
                fs::create_dir_all(inside)
                    .with_context(|| format!("can't make {}", inside.display()))?;
            }
            let between = inside
                .ancestors()
                .take_while(|folder| *folder != root)
                .map(Path::to_owned);
            folders.extend(between);
            write(&path, file.text.as_bytes(), file.executable)
                .with_context(|| format!("can't write {}", path.display()))?;
            files.push(path);
        }
        self.to_disk(&files, |path| {
            let file = OpenOptions::new().write(true).open(path);
            file.and_then(|file| file.sync_all())
                .with_context(|| format!("can't write {}", path.display()))
        })?;
        folders.sort_unstable();
        folders.dedup();
        self.to_disk(&folders, sync)?;
        Ok(root)
    }

    /// Calls `sync` for all of `paths`, many at once: a disk's system writes together what is asked for at the same time,
    /// which is twenty times faster here.
    fn to_disk(&self, paths: &[PathBuf], sync: fn(&Path) -> Result<()>) -> Result<()> {
        thread::scope(|scope| {
            let threads: Vec<_> = paths
                .chunks(paths.len().div_ceil(AT_ONCE).max(1))
                .map(|paths| {
                    scope.spawn(move || {
                        paths.iter().try_for_each(|path| {
                            self.hold.check()?;
                            sync(path)
                        })
                    })
                })
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().expect("syncing does not panic"))
        })
    }

    /// Writes a file, as it is to be, to the disk.
    pub(crate) fn file(&self, bytes: &[u8]) -> Result<TempPath> {
        let path = self.folder.path().join(CONTENT);
        let file = write(&path, bytes, false)?;
        self.hold.check()?;
        file.sync_all()?;
        self.hold.check()?;
        Ok(TempPath::try_from_path(path)?)
    }

    /// To be called when all that was written has its names: they are written to the disk. A signal that comes from here
    /// on comes too late.
    pub(crate) fn done(self) -> Result<()> {
        sync(self.around)
    }
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

/// Writes a folder's entries to the disk, where the system can.
#[cfg(unix)]
pub(crate) fn sync(folder: &Path) -> Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems do so by themselves, and one may write into a folder that one can't list.
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

/// The lock on a folder.
enum Lock {
    /// It is held, shared or not, until the file is closed.
    Held(File),
    /// There is none here.
    Unknown,
    /// Another run has it.
    Elsewhere,
}

fn lock(around: &Path, others: Others, hold: &Hold) -> Result<Lock> {
    let Ok(folder) = File::open(around) else {
        return Ok(Lock::Unknown);
    };
    match folder.try_lock() {
        Ok(()) => {
            for left in leftovers(around) {
                // What can't be taken away is named where it is in the way.
                let _ = fs::remove_dir_all(left);
            }
            if others == Others::KeptOut {
                return Ok(Lock::Held(folder));
            }
            folder.unlock()?;
        }
        Err(TryLockError::WouldBlock) if others == Others::KeptOut => return Ok(Lock::Elsewhere),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(_)) => return Ok(Lock::Unknown),
    }
    let start = Instant::now();
    loop {
        match folder.try_lock_shared() {
            Ok(()) => return Ok(Lock::Held(folder)),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                hold.check()?;
                thread::sleep(Duration::from_millis(5));
            }
            Err(_) => return Ok(Lock::Unknown),
        }
    }
}

/// The staging folders in `around`.
pub(crate) fn leftovers(around: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(around) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| is_staging(&entry.file_name().to_string_lossy(), &entry.path()))
        .map(|entry| entry.path())
        .collect()
}

/// Whether a folder is one of these by its name and by what is in it.
fn is_staging(name: &str, path: &Path) -> bool {
    let is_named_so = name.strip_prefix(PREFIX).is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_named_so
        && fs::read_dir(path)
            .is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == CONTENT))
}
