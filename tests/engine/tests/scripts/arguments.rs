//! What every script refuses before it asks AWS for anything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use composer_core::migrate::{migrate, state};
use engine_tests::spec;

use crate::harness::{World, path_without, tree};

const SCRIPTS: [&str; 3] = [
    "scale-services.sh",
    "scale-benchmark-workers.sh",
    "setup.sh",
];

#[track_caller]
fn refuse(script: &str, arguments: &[&str], code: i32, err: &str) {
    let world = World::of("dev");
    world.command(script, arguments).expect(code, "", err);
    assert_eq!(world.proxy.calls(), []);
}

#[test]
fn an_environment_that_was_not_composed() {
    for script in ["scale-services.sh", "setup.sh"] {
        refuse(
            script,
            &["staging", "status"],
            2,
            "error: there is no environment `staging`\nhint: environments are dev, live, spare\n",
        );
        refuse(
            script,
            &[],
            2,
            "error: which environment?\nhint: environments are dev, live, spare\n",
        );
    }
    refuse(
        "scale-services.sh",
        &["up"],
        2,
        "error: the environment comes first, then `up`\n\
         hint: environments are dev, live, spare, so for example: scale-services.sh dev up\n",
    );
    refuse(
        "scale-benchmark-workers.sh",
        &["up", "30"],
        2,
        "error: the environment comes first, then `up`\n\
         hint: environments are dev, so for example: scale-benchmark-workers.sh dev up 30\n",
    );
    refuse(
        "scale-benchmark-workers.sh",
        &["live", "up"],
        2,
        "error: there is no environment `live` with a benchmark\nhint: environments are dev\n",
    );
}

#[test]
fn an_environment_that_is_not_initialised() {
    for script in ["scale-services.sh", "setup.sh"] {
        refuse(
            script,
            &["spare", "status"],
            2,
            "error: `spare` is not initialised\n\
             hint: run `terraform init` in terraform/envs/spare, as its README says; environments are dev, live, spare\n",
        );
    }
}

/// A copy of the scripts without the environments' folders.
#[test]
fn an_environment_whose_folder_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::of("dev");
    let mut copy = Command::new("cp");
    copy.arg("-r")
        .arg(tree().path().join("scripts"))
        .arg(folder.path());
    assert_eq!(world.say(copy).code, 0);
    for script in SCRIPTS {
        let mut command = Command::new(folder.path().join("scripts").join(script));
        command.args(["dev", "status"]);
        let names = if script == "scale-benchmark-workers.sh" {
            "dev"
        } else {
            "dev, live, spare"
        };
        world.say(command).expect(
            2,
            "",
            &format!("error: `dev` was composed, but terraform/envs/dev is missing\nhint: environments are {names}\n"),
        );
    }
}

/// Initialised, but nothing was applied.
#[test]
fn an_environment_without_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::of("dev");
    let mut copy = Command::new("cp");
    copy.arg("-r")
        .arg(tree().path().join("scripts"))
        .arg(folder.path());
    assert_eq!(world.say(copy).code, 0);
    let root = folder.path().join("terraform/envs/dev");
    fs::create_dir_all(root.join(".terraform")).unwrap();
    let mut command = Command::new(folder.path().join("scripts/setup.sh"));
    command.arg("dev");
    world.say(command).expect(
        1,
        "",
        "error: `dev` has no outputs: nothing was applied yet\nhint: run `terraform apply` in terraform/envs/dev\n",
    );
    // A backend that was not initialised, whatever the folder says.
    fs::write(
        root.join("backend.tf"),
        "terraform {\n  backend \"s3\" {}\n}\n",
    )
    .unwrap();
    let mut command = Command::new(folder.path().join("scripts/setup.sh"));
    command.arg("dev");
    let said = world.say(command);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("Backend initialization required"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .ends_with("error: Terraform can't read the outputs of `dev`\n"),
        "{}",
        said.err
    );
}

#[test]
fn a_tool_that_is_missing() {
    for (script, tool) in SCRIPTS.iter().zip(["jq", "aws", "terraform"]) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::of("dev").with("PATH", &path_without(folder.path(), &[tool]));
        world.run(script, &["status"]).expect(
            4,
            "",
            &format!(
                "error: `{tool}` is not on the PATH\nhint: terraform, aws and jq are needed\n"
            ),
        );
    }
}

#[test]
fn arguments_that_make_no_sense() {
    for (script, arguments, problem) in [
        (
            "scale-services.sh",
            &["dev"][..],
            "up, down, restart or status?",
        ),
        (
            "scale-services.sh",
            &["dev", "stop"],
            "there is no command `stop`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "3"],
            "`3` is one word too many",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--servce", "ui"],
            "there is no option `--servce`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--service"],
            "`--service` wants a value",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--service", "--yes"],
            "`--service` wants a value",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--region=eu"],
            "`eu` is not an AWS region, such as eu-west-1",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev"],
            "up, load, down or status?",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "run"],
            "there is no command `run`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "many"],
            "`many` is not a number of workers",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "-1"],
            "there is no option `-1`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "down", "1"],
            "`1` is one word too many",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "--service", "ui"],
            "there is no option `--service`",
        ),
        (
            "setup.sh",
            &["dev", "index", "tables"],
            "there is no step `tables`",
        ),
        (
            "setup.sh",
            &["dev", "index", "status"],
            "`status` goes alone",
        ),
        (
            "setup.sh",
            &["dev", "--retention", "long"],
            "`long` is no time such as 72h",
        ),
    ] {
        refuse(
            script,
            arguments,
            2,
            &format!("error: {problem}\nhint: {script} --help says what there is\n"),
        );
    }
    refuse(
        "scale-services.sh",
        &["dev", "up", "--service", "loki"],
        2,
        "error: `dev` has no service `loki`\nhint: services are grafana, frontend, history, matching, worker, ui\n",
    );
}

#[test]
fn help_needs_nothing_and_names_every_exit_code() {
    for script in SCRIPTS {
        let world = World::of("dev");
        let said = world.command(script, &["--help"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(
            said.out
                .starts_with(&format!("usage: {script} ENVIRONMENT ")),
            "{}",
            said.out
        );
        let codes = said.out.split("Exit codes: ").nth(1).unwrap();
        for code in ["0 done", "1 AWS", "2 wrong", "3 refused", "4 a tool"] {
            assert!(codes.contains(code), "{script}: {code}");
        }
    }
}

#[test]
fn the_scripts_can_be_run_and_shellcheck_finds_nothing() {
    let scripts = tree().path().join("scripts");
    let mut command = Command::new("shellcheck");
    command.arg("--external-sources");
    for script in SCRIPTS {
        let mode = fs::metadata(scripts.join(script))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755, "{script}");
        command.arg(scripts.join(script));
    }
    for entry in fs::read_dir(scripts.join("lib")).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o111, 0);
        command.arg(entry.path());
    }
    // What a migration is made of stands in another folder, with a table of its own for each.
    let state = state::read("aws_vpc.main\naws_sns_topic.it's\n");
    assert!(state.is_err(), "no address has a quote");
    let state = state::read("aws_vpc.main\naws_sns_topic.own[\"it's\"]\n").unwrap();
    let migration = migrate(&spec("dev-lean", &[]), "dev", &state).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (path, file) in migration.tree().files() {
        if path.ends_with(".sh") {
            fs::write(folder.path().join(path), file.text.as_bytes()).unwrap();
            command.arg(folder.path().join(path));
        }
    }
    let said = World::of("dev").say(command);
    said.expect(0, "", "");
}
