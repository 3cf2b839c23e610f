//! Packs a tree into a zip whose bytes depend on the tree alone.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::tree::Tree;

/// The tree as a zip with one top folder, `folder`. Time, mode, order and compression are set here, so that the page
/// and the command-line tool make the same bytes.
///
/// # Panics
/// Never: writing into memory can't fail, and a tree's paths are short and unique.
#[must_use]
pub fn archive(tree: &Tree, folder: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, file) in tree.files() {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::default())
            .system(zip::System::Unix)
            .unix_permissions(if file.executable { 0o755 } else { 0o644 });
        zip.start_file(format!("{folder}/{path}"), options)
            .expect("a short unique path is a valid name");
        zip.write_all(file.text.as_bytes())
            .expect("memory takes any bytes");
    }
    zip.finish().expect("memory takes any bytes").into_inner()
}
