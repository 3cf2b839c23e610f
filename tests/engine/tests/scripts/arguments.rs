//! What every script refuses before it asks AWS for anything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use composer_core::migrate::{migrate, read};
use engine_tests::spec;

use crate::harness::{World, path_without, tree};

const SERVICES: &str = "scale-services.sh";
const BENCHMARK: &str = "scale-benchmark-workers.sh";
const SCRIPTS: [&str; 3] = [SERVICES, BENCHMARK, "setup.sh"];
/// The one that `dev` doesn't have.
const LEASE: &str = "lease.sh";

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
            "error: there is no environment `staging`\nhint: the environments are dev, live, spare\n",
        );
        refuse(
            script,
            &[],
            2,
            "error: no environment given\nhint: the environments are dev, live, spare\n",
        );
    }
    refuse(
        "scale-benchmark-workers.sh",
        &["live", "up"],
        2,
        "error: there is no environment `live` with a benchmark\nhint: the environments are dev\n",
    );
}

/// What `scale-services.sh` and `scale-benchmark-workers.sh` took in the flat layout: every call that it documented, every
/// option in some place. Beside it what it is answered with, and the call in that.
const FLAT: &[(&str, &str, &str, &str)] = &[
    (SERVICES, "up --from-terraform", "", "dev up"),
    (SERVICES, "down --from-terraform", "", "dev down"),
    (SERVICES, "--from-terraform down", "", "dev down"),
    (
        SERVICES,
        "up --cluster temporal-dev-cluster --region eu-west-1",
        "",
        "dev up --region eu-west-1",
    ),
    (
        SERVICES,
        "--region eu-west-1 --cluster temporal-dev-cluster down",
        "",
        "dev down --region eu-west-1",
    ),
    (
        SERVICES,
        "up --from-terraform --wps 50",
        "",
        "dev up --target 50",
    ),
    (
        SERVICES,
        "up --wps=100 --from-terraform",
        "",
        "dev up --target 100",
    ),
    (
        SERVICES,
        "up --from-terraform --wps 50 --apply",
        "if this asks for larger tasks or more instances, set them in terraform/envs/dev/terraform.tfvars, run \
         terraform apply there and repeat it: ",
        "dev up --target 50",
    ),
    (
        SERVICES,
        "up --from-terraform --count 2",
        "set the count of each service in terraform/envs/dev/terraform.tfvars, run terraform apply there, then: ",
        "dev up",
    ),
    (SERVICES, "up --from-terraform --count 0", "", "dev down"),
    (SERVICES, "down --from-terraform --count 1", "", "dev down"),
    (BENCHMARK, "--from-terraform up 2", "", "dev up 2"),
    (BENCHMARK, "up 2 --from-terraform", "", "dev up 2"),
    (BENCHMARK, "--from-terraform up", "", "dev up"),
    (BENCHMARK, "--from-terraform down", "", "dev down"),
    (BENCHMARK, "--from-terraform status", "", "dev status"),
];

#[test]
fn a_call_of_the_flat_layout_is_answered_with_a_call_that_works() {
    let world = World::of("dev");
    for (script, arguments, advice, call) in FLAT {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let command = arguments
            .iter()
            .find(|word| ["up", "down", "status"].contains(word))
            .unwrap();
        let environments = if *script == BENCHMARK {
            "dev"
        } else {
            "dev, live, spare"
        };
        world.command(script, &arguments).expect(
            2,
            "",
            &format!(
                "error: the environment comes first, then `{command}`\n\
                 hint: the environments are {environments}; for dev: {advice}{script} {call}\n"
            ),
        );
        assert_eq!(world.proxy.calls(), []);
        let answer: Vec<&str> = call.split(' ').chain(["--dry-run"]).collect();
        let said = World::of("dev").command(script, &answer);
        if call.contains("--target") {
            // `dev` has smaller tasks than that wants.
            assert_eq!(said.code, 3, "{answer:?}");
            assert!(said.err.contains("tasks need more CPU"), "{}", said.err);
        } else {
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{answer:?}");
        }
    }
}

