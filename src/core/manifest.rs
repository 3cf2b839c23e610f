//! What was composed, kept beside it: the folder `.composer` of a download. A later update compares the files with it, so
//! that it knows what somebody has edited since, and merges.
//!
//! `manifest.json` is for people and for `check`: composer's version, the SHA-256 of the spec and of each file. `base` has
//! the files themselves, compressed: a merge needs the text that was edited, and a later version of composer does not
//! have the modules of this one. It is text, as all files of a tree are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};

use crate::archive::{BASE_FILE, MAX_BYTES, SPEC_FILE, sha256};
use crate::tree::{File, Tree};
use crate::value::excerpt;

/// The folder of these files. Nothing else of a tree is in it.
pub const FOLDER: &str = ".composer";

/// Where the command keeps what an update has still to change. It is there only if a run was ended before it was complete.
pub const UNFINISHED_UPDATE: &str = ".composer/update";

/// The manifest.
pub const MANIFEST: &str = ".composer/manifest.json";

/// The files as they were composed.
pub const BASE: &str = BASE_FILE;

/// Keeps the text of [`BASE`] out of differences that git shows.
const ATTRIBUTES: &str = ".composer/.gitattributes";

/// The files of [`FOLDER`].
pub const PATHS: [&str; 3] = [MANIFEST, BASE, ATTRIBUTES];

/// The format that this version reads and writes.
const FORMAT: u32 = 1;

/// What was composed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Manifest {
    format: u32,
    /// The version of composer that composed it.
    pub composer: String,
    /// The SHA-256 of the spec, as `composition.toml` was composed.
    pub spec: String,
    /// The SHA-256 of each file by its path.
    pub files: BTreeMap<String, String>,
}

/// A file in [`BASE`].
#[derive(Deserialize, Serialize)]
struct BaseFile<'a> {
    text: Cow<'a, str>,
    executable: bool,
}

/// What is kept of a composition: the manifest, and the files that it lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerComposition {
    /// The manifest.
    pub manifest: Manifest,
    /// The files as they were composed.
    pub tree: Tree,
}

/// Why the files of [`FOLDER`] can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// A newer version wrote them.
    #[error("{MANIFEST} has format {0}, but this version reads {FORMAT}: a newer version wrote it")]
    Newer(u32),
    /// One of them is not as it was written.
    #[error("{file} is damaged ({reason})")]
    Damaged {
        /// Which one.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl Manifest {
    /// The manifest of `tree`.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let mut files = BTreeMap::new();
        for (path, file) in tree.files() {
            files.insert(path.to_owned(), sha256(file.text.as_bytes()));
        }
        Self {
            format: FORMAT,
            composer: env!("CARGO_PKG_VERSION").to_owned(),
            spec: files.get(SPEC_FILE).cloned().unwrap_or_default(),
            files,
        }
    }
}

/// `tree` with the [`files`] of its manifest: what a download has. [`crate::compose::compose`] leaves them out, since the
/// page composes at each step, and to hash and compress everything takes far longer than that.
#[must_use]
pub fn with_manifest(tree: Tree) -> Tree {
    let manifest = files(&tree);
    tree.with(manifest)
}

/// The files of [`FOLDER`] for `tree`, which has none of them.
#[must_use]
pub fn files(tree: &Tree) -> Tree {
    let texts = [
        (
            MANIFEST,
            serde_json::to_string_pretty(&Manifest::of(tree)).map(|text| text + "\n"),
        ),
        (BASE, packed(tree)),
        (
            ATTRIBUTES,
            Ok("# Compressed: `temporal-composer update` reads it.\nbase binary\n".to_owned()),
        ),
    ];
    let mut files = Tree::default();
    for (path, text) in texts {
        let text = text.unwrap_or_else(|_| unreachable!("texts with names are valid JSON"));
        files.add(path, File::of_text(text));
    }
    files
}

/// How much effort goes into compressing [`BASE`], from 0 to 9. With 2, that of `standard` has 428 kB and takes 10 ms; with
/// 6, it has 369 kB and takes 38, which was most of an export's time. Any level is read alike.
const LEVEL: u32 = 2;

/// The files of `tree` as JSON, compressed, as lines of Base64.
fn packed(tree: &Tree) -> serde_json::Result<String> {
    let mut files = BTreeMap::new();
    for (path, file) in tree.files() {
        let kept = BaseFile {
            text: Cow::Borrowed(&*file.text),
            executable: file.executable,
        };
        files.insert(path, kept);
    }
    let json = serde_json::to_vec(&files)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(&json).map_err(serde_json::Error::io)?;
    let bytes = encoder.finish().map_err(serde_json::Error::io)?;
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    for line in bytes.chunks(LINE_BYTES) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    Ok(text)
}

/// The bytes in a line of [`BASE`], which make 76 characters.
const LINE_BYTES: usize = 57;

