//! What goes wrong with the visibility store. Source of the metrics and most values: the developer guide of Amazon
//! OpenSearch Service, "Recommended CloudWatch alarms".

use crate::alarm::Severity::{Critical, Warning};
use crate::alarm::{Alarm, Limit, Metric, MetricAlarm, Rule, Signal, WatchedMetrics};
use crate::environment::OpenSearch;
use crate::feature::Feature;

const ALWAYS: Feature = Feature::always("");

const MASTERS: Feature = Feature::new("opensearch.dedicated_masters", |it| {
    it.opensearch.masters.is_some()
});

const OWN_KEY: Feature = Feature::new("opensearch.kms_key_arn", |it| {
    it.opensearch.kms_key_arn.is_some()
});

/// How many alarms options bring.
pub(super) fn of_options(store: &OpenSearch) -> usize {
    2 * usize::from(store.masters.is_some()) + 2 * usize::from(store.kms_key_arn.is_some())
}

pub(super) const ALARMS: &[Alarm] = &[
    Alarm {
        name: "search-red",
        summary: "OpenSearch lost a part of its data.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("1", "status red"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("ClusterStatus.red", "Maximum"),
            1,
        )),
        users: "Lists and searches of workflows fail or are incomplete. Workflows run.",
        look: None,
        first: "Open the domain in the console: it names the shards without a node. AWS replaces a lost node by itself. If \
                the status is still red after an hour, restore the index from a snapshot: [the requests for \
                it](https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshot-restore.html) \
                must come from the VPC, signed with a role that the domain's access policy names. AWS takes no snapshot \
                while the status is red, and deletes old ones after two weeks.",
        over: "The domain's status is yellow or green.",
    },
    Alarm {
        name: "search-yellow",
        summary: "OpenSearch has copies without a node.",
        severity: Warning,
        feature: Feature::new("opensearch.instance_count", |it| {
            it.opensearch.instance_count > 1
        }),
        limit: |_| Limit::fixed("1", "status yellow"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("ClusterStatus.yellow", "Maximum"),
            60,
        )),
        users: "None. The next lost node may cost data.",
        look: None,
        first: "Wait while AWS replaces a node or applies an update. Then look for a full volume.",
        over: "The domain's status is green.",
    },
    Alarm {
        name: "search-space",
        summary: "A volume of OpenSearch is nearly full.",
        severity: Warning,
        feature: ALWAYS,
        limit: |it| {
            Limit::of(
                "opensearch.volume_size",
                // In MiB, like the metric.
                "var.opensearch.volume_size * 1024 / 4",
                format!(
                    "less than {} GiB free, a quarter",
                    it.opensearch.volume_size / 4
                ),
            )
        },
        signal: Signal::Aws(MetricAlarm::below(
            |_| domain("FreeStorageSpace", "Minimum"),
            5,
        )),
        users: "None yet. A full volume takes no new records.",
        look: None,
        first: "Raise `opensearch.volume_size` and apply: it grows in place. A shorter retention of namespaces also helps.",
        over: "More than a quarter is free.",
    },
    Alarm {
        name: "search-writes-blocked",
        summary: "OpenSearch takes no writes.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("1", "writes blocked"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("ClusterIndexWritesBlocked", "Maximum"),
            5,
        )),
        users: "New and closed workflows are missing in lists.",
        look: None,
        first: "Free space or memory is the cause: see `search-space` and `search-memory`. Raise the volume or the node type.",
        over: "New workflows are in the list again.",
    },
    Alarm {
        name: "search-nodes",
        summary: "OpenSearch has fewer nodes than composed.",
        severity: Warning,
        feature: ALWAYS,
        limit: |it| {
            // AWS counts the master nodes too.
            let store = &it.opensearch;
            Limit::of(
                "opensearch.instance_count",
                "var.opensearch.instance_count + (var.opensearch.dedicated_masters ? 3 : 0)",
                format!(
                    "fewer than {} nodes",
                    store.instance_count + store.master_count()
                ),
            )
        },
        signal: Signal::Aws(MetricAlarm {
            period: 3600,
            periods: 1,
            ..MetricAlarm::below(|_| domain("Nodes", "Minimum"), 1)
        }),
        users: "Slower searches.",
        look: None,
        first: "AWS replaces lost nodes by itself. Ask AWS Support if it does not within a day.",
        over: "All nodes are there.",
    },
    Alarm {
        name: "search-memory",
        summary: "OpenSearch is short of memory.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("95", "at least 95 % of the heap in use"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("JVMMemoryPressure", "Maximum"),
            3,
        )),
        users: "Searches fail. Nodes may crash.",
        look: None,
        first: "Stop expensive searches. Choose a larger `opensearch.instance_type`.",
        over: "Less than 85 % in use.",
    },
    Alarm {
        name: "search-cpu",
        summary: "OpenSearch's CPU is at its limit.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("80", "at least 80 %"),
        signal: Signal::Aws(MetricAlarm {
            period: 900,
            periods: 3,
            ..MetricAlarm::at_least(|_| domain("CPUUtilization", "Maximum"), 1)
        }),
        users: "Slower searches.",
        look: None,
        first: "Find what searches or writes most. Choose a larger node type or more nodes.",
        over: "Less than 80 %.",
    },
    Alarm {
        name: "search-masters-memory",
        summary: "A master node of OpenSearch is short of memory.",
        severity: Critical,
        feature: MASTERS,
        limit: |_| Limit::fixed("95", "at least 95 % of the heap in use"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("MasterJVMMemoryPressure", "Maximum"),
            3,
        )),
        users: "None yet. Without a master, the domain answers nothing.",
        look: None,
        first: "Choose a larger `opensearch.master_type`.",
        over: "Less than 85 % in use.",
    },
    Alarm {
        name: "search-masters-cpu",
        summary: "A master node of OpenSearch is busy.",
        severity: Warning,
        feature: MASTERS,
        limit: |_| Limit::fixed("50", "at least 50 %"),
        signal: Signal::Aws(MetricAlarm {
            period: 900,
            periods: 3,
            ..MetricAlarm::at_least(|_| domain("MasterCPUUtilization", "Maximum"), 1)
        }),
        users: "None yet. New nodes and shards take longer.",
        look: None,
        first: "Choose a larger `opensearch.master_type`.",
        over: "Less than 50 %.",
    },
    Alarm {
        name: "search-key",
        summary: "OpenSearch can't use its KMS key.",
        severity: Critical,
        feature: OWN_KEY,
        limit: |_| Limit::fixed("1", "a failed use of the key"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| {
                let mut all = domain("KMSKeyError", "Maximum");
                all.extend(domain("KMSKeyInaccessible", "Maximum"));
                for (watched, of) in all.iter_mut().zip(["disabled", "inaccessible"]) {
                    watched.of = of.to_owned();
                }
                all
            },
            1,
        )),
        users: "Lists and searches of workflows fail. Workflows run.",
        look: None,
        first: "Enable the key in KMS, or give the grant to OpenSearch again, at once. A domain without its key for long is lost.",
        over: "The domain's status is green, and lists of workflows work.",
    },
    Alarm {
        name: "search-snapshot",
        summary: "The automatic snapshot of OpenSearch failed.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("1", "a failed snapshot"),
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| domain("AutomatedSnapshotFailure", "Maximum"),
            1,
        )),
        users: "None.",
        look: None,
        first: "A domain with status red cannot be saved: see `search-red`.",
        over: "The next snapshot, within an hour, succeeds.",
    },
    Alarm {
        name: "visibility-errors",
        summary: "Reads or writes of visibility records fail.",
        severity: Critical,
        feature: ALWAYS,
        limit: |_| Limit::fixed("0.1", "more than 0.1 per second"),
        signal: Signal::Server(Rule {
            expression: "sum(rate(visibility_persistence_errors[5m])) > LIMIT",
            minutes: 10,
        }),
        users: "Workflows are missing in lists, or listing fails.",
        look: None,
        first: "Look at the domain's status. After a change of the domain or its roles, read the history log: 403 means that \
                the access policy lacks the task role.",
        over: "No errors for ten minutes.",
    },
    Alarm {
        name: "visibility-slow",
        summary: "Reads and writes of visibility records are slow.",
        severity: Warning,
        feature: ALWAYS,
        limit: |_| Limit::fixed("3", "99th percentile above 3 s"),
        signal: Signal::Server(Rule {
            expression: "histogram_quantile(0.99, sum by (le) (rate(visibility_persistence_latency_bucket[5m]))) > LIMIT",
            minutes: 10,
        }),
        users: "Listing and searching workflows takes long.",
        look: None,
        first: "Look at CPU and memory of the domain, and for expensive searches.",
        over: "The 99th percentile is below 3 s.",
    },
];

/// A metric of the domain.
fn domain(name: &'static str, statistic: &'static str) -> Vec<WatchedMetrics> {
    WatchedMetrics::one(Metric::new(
        "AWS/ES",
        name,
        statistic,
        &[
            ("DomainName", "module.opensearch.domain_name"),
            // An account and the domain's name.
            ("ClientId", "split(\"/\", module.opensearch.domain_id)[0]"),
        ],
    ))
}
