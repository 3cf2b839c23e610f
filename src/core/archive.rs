//! Packs a tree into a zip whose bytes depend on the tree alone, and reads such a zip back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use sha2::{Digest as _, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::text;
use crate::tree::{File, Tree};
use crate::value::excerpt;

/// The file of a tree that is compressed already: the base of its manifest.
pub const BASE_FILE: &str = ".composer/base";

/// The name of the spec's file in a tree.
pub const SPEC_FILE: &str = "composition.toml";

/// The most bytes that a zip to be read may have, packed and unpacked. A composition of ten environments has two million.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The most entries of a zip that is read, also of what is around a composition.
const MAX_ENTRIES: usize = 5_000;

/// The most files of a composition that are read. With 32 environments it has 400.
const MAX_FILES: usize = 1_000;

/// The most bytes of a file in a zip that is read. The largest of a composition is the base of its manifest, which has 1.5
/// million with 32 environments.
const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// The most parts of a path in a zip that is read, below the composition's folder. Those of a composition have five.
const MAX_PATH_PARTS: usize = 16;

/// The most bytes of such a path. The longest of a composition has 70.
const MAX_PATH_BYTES: usize = 255;

/// The tree as a zip with one top folder, `folder`. Time, mode, order and compression are set here, so that the page
/// and the command-line tool make the same bytes.
///
/// # Panics
/// Never: writing into memory can't fail, and a tree's paths are short and unique.
#[must_use]
pub fn archive(tree: &Tree, folder: &str) -> Vec<u8> {
    let files = tree.files();
    pack(
        files.map(|(path, file)| (path, file.text.as_bytes(), file.executable)),
        folder,
    )
}

/// Files as a zip with one top folder, `folder`: the path of each below it, its content and whether it can be run.
///
/// # Panics
/// If a path has more than 65,535 bytes, or is there twice.
#[must_use]
pub fn pack<'a>(files: impl Iterator<Item = (&'a str, &'a [u8], bool)>, folder: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content, executable) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(level(path)))
            .last_modified_time(DateTime::default())
            .system(zip::System::Unix)
            .unix_permissions(if executable { 0o755 } else { 0o644 });
        zip.start_file(format!("{folder}/{path}"), options)
            .expect("a short unique path is a valid name");
        zip.write_all(content).expect("memory takes any bytes");
    }
    zip.finish().expect("memory takes any bytes").into_inner()
}

/// How much effort goes into compressing the file at `path`, from 1 to 9. With 2, the zip of `standard` is 3.4 % larger than
/// with 6, for three fifths of the time. [`BASE_FILE`] is compressed already, and there is nothing to find in it but that Base64 uses
/// 64 characters: with 1 it takes a sixth of the time, and has no more bytes.
fn level(path: &str) -> i64 {
    if path == BASE_FILE { 1 } else { 2 }
}

/// Reads what [`archive`] has made and compares it with the tree.
///
/// # Errors
/// With what is otherwise. It happens only where memory or a compressor is broken, or there is a fault in here: but a zip
/// that can't be opened is found out by whoever needs it, and late.
pub fn read_back(bytes: &[u8], tree: &Tree, folder: &str) -> Result<(), String> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    if zip.len() != tree.len() {
        return Err(format!("{} files of {}", zip.len(), tree.len()));
    }
    for (path, file) in tree.files() {
        let mut entry = zip
            .by_name(&format!("{folder}/{path}"))
            .map_err(|error| format!("{path}: {error}"))?;
        let mut text = String::with_capacity(file.text.len());
        entry
            .read_to_string(&mut text)
            .map_err(|error| format!("{path}: {error}"))?;
        if text != file.text {
            return Err(format!("{path} has another text"));
        }
        if entry.unix_mode().is_some_and(is_executable) != file.executable {
            return Err(format!("{path} has another mode"));
        }
    }
    Ok(())
}

/// The SHA-256 of `bytes`, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// A zip of a composition that somebody has kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveContent {
    /// Its files as they are in it, line ends made those of a composition.
    pub tree: Tree,
    /// What is in its folder and is no file of a composition, because it is no text.
    pub left_out: Vec<String>,
}

