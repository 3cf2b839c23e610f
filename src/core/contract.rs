//! The environment variables that a container of the Temporal server gets: for each what reads it, when it is set, and
//! whether the server can't do without it. An image of one's own must read them; the tests hold each task definition to
//! them.
//!
//! Source: iw/temporal at cf90c57d6 and at e74d6b6, `common/persistence/sql/sqlplugin/dsql`; the start script in the module
//! `temporal-service`; for an image with a configuration of its own, temporal-dsql-deploy-ecs at b02a116.

use crate::environment::{Environment, Limiter, Service};
use crate::parts::server_config::{ConfigSource, source};
use crate::sizing::connection_demand::{Blocks, Cap, Pool};

/// An environment variable of the server's container.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What reads it.
    pub reader: Reader,
    /// When it is set.
    pub when: When,
    /// Whether the task can't start, or has no limit, without it.
    pub is_required: bool,
}

/// What reads a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The start script of the tree.
    StartScript,
    /// The start script of an image that has one.
    ImageScript,
    /// The server's configuration, when the server fills it in.
    Configuration,
    /// The DSQL plugin.
    Plugin,
    /// The AWS SDK.
    Sdk,
}

/// When a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In each container.
    Always,
    /// With the start script of the tree.
    Composed,
    /// With the start script of the image.
    Own,
    /// With the plugin of the first generation.
    Counter,
    /// With the plugin of the second generation.
    Slots,
    /// Where connections are kept ready.
    Ready,
    /// Where nothing is kept ready and a pool has more than 100 connections.
    LargePool,
    /// Where all connections are counted, in each generation.
    Counted,
    /// Where a counter has them.
    CountedByCounter,
    /// Where tasks take blocks of them.
    CountedByBlocks,
}

const fn required(name: &'static str, reader: Reader, when: When) -> Variable {
    Variable {
        name,
        reader,
        when,
        is_required: true,
    }
}

const fn optional(name: &'static str, reader: Reader, when: When) -> Variable {
    Variable {
        is_required: false,
        ..required(name, reader, when)
    }
}

use Reader::{Configuration, ImageScript, Plugin, Sdk, StartScript};
use When::{
    Always, Composed, Counted, CountedByBlocks, CountedByCounter, Counter, LargePool, Own, Ready,
    Slots,
};

