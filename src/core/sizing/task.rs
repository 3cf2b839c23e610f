//! A row of tasks, and what a task has besides its program.

use serde::Serialize;

use crate::environment::{Environment, Service, Size};
use crate::service_name::ServiceName;
use crate::temporal_service::TemporalService;

/// A container that a task has besides its program's own, and what it takes of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskOverhead {
    /// CPU units.
    cpu: i64,
    /// MiB.
    memory: i64,
}

/// Alloy, which the module `alloy-sidecar` adds, with the size that its part has settled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SidecarSize {
    /// CPU units.
    pub(crate) cpu: i64,
    /// MiB.
    pub(crate) memory: i64,
}

/// How many tasks of a Temporal service run at most while nothing is deployed, where something adds tasks by itself: the part that
/// does puts this among the environment's [parts](Environment::parts). A service that is not listed keeps its count.
#[derive(Clone, Debug)]
pub struct MaxCounts(pub Vec<MaxCount>);

/// How many tasks of one service run at most.
#[derive(Clone, Copy, Debug)]
pub struct MaxCount {
    /// The service.
    pub service: TemporalService,
    /// The number.
    pub count: i64,
    /// The code of it in a root.
    pub code: &'static str,
}

impl MaxCounts {
    /// That of `service`, if it is listed.
    #[must_use]
    pub fn of(&self, service: TemporalService) -> Option<&MaxCount> {
        self.0.iter().find(|max| max.service == service)
    }
}

/// How many tasks of `service` run at most while nothing is deployed.
pub(crate) fn max_count(environment: &Environment, service: &Service) -> i64 {
    let count = service.size.count;
    let max = environment.part::<MaxCounts>();
    max.and_then(|all| all.of(service.kind))
        .map_or(count, |max| count.max(max.count))
}

/// Alloy, as in the module `alloy-sidecar`.
fn sidecar(environment: &Environment) -> TaskOverhead {
    let size = environment.part::<SidecarSize>();
    TaskOverhead {
        cpu: size.map_or(0, |size| size.cpu),
        memory: size.map_or(0, |size| size.memory),
    }
}

/// Alloy where it sends logs alone. Its memory is for time series, so it needs no more than this.
fn log_sidecar(environment: &Environment) -> TaskOverhead {
    let sidecar = sidecar(environment);
    TaskOverhead {
        memory: sidecar.memory.min(256),
        ..sidecar
    }
}

/// The container that writes the configuration and ends, as in the modules `alloy-sidecar` and `observability`.
pub(crate) const WRITER: TaskOverhead = TaskOverhead { cpu: 0, memory: 64 };
/// What a task in Service Connect leaves to the proxy. More memory is for 100 services or 2,000 tasks in a namespace,
/// which the options don't reach.
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html>.
pub(crate) const PROXY: TaskOverhead = proxy(256);

/// A proxy with this many CPU units. The same source recommends 512 where a task gets more than 500 requests a second.
pub(crate) const fn proxy(cpu: i64) -> TaskOverhead {
    TaskOverhead { cpu, memory: 64 }
}

const NONE: TaskOverhead = TaskOverhead { cpu: 0, memory: 0 };

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
    pub service: ServiceName,
    /// The size of a task and how many run.
    #[serde(flatten)]
    pub size: Size,
    /// How many run at most while nothing is deployed.
    #[serde(skip)]
    pub max_count: i64,
    /// What of a task's CPU is not the program's own.
    pub overhead_cpu: i64,
    /// What of a task's memory is not the program's own.
    pub overhead_memory: i64,
    /// How much of it keeps running during a deployment, in percent of the count.
    pub minimum_healthy_percent: i64,
    /// How much of it may run during a deployment, in percent of the count.
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

    /// The fewest tasks that run during a deployment. ECS rounds up.
    #[must_use]
    pub fn min_during_deployment(&self) -> i64 {
        (self.size.count * self.minimum_healthy_percent + 99) / 100
    }

    /// The most tasks that run during a deployment. ECS rounds down.
    #[must_use]
    pub fn max_during_deployment(&self) -> i64 {
        max_tasks(self.size.count, self.maximum_percent)
    }

    /// The most tasks that ever run: during a deployment of the largest number.
    pub(crate) fn max_ever(&self) -> i64 {
        max_tasks(self.max_count, self.maximum_percent)
    }
}

/// The containers beside a program whose metrics the sidecar collects.
pub(crate) fn observed(environment: &Environment, proxy: TaskOverhead) -> [TaskOverhead; 3] {
    [sidecar(environment), WRITER, proxy]
}

/// The containers beside a program of which the sidecar collects the logs alone.
pub(crate) fn logged(environment: &Environment) -> [TaskOverhead; 3] {
    [log_sidecar(environment), WRITER, PROXY]
}

/// The same where nothing goes through the proxy.
pub(crate) fn collected(environment: &Environment) -> [TaskOverhead; 3] {
    [sidecar(environment), WRITER, NONE]
}

/// The tasks of a service, with the containers beside its program. `percents` are the least and the most of it that
/// runs during a deployment.
pub(crate) fn row(
    service: ServiceName,
    size: Size,
    overheads: &[TaskOverhead],
    percents: (i64, i64),
) -> Tasks {
    Tasks {
        service,
        size,
        max_count: size.count,
        overhead_cpu: overheads.iter().map(|one| one.cpu).sum(),
        overhead_memory: overheads.iter().map(|one| one.memory).sum(),
        minimum_healthy_percent: percents.0,
        maximum_percent: percents.1,
        keys: None,
    }
}

/// How many of `count` tasks run at most during a deployment that may reach `maximum_percent` of them: ECS rounds down, and
/// stops none for a percentage under 100.
pub(crate) fn max_tasks(count: i64, maximum_percent: i64) -> i64 {
    count * maximum_percent.max(100) / 100
}
