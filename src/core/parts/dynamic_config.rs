//! The dynamic configuration of the Temporal server: its drain, limits and caches as options, and any further key of the
//! server as data.

use super::part::{
    DocumentTexts, FixContext, FormSection, Part, PartTexts, Proposal, RootTexts, To, Values,
};
use super::server_config::{self, ConfigSource};
use super::services;
use super::subject::Subject;
use crate::compose::markdown::Markdown;
use crate::duration::Duration;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    DefaultValue, DerivedDefault, Kind, MAX_HISTORY_CACHE, OptionRow, count, environment_row,
    integer_per_profile, same_integer, same_text,
};
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::service_name::ServiceName;
use crate::sizing::task::row;
use crate::temporal_service::TemporalService;

/// What of the dynamic configuration must fit the size of a task.
#[derive(Clone, Copy, Debug)]
struct Caches {
    /// The cache of workflows, in MiB a task.
    history_mib: i64,
    /// The cache of events, in KiB a shard.
    events_kib: i64,
}

/// How many partitions a task queue has.
#[derive(Clone, Copy, Debug)]
struct Partitions(i64);

/// How long a stopping service drains. A frontend does so twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drain(pub(super) Duration);

/// Every environment has one.
const FEATURE: Feature = Feature::always("");

/// The map of further keys, inside an environment.
pub(crate) const KEYS: &str = "dynamic_config.keys";

const DRAIN: &str = "dynamic_config.shutdown_drain";

/// The key of how many partitions a task queue has.
const PARTITIONS: &str = "dynamic_config.task_queue_partitions";

/// The key of the history cache's size.
const CACHE: &str = "dynamic_config.history_cache_mib";

/// The key of the size of the events cache of each shard.
const EVENTS: &str = "dynamic_config.events_cache_kib";

/// The dynamic configuration in the form and the check.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "Dynamic configuration",
        summary: "{frontend_rps} requests a second",
    }),
    settle,
    ..Part::new("dynamic_config", Subject::Services, FEATURE)
};

/// The dynamic configuration in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::TemporalService, arguments)],
        locals,
        variables: &[(
            "dynamic_config",
            "The dynamic configuration of the Temporal server",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        readme,
        ..DocumentTexts::NONE
    },
    problems: &[UNKNOWN_KEY, WRONG_VALUE, LARGE_CACHE, FEW_PARTITIONS],
    fixes,
    warn: |it, problems| {
        warn(it, problems);
        advise(it, problems);
    },
    ..PartTexts::new(&PART)
};

pub(crate) const UNKNOWN_KEY: ProblemRow = ProblemRow::of_part(
    "unknown-server-key",
    Severity::Error,
    "The Temporal server doesn't have this key of dynamic configuration, and would ignore it.",
    "Use the key that the message suggests, or remove it.",
    Fixable::No("Only you know which key you meant."),
);
pub(crate) const WRONG_VALUE: ProblemRow = ProblemRow::of_part(
    "wrong-server-value",
    Severity::Error,
    "The Temporal server doesn't accept this value for the key, and would use its default.",
    "Set a value of the type that the message names.",
    Fixable::No("Only you know which value you meant."),
);
const LARGE_CACHE: ProblemRow = ProblemRow::of_part(
    "large-history-cache",
    Severity::Warning,
    "The caches of workflows and events take more than half of the memory of the history server.",
    "Lower `dynamic_config.history_cache_mib`, raise `history.memory`, or run more history tasks.",
    Fixable::No("The choice between these is a trade-off between cost and speed."),
);

/// The server assigns each partition to one matching task by a hash. It says too that fewer partitions strand tasks, unless
/// fewer are written first and those that go are empty: so the number does not follow `matching.count` by itself.
/// Source: <https://github.com/temporalio/temporal/blob/392dcc3ad/client/matching/README.md>.
const FEW_PARTITIONS: ProblemRow = ProblemRow::of_part(
    "few-partitions",
    Severity::Advice,
    "A task queue has fewer partitions than there are matching tasks, so some of these do nothing for it.",
    "Set `dynamic_config.task_queue_partitions` to the number of matching tasks or more.",
    Fixable::Yes,
);

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    if found.problem.code == const { FEW_PARTITIONS.code } {
        vec![Proposal::Here(matching_tasks(found.environment).into())]
    } else {
        Vec::new()
    }
}