/// Every variable, in the order of its condition.
#[rustfmt::skip] // one row a line
pub const SERVER: &[Variable] = &[
    required("SERVICES", StartScript, Always),
    required("AWS_REGION", Plugin, Always),
    required("CLUSTER_ENDPOINT", Plugin, Always),
    optional("AWS_EC2_METADATA_DISABLED", Sdk, Always),
    required("DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED", Plugin, Always),
    required("DSQL_DISTRIBUTED_RATE_LIMITER_TABLE", Plugin, Always),
    required("TEMPORAL_SERVER_CONFIG", StartScript, Composed),
    required("TEMPORAL_DYNAMIC_CONFIG", StartScript, Composed),
    required("TEMPORAL_LOG_LEVEL", Configuration, Composed),
    required("DEPLOY_ENVIRONMENT", ImageScript, Own),
    required("TEMPORAL_HISTORY_SHARDS", ImageScript, Own),
    required("TEMPORAL_PERSISTENCE_TEMPLATE", ImageScript, Own),
    required("BIND_ON_IP", ImageScript, Own),
    required("TEMPORAL_SQL_PLUGIN_NAME", ImageScript, Own),
    required("TEMPORAL_SQL_HOST", ImageScript, Own),
    required("TEMPORAL_SQL_PORT", ImageScript, Own),
    required("TEMPORAL_SQL_USER", ImageScript, Own),
    required("TEMPORAL_SQL_DATABASE", ImageScript, Own),
    required("TEMPORAL_SQL_TLS_ENABLED", ImageScript, Own),
    required("TEMPORAL_SQL_CONNECTION_TIMEOUT", ImageScript, Own),
    required("TEMPORAL_SQL_MAX_CONNS", ImageScript, Own),
    required("TEMPORAL_SQL_MAX_IDLE_CONNS", ImageScript, Own),
    required("TEMPORAL_SQL_MAX_CONN_LIFETIME", ImageScript, Own),
    required("TEMPORAL_ELASTICSEARCH_HOST", ImageScript, Own),
    required("TEMPORAL_ELASTICSEARCH_INDEX", ImageScript, Own),
    required("TEMPORAL_ELASTICSEARCH_VERSION", ImageScript, Own),
    optional("DSQL_DISTRIBUTED_RATE_LIMITER_LIMIT", Plugin, Counter),
    required("DSQL_TOKEN_BUCKET_ENABLED", Plugin, Slots),
    optional("DSQL_TOKEN_BUCKET_RATE", Plugin, Slots),
    optional("DSQL_TOKEN_BUCKET_CAPACITY", Plugin, Slots),
    required("DSQL_RESERVOIR_ENABLED", Plugin, Ready),
    optional("DSQL_RESERVOIR_TARGET_READY", Plugin, Ready),
    optional("DSQL_RESERVOIR_LOW_WATERMARK", Plugin, Ready),
    optional("DSQL_RESERVOIR_BASE_LIFETIME", Plugin, Ready),
    optional("DSQL_RESERVOIR_LIFETIME_JITTER", Plugin, Ready),
    optional("DSQL_RESERVOIR_GUARD_WINDOW", Plugin, Ready),
    optional("DSQL_POOL_WARMUP_STAGGER_DURATION", Plugin, LargePool),
    required("DSQL_DISTRIBUTED_CONN_LEASE_ENABLED", Plugin, Counted),
    required("DSQL_DISTRIBUTED_CONN_LEASE_TABLE", Plugin, Counted),
    optional("DSQL_DISTRIBUTED_CONN_LIMIT", Plugin, CountedByCounter),
    optional("DSQL_SLOT_BLOCK_SIZE", Plugin, CountedByBlocks),
    optional("DSQL_SLOT_BLOCK_COUNT", Plugin, CountedByBlocks),
    optional("DSQL_SLOT_BLOCK_TTL", Plugin, CountedByBlocks),
];

impl Reader {
    /// In words.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            StartScript => "`start.sh`",
            ImageScript => "the image's start script",
            Configuration => "the server, in its configuration",
            Plugin => "the DSQL plugin",
            Sdk => "the AWS SDK",
        }
    }
}

impl When {
    /// Whether it is so for `service` of `environment`.
    #[must_use]
    pub fn is_met(self, environment: &Environment, service: &Service) -> bool {
        let is_counted = environment.part::<Cap>().is_some();
        let has_blocks = environment.part::<Blocks>().is_some();
        let keeps_ready = environment.part::<Pool>().is_some();
        match self {
            Always => true,
            Composed => source(environment) == ConfigSource::Composed,
            Own => source(environment) == ConfigSource::Own,
            Counter => environment.dsql.limiter == Limiter::Counter,
            Slots => environment.dsql.limiter == Limiter::Slots,
            Ready => keeps_ready,
            LargePool => !keeps_ready && service.max_conns > 100,
            Counted => is_counted,
            CountedByCounter => is_counted && !has_blocks,
            CountedByBlocks => has_blocks,
        }
    }

    /// In the words of the module's inputs.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Always => "always",
            Composed => "own_config is false",
            Own => "own_config is true",
            Counter => "connection_limiter is `counter`",
            Slots => "connection_limiter is `slots`",
            Ready => "reservoir_enabled is true",
            LargePool => "reservoir_enabled is false and max_conns is above 100",
            Counted => "distributed_conn_lease_enabled is true",
            CountedByCounter => "the same, and connection_limiter is `counter`",
            CountedByBlocks => "the same, and connection_limiter is `slots`",
        }
    }
}

/// The table in Markdown, as the README of the module has it.
#[must_use]
pub fn table() -> String {
    let mut text =
        "| Variable | Read by | Set if | Required |\n| --- | --- | --- | --- |\n".to_owned();
    for it in SERVER {
        let (reader, when) = (it.reader.describe(), it.when.describe());
        let required = if it.is_required { "yes" } else { "no" };
        text.push_str(&format!(
            "| `{}` | {reader} | {when} | {required} |\n",
            it.name
        ));
    }
    text
}
