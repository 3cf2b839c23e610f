//! 16: the scripts beside the environments.
//!
//! They run here with programs in place of Terraform and the AWS CLI: the first says where it was called and prints the
//! outputs of the environment that was applied, the second writes down what it was asked and answers with its services.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use composer_core::environment::Environment as ComposedEnvironment;
use composer_core::feature::Feature;
use composer_core::parts::benchmark::{self, Benchmark};
use composer_core::parts::{self, autoscaling, lease};
use composer_core::rules::Rule;
use composer_core::sizing::connection_demand::{Connections, ServiceConnections};
use serde_json::json;
use tempfile::TempDir;

use super::observation::{Environment, Observation, refers, text};
use super::{Outcome, Row, each, each_if, ensure, row, same, tree, tree_if};

const SERVICES: &str = "scale-services.sh";
const BENCHMARK: &str = "scale-benchmark-workers.sh";
/// Builds images for an account, so it takes no environment.
const IMAGES: &str = "images.sh";

/// The part that a script of `scripts/` serves, with the feature that an environment must have for it.
fn feature_of(path: &str) -> Option<(&'static str, &'static Feature)> {
    parts::of_script(path.strip_prefix("scripts/").unwrap_or(path))
}

pub(super) const ROWS: &[Row] = &[
    row(
        "16.1",
        &[
            each(
                "`scale-services.sh <environment> up --dry-run` ends with 0, names that environment, its cluster and each of \
             its services with the tasks asked for; where a migration took over more connections than the cluster allows, \
             of which the composer warned, it ends with 3 and says so",
                scales,
            ),
            tree(
                "no environment can be called as a command of the scripts, so that the first word of a call is never both",
                tells_environments_from_commands,
            ),
        ],
    ),
    row(
        "16.2",
        &[each(
            "it calls Terraform in terraform/envs/<environment>, from wherever it is started",
            works_in_the_folder,
        )],
    ),
    row(
        "16.3",
        &[
            each_if(
                "`scale-benchmark-workers.sh <environment> up --dry-run` ends with 0 and names the workers' count asked for; \
                 where the composer warned that the benchmark's tasks may find no room and there isn't sure to be any for \
                 all, it ends with 3 and says for how many",
                |wanted| benchmark::FEATURE.is_on(wanted),
                scales_workers,
            ),
            tree_if(
                "it refuses an environment without a benchmark with 2 and names those that have one",
                |seen| {
                    let benchmarks = |has: bool| {
                        let mut all = seen.environments.iter();
                        all.any(|environment| benchmark::FEATURE.is_on(&environment.wanted) == has)
                    };
                    benchmarks(true) && benchmarks(false)
                },
                refuses_without_benchmark,
            ),
        ],
    ),
    row(
        "16.4",
        &[
            each(
                "it asks ECS for the cluster and the services that are in the state, and for no others",
                asks_for_what_is_there,
            ),
            each(
                "every output that a script reads is one of the root's, and made from the module's output or the variable that \
                 it is named for",
                reads_outputs,
            ),
        ],
    ),
    row(
        "16.5",
        &[tree(
            "with terraform/envs/<environment> missing, each script ends with 2 before it calls Terraform or AWS, and \
             says which folder is missing",
            needs_the_folder,
        )],
    ),
    row(
        "16.6",
        &[tree(
            "with an environment that isn't there, and with none, each script ends with 2, calls nothing, and says what \
             was wrong and which environments there are",
            explains_itself,
        )],
    ),
];

/// The tree's scripts in a folder of their own, with what they call.
pub(super) struct Rehearsal {
    folder: TempDir,
}

/// What a script did.
#[derive(Clone, Debug)]
pub(super) struct ScriptRun {
    pub(super) code: i32,
    out: String,
    pub(super) err: String,
    /// What it called, a line each: the program, its arguments and where.
    pub(super) calls: Vec<String>,
}

/// Says where it was called and prints the outputs of the environment of that folder.
const TERRAFORM: &str = r#"#!/bin/sh
echo "terraform $* in ${PWD#"$REHEARSAL"/}" >>"$REHEARSAL/calls"
cat outputs.json
"#;

/// Says what it was asked and answers with all services of the cluster, or with all that is scaled.
const AWS: &str = r#"#!/bin/sh
echo "aws $*" >>"$REHEARSAL/calls"
case $1 in
  application-autoscaling) cat "$REHEARSAL/targets.json" ;;
  *) cat "$REHEARSAL/services.json" ;;