/// Why a zip can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// It is no zip, or half of one.
    #[error("it is not a zip, or it is incomplete ({0})")]
    NotAZip(String),
    /// It is a zip of something else.
    #[error("it does not contain `{SPEC_FILE}`")]
    NoSpec,
    /// It is too big.
    #[error("it contains too much: the limits are {MAX_FILES} files and {} MiB", MAX_BYTES >> 20)]
    TooBig,
    /// A path in it is longer than those of a composition.
    #[error(
        "`{path}` in it is too long: the limits of a path are {MAX_PATH_PARTS} parts and {MAX_PATH_BYTES} bytes"
    )]
    LongPath {
        /// The path, shortened.
        path: String,
    },
    /// A file in it is larger than those of a composition.
    #[error(
        "`{path}` in it is too large: the limit of a file is {} MiB", MAX_FILE_BYTES >> 20
    )]
    LargeFile {
        /// The file.
        path: String,
    },
    /// One file of it can't be read.
    #[error("`{path}` in it can't be read ({reason})")]
    Damaged {
        /// The file.
        path: String,
        /// What the zip's reader says.
        reason: String,
    },
}

/// A file that somebody has kept, as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its content.
    pub content: Vec<u8>,
    /// Whether it can be run.
    pub executable: bool,
}

/// Reads a zip of a composition: the files in the folder of its `composition.toml`.
///
/// # Errors
/// If it is no zip of one.
pub fn open(bytes: &[u8]) -> Result<ArchiveContent, ArchiveError> {
    content_of(&files(bytes)?)
}

/// What `files` are, by their paths: those of a composition that somebody has kept.
///
/// # Errors
/// If the spec is no text.
pub fn content_of<'a>(
    files: impl IntoIterator<Item = (&'a String, &'a KeptFile)>,
) -> Result<ArchiveContent, ArchiveError> {
    let mut opened = ArchiveContent {
        tree: Tree::default(),
        left_out: Vec::new(),
    };
    for (path, file) in files {
        // A spec may have been saved again on Windows; any other file is compared as it is.
        let text = if path == SPEC_FILE {
            let text = text::decode(&file.content).map_err(|error| ArchiveError::Damaged {
                path: excerpt(path),
                reason: format!("it is {error}; {}", error.hint()),
            })?;
            Some(Cow::Owned(text))
        } else {
            std::str::from_utf8(&file.content).ok().map(Cow::Borrowed)
        };
        match text {
            Some(text) => opened
                .tree
                .add(path.as_str(), File::kept(&text, file.executable)),
            None => opened.left_out.push(path.clone()),
        }
    }
    Ok(opened)
}

/// The folder of the composition nearest to the top among files of these names, with its `/`: a repository may have more
/// than one. Empty where the composition is at the top.
///
/// # Errors
/// If there is none.
pub fn folder_of<'a>(names: impl Iterator<Item = &'a str>) -> Result<&'a str, ArchiveError> {
    names
        .filter_map(|name| name.strip_suffix(SPEC_FILE))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .min_by_key(|folder| (folder.matches('/').count(), folder.len()))
        .ok_or(ArchiveError::NoSpec)
}

/// Whether the file at `path` below a composition's folder may be one of somebody's: none that git or Terraform keeps
/// there.
///
/// # Errors
/// If its path is longer than those of a composition.
pub fn is_kept(path: &str) -> Result<bool, ArchiveError> {
    if path.split('/').any(is_left_behind) {
        return Ok(false);
    }
    if path.len() > MAX_PATH_BYTES || path.split('/').count() > MAX_PATH_PARTS {
        return Err(ArchiveError::LongPath {
            path: excerpt(path),
        });
    }
    Ok(true)
}

/// Counts what is read, up to the limits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    files: usize,
    bytes: usize,
}

impl Limits {
    /// Counts the file at `path`, which has `bytes`.
    ///
    /// # Errors
    /// If it is too large, or with those before it there are too many files or bytes.
    pub fn count(&mut self, path: &str, bytes: usize) -> Result<(), ArchiveError> {
        if bytes > MAX_FILE_BYTES {
            return Err(ArchiveError::LargeFile {
                path: excerpt(path),
            });
        }
        self.bytes += bytes;
        if self.bytes > MAX_BYTES || self.files == MAX_FILES {
            return Err(ArchiveError::TooBig);
        }
        self.files += 1;
        Ok(())
    }
}

