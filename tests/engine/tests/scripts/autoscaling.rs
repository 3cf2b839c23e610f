//! `scale-services.sh` where something else changes the number of tasks too.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use engine_tests::proxy::Effect;
use engine_tests::{Tree, spec};
use serde_json::{Value as Json, json};

use crate::harness::{AppliedEnvironment, ScriptOutput, World};

fn own() -> &'static (Tree, AppliedEnvironment) {
    static OWN: OnceLock<(Tree, AppliedEnvironment)> = OnceLock::new();
    OWN.get_or_init(|| {
        let tree = Tree::of(&spec(
            "dev-lean",
            &[
                "environments.dev.autoscaling.enabled=true",
                "environments.dev.autoscaling.frontend_max=3",
                "environments.dev.compute.instance_count=4",
            ],
        ));
        let applied = AppliedEnvironment::of(&tree, "dev");
        (tree, applied)
    })
}

fn world() -> World<'static> {
    World::with_all_of(&own().1)
}

fn run(world: &World<'_>, arguments: &[&str]) -> ScriptOutput {
    let mut command = Command::new(own().0.path().join("scripts/scale-services.sh"));
    command.arg("dev").args(arguments);
    world.say(command)
}

/// Minimum, maximum and whether scaling is suspended.
fn target(world: &World<'_>, service: &str) -> (i64, i64, bool) {
    let answer = world.scaling(
        "DescribeScalableTargets",
        &json!({ "ServiceNamespace": "ecs" }),
    );
    let id = format!("service/{}/{}", world.cluster(), world.name(service));
    let targets = answer["ScalableTargets"].as_array().unwrap();
    let found = targets.iter().find(|one| one["ResourceId"] == id).unwrap();
    let state = &found["SuspendedState"];
    assert_eq!(
        state["DynamicScalingInSuspended"],
        state["DynamicScalingOutSuspended"]
    );
    (
        found["MinCapacity"].as_i64().unwrap(),
        found["MaxCapacity"].as_i64().unwrap(),
        state["DynamicScalingOutSuspended"].as_bool().unwrap(),
    )
}

const FRONTEND: &str = "--service=frontend";

#[test]
fn up_hands_the_count_to_autoscaling_and_down_takes_it_back() {
    let world = world();
    assert_eq!(target(&world, "frontend"), (0, 3, true));
    run(&world, &["up", FRONTEND]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  frontend: 0 -> 1
autoscaling: frontend: suspended
frontend: 1 running, steady
autoscaling: frontend: from 1 to 3 tasks
",
        "",
    );
    assert_eq!(target(&world, "frontend"), (1, 3, false));
    assert_eq!(target(&world, "worker"), (0, 2, true));

    // Autoscaling has added two: the next `up` leaves them.
    let world = world.with_tasks(&[("frontend", 3)]);
    run(&world, &["up", FRONTEND]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  frontend: 3 -> 3
autoscaling: frontend: from 1 to 3 tasks
frontend: 3 running, no change
",
        "",
    );
    let said = run(&world, &["status"]);
    assert!(
        said.out.ends_with(
            "the cluster allows 10000\nautoscaling: frontend: from 1 to 3 tasks\nautoscaling: worker: suspended\n"
        ),
        "{}",
        said.out
    );

    run(&world, &["down", FRONTEND]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  frontend: 3 -> 0
autoscaling: frontend: from 1 to 3 tasks
autoscaling: frontend: suspended until the next `up`
frontend: 0 running, steady
",
        "",
    );
    assert_eq!(target(&world, "frontend"), (0, 3, true));
}

#[test]
fn a_restart_ends_although_the_number_of_tasks_changes_meanwhile() {
    let world = world();
    let said = run(&world, &["up", FRONTEND]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    world.change_service("frontend", 1, |service| {
        service["desiredCount"] = json!(2);
        service["runningCount"] = json!(2);
    });
    run(&world, &["restart", FRONTEND]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1, restart of frontend
autoscaling: frontend: from 1 to 3 tasks
frontend: 2 running, steady
",
        "",
    );
}

#[test]
fn nothing_is_stopped_if_autoscaling_can_not_be_suspended() {
    let world = world();
    let said = run(&world, &["up", FRONTEND]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let updates = world.updates();
    world.proxy.on(
        "RegisterScalableTarget",
        "",
        1,
        Effect::Fail("ValidationException"),
    );
    let said = run(&world, &["down", FRONTEND]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains(
            "error: the scaling of `frontend` can't be changed\nhint: run the same command again"
        ),
        "{}",
        said.err
    );
    assert_eq!(world.updates(), updates);
    world.proxy.on(
        "DescribeScalableTargets",
        "",
        1,
        Effect::Fail("ValidationException"),
    );
    let said = run(&world, &["down", FRONTEND]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .contains("error: the scaling of `temporal-dev-cluster` in eu-west-1 can't be read"),
        "{}",
        said.err
    );
    assert_eq!(world.updates(), updates);
    assert_eq!(target(&world, "frontend"), (1, 3, false));
}

#[test]
fn a_dry_run_leaves_autoscaling_as_it_is() {
    let world = world();
    run(&world, &["up", FRONTEND, "--dry-run"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1
  frontend: 0 -> 1
autoscaling: frontend: suspended
dry run: nothing was changed
",
        "",
    );
    assert_eq!(target(&world, "frontend"), (0, 3, true));
}

/// A target is a number of tasks that must stay: autoscaling lets go of it until the next `up`. The copy of the tree has a
/// target that its sizes allow.
#[test]
fn the_counts_of_a_target_stay() {
    let world = world();
    let said = run(&world, &["up", FRONTEND]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(target(&world, "frontend"), (1, 3, false));
    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("copy");
    let mut copy = Command::new("cp");
    copy.arg("-R").arg(own().0.path()).arg(&copied);
    assert_eq!(world.say(copy).code, 0);
    let file = copied.join("terraform/envs/dev/terraform.tfstate");
    let mut state: Json = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let aimed = &mut state["outputs"]["throughput_targets"]["value"]["50"];
    aimed["instances"] = json!(1);
    for service in aimed["services"].as_object_mut().unwrap().values_mut() {
        service["cpu"] = json!(64);
        service["memory"] = json!(64);
        service["count"] = json!(2);
    }
    fs::write(file, state.to_string()).unwrap();
    let mut command = Command::new(copied.join("scripts/scale-services.sh"));
    command.args(["dev", "up", "--target=50", "--yes"]);
    let said = world.say(command);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out
            .contains("autoscaling: frontend: suspended until the next `up`\n"),
        "{}",
        said.out
    );
    assert_eq!(world.counts()[&world.name("frontend")], 2);
    for service in ["frontend", "worker"] {
        let (least, _, is_suspended) = target(&world, service);
        assert_eq!((least, is_suspended), (0, true), "{service}");
    }
    // Autoscaling takes over again, and `up` goes to the composed number.
    let said = run(&world, &["up", FRONTEND]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(target(&world, "frontend"), (1, 3, false));
    assert_eq!(world.counts()[&world.name("frontend")], 1);
}