fn matching_tasks(environment: &Environment) -> i64 {
    let matching = services::of_kind(environment, TemporalService::Matching);
    matching.map_or(0, |service| service.size.count)
}

fn advise(environment: &Environment, problems: &mut Problems) {
    let Some(Partitions(partitions)) = environment.part() else {
        return;
    };
    let tasks = matching_tasks(environment);
    if *partitions < tasks && server_config::source(environment) == ConfigSource::Composed {
        problems.push(
            Problem::new(
                const { FEW_PARTITIONS.code },
                environment.address().join(PARTITIONS),
                format!(
                    "a task queue has {partitions} partitions, each in one of {tasks} matching tasks: some tasks do nothing for it"
                ),
            )
            .hint("set it to the number of matching tasks or more"),
        );
    }
}

const fn dynamic(row: OptionRow, attribute: &'static str) -> OptionRow {
    row.attribute("dynamic_config", attribute)
        .needs_choice(server_config::KEY, ConfigSource::Composed.name())
}

/// At most 30 seconds, because the frontend waits twice as long: it first fails its health check, then drains. By default
/// ECS ends a task after 120 seconds.
const PAUSE: Kind = Kind::Duration {
    min: Duration::from_seconds(1),
    max: Duration::from_seconds(30),
};

pub(crate) const OPTIONS: &[OptionRow] = &[
    dynamic(
        environment_row(
            DRAIN,
            "Drain before shutdown",
            "The time for which a stopping task still serves requests while others learn that it stops. The frontend \
             waits it twice: first its health check fails, then it drains.",
            PAUSE,
            same_text("10s"),
        )
        .because("the server's default is 0, so requests fail in each deployment"),
        "shutdown_drain",
    ),
    dynamic(
        environment_row(
            "dynamic_config.align_membership",
            "Aligned membership",
            "History and matching tasks join and leave at multiples of this time, so that shards move once.",
            Kind::Duration {
                min: Duration::from_seconds(1),
                max: Duration::from_seconds(10),
            },
            same_text("10s"),
        )
        .because("the server ignores longer times in most cases"),
        "align_membership",
    ),
    dynamic(
        environment_row(
            "dynamic_config.persistence_qps",
            "Database requests",
            "The number of requests that a task may send to the database.",
            count(100, 100_000, "a second"),
            integer_per_profile([3000, 15_000, 9000]),
        )
        .because("the server's default of 500 to 9000, by service, is below what DSQL accepts"),
        "persistence_qps",
    ),
    dynamic(
        environment_row(
            "dynamic_config.frontend_rps",
            "API requests",
            "The number of requests that a frontend task accepts.",
            count(100, 100_000, "a second"),
            integer_per_profile([5000, 30_000, 15_000]),
        )
        .because("bench measures the server, not this limit"),
        "frontend_rps",
    ),
    dynamic(
        environment_row(
            "dynamic_config.namespace_rps",
            "API requests of a namespace",
            "The number of requests that one namespace may send to a frontend task.",
            count(100, 100_000, "a second"),
            integer_per_profile([5000, 30_000, 15_000]),
        )
        .because("one namespace may use the whole limit, until several share the server"),
        "namespace_rps",
    ),
    dynamic(
        environment_row(
            PARTITIONS,
            "Task queue partitions",
            "The number of partitions of each task queue. Before you lower it, drain the queues.",
            count(1, 256, "partitions"),
            integer_per_profile([8, 64, 32]),
        )
        .because(
            "several for each matching task, so that a busy queue is spread over all of them; it does not follow \
             `matching.count`, because tasks stay behind in a partition that goes",
        ),
        "task_queue_partitions",
    ),
    dynamic(
        environment_row(
            CACHE,
            "History cache",
            "The memory in which a history task caches workflows.",
            count(64, MAX_HISTORY_CACHE, "MiB"),
            DefaultValue::Derived(DerivedDefault::HistoryCache),
        )
        .because("with the events cache less than half of the memory of the server, which needs the rest itself"),
        "history_cache_mib",
    ),
    dynamic(
        environment_row(
            EVENTS,
            "Events cache",
            "The memory in which a history task caches the events of one shard.",
            count(16, 16_384, "KiB"),
            same_integer(512),
        )
        .because("the server's default"),
        "events_cache_kib",
    ),
    dynamic(
        environment_row(
            "dynamic_config.blob_size_kib",
            "Payload limit",
            "The largest payload of a workflow or an activity.",
            count(64, 3072, "KiB"),
            same_integer(2048),
        )
        .because("the server's default; a transaction must stay below 4 MiB in total"),
        "blob_size_kib",
    ),
    dynamic(
        environment_row(
            "dynamic_config.history_size_mib",
            "History size limit",
            "The largest history of a workflow. The server terminates a workflow above it.",
            count(1, 500, "MiB"),
            same_integer(50),
        )
        .because("the server's default"),
        "history_size_mib",
    ),
    dynamic(
        environment_row(
            "dynamic_config.history_events",
            "History length limit",
            "The largest number of events of a workflow. The server terminates a workflow above it.",
            count(1000, 500_000, "events"),
            same_integer(51_200),
        )
        .because("the server's default"),
        "history_events",
    ),
    dynamic(
        environment_row(
            "dynamic_config.keys.*",
            "Additional keys",
            "Any other key of the server, in its own spelling; these override the options above. Write numbers and \
             durations as text, objects as JSON.",
            Kind::Text(Rule::VariableValue),
            DefaultValue::Absent("none"),
        )
        .keyed_by(Rule::ServerKey),
        "keys",
    ),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(Caches {
        history_mib: values.integer(CACHE)?,
        events_kib: values.integer(EVENTS)?,
    });
    parts.put(Partitions(values.integer(PARTITIONS)?));
    parts.put(Drain(values.duration(DRAIN)?));
    Some(())
}

