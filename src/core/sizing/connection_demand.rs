//! How many connections to DSQL an environment's tasks open, of how many they may have, and how long opening them takes.
//!
//! A task holds at most `max_conns` in use and, where connections are kept ready, `target_ready` more: they are refilled
//! no matter how many are in use.

use crate::catalog::dsql::CONNECTION_RATE;
use crate::duration::Duration;
use crate::environment::Environment;
use crate::problem_code::ProblemCode;
use crate::sizing::task;
use crate::temporal_service::TemporalService;

/// How long the Temporal server's own pool keeps a connection. As in the module `temporal-service`.
const POOL_LIFETIME: Duration = Duration::from_minutes(55);

/// The connections of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Those of each Temporal service, in the order in which they start.
    pub services: Vec<ServiceConnections>,
    /// What the cluster takes.
    pub limit: i64,
    /// What all tasks may have together, where something counts them.
    pub cap: Option<Cap>,
    /// How long a connection is kept at least.
    lifetime: Duration,
    /// How much longer at most, at random.
    jitter: Duration,
}

/// What an environment's tasks may have together, where a part counts their connections: it puts this among the
/// environment's [parts](Environment::parts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// How many.
    pub limit: i64,
    /// What counts them, in a word.
    pub name: &'static str,
    /// The key of the option that says how many, inside the environment.
    pub key: &'static str,
    /// The problem of environments that share a cluster and may together have more than it takes.
    pub over_shared_quota: ProblemCode,
}

/// The blocks of connections that tasks take when they start, where a part hands them out: it puts this among the
/// environment's [parts](Environment::parts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// How many connections are in a block.
    pub size: i64,
    /// How many blocks there are for all tasks.
    pub count: i64,
}

/// How each task keeps connections ready, where a part does so: it puts this among the environment's
/// [parts](Environment::parts).
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// How many, a task of each Temporal service, in the order of [`TemporalService::ALL`].
    pub target_ready: [i64; 4],
    /// How long a connection is kept at least, until it is no longer handed out.
    pub lifetime: Duration,
    /// How much longer at most, at random.
    pub jitter: Duration,
}

/// The connections of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceConnections {
    /// Which.
    pub service: TemporalService,
    /// How many tasks run.
    pub tasks: i64,
    /// How many run at most during a deployment.
    pub max_tasks: i64,
    /// Connections in use at most, a task.
    pub max_conns: i64,
    /// Connections kept ready, a task; 0 where none are.
    pub target_ready: i64,
}

/// How long a cold start takes until every connection that is kept stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// How many connections that are.
    pub connections: i64,
    /// Milliseconds, at the 100 a second that the tasks' common limiter lets through.
    pub milliseconds: i64,
}

impl ServiceConnections {
    /// What one task may open.
    #[must_use]
    pub fn each(&self) -> i64 {
        self.max_conns + self.target_ready
    }

    /// What all its tasks may open.
    #[must_use]
    pub fn steady(&self) -> i64 {
        self.tasks * self.each()
    }

    /// What its tasks may open while it is deployed.
    #[must_use]
    pub fn deploying(&self) -> i64 {
        self.max_tasks * self.each()
    }

    /// What a task opens at its start: those kept ready, or without them at most what the load asks of the pool.
    fn first_each(&self) -> i64 {
        match self.target_ready {
            0 => self.max_conns,
            ready => ready,
        }
    }
}

impl Connections {
    /// Those of `environment`.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let pool = environment.part::<Pool>().copied().unwrap_or(Pool {
            target_ready: [0; 4],
            lifetime: POOL_LIFETIME,
            jitter: Duration::from_seconds(0),
        });
        Self {
            services: environment
                .services
                .iter()
                .zip(pool.target_ready)
                .map(|(service, target_ready)| ServiceConnections {
                    service: service.kind,
                    tasks: service.size.count,
                    max_tasks: task::max_tasks(service.size.count, service.maximum_percent),
                    max_conns: service.max_conns,
                    target_ready,
                })
                .collect(),
            limit: environment.dsql.max_connections,
            cap: environment.part().copied(),
            lifetime: pool.lifetime,
            jitter: pool.jitter,
        }
    }

    fn sum(&self, part: impl Fn(&ServiceConnections) -> i64) -> i64 {
        self.services.iter().map(part).sum()
    }

    /// What all tasks may open.
    #[must_use]
    pub fn steady(&self) -> i64 {
        self.sum(ServiceConnections::steady)
    }

    /// What they may open while every service is deployed at once.
    #[must_use]
    pub fn deploying(&self) -> i64 {
        self.sum(ServiceConnections::deploying)
    }

    /// What they may open while the service that adds most is deployed alone.
    #[must_use]
    pub fn deploying_one(&self) -> i64 {
        let added = |row: &ServiceConnections| row.deploying() - row.steady();
        self.steady() + self.services.iter().map(added).max().unwrap_or(0)
    }

    /// What the cluster has left while every service is deployed at once; negative if that is too many.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.limit - self.deploying()
    }

    /// A cold start of every task at once.
    #[must_use]
    pub fn fill(&self) -> Fill {
        let connections = self.sum(|row| row.tasks * row.first_each());
        Fill {
            connections,
            milliseconds: connections * 1000 / CONNECTION_RATE,
        }
    }

    /// How long a connection is kept on average, in half seconds, so that half a jitter of an odd number of seconds stays
    /// whole. The jitter is uniform, so half of it on average.
    fn mean_lifetime_halves(&self) -> i64 {
        2 * self.lifetime.seconds() + self.jitter.seconds()
    }

    /// How long a connection is kept on average.
    #[must_use]
    pub fn mean_lifetime(&self) -> Duration {
        Duration::from_seconds(self.mean_lifetime_halves() / 2)
    }

    /// Connections that are renewed in a thousand seconds once all that may be open are open.
    #[must_use]
    pub fn renewals_per_1000_seconds(&self) -> i64 {
        self.steady() * 2000 / self.mean_lifetime_halves().max(1)
    }
}
