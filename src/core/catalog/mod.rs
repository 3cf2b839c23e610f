//! Facts about AWS and the Temporal server as rows, each table with its source and the day it was read.

pub mod dsql;
pub mod instance_types;
pub(crate) mod metrics;
pub mod opensearch_types;
pub mod prices;
pub mod quotas;
pub mod regions;
pub mod replacement;
pub(crate) mod server_keys;
pub mod tags;

/// CloudWatch's retention values in days. Source: API model of `PutRetentionPolicy` in botocore 1.44.5, autumn 2026.
/// "Never" (0) is left out: logs that never expire are a bill that only grows.
pub const LOG_RETENTION_DAYS: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];
