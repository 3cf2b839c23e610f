//! `scale-benchmark-workers.sh`.

use std::fs;
use std::process::Command;

use engine_tests::proxy::Effect;
use serde_json::{Value as Json, json};

use crate::harness::{REGION, World, tree};

const SCRIPT: &str = "scale-benchmark-workers.sh";

/// The end of the log of a run as the generator writes it (benchmark/internal/results/results.go of
/// iw/temporal-dsql-deploy-ecs at b02a116), with an entry of another of its threads between its lines.
pub(crate) const LOG: &str = r#"{"time":"2026-11-01T12:02:04Z","level":"ERROR","msg":"Workflow failed","workflow_id":"timer-7","error":"deadline exceeded"}
{"time":"2026-11-01T12:02:05Z","level":"WARN","msg":"Benchmark FAILED","failure_reasons":["throughput 19.12/s below threshold 50.00/s"]}

                    BENCHMARK RESULTS SUMMARY
  Workflows Started:    2400

JSON Results:
{
  "timestamp": "2026-11-01T12:00:01.123456789Z",
  "config": {
    "workflowType": "state-transitions",
    "targetRate": 20,
    "duration": "2m0s",
    "rampUpDuration": "10s",
    "workerCount": 4,
    "iterations": 1,
    "namespace": "benchmark"
  },
{"time":"2026-11-01T12:02:05Z","level":"ERROR","msg":"Workflow failed","workflow_id":"timer-8","error":"deadline exceeded"}
  "results": {
    "workflowsStarted": 2400,
    "workflowsCompleted": 2391,
    "workflowsFailed": 6,
    "actualRate": 19.1234,
    "latency": {
      "p50": 80.5,
      "p95": 120.049,
      "p99": 310,
      "max": 1002.999
    }
  },
  "system": {
    "instanceType": "m7g.large",
    "historyShards": 4,
    "services": {
      "frontend": 1
    }
  },
  "thresholds": {
    "maxP99LatencyMs": 5000,
    "minThroughput": 50
  },
  "passed": false,
  "failureReasons": [
    "throughput 19.12/s below threshold 50.00/s"
  ]
}
{"time":"2026-11-01T12:02:06Z","level":"INFO","msg":"Cleaning up benchmark workflows"}
{"time":"2026-11-01T12:02:06Z","level":"INFO","msg":"Benchmark runner completed"}"#;

const TABLE: &str = "\
state-transitions, 20 workflows per second for 2m0s, namespace benchmark, 2026-11-01T12:00:01.123456789Z
workflows started               2400
completed                       2391
failed                             6 (0.25 %)
not finished                       3
completed per second           19.12
latency p50 (ms)               80.50
latency p95 (ms)              120.05
latency p99 (ms)              310.00
latency max (ms)             1003.00
";

/// A task of the generator that runs, then ends with this code and has written this log. Moto starts none.
pub(crate) fn generator_runs(world: &World<'_>, task: &str, code: i64, log: &str) {
    let arn = format!("arn:aws:ecs:eu-west-1:123456789012:task/temporal-dev-cluster/{task}");
    let listed = arn.clone();
    world.proxy.on(
        "ListTasks",
        "benchmark-generator",
        9,
        Effect::Change(Box::new(move |answer| answer["taskArns"] = json!([listed]))),
    );
    for (times, status) in [(2, "RUNNING"), (9, "STOPPED")] {
        world.proxy.on(
            "DescribeTasks",
            &arn,
            times,
            Effect::Change(Box::new(move |answer| {
                *answer = json!({ "failures": [], "tasks": [{
                    "lastStatus": status,
                    "stoppedReason": "Essential container in task exited",
                    "containers": [
                        { "name": "alloy", "exitCode": 0 },
                        { "name": "benchmark-generator", "exitCode": code },
                    ],
                }] });
            })),
        );
    }
    write_log(world, task, log);
}

const GROUP: &str = "/ecs/temporal-dev/benchmark-generator";

fn ask_logs(world: &World<'_>, operation: &str, body: &Json) {
    let service = ("logs", "Logs_20140328");
    let _ = world.proxy.account().ask(service, REGION, operation, body);
}

