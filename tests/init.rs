//! The commented spec that `init` writes.

use composer_core::options::{OPTIONS, OptionRow, Scope};
use composer_core::{check, presets, read};

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

#[test]
fn taking_the_comment_signs_away_states_every_default() {
    let said = run(&["init", "--out", "-"]).say();
    let text = String::from_utf8(said.stdout).unwrap();
    let all: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if is_assignment(rest) => rest,
            _ => line,
        })
        .collect();
    let found = read::read(&all.join("\n"));
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
            .all(|c| c.is_ascii_alphanumeric() || "_.\"".contains(c))
    })
}
