//! The metrics that dashboards and alarms may name: of the server, its DSQL plugin, the SDK of the benchmark's workers and the load
//! generator as Prometheus has them, and those of AWS services in CloudWatch.
//!
//! Sources: iw/temporal at cf90c57d6, `common/metrics/metric_defs.go` and
//! `common/persistence/sql/sqlplugin/dsql/metrics.go`; at e74d6b6 for what only the newer plugin has;
//! iw/temporal-dsql-deploy-ecs at b02a116, `benchmark/internal/metrics`. The server reports by tally, which adds no suffix to
//! a counter and has timers in seconds, as the module `temporal-service` configures it. For AWS the page of each service's
//! user guide on CloudWatch metrics, named beside its rows. Read 2026-11-27.

/// What a Prometheus metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricKind {
    /// Only grows: shown as a rate.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Has buckets, a sum and a count. A time is in seconds.
    Histogram,
}

/// What the series of a metric differ by, besides the task. Source: what calls each metric in iw/temporal at cf90c57d6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Labels {
    /// Nothing, or a few values: as many series in each task.
    Task(i64),
    /// The operation that is called, and the namespace.
    Operation,
    /// The operation of persistence.
    Persistence,
    /// The operation of visibility.
    Visibility,
    /// Nothing, or a few values: as many series in each task of history.
    History(i64),
    /// The kind of a history queue's task, and the namespace.
    QueueTask,
    /// Namespace, task queue, its type and partition, each in one task of matching.
    TaskQueue,
    /// Whatever it is, no task of the Temporal services has it.
    Elsewhere,
}

use Labels::{Elsewhere, History, Operation, Persistence, QueueTask, Task, TaskQueue, Visibility};
use MetricKind::{Counter, Gauge, Histogram};

/// Each metric that may be named, and what its series differ by, without the suffix of a histogram's series.
#[rustfmt::skip] // one metric a line
pub(crate) const PROMETHEUS: &[(&str, MetricKind, Labels)] = &[
    // Prometheus itself.
    ("up", Gauge, Task(1)),
    ("scrape_samples_scraped", Gauge, Task(1)),
    // The server.
    ("approximate_backlog_age_seconds", Gauge, TaskQueue),
    ("approximate_backlog_count", Gauge, TaskQueue),
    ("asyncmatch_latency", Histogram, TaskQueue),
    ("cache_miss", Counter, History(6)),
    ("cache_requests", Counter, History(6)),
    ("dd_current_suspected_deadlocks", Gauge, Task(5)),
    ("elasticsearch_bulk_processor_errors", Counter, History(1)),
    ("membership_changed_count", Counter, History(1)),
    ("no_poller_tasks", Counter, TaskQueue),
    ("numshards_gauge", Gauge, History(1)),
    ("persistence_error_with_type", Counter, Persistence),
    ("persistence_latency", Histogram, Persistence),
    ("persistence_requests", Counter, Persistence),
    ("persistence_session_refresh_attempts", Counter, Task(1)),
    ("poll_success", Counter, TaskQueue),
    ("poll_success_sync", Counter, TaskQueue),
    ("restarts", Counter, Task(1)),
    ("semaphore_latency", Histogram, History(2)),
    ("service_error_with_type", Counter, Operation),
    ("service_errors", Counter, Operation),
    ("service_errors_resource_exhausted", Counter, Operation),
    ("service_latency", Histogram, Operation),
    ("service_panics", Counter, Task(1)),
    ("service_requests", Counter, Operation),
    ("shard_closed_count", Counter, History(1)),
    ("sharditem_created_count", Counter, History(1)),
    ("sharditem_removed_count", Counter, History(1)),
    ("shardinfo_immediate_queue_lag", Histogram, History(3)),
    ("shardinfo_scheduled_queue_lag", Histogram, History(2)),
    ("state_transition_count", Histogram, History(2)),
    ("sync_throttle_count", Counter, TaskQueue),
    ("task_errors", Counter, QueueTask),
    ("task_latency_queue", Histogram, QueueTask),
    ("task_terminal_failures", Counter, QueueTask),
    ("visibility_persistence_error_with_type", Counter, Visibility),
    ("visibility_persistence_errors", Counter, Visibility),
    ("visibility_persistence_latency", Histogram, Visibility),
    ("workflow_cancel", Counter, History(2)),
    ("workflow_failed", Counter, History(2)),
    ("workflow_success", Counter, History(2)),
    ("workflow_terminate", Counter, History(2)),
    ("workflow_timeout", Counter, History(2)),
    // The DSQL plugin.
    ("dsql_pool_in_use", Gauge, Task(1)),
    ("dsql_pool_max_open", Gauge, Task(1)),
    ("dsql_pool_open", Gauge, Task(1)),
    ("dsql_pool_wait_total", Counter, Task(1)),
    ("dsql_reservoir_checkout_latency", Histogram, Task(1)),
    ("dsql_reservoir_discards_total", Counter, Task(3)),
    ("dsql_reservoir_empty_total", Counter, Task(1)),
    ("dsql_reservoir_refill_failures_total", Counter, Task(5)),
    ("dsql_reservoir_size", Gauge, Task(1)),
    ("dsql_reservoir_target", Gauge, Task(1)),
    ("dsql_tx_conflict_total", Counter, Persistence),
    ("dsql_tx_error_class_total", Counter, Persistence),
    ("dsql_tx_exhausted_total", Counter, Persistence),
    ("dsql_tx_latency", Histogram, Persistence),
    ("dsql_tx_retry_total", Counter, Persistence),
    // The newer one alone.
    ("dsql_slot_blocks_owned", Gauge, Task(1)),
    ("dsql_slot_blocks_slots_used", Gauge, Task(1)),
    // The load generator, and the SDK of the benchmark's workers.
    ("benchmark_workflow_latency_seconds", Histogram, Elsewhere),
    ("benchmark_workflows_total", Counter, Elsewhere),
    ("temporal_num_pollers", Gauge, Elsewhere),
    ("temporal_request_failure", Counter, Elsewhere),
    ("temporal_worker_task_slots_available", Gauge, Elsewhere),
    ("temporal_workflow_task_schedule_to_start_latency_seconds", Histogram, Elsewhere),
];

