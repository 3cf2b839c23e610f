//! For each rule the series on which it fires and those on which it doesn't, as promtool writes them: `0+10x60` begins at
//! 0 and rises by 10 at each of 60 steps, and a step is 30 seconds.

/// A series and its values.
type Series = (&'static str, &'static str);

/// How a rule is proven.
pub(crate) struct Proof {
    pub(crate) alarm: &'static str,
    /// What is wrong.
    pub(crate) fires: &'static [Series],
    /// After how many minutes it begins to be wrong.
    pub(crate) from: u32,
    /// The same when all is well.
    pub(crate) quiet: &'static [Series],
}

const fn proof(alarm: &'static str, fires: &'static [Series], quiet: &'static [Series]) -> Proof {
    Proof {
        alarm,
        fires,
        from: 0,
        quiet,
    }
}

/// Of a fault that comes up after 15 minutes.
const fn later(alarm: &'static str, fires: &'static [Series], quiet: &'static [Series]) -> Proof {
    Proof {
        from: 15,
        ..proof(alarm, fires, quiet)
    }
}

#[rustfmt::skip] // one series a line
pub(crate) const PROOFS: &[Proof] = &[
    proof("metrics-near-limit", &[
        ("scrape_samples_scraped{service='history', instance='a'}", "32001x120"),
    ], &[
        ("scrape_samples_scraped{service='history', instance='a'}", "32000x120"),
    ]),
    proof("frontend-silent", &[
        ("service_requests{service_name='history'}", "0+10x120"),
    ], &[
        ("service_requests{service_name='frontend'}", "0+10x120"),
    ]),
    proof("errors", &[
        ("service_requests{service_name='frontend', operation='StartWorkflowExecution'}", "0+100x120"),
        ("service_errors{service_name='frontend', operation='StartWorkflowExecution'}", "0+11x120"),
    ], &[
        ("service_requests{service_name='frontend', operation='StartWorkflowExecution'}", "0+100x120"),
        ("service_errors{service_name='frontend', operation='StartWorkflowExecution'}", "0+9x120"),
    ]),
    proof("latency", &[
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='0.5'}", "0+98x120"),
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='5'}", "0+100x120"),
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='+Inf'}", "0+100x120"),
    ], &[
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='0.5'}", "0+100x120"),
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='5'}", "0+100x120"),
        ("service_latency_bucket{service_name='frontend', operation='StartWorkflowExecution', le='+Inf'}", "0+100x120"),
        // A poll waits for a task.
        ("service_latency_bucket{service_name='frontend', operation='PollWorkflowTaskQueue', le='0.5'}", "0x120"),
        ("service_latency_bucket{service_name='frontend', operation='PollWorkflowTaskQueue', le='100'}", "0+100x120"),
        ("service_latency_bucket{service_name='frontend', operation='PollWorkflowTaskQueue', le='+Inf'}", "0+100x120"),
    ]),
    later("panics", &[
        ("service_panics{service_name='history', instance='a'}", "_x30 1x90"),
    ], &[
        ("service_panics{service_name='history', instance='a'}", "1x120"),
    ]),
    proof("overloaded", &[
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='SystemOverloaded'}", "0+1x120"),
    ], &[
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='SystemOverloaded'}", "7x120"),
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='RpsLimit'}", "0+1x120"),
    ]),
    proof("rate-limited", &[
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='RpsLimit'}", "0+1x120"),
    ], &[
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='RpsLimit'}", "7x120"),
        ("service_errors_resource_exhausted{service_name='frontend', resource_exhausted_cause='BusyWorkflow'}", "0+1x120"),
    ]),
    proof("shards-unowned", &[
        ("numshards_gauge{service_name='history', instance='a'}", "1x120"),
        ("numshards_gauge{service_name='history', instance='b'}", "2x120"),
    ], &[
        ("numshards_gauge{service_name='history', instance='a'}", "16383x120"),
        ("numshards_gauge{service_name='history', instance='b'}", "1x120"),
    ]),
    proof("shards-moving", &[
        ("sharditem_created_count{service_name='history', instance='a'}", "0+9000x120"),
    ], &[
        ("sharditem_created_count{service_name='history', instance='a'}", "0+1x120"),
    ]),
    proof("shard-locks", &[
        ("semaphore_latency_bucket{operation='ShardInfo', le='0.1'}", "0+98x120"),
        ("semaphore_latency_bucket{operation='ShardInfo', le='1'}", "0+100x120"),
        ("semaphore_latency_bucket{operation='ShardInfo', le='+Inf'}", "0+100x120"),
    ], &[
        ("semaphore_latency_bucket{operation='ShardInfo', le='0.1'}", "0+100x120"),
        ("semaphore_latency_bucket{operation='ShardInfo', le='+Inf'}", "0+100x120"),
    ]),
    proof("timers-late", &[
        ("shardinfo_scheduled_queue_lag_bucket{task_category='timer', le='10'}", "0+98x120"),
        ("shardinfo_scheduled_queue_lag_bucket{task_category='timer', le='100'}", "0+100x120"),
        ("shardinfo_scheduled_queue_lag_bucket{task_category='timer', le='+Inf'}", "0+100x120"),
    ], &[
        ("shardinfo_scheduled_queue_lag_bucket{task_category='timer', le='10'}", "0+100x120"),
        ("shardinfo_scheduled_queue_lag_bucket{task_category='timer', le='+Inf'}", "0+100x120"),
    ]),
    proof("deadlocks", &[
        ("dd_current_suspected_deadlocks{service_name='history', instance='a'}", "1x120"),
    ], &[
        ("dd_current_suspected_deadlocks{service_name='history', instance='a'}", "0x120"),
    ]),
    later("tasks-lost", &[
        ("task_terminal_failures{service_name='history', instance='a'}", "3x30 4x90"),
    ], &[
        ("task_terminal_failures{service_name='history', instance='a'}", "3x120"),
    ]),
    proof("no-pollers", &[
        ("no_poller_tasks{namespace='a', taskqueue='b'}", "0+1x120"),
    ], &[
        ("no_poller_tasks{namespace='a', taskqueue='b'}", "5x120"),
    ]),
    proof("backlog", &[
        ("approximate_backlog_count{namespace='a', taskqueue='b', partition='0'}", "600x120"),
        ("approximate_backlog_count{namespace='a', taskqueue='b', partition='1'}", "600x120"),
    ], &[
        ("approximate_backlog_count{namespace='a', taskqueue='b', partition='0'}", "600x120"),
        ("approximate_backlog_count{namespace='a', taskqueue='c', partition='0'}", "600x120"),
    ]),
    proof("persistence-slow", &[
        ("persistence_latency_bucket{operation='UpdateWorkflowExecution', le='0.5'}", "0+98x120"),
        ("persistence_latency_bucket{operation='UpdateWorkflowExecution', le='5'}", "0+100x120"),
        ("persistence_latency_bucket{operation='UpdateWorkflowExecution', le='+Inf'}", "0+100x120"),
    ], &[
        ("persistence_latency_bucket{operation='UpdateWorkflowExecution', le='0.5'}", "0+100x120"),
        ("persistence_latency_bucket{operation='UpdateWorkflowExecution', le='+Inf'}", "0+100x120"),
    ]),
    proof("pool-full", &[
        ("dsql_pool_in_use{service='temporal-history', instance='a'}", "10x120"),
        ("dsql_pool_max_open{service='temporal-history', instance='a'}", "10x120"),
    ], &[
        ("dsql_pool_in_use{service='temporal-history', instance='a'}", "9x120"),
        ("dsql_pool_max_open{service='temporal-history', instance='a'}", "10x120"),
    ]),
    later("transactions-given-up", &[
        ("dsql_tx_exhausted_total{operation='LockCurrentExecutions'}", "_x30 1x90"),
    ], &[
        ("dsql_tx_exhausted_total{operation='LockCurrentExecutions'}", "1x120"),
    ]),
    proof("visibility-errors", &[
        ("visibility_persistence_errors{operation='RecordWorkflowExecutionStarted'}", "0+60x120"),
    ], &[
        ("visibility_persistence_errors{operation='RecordWorkflowExecutionStarted'}", "0+1x120"),
    ]),
    proof("visibility-slow", &[
        ("visibility_persistence_latency_bucket{le='1'}", "0+98x120"),
        ("visibility_persistence_latency_bucket{le='10'}", "0+100x120"),
        ("visibility_persistence_latency_bucket{le='+Inf'}", "0+100x120"),
    ], &[
        ("visibility_persistence_latency_bucket{le='1'}", "0+100x120"),
        ("visibility_persistence_latency_bucket{le='+Inf'}", "0+100x120"),
    ]),
    proof("reservoir-low", &[
        ("dsql_reservoir_size{service='temporal-history', instance='a'}", "20x120"),
        ("dsql_reservoir_target{service='temporal-history', instance='a'}", "50x120"),
    ], &[
        ("dsql_reservoir_size{service='temporal-history', instance='a'}", "30x120"),
        ("dsql_reservoir_target{service='temporal-history', instance='a'}", "50x120"),
        // A pool without a reservoir.
        ("dsql_reservoir_size{service='temporal-history', instance='b'}", "0x120"),
        ("dsql_reservoir_target{service='temporal-history', instance='b'}", "0x120"),
    ]),
    proof("reservoir-empty", &[
        ("dsql_reservoir_empty_total{service='temporal-history', instance='a'}", "0+1x120"),
    ], &[
        ("dsql_reservoir_empty_total{service='temporal-history', instance='a'}", "4x120"),
    ]),
    proof("connections-fail", &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='connection_open'}", "0+1x120"),
    ], &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='connection_open'}", "2x120"),
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='rate_limit'}", "0+1x120"),
    ]),
    proof("connects-limited", &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='rate_limit'}", "0+1x120"),
    ], &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='lease_acquire'}", "0+1x120"),
    ]),
    proof("lease-refused", &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='lease_acquire'}", "0+1x120"),
    ], &[
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='lease_acquire'}", "3x120"),
        ("dsql_reservoir_refill_failures_total{service='temporal-history', reason='rate_limit'}", "0+1x120"),
    ]),
    proof("lease-nearly-full", &[
        ("dsql_slot_blocks_slots_used{service='temporal-history', instance='a'}", "430x120"),
        ("dsql_slot_blocks_owned{service='temporal-history', instance='a'}", "2x120"),
    ], &[
        ("dsql_slot_blocks_slots_used{service='temporal-history', instance='a'}", "390x120"),
        ("dsql_slot_blocks_owned{service='temporal-history', instance='a'}", "2x120"),
    ]),
];
