//! The zip of a composition, read back before it is offered.

use composer_core::archive::{archive, read_back, sha256};
use composer_core::manifest::with_manifest;
use composer_core::{Blueprint, compose};

/// A zip that was offered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Download {
    /// The name of the file.
    pub(crate) name: String,
    /// How many files are in it.
    pub(crate) files: usize,
    /// How many bytes it has.
    pub(crate) bytes: usize,
    /// Its SHA-256, in hexadecimal.
    pub(crate) sha256: String,
}

/// A zip and what there is to say about it.
#[derive(Debug)]
pub(crate) struct Archive {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// What the dialog after the download says.
    pub(crate) download: Download,
}

/// Makes the zip of what `blueprint` composes to, and reads it back.
///
/// # Errors
/// Where the zip, read back, holds something else: with what that is.
pub(crate) fn pack(blueprint: &Blueprint) -> Result<Archive, String> {
    let (tree, folder) = (
        with_manifest(compose(blueprint)),
        compose::folder(blueprint),
    );
    let bytes = archive(&tree, &folder);
    read_back(&bytes, &tree, &folder)?;
    let download = Download {
        name: format!("{folder}.zip"),
        files: tree.len(),
        bytes: bytes.len(),
        sha256: sha256(&bytes),
    };
    Ok(Archive { bytes, download })
}
