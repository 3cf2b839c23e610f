//! The scripts of the tree against the rest of it, without running them: `tests/engine` does that.

use std::collections::BTreeSet;

use composer_core::Tree;
use composer_core::rules::Rule;
use composer_core::rules::names::SCRIPT_COMMANDS;

use crate::harness::{tree, varied_trees};

/// The outputs that a text of shell reads, all of them as `$(output NAME …)`.
fn outputs_read(text: &str) -> BTreeSet<&str> {
    let mut read = BTreeSet::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        for (at, word) in line.match_indices("output ") {
            let before = &line[..at];
            if before.ends_with("$(") {
                let rest = &line[at + word.len()..];
                read.insert(rest.split([' ', ')']).next().unwrap());
            } else {
                // Another command's, or in a message.
                let is_other = ["terraform ", "--", "no "];
                assert!(
                    is_other.iter().any(|other| before.ends_with(other)),
                    "{line}"
                );
            }
        }
    }
    read
}

fn outputs_of<'a>(tree: &'a Tree, environment: &str) -> BTreeSet<&'a str> {
    let path = format!("terraform/envs/{environment}/outputs.tf");
    tree.file(&path)
        .unwrap()
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("output \"")?.strip_suffix("\" {"))
        .collect()
}

#[test]
fn every_output_that_a_script_reads_is_there() {
    let mut read = BTreeSet::new();
    for (name, tree) in varied_trees() {
        let list = &tree.file("scripts/environments").unwrap().text;
        for line in list.lines() {
            let mut words = line.split(' ');
            let environment = words.next().unwrap();
            let features: Vec<&str> = words.collect();
            let serves = |path: &str| {
                ["autoscaling", "backup", "benchmark", "lease"]
                    .iter()
                    .all(|feature| !path.contains(feature) || features.contains(feature))
            };
            let outputs = outputs_of(&tree, environment);
            for (path, file) in tree.files() {
                if !path.ends_with(".sh") || !serves(path) {
                    continue;
                }
                for output in outputs_read(&file.text) {
                    assert!(
                        outputs.contains(output),
                        "{name}: {path}: {environment} has no {output}"
                    );
                    read.insert(output.to_owned());
                }
            }
        }
    }
    // That the names are found at all.
    for output in [
        "service_order",
        "dsql_schema_task_definition_arn",
        "benchmark_max_workers",
        "conn_lease_limit",
    ] {
        assert!(read.contains(output), "{output}");
    }
}

#[test]
fn only_scripts_that_serve_something_are_there_and_only_those_to_run_can_be_run() {
    let files = |tree: &Tree| -> Vec<(String, bool)> {
        tree.files()
            .filter_map(|(path, file)| {
                Some((path.strip_prefix("scripts/")?.to_owned(), file.executable))
            })
            .collect()
    };
    let expect = |tree: &Tree, missing: &[&str]| {
        let all = [
            (".shellcheckrc", false),
            ("backup.sh", true),
            ("environments", false),
            ("hosts.sh", true),
            ("images.sh", true),
            ("lease.sh", true),
            ("lib/common.sh", false),
            ("lib/connections.sh", false),
            ("lib/deployments.sh", false),
            ("lib/ecs.sh", false),
            ("lib/scaling/autoscaling.sh", false),
            ("lib/scaling/lease.sh", false),
            ("lib/tasks.sh", false),
            ("preflight.sh", true),
            ("scale-benchmark-workers.sh", true),
            ("scale-services.sh", true),
            ("setup.sh", true),
            ("upgrade.sh", true),
        ];
        let expected: Vec<(String, bool)> = all
            .iter()
            .filter(|(path, _)| !missing.contains(path))
            .map(|&(path, executable)| (path.to_owned(), executable))
            .collect();
        assert_eq!(files(tree), expected);
    };
    // dev has neither.
    let lease = [
        "backup.sh",
        "lease.sh",
        "lib/scaling/autoscaling.sh",
        "lib/scaling/lease.sh",
    ];
    let benchmark = ["lib/scaling/autoscaling.sh", "scale-benchmark-workers.sh"];
    let autoscaling = "lib/scaling/autoscaling.sh";
    expect(
        &tree("standard", &["environments.dev.autoscaling.enabled=true"]),
        &[],
    );
    expect(&tree("standard", &[]), &[autoscaling]);
    expect(&tree("ha-prod", &[]), &benchmark);
    expect(
        &tree("dev-lean", &["environments.dev.benchmark.enabled=true"]),
        &lease,
    );
    // Blocks expire by themselves.
    let slots = tree(
        "dev-lean",
        &[
            "environments.dev.benchmark.enabled=true",
            "environments.dev.reservoir.enabled=true",
            "environments.dev.lease.enabled=true",
            "environments.dev.dsql.limiter=slots",
        ],
    );
    expect(&slots, &lease);
    let operations = &slots.file("docs/operations.md").unwrap().text;
    assert!(!operations.contains("lease.sh"), "{operations}");
    let own = tree("ha-prod", &["images.source=own"]);
    expect(
        &own,
        &[
            "images.sh",
            "lib/scaling/autoscaling.sh",
            "scale-benchmark-workers.sh",
        ],
    );
    assert!(
        tree("standard", &[])
            .files()
            .all(|(path, file)| file.executable
                == (path.starts_with("scripts/")
                    && path.ends_with(".sh")
                    && !path.contains("/lib/")))
    );
}

#[test]
fn environments_are_listed_with_what_the_scripts_want_to_know() {
    let tree = tree(
        "standard",
        &[
            "environments.staging.profile=prod",
            "environments.staging.network.vpc_cidr=10.40.0.0/16",
        ],
    );
    assert_eq!(
        tree.file("scripts/environments").unwrap().text,
        "dev dev\nbench bench lease benchmark\nprod prod backup lease\nstaging prod backup lease\n"
    );
}

/// The words that a script takes after the environment: as it checks them, and as its usage says.
fn commands_of(script: &str) -> Vec<&str> {
    let commands: Vec<&str> = script
        .lines()
        .find_map(|line| line.strip_prefix("readonly commands='")?.strip_suffix('\''))
        .unwrap()
        .split(' ')
        .collect();
    let usage = script
        .lines()
        .find(|line| line.starts_with("usage: "))
        .unwrap();
    let mut named: Vec<&str> = usage
        .split([' ', '|', '[', ']', '…'])
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.is_empty())
        .filter(|word| *word != "options")
        .collect();
    named.sort_unstable();
    let mut sorted = commands.clone();
    sorted.sort_unstable();
    assert_eq!(named, sorted, "{usage}");
    commands
}

#[test]
fn no_environment_is_called_as_a_command_of_a_script() {
    let tree = tree("standard", &[]);
    let scripts: Vec<&str> = tree
        .files()
        .filter(|(path, file)| path.starts_with("scripts/") && file.executable)
        .map(|(_, file)| &*file.text)
        // Those whose first argument is an environment, and which have commands.
        .filter(|text| text.contains(".sh ENVIRONMENT ") && text.contains("readonly commands="))
        .collect();
    assert_eq!(scripts.len(), 6);
    let mut commands = BTreeSet::new();
    for script in scripts {
        commands.extend(commands_of(script));
    }
    assert_eq!(commands, SCRIPT_COMMANDS.iter().copied().collect());
    for command in commands {
        assert!(!Rule::EnvironmentName.accepts(command), "{command}");
    }
}