/// Reads what [`with_manifest`] has added: the texts of [`MANIFEST`] and [`BASE`].
///
/// # Errors
/// If they are of a newer version, or don't fit each other.
pub fn read(manifest: &str, base: &str) -> Result<FormerComposition, Unusable> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let damaged = |file| move |reason: String| Unusable::Damaged { file, reason };
    let of_json = |error: serde_json::Error| error.to_string();
    let head: Head = serde_json::from_str(manifest)
        .map_err(of_json)
        .map_err(damaged(MANIFEST))?;
    if head.format > FORMAT {
        return Err(Unusable::Newer(head.format));
    }
    let manifest: Manifest = serde_json::from_str(manifest)
        .map_err(of_json)
        .map_err(damaged(MANIFEST))?;
    let files = unpacked(base).map_err(damaged(BASE))?;
    let mut tree = Tree::default();
    for (path, file) in files {
        if !is_inside(&path) {
            let reason = format!("`{}` is no path of a composition", excerpt(&path));
            return Err(damaged(BASE)(reason));
        }
        tree.add(path, File::kept(&file.text, file.executable));
    }
    let composed = FormerComposition { manifest, tree };
    let is_as_listed = Manifest::of(&composed.tree).files == composed.manifest.files;
    is_as_listed
        .then_some(composed)
        .ok_or_else(|| damaged(BASE)(format!("it does not have the files that {MANIFEST} lists")))
}

fn unpacked(base: &str) -> Result<BTreeMap<String, BaseFile<'static>>, String> {
    let text: String = base.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(text).map_err(|error| error.to_string())?;
    let mut json = Vec::new();
    ZlibDecoder::new(&*bytes)
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut json)
        .map_err(|error| error.to_string())?;
    if json.len() > MAX_BYTES {
        return Err(format!("it has more than {} MiB", MAX_BYTES >> 20));
    }
    serde_json::from_slice(&json).map_err(|error| error.to_string())
}

/// Whether `path` leads to a file below the folder of a composition and to none that git or composer keep there. Who
/// wrote a manifest need not be composer, and what it lists may be written and removed.
#[must_use]
pub fn is_inside(path: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && !part.eq_ignore_ascii_case(".git")
            && !part.contains(['\\', ':', '\0'])
    };
    path.split('/').all(is_plain)
        && !path
            .split('/')
            .any(|part| part.eq_ignore_ascii_case(FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, compose, presets};

    fn lean() -> Tree {
        let spec = presets::find("dev-lean").unwrap().spec();
        compose(&check(&spec).blueprint.unwrap())
    }

    fn texts(tree: &Tree) -> [String; 2] {
        [MANIFEST, BASE].map(|path| tree.file(path).unwrap().text.to_string())
    }

    #[test]
    fn the_manifest_lists_each_file_and_the_base_has_it() {
        let tree = lean();
        let whole = with_manifest(tree.clone());
        assert_eq!(whole.len(), tree.len() + 3);
        let [manifest, base] = texts(&whole);
        let start = format!(
            "{{\n  \"format\": 1,\n  \"composer\": \"{}\",\n  \"spec\": \"{}\",\n  \"files\": {{\n    \".gitattributes\": \"",
            env!("CARGO_PKG_VERSION"),
            sha256(tree.file(SPEC_FILE).unwrap().text.as_bytes())
        );
        assert!(manifest.starts_with(&start), "{manifest}");
        let composed = read(&manifest, &base).unwrap();
        assert_eq!(composed.tree.len(), tree.len());
        for (path, file) in tree.files() {
            let kept = composed.tree.file(path).unwrap();
            assert_eq!((&kept.text, kept.executable), (&file.text, file.executable));
            assert_eq!(composed.manifest.files[path], sha256(file.text.as_bytes()));
        }
        assert!(composed.tree.files().any(|(_, file)| file.executable));
        assert!(base.lines().all(|line| line.len() <= 76));
    }

    #[test]
    fn what_is_not_as_it_was_written_says_which_file() {
        let [manifest, base] = texts(&with_manifest(lean()));
        #[track_caller]
        fn check(manifest: &str, base: &str, expected: &str) {
            assert_eq!(read(manifest, base).unwrap_err().to_string(), expected);
        }
        check(
            &manifest.replace("\"format\": 1", "\"format\": 2"),
            &base,
            ".composer/manifest.json has format 2, but this version reads 1: a newer version wrote it",
        );
        check(
            "{",
            &base,
            ".composer/manifest.json is damaged (EOF while parsing an object at line 1 column 1)",
        );
        let lost = "does not have the files that .composer/manifest.json lists";
        check(
            &manifest.replace("\"README.md\": \"", "\"README.md\": \"0"),
            &base,
            &format!(".composer/base is damaged (it {lost})"),
        );
        check(
            &manifest,
            &base[..77],
            ".composer/base is damaged (incomplete deflate stream)",
        );
        check(
            &manifest,
            "*",
            ".composer/base is damaged (Invalid symbol 42, offset 0.)",
        );
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        for path in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            "a//b",
            "a/./b",
            "c:\\a",
            "a\\b",
            ".git/config",
            "a/.GIT/hooks/pre-commit",
            ".composer/manifest.json",
            "",
        ] {
            let mut tree = Tree::default();
            tree.add(path, File::kept("a", false));
            let manifest = serde_json::to_string(&Manifest::of(&tree)).unwrap();
            let error = read(&manifest, &packed(&tree).unwrap()).unwrap_err();
            assert!(
                error.to_string().ends_with("is no path of a composition)"),
                "{path}: {error}"
            );
        }
        for (path, _) in lean().files() {
            assert!(is_inside(path), "{path}");
        }
    }
}
