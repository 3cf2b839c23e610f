//! What goes wrong with the four Temporal services. The names of the metrics are those of the server's reporter `tally`,
//! which its composed configuration chooses: counters without a suffix, durations in seconds. Sources: common/metrics of
//! iw/temporal at cf90c57d6 for the names and labels; for the values, which are starting points, the public
//! tsurdilo/temporal-server-operations.

use crate::alarm::Severity::{Critical, Warning};
use crate::alarm::{Alarm, Event, Limit, Rule, Signal, Thresholds, WatchedMetrics, status};
use crate::environment::Environment;
use crate::feature::Feature;

const ALWAYS: Feature = Feature::always("");

/// Ratios and percentiles that several alarms, dashboards and people ask for.
pub(super) const RECORDED: &[(&str, &str)] = &[
    (
        "temporal:service_errors:ratio",
        "sum by (service_name) (rate(service_errors[5m])) / sum by (service_name) (rate(service_requests[5m]))",
    ),
    (
        // Without requests that wait for something to happen.
        "temporal:service_latency:p99",
        "histogram_quantile(0.99, sum by (le, operation) (rate(service_latency_bucket{service_name='frontend',\
         operation!~'Poll.+|GetWorkflowExecutionHistory|UpdateWorkflowExecution|ExecuteMultiOperation|\
         QueryWorkflow'}[5m])))",
    ),
    (
        "temporal:task_queue_backlog:sum",
        "sum by (namespace, taskqueue) (approximate_backlog_count)",
    ),
];

fn thresholds(environment: &Environment) -> Thresholds {
    let found = environment.part::<Thresholds>();
    *found.expect("only an environment with alarms is asked")
}

