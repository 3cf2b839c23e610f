//! An applied tree, moto with what it made, and a script in a shell.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use engine_tests::aws::Aws;
use engine_tests::proxy::{Effect, Proxy};
use engine_tests::{Root, Tree, spec};
use serde_json::{Value as Json, json};

use crate::forked_cli;

pub(crate) const REGION: &str = "eu-west-1";

/// A composition in which every script serves something: `dev` with a benchmark, `live` of profile prod, and `spare`,
/// which nobody initialises.
pub(crate) fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let composed = spec(
            "dev-lean",
            &[
                "environments.dev.benchmark.enabled=true",
                "environments.dev.history.count=2",
                "environments.dev.compute.instance_count=4",
                "environments.live.profile=prod",
                "environments.spare.profile=dev",
                "environments.spare.network.vpc_cidr=10.40.0.0/16",
            ],
        );
        Tree::at(
            &composed,
            &Path::new(env!("CARGO_TARGET_TMPDIR")).join("scripts"),
        )
    })
}

/// One moto for all tests, each of which has an account of its own there.
pub(crate) fn moto() -> &'static Aws {
    static MOTO: OnceLock<Aws> = OnceLock::new();
    MOTO.get_or_init(Aws::start)
}

/// An environment that was applied with the stand-in provider.
pub(crate) struct AppliedEnvironment {
    pub(crate) name: &'static str,
    pub(crate) root: Root,
    /// What it consists of: type and values.
    pub(crate) resources: Vec<(String, Json)>,
}

impl AppliedEnvironment {
    pub(crate) fn of(tree: &Tree, name: &'static str) -> Self {
        let root = tree.environment(name);
        root.initialise();
        root.apply(&[]);
        let resources = resources_in_state(&root);
        Self {
            name,
            root,
            resources,
        }
    }

    pub(crate) fn resources(&self, kind: &str) -> impl Iterator<Item = &Json> {
        self.resources
            .iter()
            .filter(move |(found, _)| found == kind)
            .map(|(_, values)| values)
    }
}

/// The environments that all tests share.
pub(crate) fn applied(environment: &str) -> &'static AppliedEnvironment {
    static DEV: OnceLock<AppliedEnvironment> = OnceLock::new();
    static LIVE: OnceLock<AppliedEnvironment> = OnceLock::new();
    match environment {
        "dev" => DEV.get_or_init(|| AppliedEnvironment::of(tree(), "dev")),
        "live" => LIVE.get_or_init(|| AppliedEnvironment::of(tree(), "live")),
        other => panic!("no test needs {other} applied"),
    }
}

/// What a root's state has: type and values.
pub(crate) fn resources_in_state(root: &Root) -> Vec<(String, Json)> {
    let shown = root.terraform(&["show", "-json"]);
    let mut state: Json = serde_json::from_str(&shown.text).unwrap();
    let mut resources = Vec::new();
    collect(&mut state["values"]["root_module"], &mut resources);
    resources
}

fn collect(module: &mut Json, resources: &mut Vec<(String, Json)>) {
    for resource in module["resources"].as_array_mut().into_iter().flatten() {
        if resource["mode"] == "managed" {
            let kind = resource["type"].as_str().unwrap().to_owned();
            resources.push((kind, resource["values"].take()));
        }
    }
    for child in module["child_modules"].as_array_mut().into_iter().flatten() {
        collect(child, resources);
    }
}

/// An account in moto with what an environment's apply made there.
pub(crate) struct World<'a> {
    applied: &'a AppliedEnvironment,
    pub(crate) proxy: Proxy,
    settings: Vec<(String, String)>,
}

/// What a script said.
#[derive(Debug)]
pub(crate) struct ScriptOutput {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World<'static> {
    /// With one of the environments that all tests share.
    pub(crate) fn of(environment: &str) -> Self {
        World::with_all_of(applied(environment))
    }
}

