//! `check` and `diff`: how a folder differs from what was composed, and two compositions from each other.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn exported() -> TempDir {
    let folder = TempDir::new().unwrap();
    let (code, said, _) = run(
        folder.path(),
        &["export", "--preset", "dev-lean", "--out", "out"],
    );
    assert_eq!(code, 0, "{said}");
    folder
}

/// The exit code, standard error and standard output.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[track_caller]
fn expect(folder: &Path, arguments: &[&str], code: i32, stdout: &str, stderr: &str) {
    let (found, said, out) = run(folder, arguments);
    assert_eq!((found, out.as_str(), said.as_str()), (code, stdout, stderr));
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn a_folder_is_as_it_was_composed_until_somebody_edits_it() {
    let folder = exported();
    let count = fs::read_to_string(folder.path().join("out/.composer/manifest.json"))
        .unwrap()
        .matches("\n    \"")
        .count();
    expect(
        folder.path(),
        &["check", "out"],
        0,
        &format!("all {count} files are as version {VERSION} composed them\n"),
        "",
    );
    let path = |name: &str| folder.path().join("out").join(name);
    let edit = |name: &str, from: &str, to: &str| {
        let text = fs::read_to_string(path(name)).unwrap();
        fs::write(path(name), text.replacen(from, to, 1)).unwrap();
    };
    edit("README.md", "\n", "\nOurs.\n");
    edit(
        "composition.toml",
        "log_retention_days = 3",
        "log_retention_days = 7",
    );
    fs::remove_file(path("docs/security.md")).unwrap();
    fs::write(path("terraform/envs/dev/mine.tf"), "# mine\n").unwrap();
    fs::write(
        path("terraform/envs/dev/my.auto.tfvars"),
        "# Ours.\nhistory = { cuont = 3 }\nloki    = { enabled = true }\n\
         dynamic_config = { keys = { \"frontend.rsp\" = 100 } }\n",
    )
    .unwrap();
    fs::remove_file(path("scripts/environments")).unwrap();
    symlink("../README.md", path("scripts/environments")).unwrap();
    expect(
        folder.path(),
        &["check", "out"],
        2,
        &format!(
            "README.md: edited, +1 −0 lines\n\
             composition.toml: states what is not composed yet: run `temporal-composer update`\n\
             docs/security.md: is missing\n\
             scripts/environments: is not text\n\
             terraform/envs/dev/mine.tf: was not composed\n\
             terraform/envs/dev/my.auto.tfvars:2: no variable takes `history.cuont`: did you mean `history.count`?\n\
             terraform/envs/dev/my.auto.tfvars:3: no variable takes `loki.enabled`: set it in \
             composition.toml, and run `temporal-composer update`\n\
             terraform/envs/dev/my.auto.tfvars:4: the server ignores `dynamic_config.keys[\"frontend.rsp\"]`: the server has \
             no key `frontend.rsp`: did you mean `frontend.rps`?\n\
             8 differences to the {count} files that version {VERSION} composed\n"
        ),
        "",
    );
    let (code, _, out) = run(folder.path(), &["check", "out", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["exit_code"]), (2, &2.into()));
    assert_eq!(
        report["result"]["drift"][2],
        serde_json::json!({"path": "docs/security.md", "kind": "missing", "message": "is missing"})
    );
    assert_eq!(
        report["result"]["drift"][5],
        serde_json::json!({
            "path": "terraform/envs/dev/my.auto.tfvars",
            "kind": "dropped",
            "line": 2,
            "message": "no variable takes `history.cuont`: did you mean `history.count`?",
        })
    );
}

#[test]
fn a_folder_without_a_manifest_is_refused() {
    let folder = TempDir::new().unwrap();
    expect(
        folder.path(),
        &["check"],
        64,
        "",
        "error: . was not composed: it has no .composer/manifest.json\nhint: name the folder that `export` wrote\n",
    );
    expect(
        folder.path(),
        &["check", "nowhere"],
        64,
        "",
        "error: nowhere is not a folder\n",
    );
}

const SPEC: &str = "version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n[environments.dev]\ncompute.instance_count = 4\n";

#[test]
fn two_compositions_differ_in_options_files_resources_and_cost() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.toml", SPEC);
    write("b.toml", &format!("# Ours.\n{SPEC}"));
    write("c.toml", &format!("{SPEC}network.endpoints = true\n"));
    let diff = |a, b| run(folder.path(), &["diff", a, b]);
    assert_eq!(
        diff("a.toml", "b.toml"),
        (0, String::new(), "no differences\n".to_owned())
    );
    let (code, said, out) = diff("a.toml", "c.toml");
    assert_eq!((code, said.as_str()), (2, ""), "{out}");
    let parts: Vec<Vec<&str>> = out
        .split("\n\n")
        .map(|part| part.lines().collect())
        .collect();
    assert_eq!(
        parts[0],
        [
            "OPTION                              BEFORE   AFTER",
            "environments.dev.network.endpoints  not set  true",
        ]
    );
    assert!(parts[1][0].starts_with("FILE  "), "{out}");
    assert!(
        parts[1]
            .iter()
            .any(|line| line.starts_with("terraform/envs/dev/main.tf")
                || line.starts_with("terraform/envs/dev/terraform.tfvars")),
        "{out}"
    );
    assert!(parts[2][0].starts_with("RESOURCE "), "{out}");
    assert!(
        parts[2].iter().any(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            cells.starts_with(&["aws_vpc_endpoint", "dev"])
        }),
        "{out}"
    );
    assert!(parts[3][0].starts_with("DIFFERENCE "), "{out}");
    let (code, _, out) = run(folder.path(), &["diff", "a.toml", "c.toml", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 2);
    assert_eq!(
        report["result"]["options"],
        serde_json::json!([{"key": "environments.dev.network.endpoints", "before": null, "after": "true"}])
    );
}