/// In whatever place the environment stands before the command.
#[test]
fn options_of_the_flat_layout_are_understood_with_an_environment() {
    let world = World::of("dev");
    let same = |script: &str, flat: &str, call: &str| {
        let world = World::of(if call.starts_with("live") {
            "live"
        } else {
            "dev"
        });
        let [flat, call] = [flat, call].map(|arguments| {
            let arguments: Vec<&str> = arguments.split(' ').chain(["--dry-run"]).collect();
            world.command(script, &arguments)
        });
        flat.expect(0, &call.out, "");
        assert!(
            flat.out.ends_with("dry run: nothing was changed\n"),
            "{}",
            flat.out
        );
    };
    same(
        SERVICES,
        "live up --from-terraform --wps 50",
        "live up --target 50",
    );
    same(SERVICES, "--from-terraform dev down", "dev down");
    same(SERVICES, "dev up --cluster temporal-dev-cluster", "dev up");
    same(BENCHMARK, "--from-terraform dev up 2", "dev up 2");
    world
        .command(SERVICES, &["dev", "up", "--cluster", "temporal-cluster"])
        .expect(
            2,
            "",
            "error: the cluster of `dev` is temporal-dev-cluster, not `temporal-cluster`\n",
        );
    world.command(SERVICES, &["dev", "up", "--count", "2"]).expect(
        2,
        "",
        "error: `--count` was an option of the flat layout\n\
         hint: set the count of each service in terraform/envs/dev/terraform.tfvars, run terraform apply there, then: \
         scale-services.sh dev up\n",
    );
    world.command(SERVICES, &["dev", "up", "--wps", "50", "--apply"]).expect(
        2,
        "",
        "error: `--apply` was an option of the flat layout\n\
         hint: if this asks for larger tasks or more instances, set them in terraform/envs/dev/terraform.tfvars, run \
         terraform apply there and repeat it: scale-services.sh dev up --target 50\n",
    );
    assert_eq!(world.updates(), []);
}

#[test]
fn a_command_before_the_environment_is_answered_with_the_right_order() {
    for (script, arguments, call) in [
        (
            SERVICES,
            &["up", "live", "--no-wait"][..],
            "live up --no-wait",
        ),
        (SERVICES, &["status"], "dev status"),
        (BENCHMARK, &["load"], "dev load"),
        (BENCHMARK, &["up", "dev", "3"], "dev up 3"),
        (
            "setup.sh",
            &["schema", "index", "spare"],
            "spare schema index",
        ),
        ("setup.sh", &["status"], "dev status"),
        (
            "setup.sh",
            &["namespaces", "--retention", "24h"],
            "dev namespaces --retention 24h",
        ),
        // What would be more than one word in a shell stays one.
        (SERVICES, &["up", "a b; c"], "dev up a\\ b\\;\\ c"),
    ] {
        let environments = if script == BENCHMARK {
            "dev"
        } else {
            "dev, live, spare"
        };
        let name = call.split(' ').next().unwrap();
        refuse(
            script,
            arguments,
            2,
            &format!(
                "error: the environment comes first, then `{}`\n\
                 hint: the environments are {environments}; for {name}: {script} {call}\n",
                arguments[0]
            ),
        );
    }
}

#[test]
fn an_environment_that_is_not_initialised() {
    for script in ["scale-services.sh", "setup.sh"] {
        refuse(
            script,
            &["spare", "status"],
            2,
            "error: `spare` is not initialised\n\
             hint: run `terraform init` in terraform/envs/spare, as its README describes; the environments are dev, live, spare\n",
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
            &format!("error: `dev` is an environment of this composition, but terraform/envs/dev is missing\nhint: the environments are {names}\n"),
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
        "error: `dev` has no outputs: it has not been applied yet\nhint: run `terraform apply` in terraform/envs/dev\n",
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
                "error: `{tool}` is not on the PATH\nhint: this script needs terraform, aws and jq\n"
            ),
        );
    }
}

/// Who has neither the tools nor the right environment learns of the environment, which needs no installation.
#[test]
fn an_environment_that_is_wrong_comes_before_a_tool_that_is_missing() {
    for script in SCRIPTS {
        let folder = tempfile::tempdir().unwrap();
        let world = World::of("dev").with(
            "PATH",
            &path_without(folder.path(), &["jq", "aws", "terraform"]),
        );
        let names = if script == BENCHMARK {
            " with a benchmark\nhint: the environments are dev\n"
        } else {
            "\nhint: the environments are dev, live, spare\n"
        };
        world.command(script, &["staging", "status"]).expect(
            2,
            "",
            &format!("error: there is no environment `staging`{names}"),
        );
        world.run(script, &["go"]).expect(
            2,
            "",
            &format!(
                "error: unknown {} `go`\nhint: run {script} --help for usage\n",
                if script == "setup.sh" {
                    "step"
                } else {
                    "command"
                }
            ),
        );
    }
}

/// As the README says after "Permission denied".
#[test]
fn scripts_without_their_modes_run_under_bash() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::of("dev");
    for (from, to) in [("scripts", ""), ("terraform/envs/dev", "terraform/envs")] {
        let to = folder.path().join(to);
        fs::create_dir_all(&to).unwrap();
        let mut copy = Command::new("cp");
        copy.args(["-r", "--no-preserve=mode"])
            .args([tree().path().join(from), to]);
        assert_eq!(world.say(copy).code, 0);
    }
    for script in SCRIPTS {
        let path = folder.path().join("scripts").join(script);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0);
        let mut command = Command::new("bash");
        command.arg(path).args(["dev", "status"]);
        let said = world.say(command);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{script}");
    }
    let readme = fs::read_to_string(tree().path().join("README.md")).unwrap();
    assert!(readme.contains(
        "If you get \"Permission denied\" because unpacking lost the file modes, run `bash scripts/…`"
    ));
}