impl<'a> World<'a> {
    pub(crate) fn with_all_of(applied: &'a AppliedEnvironment) -> Self {
        let world = Self {
            applied,
            proxy: account(),
            settings: Vec::new(),
        };
        let cluster = world.cluster();
        world.ecs("CreateCluster", &json!({ "clusterName": cluster }));
        for definition in applied.resources("aws_ecs_task_definition") {
            let text = definition["container_definitions"].as_str().unwrap();
            let mut containers: Json = serde_json::from_str(text).unwrap();
            // Fargate's tasks state it, not their containers; moto asks all for it.
            for container in containers.as_array_mut().unwrap() {
                if container["memory"].is_null() {
                    container["memory"] = json!(128);
                }
            }
            world.ecs(
                "RegisterTaskDefinition",
                &json!({ "family": definition["family"], "containerDefinitions": containers }),
            );
        }
        for service in applied.resources("aws_ecs_service") {
            world.ecs(
                "CreateService",
                &json!({
                    "cluster": cluster,
                    "serviceName": service["name"],
                    "taskDefinition": last_part(&service["task_definition"]),
                    "desiredCount": 0,
                    "deploymentConfiguration": { "maximumPercent": service["deployment_maximum_percent"], "minimumHealthyPercent": 0 },
                }),
            );
        }
        for target in applied.resources("aws_appautoscaling_target") {
            world.scaling(
                "RegisterScalableTarget",
                &json!({
                    "ServiceNamespace": "ecs",
                    "ResourceId": target["resource_id"],
                    "ScalableDimension": target["scalable_dimension"],
                    "MinCapacity": target["min_capacity"],
                    "MaxCapacity": target["max_capacity"],
                    "SuspendedState": {
                        "DynamicScalingInSuspended": true,
                        "DynamicScalingOutSuspended": true,
                        "ScheduledScalingSuspended": true,
                    },
                }),
            );
        }
        for table in applied.resources("aws_dynamodb_table") {
            world.dynamodb(
                "CreateTable",
                &json!({
                    "TableName": table["name"],
                    "KeySchema": [{ "AttributeName": table["hash_key"], "KeyType": "HASH" }],
                    "AttributeDefinitions": [{ "AttributeName": table["hash_key"], "AttributeType": "S" }],
                    "BillingMode": "PAY_PER_REQUEST",
                }),
            );
        }
        world
    }

    /// The first part of every name.
    fn prefix(&self) -> String {
        format!("temporal-{}", self.applied.name)
    }

    pub(crate) fn cluster(&self) -> String {
        format!("{}-cluster", self.prefix())
    }

    pub(crate) fn ecs(&self, operation: &str, body: &Json) -> Json {
        self.proxy.ecs(REGION, operation, body)
    }

    pub(crate) fn dynamodb(&self, operation: &str, body: &Json) -> Json {
        self.proxy.dynamodb(REGION, operation, body)
    }

    /// An operation of Application Auto Scaling.
    pub(crate) fn scaling(&self, operation: &str, body: &Json) -> Json {
        let service = ("application-autoscaling", "AnyScaleFrontendService");
        self.proxy.account().ask(service, REGION, operation, body)
    }

    /// The value of an output of the environment's root.
    pub(crate) fn output(&self, name: &str) -> Json {
        let shown = self.applied.root.terraform(&["output", "-json", name]);
        serde_json::from_str(&shown.text).unwrap()
    }

