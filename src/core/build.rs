//! Lists the files of `terraform-templates`, so that each is embedded and a new one is not forgotten, and reads off
//! them the resource blocks of the modules and the exceptions from a scanner's findings.
#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads and writes files"
)]

#[path = "inventory/blocks.rs"]
mod blocks;
#[path = "inventory/exceptions.rs"]
mod exceptions;
#[path = "inventory/multiplicity.rs"]
mod multiplicity;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    for part in [
        "build.rs",
        "inventory/blocks.rs",
        "inventory/exceptions.rs",
        "inventory/multiplicity.rs",
    ] {
        println!("cargo::rerun-if-changed={part}");
    }
    let core = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let templates = core
        .join("../../terraform-templates")
        .canonicalize()
        .expect("the templates stand beside `src`");
    let mut files = Vec::new();
    collect(&templates, &mut files);
    files.sort();
    let files: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|file| (inside(&templates, &file), file))
        .collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for (name, code) in [
        ("templates.rs", embedded(&files)),
        ("recipes.rs", recipes(&files)),
        ("blocks.rs", resource_blocks(&files)),
        ("exceptions.rs", scanner_exceptions(&files)),
    ] {
        fs::write(out.join(name), code).expect("the build folder can be written");
    }
}

/// The path of `file` inside the folder of the templates, with `/`.
fn inside(templates: &Path, file: &Path) -> String {
    file.strip_prefix(templates)
        .expect("collected inside it")
        .to_str()
        .expect("template names are UTF-8")
        .replace('\\', "/")
}

/// Each file's path and text.
fn embedded(files: &[(String, PathBuf)]) -> String {
    list(
        files.iter().map(|(path, file)| {
            format!("({path:?}, include_str!({:?}))", file.display().to_string())
        }),
    )
}

/// What is built from each recipe of an image.
fn recipes(files: &[(String, PathBuf)]) -> String {
    list(files.iter().filter_map(|(path, _)| {
        let recipe = path.strip_prefix("images/")?.strip_suffix(".Dockerfile")?;
        Some(format!("{recipe:?}"))
    }))
}

/// Each module's resource blocks.
fn resource_blocks(files: &[(String, PathBuf)]) -> String {
    let mut modules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, file) in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let inside = path
            .strip_prefix("modules/")
            .and_then(|path| path.split_once('/'));
        if let Some((module, _)) = inside.filter(|(_, name)| name.ends_with(".tf")) {
            let text = fs::read_to_string(file).expect("a template is UTF-8");
            modules.entry(module).or_default().push(text);
        }
    }
    list(modules.iter().map(|(module, texts)| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut code = format!("({module:?}, &[");
        for (kind, times) in blocks::of_module(&texts) {
            let times = times.map(|times| format!("Multiplicity::{times:?}"));
            let times = times.map_or("None".to_owned(), |times| format!("Some({times})"));
            write!(code, "({kind:?}, {times}), ").expect("a String takes any text");
        }
        code + "])"
    }))
}

/// What a scanner finds in each template and is meant so.
fn scanner_exceptions(files: &[(String, PathBuf)]) -> String {
    let mut rows = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| path.ends_with(".tf")) {
        let text = fs::read_to_string(file).expect("a template is UTF-8");
        for found in exceptions::of_file(&text) {
            rows.push(format!(
                "({path:?}, {:?}, {:?}, {:?}, {:?})",
                found.resource, found.switch, found.id, found.reason
            ));
        }
    }
    list(rows.into_iter())
}

fn list(rows: impl Iterator<Item = String>) -> String {
    let mut code = String::from("&[\n");
    for row in rows {
        writeln!(code, "    {row},").expect("a String takes any text");
    }
    code + "]"
}

/// Adds every file below `folder`; cargo watches the folders for new ones. What Terraform leaves behind when it runs
/// in a module's folder is not part of the module.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).expect("the templates can be read") {
        let path = entry.expect("the templates can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == ".terraform" || name.starts_with(".terraform.lock") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
