//! `scale-services.sh`: up, down, restart.

use std::process::Command;

use engine_tests::proxy::Effect;
use serde_json::json;

use crate::harness::{World, tree};

const SCRIPT: &str = "scale-services.sh";

/// Gives its first argument as the answer to a command at a terminal.
const TERMINAL: &str = "\
import os, pty, sys
answer, typed = sys.argv[1], False
def read(terminal):
    global typed
    said = os.read(terminal, 1024)
    if b'[y/N]' in said and not typed:
        typed = True
        os.write(terminal, answer.encode() + b'\\n')
    return said
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
";

fn dev() -> Vec<(&'static str, i64)> {
    vec![
        ("grafana", 1),
        ("frontend", 1),
        ("history", 2),
        ("matching", 1),
        ("worker", 1),
        ("ui", 1),
    ]
}

#[test]
fn up_starts_every_service_in_its_order_and_again_changes_nothing() {
    let world = World::of("dev");
    world.starts_slowly("history", 2);
    world.run(SCRIPT, &["up"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  grafana: 0 -> 1
  frontend: 0 -> 1
  history: 0 -> 2
  matching: 0 -> 1
  worker: 0 -> 1
  ui: 0 -> 1
grafana: 1 running, steady
frontend: 1 running, steady
history: 0 of 2 running
history: 2 running, steady
matching: 1 running, steady
worker: 1 running, steady
ui: 1 running, steady
",
        "",
    );
    let expected: Vec<_> = dev()
        .iter()
        .map(|(service, count)| (world.name(service), *count, true))
        .collect();
    assert_eq!(world.updates(), expected);
    let said = world.run(SCRIPT, &["up"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.ends_with("ui: 1 running, no change\n"),
        "{}",
        said.out
    );
    assert_eq!(world.updates(), expected);
}

#[test]
fn down_stops_every_service_in_reverse_and_waits_until_it_is_drained() {
    let world = World::of("dev").with_tasks(&dev());
    world.change_service("ui", 1, |service| service["runningCount"] = json!(1));
    world.run(SCRIPT, &["down"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  ui: 1 -> 0
  worker: 1 -> 0
  matching: 1 -> 0
  history: 2 -> 0
  frontend: 1 -> 0
  grafana: 1 -> 0
ui: 1 of 0 running
ui: 0 running, steady
worker: 0 running, steady
matching: 0 running, steady
history: 0 running, steady
frontend: 0 running, steady
grafana: 0 running, steady
",
        "",
    );
    let expected: Vec<_> = dev()
        .iter()
        .rev()
        .map(|(service, _)| (world.name(service), 0, false))
        .collect();
    assert_eq!(world.updates(), expected);
}

#[test]
fn one_service_alone_is_scaled_and_one_that_runs_is_not_deployed_again() {
    let world = World::of("dev").with_tasks(&[("history", 1)]);
    let said = world.run(SCRIPT, &["up", "--service=history", "--no-wait"]);
    said.expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  history: 1 -> 2\nhistory: desired count set to 2\n",
        "",
    );
    assert_eq!(world.updates(), [(world.name("history"), 2, false)]);
}

#[test]
fn restart_replaces_the_tasks_of_what_runs() {
    let world = World::of("dev").with_tasks(&[("frontend", 1), ("history", 2)]);
    world.run(SCRIPT, &["restart"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1, restart of frontend, history
frontend: 1 running, steady
history: 2 running, steady
",
        "",
    );
    assert_eq!(
        world.updates(),
        [
            (world.name("frontend"), 1, true),
            (world.name("history"), 2, true)
        ]
    );
    World::of("dev").run(SCRIPT, &["restart"]).expect(
        0,
        "dev: no service is running, so there is nothing to restart\n",
        "",
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::of("dev").with_tasks(&[("frontend", 1)]);
    for (command, expected) in [
        (
            &["up", "--dry-run", "--service", "history"][..],
            "dev: cluster temporal-dev-cluster in eu-west-1\n  history: 0 -> 2\ndry run: nothing was changed\n",
        ),
        (
            &["down", "--dry-run", "--service", "frontend"],
            "dev: cluster temporal-dev-cluster in eu-west-1\n  frontend: 1 -> 0\ndry run: nothing was changed\n",
        ),
        (
            &["restart", "--dry-run"],
            "dev: cluster temporal-dev-cluster in eu-west-1, restart of frontend\ndry run: nothing was changed\n",
        ),
    ] {
        world.run(SCRIPT, command).expect(0, expected, "");
    }
    assert_eq!(world.updates(), []);
}

#[test]
fn a_failure_half_way_says_how_far_it_came_and_is_repeated_from_there() {
    let world = World::of("dev");
    world.proxy.on(
        "UpdateService",
        "temporal-history",
        1,
        Effect::Fail("AccessDeniedException"),
    );
    let said = world.run(SCRIPT, &["up"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("AccessDeniedException"), "{}", said.err);
    assert!(
        said.err.ends_with(
            "done: grafana, frontend\nfailed: history\nnot started: matching, worker, ui\n\
             hint: run the same command again: it keeps what is already done\n"
        ),
        "{}",
        said.err
    );
    let before = world.updates();
    let said = world.run(SCRIPT, &["up"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let again: Vec<_> = world.updates()[before.len()..].to_vec();
    let expected: Vec<_> = dev()[2..]
        .iter()
        .map(|(service, count)| (world.name(service), *count, true))
        .collect();
    assert_eq!(again, expected);
}

#[test]
fn a_service_that_does_not_become_steady_is_a_failure_with_its_last_event() {
    let world = World::of("dev").with("TIMEOUT_SECONDS", "0");
    world.change_service("frontend", 9, |service| {
        service["runningCount"] = json!(0);
        service["events"] = json!([{ "message": "no container instance met its requirements" }]);
    });
    world.run(SCRIPT, &["up", "--service", "frontend"]).expect(
        1,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  frontend: 0 -> 1\n",
        "error: `frontend` is not steady after 0 s: 0 of 1 running
last event: no container instance met its requirements
done: none
failed: frontend
not started: none
hint: run the same command again: it keeps what is already done
",
    );
}

#[test]
fn a_deployment_that_ecs_rolls_back_is_a_failure() {
    for broken in [
        |service: &mut serde_json::Value| {
            service["deployments"][0]["rolloutState"] = json!("FAILED");
        },
        |service: &mut serde_json::Value| {
            service["runningCount"] = json!(0);
            service["deployments"][0]["id"] = json!("ecs-svc/another");
        },
    ] {
        let world = World::of("dev");
        world.change_service("frontend", 9, broken);
        let said = world.run(SCRIPT, &["up", "--service", "frontend"]);
        assert_eq!(said.code, 1);
        assert!(
            said.err.starts_with(
                "error: the deployment of `frontend` failed, or another deployment replaced it\nlast event: none\n"
            ),
            "{}",
            said.err
        );
    }
}

#[test]
fn more_connections_than_the_cluster_takes_are_refused() {
    // A task of matching may open 20 connections, one of history 50.
    let world = World::of("dev").with_tasks(&[("matching", 499)]);
    let said = world.run(SCRIPT, &["up", "--service", "history"]);
    said.expect(
        3,
        "",
        "error: with 2 tasks of `history`, the services can open 10080 DSQL connections, but the cluster allows 10000
hint: lower count, max_conns or target_ready, or request a quota increase from AWS and set dsql_max_connections
",
    );
    assert_eq!(world.updates(), []);
    // Less than before is not refused, even if it is still too much.
    world
        .run(SCRIPT, &["down", "--service", "matching"])
        .expect(
            0,
            "dev: cluster temporal-dev-cluster in eu-west-1\n  matching: 499 -> 0\nmatching: 0 running, steady\n",
            "",
        );
}

#[test]
fn production_is_asked_for() {
    let world = World::of("live");
    let said = world.run(SCRIPT, &["up", "--service", "ui"]);
    said.expect(
        3,
        "live: cluster temporal-live-cluster in eu-west-1\n  ui: 0 -> 2\n",
        "error: `live` is a production environment, and there is no terminal to ask for confirmation\nhint: use --yes\n",
    );
    assert_eq!(world.updates(), []);
    // At a terminal.
    for (answer, code) in [("n", 3), ("y", 0)] {
        let mut command = Command::new("python3");
        command.args(["-c", TERMINAL, answer]);
        command.arg(tree().path().join("scripts").join(SCRIPT));
        command.args(["live", "up", "--service=ui"]);
        let said = world.say(command);
        assert_eq!(said.code, code, "{}", said.out);
        assert!(
            said.out.contains("Scale live in production? [y/N] "),
            "{}",
            said.out
        );
        assert_eq!(
            said.out.contains("not confirmed: nothing was changed"),
            code == 3
        );
        assert_eq!(world.updates().len(), usize::from(code == 0));
    }
    let world = World::of("live");
    let said = world.run(SCRIPT, &["up", "--service", "ui", "--yes"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(world.updates(), [(world.name("ui"), 2, true)]);
}

#[test]
fn a_service_that_is_gone_is_named_before_anything_changes() {
    let world = World::of("dev");
    let name = world.name("ui");
    world.ecs(
        "DeleteService",
        &json!({ "cluster": world.cluster(), "service": name, "force": true }),
    );
    world.run(SCRIPT, &["up"]).expect(
        1,
        "",
        "error: `temporal-dev-cluster` in eu-west-1 has no service `temporal-dev-temporal-ui`\nhint: `terraform plan` shows what is missing\n",
    );
    assert_eq!(world.updates(), []);
}

#[test]
fn another_region_is_asked_when_it_is_named() {
    let world = World::of("dev");
    let said = world.run(SCRIPT, &["up", "--region", "us-east-1"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("ClusterNotFoundException"),
        "{}",
        said.err
    );
    assert!(
        said.err.ends_with(
            "error: the services of `temporal-dev-cluster` in us-east-1 can't be read\n"
        ),
        "{}",
        said.err
    );
    let regions: Vec<String> = world
        .proxy
        .calls()
        .into_iter()
        .map(|call| call.region)
        .collect();
    assert_eq!(regions, ["us-east-1"]);
}
