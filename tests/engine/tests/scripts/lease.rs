//! `lease.sh`, and what `scale-services.sh` does about the connection lease.

use engine_tests::proxy::Effect;
use serde_json::{Value as Json, json};

use crate::harness::World;

const LEASE: &str = "lease.sh";
const SERVICES: &str = "scale-services.sh";

const TABLE: &str = "temporal-live-dsql-conn-lease";

/// The item's key and its attribute are the plugin's.
fn item(world: &World) -> Json {
    let host = world.output("dsql_endpoint");
    json!({ "pk": { "S": format!("dsqllease_counter#{}", host.as_str().unwrap()) } })
}

/// An account in which so many connections are counted.
fn counted(number: i64) -> World<'static> {
    let world = World::of("live");
    let mut item = item(&world);
    item["active"] = json!({ "N": number.to_string() });
    item["updated_ms"] = json!({ "N": "1" });
    world.dynamodb("PutItem", &json!({ "TableName": TABLE, "Item": item }));
    world
}

/// What is counted now; `null` where the item is gone.
fn counter(world: &World) -> Json {
    let key = item(world);
    let answer = world.dynamodb("GetItem", &json!({ "TableName": TABLE, "Key": key }));
    answer["Item"]["active"]["N"].clone()
}

/// The connections that a task of the service can hold.
fn each(world: &World, service: &str) -> i64 {
    world.output("connections_per_task")[service]
        .as_i64()
        .unwrap()
}

/// A task of history that has its signal to stop, and has not ended: the next `times` looks find it.
fn history_is_stopping(world: &World, times: usize) {
    let task = "arn:aws:ecs:eu-west-1:123456789012:task/temporal-live-cluster/history";
    world.proxy.on(
        "ListTasks",
        "STOPPED",
        99,
        Effect::Change(Box::new(move |answer| answer["taskArns"] = json!([task]))),
    );
    // Of each of the four services, since the list above is given for each.
    for status in ["STOPPING", "STOPPED"] {
        world.proxy.on(
            "DescribeTasks",
            "",
            if status == "STOPPED" { 99 } else { 4 * times },
            Effect::Change(Box::new(move |answer| {
                *answer =
                    json!({ "tasks": [{ "taskArn": task, "lastStatus": status }], "failures": [] });
            })),
        );
    }
}

