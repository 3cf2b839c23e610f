//! The metrics that dashboards may name: of the server, its DSQL plugin, the SDK of the benchmark's workers and the load
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

use MetricKind::{Counter, Gauge, Histogram};

/// Each metric that may be named, without the suffix of a histogram's series.
#[rustfmt::skip] // one metric a line
pub(crate) const PROMETHEUS: &[(&str, MetricKind)] = &[
    // Prometheus itself.
    ("up", Gauge),
    // The server.
    ("approximate_backlog_age_seconds", Gauge),
    ("approximate_backlog_count", Gauge),
    ("asyncmatch_latency", Histogram),
    ("cache_miss", Counter),
    ("cache_requests", Counter),
    ("elasticsearch_bulk_processor_errors", Counter),
    ("membership_changed_count", Counter),
    ("no_poller_tasks", Counter),
    ("numshards_gauge", Gauge),
    ("persistence_error_with_type", Counter),
    ("persistence_latency", Histogram),
    ("persistence_requests", Counter),
    ("persistence_session_refresh_attempts", Counter),
    ("poll_success", Counter),
    ("poll_success_sync", Counter),
    ("restarts", Counter),
    ("service_error_with_type", Counter),
    ("service_errors_resource_exhausted", Counter),
    ("service_latency", Histogram),
    ("service_panics", Counter),
    ("service_requests", Counter),
    ("shard_closed_count", Counter),
    ("sharditem_created_count", Counter),
    ("sharditem_removed_count", Counter),
    ("shardinfo_immediate_queue_lag", Histogram),
    ("shardinfo_scheduled_queue_lag", Histogram),
    ("state_transition_count", Histogram),
    ("sync_throttle_count", Counter),
    ("task_errors", Counter),
    ("task_latency_queue", Histogram),
    ("task_terminal_failures", Counter),
    ("visibility_persistence_error_with_type", Counter),
    ("visibility_persistence_latency", Histogram),
    ("workflow_cancel", Counter),
    ("workflow_failed", Counter),
    ("workflow_success", Counter),
    ("workflow_terminate", Counter),
    ("workflow_timeout", Counter),
    // The DSQL plugin.
    ("dsql_pool_in_use", Gauge),
    ("dsql_pool_max_open", Gauge),
    ("dsql_pool_open", Gauge),
    ("dsql_pool_wait_total", Counter),
    ("dsql_reservoir_checkout_latency", Histogram),
    ("dsql_reservoir_discards_total", Counter),
    ("dsql_reservoir_empty_total", Counter),
    ("dsql_reservoir_refill_failures_total", Counter),
    ("dsql_reservoir_size", Gauge),
    ("dsql_reservoir_target", Gauge),
    ("dsql_tx_conflict_total", Counter),
    ("dsql_tx_error_class_total", Counter),
    ("dsql_tx_exhausted_total", Counter),
    ("dsql_tx_latency", Histogram),
    ("dsql_tx_retry_total", Counter),
    // The newer one alone.
    ("dsql_slot_blocks_owned", Gauge),
    ("dsql_slot_blocks_slots_used", Gauge),
    // The load generator, and the SDK of the benchmark's workers.
    ("benchmark_workflow_latency_seconds", Histogram),
    ("benchmark_workflows_total", Counter),
    ("temporal_num_pollers", Gauge),
    ("temporal_request_failure", Counter),
    ("temporal_worker_task_slots_available", Gauge),
    ("temporal_workflow_task_schedule_to_start_latency_seconds", Histogram),
];

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
