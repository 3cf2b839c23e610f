//! `setup.sh`: schema, index, namespaces.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use engine_tests::proxy::Effect;
use serde_json::{Value as Json, json};

use crate::harness::{World, applied};

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
    let script = "command -v temporal >/dev/null || { echo \"the image has no temporal on its PATH ($PATH)\" >&2; exit 1; }; \
                  for namespace in default benchmark; do \
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

/// Stand-ins for the tools of the admin-tools image. Each knows the flags of the real one, keeps what it makes in `$MADE`
/// and writes down its words. The flags are those of `tools/dsql/main.go` and `tools/elasticsearch/main.go` of the
/// server's source, and of `temporal operator namespace --help`.
const TOOLS: [(&str, &str); 3] = [
    (
        "temporal-dsql-tool",
        r#"
[ -n "$CLUSTER_ENDPOINT" ] && [ -n "$AWS_REGION" ] || no "it is told no endpoint or no region"
step=$1
shift
while [ $# -gt 0 ]; do
  case $step$1 in
    setup-schema--version) version=$2; shift ;;
    setup-schema--schema-name | update-schema--schema-name) [ "$2" = dsql/temporal ] || no "schema $2"; name=$2; shift ;;
    *) no "unknown flag $1" ;;
  esac
  shift
done
case $step in
  setup-schema)
    [ -n "$version" ] || no "no version"
    # Not `IF NOT EXISTS`, unlike the tables of the version.
    [ -z "$name" ] || [ ! -e "$MADE/schema" ] || no "table exists"
    [ -e "$MADE/version" ] || echo "$version" > "$MADE/version" ;;
  update-schema)
    [ -e "$MADE/version" ] && [ -n "$name" ] || no "no current version"
    echo 1.1 > "$MADE/version"
    : > "$MADE/schema" ;;
esac
"#,
    ),
    (
        "temporal-elasticsearch-tool",
        r#"
[ -n "$ES_SERVER" ] && [ "$AWS_CREDENTIALS" = aws-sdk-default ] && [ -n "$AWS_REGION" ] || no "it is told no domain"
step=$1
index=${ES_VISIBILITY_INDEX-}
shift
while [ $# -gt 0 ]; do
  case $step$1 in
    create-index--index | update-schema--index) index=$2; shift ;;
    create-index--fail | setup-schema--fail | update-schema--fail) ;;
    *) no "unknown flag $1" ;;
  esac
  shift
done
case $step in
  ping) ;;
  # As if its error about the template had become a warning.
  setup-schema) ;;
  create-index) [ -e "$MADE/template" ] || no "an index before its template"; : > "$MADE/index-$index" ;;
  update-schema)
    : > "$MADE/template"
    [ -z "$index" ] || [ -e "$MADE/index-$index" ] || no "no index $index" ;;
  *) no "unknown command $step" ;;
esac
"#,
    ),
    (
        "temporal",
        r#"
[ "$1 $2" = "operator namespace" ] || no "unknown command $1 $2"
step=$3
shift 3
while [ $# -gt 0 ]; do
  case $step$1 in
    describe--address | create--address) address=$2 ;;
    describe--namespace | create--namespace) namespace=$2 ;;
    create--retention) retention=$2 ;;
    *) no "unknown flag $1" ;;
  esac
  shift 2
done
[ "$address" = 10.10.3.7:7233 ] || no "address $address"
case $step in
  describe) [ -e "$MADE/namespace-$namespace" ] || no "namespace $namespace is not found" ;;
  create) : > "$MADE/namespace-$namespace" ;;
  *) no "unknown command $step" ;;
esac
"#,
    ),
];

/// What a container runs, and its environment variables.
type Container = (Vec<String>, Vec<(String, String)>);