esac
"#;

impl Rehearsal {
    pub(super) fn of(seen: &Observation) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let rehearsal = Self { folder };
        rehearsal.lay_out(seen).map_err(|error| error.to_string())?;
        Ok(rehearsal)
    }

    fn lay_out(&self, seen: &Observation) -> std::io::Result<()> {
        for (path, text) in seen.files.iter() {
            if path.starts_with("scripts/") {
                write(&self.folder.path().join(path), text, 0o755)?;
            }
        }
        write(&self.folder.path().join("bin/terraform"), TERRAFORM, 0o755)?;
        write(&self.folder.path().join("bin/aws"), AWS, 0o755)?;
        let (mut services, mut targets) = (Vec::new(), Vec::new());
        for environment in &seen.environments {
            let folder = self.folder.path().join(environment.folder());
            fs::create_dir_all(folder.join(".terraform"))?;
            let outputs = &environment.plan["prior_state"]["values"]["outputs"];
            write(&folder.join("outputs.json"), &outputs.to_string(), 0o644)?;
            services.extend(environment.all("aws_ecs_service").iter().map(|service| {
                json!({
                    "serviceName": service["values"]["name"],
                    "status": "ACTIVE",
                    "desiredCount": 0,
                    "runningCount": 0,
                    "pendingCount": 0,
                    "deployments": [{ "id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED" }],
                    "deploymentConfiguration": { "maximumPercent": 200 },
                    "events": [],
                })
            }));
            let scaled = environment.all("aws_appautoscaling_target");
            targets.extend(scaled.iter().map(|target| {
                json!({
                    "ResourceId": target["values"]["resource_id"],
                    "MinCapacity": target["values"]["min_capacity"],
                    "MaxCapacity": target["values"]["max_capacity"],
                })
            }));
        }
        let services = json!({ "services": services, "failures": [] });
        let targets = json!({ "ScalableTargets": targets });
        for (file, answer) in [("services.json", services), ("targets.json", targets)] {
            write(&self.folder.path().join(file), &answer.to_string(), 0o644)?;
        }
        Ok(())
    }

    /// Runs a script, from a folder that isn't the tree's.
    pub(super) fn run(&self, script: &str, arguments: &[&str]) -> Result<ScriptRun, String> {
        let place = self.folder.path();
        let calls = place.join("calls");
        let _ = fs::remove_file(&calls);
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("bash")
            .arg(place.join("scripts").join(script))
            .args(arguments)
            .current_dir("/")
            .env("PATH", format!("{}:{path}", place.join("bin").display()))
            .env("REHEARSAL", place)
            .env_remove("TF_DATA_DIR")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let calls = fs::read_to_string(calls).unwrap_or_default();
        Ok(ScriptRun {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
            calls: calls.lines().map(ToOwned::to_owned).collect(),
        })
    }
}

