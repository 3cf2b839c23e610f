//! `setup.sh`: schema, index, namespaces.

use engine_tests::proxy::Effect;
use serde_json::{Value as Json, json};

use crate::harness::World;

const SCRIPT: &str = "setup.sh";

/// What was started: task definition, the groups' number, and the command, if another than its own.
fn started(world: &World) -> Vec<(String, usize, Json)> {
    world
        .proxy
        .calls()
        .iter()
        .filter(|call| call.operation == "RunTask")
        .map(|call| {
            let network = &call.body["networkConfiguration"]["awsvpcConfiguration"];
            assert_eq!(call.body["launchType"], "FARGATE");
            assert_eq!(network["subnets"].as_array().unwrap().len(), 2);
            let task = call.body["taskDefinition"].as_str().unwrap();
            (
                task.rsplit('/').next().unwrap().to_owned(),
                network["securityGroups"].as_array().unwrap().len(),
                call.body["overrides"]["containerOverrides"][0]["command"][0].clone(),
            )
        })
        .collect()
}

#[test]
fn every_step_is_taken_in_order_and_the_frontend_is_stopped_again() {
    let world = World::of("dev");
    world.frontend_runs();
    world.tasks_end(9, 0);
    let said = world.run(SCRIPT, &[]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let lines: Vec<&str> = said
        .out
        .lines()
        .filter(|line| !line.ends_with(" started"))
        .collect();
    assert_eq!(
        lines,
        [
            "dev: cluster temporal-dev-cluster in eu-west-1, schema, index, namespaces",
            "schema: done",
            "index: done",
            "namespaces: starting a frontend",
            "frontend: 1 running, steady",
            "namespaces: done",
            "frontend: 0 running, steady",
        ]
    );
    let script = "for namespace in default benchmark; do \
                  temporal operator namespace describe --address 10.10.3.7:7233 --namespace $namespace >/dev/null || \
                  temporal operator namespace create --address 10.10.3.7:7233 --namespace $namespace --retention 72h || exit 1; done";
    assert_eq!(
        started(&world),
        [
            ("temporal-dev-dsql-schema:1".to_owned(), 2, Json::Null),
            ("temporal-dev-opensearch-setup:1".to_owned(), 2, Json::Null),
            ("temporal-dev-dsql-schema:1".to_owned(), 2, json!(script)),
        ]
    );
    let frontend = world.name("frontend");
    assert_eq!(
        world.updates(),
        [(frontend.clone(), 1, true), (frontend, 0, false)]
    );
}

#[test]
fn a_frontend_that_runs_is_left_alone() {
    let world = World::of("dev").with_tasks(&[("frontend", 1)]);
    world.frontend_runs();
    world.tasks_end(1, 0);
    let said = world.run(SCRIPT, &["namespaces", "--retention=30d"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(world.updates(), []);
    let [(_, _, command)] = started(&world).try_into().unwrap();
    assert!(
        command.as_str().unwrap().contains("--retention 30d"),
        "{command}"
    );
}

#[test]
fn a_step_that_fails_ends_it_with_where_the_log_is_and_can_be_repeated() {
    let world = World::of("dev");
    world.tasks_end(1, 0);
    world.tasks_end(1, 2);
    world.run(SCRIPT, &["schema", "index"]).expect_lines(
        1,
        &[
            "dev: cluster temporal-dev-cluster in eu-west-1, schema, index",
            "schema: done",
        ],
        "error: Essential container in task exited
  opensearch-setup: exit code 2 
hint: read its log: aws logs tail /ecs/temporal-dev/opensearch-setup --region eu-west-1 --since 1h
done: schema
failed: index
not started: none
hint: run the same command again: it keeps what is already done
",
    );
    world.tasks_end(2, 0);
    let said = world.run(SCRIPT, &["schema", "index"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[test]
fn a_task_that_ecs_does_not_start_or_that_does_not_end_is_a_failure() {
    let world = World::of("dev").with("TIMEOUT_SECONDS", "0");
    let said = world.run(SCRIPT, &["schema"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .starts_with("error: the task has not ended after 0 s\ndone: none\nfailed: schema\n"),
        "{}",
        said.err
    );
    world.proxy.on(
        "RunTask",
        "",
        1,
        Effect::Change(Box::new(|answer| {
            *answer = json!({ "tasks": [], "failures": [{ "reason": "Capacity is unavailable at this time" }] });
        })),
    );
    let said = world.run(SCRIPT, &["schema"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.starts_with(
            "error: ECS did not start the task: Capacity is unavailable at this time\ndone: none\nfailed: schema\n"
        ),
        "{}",
        said.err
    );
}

#[test]
fn namespaces_that_fail_stop_the_frontend_that_was_started_for_them() {
    let world = World::of("dev");
    world.frontend_runs();
    world.tasks_end(1, 1);
    let said = world.run(SCRIPT, &["namespaces"]);
    assert_eq!(said.code, 1);
    assert_eq!(world.counts(), [].into());
    // No task of the frontend to be found.
    let world = World::of("dev").with_tasks(&[("frontend", 1)]);
    let said = world.run(SCRIPT, &["namespaces"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .starts_with("error: no task of the frontend is running\n"),
        "{}",
        said.err
    );
}

#[test]
fn production_is_asked_for_and_a_dry_run_starts_nothing() {
    let world = World::of("live");
    world.run(SCRIPT, &["schema"]).expect(
        3,
        "live: cluster temporal-live-cluster in eu-west-1, schema\n",
        "error: `live` is a production environment, and there is no terminal to ask for confirmation\nhint: use --yes\n",
    );
    world.run(SCRIPT, &["schema", "--dry-run"]).expect(
        0,
        "live: cluster temporal-live-cluster in eu-west-1, schema\ndry run: nothing was changed\n",
        "",
    );
    assert_eq!(started(&world), []);
}