/// The containers that `setup.sh` starts, in order: the words with which each starts, and its environment.
fn containers(world: &World) -> Vec<Container> {
    let texts = |list: &Json| -> Vec<String> {
        let all = list.as_array().into_iter().flatten();
        all.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let calls = world.proxy.calls();
    let started = calls.iter().filter(|call| call.operation == "RunTask");
    started
        .map(|call| {
            let arn = call.body["taskDefinition"].as_str().unwrap();
            let family = arn.rsplit('/').next().unwrap().split(':').next().unwrap();
            let mut definitions = applied("dev").resources("aws_ecs_task_definition");
            let definition = definitions.find(|it| it["family"] == family).unwrap();
            let all: Json =
                serde_json::from_str(definition["container_definitions"].as_str().unwrap())
                    .unwrap();
            let container = &all[0];
            let overrides = &call.body["overrides"]["containerOverrides"][0];
            let mut words = texts(&container["entryPoint"]);
            words.extend(match overrides["command"].is_array() {
                true => {
                    assert_eq!(overrides["name"], container["name"]);
                    texts(&overrides["command"])
                }
                false => texts(&container["command"]),
            });
            let variables = container["environment"].as_array().unwrap().iter();
            let variables = variables
                .map(|it| ["name", "value"].map(|key| it[key].as_str().unwrap().to_owned()));
            (
                words,
                variables.map(|[name, value]| (name, value)).collect(),
            )
        })
        .collect()
}

#[test]
fn the_steps_call_the_images_tools_with_flags_that_they_have_and_can_be_repeated() {
    let world = World::of("dev");
    world.frontend_runs();
    world.tasks_end(9, 0);
    assert_eq!(world.run(SCRIPT, &[]).code, 0);
    let containers = containers(&world);
    assert_eq!(containers.len(), 3);
    for shell in [&["dash"][..], &["busybox", "sh"]] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["bin", "made"] {
            fs::create_dir(path(name)).unwrap();
        }
        for (name, body) in TOOLS {
            let file = path("bin").join(name);
            let head = format!(
                "#!/bin/sh\nno() {{ echo \"{name}: $*\" >&2; exit 1; }}\necho \"{name} $*\" >> \"$MADE/calls\"\n"
            );
            fs::write(&file, format!("{head}{body}")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let run = |words: &[String], variables: &[(String, String)]| {
            assert_eq!(words[0], "/bin/sh");
            let output = Command::new(engine_tests::program(shell[0]))
                .args(&shell[1..])
                .args(&words[1..])
                .env_clear()
                .envs(variables.iter().cloned())
                .env("PATH", path("bin"))
                .env("MADE", path("made"))
                .output()
                .unwrap();
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap(),
            )
        };
        // Twice, since each step can be repeated.
        for _ in 0..2 {
            for (words, variables) in &containers {
                let (code, err) = run(words, variables);
                assert_eq!(code, Some(0), "{shell:?}: {err}");
            }
        }
        assert_eq!(fs::read_to_string(path("made/version")).unwrap(), "1.1\n");
        let index =
            "temporal-elasticsearch-tool create-index --index temporal_visibility_v1_dev --fail";
        let namespace = |step: &str, name: &str| {
            format!(
                "temporal operator namespace {step} --address 10.10.3.7:7233 --namespace {name}"
            )
        };
        let first = [
            "temporal-dsql-tool setup-schema --version 0.0".to_owned(),
            "temporal-dsql-tool update-schema --schema-name dsql/temporal".to_owned(),
            "temporal-elasticsearch-tool ping".to_owned(),
            "temporal-elasticsearch-tool setup-schema --fail".to_owned(),
            "temporal-elasticsearch-tool update-schema".to_owned(),
            index.to_owned(),
            "temporal-elasticsearch-tool update-schema --index temporal_visibility_v1_dev"
                .to_owned(),
            namespace("describe", "default"),
            format!("{} --retention 72h", namespace("create", "default")),
            namespace("describe", "benchmark"),
            format!("{} --retention 72h", namespace("create", "benchmark")),
        ];
        let again = first
            .iter()
            .filter(|call| !call.contains("namespace create"));
        let expected: Vec<&String> = first.iter().chain(again).collect();
        let calls = fs::read_to_string(path("made/calls")).unwrap();
        assert_eq!(calls.lines().collect::<Vec<_>>(), expected, "{shell:?}");
        // An image without the tool.
        for ((words, variables), (tool, _)) in containers.iter().zip(TOOLS) {
            fs::remove_file(path("bin").join(tool)).unwrap();
            let (code, err) = run(words, variables);
            let bin = path("bin");
            let line = format!("the image has no {tool} on its PATH ({})\n", bin.display());
            assert_eq!((code, err), (Some(1), line), "{shell:?}");
        }
    }
}
