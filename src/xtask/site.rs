//! Builds the static site with trunk, and checks what came out.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};
use xtask::project;
use xtask::sizes::{self, SERVICE_WORKER, SPEC_SCHEMA};

use crate::command::{run, with_path};
use crate::minify;
use crate::setup::{Tool, set_up};
use crate::split::split;

/// What building the site needs.
pub(crate) const TOOLS: [Tool; 4] = [
    Tool::WasmTarget,
    Tool::RustSource,
    Tool::Trunk,
    Tool::WasmBindgen,
];

/// Builds the standard library with the page, as small as the page itself, and lets a panic end it without a message.
/// Cargo and rustc call both unstable, so a stable release takes them only where `RUSTC_BOOTSTRAP` is set.
///
/// Saves 20.3 kB (brotli) of the 239.7 that are loaded first, and 14.0 of the 366.4 that the second part of the wasm has.
/// `static/boot.js` shows what has been composed when the page ends; without the message the reason that it gives is
/// `unreachable`. A page that trunk builds alone has the messages.
const SMALLEST: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    // Not by the profile, which trunk's hook reads too, without being allowed what is unstable.
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        // SHA-256 in a loop instead of written out 64 times: it hashes a download once.
        "-Zunstable-options -Cpanic=immediate-abort --cfg sha2_backend_soft=\"compact\"",
    ),
];

/// Builds the site into `project::site()`.
pub(crate) fn build() -> Result<()> {
    let folders = set_up(&TOOLS)?;
    let mut trunk = with_path(Command::new("trunk"), &folders);
    run(trunk
        .args(["build", "--release", "--features", "cut"])
        .envs(SMALLEST)
        .current_dir(project::root())
        // trunk takes any value but `true` and `false` for a usage error.
        .env_remove("NO_COLOR"))?;
    let site = project::site();
    let name = verify(&site)
        .with_context(|| format!("trunk ended well, but {} is not the page", site.display()))?;
    split(&site, &name, &folders)?;
    minify_own_files(&site)?;
    write_service_worker(&site)?;
    // After the service worker has its list: editors ask for the schema, the page doesn't.
    fs::copy(
        project::root().join("docs").join(SPEC_SCHEMA),
        site.join(SPEC_SCHEMA),
    )?;
    print_sizes(&site)?;
    println!("\nThe site is in {}", site.display());
    Ok(())
}

/// The site starts the page, whose files begin with this name: without `href` in index.html, trunk would ship
/// the command-line tool compiled to wasm, and call it a success.
fn verify(site: &Path) -> Result<String> {
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
    for (rest, name) in [
        (index.as_str(), "theme"),
        (after_first_script(&index), "boot"),
    ] {
        let script = value(rest, "src").with_context(|| format!("index.html has no {name}.js"))?;
        ensure!(
            script.starts_with(&format!("./{name}-")) && site.join(script).is_file(),
            "index.html starts `{script}` instead of {name}.js"
        );
    }
    let script = value(&index, "data-js").unwrap_or_default();
    let name = script
        .strip_prefix("./")
        .and_then(|name| name.strip_suffix(".js"));
    Ok(name.context("`data-js` is no script")?.to_owned())
}

/// Minifies `index.html` and `boot.js`, which trunk copies as they are.
fn minify_own_files(site: &Path) -> Result<()> {
    for name in project::files_below(site)? {
        let file = site.join(&name);
        if name == "index.html" {
            fs::write(&file, minify::html(&fs::read_to_string(&file)?))?;
        } else if name.starts_with("boot-") {
            fs::write(&file, minify::script(&fs::read_to_string(&file)?)?)?;
        }
    }
    Ok(())
}

/// Writes `sw.js`: `static/sw.js` with the names of all files above it, and a version that is another with any change of
/// theirs.
fn write_service_worker(site: &Path) -> Result<()> {
    let program =
        fs::read_to_string(project::root().join("static/sw.js")).context("static/sw.js")?;
    fs::write(site.join(SERVICE_WORKER), service_worker(site, &program)?)?;
    Ok(())
}

fn service_worker(site: &Path, program: &str) -> Result<String> {
    let mut files = project::files_below(site)?;
    files.retain(|name| name != SERVICE_WORKER);
    let mut hash = Sha256::new();
    for name in &files {
        hash.update(name.as_bytes());
        hash.update(Sha256::digest(fs::read(site.join(name))?));
    }
    hash.update(program.as_bytes());
    let version: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // The folder itself is the document; hosts may answer `index.html` with a redirect.
    let names: Vec<String> = files
        .iter()
        .map(|name| match name.as_str() {
            "index.html" => "./".to_owned(),
            other => format!("./{other}"),
        })
        .collect();
    Ok(format!(
        "const VERSION = {};\nconst FILES = {};\n{program}",
        serde_json::to_string(&version)?,
        serde_json::to_string_pretty(&names)?
    ))
}

