//! `export`: composes the tree and writes it.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use composer_core::archive::{archive, sha256};
use composer_core::compose::next;
use composer_core::manifest::{self, with_manifest};
use composer_core::{Blueprint, Tree, compose};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};
use crate::{loading, print, shell, write};

/// Where to write the tree.
enum Target {
    Folder(PathBuf),
    Zip(PathBuf),
    Stdout,
}

/// What `--json` answers.
#[derive(Serialize)]
struct ExportResult<'a> {
    path: &'a Path,
    files: usize,
    /// The size of the files, or of the zip.
    bytes: usize,
    /// The SHA-256 of the zip.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

pub(crate) fn run(arguments: &args::Export, answer: &mut Answer) -> Result<Outcome> {
    let source = loading::load(&arguments.source, answer)?;
    let Some(blueprint) = loading::blueprint(&source, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let folder = compose::folder(&blueprint);
    let target = target(arguments.out.as_deref(), &folder)?;
    let tree = compose(&blueprint);
    let next = || next(&blueprint, &target, &folder);
    match &target {
        Target::Folder(folder) => {
            let manifest = write::folder(&tree, &|| manifest::files(&tree), folder)?;
            let written = ExportResult {
                path: folder,
                files: tree.len() + manifest.len(),
                bytes: size(&tree) + size(&manifest),
                sha256: None,
            };
            answer.report(
                || &written,
                || {
                    format!(
                        "wrote {} files, {} bytes, to {}\n{}",
                        written.files,
                        written.bytes,
                        folder.display(),
                        next()
                    )
                },
            )?;
        }
        Target::Zip(file) => {
            let tree = with_manifest(tree);
            let bytes = archive(&tree, &folder);
            write::file(file, &bytes)?;
            let hash = sha256(&bytes);
            let written = ExportResult {
                path: file,
                files: tree.len(),
                bytes: bytes.len(),
                sha256: Some(hash.clone()),
            };
            answer.report(
                || &written,
                || {
                    format!(
                        "wrote {} files to {}, {} bytes\nSHA-256 {hash}\n{}",
                        written.files,
                        file.display(),
                        written.bytes,
                        next()
                    )
                },
            )?;
        }
        Target::Stdout => {
            if answer.is_json() {
                return Err(Stop::Usage(
                    "standard output can't hold both the zip of `--out -` and the object of `--json`\n\
                     hint: write the zip to a file, as in `--out temporal.zip`"
                        .to_owned(),
                )
                .into());
            }
            print::bytes(&archive(&with_manifest(tree), &folder))?;
        }
    }
    Ok(Outcome::Done)
}

fn target(out: Option<&Path>, folder: &str) -> Result<Target> {
    match out {
        None => Ok(Target::Folder(PathBuf::from(folder))),
        Some(path) if path == Path::new("-") => {
            if io::stdout().is_terminal() {
                return Err(Stop::Usage(
                    "the terminal can't show a zip\nhint: redirect the output, as in `--out - > temporal.zip`".to_owned(),
                )
                .into());
            }
            Ok(Target::Stdout)
        }
        Some(path) if path.extension().is_some_and(|extension| extension == "zip") => {
            Ok(Target::Zip(path.to_owned()))
        }
        Some(path) => Ok(Target::Folder(path.to_owned())),
    }
}

fn size(tree: &Tree) -> usize {
    tree.files().map(|(_, file)| file.text.len()).sum()
}

/// The commands to run next, as in the tree's own README. Each step is one command, which starts in the tree's folder
/// and stops at its first failure.
fn next(blueprint: &Blueprint, target: &Target, folder: &str) -> String {
    let mut text = "\nnext:\n".to_owned();
    match target {
        Target::Zip(file) => {
            text.push_str(&format!("  unzip {}\n  cd {folder}\n", shell::word(file)));
        }
        Target::Folder(out) => text.push_str(&format!("  cd {}\n", shell::word(out))),
        Target::Stdout => {}
    }
    for step in next::steps_in_short(blueprint) {
        let commands: Vec<&str> = step.commands.lines().collect();
        text.push_str(&format!(
            "\n{}:\n  ({})\n",
            step.title,
            commands.join(" &&\n   ")
        ));
    }
    let open: Vec<String> = blueprint
        .environments
        .iter()
        .map(|environment| (environment.open().count(), &environment.name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} in {name}"))
        .collect();
    if !open.is_empty() {
        text.push_str(&format!(
            "\nopen values: {}. terraform/envs/<environment>/README.md lists them first\n",
            open.join(", ")
        ));
    }
    text
}
