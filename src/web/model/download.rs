//! The zip of a composition, read back before it is offered.

use composer_core::archive::{archive, read_back, sha256};
use composer_core::compose;
use composer_core::manifest::with_manifest;

use crate::model::composition::Composition;

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

/// Makes the zip of `composition`, and reads it back. Its files are composed where it has none yet.
///
/// # Errors
/// Where the zip, read back, holds something else: with what that is.
pub(crate) fn pack(composition: &Composition) -> Result<Archive, String> {
    let folder = &composition.folder;
    let tree = with_manifest(if composition.tree.is_empty() {
        compose(&composition.blueprint)
    } else {
        composition.tree.clone()
    });
    let bytes = archive(&tree, folder);
    read_back(&bytes, &tree, folder)?;
    let download = Download {
        name: format!("{folder}.zip"),
        files: tree.len(),
        bytes: bytes.len(),
        sha256: sha256(&bytes),
    };
    Ok(Archive { bytes, download })
}
