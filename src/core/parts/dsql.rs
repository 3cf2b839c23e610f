//! The database: an Aurora DSQL cluster, the environment's own or one that exists.

use super::part::{
    Call, DiagramTexts, DocumentTexts, FlatSource, FlatTexts, FormSection, Module, Part, PartTexts,
    ProtectedResource, RootTexts, Values,
};
use super::subject::Subject;
use crate::alarm::{
    self, Alarm, Limit, Metric, MetricAlarm, Rule as AlarmRule, Severity as AlarmSeverity, Signal,
    Thresholds, WatchedMetrics, status,
};
use crate::catalog;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, DATABASE, Panel, Source, Unit, by, cloudwatch, named};
use crate::compose::references::NAME;
use crate::compose::rows::Right;
use crate::diagram::{DiagramBox, Flow, OUTSIDE, SERVICES};
use crate::dsql::{DsqlArn, DsqlEndpoint};
use crate::environment::{Dsql, DsqlCluster, DsqlMode, Environment, Limiter};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, Kind, OptionRow, count, environment_row, same_integer, same_text,
};
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemCode, ProblemRow, Severity};
use crate::rules::Rule;
use crate::sizing::connection_demand::Pool;
use crate::sizing::usage_line::{UsageLine, usage_line};

const MODE: &str = "dsql.mode";
const ENDPOINT: &str = "dsql.endpoint";
const ARN: &str = "dsql.arn";
const QUOTA: &str = "dsql.max_connections";
const LIMITER: &str = "dsql.limiter";

/// Every environment has a database.
const FEATURE: Feature = Feature::always("dsql");

/// A cluster of the environment's own.
const OWN_CLUSTER: Feature = Feature::new(MODE, |it| it.dsql.cluster == DsqlCluster::Own);

/// The words that differ between a cluster of the environment's own and one that exists already.
struct Words {
    /// The code of its host name.
    endpoint: &'static str,
    /// The code of its ARN.
    arn: &'static str,
    /// The code of its identifier, by which metrics know it.
    identifier: &'static str,
    /// What it is, in a sentence.
    noun: &'static str,
    /// What it is, in a cell of the page's overview.
    overview: &'static str,
    /// What it is, in its box of the page's diagram.
    diagram: &'static str,
}

const OWN: Words = Words {
    endpoint: "module.dsql.endpoint",
    arn: "module.dsql.arn",
    identifier: "module.dsql.identifier",
    noun: "an Aurora DSQL cluster created by this environment",
    overview: "cluster of its own",
    diagram: "a cluster of its own",
};

const EXISTING: Words = Words {
    endpoint: "var.dsql_endpoint",
    arn: "var.dsql_cluster_arn",
    identifier: "element(split(\"/\", var.dsql_cluster_arn), 1)",
    noun: "an existing Aurora DSQL cluster",
    overview: "existing cluster",
    diagram: "existing cluster",
};

/// The words for the cluster of `environment`.
fn words(environment: &Environment) -> &'static Words {
    match environment.dsql.cluster {
        DsqlCluster::Own => &OWN,
        DsqlCluster::Existing { .. } => &EXISTING,
    }
}

/// The code of the database's host name.
pub(crate) fn endpoint(environment: &Environment) -> &'static str {
    words(environment).endpoint
}

/// The code of the database's ARN.
pub(crate) fn arn(environment: &Environment) -> &'static str {
    words(environment).arn
}

/// The database in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "DSQL",
        summary: "{mode}",
    }),
    modules: &[Module::new("dsql", "the Aurora DSQL cluster", OWN_CLUSTER)],
    check,
    warn,
    values_of: |it, variable| {
        alarm::values_of(it, variable, const { alarm::of_cloudwatch(ALARMS) })
    },
    ..Part::new("dsql", Subject::Database, FEATURE)
};

