//! `status`, which every script has, and what Terraform says afterwards.

use std::fs;

use serde_json::{Value as Json, json};

use crate::harness::{World, applied};

#[test]
fn status_shows_the_whole_cluster() {
    let world = World::of("dev").with_tasks(&[("frontend", 1), ("history", 1)]);
    world.ecs(
        "CreateService",
        &json!({ "cluster": world.cluster(), "serviceName": "by-hand", "taskDefinition": "temporal-dev-temporal-frontend", "desiredCount": 0 }),
    );
    let ui = world.name("ui");
    world.ecs(
        "DeleteService",
        &json!({ "cluster": world.cluster(), "service": ui, "force": true }),
    );
    let table = "dev: cluster temporal-dev-cluster in eu-west-1, 0 instances
service                      configured  desired  running  state
grafana                               1        0        0  steady
frontend                              1        1        1  steady
history                               2        1        1  steady
matching                              1        0        0  steady
worker                                1        0        0  steady
ui                                    1        0        0  missing
by-hand                               -        0        0  steady
";
    let benchmark = "temporal-dev-benchmark-generator          -        0        0  steady
temporal-dev-benchmark-worker          -        0        0  steady
";
    let connections = "DSQL connections: at most 60, the cluster allows 10000\n";
    world.run("scale-services.sh", &["status"]).expect(
        0,
        &format!("{table}{benchmark}{connections}"),
        "",
    );
    world
        .run("setup.sh", &["status"])
        .expect(0, &format!("{table}{benchmark}"), "");
    world
        .run("scale-services.sh", &["status", "--region=us-east-1"])
        .expect(
            1,
            "",
            "error: there is no cluster `temporal-dev-cluster` in us-east-1\n",
        );
    assert_eq!(world.updates(), []);
}

/// What `up` did reaches the state with the next refresh; the plan must leave it alone.
#[test]
fn the_next_apply_does_not_undo_a_scaling() {
    let world = World::of("dev");
    let said = world.run("scale-services.sh", &["up", "--no-wait"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let said = world.run("scale-benchmark-workers.sh", &["up", "1", "--no-wait"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let counts = world.counts();
    assert_eq!(counts.len(), 7);

    let root = &applied("dev").root;
    let state = fs::read_to_string(root.path().join("terraform.tfstate")).unwrap();
    let mut state: Json = serde_json::from_str(&state).unwrap();
    let mut scaled = 0;
    for resource in state["resources"].as_array_mut().unwrap() {
        if resource["type"] == "aws_ecs_service" {
            for instance in resource["instances"].as_array_mut().unwrap() {
                let attributes = &mut instance["attributes"];
                let name = attributes["name"].as_str().unwrap();
                if let Some(count) = counts.get(name) {
                    attributes["desired_count"] = json!(count);
                    scaled += 1;
                }
            }
        }
    }
    assert_eq!(scaled, counts.len());
    // Others only read outputs, which stay the same.
    let file = root.path().join("scaled.tfstate");
    fs::write(&file, state.to_string()).unwrap();
    fs::rename(file, root.path().join("terraform.tfstate")).unwrap();
    root.expect_no_changes(&[]);
}
