//! How many connections to DSQL an environment's tasks open, of how many they may have, and how long opening them takes.
//!
//! A process of the server opens four pools: three while it starts, and the one of its service. How many connections it
//! holds for long is another thing in each generation of the DSQL plugin ([`Model`]). Source: the plugin of iw/temporal,
//! `common/persistence/sql/sqlplugin/dsql` at cf90c57d6 and at e74d6b6: `plugin.go`, `driver/reservoir_refiller.go`,
//! `slot_block_manager.go`, and the pools in `temporal/fx.go` and `temporal/server_impl.go`.

use crate::catalog::dsql::{CONNECTION_BURST, CONNECTION_RATE, MAX_CONNECTION_LIFETIME};
use crate::duration::Duration;
use crate::environment::{Environment, Limiter};
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
    /// Whether the limiter of new connections lets through at once what DSQL accepts at once.
    has_token_bucket: bool,
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

/// How a task of the Temporal server comes to hold its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Nothing is kept ready: each of the four pools is filled when it is opened, and three are closed again. So a task
    /// holds `max_conns`, and for a moment of its start twice that.
    Pool,
    /// The first generation: closing a pool does not stop what fills its reservoir. So all four keep `target_ready`
    /// connections for as long as the task runs, beside `max_conns` in use. After a reservoir was empty, the plugin opens
    /// another pool, whose reservoir stays too.
    FourReservoirs,
    /// The second generation: the pools of the start are small and end with it. So a task keeps one reservoir, which is
    /// refilled no matter how many are in use; where it takes blocks of this size, as many as its reservoir needs, they
    /// are the limit of both.
    OneReservoir(Option<i64>),
}

/// The pools that a process opens.
const POOLS: i64 = 4;

/// The connections of the three pools that a task of the second generation opens while it starts, together.
const START_POOLS: i64 = 15;

/// The connections of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceConnections {
    /// Which.
    pub service: TemporalService,
    /// How many tasks run, at most where something adds tasks by itself.
    pub tasks: i64,
    /// How many run at most during a deployment.
    pub max_tasks: i64,
    /// Connections in use at most, a task.
    pub max_conns: i64,
    /// Connections that a reservoir keeps ready; 0 where there is none.
    pub target_ready: i64,
    /// How a task comes to hold them.
    pub model: Model,
}

/// A start of every task at once. What bounds it is the limiter that all tasks share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// How many connections the tasks open until they run.
    pub connections: i64,
    /// Those that the limiter lets through at once.
    pub at_once: i64,
    /// Milliseconds that it takes for all of them.
    pub milliseconds: i64,
    /// Milliseconds until the slowest single reservoir is full: so long a task waits for it, with a time-out.
    pub one_reservoir: i64,
}

impl ServiceConnections {
    /// What one task may hold.
    #[must_use]
    pub fn each(&self) -> i64 {
        let all = self.kept_each() + self.max_conns;
        match self.model {
            Model::OneReservoir(Some(size)) => all.min(self.blocks_each(size) * size),
            Model::Pool | Model::FourReservoirs | Model::OneReservoir(None) => all,
        }
    }

    /// What one task may hold, as a sum: `4 × 20 + 50`.
    #[must_use]
    pub fn formula(&self) -> String {
        let (ready, in_use) = (self.target_ready, self.max_conns);
        match self.model {
            Model::Pool => in_use.to_string(),
            Model::FourReservoirs => format!("{POOLS} × {ready} + {in_use}"),
            Model::OneReservoir(_) if self.each() < ready + in_use => {
                format!("{} of {ready} + {in_use}", self.each())
            }
            Model::OneReservoir(_) => format!("{ready} + {in_use}"),
        }
    }

    /// What the reservoirs of one task keep ready. In the first generation it stays counted when the task stops.
    #[must_use]
    pub fn kept_each(&self) -> i64 {
        match self.model {
            Model::Pool => 0,
            Model::FourReservoirs => POOLS * self.target_ready,
            Model::OneReservoir(_) => self.target_ready,
        }
    }

    /// How many blocks of `size` connections one task takes: as many as its reservoir needs.
    #[must_use]
    pub fn blocks_each(&self, size: i64) -> i64 {
        (self.target_ready + size - 1) / size.max(1)
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

    /// What a task opens until it runs.
    fn first_each(&self) -> i64 {
        match self.model {
            Model::Pool => POOLS * self.max_conns,
            Model::FourReservoirs => POOLS * self.target_ready,
            Model::OneReservoir(_) => START_POOLS + self.target_ready,
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
        let model = match (environment.part::<Pool>(), environment.dsql.limiter) {
            (None, _) => Model::Pool,
            (Some(_), Limiter::Counter) => Model::FourReservoirs,
            (Some(_), Limiter::Slots) => {
                Model::OneReservoir(environment.part::<Blocks>().map(|blocks| blocks.size))
            }
        };
        Self {
            services: environment
                .services
                .iter()
                .zip(pool.target_ready)
                .map(|(service, target_ready)| {
                    let tasks = task::max_count(environment, service);
                    ServiceConnections {
                        service: service.kind,
                        tasks,
                        max_tasks: task::max_tasks(tasks, service.maximum_percent),
                        max_conns: service.max_conns,
                        target_ready,
                        model,
                    }
                })
                .collect(),
            limit: environment.dsql.max_connections,
            cap: environment.part().copied(),
            has_token_bucket: environment.dsql.limiter == Limiter::Slots,
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
        let at_once = if self.has_token_bucket {
            CONNECTION_BURST
        } else {
            0
        };
        let taking = |connections: i64| (connections - at_once).max(0) * 1000 / CONNECTION_RATE;
        Fill {
            connections,
            at_once,
            milliseconds: taking(connections),
            one_reservoir: taking(self.sum(|row| row.tasks * row.target_ready)),
        }
    }

    /// What the reservoirs of all tasks keep ready.
    #[must_use]
    pub fn kept(&self) -> i64 {
        self.sum(|row| row.tasks * row.kept_each())
    }

    /// What the counter of all connections still has once every task was replaced, though nobody holds it.
    #[must_use]
    pub fn left_behind(&self) -> i64 {
        let leaves = |row: &ServiceConnections| row.model == Model::FourReservoirs;
        match self.cap {
            Some(_) if self.services.iter().any(leaves) => self.kept(),
            _ => 0,
        }
    }

    /// The blocks of `size` connections that a deployment of everything takes: those of each task that stops are taken
    /// for three minutes more, so each task that takes its place needs others.
    #[must_use]
    pub fn blocks_deploying(&self, size: i64) -> i64 {
        self.sum(|row| 2 * row.tasks * row.blocks_each(size))
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

    /// Connections that are renewed in a thousand seconds once all that may be open are open. A reservoir renews only
    /// those that wait in it. DSQL ends those in use.
    #[must_use]
    pub fn renewals_per_1000_seconds(&self) -> i64 {
        let kept = self.kept();
        let by_lifetime = |count: i64| count * 2000 / self.mean_lifetime_halves().max(1);
        match kept {
            0 => by_lifetime(self.steady()),
            kept => by_lifetime(kept) + self.in_use_renewals_per_1000_seconds(),
        }
    }

    /// Of those, the connections in use beside reservoirs.
    #[must_use]
    pub fn in_use_renewals_per_1000_seconds(&self) -> i64 {
        let in_use = self.sum(|row| row.tasks * row.max_conns);
        in_use * 1000 / MAX_CONNECTION_LIFETIME.seconds()
    }
}
