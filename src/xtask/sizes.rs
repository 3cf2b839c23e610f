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

/// What all files together may have with brotli, in bytes, but for those of [`ON_DEMAND`]: the page with its second part.
pub const WHOLE_PAGE: usize = 782 * 1024;

/// What the files may have with brotli, in bytes, that are loaded when somebody asks for what they do.
pub const ON_DEMAND: usize = 220 * 1024;

/// The service worker's file.
pub const SERVICE_WORKER: &str = "sw.js";

/// What the name of the second part of the wasm has behind that of the first.
pub const SECOND: &str = "-second";

/// What the name of that has which the second part and the third both need. It is loaded with the second part.
pub const SECOND_SHARED: &str = "-second-shared";

/// What the name of the third part has, which is loaded when a dialog needs it.
pub const ON_DEMAND_PART: &str = "-on-demand";

/// What the name of the second part's styles begins with.
const SECOND_STYLES: &str = "second-";

/// Whether the file `name` of the site is loaded before somebody is at the page: all but the large icon for an installed
/// page, the service worker, and the later parts: their wasm and the styles of the second. A test in the browser holds it to what is requested.
#[must_use]
pub fn is_loaded_first(name: &str) -> bool {
    name != "icon-512.png"
        && name != SERVICE_WORKER
        && !((name.contains(SECOND) || name.contains(ON_DEMAND_PART)) && name.ends_with(".wasm"))
        && !name.starts_with(SECOND_STYLES)
}

/// Whether the file `name` of the site is loaded only when somebody asks for what it does.
#[must_use]
pub fn is_on_demand(name: &str) -> bool {
    name.contains(ON_DEMAND_PART) && name.ends_with(".wasm")
}

/// What is loaded when, with its bytes with brotli and how many it may have, of the files of [`of_site`].
#[must_use]
pub fn against_limits(sized: &[(String, [usize; 3])]) -> [(&'static str, usize, usize); 3] {
    let brotli = |is_meant: fn(&str) -> bool| -> usize {
        let meant = sized.iter().filter(|(name, _)| is_meant(name));
        meant.map(|(_, [_, _, brotli])| brotli).sum()
    };
    [
        ("loaded first", brotli(is_loaded_first), FIRST_LOAD),
        (
            "with its second part",
            brotli(|name| !is_on_demand(name)),
            WHOLE_PAGE,
        ),
        ("on demand", brotli(is_on_demand), ON_DEMAND),
    ]
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
