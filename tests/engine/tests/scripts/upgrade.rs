//! `upgrade.sh`: the order of its steps, what it refuses, and how it stops.

use std::fs;
use std::process::Command;

use engine_tests::{Tree, spec};
use serde_json::{Value as Json, json};

use crate::harness::{AppliedEnvironment, ScriptOutput, World, resources_in_state};

const SCRIPT: &str = "upgrade.sh";
const SERVER: &str = "registry.example.com/temporal";
const TOOLS: &str = "registry.example.com/admin-tools";

/// An environment of its own, since an upgrade changes it.
fn own(more: &[&str]) -> (Tree, AppliedEnvironment) {
    let images = [
        format!("environments.dev.images.temporal={SERVER}:1.29.0"),
        format!("environments.dev.images.admin_tools={TOOLS}:1.29.0"),
    ];
    let mut assignments = vec![
        "environments.dev.dsql.mode=create",
        "environments.dev.images.grafana=registry.example.com/grafana:13.2.2",
        "backend.bucket=states",
    ];
    assignments.extend(images.iter().map(String::as_str));
    assignments.extend(more);
    let tree = Tree::of(&spec("dev-lean", &assignments));
    let applied = AppliedEnvironment::of(&tree, "dev");
    (tree, applied)
}

/// The world of an environment in which a task of each service of the server runs.
fn in_service(applied: &AppliedEnvironment) -> World<'_> {
    World::with_all_of(applied)
        .with_all(applied.root.stand_in())
        .with_tasks(&[
            ("frontend", 1),
            ("history", 1),
            ("matching", 1),
            ("worker", 1),
        ])
}

fn upgrade(world: &World<'_>, tree: &Tree, arguments: &[&str]) -> ScriptOutput {
    let mut command = Command::new(tree.path().join("scripts").join(SCRIPT));
    command.arg("dev").args(["--pause", "0"]).args(arguments);
    world.say(command)
}

