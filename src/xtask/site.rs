//! Builds the static site with trunk, and checks what came out.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use xtask::project;

use crate::command::{run, with_path};
use crate::setup::{Tool, set_up};

/// What building the site needs.
pub(crate) const TOOLS: [Tool; 3] = [Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen];

/// Builds the site into `project::site()`.
pub(crate) fn build() -> Result<()> {
    let folders = set_up(&TOOLS)?;
    let mut trunk = with_path(Command::new("trunk"), &folders);
    run(trunk
        .args(["build", "--release"])
        .current_dir(project::root())
        // trunk takes any value but `true` and `false` for a usage error.
        .env_remove("NO_COLOR"))?;
    let site = project::site();
    verify(&site)
        .with_context(|| format!("trunk ended well, but {} is not the page", site.display()))?;
    print_sizes(&site)?;
    println!("\nThe site is in {}", site.display());
    Ok(())
}

/// The site starts the page: without `href` in index.html, trunk would ship
/// the command-line tool compiled to wasm, and call it a success.
fn verify(site: &Path) -> Result<()> {
    let index = fs::read_to_string(site.join("index.html")).context("index.html")?;
    for (attribute, magic) in [("data-js", None), ("data-wasm", Some(b"\0asm"))] {
        let path = value(&index, attribute)
            .with_context(|| format!("index.html has no `{attribute}`, which boot.js reads"))?;
        let name = path
            .strip_prefix("./")
            .with_context(|| format!("`{path}` isn't relative, so no sub-path would work"))?;
        ensure!(
            name.starts_with("composer-web-"),
            "index.html loads `{name}`, which isn't the crate composer-web"
        );
        let bytes = fs::read(site.join(name)).with_context(|| name.to_owned())?;
        ensure!(!bytes.is_empty(), "{name} is empty");
        if let Some(magic) = magic {
            ensure!(bytes.starts_with(magic), "{name} isn't wasm");
        }
    }
    let script = value(&index, "src").context("index.html has no script")?;
    ensure!(
        script.starts_with("./boot-") && site.join(script).is_file(),
        "index.html starts `{script}` instead of boot.js"
    );
    Ok(())
}

/// The value of the first such attribute.
fn value<'html>(html: &'html str, attribute: &str) -> Option<&'html str> {
    let (_, after) = html.split_once(&format!(" {attribute}=\""))?;
    Some(after.split_once('"')?.0)
}

fn print_sizes(site: &Path) -> Result<()> {
    let mut files = Vec::new();
    list(site, site, &mut files)?;
    files.sort();
    let width = files.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    println!("\n{:width$}  {:>9}  {:>9}", "file", "bytes", "gzip");
    for (name, raw, gzip) in &files {
        println!("{name:width$}  {raw:>9}  {gzip:>9}");
    }
    let (raw, gzip) = files
        .iter()
        .fold((0, 0), |sum, (_, raw, gzip)| (sum.0 + raw, sum.1 + gzip));
    println!("{:width$}  {raw:>9}  {gzip:>9}", "total");
    Ok(())
}

fn list(site: &Path, folder: &Path, files: &mut Vec<(String, usize, usize)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(site, &path, files)?;
            continue;
        }
        let Ok(name) = path.strip_prefix(site) else {
            bail!("{} isn't in {}", path.display(), site.display());
        };
        let bytes = fs::read(&path)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes)?;
        files.push((
            name.to_string_lossy().into_owned(),
            bytes.len(),
            gzip.finish()?.len(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(index: &str, wasm: &[u8]) -> Option<String> {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("index.html"), index).unwrap();
        fs::write(site.path().join("boot-1.js"), "b").unwrap();
        for name in ["composer-web-1", "temporal-composer-1"] {
            fs::write(site.path().join(format!("{name}.js")), "b").unwrap();
            fs::write(site.path().join(format!("{name}_bg.wasm")), wasm).unwrap();
        }
        verify(site.path()).err().map(|error| error.to_string())
    }

    const INDEX: &str = r#"<meta name="app" data-js="./composer-web-1.js"
        data-wasm="./composer-web-1_bg.wasm"><script src="./boot-1.js"></script>"#;

    #[test]
    fn the_page_is_accepted() {
        assert_eq!(problem(INDEX, b"\0asm"), None);
    }

    #[test]
    fn the_command_line_tool_compiled_to_wasm_is_not_the_page() {
        assert_eq!(
            problem(
                &INDEX.replace("composer-web", "temporal-composer"),
                b"\0asm"
            )
            .unwrap(),
            "index.html loads `temporal-composer-1.js`, which isn't the crate composer-web"
        );
    }

    #[test]
    fn an_absolute_address_is_refused() {
        assert_eq!(
            problem(&INDEX.replace("\"./", "\"/"), b"\0asm").unwrap(),
            "`/composer-web-1.js` isn't relative, so no sub-path would work"
        );
    }

    #[test]
    fn what_is_not_wasm_is_refused() {
        assert_eq!(
            problem(INDEX, b"<html>").unwrap(),
            "composer-web-1_bg.wasm isn't wasm"
        );
    }
}
