//! Changes many files of a folder: all of them or none, whatever ends the run.
//!
//! First everything new is written into a folder of its own and flushed to the disk, then a journal that lists what
//! becomes of each file. From then on the changes are as good as made: a run that finds a journal does what is left of it.
//! A run that finds the folder without a journal removes it, since no file has been touched yet.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use composer_core::archive::{MAX_BYTES, sha256};
use composer_core::manifest::{UNFINISHED_UPDATE as FOLDER, is_inside};
use composer_core::update::{Change, State};
use serde::{Deserialize, Serialize};

use crate::folder;
use crate::interrupt::SignalGuard;
use crate::outcome::Stop;
use crate::source;
use crate::staging::{sync, write_all};

/// The journal.
const JOURNAL: &str = ".composer/update/journal.json";

/// The journal while it is written.
const UNFINISHED: &str = ".composer/update/journal.json.new";

/// What becomes of a file.
#[derive(Debug, Deserialize, Serialize)]
struct Step {
    path: String,
    /// The SHA-256 of what is there; none for a new file.
    before: Option<String>,
    /// The name of the file in [`FOLDER`] that takes its place; none if it is removed.
    after: Option<String>,
}

/// What an earlier run had left to do.
#[derive(Debug)]
pub(crate) enum Recovery {
    /// Nothing.
    Nothing,
    /// It had begun to change files, and that is completed now. These files were changed in between: they are kept
    /// under these names.
    Completed(Vec<String>),
}

/// Whether an earlier run was ended while it changed files.
pub(crate) fn is_unfinished(root: &Path) -> bool {
    root.join(JOURNAL).exists()
}

/// Does what an earlier run has left.
///
/// # Errors
/// If that fails. The next run may try again.
pub(crate) fn recover(root: &Path) -> Result<Recovery> {
    folder::refuse_links(root, JOURNAL)?;
    if is_unfinished(root) {
        return finish(root).map(Recovery::Completed);
    }
    discard(root)?;
    Ok(Recovery::Nothing)
}

/// Removes what is staged.
fn discard(root: &Path) -> Result<()> {
    match fs::remove_dir_all(root.join(FOLDER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't remove {}", root.join(FOLDER).display()))
        }
        _ => Ok(()),
    }
}

/// Makes `changes` in `root`, then `last`, which say that they are made.
///
/// # Errors
/// Nothing has changed if it says so. Otherwise the next run completes it.
pub(crate) fn write(
    root: &Path,
    changes: &[Change],
    last: &[Change],
    signals: &SignalGuard,
) -> Result<()> {
    let staged = stage(root, changes, last, signals).and_then(|()| signals.check());
    let committed = staged.and_then(|()| {
        fs::rename(root.join(UNFINISHED), root.join(JOURNAL))
            .with_context(|| format!("can't write {}", root.join(JOURNAL).display()))
    });
    if let Err(error) = committed {
        // If this fails too, the next run removes it.
        let _ = discard(root);
        return Err(error);
    }
    let in_between = sync(&root.join(FOLDER)).and_then(|()| finish(root))?;
    debug_assert!(in_between.is_empty(), "they were compared just now");
    Ok(())
}

/// Writes what is new, and the journal under another name.
fn stage(root: &Path, changes: &[Change], last: &[Change], signals: &SignalGuard) -> Result<()> {
    let staging = root.join(FOLDER);
    fs::create_dir(&staging).with_context(|| format!("can't write to {}", root.display()))?;
    let mut steps = Vec::new();
    for change in changes.iter().chain(last) {
        let after = change.after.as_ref().map(|_| steps.len().to_string());
        steps.push(Step {
            path: change.path.clone(),
            before: digest_before(root, change)?,
            after,
        });
    }
    let files: Vec<(&Step, &State)> = steps
        .iter()
        .zip(changes.iter().chain(last))
        .filter_map(|(step, change)| Some((step, change.after.as_ref()?)))
        .collect();
    write_all(
        &files,
        signals,
        |(step, _)| folder::inside(root, &step.path),
        |(step, state)| {
            let name = step.after.as_deref().unwrap_or_default();
            write_staged(&staging.join(name), &root.join(&step.path), state)
        },
    )?;
    let journal = serde_json::to_vec_pretty(&steps)?;
    File::create_new(root.join(UNFINISHED))
        .and_then(|mut file| file.write_all(&journal).and_then(|()| file.sync_all()))
        .with_context(|| format!("can't write {}", root.join(JOURNAL).display()))?;
    sync(&staging)?;
    sync(&root.join(".composer"))
}

/// The SHA-256 of the file that `change` changes, which must still be as it was read, and be one that may be changed.
fn digest_before(root: &Path, change: &Change) -> Result<Option<String>> {
    let name = folder::inside(root, &change.path);
    let bytes = folder::bytes(root, &change.path)?;
    let is_as_read = match (&bytes, &change.before) {
        (Some(bytes), Some(before)) => {
            String::from_utf8_lossy(bytes).replace("\r\n", "\n") == before.text
        }
        (None, None) => true,
        _ => false,
    };
    if !is_as_read {
        return Err(Stop::Refused(format!(
            "another program changed {}: nothing was changed\nhint: run this command again",
            name.display()
        ))
        .into());
    }
    // Its folder decides whether it can be replaced, but somebody meant something by the mode.
    let nearest = name.ancestors().find(|path| fs::metadata(path).is_ok());
    let nearest = nearest.unwrap_or(root);
    if fs::metadata(nearest).is_ok_and(|it| it.permissions().readonly()) {
        return Err(Stop::Refused(format!(
            "{} is read-only: nothing was changed\nhint: allow writing with `chmod u+w`, and run this command again",
            nearest.display()
        ))
        .into());
    }
    if let Some(file) = file_on_the_way(root, &change.path) {
        return Err(Stop::Refused(format!(
            "{} is a file, but {} belongs below it: nothing was changed\nhint: move the file away, and run this command \
             again",
            folder::inside(root, &file).display(),
            name.display()
        ))
        .into());
    }
    Ok(bytes.map(|bytes| sha256(&bytes)))
}