/// Reads the files of a zip of a composition: those in the folder of its `composition.toml`, by their paths below it.
///
/// # Errors
/// If it is no zip of one.
pub fn files(bytes: &[u8]) -> Result<BTreeMap<String, KeptFile>, ArchiveError> {
    if bytes.len() > MAX_BYTES {
        return Err(ArchiveError::TooBig);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| ArchiveError::NotAZip(error.to_string()))?;
    if zip.len() > MAX_ENTRIES {
        return Err(ArchiveError::TooBig);
    }
    let names: Vec<String> = zip
        .file_names()
        .filter_map(|name| Some(name.ok()?.to_string()))
        .collect();
    let folder = folder_of(names.iter().map(String::as_str))?;
    let mut files = BTreeMap::new();
    let mut limits = Limits::default();
    for index in 0..zip.len() {
        let damaged = |path: &str, reason: String| ArchiveError::Damaged {
            path: excerpt(path),
            reason,
        };
        let unnamed = |error: ZipError| damaged(&format!("file {index}"), error.to_string());
        let mut entry = zip.by_index(index).map_err(unnamed)?;
        let name = entry.name().map_err(unnamed)?.into_owned();
        let Some(path) = name.strip_prefix(folder).map(str::to_owned) else {
            continue;
        };
        if entry.is_dir() || !is_kept(&path)? {
            continue;
        }
        let mut content = Vec::new();
        // What an entry says of its size need not be so.
        entry
            .by_ref()
            .take(MAX_FILE_BYTES as u64 + 1)
            .read_to_end(&mut content)
            .map_err(|error| damaged(&path, error.to_string()))?;
        limits.count(&path, content.len())?;
        let executable = entry.unix_mode().is_some_and(is_executable);
        let file = KeptFile {
            content,
            executable,
        };
        files.insert(path, file);
    }
    Ok(files)
}

/// Whether a folder of this name is none of a composition but one that a tool keeps beside it.
fn is_left_behind(name: &str) -> bool {
    [".terraform", ".git"].contains(&name)
}

