//! Lists the files of `terraform-templates`, so that each is embedded and a new one is not forgotten.
#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads and writes files"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let core = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let templates = core
        .join("../../terraform-templates")
        .canonicalize()
        .expect("the templates stand beside `src`");
    let mut files = Vec::new();
    collect(&templates, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let path = file
            .strip_prefix(&templates)
            .expect("collected inside it")
            .to_str()
            .expect("template names are UTF-8")
            .replace('\\', "/");
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.display())
            .expect("a String takes any text");
    }
    code.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("templates.rs"), code).expect("the build folder can be written");
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