/// The database in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |environment| {
            vec![("dsql_cluster", words(environment).identifier.to_owned())]
        },
        outputs,
        call: Some(Call::new("dsql", "dsql", arguments)),
        protected: &[ProtectedResource::store(
            "the Aurora DSQL cluster",
            OWN_CLUSTER,
            "dsql_cluster",
            OWN.arn,
            "DSQL refuses to delete the cluster.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        open_values,
        rights: &[Right::new(
            "temporal-task",
            "the four Temporal services",
            &["dsql:DbConnectAdmin"],
            "the DSQL cluster",
            FEATURE,
        )],
        restoring: Some(restoring),
        fact: Some(fact),
        ..DocumentTexts::NONE
    },
    used: USED,
    problems: &[
        CLUSTER_OF_ANOTHER_REGION,
        CLUSTER_OF_ANOTHER_ACCOUNT,
        TWO_CLUSTERS,
        RAISED_QUOTA,
    ],
    overview: &[
        ("History shards", |it| Some(it.history_shards.to_string())),
        ("DSQL", |it| Some(words(it).overview.to_owned())),
    ],
    flat: FlatTexts {
        values: &[
            (
                MODE,
                HISTORY,
                FlatSource::Implies(DsqlMode::Existing.name()),
            ),
            (
                ENDPOINT,
                HISTORY,
                FlatSource::TextVariable("TEMPORAL_SQL_HOST"),
            ),
            (
                ARN,
                "aws_iam_role_policy.temporal_dsql",
                FlatSource::PolicyResource,
            ),
        ],
        blanks: &[
            (ENDPOINT, "`dsql_cluster_endpoint`"),
            (ARN, "`dsql_cluster_arn`"),
        ],
        ..FlatTexts::NONE
    },
    diagram: DiagramTexts {
        boxes,
        flows_by_environment: flows,
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    recorded: RECORDED,
    ..PartTexts::new(&PART)
};

/// The task definition of the flat root that says where the database is.
const HISTORY: &str = "aws_ecs_task_definition.temporal_history";

const CLUSTER_OF_ANOTHER_REGION: ProblemRow = ProblemRow::of_part(
    "cluster-of-another-region",
    Severity::Error,
    "The DSQL cluster is in another region than the environment.",
    "Use a cluster of the environment's region.",
    Fixable::No("Only you know the cluster."),
);
const CLUSTER_OF_ANOTHER_ACCOUNT: ProblemRow = ProblemRow::of_part(
    "cluster-of-another-account",
    Severity::Warning,
    "The DSQL cluster is in another account than the environment, where the task role's rights don't reach it.",
    "Use a cluster of the environment's account, or grant the access there.",
    Fixable::No("Only you know the cluster."),
);
const TWO_CLUSTERS: ProblemRow = ProblemRow::of_part(
    "two-clusters",
    Severity::Error,
    "The endpoint and the ARN name different DSQL clusters.",
    "Give the endpoint and the ARN of one cluster.",
    Fixable::No("Only you know which of both is meant."),
);
const RAISED_QUOTA: ProblemRow = ProblemRow::of_part(
    "raised-quota",
    Severity::Advice,
    "The quota of connections is above DSQL's default, so AWS must have raised it.",
    "Check it in Service Quotas under Amazon Aurora DSQL before the first apply.",
    Fixable::No("Whether AWS has raised it stands in the account alone."),
);

const CLUSTER: &[(&str, &str)] = &[("ClusterId", "${dsql_cluster}")];
const RESOURCE: &[(&str, &str)] = &[("ResourceId", "${dsql_cluster}")];

const PANELS: &[Panel] = &[
    Panel::new(
        DATABASE,
        "Pool in use",
        "The share of each service's connections that run a statement. Near 1, requests wait for a connection.",
        Unit::Share,
        &[by(
            "service_name",
            Source::ShareOfGauge("dsql_pool_in_use", "dsql_pool_max_open"),
        )],
    ),
    Panel::new(
        DATABASE,
        "Open connections",
        "Connections of the pools, by service. `server` is the pool that a process opens to start.",
        Unit::Count,
        &[by("service_name", Source::Sum("dsql_pool_open", ""))],
    ),
    Panel::new(
        DATABASE,
        "Waits for a connection",
        "Statements that found no free connection in their pool.",
        Unit::PerSecond,
        &[by("service_name", Source::Rate("dsql_pool_wait_total", ""))],
    ),
    Panel::new(
        DATABASE,
        "Rebuilt pools",
        "Attempts to replace a pool after a connection error.",
        Unit::PerSecond,
        &[by(
            "service_name",
            Source::Rate("persistence_session_refresh_attempts", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Database requests",
        "Requests of the services to the database.",
        Unit::Requests,
        &[by("service_name", Source::Rate("persistence_requests", ""))],
    ),
    Panel::new(
        DATABASE,
        "Database errors",
        "Requests to the database that end with an error, by type.",
        Unit::Requests,
        &[by(
            "service_name, error_type",
            Source::Rate("persistence_error_with_type", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Database latency, p99",
        "The ten slowest operations on the database.",
        Unit::Seconds,
        &[by(
            "operation",
            Source::Percentile99("persistence_latency", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Transaction latency, p99",
        "The ten slowest transactions, with their retries.",
        Unit::Seconds,
        &[by("operation", Source::Percentile99("dsql_tx_latency", ""))],
    ),
    Panel::new(
        DATABASE,
        "Conflicts that the plugin sees",
        "Conflicts while a row is locked, the retries after them, and transactions that used up their retries. Conflicts at \
         a commit count in CloudWatch alone.",
        Unit::PerSecond,
        &[
            named("conflicts", "", Source::Rate("dsql_tx_conflict_total", "")),
            named("retries", "", Source::Rate("dsql_tx_retry_total", "")),
            named("given up", "", Source::Rate("dsql_tx_exhausted_total", "")),
        ],
    ),
    Panel::new(
        DATABASE,
        "Transaction errors",
        "Errors of transactions, by class.",
        Unit::PerSecond,
        &[by(
            "error_class",
            Source::Rate("dsql_tx_error_class_total", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Transactions and conflicts in DSQL",
        "All transactions, those that lost against another at their commit, and queries that took too long, per minute.",
        Unit::Count,
        &[
            cloudwatch(
                "transactions",
                "",
                ("AWS/AuroraDSQL", "TotalTransactions", "Sum"),
                CLUSTER,
            ),
            cloudwatch(
                "conflicts",
                "",
                ("AWS/AuroraDSQL", "OccConflicts", "Sum"),
                CLUSTER,
            ),
            cloudwatch(
                "query timeouts",
                "",
                ("AWS/AuroraDSQL", "QueryTimeouts", "Sum"),
                CLUSTER,
            ),
        ],
    ),
    Panel::new(
        DATABASE,
        "Commit latency in DSQL",
        "The time of a commit inside the cluster, without the network.",
        Unit::Milliseconds,
        &[cloudwatch(
            "commits",
            "",
            ("AWS/AuroraDSQL", "CommitLatency", "Average"),
            CLUSTER,
        )],
    ),
    Panel::new(
        DATABASE,
        "Connections against the quota",
        "Connections that the cluster counts, of all its clients. Its quota is 10,000 unless AWS raised it.",
        Unit::Count,
        &[cloudwatch(
            "connections",
            "",
            ("AWS/Usage", "ResourceCount", "Maximum"),
            &[
                ("Service", "AuroraDSQL"),
                ("Type", "Resource"),
                ("Resource", "ClusterConnectionCount"),
                ("ResourceId", "cluster/${dsql_cluster}"),
                ("Class", "None"),
            ],
        )],
    ),
    Panel::new(
        DATABASE,
        "New connections against the quota",
        "Connections that are opened per minute, of all its clients. The quota is 100 per second.",
        Unit::Count,
        &[cloudwatch(
            "new connections",
            "",
            ("AWS/Usage", "CallCount", "Sum"),
            &[
                ("Service", "AuroraDSQL"),
                ("Type", "API"),
                ("Resource", "DbConnectAdmin"),
                ("ResourceId", "cluster/${dsql_cluster}"),
                ("Class", "None"),
            ],
        )],
    ),
    Panel::new(
        AWS,
        "DSQL: DPU by kind",
        "What the cluster bills for reads, writes and computing.",
        Unit::Count,
        &[
            cloudwatch("reads", "", ("AWS/AuroraDSQL", "ReadDPU", "Sum"), RESOURCE),
            cloudwatch(
                "writes",
                "",
                ("AWS/AuroraDSQL", "WriteDPU", "Sum"),
                RESOURCE,
            ),
            cloudwatch(
                "computing",
                "",
                ("AWS/AuroraDSQL", "ComputeDPU", "Sum"),
                RESOURCE,
            ),
        ],
    ),
    Panel::new(
        AWS,
        "DSQL: storage",
        "The size of the cluster's data.",
        Unit::Bytes,
        &[cloudwatch(
            "storage",
            "",
            ("AWS/AuroraDSQL", "ClusterStorageSize", "Maximum"),
            CLUSTER,
        )],
    ),
];

fn open_values(environment: &Environment, page: &mut Markdown) {
    let at = environment.address();
    let is_open = |key: &str| environment.open().any(|setting| setting.row.key == key);
    if is_open(ENDPOINT) || is_open(ARN) {
        page.origin(&at.join(MODE))
            .paragraph(&format!(
                "`aws dsql list-clusters --region {0}` prints the identifier and the ARN of each DSQL cluster. The endpoint is \
                 `<identifier>.dsql.{0}.on.aws`. If you have no cluster, set `dsql.mode` to `create` in `composition.toml` and \
                 compose again: the environment then creates its own, and both values are gone.",
                environment.region
            ))
            .origin(&at);
    }
}

const OPTIONS: &[OptionRow] = &[
    environment_row(
        MODE,
        "DSQL cluster",
        "Create an Aurora DSQL cluster for the environment, or use an existing one.",
        Kind::Choice(DsqlMode::CHOICES),
        same_text(DsqlMode::Existing.name()),
    )
    .because("the database should outlive the resources around it")
    .immutable(),
    environment_row(
        ENDPOINT,
        "DSQL endpoint",
        "The host name of the cluster.",
        Kind::Text(Rule::DsqlEndpoint),
        DefaultValue::Open("abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"),
    )
    .variable("dsql_endpoint")
    .not_copied()
    .needs_choice(MODE, DsqlMode::Existing.name()),
    environment_row(
        ARN,
        "DSQL cluster ARN",
        "The ARN of the cluster. Roles get access to this cluster only.",
        Kind::Text(Rule::DsqlArn),
        DefaultValue::Open(
            "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz",
        ),
    )
    .variable("dsql_cluster_arn")
    .not_copied()
    .needs_choice(MODE, DsqlMode::Existing.name()),
    environment_row(
        QUOTA,
        "DSQL connection quota",
        "The number of connections that the cluster allows.",
        count(100, 100_000, "connections"),
        same_integer(catalog::dsql::MAX_CONNECTIONS),
    )
    .because("the AWS default; you can request an increase")
    .variable("dsql_max_connections"),
    environment_row(
        LIMITER,
        "Connection limiter",
        "How the DSQL plugin in the server image limits the connections of all tasks. An image that doesn't match \
         ignores the limits.",
        Kind::Choice(Limiter::CHOICES),
        same_text(Limiter::Counter.name()),
    )
    .because("the plugin of the pinned image"),
];

/// The database, settled; `None` if a value has the wrong type.
pub(crate) fn settle(values: &dyn Values) -> Option<Dsql> {
    Some(Dsql {
        cluster: match DsqlMode::parse(&values.text(MODE)?)? {
            DsqlMode::Create => DsqlCluster::Own,
            DsqlMode::Existing => DsqlCluster::Existing {
                endpoint: match values.text(ENDPOINT) {
                    Some(text) => Some(DsqlEndpoint::parse(&text)?),
                    None => None,
                },
                arn: match values.text(ARN) {
                    Some(text) => Some(DsqlArn::parse(&text)?),
                    None => None,
                },
            },
        },
        max_connections: values.integer(QUOTA)?,
        limiter: Limiter::parse(&values.text(LIMITER)?)?,
    })
}

/// Whether endpoint and ARN are of one cluster, of the environment's region and account.
fn check(environment: &Environment, problems: &mut Problems) {
    let DsqlCluster::Existing { endpoint, arn } = &environment.dsql.cluster else {
        return;
    };
    let mut push = |code: ProblemCode, key: &str, message: String, hint: &str| {
        let at = environment.address().join(key);
        problems.push(Problem::new(code, at, message).hint(hint));
    };
    let endpoint_region = endpoint.as_ref().map(|it| (ENDPOINT, &it.region));
    let arn_region = arn.as_ref().map(|it| (ARN, &it.region));
    for (key, found) in endpoint_region.into_iter().chain(arn_region) {
        let region = &environment.region;
        if found != region {
            push(
                CLUSTER_OF_ANOTHER_REGION.code,
                key,
                format!("the cluster is in `{found}`, but the environment is in `{region}`"),
                "use a cluster of the environment's region",
            );
        }
    }
    if let (Some(arn), Some(own)) = (arn, &environment.account_id)
        && *own != arn.account_id
    {
        push(
            CLUSTER_OF_ANOTHER_ACCOUNT.code,
            ARN,
            format!(
                "the cluster is in account `{}`, but the environment is in `{own}`",
                arn.account_id
            ),
            "the task role alone has no access to a cluster of another account",
        );
    }
    if let (Some(endpoint), Some(arn)) = (endpoint, arn)
        && endpoint.cluster != arn.cluster
    {
        push(
            TWO_CLUSTERS.code,
            ARN,
            format!(
                "the ARN names the cluster `{}`, but `dsql.endpoint` names `{}`",
                arn.cluster, endpoint.cluster
            ),
            "use the endpoint and the ARN of the same cluster",
        );
    }
}

/// Whether the quota is above the default, so that AWS raises it only on request.
fn warn(environment: &Environment, problems: &mut Problems) {
    let quota = environment.dsql.max_connections;
    let default = catalog::dsql::MAX_CONNECTIONS;
    if quota > default {
        problems.push(
            Problem::new(
                RAISED_QUOTA.code,
                environment.address().join(QUOTA),
                format!(
                    "{quota} connections exceed the DSQL default of {default}: the cluster refuses them unless AWS has \
                     raised its quota"
                ),
            )
            .hint("check Service Quotas for Amazon Aurora DSQL before the first apply"),
        );
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    block
        .blank()
        .code("project_name", NAME)
        .origin(&environment.address().join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
}

fn outputs(environment: &Environment) -> Vec<Output> {
    vec![
        output(
            "dsql_endpoint",
            "The host name of the DSQL cluster.",
            ENDPOINT,
            endpoint(environment),
        ),
        output(
            "dsql_cluster_arn",
            "The ARN of the DSQL cluster.",
            ARN,
            arn(environment),
        ),
        output(
            "dsql_max_connections",
            "The number of connections that the cluster allows.",
            QUOTA,
            "var.dsql_max_connections",
        ),
    ]
}

/// What is billed by use.
#[rustfmt::skip] // one row a line
const USED: &[UsageLine] = &[
    usage_line("dsql-requests", "DSQL requests", "dsql-million-dpu", "by use"),
    usage_line("dsql-storage", "DSQL storage", "dsql-gb-month", "by use"),
];

/// Source: <https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html>.
fn restoring(environments: &[&Environment]) -> String {
    // The new cluster is none that Terraform makes.
    let mode = if environments.iter().any(|it| OWN_CLUSTER.is_on(it)) {
        "`dsql.mode = \"existing\"`, "
    } else {
        ""
    };
    format!(
        "- **Aurora DSQL** holds every workflow. AWS Backup restores a whole backup into a new cluster, which has another \
         endpoint and ARN and is protected against deletion. What was written after the backup is lost: there is no recovery \
         to a point in time. Stop all services first. Set the new cluster in `composition.toml` ({mode}`dsql.endpoint` and \
         `dsql.arn`), compose and apply again, and start them."
    )
}

fn fact(environment: &Environment) -> Option<String> {
    Some(format!(
        "- **Database**: {}; at most {} connections",
        words(environment).noun,
        environment.dsql.max_connections
    ))
}

const BOX: &str = "Aurora DSQL";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let detail = words(environment).diagram.to_owned();
    vec![DiagramBox {
        is_store: true,
        exists: !OWN_CLUSTER.is_on(environment),
        ..DiagramBox::new(BOX, detail, (OUTSIDE, 0))
    }]
}

/// What keeps connections says itself how the tasks reach the database.
fn flows(environment: &Environment) -> Vec<Flow> {
    if environment.part::<Pool>().is_some() {
        return Vec::new();
    }
    vec![Flow {
        from: SERVICES,
        to: BOX,
        port: ports::DSQL,
        about: "workflows and task queues",
    }]
}

// What goes wrong with the database. Source of its metrics and their dimensions: the user guide of Aurora DSQL, "Monitoring
// Aurora DSQL with Amazon CloudWatch"; the dimensions `ClusterId` and `Class`, which the guide leaves out, as several public
// configurations have them.

/// The latency of the database as the server sees it.
const RECORDED: &[(&str, &str)] = &[(
    "temporal:persistence_latency:p99",
    "histogram_quantile(0.99, sum by (le, operation) (rate(persistence_latency_bucket[5m])))",
)];

/// New connections each second that a cluster allows, which can't be raised, and how many of them are too many.
const CONNECTS_A_MINUTE: &str = "80 * 60";

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "dsql-connections",
        summary: "Open DSQL connections are near the quota.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |it| {
            let percent = it
                .part::<Thresholds>()
                .map_or(0, |it| it.connections_percent);
            Limit::of(
                "alarms.connections_percent",
                "var.dsql_max_connections * var.alarms.connections_percent / 100",
                format!(
                    "more than {} connections ({percent} % of the quota)",
                    it.dsql.max_connections * percent / 100
                ),
            )
        },
        signal: Signal::Aws(MetricAlarm {
            rolls_back: true,
            ..MetricAlarm::above(
                |it| {
                    usage(
                        it,
                        "Resource",
                        "ClusterConnectionCount",
                        "ResourceCount",
                        "Maximum",
                    )
                },
                3,
            )
        }),
        users: "None yet. At the quota, new tasks cannot connect, and deployments fail.",
        look: Some(status),
        first: "`status` shows how many connections the tasks may open. Stop the deployment or the tasks that came last. \
                Other users of the cluster count too.",
        over: "The number of connections falls below the limit. A connection lives up to an hour.",
    },
    Alarm {
        name: "dsql-connects",
        summary: "New DSQL connections are near the limit of 100 per second.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed(CONNECTS_A_MINUTE, "more than 80 per second"),
        signal: Signal::Aws(MetricAlarm {
            rolls_back: true,
            ..MetricAlarm::above(
                |it| usage(it, "API", "DbConnectAdmin", "CallCount", "Sum"),
                3,
            )
        }),
        users: "None, as long as tasks have open connections.",
        look: Some(status),
        first: "Find what reconnects: many tasks that start at once, or tasks that restart again and again. Start services \
                one after the other.",
        over: "Fewer than 80 new connections per second.",
    },
    Alarm {
        name: "dsql-timeouts",
        summary: "Queries to DSQL time out.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a timeout"),
        signal: Signal::Aws(MetricAlarm::above(
            |it| WatchedMetrics::one(cluster(it, "QueryTimeouts", "Sum")),
            5,
        )),
        users: "Requests fail and are retried.",
        look: Some(status),
        first: "Open the AWS Health Dashboard. If AWS reports nothing, look for the operation with the highest \
                `persistence_latency`.",
        over: "No timeouts for five minutes.",
    },
    Alarm {
        name: "dsql-conflicts",
        summary: "Many DSQL transactions conflict.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("5", "more than 5 % of the transactions"),
        signal: Signal::Aws(MetricAlarm {
            expression: Some("100 * conflicts / total"),
            ..MetricAlarm::above(
                |it| {
                    vec![WatchedMetrics {
                        of: String::new(),
                        metrics: vec![
                            cluster(it, "OccConflicts", "Sum").called("conflicts"),
                            cluster(it, "TotalTransactions", "Sum").called("total"),
                        ],
                    }]
                },
                10,
            )
        }),
        users: "Higher latency, because the server retries.",
        look: None,
        first: "More history shards or task queue partitions spread writes. Look for one workflow or task queue that gets \
                most of the load.",
        over: "Fewer than 5 % conflict.",
    },
    Alarm {
        name: "dsql-storage",
        summary: "The DSQL cluster is nearly full.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("8 * pow(1024, 4)", "more than 8 TiB"),
        signal: Signal::Aws(MetricAlarm {
            period: 3600,
            periods: 1,
            ..MetricAlarm::above(
                |it| WatchedMetrics::one(cluster(it, "ClusterStorageSize", "Maximum")),
                1,
            )
        }),
        users: "None yet. A full cluster takes no writes.",
        look: None,
        first: "Shorten the retention of the namespaces that store most, and ask AWS for a higher quota.",
        over: "The size stops growing, or the quota is higher.",
    },
    Alarm {
        name: "persistence-slow",
        summary: "Operations on the database are slow.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("1", "99th percentile of an operation above 1 s"),
        signal: Signal::Server(AlarmRule {
            expression: "max(temporal:persistence_latency:p99) > LIMIT",
            minutes: 10,
        }),
        users: "Everything is slow.",
        look: Some(status),
        first: "Compare with `CommitLatency` of the cluster in CloudWatch. If that is low, the tasks wait for connections: \
                look at the alarms about connections.",
        over: "The 99th percentile is below 0.3 s.",
    },
    Alarm {
        name: "pool-full",
        summary: "A task uses nearly all of its DSQL connections.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("0.9", "more than 90 % of a task's connections in use"),
        signal: Signal::Server(AlarmRule {
            expression: "sum by (service, instance) (dsql_pool_in_use) / sum by (service, instance) (dsql_pool_max_open) \
                         > LIMIT",
            minutes: 10,
        }),
        users: "Requests wait for a connection.",
        look: Some(status),
        first: "Start more tasks of the service. If its count is high already, raise `max_conns` within the quota.",
        over: "Less than 90 % in use.",
    },
    Alarm {
        name: "transactions-given-up",
        summary: "A transaction conflicted until its retries were used up.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a transaction"),
        signal: Signal::Server(AlarmRule {
            expression: "sum by (operation) (increase(dsql_tx_exhausted_total[10m]) > 0 or dsql_tx_exhausted_total unless \
                         dsql_tx_exhausted_total offset 10m) > LIMIT",
            minutes: 0,
        }),
        users: "A request failed. Temporal retries most of them.",
        look: None,
        first: "Look at `dsql-conflicts` and at `dsql_tx_retry_total` by operation: one busy row is the usual cause.",
        over: "None for ten minutes.",
    },
];

/// A metric of the cluster.
fn cluster(environment: &Environment, name: &'static str, statistic: &'static str) -> Metric {
    let id = words(environment).identifier;
    Metric::new("AWS/AuroraDSQL", name, statistic, &[("ClusterId", id)])
}

/// A metric of how much of the cluster's quotas is used.
fn usage(
    environment: &Environment,
    kind: &str,
    resource: &str,
    name: &'static str,
    statistic: &'static str,
) -> Vec<WatchedMetrics> {
    let id = words(environment).identifier;
    WatchedMetrics::one(Metric::new(
        "AWS/Usage",
        name,
        statistic,
        &[
            ("Service", "\"AuroraDSQL\""),
            ("Type", &format!("\"{kind}\"")),
            ("Resource", &format!("\"{resource}\"")),
            ("ResourceId", &format!("\"cluster/${{{id}}}\"")),
            ("Class", "\"None\""),
        ],
    ))
}
