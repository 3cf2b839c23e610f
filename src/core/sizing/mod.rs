//! What the tasks of an environment take, and what its instances have.

pub mod benchmark;
pub mod connections;
pub mod cost;
pub mod money;
pub mod placement;
pub mod price_list;
pub mod targets;

use serde::Serialize;

use crate::catalog::instance_types::InstanceType;
use crate::environment::{Environment, Size};

/// A container that a task has besides its program's own, and what it takes of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Companion {
    /// CPU units.
    cpu: i64,
    /// MiB.
    memory: i64,
}

/// Alloy, as in the module `alloy-sidecar`.
const SIDECAR: Companion = Companion {
    cpu: 128,
    memory: 256,
};
/// The container that writes the configuration and ends, as in the modules `alloy-sidecar` and `observability`.
const WRITER: Companion = Companion { cpu: 0, memory: 64 };
/// What a task in Service Connect leaves to the proxy. Source: Amazon ECS developer guide, "Service Connect".
const PROXY: Companion = Companion {
    cpu: 256,
    memory: 64,
};

/// CPU units that a task's own program should have at least.
pub const LEAST_APP_CPU: i64 = 128;
/// MiB that a task's own program should have at least.
pub const LEAST_APP_MEMORY: i64 = 256;

/// The tasks of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tasks {
    /// The service: a key of the outputs' `service_desired_counts`, or `benchmark-generator` or `benchmark-worker`.
    pub service: &'static str,
    /// The size of a task and how many run.
    #[serde(flatten)]
    pub size: Size,
    /// What of a task's CPU is not the program's own.
    pub overhead_cpu: i64,
    /// What of a task's memory is not the program's own.
    pub overhead_memory: i64,
    /// The least of it that runs during a deployment, in percent.
    pub minimum_healthy_percent: i64,
    /// The most of it that runs during a deployment, in percent.
    pub maximum_percent: i64,
}

impl Tasks {
    /// The key of its `cpu`, `memory` or `count` inside the environment.
    #[must_use]
    pub fn key(&self, what: &str) -> String {
        match self.service {
            "benchmark-generator" => format!("benchmark.{what}"),
            "benchmark-worker" => format!("benchmark.worker_{what}"),
            service => format!("{service}.{what}"),
        }
    }

    /// How many tasks run at least while it is deployed. ECS rounds up.
    #[must_use]
    pub fn least(&self) -> i64 {
        (self.size.count * self.minimum_healthy_percent + 99) / 100
    }

    /// How many tasks run at most while it is deployed. ECS rounds down.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.size.count * self.maximum_percent.max(100) / 100
    }
}

/// The tasks that run on an environment's main instances, in the order in which services start.
#[must_use]
pub fn tasks(environment: &Environment) -> Vec<Tasks> {
    let with_loki = environment.loki.is_some();
    let mut all = Vec::new();
    if let Some(loki) = &environment.loki {
        all.push(row("loki", loki.size, &[WRITER, PROXY], (0, 100)));
    }
    let beside: &[Companion] = if with_loki {
        &[WRITER, PROXY]
    } else {
        &[WRITER]
    };
    all.push(row("grafana", environment.grafana, beside, (0, 100)));
    for service in &environment.services {
        let percents = (service.minimum_healthy_percent, service.maximum_percent);
        all.push(row(service.name, service.size, OBSERVED, percents));
    }
    if let Some(ui) = environment.ui {
        let percents = environment.ui_deployment_percents();
        let beside = if with_loki { OBSERVED } else { &[PROXY] };
        all.push(row("ui", ui, beside, percents));
    }
    all
}

/// The tasks that run on the benchmark's own instances while it runs.
#[must_use]
pub fn benchmark_tasks(environment: &Environment) -> Vec<Tasks> {
    let Some(benchmark) = &environment.benchmark else {
        return Vec::new();
    };
    let generator = benchmark.generator;
    vec![
        row("benchmark-generator", generator, OBSERVED, (0, 100)),
        row("benchmark-worker", benchmark.worker, OBSERVED, (50, 100)),
    ]
}

/// What is beside a program that Alloy watches.
const OBSERVED: &[Companion] = &[SIDECAR, WRITER, PROXY];

/// A service's tasks with what is beside its program; `percents` are the least and the most of it that runs during a
/// deployment.
fn row(service: &'static str, size: Size, beside: &[Companion], percents: (i64, i64)) -> Tasks {
    Tasks {
        service,
        size,
        overhead_cpu: beside.iter().map(|one| one.cpu).sum(),
        overhead_memory: beside.iter().map(|one| one.memory).sum(),
        minimum_healthy_percent: percents.0,
        maximum_percent: percents.1,
    }
}

/// Memory in MiB that ECS registers of an instance, at the least. AWS publishes no figure for Graviton; 95.4 % was
/// measured on an m6i.large of 8 GiB (issue 597 of aws/amazon-ecs-ami) and 96.8 % on 32 GiB. Taken are 94 % up to
/// 8 GiB and 96 % above, less 64 MiB for what the next machine image may need.
#[must_use]
pub fn registered_memory(instance: &InstanceType) -> i64 {
    let nominal = i64::from(instance.memory_mib);
    let percent = if nominal <= 8192 { 94 } else { 96 };
    nominal * percent / 100 - 64
}

/// How many tasks an instance can give a network interface.
#[must_use]
pub fn interface_slots(instance: &InstanceType, trunking: bool) -> i64 {
    let slots = match instance.trunk_slots {
        Some(slots) if trunking => slots,
        _ => instance.plain_slots(),
    };
    i64::from(slots)
}