/// The value of the first such attribute.
fn value<'html>(html: &'html str, attribute: &str) -> Option<&'html str> {
    let (_, after) = html.split_once(&format!(" {attribute}=\""))?;
    Some(after.split_once('"')?.0)
}

/// What stands behind the first script of a document.
fn after_first_script(html: &str) -> &str {
    html.split_once("</script>").map_or("", |(_, after)| after)
}

fn print_sizes(site: &Path) -> Result<()> {
    let sized = sizes::of_site(site)?;
    let width = sized.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    println!(
        "\n{:width$}  {:>9}  {:>9}  {:>9}",
        "file", "bytes", "gzip", "brotli"
    );
    for (name, sizes) in &sized {
        let [raw, gzip, brotli] = sizes;
        println!("{name:width$}  {raw:>9}  {gzip:>9}  {brotli:>9}");
    }
    println!(
        "\n{:width$}  {:>9}  {:>9}  {:>9}",
        "brotli", "bytes", "limit", "ratio"
    );
    let compared = sizes::against_limits(&sized);
    for (name, bytes, limit) in compared {
        let ratio = bytes as f64 / limit as f64;
        println!("{name:width$}  {bytes:>9}  {limit:>9}  {ratio:>9.3}");
    }
    println!(
        "\nNot loaded first: what is loaded and kept for later visits once somebody is at the page.\n\
         On demand: what src/web/on_demand.rs has."
    );
    for (name, bytes, limit) in compared {
        ensure!(
            bytes <= limit,
            "{name}: {} bytes over the limit. What a first look does without belongs behind `SecondPart` \
             in src/web/second_part.rs, and what few visits need behind `OnDemand` in src/web/on_demand.rs",
            bytes - limit
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(index: &str, wasm: &[u8]) -> Option<String> {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("index.html"), index).unwrap();
        for script in ["boot-1.js", "theme-1.js"] {
            fs::write(site.path().join(script), "b").unwrap();
        }
        for name in ["composer-web-1", "temporal-composer-1"] {
            fs::write(site.path().join(format!("{name}.js")), "b").unwrap();
            fs::write(site.path().join(format!("{name}_bg.wasm")), wasm).unwrap();
        }
        verify(site.path()).err().map(|error| error.to_string())
    }

    const INDEX: &str = r#"<meta name="app" data-js="./composer-web-1.js"
        data-wasm="./composer-web-1_bg.wasm"><script src="./theme-1.js"></script><script src="./boot-1.js"></script>"#;

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
    fn a_page_without_the_script_of_its_theme_is_refused() {
        let without = INDEX.replace("<script src=\"./theme-1.js\"></script>", "");
        assert!(problem(&without, b"\0asm").unwrap().contains("theme"));
    }

    #[test]
    fn an_absolute_address_is_refused() {
        assert_eq!(
            problem(&INDEX.replace("\"./", "\"/"), b"\0asm").unwrap(),
            "`/composer-web-1.js` isn't relative, so no sub-path would work"
        );
    }

    #[test]
    fn the_service_worker_names_every_file_and_is_another_with_any_change() {
        let site = tempfile::tempdir().unwrap();
        for (name, text) in [("index.html", "a"), ("b.js", "b"), ("sw.js", "old")] {
            fs::write(site.path().join(name), text).unwrap();
        }
        let first = service_worker(site.path(), "program\n").unwrap();
        let (version, rest) = first.split_once('\n').unwrap();
        assert!(version.starts_with("const VERSION = \""), "{version}");
        assert_eq!(
            rest,
            "const FILES = [\n  \"./b.js\",\n  \"./\"\n];\nprogram\n"
        );
        assert_eq!(service_worker(site.path(), "program\n").unwrap(), first);
        fs::write(site.path().join("b.js"), "c").unwrap();
        let other = service_worker(site.path(), "program\n").unwrap();
        assert_ne!(other.split_once('\n').unwrap().0, version);
    }

    #[test]
    fn what_is_not_wasm_is_refused() {
        assert_eq!(
            problem(INDEX, b"<html>").unwrap(),
            "composer-web-1_bg.wasm isn't wasm"
        );
    }
}