/// What stands for [`MAX_HISTORY_CACHE`] in the code of [`SET`].
const MAX_CACHE: &str = "MAX_CACHE";

/// What the options set: the attribute, the keys of the server, and the code that makes theirs of its value, `{}`.
#[rustfmt::skip] // one key a line
pub(crate) const SET: &[(&str, &[&str], &str)] = &[
    ("shutdown_drain", &[
        "frontend.shutdownDrainDuration",
        "frontend.shutdownFailHealthCheckDuration",
        "history.shutdownDrainDuration",
        "matching.shutdownDrainDuration",
    ], "{}"),
    ("align_membership", &[
        "history.alignMembershipChange",
        "matching.alignMembershipChange",
    ], "{}"),
    ("persistence_qps", &[
        "frontend.persistenceMaxQPS",
        "history.persistenceMaxQPS",
        "matching.persistenceMaxQPS",
        "worker.persistenceMaxQPS",
    ], "{}"),
    ("frontend_rps", &["frontend.rps"], "{}"),
    ("namespace_rps", &["frontend.namespaceRPS"], "{}"),
    ("task_queue_partitions", &[
        "matching.numTaskqueueReadPartitions",
        "matching.numTaskqueueWritePartitions",
    ], "{}"),
    ("history_cache_mib", &["history.hostLevelCacheMaxSizeBytes"], 
        "coalesce({}, min(MAX_CACHE, floor(var.history.memory / 4))) * 1024 * 1024"),
    ("events_cache_kib", &["history.eventsCacheMaxSizeBytes"], "{} * 1024"),
    ("blob_size_kib", &["limit.blobSize.error"], "{} * 1024"),
    ("history_size_mib", &["limit.historySize.error"], "{} * 1024 * 1024"),
    ("history_events", &["limit.historyCount.error"], "{}"),
];