/// The image of each task definition in Terraform's state that has one of `SERVER` or `TOOLS`, by family.
fn images(applied: &AppliedEnvironment) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (kind, values) in resources_in_state(&applied.root) {
        if kind != "aws_ecs_task_definition" {
            continue;
        }
        let text = values["container_definitions"].as_str().unwrap();
        let containers: Json = serde_json::from_str(text).unwrap();
        for container in containers.as_array().unwrap() {
            let image = container["image"].as_str().unwrap();
            if image.starts_with(SERVER) || image.starts_with(TOOLS) {
                let family = values["family"].as_str().unwrap();
                found.push((
                    family.trim_start_matches("temporal-dev-").to_owned(),
                    image.rsplit('/').next().unwrap().to_owned(),
                ));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn versions_that_do_not_follow_each_other_are_refused() {
    let world = World::of("dev");
    let to = |version: &str| format!("{SERVER}:{version}");
    let tools = format!("{TOOLS}:1.30.1");
    for (arguments, code, message) in [
        (
            vec!["--image", &to("1.31.0"), "--admin-tools", &tools],
            3,
            "error: Temporal can't go from 1.29 to 1.31 at once\nhint: go through each minor version between them: the schema \
             changes with each\n",
        ),
        (
            vec!["--image", &to("1.27.2"), "--admin-tools", &tools],
            3,
            "error: Temporal can't go from 1.29 to 1.27 at once\nhint: go through each minor version between them: the schema \
             changes with each\n",
        ),
        (
            vec!["--image", &to("2.29.0"), "--admin-tools", &tools],
            3,
            "error: Temporal can't go from 1.29 to 2.29 at once\nhint: go through each minor version between them: the schema \
             changes with each\n",
        ),
        (
            vec![
                "--image",
                &to("1.30.0"),
                "--admin-tools",
                &format!("{TOOLS}:1.29.0"),
            ],
            3,
            "error: the admin tools have version 1.29, but only those of 1.30 can update the schema for it\nhint: pass the new \
             ones with --admin-tools\n",
        ),
        (
            vec![
                "--image",
                &format!("{SERVER}@sha256:00"),
                "--admin-tools",
                &tools,
            ],
            2,
            "error: the image registry.example.com/temporal@sha256:00 does not tell its version\nhint: state it, such as --to \
             1.30\n",
        ),
        (
            vec![
                "--image",
                &format!("{SERVER}@sha256:00"),
                "--admin-tools",
                &tools,
                "--to",
                "next",
            ],
            2,
            "error: `next` is not a version, such as 1.30\nhint: run upgrade.sh --help for usage\n",
        ),
        (
            vec!["--pause", "soon"],
            2,
            "error: `soon` is not a number of seconds, such as 60\nhint: run upgrade.sh --help for usage\n",
        ),
        (
            vec!["frontend"],
            2,
            "error: unexpected argument `frontend`\nhint: run upgrade.sh --help for usage\n",
        ),
    ] {
        world.run(SCRIPT, &arguments).expect(code, "", message);
    }
    assert_eq!(world.updates(), []);
}

#[test]
fn each_service_waits_for_the_one_before_and_what_fails_can_go_on_and_back() {
    let (tree, applied) = own(&[]);
    let world = in_service(&applied);
    let (server, tools) = (format!("{SERVER}:1.30.0"), format!("{TOOLS}:1.30.0"));
    let new = ["--image", &server, "--admin-tools", &tools];
    let before = images(&applied);
    let heading = "dev: cluster temporal-dev-cluster in eu-west-1
  temporal_image: registry.example.com/temporal:1.29.0 -> registry.example.com/temporal:1.30.0
  admin_tools_image: registry.example.com/admin-tools:1.29.0 -> registry.example.com/admin-tools:1.30.0
  steps: schema, index, frontend, history, matching, worker
";

    let said = upgrade(&world, &tree, &[&new[..], &["--dry-run"]].concat());
    said.expect(0, &format!("{heading}dry run: nothing was changed\n"), "");
    assert_eq!(images(&applied), before);

    register_tools(&world, &tools);
    // The schema's task fails: no service is touched.
    world.tasks_end(1, 1);
    let said = upgrade(&world, &tree, &new);
    assert_eq!(said.code, 1, "{}\n{}", said.out, said.err);
    assert!(
        said.err.contains(
            "done: none\nfailed: schema\nnot started: index, frontend, history, matching, worker\n"
        ),
        "{}",
        said.err
    );
    let old_server = |found: &[(String, String)]| {
        found
            .iter()
            .filter(|(_, image)| image == "temporal:1.29.0")
            .count()
    };
    assert_eq!(old_server(&images(&applied)), 4);

    // Then history does not become steady: matching and worker keep the old image.
    world.tasks_end(2, 0);
    world.change_service("history", 2, |service| {
        service["deployments"][0]["rolloutState"] = json!("FAILED");
    });
    let said = upgrade(&world, &tree, &new);
    assert_eq!(said.code, 1, "{}\n{}", said.out, said.err);
    assert!(
        said.err
            .contains("error: the deployment of `history` failed"),
        "{}",
        said.err
    );
    assert!(
        said.err.ends_with(
            "done: schema, index, frontend\nfailed: history\nnot started: matching, worker\nhint: to go on, run the same command \
             again; to go back, run upgrade.sh dev --image registry.example.com/temporal:1.29.0\n"
        ),
        "{}",
        said.err
    );
    assert_eq!(old_server(&images(&applied)), 2);
    let root = tree.path().join("terraform/envs/dev");
    let values = fs::read_to_string(root.join("terraform.tfvars")).unwrap();
    assert!(values.contains("temporal:1.29.0"), "{values}");

    // Going back gives all the old image, and leaves schema and admin tools alone.
    let old = format!("{SERVER}:1.29.0");
    let said = upgrade(&world, &tree, &["--image", &old, "--from", "1.30"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out
            .contains("steps: frontend, history, matching, worker\n"),
        "{}",
        said.out
    );
    assert_eq!(old_server(&images(&applied)), 4);

    // And on again: all have the new image, Terraform reads it, and has nothing else to do.
    world.tasks_end(2, 0);
    let said = upgrade(&world, &tree, &new);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let lines: Vec<&str> = said
        .out
        .lines()
        .skip(heading.lines().count())
        .filter(|line| !line.ends_with(" started"))
        .collect();
    assert_eq!(
        lines,
        [
            "schema: done",
            "index: done",
            "frontend: 1 running, steady",
            "history: 1 running, steady",
            "matching: 1 running, steady",
            "worker: 1 running, steady",
            "dev: wrote temporal_image to terraform/envs/dev/terraform.tfvars",
            "dev: wrote admin_tools_image to terraform/envs/dev/terraform.tfvars",
            "dev: done",
        ]
    );
    assert!(
        images(&applied)
            .iter()
            .all(|(_, image)| image.ends_with(":1.30.0"))
    );
    let values = fs::read_to_string(root.join("terraform.tfvars")).unwrap();
    assert!(
        values.contains("\"registry.example.com/temporal:1.30.0\""),
        "{values}"
    );
    applied.root.expect_no_changes(&[]);

    // Something else is open: nothing is begun.
    let changed: Vec<String> = values
        .lines()
        .map(|line| match line.split_once('=') {
            Some((name, _)) if name.trim() == "log_retention_days" => format!("{name}= 14"),
            _ => line.to_owned(),
        })
        .collect();
    let changed = changed.join("\n");
    assert_ne!(changed, values.trim_end());
    fs::write(root.join("terraform.tfvars"), changed).unwrap();
    let said = upgrade(&world, &tree, &["--image", &format!("{SERVER}:1.30.1")]);
    assert_eq!(said.code, 3, "{}\n{}", said.out, said.err);
    assert!(
        said.err
            .starts_with("error: Terraform would change more than tasks and services: module."),
        "{}",
        said.err
    );
}

/// What Terraform's apply registers with AWS, and the stand-in with nobody.
fn register_tools(world: &World<'_>, image: &str) {
    for family in ["dsql-schema", "opensearch-setup"] {
        world.ecs(
            "RegisterTaskDefinition",
            &json!({
                "family": format!("temporal-dev-{family}"),
                "containerDefinitions": [{ "name": family, "image": image, "memory": 128 }],
            }),
        );
    }
}

/// A service that takes its time holds up those behind it, until it is there or its time is over. Then the upgrade stops, and
/// they keep what they have.
#[test]
fn a_slow_service_is_waited_for_until_its_time_is_over() {
    let (tree, applied) = own(&[]);
    let world = in_service(&applied).with("TIMEOUT_SECONDS", "2");
    let (server, tools) = (format!("{SERVER}:1.30.0"), format!("{TOOLS}:1.30.0"));
    let new = ["--image", &server, "--admin-tools", &tools];
    register_tools(&world, &tools);
    let old_servers = || -> Vec<String> {
        let all = images(&applied).into_iter();
        all.filter(|(_, image)| image == "temporal:1.29.0")
            .map(|(family, _)| family)
            .collect()
    };

    // History has no task for longer than a step may take.
    world.tasks_end(2, 0);
    world.starts_slowly("history", 999);
    let said = upgrade(&world, &tree, &new);
    assert_eq!(said.code, 1, "{}\n{}", said.out, said.err);
    assert!(
        said.out
            .ends_with("frontend: 1 running, steady\nhistory: 0 of 1 running\n"),
        "{}",
        said.out
    );
    assert!(
        said.err
            .starts_with("error: `history` is not steady after 2 s: 0 of 1 running\nlast event: ")
            && said.err.ends_with(
                "done: schema, index, frontend\nfailed: history\nnot started: matching, worker\nhint: to go on, run the same \
                 command again; to go back, run upgrade.sh dev --image registry.example.com/temporal:1.29.0\n"
            ),
        "{}",
        said.err
    );
    assert_eq!(old_servers(), ["temporal-matching", "temporal-worker"]);
    let values = fs::read_to_string(tree.path().join("terraform/envs/dev/terraform.tfvars"));
    assert!(values.unwrap().contains("temporal:1.29.0"));

    // The same command again: history needs a few looks, and matching, whose turn is later, more. Each gets there in time.
    let world = in_service(&applied);
    register_tools(&world, &tools);
    world.tasks_end(2, 0);
    world.starts_slowly("history", 3);
    world.starts_slowly("matching", 5);
    let said = upgrade(&world, &tree, &new);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let lines: Vec<&str> = said
        .out
        .lines()
        .skip_while(|line| *line != "index: done")
        .take(7)
        .collect();
    assert_eq!(
        lines,
        [
            "index: done",
            "frontend: 1 running, steady",
            "history: 0 of 1 running",
            "history: 1 running, steady",
            "matching: 0 of 1 running",
            "matching: 1 running, steady",
            "worker: 1 running, steady",
        ]
    );
    assert_eq!(old_servers(), [""; 0]);
}

/// Autoscaling adds a task while the new image rolls out: the upgrade waits for what ECS wants by then, sets no number itself
/// and leaves the bounds.
#[test]
fn autoscaling_goes_on_during_an_upgrade() {
    let (tree, applied) = own(&[
        "environments.dev.autoscaling.enabled=true",
        "environments.dev.autoscaling.frontend_max=3",
        "environments.dev.compute.instance_count=4",
    ]);
    let world = World::with_all_of(&applied)
        .with_all(applied.root.stand_in())
        .with_tasks(&[("history", 1), ("matching", 1), ("worker", 1)]);
    let mut up = Command::new(tree.path().join("scripts/scale-services.sh"));
    up.args(["dev", "up", "--service=frontend"]);
    let said = world.say(up);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let targets = || {
        let answer = world.scaling(
            "DescribeScalableTargets",
            &json!({ "ServiceNamespace": "ecs" }),
        );
        let mut all: Vec<String> = answer["ScalableTargets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {}",
                    one["ResourceId"],
                    one["MinCapacity"],
                    one["MaxCapacity"],
                    one["SuspendedState"]["DynamicScalingOutSuspended"]
                )
            })
            .collect();
        all.sort();
        all
    };
    let before = (targets(), world.updates());
    // Two tasks until its image is applied, then one: autoscaling has removed the other while the script waits.
    world.change_service("frontend", 2, |service| {
        service["desiredCount"] = json!(2);
        service["runningCount"] = json!(2);
    });
    let old = format!("{SERVER}:1.28.0");
    let said = upgrade(&world, &tree, &["--image", &old]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out
            .contains("autoscaling: frontend: from 1 to 3 tasks\n"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("frontend: 1 running, steady\n") && said.out.ends_with("dev: done\n"),
        "{}",
        said.out
    );
    assert_eq!((targets(), world.updates()), before);
}