/// Writes a file and the folders above it.
pub(super) fn write(path: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// The scripts that are in the tree and take an environment, with the environments for which each is.
fn scripts(seen: &Observation) -> Vec<(&str, Vec<&str>)> {
    seen.below("scripts")
        .filter(|script| script.ends_with(".sh") && !script.contains('/') && *script != IMAGES)
        .map(|script| {
            let names: Vec<&str> = seen
                .environments
                .iter()
                .filter(|environment| {
                    feature_of(script).is_none_or(|(_, feature)| feature.is_on(&environment.wanted))
                })
                .map(|environment| environment.wanted.name.as_str())
                .collect();
            (script, names)
        })
        .collect()
}

impl ScriptRun {
    /// It ended well and its lines are these, in any order, with others between them.
    fn has_lines(&self, wanted: &[String]) -> Outcome {
        ensure(self.code == 0, || {
            format!("it ended with {}: {}", self.code, self.err)
        })?;
        for line in wanted {
            ensure(self.out.lines().any(|found| found == line), || {
                format!("it doesn't say `{line}`:\n{}", self.out)
            })?;
        }
        Ok(())
    }

    /// It ended with 2, said this, and called nothing.
    fn refused(&self, script: &str, err: &str) -> Outcome {
        same(script, self.code, 2)?;
        same(script, self.err.as_str(), err)?;
        same(script, self.out.as_str(), "")?;
        same(
            &format!("calls of {script}"),
            &self.calls,
            &Vec::<String>::new(),
        )
    }
}

/// What `scale-services.sh <environment> up --dry-run` does. It runs once: it asks jq some dozens of times.
fn up(environment: &Environment, seen: &Observation) -> Result<ScriptRun, String> {
    let name = &environment.wanted.name;
    if let Some(said) = seen.runs.borrow().get(name) {
        return Ok(said.clone());
    }
    let said = Rehearsal::of(seen)?.run(SERVICES, &[name, "up", "--dry-run"])?;
    seen.runs.borrow_mut().insert(name.clone(), said.clone());
    Ok(said)
}

fn cluster(environment: &Environment) -> Result<&str, String> {
    environment.text_at("module.ecs_cluster.aws_ecs_cluster.this", "name")
}

/// The connections of the tasks asked for; autoscaling may add tasks later.
fn asked_for(wanted: &ComposedEnvironment, connections: &Connections) -> i64 {
    let services = wanted.services.iter();
    services
        .map(|service| {
            let own = connections.services.iter();
            let each = own.filter(|own| own.service.name() == service.name());
            service.size.count * each.map(ServiceConnections::each).sum::<i64>()
        })
        .sum()
}

fn scales(environment: &Environment, seen: &Observation) -> Outcome {
    let wanted = &environment.wanted;
    let mut lines = vec![format!(
        "{}: cluster {} in {}",
        wanted.name,
        cluster(environment)?,
        wanted.region
    )];
    for service in &wanted.services {
        lines.push(format!("  {}: 0 -> {}", service.name(), service.size.count));
    }
    let said = up(environment, seen)?;
    let connections = Connections::of(wanted);
    if wanted.migration.keep_flat_names && asked_for(wanted, &connections) > connections.limit {
        same("its exit code", said.code, 3)?;
        let reason = format!(
            "DSQL connections, but the cluster allows {}\n",
            connections.limit
        );
        return ensure(
            wanted.is_warned_of("dsql.max_connections") && said.err.contains(&reason),
            || said.err.clone(),
        );
    }
    said.has_lines(&lines)
}

fn tells_environments_from_commands(seen: &Observation) -> Outcome {
    for (script, _) in scripts(seen) {
        let text = seen.file(&format!("scripts/{script}"))?;
        let commands = text
            .lines()
            .find_map(|line| line.strip_prefix("readonly commands='")?.strip_suffix('\''));
        let takes_none = text.contains("enter \"${words[0]-}\" ''\n");
        ensure(commands.is_some() != takes_none, || {
            format!("{script} doesn't say which commands it takes")
        })?;
        for command in commands.into_iter().flat_map(|all| all.split(' ')) {
            ensure(!Rule::EnvironmentName.accepts(command), || {
                format!("an environment may be called {command}, which is a command of {script}")
            })?;
        }
    }
    Ok(())
}

fn works_in_the_folder(environment: &Environment, seen: &Observation) -> Outcome {
    let said = up(environment, seen)?;
    let calls: Vec<&String> = said
        .calls
        .iter()
        .filter(|call| call.starts_with("terraform "))
        .collect();
    same(
        "calls of Terraform",
        calls,
        vec![&format!(
            "terraform output -json in {}",
            environment.folder()
        )],
    )
}

fn scales_workers(environment: &Environment, seen: &Observation) -> Outcome {
    let Some(benchmark) = environment.wanted.part::<Benchmark>() else {
        return Err("there is no benchmark".to_owned());
    };
    let name = &environment.wanted.name;
    let said = Rehearsal::of(seen)?.run(BENCHMARK, &[name, "up", "--dry-run"])?;
    let (count, room) = (
        benchmark.worker.count,
        environment.output("benchmark_max_workers")?,
    );
    if environment.wanted.is_warned_of("benchmark") && room.as_i64() < Some(count) {
        same("its exit code", said.code, 3)?;
        let reason = format!(
            "error: the benchmark's instances have guaranteed capacity for the generator and {room} workers, not for {count}\n"
        );
        return ensure(said.err.starts_with(&reason), || said.err.clone());
    }
    said.has_lines(&[
        format!(
            "{name}: cluster {} in {}",
            cluster(environment)?,
            environment.wanted.region
        ),
        format!("  benchmark-worker: 0 -> {}", benchmark.worker.count),
    ])?;
    let service =
        environment.text_at("module.benchmark.aws_ecs_service.this[\"worker\"]", "name")?;
    ensure(said.calls.iter().any(|call| call.contains(service)), || {
        format!("it doesn't ask for {service}: {:?}", said.calls)
    })
}

fn refuses_without_benchmark(seen: &Observation) -> Outcome {
    let without = seen
        .environments
        .iter()
        .find(|environment| !benchmark::FEATURE.is_on(&environment.wanted))
        .ok_or("each has a benchmark")?;
    let name = &without.wanted.name;
    let known: Vec<&str> = scripts(seen)
        .into_iter()
        .find(|(script, _)| *script == BENCHMARK)
        .ok_or("there is no script for the benchmark")?
        .1;
    Rehearsal::of(seen)?.run(BENCHMARK, &[name, "up"])?.refused(
        BENCHMARK,
        &format!(
            "error: there is no environment `{name}` with a benchmark\nhint: the environments are {}\n",
            known.join(", ")
        ),
    )
}

fn asks_for_what_is_there(environment: &Environment, seen: &Observation) -> Outcome {
    let said = up(environment, seen)?;
    let mut asked: Vec<&str> = Vec::new();
    for call in said.calls.iter().filter(|call| call.starts_with("aws ")) {
        if lease::COUNTER.is_on(&environment.wanted) && call.starts_with("aws dynamodb get-item ") {
            let table = environment.output("conn_lease_table_name")?;
            ensure(
                call.contains(&format!("--table-name {} ", text(table))),
                || format!("it called `{call}`"),
            )?;
            continue;
        }
        if autoscaling::FEATURE.is_on(&environment.wanted)
            && call.starts_with("aws application-autoscaling describe-scalable-targets ")
        {
            let targets = environment.output("scaling_targets")?.as_object();
            for target in targets.ok_or("scaling_targets is no object")?.values() {
                ensure(call.contains(&format!(" {} ", text(target))), || {
                    format!("it called `{call}`")
                })?;
            }
            continue;
        }
        let rest = call.strip_prefix("aws ecs describe-services --services ");
        let rest = rest.ok_or_else(|| format!("it called `{call}`"))?;
        let (names, options) = rest.split_once(" --").ok_or("it named no cluster")?;
        same(
            "the options",
            options,
            format!(
                "cluster {} --region {} --output json",
                cluster(environment)?,
                environment.wanted.region
            ),
        )?;
        asked.extend(names.split(' '));
    }
    asked.sort_unstable();
    let mut there: Vec<&str> = environment
        .all("aws_ecs_service")
        .iter()
        .filter(|service| !text(&service["address"]).starts_with("module.benchmark."))
        .map(|service| text(&service["values"]["name"]))
        .collect();
    there.sort_unstable();
    same("the services asked for", asked, there)
}

/// The names that follow `output ` in a script.
fn read_by(script: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for line in script.lines() {
        for part in line.split("$(output ").skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect();
            if !name.is_empty() {
                names.insert(name, line.trim().to_owned());
            }
        }
    }
    names
}