/// A file that stands where `path` needs a folder.
fn file_on_the_way(root: &Path, path: &str) -> Option<String> {
    let ends = path.match_indices('/').map(|(end, _)| &path[..end]);
    let mut folders = ends.filter(|folder| root.join(folder).exists());
    folders
        .find(|folder| !root.join(folder).is_dir())
        .map(str::to_owned)
}

/// Writes a file that is to take the place of `old`, with the mode of that and the execute bits of `state`.
fn write_staged(path: &Path, old: &Path, state: &State) -> std::io::Result<File> {
    let mut file = File::create_new(path)?;
    file.write_all(state.text.as_bytes())?;
    set_mode(&file, old, state.executable)?;
    Ok(file)
}

#[cfg(unix)]
fn set_mode(file: &File, old: &Path, executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(old).or_else(|_| file.metadata())?;
    let mode = mode.permissions().mode() & 0o7777;
    let mode = if executable {
        // Who may read it may run it.
        mode | (mode & 0o444) >> 2
    } else {
        mode & !0o111
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: &Path, _: bool) -> std::io::Result<()> {
    Ok(())
}

/// Does what the journal says, as far as it is not done yet, and removes it. Returns the names of files that were set aside.
fn finish(root: &Path) -> Result<Vec<String>> {
    complete(root).map_err(|error| {
        Error::msg(format!(
            "{error:#}\nhint: the update of {} is not complete. Solve this, and run `temporal-composer update` again: it \
             completes the update",
            root.display()
        ))
    })
}

fn complete(root: &Path) -> Result<Vec<String>> {
    let text = source::content(&root.join(JOURNAL), MAX_BYTES)?;
    let steps: Vec<Step> = serde_json::from_str(&text).context("the journal is damaged")?;
    let mut set_aside = Vec::new();
    let mut taken = BTreeSet::new();
    for step in &steps {
        let is_of_manifest = step.path.starts_with(".composer/");
        if !is_inside(step.path.trim_start_matches(".composer/")) {
            return Err(Error::msg("the journal is damaged"));
        }
        if is_of_manifest {
            // What says that all else is done must not be on the disk before it.
            sync_around(&taken)?;
            taken.clear();
        }
        set_aside.extend(take(root, step)?);
        taken.insert(root.join(&step.path));
    }
    sync_around(&taken)?;
    fs::remove_file(root.join(JOURNAL))
        .with_context(|| format!("can't remove {}", root.join(JOURNAL).display()))?;
    discard(root)?;
    Ok(set_aside)
}

/// Flushes the folders of these files to the disk. A folder that is gone is an entry of the one around it.
fn sync_around(files: &BTreeSet<PathBuf>) -> Result<()> {
    let around = files.iter().filter_map(|file| {
        let mut folders = file.ancestors().skip(1);
        folders.find(|folder| folder.is_dir())
    });
    let folders: BTreeSet<&Path> = around.collect();
    folders.into_iter().try_for_each(sync)
}

/// Takes one step, if an earlier run has not. Returns the name under which it keeps a file that somebody changed since.
fn take(root: &Path, step: &Step) -> Result<Option<String>> {
    let target = root.join(&step.path);
    let name = folder::inside(root, &step.path);
    let found = folder::bytes(root, &step.path)?.map(|bytes| sha256(&bytes));
    let Some(staged) = &step.after else {
        if found.is_some() && found == step.before {
            fs::remove_file(&target).with_context(|| format!("can't remove {}", name.display()))?;
            remove_empty(root, &step.path);
        }
        return Ok(None);
    };
    let staged = root.join(FOLDER).join(staged);
    if !staged.is_file() {
        return Ok(None);
    }
    let mut set_aside = None;
    if found.is_some() && found != step.before {
        let aside = unused_name(root, &step.path);
        fs::rename(&target, root.join(&aside))
            .with_context(|| format!("can't rename {}", name.display()))?;
        set_aside = Some(aside);
    }
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    }
    fs::rename(&staged, &target).with_context(|| format!("can't write {}", name.display()))?;
    Ok(set_aside)
}

/// A name beside `path` that no file has.
fn unused_name(root: &Path, path: &str) -> String {
    let names = (1..).map(|number| match number {
        1 => format!("{path}.orig"),
        more => format!("{path}.orig{more}"),
    });
    names
        .into_iter()
        .find(|name| fs::symlink_metadata(root.join(name)).is_err())
        .unwrap_or_else(|| unreachable!("there are more numbers than files"))
}

/// Removes the folders around `path` that are empty now.
fn remove_empty(root: &Path, path: &str) {
    for (end, _) in path.rmatch_indices('/') {
        // This fails, as it should, if something else is in it.
        if fs::remove_dir(root.join(&path[..end])).is_err() {
            return;
        }
    }
}