/// Whether the option's value is text, so that it needs no conversion.
fn row_is_text(option: &str) -> bool {
    let mut rows = OPTIONS.iter();
    rows.any(|row| row.name() == option && matches!(row.kind, Kind::Duration { .. }))
}

fn locals(environment: &Environment, block: &mut Body) {
    if server_config::source(environment) == ConfigSource::Own {
        return;
    }
    let at = environment.address().join("dynamic_config");
    let mut rows = vec![(
        at.join("history_cache_mib"),
        "\"history.cacheSizeBasedLimit\"".to_owned(),
        Expr::code("\"true\""),
    )];
    for (option, keys, code) in SET {
        for key in *keys {
            rows.push((
                at.join(option),
                format!("\"{key}\""),
                Expr::code(match row_is_text(option) {
                    true => format!("var.dynamic_config.{option}"),
                    false => {
                        let value = format!("var.dynamic_config.{option}");
                        let code = code.replace("{}", &value);
                        let code = code.replace(MAX_CACHE, &MAX_HISTORY_CACHE.to_string());
                        format!("tostring({code})")
                    }
                }),
            ));
        }
    }
    block
        .origin(&at)
        .blank()
        .comment("The server's dynamic configuration by key. Values are strings, because a map has one type.")
        .attribute("dynamic_config", Expr::Object(rows))
        .origin(&environment.address());
}

fn arguments(environment: &Environment, block: &mut Body) {
    if server_config::source(environment) == ConfigSource::Composed {
        block
            .origin(&environment.address().join("dynamic_config"))
            .blank()
            .code(
                "dynamic_config",
                "merge(local.dynamic_config, var.dynamic_config.keys)",
            );
    }
}

fn warn(environment: &Environment, problems: &mut Problems) {
    let history = services::of_kind(environment, TemporalService::History);
    let (Some(history), Some(caches)) = (history, environment.part::<Caches>()) else {
        return;
    };
    if server_config::source(environment) == ConfigSource::Own {
        return;
    }
    let beside = services::beside(environment, TemporalService::History);
    let overhead = row(
        ServiceName::of(history.kind),
        history.size,
        &beside,
        (0, 100),
    )
    .overhead_memory;
    let memory = history.size.memory - overhead;
    let tasks = history.size.count.max(1);
    let shards = (environment.history_shards + tasks - 1) / tasks;
    let events = (shards * caches.events_kib + 1023) / 1024;
    let sum = caches.history_mib + events;
    if sum > memory / 2 {
        problems.push(
            Problem::new(
                LARGE_CACHE.code,
                environment.address().join(CACHE),
                format!(
                    "with the events of {shards} shards, the caches of a history task take {sum} MiB, which is more than half \
                     of the {memory} MiB that its server has",
                ),
            )
            .hint("lower it, raise `history.memory`, or run more history tasks"),
        );
    }
}

fn readme(environment: &Environment, page: &mut Markdown) {
    if server_config::source(environment) == ConfigSource::Own {
        return;
    }
    let at = environment.address().join("dynamic_config");
    page.origin(&at)
        .heading("Dynamic configuration")
        .paragraph(
            "`dynamic_config` in `terraform.tfvars` sets these keys of the server. `dynamic_config.keys` takes any \
             other key, and overrides these. Write a number or a duration as text, and an object as JSON. Terraform does not \
             know the keys of the server, and the server ignores one that it does not have: `temporal-composer check` finds it \
             here, and `temporal-composer validate` in `composition.toml`. An apply redeploys the services.",
        )
        .table(
            ["Attribute", "Keys of the server"],
            SET.iter().map(|(option, keys, _)| {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                (at.join(option), [format!("`{option}`"), keys.join(", ")])
            }),
        );
    page.origin(&environment.address());
}
