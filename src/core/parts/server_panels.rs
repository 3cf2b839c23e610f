//! The panels of the Temporal server and its task queues.

use crate::compose::panel::{Panel, SERVER, Source, Unit, WORKERS, by, named};

use Source::{Highest, Percentile99, Rate, RateOfSum, ShareOfRate, Sum};

const BY_SERVICE: &str = "service_name";
const BY_QUEUE: &str = "namespace, taskqueue, task_type";

/// The panels, in their order.
pub(super) const PANELS: &[Panel] = &[
    Panel::new(
        SERVER,
        "Requests",
        "Requests that each service answers.",
        Unit::Requests,
        &[by(BY_SERVICE, Rate("service_requests", ""))],
    ),
    Panel::new(
        SERVER,
        "Errors by type",
        "Requests that end with an error. Some types are normal, such as NotFound and AlreadyStarted.",
        Unit::Requests,
        &[by(
            "service_name, error_type",
            Rate("service_error_with_type", ""),
        )],
    ),
    Panel::new(
        SERVER,
        "Frontend latency, p99",
        "The ten slowest operations of the frontend, without those that wait for work.",
        Unit::Seconds,
        &[by(
            "operation",
            Percentile99(
                "service_latency",
                "service_name=\"frontend\",operation!~\"Poll.*|GetWorkflowExecutionHistory|LongPoll.*\"",
            ),
        )],
    ),
    Panel::new(
        SERVER,
        "Rejected requests",
        "Requests above a limit, by cause. RpsLimit and PersistenceLimit are values of the dynamic configuration.",
        Unit::Requests,
        &[by(
            "service_name, resource_exhausted_cause",
            Rate("service_errors_resource_exhausted", ""),
        )],
    ),
    Panel::new(
        SERVER,
        "Closed workflows",
        "Workflows that end, by result.",
        Unit::PerSecond,
        &[
            named("completed", "", Rate("workflow_success", "")),
            named("failed", "", Rate("workflow_failed", "")),
            named("timed out", "", Rate("workflow_timeout", "")),
            named("terminated", "", Rate("workflow_terminate", "")),
            named("canceled", "", Rate("workflow_cancel", "")),
        ],
    ),
    Panel::new(
        SERVER,
        "State transitions",
        "Steps of all workflows. This is the load that the history service and the database feel.",
        Unit::PerSecond,
        &[named("all", "", RateOfSum("state_transition_count", ""))],
    ),
    Panel::new(
        SERVER,
        "Shards by task",
        "Shards that each history task owns. Without a task that starts or stops, the lines are flat and near each other.",
        Unit::Count,
        &[by("instance", Sum("numshards_gauge", ""))],
    ),
    Panel::new(
        SERVER,
        "Shard movements",
        "Shards that change their owner. Movements without a deployment mean that tasks lose each other or restart.",
        Unit::PerSecond,
        &[
            named("created", "", Rate("sharditem_created_count", "")),
            named("removed", "", Rate("sharditem_removed_count", "")),
            named("closed", "", Rate("shard_closed_count", "")),
        ],
    ),
    Panel::new(
        SERVER,
        "Membership changes",
        "Tasks that join or leave the ring, as each service sees it.",
        Unit::PerSecond,
        &[by(BY_SERVICE, Rate("membership_changed_count", ""))],
    ),
    Panel::new(
        SERVER,
        "Restarts and panics",
        "Processes that start, and requests that end in a panic. Panics are errors of the server: read its log.",
        Unit::PerSecond,
        &[
            named("restarts", BY_SERVICE, Rate("restarts", "")),
            named("panics", BY_SERVICE, Rate("service_panics", "")),
        ],
    ),
    Panel::new(
        SERVER,
        "Immediate queue lag, p99",
        "Tasks of a shard that wait to be processed. A line that only grows means that history cannot keep up.",
        Unit::Count,
        &[by(
            "task_category",
            Percentile99("shardinfo_immediate_queue_lag", ""),
        )],
    ),
    Panel::new(
        SERVER,
        "Scheduled queue lag, p99",
        "How late timers and other scheduled tasks are.",
        Unit::Seconds,
        &[by(
            "task_category",
            Percentile99("shardinfo_scheduled_queue_lag", ""),
        )],
    ),
    Panel::new(
        SERVER,
        "Queue task latency, p99",
        "The time from the creation of a history task to its end, for the ten slowest operations.",
        Unit::Seconds,
        &[by("operation", Percentile99("task_latency_queue", ""))],
    ),
    Panel::new(
        SERVER,
        "Queue task errors",
        "Errors of history tasks, which are tried again, and tasks that never succeed.",
        Unit::PerSecond,
        &[
            named("errors", "operation", Rate("task_errors", "")),
            named("terminal failures", "", Rate("task_terminal_failures", "")),
        ],
    ),
    Panel::new(
        SERVER,
        "Cache misses",
        "The share of lookups in the history caches that read from the database.",
        Unit::Share,
        &[by(
            "cache_type",
            ShareOfRate("cache_miss", "cache_requests"),
        )],
    ),
    Panel::new(
        SERVER,
        "Scraped tasks",
        "Tasks whose metrics arrive. Compare it with the running tasks of each service.",
        Unit::Count,
        &[by("service", Sum("up", ""))],
    ),
    Panel::new(
        WORKERS,
        "Backlog",
        "Tasks that wait for a worker, by task queue. Add workers if it grows.",
        Unit::Count,
        &[by(BY_QUEUE, Sum("approximate_backlog_count", ""))],
    ),
    Panel::new(
        WORKERS,
        "Backlog age",
        "How long the oldest task of a task queue has waited.",
        Unit::Seconds,
        &[by(BY_QUEUE, Highest("approximate_backlog_age_seconds", ""))],
    ),
    Panel::new(
        WORKERS,
        "Immediate matches",
        "The share of tasks that find a waiting worker at once. Below 1, workers are too few or their pollers are.",
        Unit::Share,
        &[by(
            BY_QUEUE,
            ShareOfRate("poll_success_sync", "poll_success"),
        )],
    ),
    Panel::new(
        WORKERS,
        "Tasks without a worker",
        "Tasks of task queues that no worker has polled for some time.",
        Unit::PerSecond,
        &[by(BY_QUEUE, Rate("no_poller_tasks", ""))],
    ),
    Panel::new(
        WORKERS,
        "Asynchronous match latency, p99",
        "The time from a task's creation to its start, for tasks that were written to the database first.",
        Unit::Seconds,
        &[by(BY_QUEUE, Percentile99("asyncmatch_latency", ""))],
    ),
    Panel::new(
        WORKERS,
        "Throttled task queues",
        "Tasks above the rate limit of their task queue.",
        Unit::PerSecond,
        &[by(BY_QUEUE, Rate("sync_throttle_count", ""))],
    ),
];