#[test]
fn arguments_that_make_no_sense() {
    for (script, arguments, problem) in [
        (
            "scale-services.sh",
            &["dev"][..],
            "no command given: use up, down, restart or status",
        ),
        (
            "scale-services.sh",
            &["dev", "stop"],
            "unknown command `stop`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "3"],
            "unexpected argument `3`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--servce", "ui"],
            "unknown option `--servce`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--service"],
            "`--service` needs a value",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--service", "--yes"],
            "`--service` needs a value",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--region=eu"],
            "`eu` is not an AWS region, such as eu-west-1",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev"],
            "no command given: use up, load, results, down or status",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "run"],
            "unknown command `run`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "many"],
            "`many` is not a valid number of workers",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "-1"],
            "unknown option `-1`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "down", "1"],
            "unexpected argument `1`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "--count", "2"],
            "unknown option `--count`",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "--"],
            "unknown option `--`",
        ),
        (
            BENCHMARK,
            &["dev", "up", "--rate", "10"],
            "`--rate` is an option of load",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--rate", "0"],
            "`0` is not a valid rate: use a whole number from 1 to 1000",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--rate", "1001"],
            "`1001` is not a valid rate: use a whole number from 1 to 1000",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--rate=2.5"],
            "`2.5` is not a valid rate: use a whole number from 1 to 1000",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--duration", "59s"],
            "`59s` is not a valid duration: use a time from 1m to 60m, such as 5m or 90s",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--duration", "2h"],
            "`2h` is not a valid duration: use a time from 1m to 60m, such as 5m or 90s",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--duration", "1m30s"],
            "`1m30s` is not a valid duration: use a time from 1m to 60m, such as 5m or 90s",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--ramp-up", "soon"],
            "`soon` is not a valid ramp-up: use a time such as 30s",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--workflow-type", "complex"],
            "`complex` is not a workflow type: use one of simple, multi-activity, timer, child-workflow, state-transitions",
        ),
        (
            BENCHMARK,
            &["dev", "load", "--workflow-type", "simple multi-activity"],
            "`simple multi-activity` is not a workflow type: use one of simple, multi-activity, timer, child-workflow, state-transitions",
        ),
        (
            "scale-services.sh",
            &["dev", "down", "--service target", "ui"],
            "unknown option `--service target`",
        ),
        (
            "scale-services.sh",
            &["dev", "up", "--wps"],
            "`--target` needs a value",
        ),
        (
            "scale-benchmark-workers.sh",
            &["dev", "up", "--service", "ui"],
            "unknown option `--service`",
        ),
        (
            "setup.sh",
            &["dev", "index", "tables"],
            "unknown step `tables`",
        ),
        (
            "setup.sh",
            &["dev", "index", "status"],
            "use `status` without other steps",
        ),
        (
            "setup.sh",
            &["dev", "--retention", "long"],
            "`long` is not a valid time, such as 72h",
        ),
    ] {
        refuse(
            script,
            arguments,
            2,
            &format!("error: {problem}\nhint: run {script} --help for usage\n"),
        );
    }
    refuse(
        "scale-services.sh",
        &["dev", "up", "--service", "loki"],
        2,
        "error: `dev` has no service `loki`\nhint: the services are grafana, frontend, history, matching, worker, ui\n",
    );
}

#[test]
fn help_needs_nothing_and_names_every_exit_code() {
    for script in SCRIPTS.into_iter().chain([LEASE]) {
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
    // The folder's own settings let it follow what a script sources.
    for script in SCRIPTS
        .into_iter()
        .chain([LEASE, "images.sh", "preflight.sh"])
    {
        let mode = fs::metadata(scripts.join(script))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755, "{script}");
        command.arg(scripts.join(script));
    }
    for folder in ["lib", "lib/scaling"] {
        for entry in fs::read_dir(scripts.join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o111, 0);
                command.arg(entry.path());
            }
        }
    }
    // What a migration is made of stands in another folder, with a table of its own for each.
    let state = read::read("aws_vpc.main\naws_sns_topic.it's\n");
    assert!(state.is_err(), "no address has a quote");
    let state = read::read("aws_vpc.main\naws_sns_topic.own[\"it's\"]\n").unwrap();
    let migration = migrate(&spec("dev-lean", &[]), "dev", &state).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (path, file) in migration.tree().files() {
        if path.ends_with(".sh") {
            fs::write(folder.path().join(path), file.text.as_bytes()).unwrap();
            command.arg(folder.path().join(path));
        }
    }
    let mut follows = Command::new("shellcheck");
    follows.arg("--external-sources").args(command.get_args());
    for command in [command, follows] {
        World::of("dev").say(command).expect(0, "", "");
    }
}