#[test]
fn status_compares_the_counter_with_what_the_running_tasks_can_hold() {
    let world = counted(4321).with_tasks(&[("history", 2)]);
    let held = 2 * each(&world, "history");
    let line = |counted: i64| {
        let of_stopped = match counted > held {
            true => format!(", so at least {} are of stopped tasks", counted - held),
            false => String::new(),
        };
        format!(
            "connection lease: {counted} of 10000 connections counted, {} left; running tasks can hold at most \
             {held}{of_stopped}\n",
            10_000 - counted
        )
    };
    let head = format!("live: connection lease in {TABLE} in eu-west-1\n");
    let shown = format!("{head}{}", line(4321));
    world.run(LEASE, &["status"]).expect(0, &shown, "");
    let said = world.run(SERVICES, &["status"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.ends_with(&line(4321)), "{}", said.out);
    // No task has leased anything yet, so there is no item.
    let world = World::of("live").with_tasks(&[("history", 2)]);
    let shown = format!("{head}{}", line(0));
    world.run(LEASE, &["status"]).expect(0, &shown, "");
}

#[test]
fn reset_forgets_what_stopped_tasks_have_leased() {
    let world = counted(4321);
    let head = format!("live: connection lease in {TABLE} in eu-west-1\n  counter: 4321 -> 0\n");
    world.run(LEASE, &["reset", "--dry-run"]).expect(
        0,
        &format!("{head}dry run: nothing was changed\n"),
        "",
    );
    world.run(LEASE, &["reset"]).expect(
        3,
        &head,
        "error: `live` is a production environment, and there is no terminal to ask for confirmation\nhint: use --yes\n",
    );
    assert_eq!(counter(&world), "4321");
    world.run(LEASE, &["reset", "--yes"]).expect(0, &head, "");
    assert_eq!(counter(&world), Json::Null);
    world.run(LEASE, &["reset", "--yes"]).expect(
        0,
        "live: the counter of the connection lease is 0, no change\n",
        "",
    );
}

#[test]
fn reset_is_refused_while_tasks_have_connections() {
    let hint = "hint: scale-services.sh live down stops them and resets the counter; to keep them, run lease.sh live reset \
                --force HELD\n";
    let world = counted(4321).with_tasks(&[("history", 2), ("frontend", 1)]);
    world.run(LEASE, &["reset", "--yes"]).expect(
        3,
        "",
        &format!(
            "error: the Temporal services have 3 tasks, whose connections must stay counted\n{hint}"
        ),
    );
    // ECS counts no task as running that is stopping.
    let world = counted(4321);
    history_is_stopping(&world, 1);
    let said = world.run(LEASE, &["reset", "--yes"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert_eq!(counter(&world), "4321");
}

#[test]
fn a_forced_reset_keeps_what_is_held() {
    let world = counted(4321).with_tasks(&[("history", 2)]);
    for (held, err) in [
        (
            "10001",
            "error: 10001 connections are more than the limit of the lease, 10000\n",
        ),
        (
            "5000",
            "error: the counter is 4321: a reset to 5000 would leave fewer connections than now\n",
        ),
    ] {
        world
            .run(LEASE, &["reset", "--force", held, "--yes"])
            .expect(3, "", err);
    }
    for held in ["0", "many", "1.5"] {
        let said = world.run(LEASE, &["reset", "--force", held, "--yes"]);
        assert_eq!(said.code, 2, "{held}: {}", said.err);
    }
    assert_eq!(counter(&world), "4321");
    world.run(LEASE, &["reset", "--force=250", "--yes"]).expect(
        0,
        &format!("live: connection lease in {TABLE} in eu-west-1\n  counter: 4321 -> 250\n"),
        "",
    );
    assert_eq!(counter(&world), "250");
}

#[test]
fn a_table_that_can_not_be_read_is_a_failure() {
    let world = counted(4321);
    world
        .proxy
        .on("GetItem", "", 9, Effect::Fail("AccessDeniedException"));
    for arguments in [&["status"][..], &["reset", "--yes"]] {
        let said = world.run(LEASE, arguments);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert!(
            said.err.ends_with(&format!(
                "error: the counter of the connection lease in `{TABLE}` can't be read\n"
            )),
            "{}",
            said.err
        );
    }
    // It keeps nobody from starting tasks.
    let said = world.run(
        SERVICES,
        &["up", "--service", "history", "--yes", "--no-wait"],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.ends_with(&format!(
            "warning: the counter of the connection lease in `{TABLE}` can't be read\n"
        )),
        "{}",
        said.err
    );
}

#[test]
fn down_resets_the_counter_once_no_task_is_left() {
    let world = counted(4321).with_tasks(&[("history", 2)]);
    history_is_stopping(&world, 2);
    let said = world.run(SERVICES, &["down", "--yes"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let about: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("connection lease"))
        .collect();
    assert_eq!(
        about,
        [
            "connection lease: 4321 of 10000 connections counted, 5679 left",
            "connection lease: tasks that are still stopping: 4",
            "connection lease: counter reset",
        ]
    );
    assert_eq!(counter(&world), Json::Null);
}

#[test]
fn down_leaves_the_counter_alone_while_it_may_be_needed() {
    // Another service still runs.
    let world = counted(4321).with_tasks(&[("history", 2), ("frontend", 1)]);
    let said = world.run(SERVICES, &["down", "--service", "history", "--yes"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(!said.out.contains("reset"), "{}", said.out);
    assert_eq!(counter(&world), "4321");
    // Nobody waits for the tasks.
    let said = world.run(SERVICES, &["down", "--yes", "--no-wait"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.ends_with(
            "connection lease: not reset; when all tasks have stopped, run lease.sh live reset\n"
        ),
        "{}",
        said.out
    );
    assert_eq!(counter(&world), "4321");
    // The tasks don't end, or the counter can't be changed: the services are stopped nevertheless.
    let world = counted(4321).with("TIMEOUT_SECONDS", "0");
    history_is_stopping(&world, 99);
    let failed = "error: all services are stopped, but the counter of the connection lease is not reset\n\
                  hint: lease.sh live reset resets it\n";
    let said = world.run(SERVICES, &["down", "--yes"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err,
        format!("error: tasks that are still stopping after 0 s: 4\n{failed}")
    );
    assert_eq!(counter(&world), "4321");
    let world = counted(4321);
    world
        .proxy
        .on("DeleteItem", "", 1, Effect::Fail("AccessDeniedException"));
    let said = world.run(SERVICES, &["down", "--yes"]);
    assert_eq!(said.code, 1);
    assert!(said.err.ends_with(failed), "{}", said.err);
}

#[test]
fn up_and_restart_say_how_far_the_limit_is() {
    let hint = "hint: scale-services.sh live down resets the counter; while tasks run, use lease.sh live reset --force\n";
    let world = counted(4321).with_tasks(&[("history", 2)]);
    let each = each(&world, "history");
    let started = |arguments: &[&str], counted: i64, tasks: i64, warned: bool| {
        let mut all = arguments.to_vec();
        all.extend(["--service", "history", "--dry-run"]);
        let said = world.run(SERVICES, &all);
        assert_eq!(said.code, 0, "{}", said.err);
        let line = format!(
            "connection lease: {counted} of 10000 connections counted, {} left; new tasks can open up to {}\n",
            10_000 - counted,
            tasks * each
        );
        assert!(said.out.contains(&line), "{line}{}", said.out);
        let warning = format!(
            "warning: the new tasks can need more connections than the lease has left\n{hint}"
        );
        assert_eq!(said.err, if warned { warning } else { String::new() });
    };
    // The composition has six tasks of history, of which four are to start. A restart replaces both that run.
    started(&["up"], 4321, 4, false);
    started(&["restart"], 4321, 2, false);
    let full = 10_001 - 2 * each;
    let mut item = item(&world);
    item["active"] = json!({ "N": full.to_string() });
    world.dynamodb("PutItem", &json!({ "TableName": TABLE, "Item": item }));
    started(&["restart"], full, 2, true);
}

#[test]
fn an_environment_without_a_lease_has_none_of_it() {
    let world = World::of("dev").with_tasks(&[("history", 1)]);
    world.run(LEASE, &["status"]).expect(
        2,
        "",
        "error: there is no environment `dev` with a lease\nhint: the environments are live\n",
    );
    for arguments in [&["status"][..], &["restart", "--no-wait"], &["down"]] {
        let said = world.run(SERVICES, arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(!said.out.contains("lease"), "{}", said.out);
    }
}
