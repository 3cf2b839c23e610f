//! An applied tree, moto with what it made, and a script in a shell.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use engine_tests::proxy::{Effect, Proxy};
use engine_tests::{Root, Tree, moto, spec};
use serde_json::{Value as Json, json};

pub(crate) const REGION: &str = "eu-west-1";

/// A composition in which every script serves something: `dev` with a benchmark, `live` of profile prod, and `spare`,
/// which nobody initialises.
pub(crate) fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        Tree::of(&spec(
            "dev-lean",
            &[
                "environments.dev.benchmark.enabled=true",
                "environments.dev.history.count=2",
                "environments.dev.compute.instance_count=4",
                "environments.live.profile=prod",
                "environments.spare.profile=dev",
                "environments.spare.network.vpc_cidr=10.40.0.0/16",
            ],
        ))
    })
}

/// An environment that was applied with the stand-in provider; once for all tests.
pub(crate) struct Applied {
    pub(crate) root: Root,
    /// Its services: the name, and the most of it that runs during a deployment.
    services: Vec<(String, i64)>,
}

pub(crate) fn applied(environment: &'static str) -> &'static Applied {
    static DEV: OnceLock<Applied> = OnceLock::new();
    static LIVE: OnceLock<Applied> = OnceLock::new();
    let place = match environment {
        "dev" => &DEV,
        "live" => &LIVE,
        other => panic!("no test needs {other} applied"),
    };
    place.get_or_init(|| {
        let root = tree().environment(environment);
        root.initialise();
        root.apply(&[]);
        let shown = root.terraform(&["show", "-json"]);
        let state: Json = serde_json::from_str(&shown.text).unwrap();
        let mut services = Vec::new();
        collect(&state["values"]["root_module"], &mut services);
        Applied { root, services }
    })
}

fn collect(module: &Json, services: &mut Vec<(String, i64)>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["type"] == "aws_ecs_service" {
            let values = &resource["values"];
            services.push((
                values["name"].as_str().unwrap().to_owned(),
                values["deployment_maximum_percent"].as_i64().unwrap(),
            ));
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        collect(child, services);
    }
}

/// An account in moto with what an environment's apply made there.
pub(crate) struct World {
    environment: &'static str,
    pub(crate) proxy: Proxy,
    settings: Vec<(String, String)>,
}

/// What a script said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn of(environment: &'static str) -> Self {
        static ACCOUNTS: AtomicU32 = AtomicU32::new(1);
        let services = &applied(environment).services;
        let account = format!("{:012}", ACCOUNTS.fetch_add(1, Ordering::Relaxed));
        let proxy = Proxy::start(moto::url(), &account);
        let world = Self {
            environment,
            proxy,
            settings: Vec::new(),
        };
        let cluster = world.cluster();
        world.ecs("CreateCluster", &json!({ "clusterName": cluster }));
        for container in ["services", "dsql-schema", "opensearch-setup"] {
            world.ecs(
                "RegisterTaskDefinition",
                &json!({
                    "family": format!("{}-{container}", world.prefix()),
                    "containerDefinitions": [{ "name": container, "image": "image", "memory": 128 }],
                }),
            );
        }
        for (name, most) in services {
            world.ecs(
                "CreateService",
                &json!({
                    "cluster": cluster,
                    "serviceName": name,
                    "taskDefinition": format!("{}-services", world.prefix()),
                    "desiredCount": 0,
                    "deploymentConfiguration": { "maximumPercent": most, "minimumHealthyPercent": 0 },
                }),
            );
        }
        world
    }

    /// The first part of every name.
    fn prefix(&self) -> String {
        format!("temporal-{}", self.environment)
    }

    pub(crate) fn cluster(&self) -> String {
        format!("{}-cluster", self.prefix())
    }

    pub(crate) fn ecs(&self, operation: &str, body: &Json) -> Json {
        self.proxy.ecs(REGION, operation, body)
    }

    /// An environment variable for the scripts.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
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
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Said {
        let all: Vec<&str> = [self.environment]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.command(script, &all)
    }

    pub(crate) fn command(&self, script: &str, arguments: &[&str]) -> Said {
        let mut command = Command::new(tree().path().join("scripts").join(script));
        command.args(arguments);
        self.say(command)
    }

    /// Runs a command where no script's own folder is, with nothing of this machine's configuration.
    pub(crate) fn say(&self, mut command: Command) -> Said {
        let home = tempfile::tempdir().unwrap();
        let output = command
            .current_dir(home.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", home.path())
            .env("AWS_ENDPOINT_URL", self.proxy.url())
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("POLL_SECONDS", "0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// How many tasks each service of the cluster is to have, those with none left out.
    pub(crate) fn counts(&self) -> BTreeMap<String, i64> {
        let names: Vec<&str> = applied(self.environment)
            .services
            .iter()
            .map(|(name, _)| name.as_str())
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
}

impl Said {
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
    let path = std::env::var("PATH").unwrap();
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
        let found = path
            .split(':')
            .map(|folder| Path::new(folder).join(program))
            .find(|file| file.is_file())
            .unwrap_or_else(|| panic!("{program} is not on the PATH"));
        symlink(fs::canonicalize(found).unwrap(), folder.join(program)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}