fn reads_outputs(environment: &Environment, seen: &Observation) -> Outcome {
    let configured = &environment.root()["outputs"];
    let mut count = 0;
    for (path, script) in seen.files.iter() {
        let is_off =
            feature_of(path).is_some_and(|(_, feature)| !feature.is_on(&environment.wanted));
        if !path.starts_with("scripts/") || is_off {
            continue;
        }
        for (name, line) in read_by(script) {
            environment
                .output(&name)
                .map_err(|error| format!("{error}, which {path} reads: {line}"))?;
            let (_, made_from) =
                READ.iter()
                    .find(|(known, _)| *known == name)
                    .ok_or_else(|| {
                        format!(
                            "{path} reads {name}, of which READ doesn't say from what it is made"
                        )
                    })?;
            refers(
                &format!("the output {name}"),
                &configured[&name]["expression"],
                made_from,
            )?;
            count += 1;
        }
    }
    ensure(count >= 10, || format!("the scripts read {count} outputs"))
}

/// The outputs that the scripts read, with what each is made from.
const READ: &[(&str, &[&str])] = &[
    ("asg_name", &["module.ec2_capacity.asg_name"]),
    ("backup_retention_days", &["var.backup.retention_days"]),
    ("backup_role_arn", &["module.backup.backup_role_arn"]),
    ("backup_vault_name", &["module.backup.vault_name"]),
    (
        "benchmark_generator_service_name",
        &["module.benchmark.generator_service_name"],
    ),
    (
        "benchmark_log_group_name",
        &["module.benchmark.log_group_names[\"generator\"]"],
    ),
    ("benchmark_max_workers", &["var.benchmark"]),
    (
        "benchmark_task_definition_arn",
        &["module.benchmark.task_definition_arn"],
    ),
    ("benchmark_worker_count", &["var.benchmark.worker_count"]),
    (
        "benchmark_worker_service_name",
        &["module.benchmark.worker_service_name"],
    ),
    (
        "benchmark_worker_task_definition_arn",
        &["module.benchmark.worker_task_definition_arn"],
    ),
    (
        "setup_security_group_ids",
        &[
            "module.vpc.egress_security_group_id",
            "module.ecs_cluster.ring_security_group_id",
        ],
    ),
    ("conn_lease_limit", &["var.lease.limit"]),
    (
        "conn_lease_table_name",
        &["module.dynamodb.conn_lease_table_name"],
    ),
    ("connections_per_task", &["local.temporal_services"]),
    ("dsql_cluster_arn", &[]),
    ("dsql_endpoint", &[]),
    ("dsql_max_connections", &["var.dsql_max_connections"]),
    (
        "dsql_schema_log_group_name",
        &["module.dsql_schema.log_group_name"],
    ),
    (
        "dsql_schema_security_group_ids",
        &["module.dsql_schema.security_group_ids"],
    ),
    (
        "dsql_schema_task_definition_arn",
        &["module.dsql_schema.task_definition_arn"],
    ),
    ("ecs_cluster_name", &["module.ecs_cluster.cluster_name"]),
    (
        "host_refresh",
        &[
            "var.compute.instance_type",
            "var.compute.eni_trunking",
            "local.tasks",
        ],
    ),
    ("max_instances", &["var.compute.max_count"]),
    ("namespaces", &[]),
    (
        "opensearch_setup_log_group_name",
        &["module.opensearch.setup_log_group_name"],
    ),
    (
        "opensearch_setup_security_group_ids",
        &["module.opensearch.setup_security_group_ids"],
    ),
    (
        "opensearch_setup_task_definition_arn",
        &["module.opensearch.setup_task_definition_arn"],
    ),
    ("private_subnet_ids", &["module.vpc.private_subnet_ids"]),
    ("region", &["var.region"]),
    ("restore_role_arn", &["module.backup.restore_role_arn"]),
    ("scaling_targets", &["module.service_autoscaling.targets"]),
    (
        "service_desired_counts",
        &[
            "var.frontend.count",
            "var.history.count",
            "var.matching.count",
            "var.worker.count",
        ],
    ),
    (
        "service_names",
        &[
            "module.temporal_service[\"frontend\"].service_name",
            "module.temporal_service[\"history\"].service_name",
            "module.temporal_service[\"matching\"].service_name",
            "module.temporal_service[\"worker\"].service_name",
            "module.observability.grafana_service_name",
        ],
    ),
    ("service_order", &[]),
    ("service_sizes", &["local.temporal_services"]),
    ("throughput_targets", &[]),
];

