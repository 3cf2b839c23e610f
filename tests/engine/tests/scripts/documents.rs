//! The documents of the tree: their commands are run, their tables are what is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use engine_tests::proxy::Proxy;
use engine_tests::{Tree, spec};
use serde_json::Value as Json;

use crate::harness::{
    AppliedEnvironment, REGION, ScriptOutput, World, account, applied, moto, say, tree,
};
use crate::images::{builds_push, fill};

/// The fenced blocks of shell.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn read(tree: &Tree, path: &str) -> String {
    fs::read_to_string(tree.path().join(path)).unwrap()
}

/// With every feature on, protected, and nothing open.
fn everything() -> Tree {
    Tree::of(&spec(
        "dev-lean",
        &[
            "environments.dev.loki.enabled=true",
            "environments.dev.reservoir.enabled=true",
            "environments.dev.lease.enabled=true",
            "environments.dev.benchmark.enabled=true",
            "environments.dev.backup.enabled=true",
            "environments.dev.alarms.enabled=true",
            "environments.dev.alarms.email=oncall@example.com",
            "environments.dev.schedule.enabled=true",
            "environments.dev.autoscaling.enabled=true",
            "environments.dev.network.endpoints=true",
            "environments.dev.dsql.mode=create",
            "environments.dev.compute.instance_count=4",
            "environments.dev.deletion_protection=true",
            // Tags as `images.sh` makes them: without a version.
            "environments.dev.images.temporal=registry.example.com/temporal:0123456789ab",
            "environments.dev.images.admin_tools=registry.example.com/admin-tools:0123456789ab",
            "environments.dev.images.benchmark=registry.example.com/benchmark:1.0.0",
            "backend.bucket=states",
        ],
    ))
}

/// The README's first start, then security, the runbook and operations, which ends with taking it down: as somebody would who follows
/// them from the top in one terminal.
#[test]
fn every_command_of_the_documents_works() {
    let tree = everything();
    let environment = AppliedEnvironment::of(&tree, "dev");
    assert_tables_are_true(&tree, &environment);
    let world = World::with_all_of(&environment);
    crate::preflight::ready(&world.proxy);
    crate::backup::ready(&world.proxy);
    crate::hosts::ready(&world.proxy);
    let bootstrap = tree.root("terraform/bootstrap", &[]);
    bootstrap.initialise();
    bootstrap.apply(&[]);
    fill(&world.proxy.account(), &bootstrap.output("images"));
    builds_succeed(&tree, &world.proxy, |command| world.say(command));
    crate::benchmark::generator_runs(&world, "run", 0, crate::benchmark::LOG);
    world.frontend_runs();
    world.tasks_end(99, 0);
    let operations = read(&tree, "docs/operations.md");
    for chapter in [
        "Load",
        "Sleep and wake",
        "Autoscaling",
        "Backups",
        "Connection lease",
    ] {
        assert!(
            operations.contains(&format!("\n## {chapter}\n")),
            "{chapter}"
        );
    }
    let readme = read(&tree, "terraform/envs/dev/README.md");
    let first_start = readme
        .split("## First start")
        .nth(1)
        .and_then(|rest| rest.split("## Changing").next())
        .unwrap();
    let mut session = String::from("set -euo pipefail\n");
    let mut commands = 0;
    for (folder, text) in [
        (".", first_start.to_owned()),
        (".", read(&tree, "docs/security.md")),
        (".", read(&tree, "docs/runbook.md")),
        (".", operations),
    ] {
        session.push_str(&format!("cd {}/{folder}\n", tree.path().display()));
        let mut seen = BTreeSet::new();
        for block in blocks(&text) {
            // The runbook has some for more than one alarm.
            if !seen.insert(block) && text.starts_with("# Runbook") {
                continue;
            }
            session.push_str(block);
            commands += block.lines().count();
        }
    }
    assert!(commands > 25, "{commands}");
    let mut bash = Command::new("bash");
    bash.args(["-c", &session]);
    let said = world
        .with_all(environment.root.stand_in())
        .with("TF_CLI_ARGS_apply", "-auto-approve")
        .with("TF_CLI_ARGS_destroy", "-auto-approve")
        .say(bash);
    assert_eq!(said.code, 0, "{session}\n{}\n{}", said.out, said.err);
    let left = environment.root.terraform(&["state", "list"]);
    assert_eq!((left.code, left.text.as_str()), (0, ""));
}

