//! A way that is interrupted, a state that holds more than the flat root, and a list without values.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use crate::flat::list;
use crate::stage::{Stage, StateFormat};
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
    let real = engine_tests::program("terraform");
    let real = real.display();
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
    stage.migrate(StateFormat::List);
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
        ", 0 of its own remain\n",
        "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n",
        "Destroy complete! Resources: 0 destroyed.\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(list(&root), Vec::<String>::new());
    stage.flat.expect_no_changes(&[]);
}

#[test]
fn a_cut_list_is_named_and_the_script_refuses_the_whole_state() {
    let mut stage = Stage::new(&[], None);
    let flat = list(&stage.flat);
    let half: Vec<&str> = flat
        .iter()
        .map(String::as_str)
        .take(flat.len() / 2)
        .collect();
    assert!(!half.contains(&"aws_vpc.main"));
    fs::write(stage.path().join("state"), half.join("\n")).unwrap();
    stage.report_to("state", "migration");
    let cut: BTreeSet<String> = flat[half.len()..]
        .iter()
        .filter(|address| !address.starts_with("data."))
        .cloned()
        .collect();
    let missing: BTreeSet<String> = stage.texts("missing", "address").into_iter().collect();
    assert_eq!(missing, cut);
    let page = stage.file("migration/MIGRATION.md");
    assert!(
        page.contains("- `aws_vpc.main`: creates `module.vpc.aws_vpc.this`\n"),
        "{page}"
    );

    stage.compose();
    let said = stage.shell(Stage::SCRIPT);
    assert_eq!(said.code, 3, "{}", said.text);
    let named: BTreeSet<String> = said
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .map(str::to_owned)
        .collect();
    assert_eq!(named, cut);
    assert!(
        said.text.contains(
            "error: the flat root's state has the resources above, but moves.sh does not list them\n\
             hint: create this folder again from the whole current state\n"
        ),
        "{}",
        said.text
    );
    assert_eq!(list(&stage.root()), Vec::<String>::new());
    // Made again, it goes on from there.
    fs::remove_file(stage.path().join("migration/moves.sh")).unwrap();
    fs::write(stage.path().join("state"), flat.join("\n")).unwrap();
    stage.report_to("state", "again");
    assert_eq!(stage.rows("missing").count(), 0);
    fs::copy(
        stage.path().join("again/moves.sh"),
        stage.path().join("migration/moves.sh"),
    )
    .unwrap();
    fs::copy(
        stage.path().join("again/imports.tf"),
        stage.path().join("migration/imports.tf"),
    )
    .unwrap();
    stage.run(Stage::SCRIPT);
    assert_eq!(
        list(&stage.root()).into_iter().collect::<BTreeSet<_>>(),
        stage.texts("moves", "to").into_iter().collect()
    );
}

/// What an apply leaves that was stopped between the two steps of a replacement, and what nobody untainted.
#[test]
fn a_flat_root_that_is_not_at_rest_is_named_and_refused() {
    let mut stage = Stage::new(&[], None);
    let before = list(&stage.flat);
    stage.run(
        "cd flat
         terraform taint aws_security_group.grafana
         terraform taint aws_ecs_task_definition.grafana
         jq '.serial += 1 | (.resources[] | select(.name == \"ecs\" and .type == \"aws_launch_template\").instances) |=
           . + [.[0] + {deposed: \"0badc0de\"} | .attributes.id = \"lt-0badc0de\"]' terraform.tfstate >state.json
         terraform state push state.json",
    );
    // A list tells neither.
    assert_eq!(list(&stage.flat), before);
    stage.migrate(StateFormat::Values);
    assert_eq!(
        stage.report["irregular"],
        serde_json::json!([
            {"address": "aws_ecs_task_definition.grafana", "kind": "tainted"},
            {"address": "aws_launch_template.ecs", "kind": "deposed", "found": "0badc0de"},
            {"address": "aws_security_group.grafana", "kind": "tainted"},
        ])
    );
    let page = stage.file("migration/MIGRATION.md");
    for part in [
        " With the state as it is, it would also destroy or replace something: see the warnings below.",
        "- `aws_launch_template.ecs` has the deposed object `0badc0de`: the next plan destroys it; run `terraform apply` in \
         the flat root\n\
         - `aws_security_group.grafana` is tainted: the next plan replaces it; run `terraform apply` in the flat root, or \
         `terraform untaint ADDRESS`\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }

    stage.compose();
    let said = stage.shell(Stage::SCRIPT);
    assert_eq!(said.code, 3, "{}", said.text);
    assert!(
        said.text.contains(
            "  aws_launch_template.ecs has a deposed object\n  aws_security_group.grafana is tainted\n\
             error: the flat root is not ready to migrate: the first plan would replace or destroy the resources above\n"
        ),
        "{}",
        said.text
    );
    assert_eq!(list(&stage.root()), Vec::<String>::new());

    // As the hint says. What the flat root creates again is its own affair.
    stage.flat.apply(&[]);
    stage.flat.expect_no_changes(&[]);
    assert_eq!(list(&stage.flat), before);
    let said = stage.run(&format!("{0} --no-push && {0}", Stage::SCRIPT));
    assert!(
        said.contains("nothing was pushed\n70 moved") || said.contains("pushed: "),
        "{said}"
    );
}
