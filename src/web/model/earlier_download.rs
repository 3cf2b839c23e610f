//! A download that somebody has kept, and perhaps edited since.

use std::collections::BTreeMap;

use composer_core::archive::{self, ArchiveContent, ArchiveError, KeptFile};
use composer_core::text;

/// The content of a file or of a folder that was chosen or dropped.
pub(crate) enum Content {
    /// Of a file.
    File(Vec<u8>),
    /// Of the files of the composition that is in a folder, by their paths below its own folder.
    Folder(BTreeMap<String, Vec<u8>>),
}

/// A download that somebody has kept, and perhaps edited since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EarlierDownload {
    /// The name of the zip or of the folder.
    pub(super) name: String,
    /// Its files with their paths in the folder of its composition, sorted. No map: what drops one would be in the page's
    /// first part, as the state is.
    pub(super) files: Vec<(String, KeptFile)>,
}

impl EarlierDownload {
    /// The download in a zip named `name`.
    ///
    /// # Errors
    /// If it is no zip of one.
    pub(crate) fn from_zip(name: &str, bytes: &[u8]) -> Result<Self, ArchiveError> {
        Ok(Self {
            name: text::visible(name),
            files: archive::files(bytes)?.into_iter().collect(),
        })
    }

    /// The download in a folder named `name`, of which the browser tells the content of each file and nothing else.
    pub(crate) fn from_folder(name: &str, contents: BTreeMap<String, Vec<u8>>) -> Self {
        let files = contents.into_iter().map(|(path, content)| {
            let executable = false;
            let file = KeptFile {
                content,
                executable,
            };
            (path, file)
        });
        Self {
            name: text::visible(name),
            files: files.collect(),
        }
    }

    /// The name of the zip or of the folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its files as a composition's.
    ///
    /// # Errors
    /// If the spec is no text.
    pub(crate) fn opened(&self) -> Result<ArchiveContent, ArchiveError> {
        archive::content_of(self.files.iter().map(|(path, file)| (path, file)))
    }
}
