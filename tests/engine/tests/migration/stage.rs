//! A flat root in AWS, what the command wrote for it, and the composed root beside it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use engine_tests::{Root, TerraformRun, Tree, tool};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::flat;

/// What the command is given of the flat root's state.
#[derive(Clone, Copy)]
pub(crate) enum StateFormat {
    /// `terraform show -json`.
    Values,
    /// `terraform state list`.
    List,
}

/// `flat` is the flat root, applied, `composed` a tree that was composed without knowing of it. What the command writes goes
/// to `migration`, the tree that is composed from that to `tree`. `world.json` is AWS.
pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) flat: Root,
    /// What the command said in JSON.
    pub(crate) report: Json,
}

/// Answers `aws ec2 describe-security-group-rules` for the rule that lets a group out to DSQL, from the world of the
/// stand-in, and knows nothing else.
const AWS: &str = r#"#!/usr/bin/env bash
set -euo pipefail
[[ "$1 $2" == 'ec2 describe-security-group-rules' ]] || { echo "not played: $*" >&2; exit 252; }
[[ $* =~ Name=group-id,Values=(sg-[0-9a-f]+) ]]
jq -rs --arg group "${BASH_REMATCH[1]}" '
  [.[] | select(.type == "aws_vpc_security_group_egress_rule")] | group_by(.id) | map(last.state) |
  map(select(.security_group_id? == $group and .from_port == 5432 and .cidr_ipv4 == "0.0.0.0/0")) | .[].id
' "$STAND_IN_WORLD"
"#;

impl Stage {
    /// A copy of the applied flat root, to which `more` is added, and a tree composed with values set.
    pub(crate) fn new(set: &[&str], more: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        flat::copy(flat::applied(), folder.path());
        let root = flat::root_in(folder.path());
        if let Some(text) = more {
            fs::write(root.path().join("more.tf"), text).unwrap();
            root.apply(&[]);
        }
        let stage = Self {
            folder,
            flat: root,
            report: Json::Null,
        };
        let set = set.iter().chain(&["backend.kind=local"]);
        let set: Vec<&str> = set.flat_map(|set| ["--set", set]).collect();
        stage.tool(
            &[
                &["export", "--preset", "dev-lean", "--out", "composed"],
                &set[..],
            ]
            .concat(),
        );
        stage
    }

    /// Runs the command on the flat root's state.
    pub(crate) fn migrate(&mut self, given: StateFormat) {
        let said = match given {
            StateFormat::Values => self.flat.terraform(&["show", "-json"]),
            StateFormat::List => self.flat.terraform(&["state", "list"]),
        };
        fs::write(self.path().join("state"), said.text).unwrap();
        self.report_to("state", "migration");
    }

    /// Runs the command on a state in a file.
    pub(crate) fn report_to(&mut self, state: &str, out: &str) {
        let said = self.tool(&[
            "migrate",
            "--state-list",
            state,
            "--spec",
            "composed/composition.toml",
            "--env",
            "dev",
            "--out",
            out,
            "--json",
        ]);
        let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
        self.report = answer["result"].clone();
    }

    /// Composes the tree from what the command wrote and makes its root ready.
    pub(crate) fn compose(&self) {
        self.tool(&[
            "export",
            "--spec",
            "migration/composition.toml",
            "--out",
            "tree",
        ]);
        self.run("terraform -chdir=tree/terraform/envs/dev init");
    }

    /// The command that moves the flat root.
    pub(crate) const SCRIPT: &str =
        "migration/migrate.sh --flat flat --root tree/terraform/envs/dev";

    /// The composed root.
    pub(crate) fn root(&self) -> Root {
        let tree = Tree::in_folder(&self.path().join("tree"));
        flat::with_world(tree.composed_environment("dev"), self.path())
    }

    /// The root with what stays behind.
    pub(crate) fn leftovers(&self) -> Root {
        let root = Root::at(&self.path().join("migration/leftovers"));
        flat::with_world(root, self.path())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs commands.
    pub(crate) fn shell(&self, commands: &str) -> TerraformRun {
        self.shell_with(commands, &[])
    }

    /// The same with programs that stand before those of the `PATH`.
    pub(crate) fn shell_with(&self, commands: &str, programs: &[(&str, &str)]) -> TerraformRun {
        let folder = self.path().join("bin");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        for (name, text) in programs.iter().chain(&[("aws", AWS)]) {
            let program = folder.join(name);
            fs::write(&program, text).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let paths = std::env::var("PATH").unwrap();
        let tools = tool().parent().unwrap().display();
        let mut bash = Command::new("bash");
        bash.args(["-c", &format!("set -euo pipefail\n{commands}")])
            .current_dir(self.path())
            .envs(self.flat.stand_in())
            .env("STAND_IN_WORLD", self.path().join("world.json"))
            .env("TF_CLI_ARGS_apply", "-auto-approve -no-color")
            .env("TF_CLI_ARGS_destroy", "-auto-approve -no-color")
            .env("PATH", format!("{}:{tools}:{paths}", folder.display()));
        said(&mut bash)
    }

    /// Expects commands to end well.
    #[track_caller]
    pub(crate) fn run(&self, commands: &str) -> String {
        let said = self.shell(commands);
        assert_eq!(said.code, 0, "{commands}\n{}", said.text);
        said.text
    }

    /// Runs the command-line tool and returns its standard output.
    #[track_caller]
    fn tool(&self, arguments: &[&str]) -> String {
        let output = Command::new(tool())
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}\n{error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The texts of one field in a list of the report.
    pub(crate) fn texts(&self, list: &str, field: &str) -> Vec<String> {
        self.rows(list)
            .map(|row| row[field].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(crate) fn rows(&self, list: &str) -> impl Iterator<Item = &Json> {
        let rows = self.report[list].as_array();
        rows.unwrap_or_else(|| panic!("no {list} in {}", self.report))
            .iter()
    }

    /// The values of outputs by name.
    pub(crate) fn outputs(root: &Root) -> BTreeMap<String, Json> {
        let said = root.terraform(&["output", "-json"]);
        let outputs: BTreeMap<String, Json> = serde_json::from_str(&said.text).unwrap();
        outputs
            .into_iter()
            .map(|(name, mut output)| (name, output["value"].take()))
            .collect()
    }
}

fn said(command: &mut Command) -> TerraformRun {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    TerraformRun {
        code: output.status.code().unwrap_or(-1),
        text: text.concat(),
    }
}