fn write_log(world: &World<'_>, task: &str, log: &str) {
    let stream = format!("ecs/benchmark-generator/{task}");
    ask_logs(world, "CreateLogGroup", &json!({ "logGroupName": GROUP }));
    ask_logs(
        world,
        "CreateLogStream",
        &json!({ "logGroupName": GROUP, "logStreamName": stream }),
    );
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    let events: Vec<Json> = log
        .lines()
        .map(|line| json!({ "timestamp": now.as_millis() as u64, "message": line }))
        .collect();
    ask_logs(
        world,
        "PutLogEvents",
        &json!({ "logGroupName": GROUP, "logStreamName": stream, "logEvents": events }),
    );
}

/// The variables of the container in the task definitions that the scripts registered.
fn registered(world: &World<'_>) -> Vec<Vec<(String, String)>> {
    let calls = world.proxy.calls();
    calls
        .iter()
        .filter(|call| call.operation == "RegisterTaskDefinition")
        .map(|call| {
            let variables = &call.body["containerDefinitions"][0]["environment"];
            let text = |value: &Json| value.as_str().unwrap().to_owned();
            variables
                .as_array()
                .unwrap()
                .iter()
                .map(|variable| (text(&variable["name"]), text(&variable["value"])))
                .filter(|(name, _)| name.starts_with("BENCHMARK_"))
                .collect()
        })
        .collect()
}

/// The task definitions that services were changed to, by family and revision.
fn definitions(world: &World<'_>) -> Vec<String> {
    let calls = world.proxy.calls();
    calls
        .iter()
        .filter(|call| call.operation == "UpdateService")
        .filter_map(|call| {
            let arn = call.body["taskDefinition"].as_str()?;
            Some(arn.rsplit('/').next().unwrap().to_owned())
        })
        .collect()
}

