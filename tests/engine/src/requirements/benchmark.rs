//! 10: the load generator and its workers.

use composer_core::parts::benchmark::{self, Benchmark};

use super::observation::{Environment, Observation, RequestedEnvironment, items, text};
use super::{Outcome, Row, each_if, ensure, row, same};

const GENERATOR: &str = "module.benchmark.aws_ecs_task_definition.this[\"generator\"]";
const WORKER: &str = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
const GROUP: &str = "module.benchmark.module.ec2_capacity.aws_autoscaling_group.this";
const PROVIDER: &str = "module.benchmark.module.ec2_capacity.aws_ecs_capacity_provider.this";

fn has_benchmark(wanted: &RequestedEnvironment) -> bool {
    benchmark::FEATURE.is_on(wanted)
}

pub(super) const ROWS: &[Row] = &[
    row(
        "10.1",
        &[each_if(
            "module benchmark has the generator's task definition, the workers' service with theirs, a capacity provider \
             on an Auto Scaling group of its own, and security groups of tasks and hosts",
            has_benchmark,
            encapsulates,
        )],
    ),
    row(
        "10.2",
        &[each_if(
            "module benchmark takes benchmark_image, cpu, memory and max_instances: the generator's task has that size, \
             both tasks that image, and the group grows no further",
            has_benchmark,
            takes,
        )],
    ),
    row(
        "10.3",
        &[each_if(
            "module benchmark outputs task_definition_arn, capacity_provider_name and worker_service_name",
            has_benchmark,
            puts_out,
        )],
    ),
    row(
        "10.4",
        &[each_if(
            "the benchmark's group has min_size and desired_capacity 0, its provider scales it (managed_scaling ENABLED), \
             the cluster knows the provider, and both services run on it alone",
            has_benchmark,
            scales_from_zero,
        )],
    ),
    row(
        "10.5",
        &[each_if(
            "without the benchmark: the root calls no module benchmark, and nothing in the state is of one",
            |wanted| !benchmark::FEATURE.is_on(wanted),
            is_absent,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    environment.at(GENERATOR)?;
    same(
        "the workers' task",
        environment.text_at(
            "module.benchmark.aws_ecs_service.this[\"worker\"]",
            "task_definition",
        )?,
        environment.text_at(WORKER, "arn")?,
    )?;
    same(
        "the provider's group",
        text(
            &environment.at(PROVIDER)?["auto_scaling_group_provider"][0]["auto_scaling_group_arn"],
        ),
        environment.text_at(GROUP, "arn")?,
    )?;
    let groups = environment.in_module("benchmark", "aws_security_group");
    same(
        "security groups",
        super::observation::addresses(&groups).len(),
        2,
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "benchmark",
        &["benchmark_image", "cpu", "memory", "max_instances"],
    )?;
    let Some(wanted) = environment.wanted.part::<Benchmark>() else {
        return Err("no benchmark was asked for".to_owned());
    };
    let generator = environment.at(GENERATOR)?;
    let size = wanted.generator;
    same("cpu", text(&generator["cpu"]), size.cpu.to_string())?;
    same(
        "memory",
        text(&generator["memory"]),
        size.memory.to_string(),
    )?;
    let image = |task: &str, container: &str| -> Result<String, String> {
        Ok(text(&environment.container(task, container)?["image"]).to_owned())
    };
    let found = image(GENERATOR, "benchmark-generator")?;
    same(
        "the image",
        image(WORKER, "benchmark-worker")?,
        found.clone(),
    )?;
    if let Some(asked) = environment.setting("images.benchmark") {
        same("the image", Some(found.as_str()), asked.as_text())?;
    }
    same(
        "max_size",
        &environment.at(GROUP)?["max_size"],
        wanted.max_instances,
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "benchmark",
        &[
            ("task_definition_arn", "aws_ecs_task_definition.this"),
            (
                "capacity_provider_name",
                "module.ec2_capacity.capacity_provider_name",
            ),
            ("worker_service_name", "aws_ecs_service.this"),
        ],
    )?;
    same(
        "the root's benchmark_task_definition_arn",
        text(environment.output("benchmark_task_definition_arn")?),
        environment.text_at(GENERATOR, "arn")?,
    )?;
    same(
        "the root's benchmark_worker_service_name",
        text(environment.output("benchmark_worker_service_name")?),
        environment.text_at("module.benchmark.aws_ecs_service.this[\"worker\"]", "name")?,
    )
}

fn scales_from_zero(environment: &Environment, _: &Observation) -> Outcome {
    let group = environment.at(GROUP)?;
    same("min_size", &group["min_size"], 0)?;
    same("desired_capacity", &group["desired_capacity"], 0)?;
    let provider = environment.at(PROVIDER)?;
    let scaling = &provider["auto_scaling_group_provider"][0]["managed_scaling"][0];
    same("managed_scaling", text(&scaling["status"]), "ENABLED")?;
    let name = text(&provider["name"]);
    let known = environment.at("module.ecs_cluster.aws_ecs_cluster_capacity_providers.this")?;
    ensure(
        items(&known["capacity_providers"]).any(|known| known == name),
        || {
            format!(
                "the cluster doesn't know {name}: {}",
                known["capacity_providers"]
            )
        },
    )?;
    for role in ["generator", "worker"] {
        let service = environment.at(&format!(
            "module.benchmark.aws_ecs_service.this[\"{role}\"]"
        ))?;
        let found: Vec<&str> = items(&service["capacity_provider_strategy"])
            .map(|strategy| text(&strategy["capacity_provider"]))
            .collect();
        same(&format!("where the {role} runs"), found, vec![name])?;
    }
    Ok(())
}

fn is_absent(environment: &Environment, _: &Observation) -> Outcome {
    ensure(environment.call("benchmark").is_err(), || {
        "the root calls module benchmark".to_owned()
    })?;
    let found: Vec<&str> = environment
        .managed()
        .map(|resource| text(&resource["address"]))
        .filter(|address| address.contains("benchmark"))
        .collect();
    same("resources of a benchmark", found, Vec::<&str>::new())
}
