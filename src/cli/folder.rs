//! Reads a composed folder: what was composed, and what is there now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result, bail};
use composer_core::archive::{MAX_BYTES, SPEC_FILE};
use composer_core::drift::folders;
use composer_core::manifest::{self, BASE, FormerComposition, MANIFEST};
use composer_core::update::Present;
use composer_core::{Tree, text};

use crate::outcome::Stop;
use crate::{shell, source};

/// The path of `name` in `folder`, as messages show it.
pub(crate) fn inside(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") {
        PathBuf::from(name)
    } else {
        folder.join(name)
    }
}

/// What was composed into `folder`.
///
/// # Errors
/// If it has no manifest, or one that can't be used.
pub(crate) fn composed(folder: &Path) -> Result<FormerComposition> {
    if !folder.is_dir() {
        return Err(Stop::Usage(format!("{} is not a folder", folder.display())).into());
    }
    if fs::symlink_metadata(folder.join(MANIFEST)).is_err() {
        return Err(no_manifest(folder));
    }
    let [manifest, base] = [MANIFEST, BASE].map(|name| {
        refuse_links(folder, name)?;
        source::content(&inside(folder, name), MAX_BYTES)
    });
    manifest::read(&manifest?, &base?)
        .with_context(|| format!("{} can't be compared", folder.display()))
        .context("hint: restore the folder `.composer` from your repository")
        .map_err(hint_last)
}

/// `error`, whose outermost context is a hint, with the hint in the last line.
fn hint_last(error: Error) -> Error {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    match causes.split_first() {
        Some((hint, causes)) => Error::msg(format!("{}\n{hint}", causes.join(": "))),
        None => error,
    }
}

fn no_manifest(folder: &Path) -> Error {
    let at = folder.display();
    if !folder.join(SPEC_FILE).exists() {
        return Stop::Usage(format!(
            "{at} was not composed: it has no {MANIFEST}\nhint: name the folder that `export` wrote"
        ))
        .into();
    }
    let spec = shell::word(&inside(folder, SPEC_FILE));
    Stop::Usage(format!(
        "{at} has no {MANIFEST}, because an earlier version composed it\nhint: compose the same again and copy the \
         manifest; everything else that differs then counts as your edit:\n  temporal-composer export --spec {spec} \
         --out composed-again && cp -R composed-again/.composer {}",
        shell::word(folder)
    ))
    .into()
}

/// The files at `paths` in `folder`, as far as they are there.
///
/// # Errors
/// If one can't be read, or there is a link or a folder in its place.
pub(crate) fn present<'a>(
    folder: &Path,
    paths: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, Present>> {
    let mut present = BTreeMap::new();
    for path in paths {
        if let Some(file) = file(folder, path)? {
            present.insert(path.to_owned(), file);
        }
    }
    Ok(present)
}

/// The file at `path` in `folder`, with the line ends of a composition; `None` without one.
fn file(folder: &Path, path: &str) -> Result<Option<Present>> {
    let Some(bytes) = bytes(folder, path)? else {
        return Ok(None);
    };
    let executable = is_executable(&folder.join(path))?;
    Ok(Some(Present::of(&bytes, executable)))
}

/// The bytes of the file at `path` in `folder`; `None` without one.
pub(crate) fn bytes(folder: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    refuse_links(folder, path)?;
    let file = inside(folder, path);
    let length = match fs::symlink_metadata(&file) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Err(in_the_way(folder, path, "is not a file")),
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("can't read {}", file.display()));
        }
    };
    if length > MAX_BYTES as u64 {
        bail!(
            "{} has more than the limit of {MAX_BYTES} bytes",
            file.display()
        );
    }
    fs::read(&file)
        .map(Some)
        .with_context(|| format!("can't read {}", file.display()))
}

/// Whether an error says that there is no file: also where a file is in place of a folder around it.
fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Refuses `path` in `folder` where it, or a folder on the way to it, is a link: what it leads to may be outside, or be
/// another's.
pub(crate) fn refuse_links(folder: &Path, path: &str) -> Result<()> {
    let mut at = String::new();
    for part in path.split('/') {
        if !at.is_empty() {
            at.push('/');
        }
        at.push_str(part);
        let is_link = fs::symlink_metadata(folder.join(&at)).is_ok_and(|it| it.is_symlink());
        if is_link {
            return Err(in_the_way(folder, &at, "is a symbolic link"));
        }
    }
    Ok(())
}

fn in_the_way(folder: &Path, path: &str, what: &str) -> Error {
    let name = inside(folder, path);
    Stop::Refused(format!(
        "{} {what}: nothing was changed\nhint: move it away, and run this command again",
        text::visible(&name.to_string_lossy())
    ))
    .into()
}

#[cfg(unix)]
fn is_executable(file: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> Result<bool> {
    Ok(false)
}

/// The files at the paths of `trees`, and the others in their folders, as far as they are there. What is a link is as what
/// is no text.
pub(crate) fn managed(folder: &Path, trees: &[&Tree]) -> Result<BTreeMap<String, Present>> {
    let files = trees.iter().flat_map(|tree| tree.files());
    let mut paths: BTreeSet<String> = files.map(|(path, _)| path.to_owned()).collect();
    let within: BTreeSet<&str> = trees.iter().flat_map(|tree| folders(tree)).collect();
    for within in within {
        let Ok(entries) = fs::read_dir(folder.join(within)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("can't read {}", folder.display()))?;
            if entry.file_type().is_ok_and(|kind| !kind.is_dir()) {
                paths.insert(format!("{within}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    let mut present = BTreeMap::new();
    for path in paths {
        if refuse_links(folder, &path).is_err() {
            present.insert(path, Present::NotText);
        } else if let Some(file) = file(folder, &path)? {
            present.insert(path, file);
        }
    }
    Ok(present)
}
