//! Quotas of an Aurora DSQL cluster.
//!
//! Source: docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html, a public copy read 2026-11.

use crate::duration::Duration;

/// Connections that a cluster takes at once, unless AWS raised the quota.
pub const MAX_CONNECTIONS: i64 = 10_000;

/// New connections a second that a cluster takes, sustained. AWS does not raise it.
pub const CONNECTION_RATE: i64 = 100;

/// New connections that a cluster takes at once after a pause; the room for them comes back at
/// [`CONNECTION_RATE`]. AWS does not raise it.
pub const CONNECTION_BURST: i64 = 1_000;

/// How long a connection may last before DSQL ends it.
pub const MAX_CONNECTION_LIFETIME: Duration = Duration::from_minutes(60);