pub(super) const ALARMS: &[Alarm] = &[
    Alarm {
        severity: Critical,
        users: "Less capacity. If no task of a service is left, no workflow makes progress.",
        first: "`status` shows which service is short. If its tasks stop again and again, read its log and undo the last \
                change. If they are pending, instances are missing: see `capacity-short`.",
        ..Alarm::tasks_missing(
            "tasks-missing",
            "A Temporal service runs fewer tasks than it should.",
            ALWAYS,
            services,
        )
    },
    Alarm {
        name: "deployment-failed",
        summary: "ECS gave up a deployment of a service.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("", "a deployment that fails"),
        // Source: Amazon ECS developer guide, "Amazon ECS service deployment state change events".
        signal: Signal::Event(Event {
            source: "aws.ecs",
            detail_type: "ECS Deployment State Change",
            name: "SERVICE_DEPLOYMENT_FAILED",
            resources: "\"${replace(module.ecs_cluster.cluster_arn, \":cluster/\", \":service/\")}/\"",
        }),
        users: "None while the old tasks run: ECS returns to them.",
        look: Some(status),
        first: "The message names the service and the reason. The log of its stopped tasks says more. Correct the change and \
                apply again, or take it back: until then, Terraform and ECS differ.",
        over: "The next deployment of the service succeeds. No message says so.",
    },
    Alarm {
        name: "frontend-silent",
        summary: "The frontend reports no requests.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("1", "no metric of a request"),
        signal: Signal::Server(Rule {
            expression: "absent(service_requests{service_name='frontend'})",
            minutes: 5,
        }),
        users: "Clients and workers cannot connect, or metrics do not arrive. Then no other alarm of the server goes on.",
        look: Some(status),
        first: "If frontend tasks run, the fault is in the metrics: read the log of the sidecar. Otherwise start the \
                services with `up`. The alarm also goes on before the first start and while you stop the services on purpose.",
        over: "Requests of the frontend are recorded again.",
    },
    Alarm {
        name: "errors",
        summary: "Too many requests of a service fail.",
        severity: Critical,
        feature: ALWAYS,
        limit: |it| {
            let percent = thresholds(it).errors_percent;
            Limit::of(
                "alarms.errors_percent",
                "var.alarms.errors_percent / 100",
                format!("more than {percent} % of a service's requests"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "temporal:service_errors:ratio > LIMIT",
            minutes: 5,
        }),
        users: "Calls of clients and workers fail or are retried.",
        look: Some(status),
        first: "Group `service_error_with_type` by `error_type`. Errors of persistence lead to the database's \
                alarms. If they began with a deployment, set the previous image and apply.",
        over: "The ratio stays below the limit for ten minutes.",
    },
    Alarm {
        name: "latency",
        summary: "The frontend answers slowly.",
        severity: Warning,
        feature: ALWAYS,
        limit: |it| {
            let milliseconds = thresholds(it).latency_ms;
            Limit::of(
                "alarms.latency_ms",
                "var.alarms.latency_ms / 1000",
                format!("99th percentile above {milliseconds} ms"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "max(temporal:service_latency:p99) > LIMIT",
            minutes: 10,
        }),
        users: "Starting, signalling and listing workflows takes longer.",
        look: Some(status),
        first: "Compare with `persistence_latency`: if it rose too, look at the database. Otherwise compare the CPU of \
                frontend and history tasks, and start more of them.",
        over: "The 99th percentile is below the limit.",
    },
    Alarm {
        name: "panics",
        summary: "A service recovered from a panic.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a panic"),
        // A counter begins with its first panic, of which no increase is seen.
        signal: Signal::Server(Rule {
            expression: "sum by (service_name) (increase(service_panics[10m]) > 0 or service_panics unless service_panics \
                         offset 10m) > LIMIT",
            minutes: 0,
        }),
        users: "The request failed. The cause is a fault in the server.",
        look: None,
        first: "Find the stack trace in the service's log. Report it, or return to the previous image if it began with a \
                deployment.",
        over: "No panic for ten minutes.",
    },
    Alarm {
        name: "overloaded",
        summary: "A service rejects requests because the system is overloaded.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a rejected request"),
        signal: Signal::Server(Rule {
            expression: "sum by (service_name) (rate(service_errors_resource_exhausted{resource_exhausted_cause=~\
                         'SystemOverloaded|CircuitBreakerOpen'}[5m])) > LIMIT",
            minutes: 2,
        }),
        users: "Requests fail with RESOURCE_EXHAUSTED and are retried later.",
        look: Some(status),
        first: "Start more tasks of the service, within the connections that `status` shows as left. Stop new load if the \
                database is slow as well.",
        over: "No rejected requests for ten minutes.",
    },
    Alarm {
        name: "rate-limited",
        summary: "Requests reach a rate limit.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a rejected request"),
        signal: Signal::Server(Rule {
            expression: "sum by (service_name, resource_exhausted_cause) (rate(service_errors_resource_exhausted{\
                         resource_exhausted_cause=~'RpsLimit|ConcurrentLimit|PersistenceLimit'}[5m])) > LIMIT",
            minutes: 15,
        }),
        users: "Clients wait and retry.",
        look: None,
        first: "RpsLimit: raise `frontend.namespaceRPS` or `frontend.rps` in `dynamic_config`. PersistenceLimit: raise \
                `persistenceMaxQPS` of the service, if the database has room. Otherwise slow the client down.",
        over: "No rejected requests for fifteen minutes.",
    },
    Alarm {
        name: "shards-unowned",
        summary: "Some history shards have no owner.",
        severity: Critical,
        feature: ALWAYS,
        limit: |it| {
            let shards = it.history_shards;
            Limit::of(
                "history_shards",
                "var.history_shards",
                format!("fewer than {shards} owned shards"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "(sum(numshards_gauge) or vector(0)) < LIMIT",
            minutes: 15,
        }),
        users: "The workflows of these shards stand still.",
        look: Some(status),
        first: "If history tasks are missing, start them. If all run, their logs say why they cannot acquire shards, mostly \
                because of the database. Restart history last. The alarm also goes on before the first start and while you \
                stop the services on purpose.",
        over: "`sum(numshards_gauge)` is the number of shards.",
    },
    Alarm {
        name: "shards-moving",
        summary: "History shards change owners all the time.",
        severity: Warning,
        feature: ALWAYS,
        limit: |it| {
            let shards = it.history_shards;
            Limit::of(
                "history_shards",
                "var.history_shards",
                format!("more than {shards} moves in ten minutes"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "sum(increase(sharditem_created_count[10m])) > LIMIT",
            minutes: 20,
        }),
        users: "Workflows pause for seconds, again and again.",
        look: Some(status),
        first: "Look for history tasks that restart: out of memory, failed health checks, a deployment that does not end.",
        over: "Shards are created only when tasks come or go.",
    },
    Alarm {
        name: "shard-locks",
        summary: "Requests wait long for the lock of a history shard.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0.3", "99th percentile above 0.3 s"),
        signal: Signal::Server(Rule {
            expression: "histogram_quantile(0.99, sum by (le) (rate(semaphore_latency_bucket{operation='ShardInfo'}[5m]))) \
                         > LIMIT",
            minutes: 10,
        }),
        users: "Some workflows are slow.",
        look: None,
        first: "Compare with `persistence_latency`: a slow database holds locks longer. One busy workflow also does: look \
                for the namespace with the most requests.",
        over: "The 99th percentile is below 0.15 s.",
    },
    Alarm {
        name: "timers-late",
        summary: "Timers fire late.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("30", "99th percentile of the delay above 30 s"),
        signal: Signal::Server(Rule {
            expression: "histogram_quantile(0.99, sum by (le) (rate(shardinfo_scheduled_queue_lag_bucket{\
                         task_category='timer'}[5m]))) > LIMIT",
            minutes: 10,
        }),
        users: "Timers, timeouts and schedules of workflows come too late.",
        look: Some(status),
        first: "Look at the history tasks' CPU and at the database's latency. Start more history tasks if their CPU is the \
                limit.",
        over: "The delay is below 5 s.",
    },
    Alarm {
        name: "deadlocks",
        summary: "The server suspects a deadlock.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a suspected deadlock"),
        signal: Signal::Server(Rule {
            expression: "max by (service_name) (dd_current_suspected_deadlocks) > LIMIT",
            minutes: 2,
        }),
        users: "A part of the service hangs.",
        look: Some(status),
        first: "The service's log has the stacks of all goroutines. Keep it, then restart the service.",
        over: "The metric is 0 again.",
    },
    Alarm {
        name: "tasks-lost",
        summary: "History gave up internal tasks.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a task that failed for good"),
        signal: Signal::Server(Rule {
            expression: "sum(increase(task_terminal_failures[10m]) > 0 or task_terminal_failures unless \
                         task_terminal_failures offset 10m) > LIMIT",
            minutes: 0,
        }),
        users: "A workflow may wait for something that never comes.",
        look: None,
        first: "The history log names the workflow and the task. Look at the workflow, and reset it if it \
                does not move.",
        over: "No such task for ten minutes.",
    },
    Alarm {
        name: "no-pollers",
        summary: "Tasks wait in a task queue that no worker polls.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0", "a task without a poller"),
        signal: Signal::Server(Rule {
            expression: "sum by (namespace, taskqueue) (rate(no_poller_tasks[5m])) > LIMIT",
            minutes: 10,
        }),
        users: "The workflows of this task queue do not move.",
        look: None,
        first: "Ask the owner of the namespace whether their workers run. If they do, their connection to the frontend is \
                the fault.",
        over: "A worker polls the task queue.",
    },
    Alarm {
        name: "backlog",
        summary: "Tasks wait for workers.",
        severity: Warning,
        feature: ALWAYS,
        limit: |it| {
            let tasks = thresholds(it).backlog;
            Limit::of(
                "alarms.backlog",
                "var.alarms.backlog",
                format!("more than {tasks} tasks in a task queue"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "temporal:task_queue_backlog:sum > LIMIT",
            minutes: 10,
        }),
        users: "Workflows of the task queue are slow.",
        look: None,
        first: "Workers are too few or too slow: their owner adds some. If every task queue has a backlog, look at matching \
                and at the database.",
        over: "The backlog is below the limit.",
    },
];

/// The four services by the names that their module gives, which the alarms must not wait for: a service waits for the
/// alarms that can roll it back.
fn services(environment: &Environment) -> Vec<WatchedMetrics> {
    let mut all = Vec::new();
    for service in &environment.services {
        let name = service.name();
        let full = format!("\"${{local.name}}-temporal-{name}\"");
        all.push(WatchedMetrics::tasks(name, &full));
    }
    all
}
