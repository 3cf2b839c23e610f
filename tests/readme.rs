//! What the README shows works: its commands are run, its spec is read, its links lead somewhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use composer_core::{check, presets, read};
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The content of the fenced blocks in `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    text.split(&format!("```{language}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

fn words(line: &str) -> Vec<&str> {
    let command = line.split(" #").next().unwrap();
    command.split_whitespace().collect()
}

#[test]
fn its_commands_run_in_their_order() {
    let folder = TempDir::new().unwrap();
    let mut run = 0;
    for line in blocks(&readme(), "sh")
        .iter()
        .flat_map(|block| block.lines())
    {
        let words = words(line);
        match words.as_slice() {
            ["temporal-composer", arguments @ ..] => {
                let output = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
                    .args(arguments)
                    .current_dir(folder.path())
                    .output()
                    .unwrap();
                assert!(
                    output.status.success(),
                    "{line}\n{}",
                    String::from_utf8_lossy(&output.stderr)
                );
                run += 1;
            }
            // The tasks are what runs this test; here only that they exist, under these names.
            ["cargo", "xtask", task, arguments @ ..] => {
                if let ["link", "--seconds", _] = arguments {
                    assert!(
                        root()
                            .join("tests/fuzz/libfuzzer/fuzz_targets/link.rs")
                            .exists()
                    );
                } else {
                    assert_eq!(arguments, [""; 0], "{line}");
                }
                let tasks = fs::read_to_string(root().join("src/xtask/main.rs")).unwrap();
                let mut name = (*task).to_owned();
                name[..1].make_ascii_uppercase();
                assert!(tasks.contains(&format!("\n    {name}")), "{line}");
                run += 1;
            }
            ["cargo", "install", "--path", "."] => run += 1,
            // The flat root is the reader's; `tests/engine` has one.
            ["terraform", "-chdir=flat", "show", "-json", ">", file] => {
                let resources =
                    r#"{"address":"aws_vpc.main","values":{"cidr_block":"10.0.0.0/16"}}"#;
                let state = format!(
                    r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[{resources}]}}}}}}"#
                );
                fs::write(folder.path().join(file), state).unwrap();
                run += 1;
            }
            other => panic!("this test doesn't know how to run {other:?}"),
        }
    }
    assert!(run >= 10, "{run}");
}

#[test]
fn its_spec_is_sound() {
    let text = readme();
    let blocks = blocks(&text, "toml");
    assert_eq!(blocks.len(), 1);
    let found = read::read(&blocks[0]);
    assert_eq!(found.problems.0, []);
    assert!(!check(&found.spec).problems.has_errors());
}

#[test]
fn its_presets_are_those_there_are() {
    for preset in presets::PRESETS {
        assert!(
            readme().contains(&format!("| `{}` | {} |", preset.name, preset.summary)),
            "{}",
            preset.name
        );
    }
}

#[test]
fn links_lead_somewhere() {
    for file in ["README.md", "ARCHITECTURE.md", "tests/provider/README.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let folder = root().join(file).parent().unwrap().to_owned();
        for link in text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap())
        {
            if !link.starts_with("http") {
                let path = link.split('#').next().unwrap();
                assert!(folder.join(path).exists(), "{file}: {link}");
            }
        }
    }
}

#[test]
fn the_architecture_names_files_that_exist() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for name in text.split('`').skip(1).step_by(2) {
        let looks_like_a_path = name.contains('/') && !name.contains(' ') && !name.contains('<');
        if looks_like_a_path {
            assert!(root().join(name).exists(), "{name}");
        }
    }
}