/// Each build that the next `images.sh build` starts pushes its image. `say` runs a command.
fn builds_succeed(tree: &Tree, proxy: &Proxy, say: impl Fn(Command) -> ScriptOutput) {
    let mut status = Command::new(tree.path().join("scripts/images.sh"));
    status.arg("status");
    for line in say(status).out.lines() {
        let mut words = line.split(':');
        builds_push(proxy, words.next().unwrap(), words.next().unwrap());
    }
}

/// The README's first hour of a preset as it is: what is open is the state bucket, which the bootstrap makes, and the
/// cluster, which AWS alone knows.
#[test]
fn every_command_of_the_first_hour_works() {
    let tree = Tree::of(&spec("dev-lean", &[]));
    let readme = read(&tree, "README.md");
    let hour = readme.split("## The first hour").nth(1).unwrap();
    let hour = hour.split("\n## ").next().unwrap();
    let [bootstrap, images, environment] = blocks(hour).try_into().unwrap();
    let open = read(&tree, "terraform/envs/dev/README.md");
    let open = open.split("## Open values").nth(1).unwrap();
    let open = open.split("\n## ").next().unwrap();
    let open: Vec<&str> = open
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(open, ["dsql_endpoint", "dsql_cluster_arn"]);

    let proxy = account();
    let root = tree.root("terraform/bootstrap", &[]);
    let mut settings: Vec<(String, String)> = [
        ("AWS_ENDPOINT_URL_S3", moto().url().to_owned()),
        ("TF_CLI_ARGS_apply", "-auto-approve".to_owned()),
        // No name of a bucket leads to this machine.
        (
            "TF_CLI_ARGS_init",
            "-backend-config=use_path_style=true".to_owned(),
        ),
        (
            "TF_VAR_dsql_endpoint",
            format!("abcdefghijklmnopqrstuvwxyz.dsql.{REGION}.on.aws"),
        ),
        (
            "TF_VAR_dsql_cluster_arn",
            format!("arn:aws:dsql:{REGION}:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    for (name, value) in root.stand_in() {
        settings.push((name.to_owned(), value.to_str().unwrap().to_owned()));
    }
    let run = |block: &str| {
        let mut bash = Command::new("bash");
        let session = format!("set -euo pipefail\ncd {}\n{block}", tree.path().display());
        bash.args(["-c", &session]);
        let said = say(bash, &proxy, &settings);
        assert_eq!(said.code, 0, "{session}\n{}\n{}", said.out, said.err);
    };
    run(bootstrap);
    fill(&proxy.account(), &root.output("images"));
    let bucket = root.output("default_state_bucket");
    let location = format!("LocationConstraint={REGION}");
    let bucket = ["--bucket", bucket.as_str().unwrap()];
    let create = [
        &["s3api", "create-bucket"],
        &bucket[..],
        &["--create-bucket-configuration", &location],
    ];
    let _ = moto().cli(REGION, &create.concat());
    let versions = [
        &["s3api", "put-bucket-versioning"],
        &bucket[..],
        &["--versioning-configuration", "Status=Enabled"],
    ];
    let _ = moto().cli(REGION, &versions.concat());
    crate::preflight::ready(&proxy);
    builds_succeed(&tree, &proxy, |command| say(command, &proxy, &settings));
    run(images);
    run(environment);
    let written = read(&tree, "terraform/envs/dev/images.auto.tfvars.json");
    let written: BTreeMap<String, String> = serde_json::from_str(&written).unwrap();
    assert_eq!(written.len(), 5);
}

#[test]
fn the_tables_of_an_environment_without_every_feature_are_true_too() {
    assert_tables_are_true(tree(), applied("dev"));
    assert_tables_are_true(tree(), applied("live"));
}

/// The rows of the table below a heading that are about an environment, without the last cell, which says about which.
fn rows(text: &str, heading: &str, environment: &str) -> Vec<Vec<String>> {
    let section = text.split(&format!("## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            line.trim_matches(['|', ' '])
                .split(" | ")
                .map(|cell| cell.to_owned())
                .collect::<Vec<_>>()
        })
        .filter_map(|mut cells| {
            let environments = cells.pop().unwrap();
            (environments == "all" || environments.split(", ").any(|name| name == environment))
                .then_some(cells)
        })
        .collect()
}

fn words(cell: &str) -> BTreeSet<String> {
    cell.split(", ")
        .map(|word| word.trim_matches('`').to_owned())
        .collect()
}

#[track_caller]
fn assert_tables_are_true(tree: &Tree, environment: &AppliedEnvironment) {
    let text = read(tree, "docs/security.md");
    let mut said: BTreeSet<(String, String, String)> = BTreeSet::new();
    for row in rows(&text, "Allowed traffic", environment.name) {
        for port in words(&row[2]) {
            let [from, to] = [0, 1].map(|cell| row[cell].trim_matches('`').to_owned());
            said.insert((from, to, port));
        }
    }
    assert_eq!(said, ways(environment), "{}", environment.name);

    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&text, "Roles", environment.name) {
        said.entry(row[0].trim_matches('`').to_owned())
            .or_default()
            .extend(words(&row[2]));
    }
    assert_eq!(said, rights(environment), "{}", environment.name);
}

/// A name without its first part, and without what Terraform adds to a prefix.
fn short(environment: &AppliedEnvironment, name: &str) -> String {
    let name = name
        .strip_prefix(&format!("temporal-{}-", environment.name))
        .unwrap_or_else(|| panic!("{name}"));
    match name.rsplit_once('-') {
        Some((start, end)) if end.bytes().all(|byte| byte.is_ascii_digit()) => start.to_owned(),
        _ => name.to_owned(),
    }
}

/// From group, to group or anywhere, port. A way between groups needs a rule at its end; at its start it needs one too,
/// which every task has by its own group or by the one that lets it out.
fn ways(environment: &AppliedEnvironment) -> BTreeSet<(String, String, String)> {
    let groups: BTreeMap<&str, String> = environment
        .resources("aws_security_group")
        .map(|group| {
            (
                group["id"].as_str().unwrap(),
                short(environment, group["name"].as_str().unwrap()),
            )
        })
        .collect();
    let group = |id: &Json| groups[id.as_str().unwrap()].clone();
    let port = |rule: &Json| {
        assert_eq!(rule["from_port"], rule["to_port"]);
        rule["from_port"].to_string()
    };
    let mut found = BTreeSet::new();
    for rule in environment.resources("aws_vpc_security_group_ingress_rule") {
        assert!(rule["cidr_ipv4"].is_null(), "{rule}");
        found.insert((
            group(&rule["referenced_security_group_id"]),
            group(&rule["security_group_id"]),
            port(rule),
        ));
    }
    for rule in environment.resources("aws_vpc_security_group_egress_rule") {
        if rule["cidr_ipv4"] == "0.0.0.0/0" {
            found.insert((
                group(&rule["security_group_id"]),
                "anywhere".to_owned(),
                port(rule),
            ));
        } else {
            let way = (
                group(&rule["security_group_id"]),
                group(&rule["referenced_security_group_id"]),
                port(rule),
            );
            assert!(found.contains(&way), "{way:?} goes out, but not in");
        }
    }
    found
}

/// Role to actions, or to the names of AWS's policies.
fn rights(environment: &AppliedEnvironment) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for role in environment.resources("aws_iam_role") {
        found.insert(
            short(environment, role["name"].as_str().unwrap()),
            BTreeSet::new(),
        );
    }
    for policy in environment.resources("aws_iam_role_policy") {
        let role = short(environment, policy["role"].as_str().unwrap());
        let document: Json = serde_json::from_str(policy["policy"].as_str().unwrap()).unwrap();
        for statement in document["Statement"].as_array().unwrap() {
            assert_eq!(statement["Effect"], "Allow");
            let actions = match &statement["Action"] {
                Json::String(action) => vec![action.clone()],
                actions => serde_json::from_value(actions.clone()).unwrap(),
            };
            found.get_mut(&role).unwrap().extend(actions);
        }
    }
    for attachment in environment.resources("aws_iam_role_policy_attachment") {
        let role = short(environment, attachment["role"].as_str().unwrap());
        let policy = Path::new(attachment["policy_arn"].as_str().unwrap());
        found
            .get_mut(&role)
            .unwrap()
            .insert(policy.file_name().unwrap().to_str().unwrap().to_owned());
    }
    found
}
