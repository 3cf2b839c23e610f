//! `scale-benchmark-workers.sh`.

use engine_tests::proxy::Effect;

use crate::harness::World;

const SCRIPT: &str = "scale-benchmark-workers.sh";

#[test]
fn workers_come_before_the_load_and_go_after_it() {
    let world = World::of("dev");
    world.run(SCRIPT, &["load"]).expect(
        3,
        "",
        "error: no worker is running to process the load\nhint: scale-benchmark-workers.sh dev up\n",
    );
    // As many as the benchmark is composed with.
    world.run(SCRIPT, &["up"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-worker: 0 -> 2\nbenchmark-worker: 2 running, steady\n",
        "",
    );
    world.run(SCRIPT, &["load"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-generator: 0 -> 1\nbenchmark-generator: 1 running, steady\n",
        "",
    );
    world.run(SCRIPT, &["down"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-generator: 1 -> 0\n  benchmark-worker: 2 -> 0\n\
         benchmark-generator: 0 running, steady\nbenchmark-worker: 0 running, steady\n",
        "",
    );
    let worker = world.name("benchmark-worker");
    let generator = world.name("benchmark-generator");
    assert_eq!(
        world.updates(),
        [
            (worker.clone(), 2, true),
            (generator.clone(), 1, true),
            (generator, 0, false),
            (worker, 0, false),
        ]
    );
}

#[test]
fn more_workers_than_the_instances_hold_are_refused() {
    let world = World::of("dev");
    world.run(SCRIPT, &["up", "3"]).expect(
        0,
        "dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-worker: 0 -> 3\nbenchmark-worker: 3 running, steady\n",
        "",
    );
    world.run(SCRIPT, &["up", "4", "--dry-run"]).expect(
        3,
        "",
        "error: the benchmark's instances have guaranteed capacity for the generator and 3 workers, not for 4\n\
         hint: increase benchmark.max_instances and apply\n",
    );
    assert_eq!(world.updates(), [(world.name("benchmark-worker"), 3, true)]);
}

#[test]
fn a_failure_half_way_says_how_far_it_came() {
    let world = World::of("dev").with_tasks(&[("benchmark-generator", 1), ("benchmark-worker", 2)]);
    world.proxy.on(
        "UpdateService",
        "benchmark-worker",
        1,
        Effect::Fail("ThrottlingException"),
    );
    let said = world.run(SCRIPT, &["down"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.ends_with(
            "done: benchmark-generator\nfailed: benchmark-worker\nnot started: none\n\
             hint: run the same command again: it keeps what is already done\n"
        ),
        "{}",
        said.err
    );
    let said = world.run(SCRIPT, &["down"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(world.counts(), [].into());
}