    /// An environment variable for the scripts.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Environment variables for the scripts.
    pub(crate) fn with_all(mut self, settings: Vec<(&'static str, PathBuf)>) -> Self {
        for (name, value) in settings {
            self = self.with(name, value.to_str().unwrap());
        }
        self
    }

    /// Gives services tasks, as if they had been scaled before.
    pub(crate) fn with_tasks(self, counts: &[(&str, i64)]) -> Self {
        for (service, count) in counts {
            self.ecs(
                "UpdateService",
                &json!({ "cluster": self.cluster(), "service": self.name(service), "desiredCount": count }),
            );
        }
        self
    }

    /// The ECS name of a service.
    pub(crate) fn name(&self, service: &str) -> String {
        match service {
            "grafana" | "loki" => format!("{}-{service}", self.prefix()),
            benchmark if benchmark.starts_with("benchmark-") => {
                format!("{}-{benchmark}", self.prefix())
            }
            temporal => format!("{}-temporal-{temporal}", self.prefix()),
        }
    }

    /// Runs a script with the environment as its first argument.
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> ScriptOutput {
        let all: Vec<&str> = [self.applied.name]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.command(script, &all)
    }

    pub(crate) fn command(&self, script: &str, arguments: &[&str]) -> ScriptOutput {
        let mut command = Command::new(tree().path().join("scripts").join(script));
        command.args(arguments);
        self.say(command)
    }

    /// Runs a command where no script's own folder is, with nothing of this machine's configuration.
    pub(crate) fn say(&self, command: Command) -> ScriptOutput {
        say(command, &self.proxy, &self.settings)
    }

    /// How many tasks each service of the cluster is to have, those with none left out.
    pub(crate) fn counts(&self) -> BTreeMap<String, i64> {
        let names: Vec<&Json> = self
            .applied
            .resources("aws_ecs_service")
            .map(|service| &service["name"])
            .collect();
        let mut counts = BTreeMap::new();
        for names in names.chunks(10) {
            let answer = self.ecs(
                "DescribeServices",
                &json!({ "cluster": self.cluster(), "services": names }),
            );
            for service in answer["services"].as_array().unwrap() {
                let count = service["desiredCount"].as_i64().unwrap();
                if count > 0 {
                    counts.insert(service["serviceName"].as_str().unwrap().to_owned(), count);
                }
            }
        }
        counts
    }

    /// The changes that the scripts asked for: service, count, and whether by a new deployment.
    pub(crate) fn updates(&self) -> Vec<(String, i64, bool)> {
        self.proxy
            .calls()
            .iter()
            .filter(|call| call.operation == "UpdateService")
            .map(|call| {
                (
                    call.body["service"].as_str().unwrap().to_owned(),
                    call.body["desiredCount"].as_i64().unwrap(),
                    call.body["forceNewDeployment"] == true,
                )
            })
            .collect()
    }

    /// The next `times` looks at a service find fewer tasks than wanted.
    pub(crate) fn starts_slowly(&self, service: &str, times: usize) {
        self.change_service(service, times, |service| service["runningCount"] = json!(0));
    }

    /// Changes how a service looks the next `times`.
    pub(crate) fn change_service(
        &self,
        service: &str,
        times: usize,
        change: impl Fn(&mut Json) + Send + 'static,
    ) {
        let name = self.name(service);
        let about = format!("[\"{name}\"]");
        self.proxy.on(
            "DescribeServices",
            &about,
            times,
            Effect::Change(Box::new(move |answer| {
                for service in answer["services"].as_array_mut().unwrap() {
                    change(service);
                }
            })),
        );
    }

    /// Tasks that end with `exit_code`, and that have an address while they run: moto's do neither.
    pub(crate) fn tasks_end(&self, times: usize, exit_code: i64) {
        self.proxy.on(
            "DescribeTasks",
            "",
            times,
            Effect::Change(Box::new(move |answer| {
                let task = &mut answer["tasks"][0];
                task["lastStatus"] = json!("STOPPED");
                task["stoppedReason"] = json!("Essential container in task exited");
                task["containers"][0]["exitCode"] = json!(exit_code);
                task["attachments"] = json!([{
                    "type": "ElasticNetworkInterface",
                    "details": [{ "name": "privateIPv4Address", "value": "10.10.3.7" }],
                }]);
            })),
        );
    }

    /// Which task of the frontend runs: moto starts none for a service.
    pub(crate) fn frontend_runs(&self) {
        self.proxy.on(
            "ListTasks",
            "",
            9,
            Effect::Change(Box::new(|answer| {
                answer["taskArns"] = json!([
                    "arn:aws:ecs:eu-west-1:123456789012:task/temporal-dev-cluster/frontend"
                ]);
            })),
        );
        self.proxy.on(
            "DescribeTasks",
            "cluster/frontend",
            9,
            Effect::Change(Box::new(|answer| {
                *answer = json!({
                    "tasks": [{
                        "lastStatus": "RUNNING",
                        "attachments": [{
                            "type": "ElasticNetworkInterface",
                            "details": [{ "name": "subnetId", "value": "subnet-1" }, { "name": "privateIPv4Address", "value": "10.10.3.7" }],
                        }],
                    }],
                    "failures": [],
                });
            })),
        );
    }
}

/// What stands behind the last slash of an ARN.
fn last_part(arn: &Json) -> &str {
    arn.as_str().unwrap().rsplit('/').next().unwrap()
}

/// An account of its own in moto, behind a proxy.
pub(crate) fn account() -> Proxy {
    static ACCOUNTS: AtomicU32 = AtomicU32::new(1);
    let account = format!("{:012}", ACCOUNTS.fetch_add(1, Ordering::Relaxed));
    Proxy::start(moto().url(), &account)
}

/// Runs a command as [`World::say`] does, with these variables.
pub(crate) fn say(
    mut command: Command,
    proxy: &Proxy,
    settings: &[(String, String)],
) -> ScriptOutput {
    let home = tempfile::tempdir().unwrap();
    let output = command
        .current_dir(home.path())
        .env_clear()
        .env("PATH", forked_cli::path())
        .env("HOME", home.path())
        .env("AWS_ENDPOINT_URL", proxy.url())
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("NO_PROXY", "127.0.0.1")
        .env("POLL_SECONDS", "0")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    ScriptOutput {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

impl ScriptOutput {
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, out: &str, err: &str) {
        assert_eq!(
            (self.code, self.out.as_str(), self.err.as_str()),
            (code, out, err)
        );
    }

    /// As `expect`, without the lines that name a task, which has another name every time.
    #[track_caller]
    pub(crate) fn expect_lines(&self, code: i32, out: &[&str], err: &str) {
        let lines: Vec<&str> = self
            .out
            .lines()
            .filter(|line| !line.ends_with(" started"))
            .collect();
        assert_eq!(
            (self.code, lines.as_slice(), self.err.as_str()),
            (code, out, err)
        );
    }
}

/// A folder for `PATH` with the programs that a script uses, but for some.
pub(crate) fn path_without(folder: &Path, missing: &[&str]) -> String {
    for program in [
        "bash",
        "env",
        "dirname",
        "basename",
        "cat",
        "sleep",
        "terraform",
        "aws",
        "jq",
    ] {
        if missing.contains(&program) {
            continue;
        }
        let file = fs::canonicalize(engine_tests::program(program)).unwrap();
        symlink(file, folder.join(program)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}