fn is_executable(mode: u32) -> bool {
    mode & 0o100 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, compose, presets};

    fn lean() -> Tree {
        compose(
            &check(&presets::find("dev-lean").unwrap().spec())
                .blueprint
                .unwrap(),
        )
    }

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in files {
            zip.start_file(*path, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_reads_back_and_what_is_otherwise_is_said() {
        let tree = lean();
        let bytes = archive(&tree, "a");
        assert_eq!(read_back(&bytes, &tree, "a"), Ok(()));
        let mut other = Tree::default();
        for (path, file) in tree.files() {
            let is_first = path == "README.md";
            let text = if is_first { "x" } else { &file.text };
            other.add(path, File::kept(text, file.executable));
        }
        assert_eq!(
            read_back(&bytes, &other, "a").unwrap_err(),
            "README.md has another text"
        );
        let mut runs = Tree::default();
        runs.add("a.sh", File::kept("#!/bin/sh\n", true));
        let mut rests = Tree::default();
        rests.add("a.sh", File::kept("#!/bin/sh\n", false));
        let bytes = archive(&runs, "a");
        assert_eq!(read_back(&bytes, &runs, "a"), Ok(()));
        assert_eq!(
            read_back(&bytes, &rests, "a").unwrap_err(),
            "a.sh has another mode"
        );
        assert_eq!(
            read_back(&bytes, &tree, "a").unwrap_err(),
            format!("1 files of {}", tree.len())
        );
        let cut = &bytes[..bytes.len() / 2];
        assert!(read_back(cut, &runs, "a").is_err());
    }

    #[test]
    fn an_archive_is_opened_with_every_file() {
        let tree = lean();
        let opened = open(&archive(&tree, "a")).unwrap();
        let texts = |tree: &Tree| -> Vec<(String, String, bool)> {
            tree.files()
                .map(|(path, file)| (path.to_owned(), file.text.to_string(), file.executable))
                .collect()
        };
        assert_eq!(texts(&opened.tree), texts(&tree));
        assert_eq!(opened.left_out, Vec::<String>::new());
    }

    #[test]
    fn what_is_around_and_beside_a_composition_is_left_out() {
        let bytes = packed(&[
            ("repository/x/y/composition.toml", b"deeper"),
            ("repository/x/composition.toml", b"a\r\nb\r\n"),
            ("repository/x/picture.png", &[0x89, 0xff]),
            ("repository/x/terraform/envs/dev/.terraform/p", b"p"),
            ("repository/README.md", b"r"),
        ]);
        let opened = open(&bytes).unwrap();
        let files: Vec<(&str, &str)> = opened
            .tree
            .files()
            .map(|(path, file)| (path, &*file.text))
            .collect();
        assert_eq!(
            files,
            [
                ("composition.toml", "a\nb\n"),
                ("y/composition.toml", "deeper")
            ]
        );
        assert_eq!(opened.left_out, ["picture.png"]);
    }

    #[test]
    fn a_spec_in_utf_16_is_read_too() {
        let utf16: Vec<u8> = "a = \"é\"\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let opened = open(&packed(&[(SPEC_FILE, &utf16)])).unwrap();
        assert_eq!(&*opened.tree.file(SPEC_FILE).unwrap().text, "a = \"é\"\n");
        assert_eq!(
            open(&packed(&[(SPEC_FILE, b"a\xff")]))
                .unwrap_err()
                .to_string(),
            "`composition.toml` in it can't be read (it is not UTF-8: byte 1 begins no character; save it as UTF-8; in \
             PowerShell `… | Out-File -Encoding utf8 FILE` in place of `… > FILE`)"
        );
    }

    #[test]
    fn what_is_no_zip_of_a_composition_says_why() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str) {
            assert_eq!(open(bytes).unwrap_err().to_string(), expected);
        }
        let names: Vec<String> = (0..=MAX_FILES).map(|index| format!("{index}.tf")).collect();
        check(
            b"PK\x03\x04 and so on",
            "it is not a zip, or it is incomplete (invalid Zip archive: Could not find EOCD)",
        );
        check(
            &packed(&[("my-composition.toml", b""), ("a/b.tf", b"")]),
            "it does not contain `composition.toml`",
        );
        let zeros = vec![b' '; MAX_FILE_BYTES];
        check(
            &packed(
                &[("composition.toml", b"".as_slice())]
                    .into_iter()
                    .chain((0..9).map(|index| (names[index].as_str(), &zeros[..])))
                    .collect::<Vec<_>>(),
            ),
            "it contains too much: the limits are 1000 files and 32 MiB",
        );
        let long = |path: &str| packed(&[("composition.toml", b""), (path, b"")]);
        check(
            &long(&("a/".repeat(4_000) + "b")),
            &format!(
                "`{}… (8001 bytes)` in it is too long: the limits of a path are 16 parts and 255 bytes",
                "a/".repeat(30)
            ),
        );
        check(
            &long(&"a".repeat(256)),
            &format!(
                "`{}… (256 bytes)` in it is too long: the limits of a path are 16 parts and 255 bytes",
                "a".repeat(60)
            ),
        );
        assert!(open(&long(&("a/".repeat(15) + "b"))).is_ok());
        check(
            &packed(&[
                ("composition.toml", b""),
                ("a.tf", &vec![b' '; MAX_FILE_BYTES + 1]),
            ]),
            "`a.tf` in it is too large: the limit of a file is 4 MiB",
        );
        let mut many: Vec<(&str, &[u8])> = vec![("composition.toml", b"")];
        many.extend(names.iter().map(|name| (name.as_str(), b"".as_slice())));
        check(
            &packed(&many),
            "it contains too much: the limits are 1000 files and 32 MiB",
        );
        let mut broken = packed(&[("composition.toml", &[b'x'; 100])]);
        let name = broken.windows(16).position(|it| it == b"composition.toml");
        broken[name.unwrap() + 16] ^= 0xff;
        assert!(matches!(open(&broken), Err(ArchiveError::Damaged { .. })));
    }

    #[test]
    fn a_sha256_is_that_of_the_standard() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
