//! A way that is interrupted, a state that holds more than the flat root, and a list without values.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use crate::flat::list;
use crate::stage::{Given, Stage};
use crate::ways::{blocks, by_the_script};

/// What somebody has put beside the flat root.
const MORE: &str = r#"resource "aws_sns_topic" "alarms" {
  count = 2

  name = "alarms-${count.index}"
}
"#;

/// A Terraform that moves so many resources and then ends: before it does anything, or between the two files, when the
/// resource is in both.
fn ends_after(moves: usize, in_the_middle: bool) -> String {
    let real = std::env::var("PATH")
        .unwrap()
        .split(':')
        .map(|folder| format!("{folder}/terraform"))
        .find(|program| std::path::Path::new(program).exists())
        .expect("terraform is on the PATH");
    let last = if in_the_middle {
        // The file it moves from is put back, as if it had not been written yet.
        "cp flat.tfstate flat.as-it-was\n  terraform_is \"$@\"\n  mv flat.as-it-was flat.tfstate"
    } else {
        ":"
    };
    format!(
        "#!/usr/bin/env bash
set -euo pipefail
terraform_is() {{
  {real} \"$@\"
}}
if [[ \"$*\" != *' state mv '* ]]; then
  exec {real} \"$@\"
fi
work=${{1#-chdir=}}
count=$(cat \"$work/../count\" 2>/dev/null || echo 0)
echo $((count + 1)) >\"$work/../count\"
if ((count == {moves})); then
  cd \"$work\"
  {last}
  kill -KILL $PPID
  exit 1
fi
exec {real} \"$@\"
"
    )
}

/// What a state file holds.
fn resources(state: &str) -> Json {
    let mut state: Json = serde_json::from_str(state).unwrap();
    state["resources"].take()
}

/// The lines of import blocks without comments.
fn ids(blocks: &str) -> Vec<&str> {
    blocks
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect()
}

#[test]
fn an_interrupted_script_goes_on_where_it_was_and_leaves_what_it_does_not_know() {
    let mut stage = Stage::new(&[], Some(MORE));
    stage.migrate(Given::List);
    let flat = list(&stage.flat);
    assert_eq!(
        stage.report["unknown"],
        serde_json::json!(["aws_sns_topic.alarms[0]", "aws_sns_topic.alarms[1]"])
    );
    let page = stage.file("migration/MIGRATION.md");
    assert!(page.contains("- `aws_sns_topic.alarms[0]`\n- `aws_sns_topic.alarms[1]`\n"));
    // From a list no values are known: they are to be stated, and no id is filled in.
    assert!(stage.rows("blanks").count() > 10, "{}", stage.report);
    assert!(stage.rows("imports").all(|row| row["id"].is_null()));
    assert_eq!(
        stage
            .file("migration/imports.tf")
            .matches("FILL-IN")
            .count(),
        stage.rows("imports").count()
    );

    stage.compose();
    let script = Stage::SCRIPT;
    for (moves, in_the_middle) in [(0, false), (20, true), (30, false)] {
        let said = stage.shell_with(
            &format!("rm -f migration/count; {script}"),
            &[("terraform", &ends_after(moves, in_the_middle))],
        );
        assert_ne!(said.code, 0, "{}", said.text);
        assert_eq!(list(&stage.root()), Vec::<String>::new());
    }
    stage.run(script);

    let all: BTreeSet<String> = list(&stage.root()).into_iter().collect();
    assert_eq!(all, stage.texts("moves", "to").into_iter().collect());
    // Nothing is lost or in two places, and the flat root has what it had.
    assert_eq!(list(&stage.flat), flat);
    let left: BTreeSet<String> = list(&stage.leftovers()).into_iter().collect();
    assert_eq!(
        left,
        stage.texts("leftovers", "address").into_iter().collect()
    );

    // As if it had never been interrupted, nor read from a list.
    let moved = by_the_script();
    assert_eq!(
        resources(&stage.file("migration/work/root.tfstate")),
        resources(&moved.state)
    );
    assert_eq!(
        ids(&stage.file("migration/work/imports.tf")),
        ids(&moved.imports)
    );

    // Back, before anything was applied, as the tree's page says. Whoever came here has filled in the blanks.
    let root = stage.root();
    let values: String = root
        .variables()
        .iter()
        .map(|argument| {
            let (name, value) = argument["-var=".len()..].split_once('=').unwrap();
            format!("{name} = \"{value}\"\n")
        })
        .collect();
    fs::write(root.path().join("blanks.auto.tfvars"), values).unwrap();
    let page = stage.file("tree/docs/migration.md");
    let [back] = &blocks(&page, "Rollback")[..] else {
        panic!("{page}");
    };
    let said = stage.run(&format!("cd tree\n{back}"));
    for line in [
        "; 0 are its own\n",
        "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n",
        "Destroy complete! Resources: 0 destroyed.\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(list(&root), Vec::<String>::new());
    stage.flat.expect_no_changes(&[]);
}
