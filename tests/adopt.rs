//! `adopt`: values that somebody edited in a folder become options, and what is no option is listed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use composer_core::adopt::adopt;
use composer_core::options::{self, Scope, Terraform};
use composer_core::update::Present;
use composer_core::{FieldPath, Spec, Tree, Value, check, compose, presets};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::properties::likely_spec;

/// A folder with an export of `dev-lean` in `out`.
struct Folder(TempDir);

const TFVARS: &str = "terraform/envs/dev/terraform.tfvars";
const VARIABLES: &str = "terraform/envs/dev/variables.tf";
const SPEC: &str = "composition.toml";
/// Room for what the tests ask for.
const LARGE: &str = "environments.dev.compute.instance_count=6";

impl Folder {
    fn exported() -> Self {
        let folder = Self(TempDir::new().unwrap());
        let export = [
            "export", "--preset", "dev-lean", "--set", LARGE, "--out", "out",
        ];
        let (code, said, _) = folder.run(&export);
        assert_eq!(code, 0, "{said}");
        folder
    }

    /// The exit code, standard error and standard output.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }

    #[track_caller]
    fn expect(&self, arguments: &[&str], code: i32, stdout: &str, stderr: &str) {
        let (found, said, out) = self.run(arguments);
        assert_eq!((found, out.as_str(), said.as_str()), (code, stdout, stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("out").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    #[track_caller]
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    fn append(&self, name: &str, text: &str) {
        self.write(name, &format!("{}{text}", self.read(name)));
    }

    /// The line of `text` in a file, counted from one.
    #[track_caller]
    fn line(&self, name: &str, text: &str) -> usize {
        let content = self.read(name);
        content
            .lines()
            .position(|line| line.contains(text))
            .unwrap()
            + 1
    }
}

const ENDPOINT: &str = "dsql_endpoint    = \"abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws\"";

#[test]
fn edited_values_become_options_and_the_next_update_has_nothing_left_to_do() {
    let folder = Folder::exported();
    let spec = folder.read(SPEC);
    folder.edit(TFVARS, &format!("# {ENDPOINT}"), ENDPOINT);
    folder.edit(TFVARS, "log_retention_days = 3\n", "");
    folder.append(
        TFVARS,
        "\nhistory = {\n  count = 3\n  extra_environment = { LOG_LEVEL = \"debug\" }\n}\n",
    );
    folder.edit(
        VARIABLES,
        "default     = \"temporalio/ui:2.52.0\"",
        "default     = \"temporalio/ui:2.50.0\"",
    );
    fs::write(
        folder.path("terraform/envs/dev/our.auto.tfvars"),
        "tags = { team = \"orders\" }\n",
    )
    .unwrap();
    let [endpoint, history, image] = [
        (TFVARS, "dsql_endpoint "),
        (TFVARS, "count = 3"),
        (VARIABLES, "temporalio/ui:2.50.0"),
    ]
    .map(|(name, text)| folder.line(name, text));
    let list = format!(
        "  environments.dev.tags.team: no value -> \"orders\", from out/terraform/envs/dev/our.auto.tfvars:1\n  \
         environments.dev.log_retention_days: 3 -> 7, from out/{TFVARS}\n  \
         environments.dev.images.ui: \"temporalio/ui:2.52.0\" -> \"temporalio/ui:2.50.0\", from out/{VARIABLES}:{image}\n  \
         environments.dev.history.count: 1 -> 3, from out/{TFVARS}:{history}\n  \
         environments.dev.history.extra_environment.LOG_LEVEL: no value -> \"debug\", from out/{TFVARS}:{}\n  \
         environments.dev.dsql.endpoint: no value -> \"abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws\", from \
         out/{TFVARS}:{endpoint}\n",
        history + 1
    );
    let dry = format!("would adopt into out/composition.toml:\n{list}");
    folder.expect(&["adopt", "out", "--dry-run"], 0, &dry, "");
    assert_eq!(folder.read(SPEC), spec);
    let done =
        format!("adopted into out/composition.toml:\n{list}\nnext: temporal-composer update out\n");
    folder.expect(&["adopt", "out"], 0, &done, "");
    assert!(!folder.read(SPEC).contains("log_retention_days"));
    folder.expect(&["adopt", "out"], 0, "nothing to adopt in out\n", "");

    let (code, said, _) = folder.run(&["update", "out"]);
    assert_eq!(code, 0, "{said}");
    folder.expect(&["adopt", "out"], 0, "nothing to adopt in out\n", "");
    // What was edited in the file of values is composed now, so the file is as composed; the rest stays.
    let composed = folder.0.path().join("composed");
    let export = [
        "export",
        "--spec",
        "out/composition.toml",
        "--out",
        "composed",
    ];
    assert_eq!(folder.run(&export).0, 0);
    assert_eq!(
        folder.read(TFVARS),
        fs::read_to_string(composed.join(TFVARS)).unwrap()
    );
    fs::remove_file(folder.path("terraform/envs/dev/our.auto.tfvars")).unwrap();
    folder.edit(VARIABLES, "temporalio/ui:2.50.0", "temporalio/ui:2.52.0");
    folder.expect(
        &["diff", "out", "out/composition.toml"],
        0,
        "no differences\n",
        "",
    );
}

#[test]
fn the_composition_keeps_its_comments_and_a_file_of_values_those_of_its_user() {
    let folder = Folder::exported();
    folder.write(
        SPEC,
        &format!(
            "# Ours.\n{}",
            folder
                .read(SPEC)
                .replace("\"m7g.large\"", "\"m7g.large\" # cheap")
        ),
    );
    folder.edit(
        TFVARS,
        "log_retention_days = 3",
        "log_retention_days = 14 # as the law asks",
    );
    assert_eq!(folder.run(&["adopt", "out"]).0, 0);
    let spec = folder.read(SPEC);
    assert!(
        spec.starts_with("# Ours.\n") && spec.contains("\"m7g.large\" # cheap"),
        "{spec}"
    );
    assert!(spec.contains("log_retention_days = 14"), "{spec}");
    let (code, said, _) = folder.run(&["update", "out"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        folder
            .read(TFVARS)
            .contains("log_retention_days = 14 # as the law asks\n")
    );
}

#[test]
fn what_is_no_option_is_listed() {
    let folder = Folder::exported();
    folder.edit(SPEC, "volume_size = 10", "volume_size = 30");
    folder.edit(TFVARS, "volume_size = 10", "volume_size = 20");
    folder.append(VARIABLES, "\nvariable \"ours\" {\n  default = 1\n}\n");
    let start = folder.read(TFVARS).lines().count();
    folder.append(
        TFVARS,
        "reservoir = { enabled = false }\nloki = {\n  retention_days = 7\n}\nhistory = { cuont = 3 }\nwhatever_else = 1\nours = 2\n\
         history_shards = var.shards\ndeletion_protection = !false\n",
    );
    let at = |line: usize| format!("out/{TFVARS}:{}", start + line);
    let volume = folder.line(TFVARS, "volume_size");
    let listed = format!(
        "adopted into out/composition.toml:\n  environments.dev.deletion_protection: false -> true, from {}\n\n\
         not adopted:\n  \
         {}: `history_shards`: it is an expression: write the value itself, so that it can be adopted\n  \
         out/{TFVARS}:{volume}: `opensearch.volume_size`: composition.toml has changed it too, to 30: make them the same\n  \
         {}: `loki.retention_days`: it needs `loki.enabled = true` in composition.toml\n  \
         {}: `reservoir.enabled`: no variable takes it: set it in composition.toml, and run \
         `temporal-composer update`\n  \
         {}: `history.cuont`: no variable takes it: did you mean `history.count`?\n  \
         {}: `whatever_else`: no variable takes it: variables.tf lists the variables\n  \
         {}: `ours`: no option has it: the variable is your own, so it stays here\n\n\
         next: temporal-composer update out\n",
        at(9),
        at(8),
        at(3),
        at(1),
        at(5),
        at(6),
        at(7)
    );
    folder.expect(&["adopt", "out"], 2, &listed, "");
    let (code, _, out) = folder.run(&["adopt", "out", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["exit_code"]), (2, &2.into()));
    assert_eq!(report["result"]["written"], false);
    assert_eq!(
        report["result"]["left"][3],
        serde_json::json!({
            "file": TFVARS,
            "line": start + 1,
            "address": "reservoir.enabled",
            "message": "no variable takes it: set it in composition.toml, and run `temporal-composer update`",
        })
    );
}

#[test]
fn an_option_of_a_part_that_has_no_variable_yet_is_adopted_only_where_it_has_an_effect() {
    let folder = Folder::exported();
    let line = folder.read(TFVARS).lines().count() + 1;
    folder.append(
        TFVARS,
        "account_id = \"123456789012\"\nalarms_email = \"a@example.com\"\n",
    );
    let text = format!(
        "adopted into out/composition.toml:\n  environments.dev.account_id: no value -> \"123456789012\", from \
         out/{TFVARS}:{line}\n\nnot adopted:\n  out/{TFVARS}:{}: `alarms_email`: it needs `alarms.enabled = true` in \
         composition.toml\n\nnext: temporal-composer update out\n",
        line + 1
    );
    folder.expect(&["adopt", "out"], 2, &text, "");
}

#[test]
fn values_that_follow_are_listed() {
    let folder = Folder::exported();
    folder.edit(TFVARS, "instance_count = 6", "instance_count = 8");
    let line = folder.line(TFVARS, "instance_count");
    let max = folder.line(TFVARS, "max_count");
    assert!(max > line);
    let text = format!(
        "adopted into out/composition.toml:\n  environments.dev.compute.instance_count: 6 -> 8, from out/{TFVARS}:{line}\n\n\
         these follow, so the next update changes them, too:\n  environments.dev.compute.max_count: 9 -> 12\n\n\
         next: temporal-composer update out\n"
    );
    folder.expect(&["adopt", "out"], 0, &text, "");
}

#[test]
fn a_value_that_is_not_allowed_is_refused_and_nothing_is_written() {
    #[track_caller]
    fn refused(values: &str, said: &str) {
        let folder = Folder::exported();
        let spec = folder.read(SPEC);
        let line = folder.read(TFVARS).lines().count() + 1;
        folder.append(TFVARS, values);
        let said = said.replace("FILE", &format!("out/{TFVARS}:{line}"));
        folder.expect(
            &["adopt", "out"],
            3,
            "out/composition.toml was not changed\n",
            &said,
        );
        assert_eq!(folder.read(SPEC), spec);
    }
    refused(
        "history = { cpu = 100, count = 2 }\n",
        "error[out-of-range]: `100` is out of range: allowed is a whole number from 256 to 196608 CPU units (1024 = one vCPU)\n  --> FILE \
         (environments.dev.history.cpu)\nhint: the nearest is 256\n\n",
    );
    refused(
        "history = { count = [2] }\n",
        "error[type]: `history.count` is a list, allowed is a whole number from 0 to 200 tasks\n  --> FILE \
         (environments.dev.history.count)\n\n",
    );
    refused(
        "history = { count = 2.5 }\n",
        "error[type]: `history.count` is `2.5`, allowed is a whole number from 0 to 200 tasks\n  --> FILE \
         (environments.dev.history.count)\n\n",
    );
}

#[test]
fn a_folder_that_can_not_be_read_says_why() {
    #[track_caller]
    fn refused(spoil: impl Fn(&Folder), code: i32, said: &str) {
        let folder = Folder::exported();
        spoil(&folder);
        folder.expect(&["adopt", "out"], code, "", said);
    }
    refused(
        |folder| folder.write(TFVARS, "project = \"a\"\nregion =\n"),
        1,
        "error: can't read out/terraform/envs/dev/terraform.tfvars:2: invalid expression\n",
    );
    refused(
        |folder| folder.append(TFVARS, "project = \"a\"\n"),
        1,
        "error: can't read out/terraform/envs/dev/terraform.tfvars:34: the name is set a second time\n",
    );
    refused(
        |folder| {
            fs::write(
                folder.path("terraform/envs/dev/a.auto.tfvars.json"),
                "{\n\"a\": }",
            )
            .unwrap();
        },
        1,
        "error: can't read out/terraform/envs/dev/a.auto.tfvars.json:2: expected value at line 2 column 6\n",
    );
    refused(
        |folder| fs::remove_file(folder.path(SPEC)).unwrap(),
        1,
        "error: can't read out/composition.toml: No such file or directory (os error 2)\n",
    );
    refused(
        |folder| fs::remove_dir_all(folder.path(".composer")).unwrap(),
        64,
        "error: out has no .composer/manifest.json, because an earlier version composed it\nhint: compose the same again \
         and copy the manifest; everything else that differs then counts as your edit:\n  temporal-composer export --spec \
         out/composition.toml --out composed-again && cp -R composed-again/.composer out\n",
    );
    refused(
        |folder| {
            fs::rename(folder.path(SPEC), folder.0.path().join("spec")).unwrap();
            symlink("../spec", folder.path(SPEC)).unwrap();
        },
        4,
        "error: out/composition.toml is a symbolic link: nothing was changed\nhint: move it away, and run this command again\n",
    );
    let folder = TempDir::new().unwrap();
    let run = |name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
            .args(["adopt", name])
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(
        run("nowhere"),
        (Some(64), "error: nowhere is not a folder\n".to_owned())
    );
}

#[test]
fn what_a_script_built_and_a_file_that_was_removed_are_no_edits() {
    let folder = Folder::exported();
    fs::write(
        folder.path("terraform/envs/dev/images.auto.tfvars.json"),
        "{\"temporal_image\": \"example.com/a@sha256:0\"}",
    )
    .unwrap();
    fs::remove_file(folder.path(TFVARS)).unwrap();
    folder.expect(&["adopt", "out"], 0, "nothing to adopt in out\n", "");
    // JSON has lines too.
    fs::write(
        folder.path("terraform/envs/dev/terraform.tfvars.json"),
        "{\n  \"log_retention_days\": 5\n}\n",
    )
    .unwrap();
    folder.expect(
        &["adopt", "out", "--dry-run"],
        0,
        "would adopt into out/composition.toml:\n  environments.dev.log_retention_days: 3 -> 5, from \
         out/terraform/envs/dev/terraform.tfvars.json:2\n",
        "",
    );
}

#[test]
fn a_value_of_the_environment_is_refused() {
    let said = crate::harness::run(&["adopt", "out"])
        .variable("COMPOSER_SET_PROJECT", "orders")
        .say();
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (
            64,
            "error: `adopt` takes no values from the environment, but these are set: COMPOSER_SET_PROJECT\nhint: unset \
             them; to keep such a value, write it into composition.toml\n"
        )
    );
}

/// The files of `tree`, as they are in a folder.
fn files(tree: &Tree) -> BTreeMap<String, Present> {
    let files = tree.files();
    files
        .map(|(path, file)| (path.to_owned(), Present::from(file)))
        .collect()
}

/// Whether what the option needs is on.
fn has_effect(spec: &Spec, row: &options::OptionRow, environment: &str) -> bool {
    let Some((key, wanted)) = row.needs else {
        return true;
    };
    let needed = options::environment_option(key);
    spec.effective(needed, environment).value == Some(wanted.into())
        && has_effect(spec, needed, environment)
}

/// What a spec gives to the variables that an environment has in both specs.
fn values(spec: &Spec, both: [&Spec; 2], environment: &str) -> Vec<(String, Option<Value>)> {
    let mut values = Vec::new();
    for row in options::in_scope(Scope::Environment) {
        let is_unmet = |spec: &&Spec| !has_effect(spec, row, environment);
        if row.terraform == Terraform::Structure || both.iter().any(is_unmet) {
            continue;
        }
        if !row.is_map() {
            values.push((row.key.to_owned(), spec.effective(row, environment).value));
            continue;
        }
        let map = row.path(environment).parent().unwrap();
        let mut entries = BTreeMap::new();
        if row.key == "tags.*" {
            entries.extend(spec.entries(&FieldPath::of(&["tags"])));
        }
        entries.extend(spec.entries(&map));
        let entries = entries.into_iter();
        values.extend(
            entries.map(|(key, value)| (format!("{} {key}", row.key), Some(value.clone()))),
        );
    }
    values
}

fn composed(spec: &Spec) -> Option<Tree> {
    check(spec).blueprint.map(|blueprint| compose(&blueprint))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_in_the_files_of_a_root_is_what_the_spec_says_then(wanted in likely_spec()) {
        let spec = presets::find("standard").unwrap().spec();
        let (base, Some(other)) = (composed(&spec).unwrap(), composed(&wanted)) else { return Ok(()) };
        let mut present = files(&base);
        for (path, file) in other.files() {
            let is_given = path.ends_with("/terraform.tfvars") || path.ends_with("/variables.tf");
            if is_given && path.starts_with("terraform/envs/") {
                present.insert(path.to_owned(), Present::from(file));
            }
        }
        let found = adopt(&base, &present, &spec).unwrap();
        prop_assert!(found.problems.is_empty());
        for name in spec.environments() {
            if other.file(&format!("terraform/envs/{name}/terraform.tfvars")).is_none() {
                continue;
            }
            let both = [&spec, &wanted];
            prop_assert_eq!(values(&found.spec, both, name), values(&wanted, both, name), "{}", name);
        }
        // A value that is the default is not stated, and what is stated is written.
        let mut written = spec.clone();
        for setting in &found.settings {
            setting.apply(&mut written);
        }
        prop_assert_eq!(&written, &found.spec);
        for (at, value) in found.spec.values() {
            if spec.get(at).is_none() && let Some(row) = options::find(at) && !row.is_map() {
                let default = found.spec.default_of(row, at.environment().unwrap_or_default()).value;
                prop_assert_ne!(default.as_ref(), Some(value), "{}", at);
            }
        }
    }
}

#[test]
fn the_head_of_a_file_of_values_says_what_terraform_drops_and_what_brings_edits_back() {
    let folder = Folder::exported();
    let head = folder
        .read(TFVARS)
        .split("\n\n")
        .next()
        .unwrap()
        .replace("\n# ", " ");
    for sentence in [
        "it silently drops an attribute that an object variable doesn't have. Here the plan fails on it",
        "`temporal-composer adopt` copies what you edit here into composition.toml.",
    ] {
        assert!(head.contains(sentence), "{head}");
    }
}
