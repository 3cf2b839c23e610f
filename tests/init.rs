//! The commented spec that `init` writes.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use composer_core::options::{OPTIONS, OptionRow, Scope};
use composer_core::{FieldPath, check, presets, read};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

use crate::harness::run;

#[test]
fn it_reads_back_as_the_preset() {
    for preset in presets::PRESETS {
        let said = run(&["init", "--preset", preset.name, "--out", "-"]).say();
        assert_eq!(said.code, 0);
        let text = String::from_utf8(said.stdout).unwrap();
        let found = read::read(&text);
        assert_eq!(found.problems.0, []);
        assert_eq!(found.spec, preset.spec());
    }
}

/// What `init` writes, without the signs that make a default a comment.
pub(crate) fn every_default() -> String {
    let said = run(&["init", "--out", "-"]).say();
    let text = String::from_utf8(said.stdout).unwrap();
    let all: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if is_assignment(rest) => rest,
            _ => line,
        })
        .collect();
    all.join("\n")
}

#[test]
fn taking_the_comment_signs_away_states_every_default() {
    let found = read::read(&every_default());
    assert_eq!(found.problems.0, []);
    // Every option of three environments and the spec but `enabled` and `profile`.
    let options = OPTIONS.iter();
    let (each, top): (Vec<&OptionRow>, Vec<&OptionRow>) =
        options.partition(|row| row.scope == Scope::Environment);
    assert_eq!(
        found.spec.values().count(),
        top.len() + 3 * (each.len() - 2)
    );
    let errors: Vec<_> = check(&found.spec)
        .problems
        .of(composer_core::Severity::Error)
        .cloned()
        .collect();
    // The example secrets and clusters are the same in all three environments, which is worth a warning but no error.
    assert_eq!(errors, []);
}

fn is_assignment(text: &str) -> bool {
    text.split_once(" = ").is_some_and(|(key, _)| {
        key.chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.\"-".contains(c))
    })
}

/// Runs `init` on a terminal, answers each question by a line, and returns what the terminal shows and the exit code.
fn on_a_terminal(folder: &Path, arguments: &[&str], answers: &str) -> (String, i32) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
        .args(arguments)
        .current_dir(folder)
        .stdin(terminal.try_clone().unwrap())
        .stdout(terminal.try_clone().unwrap())
        .stderr(terminal)
        .spawn()
        .unwrap();
    let mut controller = File::from(controller);
    controller.write_all(answers.as_bytes()).unwrap();
    let code = child.wait().unwrap().code().unwrap();
    let mut shown = Vec::new();
    // With the last end of the terminal closed, reading ends in an error.
    let _ = controller.read_to_end(&mut shown);
    (
        String::from_utf8(shown).unwrap().replace("\r\n", "\n"),
        code,
    )
}

#[test]
fn on_a_terminal_it_asks_five_questions() {
    let folder = TempDir::new().unwrap();
    let (shown, code) = on_a_terminal(
        folder.path(),
        &["init"],
        "huge\nha-prod\nOrders\norders\n\n200\nlater\n",
    );
    assert_eq!(code, 0, "{shown}");
    for part in [
        "Preset [standard]: ",
        "  `huge`: choose one of standard, dev-lean, ha-prod\n",
        "  `Orders`: not a project name; allowed is 2 to 15 lower-case letters",
        "Region [eu-west-1]: ",
        "Workflows per second in prod: 50, 100, 200, 400, or `none` for the preset's sizes [none]: ",
        "S3 bucket for Terraform's states (`later` if there is none yet) [later]: ",
        "wrote composition.toml, and composition.schema.json, with which editors complete it\n",
    ] {
        assert!(shown.contains(part), "no `{part}` in\n{shown}");
    }
    let text = fs::read_to_string(folder.path().join("composition.toml")).unwrap();
    assert!(
        text.starts_with("#:schema ./composition.schema.json\n"),
        "{text}"
    );
    let spec = read::read(&text).spec;
    assert_eq!(
        spec.get(&FieldPath::of(&["project"])),
        Some(&"orders".into())
    );
    // The target's count for 200 workflows per second.
    assert_eq!(
        spec.get(&FieldPath::of(&[
            "environments",
            "prod",
            "compute",
            "instance_count"
        ])),
        Some(&15.into())
    );
    // A second time it says at once that the file is there.
    let (shown, code) = on_a_terminal(folder.path(), &["init", "--no-color"], "");
    assert_eq!(
        (shown.as_str(), code),
        (
            "error: composition.toml already exists: nothing was written\nhint: choose another folder or file with --out\n",
            4
        )
    );
}

#[test]
fn an_end_before_the_last_answer_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let (shown, code) = on_a_terminal(folder.path(), &["init"], "standard\n\u{4}");
    assert_eq!(code, 64, "{shown}");
    assert!(shown.contains("the terminal ended before the last answer: nothing was written"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn with_a_preset_or_without_a_terminal_nothing_is_asked() {
    let folder = TempDir::new().unwrap();
    let (shown, code) = on_a_terminal(folder.path(), &["init", "--preset", "dev-lean"], "");
    assert_eq!(code, 0);
    assert!(shown.starts_with("wrote composition.toml"), "{shown}");
    let said = run(&["init"]).say();
    assert_eq!(said.code, 0);
    assert_eq!(
        said.files(),
        ["composition.schema.json", "composition.toml"]
    );
}

#[test]
fn the_schema_of_another_version_is_replaced_and_a_foreign_file_is_not() {
    let old = "{ \"title\": \"A composition of Temporal Composer\" }";
    let said = run(&["init"]).file("composition.schema.json", old).say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = fs::read_to_string(said.path("composition.schema.json")).unwrap();
    assert!(text.contains("\"$defs\""));
    let said = run(&["init"]).file("composition.schema.json", "{}").say();
    assert_eq!(said.code, 4);
    assert_eq!(said.files(), ["composition.schema.json"]);
}
