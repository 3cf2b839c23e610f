//! Writes the seeds of every target below a folder and prints what `cargo xtask fuzz` tells libFuzzer: each target's name
//! and its longest input.
#![allow(clippy::print_stdout, reason = "`cargo xtask fuzz` reads it")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use fuzz_targets::TARGETS;

fn main() -> Result<()> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .context("name the folder")?
        .into();
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (name, content) in (target.seeds)() {
            fs::write(folder.join(name), content)?;
        }
        println!("{} {}", target.name, target.max_len);
    }
    Ok(())
}