fn kept(file: &str) -> Json {
    let path = tree().path().join("benchmark-results/dev").join(file);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

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
    let load = "load: simple, 10 workflows per second for 5m, ramp-up 30s, namespace benchmark, 32 pollers\n\
                dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-generator: 0 -> 1\n";
    world.run(SCRIPT, &["load", "--dry-run"]).expect(
        0,
        &format!("{load}dry run: nothing was changed\n"),
        "",
    );
    world.run(SCRIPT, &["load", "--no-wait"]).expect(
        0,
        &format!("{load}benchmark-generator: started\n"),
        "",
    );
    world.run(SCRIPT, &["load"]).expect(
        3,
        "",
        "error: the load generator is already running\n\
         hint: wait for its results, or stop it: scale-benchmark-workers.sh dev down\n",
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

#[test]
fn a_run_has_the_load_of_its_arguments_and_prints_its_results() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
    generator_runs(&world, "run1", 0, LOG);
    let arguments = "load --rate 20 --duration 2m --ramp-up=10s --workflow-type state-transitions";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    world.run(SCRIPT, &arguments).expect(
        0,
        &format!(
            "load: state-transitions, 20 workflows per second for 2m, ramp-up 10s, namespace benchmark, 32 pollers\n\
             dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-generator: 0 -> 1\n\
             benchmark-generator: started\nbenchmark-generator: task run1 is RUNNING\nbenchmark-generator: stopped\n\
             {TABLE}results: benchmark-results/dev/20261101T120001Z-run1.json\n"
        ),
        "",
    );
    let variables = [
        ("BENCHMARK_DURATION", "2m"),
        ("BENCHMARK_GENERATOR_ONLY", "true"),
        ("BENCHMARK_NAMESPACE", "benchmark"),
        ("BENCHMARK_RAMP_UP", "10s"),
        ("BENCHMARK_TARGET_RATE", "20"),
        ("BENCHMARK_WORKFLOW_TYPE", "state-transitions"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(registered(&world), [variables.to_vec()]);
    // Afterwards the service has what Terraform made.
    let family = "temporal-dev-benchmark-generator";
    assert_eq!(
        definitions(&world),
        [format!("{family}:2"), format!("{family}:1")]
    );
    assert!(
        world
            .proxy
            .calls()
            .iter()
            .any(|call| call.operation == "DeregisterTaskDefinition")
    );
    let generator = world.name("benchmark-generator");
    assert_eq!(
        world.updates(),
        [(generator.clone(), 1, true), (generator, 0, false)]
    );
    assert_eq!(
        kept("20261101T120001Z-run1.json"),
        json!({
            "environment": "dev",
            "task": "run1",
            "timestamp": "2026-11-01T12:00:01.123456789Z",
            "config": {
                "workflowType": "state-transitions", "targetRate": 20, "duration": "2m0s", "rampUpDuration": "10s",
                "iterations": 1, "namespace": "benchmark",
            },
            "results": {
                "workflowsStarted": 2400, "workflowsCompleted": 2391, "workflowsFailed": 6, "actualRate": 19.1234,
                "latency": { "p50": 80.5, "p95": 120.049, "p99": 310, "max": 1002.999 },
            },
            "thresholds": { "maxP99LatencyMs": 5000, "minThroughput": 50 },
            "passed": false,
            "failureReasons": ["throughput 19.12/s below threshold 50.00/s"],
        })
    );
}

#[test]
fn the_results_of_the_last_run_can_be_printed_again_and_their_file_stays() {
    let world = World::of("dev");
    write_log(&world, "run2", LOG);
    let said = world.run(SCRIPT, &["results"]);
    said.expect(
        0,
        &format!("{TABLE}results: benchmark-results/dev/20261101T120001Z-run2.json\n"),
        "",
    );
    let file = tree()
        .path()
        .join("benchmark-results/dev/20261101T120001Z-run2.json");
    fs::write(&file, "a note").unwrap();
    world.run(SCRIPT, &["results"]).expect(0, &said.out, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), "a note");
    assert_eq!(world.updates(), []);
}

#[test]
fn a_namespace_is_one_that_setup_creates_and_the_workers_go_there_first() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
    world
        .run(SCRIPT, &["load", "--namespace", "orders"])
        .expect(
            2,
            "",
            "error: `orders` is not a namespace of `dev`: use one of default, benchmark\n\
             hint: run scale-benchmark-workers.sh --help for usage\n",
        );
    let said = world.run(SCRIPT, &["load", "--namespace", "default, benchmark"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert_eq!(world.updates(), []);
    generator_runs(&world, "run3", 0, LOG);
    let said = world.run(SCRIPT, &["load", "--namespace", "default"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out.contains(
            "benchmark-worker: moving to the namespace default with 32 pollers\nbenchmark-worker: 2 running, steady\n\
             benchmark-generator: started\n"
        ),
        "{}",
        said.out
    );
    let namespaces: Vec<String> = registered(&world)
        .into_iter()
        .flatten()
        .filter(|(name, _)| name == "BENCHMARK_NAMESPACE")
        .map(|(_, value)| value)
        .collect();
    assert_eq!(namespaces, ["default", "default"]);
    // The next run is as composed again.
    let said = world.run(SCRIPT, &["load"]);
    assert!(
        said.out
            .contains("benchmark-worker: moving to the namespace benchmark with 32 pollers\n"),
        "{}",
        said.out
    );
    assert_eq!(
        definitions(&world).last().unwrap(),
        "temporal-dev-benchmark-generator:1"
    );
    assert_eq!(registered(&world).len(), 2);
}

#[test]
fn the_workers_get_the_pollers_of_the_run() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
    for wrong in ["1", "201", "many"] {
        world.run(SCRIPT, &["load", "--pollers", wrong]).expect(
            2,
            "",
            &format!(
                "error: `{wrong}` is not a valid number of pollers: use a whole number from 2 to 200\n\
                 hint: run scale-benchmark-workers.sh --help for usage\n"
            ),
        );
    }
    assert_eq!(world.updates(), []);
    generator_runs(&world, "run8", 0, LOG);
    let said = world.run(SCRIPT, &["load", "--pollers", "64"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out.contains(
            "namespace benchmark, 64 pollers\n\
             dev: cluster temporal-dev-cluster in eu-west-1\n  benchmark-generator: 0 -> 1\n\
             benchmark-worker: moving to the namespace benchmark with 64 pollers\n\
             benchmark-worker: 2 running, steady\nbenchmark-generator: started\n"
        ),
        "{}",
        said.out
    );
    let variables = [
        ("BENCHMARK_NAMESPACE", "benchmark"),
        ("BENCHMARK_POLLERS", "64"),
        ("BENCHMARK_WORKER_ONLY", "true"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(registered(&world), [variables.to_vec()]);
    // The workers have them, so they need no restart. The generator has no pollers.
    let said = world.run(SCRIPT, &["load", "--pollers", "64"]);
    assert!(!said.out.contains("moving"), "{}", said.out);
    assert_eq!(registered(&world).len(), 1);
}

/// The README's line for one run, and the table that it promises.
#[test]
fn the_run_of_the_readme_works_as_it_is_written() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
    generator_runs(&world, "run9", 0, LOG);
    let folder = tree().path().join("terraform/envs/dev");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.contains(&format!("```text\n{TABLE}```\n")));
    let mut lines = readme.lines().filter(|line| line.contains(" load --rate "));
    let line = lines.next().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("cd '{}' && {line}", folder.display())]);
    let said = world.say(bash);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let results = "results: benchmark-results/dev/20261101T120001Z-run9.json\n";
    assert!(
        said.out.ends_with(&format!("{TABLE}{results}")),
        "{}",
        said.out
    );
}

#[test]
fn a_run_that_fails_says_why_and_is_stopped() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
    generator_runs(
        &world,
        "run4",
        1,
        "{\"level\":\"ERROR\",\"msg\":\"Benchmark failed\",\"error\":\"invalid configuration\"}\nnot JSON",
    );
    let said = world.run(SCRIPT, &["load"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err,
        "error: the run failed: Essential container in task exited\n  alloy: exit code 0 \n  benchmark-generator: exit code 1 \n  \
         Benchmark failed: invalid configuration\n\
         done: benchmark-worker\nfailed: run\nnot started: results\n\
         hint: to stop the load generator and the workers: scale-benchmark-workers.sh dev down\n"
    );
    assert_eq!(world.counts(), [(world.name("benchmark-worker"), 2)].into());
}

#[test]
fn a_log_without_results_is_an_error() {
    let world = World::of("dev");
    ask_logs(&world, "CreateLogGroup", &json!({ "logGroupName": GROUP }));
    world.run(SCRIPT, &["results"]).expect(
        1,
        "",
        "error: there was no run yet: /ecs/temporal-dev/benchmark-generator has no log of the generator\n",
    );
    for (task, log) in [
        (
            "run5",
            "{\"level\":\"INFO\",\"msg\":\"Benchmark was cancelled\"}",
        ),
        ("run6", "JSON Results:\n{\n  \"timestamp\": \"2026"),
        ("run7", "JSON Results:\n{\n  \"passed\": true\n}"),
    ] {
        let world = World::of("dev").with_tasks(&[("benchmark-worker", 2)]);
        generator_runs(&world, task, 0, log);
        let said = world.run(SCRIPT, &["load"]);
        assert_eq!(said.code, 1, "{}", said.out);
        assert_eq!(
            said.err,
            format!(
                "error: the log of task {task} has no results\n\
                 hint: read it: aws logs tail /ecs/temporal-dev/benchmark-generator --log-stream-names \
                 ecs/benchmark-generator/{task} --region eu-west-1 --since 1d\n\
                 done: benchmark-worker, run\nfailed: results\nnot started: none\n\
                 hint: to stop the load generator and the workers: scale-benchmark-workers.sh dev down\n"
            )
        );
        assert_eq!(world.counts(), [(world.name("benchmark-worker"), 2)].into());
    }
}

#[test]
fn a_ramp_up_must_be_shorter_than_the_run() {
    let world = World::of("dev").with_tasks(&[("benchmark-worker", 1)]);
    world
        .run(SCRIPT, &["load", "--duration", "1m", "--ramp-up", "60s"])
        .expect(
            2,
            "",
            "error: a ramp-up of 60s is not shorter than the duration of 1m\n\
             hint: run scale-benchmark-workers.sh --help for usage\n",
        );
    world.run(SCRIPT, &["load", "--ramp-up", "5m"]).expect(
        2,
        "",
        "error: a ramp-up of 5m is not shorter than the duration of 5m\n\
             hint: run scale-benchmark-workers.sh --help for usage\n",
    );
    assert_eq!(world.updates(), []);
}