#[cfg(test)]
/// The namespaces of CloudWatch, and of each the metrics that may be named.
pub(crate) const CLOUDWATCH: &[(&str, &[&str])] = &[
    // Amazon Aurora DSQL, "Monitoring with CloudWatch": the first by ClusterId, DPU by ResourceId.
    (
        "AWS/AuroraDSQL",
        &[
            "ClusterStorageSize",
            "CommitLatency",
            "ComputeDPU",
            "OccConflicts",
            "QueryTimeouts",
            "ReadDPU",
            "TotalTransactions",
            "WriteDPU",
        ],
    ),
    // Amazon DynamoDB, "DynamoDB metrics and dimensions".
    (
        "AWS/DynamoDB",
        &["ConsumedWriteCapacityUnits", "WriteThrottleEvents"],
    ),
    // Amazon ECS, "Amazon ECS CloudWatch metrics".
    ("AWS/ECS", &["CPUUtilization", "MemoryUtilization"]),
    // Amazon ECS, "Monitor Amazon ECS cluster auto scaling".
    ("AWS/ECS/ManagedScaling", &["CapacityProviderReservation"]),
    // Amazon OpenSearch Service, "Monitoring OpenSearch cluster metrics with Amazon CloudWatch".
    (
        "AWS/ES",
        &[
            "CPUUtilization",
            "ClusterStatus.red",
            "ClusterStatus.yellow",
            "FreeStorageSpace",
            "JVMMemoryPressure",
            "SearchLatency",
        ],
    ),
    // Amazon VPC, "Monitor NAT gateways using Amazon CloudWatch".
    (
        "AWS/NATGateway",
        &[
            "BytesOutToDestination",
            "ErrorPortAllocation",
            "PacketsDropCount",
        ],
    ),
    // Elastic Load Balancing, "CloudWatch metrics for your Network Load Balancer".
    ("AWS/NetworkELB", &["UnHealthyHostCount"]),
    // Amazon Aurora DSQL, "Monitoring with CloudWatch": the usage of its quotas.
    ("AWS/Usage", &["CallCount", "ResourceCount"]),
    // Amazon CloudWatch, "Amazon ECS Container Insights metrics".
    (
        "ECS/ContainerInsights",
        &["DesiredTaskCount", "PendingTaskCount", "RunningTaskCount"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    /// Else a sidecar would drop one, or be started again by the feature that names it.
    #[test]
    fn the_sidecars_know_each_metric() {
        let path = "modules/alloy-sidecar/known-metrics.tf";
        let (_, text) = templates::ALL.iter().find(|(at, _)| *at == path).unwrap();
        let known: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .collect();
        let mut wanted: Vec<&str> = PROMETHEUS.iter().map(|(name, ..)| *name).collect();
        wanted.sort_unstable();
        assert_eq!(known, wanted);
    }
}
