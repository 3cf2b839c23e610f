//! What of the built site is loaded, and how many bytes that is.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::project;

/// What the files may have with brotli, in bytes, that are loaded before somebody is at the page.
pub const FIRST_LOAD: usize = 200 * 1024;

/// What all files together may have with brotli, in bytes: the whole page with its second part.
pub const WHOLE_PAGE: usize = 794 * 1024;

/// The service worker's file.
pub const SERVICE_WORKER: &str = "sw.js";

/// What the name of the second part of the wasm has behind that of the first.
pub const SECOND: &str = "-second";

/// What the name of the second part's styles begins with.
const SECOND_STYLES: &str = "second-";

/// Whether the file `name` of the site is loaded before somebody is at the page: all but the large icon for an installed
/// page, the service worker, and the second part: its wasm and its styles. A test in the browser holds it to what is requested.
#[must_use]
pub fn is_loaded_first(name: &str) -> bool {
    name != "icon-512.png"
        && name != SERVICE_WORKER
        && !(name.contains(SECOND) && name.ends_with(".wasm"))
        && !name.starts_with(SECOND_STYLES)
}

/// How many bytes these are: as they are, with gzip and with brotli, as a host with time for it compresses.
fn sizes(bytes: &[u8]) -> Result<[usize; 3]> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, 11, 22);
    brotli.write_all(bytes)?;
    brotli.flush()?;
    Ok([bytes.len(), gzip.finish()?.len(), brotli.into_inner().len()])
}

/// The schema of a spec, which stands beside the page for editors and is no part of it.
pub const SPEC_SCHEMA: &str = "composition.schema.json";

/// The files of the page below the folder `site` by name, each with its [`sizes`].
///
/// # Errors
/// Where a file can't be read.
pub fn of_site(site: &Path) -> Result<Vec<(String, [usize; 3])>> {
    let names = project::files_below(site)?;
    let names = names.into_iter().filter(|name| name != SPEC_SCHEMA);
    let sized = names.map(|name| {
        let sizes = sizes(&fs::read(site.join(&name))?)?;
        Ok((name, sizes))
    });
    sized.collect()
}