#[test]
fn a_folder_is_compared_by_the_files_that_are_there() {
    let folder = exported();
    expect(
        folder.path(),
        &["diff", "out", "out/composition.toml"],
        0,
        "no differences\n",
        "",
    );
    fs::write(folder.path().join("out/README.md"), "Ours.\n").unwrap();
    let (code, _, out) = run(folder.path(), &["diff", "out/composition.toml", "out"]);
    assert_eq!(code, 2);
    assert!(
        out.starts_with("FILE       CHANGE   LINES\nREADME.md  changed  +1 −"),
        "{out}"
    );
    assert!(out.ends_with("\n\nNo difference in cost.\n"), "{out}");
}

/// Another network replaces almost everything; what holds data or an address stands first, the rest is counted.
#[test]
fn what_an_apply_would_destroy_or_replace_stands_first() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.toml", &format!("{SPEC}loki.enabled = true\n"));
    write(
        "b.toml",
        &format!("{SPEC}network.vpc_cidr = \"10.9.0.0/16\"\n"),
    );
    let (code, said, out) = run(folder.path(), &["diff", "a.toml", "b.toml"]);
    assert_eq!((code, said.as_str()), (2, ""), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(
        lines[0].starts_with("AN APPLY WOULD  ENVIRONMENT  RESOURCE  "),
        "{out}"
    );
    let row = |start: [&str; 3]| {
        let found = lines.iter().position(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            cells.starts_with(&start)
        });
        found.unwrap_or_else(|| panic!("no {start:?} in {out}"))
    };
    let bucket = row([
        "destroy",
        "dev",
        "module.observability.aws_s3_bucket.loki[0]",
    ]);
    let network = row(["replace", "dev", "module.vpc.aws_vpc.this"]);
    let groups = row(["replace", "dev", "14"]).min(row(["destroy", "dev", "1"]));
    assert!(bucket < network && network < groups, "{out}");
    assert!(lines[bucket].ends_with("objects"), "{out}");
    assert!(lines[network].ends_with("cidr_block"), "{out}");

    let (_, _, out) = run(folder.path(), &["diff", "a.toml", "b.toml", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let resources = report["result"]["losses"]["resources"].as_array().unwrap();
    let network = resources
        .iter()
        .find(|it| it["address"] == "module.vpc.aws_vpc.this")
        .unwrap();
    assert_eq!(
        *network,
        serde_json::json!({
            "environment": "dev", "address": "module.vpc.aws_vpc.this", "type": "aws_vpc", "action": "replace",
            "because": ["cidr_block"], "refused": false, "holds": "address", "what": "everything in it"
        })
    );
}

/// Values that a person added to a folder stay there, so they count on both sides.
#[test]
fn a_folder_with_values_of_its_own_is_compared_by_them() {
    let folder = exported();
    let values = folder
        .path()
        .join("out/terraform/envs/dev/more.auto.tfvars");
    fs::write(&values, "network = {\n  vpc_cidr = \"10.7.0.0/16\"\n}\n").unwrap();
    let (_, _, out) = run(
        folder.path(),
        &["diff", "out", "out/composition.toml", "--json"],
    );
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        report["result"]["losses"]["resources"],
        serde_json::json!([])
    );

    fs::write(
        folder.path().join("out/terraform/envs/dev/main.tf"),
        "module {\n<<<<<<< ours\n",
    )
    .unwrap();
    let (_, _, out) = run(folder.path(), &["diff", "out/composition.toml", "out"]);
    assert!(
        out.starts_with(
            "dev: what an apply would destroy is unknown, because terraform/envs/dev/main.tf:2 can't be read: "
        ),
        "{out}"
    );
}

#[test]
fn an_environment_that_goes_is_named() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.toml",
        &format!(
            "{SPEC}[environments.old]\nprofile = \"dev\"\nnetwork.vpc_cidr = \"10.9.0.0/16\"\ncompute.instance_count = 4\n"
        ),
    );
    write("b.toml", SPEC);
    let (_, _, out) = run(folder.path(), &["diff", "a.toml", "b.toml"]);
    assert!(
        out.starts_with("old: the new composition has no such environment. Its resources stay and are billed until "),
        "{out}"
    );
}
