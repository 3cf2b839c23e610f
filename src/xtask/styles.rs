//! The page's styles: one file for each pane in `static/css`, joined into the two files that the page loads. One file
//! compresses better than ten, and takes one request.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use xtask::project;

use crate::minify;

/// A file of styles that the page loads, and what it is joined from, in this order: a later rule overrides an earlier one.
struct Sheet {
    name: &'static str,
    parts: &'static [&'static str],
}

/// `index.html` names both. The second is disabled there: the page loads it with the second part of its wasm.
const SHEETS: [Sheet; 2] = [
    Sheet {
        name: "first.css",
        parts: &[
            "tokens",
            "elements",
            "frame",
            "failure",
            "shared",
            "notices",
            "question",
            "answer",
            "panes",
            "cards",
            "form",
            "environments",
            // Somebody may print before the second part is there.
            "print",
        ],
    },
    Sheet {
        name: "second.css",
        parts: &[
            "settings", "tables", "files", "code", "results", "dialogs", "diff", "overview",
            "sizing", "cost", "outlook", "problems", "fixes", "picker", "updates",
        ],
    },
];

/// Writes the joined files into `target/styles`. trunk calls it before it builds: `hooks` in the root's `Cargo.toml`.
///
/// # Errors
/// Where a part is missing, or the folder can't be written.
pub(crate) fn write() -> Result<()> {
    let folder = project::root().join("target/styles");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for sheet in &SHEETS {
        let file = folder.join(sheet.name);
        let text = joined(&project::root().join("static/css"), sheet.parts)?;
        // An unchanged file keeps its time: whoever watches the folder is not woken.
        if fs::read_to_string(&file).is_ok_and(|written| written == text) {
            continue;
        }
        fs::write(&file, text).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn joined(folder: &Path, parts: &[&str]) -> Result<String> {
    let texts: Vec<String> = parts
        .iter()
        .map(|part| {
            let file = folder.join(format!("{part}.css"));
            fs::read_to_string(&file).with_context(|| file.display().to_string())
        })
        .collect::<Result<_>>()?;
    Ok(minify::styles(&texts.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_styles_is_in_one_sheet() {
        let mut files = project::files_below(&project::root().join("static/css")).unwrap();
        files.sort();
        let mut parts: Vec<String> = SHEETS
            .iter()
            .flat_map(|sheet| sheet.parts)
            .map(|part| format!("{part}.css"))
            .collect();
        parts.sort();
        assert_eq!(parts, files);
    }
}
