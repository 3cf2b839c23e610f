//! Cuts the page's wasm: what the page starts with, what it loads on the first interaction, and what it loads when it is
//! asked for. `src/web/second_part.rs` and `src/web/on_demand.rs` say which is which. What both of the later ones need is
//! a file of its own, which comes with the second.
//!
//! It is cut before wasm-bindgen sees it, so this replaces the two files that trunk wrote. Their names carry a hash of all
//! of them, because each part fits only the other parts of the same build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};
use wasm_split_cli_support::{Options, transform};
use xtask::sizes::{ON_DEMAND_PART, SECOND, SECOND_SHARED};

use crate::alike::alike_together;
use crate::command::{run, target_folder, with_path};
use crate::minify;
use crate::shorten::shorten_imports;
use crate::versions;

/// Replaces the wasm and JavaScript in `site`, whose names begin with `name`, by the two parts.
pub(crate) fn split(site: &Path, name: &str, folders: &[PathBuf]) -> Result<()> {
    let whole = target_folder()?
        .join(versions::WASM)
        .join("page/composer-web.wasm");
    let whole = fs::read(&whole).with_context(|| whole.display().to_string())?;
    let scratch = tempfile::tempdir()?;
    let first = scratch.path().join("first.wasm");
    let (link, main) = (format!("./{name}{SECOND}.js"), format!("./{name}.js"));
    let mut options = Options::new(&whole);
    options.output_dir = scratch.path();
    options.main_out_path = &first;
    options.link_name = &link;
    options.main_module = &main;
    let parts = transform(options).map_err(|error| anyhow!("the wasm can't be cut: {error:#}"))?;
    let later = later_parts(&parts.split_modules)?;

    let mut bindgen = with_path(Command::new("wasm-bindgen"), folders);
    run(bindgen
        .args(["--target", "web", "--no-typescript"])
        // The second part takes the first one's table of functions, which the linker has exported.
        .arg("--keep-lld-exports")
        .args(["--remove-name-section", "--remove-producers-section"])
        .args(["--out-name", name, "--out-dir"])
        .arg(site)
        .arg(&first))?;
    let (wasm, main) = (site.join(format!("{name}_bg.wasm")), site.join(&main));
    let (shorter, script) = shorten_imports(
        &fs::read(&wasm)?,
        fs::read_to_string(&main)?,
        &format!("./{name}_bg.js"),
    )?;
    fs::write(wasm, alike_together(&shorter)?)?;
    fs::write(main, minify::script(&script)?)?;
    let mut script = fs::read_to_string(scratch.path().join(&link))?;
    for (file, suffix) in later {
        let part = format!("{name}{suffix}.wasm");
        fs::write(site.join(&part), alike_together(&fs::read(file)?)?)?;
        let former = file.file_name().context("a part is a file")?;
        let former = format!("\"./{}\"", former.to_string_lossy());
        ensure!(script.contains(&former), "{link} doesn't load {former}");
        script = script.replace(&former, &format!("\"./{part}\""));
    }
    fs::write(site.join(&link), minify::script(&script)?)?;
    rename(site, name)
}

/// The parts that are loaded later, each with what its name has behind that of the first.
fn later_parts(modules: &[PathBuf]) -> Result<Vec<(&Path, &'static str)>> {
    let named = modules.iter().map(|module| {
        let stem = module.file_stem().unwrap_or_default().to_string_lossy();
        let suffix = match &*stem {
            "split_second" => SECOND,
            "split_on_demand" => ON_DEMAND_PART,
            chunk if chunk.starts_with("chunk_") => SECOND_SHARED,
            other => return Err(anyhow!("nobody knows when the part `{other}` is loaded")),
        };
        Ok((module.as_path(), suffix))
    });
    let named = named.collect::<Result<Vec<_>>>()?;
    for suffix in [SECOND, SECOND_SHARED, ON_DEMAND_PART] {
        let found = named.iter().filter(|(_, other)| *other == suffix).count();
        ensure!(found == 1, "the wasm has {found} parts `{suffix}`");
    }
    Ok(named)
}

/// Gives the files whose names begin with `name`, which ends with trunk's hash, a hash of what is in them.
fn rename(site: &Path, name: &str) -> Result<()> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(site)? {
        let file = entry?.file_name().into_string();
        let file = file.map_err(|file| anyhow!("{} is no name", file.display()))?;
        if let Some(end) = file.strip_prefix(name) {
            files.insert(end.to_owned(), fs::read(site.join(&file))?);
        }
    }
    let mut hash = Sha256::new();
    for content in files.values() {
        hash.update(Sha256::digest(content));
    }
    let hash: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (page, former) = name.rsplit_once('-').context("no hash in the name")?;
    // As long as the former, since the wasm names the script that loads its second part; trunk drops leading zeros.
    let hash = hash
        .get(..former.len())
        .with_context(|| format!("`{former}` is no hash"))?;
    let present = format!("{page}-{hash}");
    for (end, content) in files {
        fs::remove_file(site.join(format!("{name}{end}")))?;
        let content = replaced(content, name.as_bytes(), present.as_bytes());
        fs::write(site.join(format!("{present}{end}")), content)?;
    }
    let index = site.join("index.html");
    fs::write(&index, fs::read_to_string(&index)?.replace(name, &present))?;
    Ok(())
}

/// `content` with `present` for each `former`, which is as long.
fn replaced(mut content: Vec<u8>, former: &[u8], present: &[u8]) -> Vec<u8> {
    let mut at = 0;
    while at + former.len() <= content.len() {
        if content[at..].starts_with(former) {
            content[at..at + former.len()].copy_from_slice(present);
            at += former.len();
        } else {
            at += 1;
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_follow_what_is_in_any_of_the_files() {
        let named = |second: &str| {
            let site = tempfile::tempdir().unwrap();
            let name = "page-0123456789abcdef";
            for (end, text) in [
                (".js", format!("load {name}-second.js")),
                ("-second.wasm", second.to_owned()),
            ] {
                fs::write(site.path().join(format!("{name}{end}")), text).unwrap();
            }
            fs::write(site.path().join("index.html"), format!("<{name}.js>")).unwrap();
            rename(site.path(), name).unwrap();
            let index = fs::read_to_string(site.path().join("index.html")).unwrap();
            let present = index
                .trim_matches(['<', '>'])
                .strip_suffix(".js")
                .unwrap()
                .to_owned();
            let script = fs::read_to_string(site.path().join(format!("{present}.js"))).unwrap();
            assert_eq!(script, format!("load {present}-second.js"));
            let part =
                fs::read_to_string(site.path().join(format!("{present}-second.wasm"))).unwrap();
            assert_eq!(part, second);
            assert_eq!(fs::read_dir(site.path()).unwrap().count(), 3);
            present
        };
        assert_eq!(named("a"), named("a"));
        assert_ne!(named("a"), named("b"));
    }
}