fn needs_the_folder(seen: &Observation) -> Outcome {
    let rehearsal = Rehearsal::of(seen)?;
    fs::remove_dir_all(rehearsal.folder.path().join("terraform"))
        .map_err(|error| error.to_string())?;
    for (script, names) in scripts(seen) {
        let name = names.first().ok_or("it is for no environment")?;
        rehearsal.run(script, &[name, "status"])?.refused(
            script,
            &format!(
                "error: `{name}` is an environment of this composition, but terraform/envs/{name} is missing\nhint: the environments are {}\n",
                names.join(", ")
            ),
        )?;
    }
    Ok(())
}

fn explains_itself(seen: &Observation) -> Outcome {
    let rehearsal = Rehearsal::of(seen)?;
    for (script, names) in scripts(seen) {
        let names = names.join(", ");
        let with = match feature_of(script) {
            Some((name, _)) => format!(" with a {name}"),
            None => String::new(),
        };
        rehearsal.run(script, &["nowhere", "status"])?.refused(
            script,
            &format!(
                "error: there is no environment `nowhere`{with}\nhint: the environments are {names}\n"
            ),
        )?;
        rehearsal.run(script, &[])?.refused(
            script,
            &format!("error: no environment given\nhint: the environments are {names}\n"),
        )?;
    }
    Ok(())
}
