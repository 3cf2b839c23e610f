//! `scale-services.sh … up --target`.

use std::fs;
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::harness::{World, tree};

const SCRIPT: &str = "scale-services.sh";

#[test]
fn a_target_that_the_sizes_allow_sets_the_counts() {
    let world = World::of("live");
    world.run(SCRIPT, &["up", "--target=50", "--no-wait", "--yes"]).expect(
        0,
        "50 workflows per second: The counts and sizes are the reference author's recommendation; it was not measured.
live: cluster temporal-live-cluster in eu-west-1
  grafana: 0 -> 1
  frontend: 0 -> 2
  history: 0 -> 3
  matching: 0 -> 2
  worker: 0 -> 2
  ui: 0 -> 2
connection lease: 0 of 10000 connections counted, 10000 left; new tasks can open up to 1320
grafana: desired count set to 1
frontend: desired count set to 2
history: desired count set to 3
matching: desired count set to 2
worker: desired count set to 2
ui: desired count set to 2
",
        "",
    );
    assert_eq!(world.counts()[&world.name("history")], 3);
}

#[test]
fn a_target_that_needs_other_sizes_is_refused() {
    let world = World::of("live");
    world.run(SCRIPT, &["up", "--target", "100", "--yes"]).expect(
        3,
        "",
        "error: for 100 workflows per second, tasks need more CPU units and MiB: \
         frontend has 1024 and 2048, needs 1024 and 4096; history has 2048 and 6144, needs 2048 and 8192\n\
         hint: set cpu and memory of these services, apply, and run this command again\n",
    );
    world.run(SCRIPT, &["up", "--target", "70"]).expect(
        2,
        "",
        "error: there is no target `70` for `live`\nhint: the targets are 50, 100, 200, 400 workflows per second\n",
    );
    World::of("dev").run(SCRIPT, &["up", "--target", "400"]).expect(
        2,
        "",
        "error: there is no target `400` for `dev`\nhint: the targets are 50, 100 workflows per second\n",
    );
    world.run(SCRIPT, &["down", "--target", "50"]).expect(
        2,
        "",
        "error: `--target` works only with `up`\nhint: run scale-services.sh --help for usage\n",
    );
    assert_eq!(world.updates(), []);
}

/// A copy of the tree in whose state there may be one instance only.
#[test]
fn a_target_that_needs_more_instances_is_refused() {
    let world = World::of("live");
    let folder = tempfile::tempdir().unwrap();
    let mut copy = Command::new("cp");
    copy.arg("-R")
        .arg(tree().path())
        .arg(folder.path().join("copy"));
    assert_eq!(world.say(copy).code, 0);
    let file = folder
        .path()
        .join("copy/terraform/envs/live/terraform.tfstate");
    let mut state: Json = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(state["outputs"]["max_instances"]["value"], 9);
    state["outputs"]["max_instances"]["value"] = json!(1);
    fs::write(file, state.to_string()).unwrap();
    let mut command = Command::new(folder.path().join("copy/scripts").join(SCRIPT));
    command.args(["live", "up", "--target", "50", "--yes"]);
    world.say(command).expect(
        3,
        "",
        "error: 50 workflows per second need at least 2 instances, but the environment allows only 1\n\
         hint: increase compute.max_count or choose a larger compute.instance_type, apply, and run this command again\n",
    );
    assert_eq!(world.updates(), []);
}
