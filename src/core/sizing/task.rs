//! A row of tasks, and what a task has besides its program.

use serde::Serialize;

use crate::environment::Size;

/// A container that a task has besides its program's own, and what it takes of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskOverhead {
    /// CPU units.
    cpu: i64,
    /// MiB.
    memory: i64,
}

/// Alloy, as in the module `alloy-sidecar`.
pub(crate) const SIDECAR: TaskOverhead = TaskOverhead {
    cpu: 128,
    memory: 256,
};
/// The container that writes the configuration and ends, as in the modules `alloy-sidecar` and `observability`.
pub(crate) const WRITER: TaskOverhead = TaskOverhead { cpu: 0, memory: 64 };
/// What a task in Service Connect leaves to the proxy. Source: Amazon ECS developer guide, "Service Connect".
pub(crate) const PROXY: TaskOverhead = TaskOverhead {
    cpu: 256,
    memory: 64,
};

/// CPU units that a task's own program should have at least.
pub const LEAST_APP_CPU: i64 = 128;
/// MiB that a task's own program should have at least.
pub const LEAST_APP_MEMORY: i64 = 256;

/// Why a size is what it is, where it leaves [`LEAST_APP_CPU`].
pub(crate) const LEAST_APP_REASON: &str = "with its proxy and, where it has one, its sidecar, at least 128 CPU units stay for the program";

/// The tasks of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tasks {
    /// The service: on the main instances a key of the outputs' `service_desired_counts`.
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
    /// What the keys of its options begin with, where that isn't its name and a dot.
    #[serde(skip)]
    pub(crate) keys: Option<&'static str>,
}

impl Tasks {
    /// The key of its `cpu`, `memory` or `count` inside the environment.
    #[must_use]
    pub fn key(&self, what: &str) -> String {
        match self.keys {
            Some(beginning) => format!("{beginning}{what}"),
            None => format!("{}.{what}", self.service),
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
        most_tasks(self.size.count, self.maximum_percent)
    }
}

/// What is beside a program that Alloy watches.
pub(crate) const OBSERVED: &[TaskOverhead] = &[SIDECAR, WRITER, PROXY];

/// A service's tasks with what is beside its program; `percents` are the least and the most of it that runs during a
/// deployment.
pub(crate) fn row(
    service: &'static str,
    size: Size,
    overheads: &[TaskOverhead],
    percents: (i64, i64),
) -> Tasks {
    Tasks {
        service,
        size,
        overhead_cpu: overheads.iter().map(|one| one.cpu).sum(),
        overhead_memory: overheads.iter().map(|one| one.memory).sum(),
        minimum_healthy_percent: percents.0,
        maximum_percent: percents.1,
        keys: None,
    }
}

/// How many of `count` tasks run at most during a deployment that may reach `maximum_percent` of them: ECS rounds down, and
/// stops none for a percentage under 100.
pub(crate) fn most_tasks(count: i64, maximum_percent: i64) -> i64 {
    count * maximum_percent.max(100) / 100
}
