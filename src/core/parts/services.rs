//! The four Temporal services: one module, called over a map of them.

use super::dsql;
use super::part::{
    self, Call, Calls, DiagramTexts, DocumentTexts, FixContext, FlatSource, FlatTexts, LogStore,
    Module, Part, PartTexts, Proposal, ProtectedResource, RootTexts, Sidecar, To, Values,
};
use super::server_config::{self, ConfigSource};
use super::server_panels::PANELS;
use super::service_alarms;
use super::subject::Subject;
use crate::alarm;
use crate::compose::references::{EGRESS, EXECUTION_ROLE, NAME, RING, in_cluster};
use crate::compose::rows::{ANYWHERE, EXEC, EXEC_PURPOSE, Right, Way};
use crate::diagram::{DiagramBox, SERVICES, TEMPORAL};
use crate::environment::{Environment, PartValues, Service, Size};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    CPU, DefaultValue, DerivedDefault, Kind, MEMORY, OptionRow, Profile, count, environment_row,
    integer_per_profile,
};
use crate::path::FieldPath;
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::service_name::ServiceName;
use crate::sizing::task::{
    self, MaxCounts, PROXY, TaskOverhead, Tasks, collected, observed, proxy, row,
};
use crate::temporal_service::TemporalService;

/// Every environment has them.
const FEATURE: Feature = Feature::always("");

/// The services in the form, the check and the counts.
pub(super) static PART: Part = Part {
    options: &OPTIONS,
    settle: settle_proxy,
    tasks,
    modules: &[Module::new(
        "temporal-service",
        "one Temporal service, called with `for_each` for all four",
        FEATURE,
    )
    .called(Calls::EachService)],
    sidecars: &[
        sidecar(TemporalService::Frontend),
        sidecar(TemporalService::History),
        sidecar(TemporalService::Matching),
        sidecar(TemporalService::Worker),
    ],
    advise: advise_on_shards,
    warn,
    warn_in_production,
    values_of: |it, variable| {
        alarm::values_of(it, variable, it.services.len())
            + alarm::values_in(it, variable, "event_alarms", 1)
    },
    ..Part::new("services", Subject::Services, FEATURE)
};

/// The sidecar of a service.
const fn sidecar(service: TemporalService) -> Sidecar {
    Sidecar::MetricsAndLogs {
        task: service.name(),
        port: "9090",
        key: service.name(),
    }
}

/// Where the flat root has the values of these services.
macro_rules! flat_values {
    [$($service:literal),+] => {
        &[$(
            (concat!($service, ".cpu"), task!($service), FlatSource::Number("cpu")),
            (concat!($service, ".memory"), task!($service), FlatSource::Number("memory")),
            (
                concat!($service, ".count"),
                concat!("aws_ecs_service.temporal_", $service),
                FlatSource::Count("desired_count"),
            ),
            (
                concat!($service, ".max_conns"),
                task!($service),
                FlatSource::Variable("TEMPORAL_SQL_MAX_CONNS"),
            ),
        )+]
    };
}

/// The flat root's task definition of a service.
macro_rules! task {
    ($service:literal) => {
        concat!("aws_ecs_task_definition.temporal_", $service)
    };
}

/// The services in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        call: Some(Call {
            takes: &[To::TemporalService, To::LogSenders],
            kept_names: &[
                ("log_group", "\"/ecs/${local.name}/temporal-${each.key}\""),
                ("security_group", "\"${local.name}-temporal-${each.key}\""),
                (
                    "security_group_description",
                    "\"Security group for Temporal ${title(each.key)} service\"",
                ),
            ],
            ..Call::new("temporal_service", "temporal-service", arguments)
        }),
        locals,
        variables: &[
            (
                TemporalService::Frontend.name(),
                "The frontend, which serves clients",
            ),
            (
                TemporalService::History.name(),
                "History, which owns the shards",
            ),
            (
                TemporalService::Matching.name(),
                "Matching, which dispatches tasks to workers",
            ),
            (
                TemporalService::Worker.name(),
                "The worker, which runs Temporal's system workflows",
            ),
        ],
        services: ECS_SERVICES,
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[ProtectedResource::by_aws(
            "the logs of the Temporal services in CloudWatch",
            FEATURE,
            "CloudWatch refuses to delete the log groups.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: &[Way::new(
            "ring",
            "ring",
            ports::RING,
            "traffic between the four Temporal services, and from the task that creates namespaces",
            FEATURE,
        )
        .arrow("gRPC between the services, and membership")],
        ways_out: WAYS_OUT,
        rights: &[Right::new(
            "temporal-task",
            "the four Temporal services",
            EXEC,
            EXEC_PURPOSE,
            FEATURE,
        )],
        fact: Some(fact),
        log_senders: &[
            "temporal-frontend",
            "temporal-history",
            "temporal-matching",
            "temporal-worker",
        ],
        ..DocumentTexts::NONE
    },
    flat: FlatTexts {
        values: flat_values!["frontend", "history", "matching", "worker"],
        blanks: &[(
            "frontend.cpu",
            "`temporal_frontend_cpu`; likewise `memory`, `count` and the other services",
        )],
        ..FlatTexts::NONE
    },
    overview: &[
        ("Frontend", |it| in_short(it, TemporalService::Frontend)),
        ("History", |it| in_short(it, TemporalService::History)),
        ("Matching", |it| in_short(it, TemporalService::Matching)),
        ("Worker", |it| in_short(it, TemporalService::Worker)),
    ],
    diagram: DiagramTexts {
        boxes,
        groups: &[
            ("ring", SERVICES),
            ("temporal-frontend", TemporalService::Frontend.name()),
        ],
        ..DiagramTexts::NONE
    },
    problems: &[
        NO_TASKS,
        SINGLE_TASK,
        FEWER_SHARDS_THAN_TASKS,
        SHARDS_NO_POWER_OF_TWO,
    ],
    fixes,
    alarms: service_alarms::ALARMS,
    recorded: service_alarms::RECORDED,
    ..PartTexts::new(&PART)
};

const NO_TASKS: ProblemRow = ProblemRow::of_part(
    "no-tasks",
    Severity::Warning,
    "A Temporal service has no tasks, so no workflow runs.",
    "Set its `count` to at least 1.",
    Fixable::Yes,
);
const SINGLE_TASK: ProblemRow = ProblemRow::of_part(
    "single-task",
    Severity::Warning,
    "A Temporal service in production has one task, so it is unavailable until another has started.",
    "Set its `count` to 2 or more.",
    Fixable::Yes,
);
const FEWER_SHARDS_THAN_TASKS: ProblemRow = ProblemRow::of_part(
    "fewer-shards-than-tasks",
    Severity::Error,
    "There are fewer history shards than history tasks, so some tasks would have nothing to do.",
    "Choose more shards, such as 512 or 4096: their number can't change after the first apply.",
    Fixable::Yes,
);
const SHARDS_NO_POWER_OF_TWO: ProblemRow = ProblemRow::of_part(
    "shards-no-power-of-two",
    Severity::Advice,
    "The number of history shards is not a power of two.",
    "Choose one that divides well, such as 512 or 4096: it can't change after the first apply.",
    Fixable::Yes,
);

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let (code, shards) = (found.problem.code, found.environment.history_shards);
    let here = |number: i64| Proposal::Here(number.into());
    if code == NO_TASKS.code {
        vec![here(1), here(2)]
    } else if code == SINGLE_TASK.code {
        vec![here(2)]
    } else if code == FEWER_SHARDS_THAN_TASKS.code {
        // As many history tasks as shards; or more shards, a power of two.
        let services = found.environment.services.iter();
        let max_tasks = services.map(|service| service.size.count).max();
        vec![
            Proposal::Value("history.count", shards.into()),
            here(next_power_of_two(max_tasks.unwrap_or(1))),
        ]
    } else if code == SHARDS_NO_POWER_OF_TWO.code {
        let above = next_power_of_two(shards);
        vec![here(above), here(above / 2)]
    } else {
        Vec::new()
    }
}

/// The smallest power of two that is `number` or more.
fn next_power_of_two(number: i64) -> i64 {
    let power = u64::try_from(number).unwrap_or(1).next_power_of_two();
    i64::try_from(power).unwrap_or(i64::MAX)
}

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("service_connect_namespace_id", "module.ecs_cluster.service_connect_namespace_id"),
    ("service_connect_namespace_name", "module.ecs_cluster.service_connect_namespace_name"),
];

const ECS_SERVICES: &[part::Service] = &[
    part::Service {
        name: ServiceName::of(TemporalService::Frontend),
        service_name: "module.temporal_service[\"frontend\"].service_name",
        desired_count: "var.frontend.count",
        size: "var.frontend",
        access: None,
        flat_name: None,
    },
    part::Service {
        name: ServiceName::of(TemporalService::History),
        service_name: "module.temporal_service[\"history\"].service_name",
        desired_count: "var.history.count",
        size: "var.history",
        access: None,
        flat_name: None,
    },
    part::Service {
        name: ServiceName::of(TemporalService::Matching),
        service_name: "module.temporal_service[\"matching\"].service_name",
        desired_count: "var.matching.count",
        size: "var.matching",
        access: None,
        flat_name: None,
    },
    part::Service {
        name: ServiceName::of(TemporalService::Worker),
        service_name: "module.temporal_service[\"worker\"].service_name",
        desired_count: "var.worker.count",
        size: "var.worker",
        access: None,
        flat_name: None,
    },
];

#[rustfmt::skip] // one row a line
const WAYS_OUT: &[Way] = &[
    Way::new("temporal-frontend", ANYWHERE, ports::DSQL, "Aurora DSQL, whose public endpoint has no fixed address \
                                                     range", Feature::always("dsql")),
    Way::new("temporal-history", ANYWHERE, ports::DSQL, "Aurora DSQL", Feature::always("dsql")),
    Way::new("temporal-matching", ANYWHERE, ports::DSQL, "Aurora DSQL", Feature::always("dsql")),
    Way::new("temporal-worker", ANYWHERE, ports::DSQL, "Aurora DSQL", Feature::always("dsql")),
];

/// The options of a service, with its sizes by profile. A macro, since only literals can be joined in a constant.
macro_rules! service_rows {
    (
        name: $name:literal,
        label: $label:literal,
        role: $role:literal,
        cpu: $cpu:expr,
        memory: $memory:expr,
        count: $count:expr,
        max_conns: $max_conns:expr,
        reason: $reason:literal,
    ) => {
        [
            environment_row(
                concat!($name, ".cpu"),
                "CPU",
                concat!(
                    "CPU of a task of ",
                    $role,
                    ", including its sidecar and proxy."
                ),
                CPU,
                integer_per_profile($cpu),
            )
            .because($reason)
            .attribute($name, "cpu"),
            environment_row(
                concat!($name, ".memory"),
                "Memory",
                concat!(
                    "Memory of a task of ",
                    $role,
                    ", including its sidecar and proxy."
                ),
                MEMORY,
                integer_per_profile($memory),
            )
            .because($reason)
            .attribute($name, "memory"),
            environment_row(
                concat!($name, ".count"),
                "Tasks",
                concat!("The number of tasks of ", $role, "."),
                count(0, 200, "tasks"),
                integer_per_profile($count),
            )
            .because($reason)
            .attribute($name, "count"),
            environment_row(
                concat!($name, ".max_conns"),
                "Maximum connections",
                concat!(
                    "DSQL connections that a task of ",
                    $label,
                    " may use at the same time; as many may stay idle."
                ),
                count(1, 1000, "connections"),
                integer_per_profile($max_conns),
            )
            .because($reason)
            .attribute($name, "max_conns"),
            environment_row(
                concat!($name, ".extra_environment.*"),
                "Additional environment variables",
                concat!(
                    "Environment variables of ",
                    $label,
                    "'s container. They override composed ones of the same name."
                ),
                Kind::Text(Rule::VariableValue),
                DefaultValue::Absent("none"),
            )
            .attribute($name, "extra_environment"),
        ]
    };
}

/// The app container gets what is left of a task after the sidecar (in dev 128 CPU units, 320 MiB) and, where there is one,
/// the Service Connect proxy (256 CPU units, 64 MiB): a task of 512 / 1024 leaves 128 / 640 to Temporal, without proxy 384 / 704.
const ROWS: &[[OptionRow; 5]] = &[
    service_rows! {
        name: "frontend",
        label: "Frontend",
        role: "the frontend, which serves clients",
        cpu: [512, 2048, 1024],
        memory: [1024, 4096, 2048],
        count: [1, 4, 3],
        max_conns: [10, 80, 50],
        reason: "dev: one small task. bench: the frontend is stateless, so four larger tasks share the load. prod: one in \
                 each zone",
    },
    service_rows! {
        name: "history",
        label: "History",
        role: "history, which owns the shards and does most of the database work",
        cpu: [1024, 4096, 2048],
        memory: [2048, 8192, 6144],
        count: [1, 8, 6],
        max_conns: [50, 200, 100],
        reason: "history needs the most CPU, memory for its caches, and connections; prod: two a zone, so that the \
                 loss of a zone leaves four",
    },
    service_rows! {
        name: "matching",
        label: "Matching",
        role: "matching, which dispatches tasks to workers",
        cpu: [512, 1024, 1024],
        memory: [1024, 2048, 2048],
        count: [1, 8, 4],
        max_conns: [20, 100, 50],
        reason: "task queues are spread over matching tasks by hash, so many small tasks are better than a few large ones",
    },
    service_rows! {
        name: "worker",
        label: "Worker",
        role: "the worker, which runs Temporal's own system workflows",
        cpu: [512, 1024, 1024],
        memory: [1024, 2048, 2048],
        count: [1, 2, 2],
        max_conns: [10, 50, 50],
        reason: "there are few system workflows; bench and prod have two tasks, so that one may fail",
    },
];

const PROXY_CPU: &str = "frontend.proxy_cpu";

/// Clients reach the frontend through its proxy. The other services' proxies send logs, so the least does for them.
const PROXY_ROW: OptionRow = environment_row(
    PROXY_CPU,
    "Proxy CPU",
    "CPU of the Service Connect proxy in a frontend task.",
    count(256, 4096, "CPU units"),
    DefaultValue::Derived(DerivedDefault::ProxyCpu),
)
.because("AWS: 512 above 500 requests a second")
.attribute("frontend", "proxy_cpu");

/// The rows of the services, the proxy's behind the frontend's.
const OPTIONS: [OptionRow; 21] = {
    let (rows, frontend) = (ROWS.as_flattened(), ROWS[0].len());
    let mut all = [PROXY_ROW; 21];
    let mut at = 0;
    while at < rows.len() {
        all[if at < frontend { at } else { at + 1 }] = rows[at];
        at += 1;
    }
    all
};

/// CPU units of the frontend's proxy.
#[derive(Clone, Copy)]
struct ProxyCpu(i64);

fn settle_proxy(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(ProxyCpu(values.integer(PROXY_CPU)?));
    Some(())
}

/// The services of an environment of this profile with these values, in the order in which they start.
pub(crate) fn settle(values: &dyn Values, profile: Profile) -> Option<Vec<Service>> {
    let mut services = Vec::new();
    for service in TemporalService::ALL {
        let (minimum_healthy_percent, maximum_percent) = deployment(profile, service);
        let number = |key: &str| values.integer(&format!("{service}.{key}"));
        services.push(Service {
            kind: service,
            size: Size {
                cpu: number("cpu")?,
                memory: number("memory")?,
                count: number("count")?,
            },
            max_conns: number("max_conns")?,
            minimum_healthy_percent,
            maximum_percent,
        });
    }
    Some(services)
}

/// What part of a service runs during a deployment, in percent. In dev a task stops before its successor starts, so
/// that no spare room is needed. Elsewhere the stateless frontend doubles, while of history, matching and worker half
/// may go and half come: at 200 % every shard would move twice and the connections double.
fn deployment(profile: Profile, service: TemporalService) -> (i64, i64) {
    match (profile, service) {
        (Profile::Dev, _) => (0, 100),
        (Profile::Bench | Profile::Prod, TemporalService::Frontend) => (100, 200),
        (
            Profile::Bench | Profile::Prod,
            TemporalService::History | TemporalService::Matching | TemporalService::Worker,
        ) => (50, 150),
    }
}

fn tasks(environment: &Environment) -> Vec<Tasks> {
    let mut all = Vec::new();
    for service in &environment.services {
        let percents = (service.minimum_healthy_percent, service.maximum_percent);
        let beside = beside(environment, service.kind);
        all.push(Tasks {
            max_count: task::max_count(environment, service),
            ..row(
                ServiceName::of(service.kind),
                service.size,
                &beside,
                percents,
            )
        });
    }
    all
}

/// The containers beside a server, as in the module `temporal-service`: the services find each other in the ring, so only
/// the frontend's clients, a sidecar that sends logs and an image's own configuration need the proxy.
pub(crate) fn beside(environment: &Environment, kind: TemporalService) -> [TaskOverhead; 3] {
    if kind == TemporalService::Frontend {
        let cpu = environment.part::<ProxyCpu>();
        return observed(environment, cpu.map_or(PROXY, |cpu| proxy(cpu.0)));
    }
    let is_connected = environment.part::<LogStore>().is_some()
        || server_config::source(environment) == ConfigSource::Own;
    if is_connected {
        observed(environment, PROXY)
    } else {
        collected(environment)
    }
}

fn advise_on_shards(environment: &Environment, problems: &mut Problems) {
    if !u64::try_from(environment.history_shards).is_ok_and(u64::is_power_of_two) {
        problems.push(
            Problem::new(
                const { SHARDS_NO_POWER_OF_TWO.code },
                FieldPath::in_environment(&environment.name, "history_shards"),
                format!("{} is not a power of two", environment.history_shards),
            )
            .hint("the number is permanent, so choose one that divides well, such as 512 or 4096"),
        );
    }
}

/// Services without tasks, and more history tasks than shards for them to own.
fn warn(environment: &Environment, problems: &mut Problems) {
    for service in &environment.services {
        if service.size.count == 0 {
            problems.push(Problem::new(
                const { NO_TASKS.code },
                FieldPath::in_environment(&environment.name, &format!("{}.count", service.name())),
                format!("without {}, no workflow runs", service.name()),
            )
            .hint("set at least 1; to stop a service, use `scale-services.sh down` and leave this value"));
        }
    }
    if let Some(history) = of_kind(environment, TemporalService::History)
        && history.size.count > environment.history_shards
    {
        problems.push(Problem::new(
            const { FEWER_SHARDS_THAN_TASKS.code },
            FieldPath::in_environment(&environment.name, "history_shards"),
            format!(
                "{} history tasks share {} shards: a shard belongs to one task, so some would have nothing to do",
                history.size.count, environment.history_shards
            ),
        )
        .hint("choose more shards, such as 512 or 4096: their number is permanent"));
    }
}

fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    for service in &environment.services {
        if service.size.count == 1 {
            let name = service.name();
            problems.push(
                Problem::new(
                    const { SINGLE_TASK.code },
                    FieldPath::in_environment(&environment.name, &format!("{name}.count")),
                    format!(
                        "{name} has one task, so it is unavailable whenever that task is replaced"
                    ),
                )
                .hint("run 2, so that one may fail"),
            );
        }
    }
}

/// What the calls of its modules go over.
fn locals(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    let mut rows = Vec::new();
    for service in &environment.services {
        let name = service.name();
        let code = format!(
            "merge(var.{name}, {{ minimum_healthy_percent = {}, maximum_percent = {}{} }})",
            service.minimum_healthy_percent,
            service.maximum_percent,
            max_count(environment, service.kind)
        );
        rows.push((at.join(name), name.to_owned(), Expr::code(code)));
    }
    block
        .blank()
        .comment(match environment.profile {
            Profile::Dev => {
                "A deployment stops a task before it starts the next: a short interruption, but no spare capacity needed."
            }
            Profile::Bench | Profile::Prod => {
                "How many tasks of a service run during a deployment, in percent. The frontend starts all new tasks at \
                 once. The\n\
                 others replace half of their tasks at a time, so that shards and connections move once."
            }
        })
        .attribute("temporal_services", Expr::Object(rows));
}

/// The code of how many tasks of `service` run at most, where a part adds tasks by itself.
fn max_count(environment: &Environment, service: TemporalService) -> String {
    let Some(all) = environment.part::<MaxCounts>() else {
        return String::new();
    };
    match all.of(service) {
        Some(max) => format!(", max_count = {}", max.code),
        None => format!(", max_count = var.{service}.count"),
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .code("for_each", "local.temporal_services")
        .blank()
        .code("project_name", NAME)
        .code("service_name", "each.key")
        .origin(&at.join("images.temporal"))
        .code("image", "var.temporal_image")
        .origin(&at);
    for name in [
        "cpu",
        "memory",
        "minimum_healthy_percent",
        "maximum_percent",
    ] {
        block.code(name, format!("each.value.{name}"));
    }
    block
        .origin(&at.join(PROXY_CPU))
        .code(
            "proxy_cpu",
            "each.key == \"frontend\" ? var.frontend.proxy_cpu : 256",
        )
        .origin(&at);
    in_cluster(block, &[EGRESS, RING]);
    block
        .code("execution_role_arn", EXECUTION_ROLE)
        .code("task_role_arn", "module.iam.temporal_task_role_arn")
        .origin(&at.join("dsql.endpoint"))
        .code("dsql_endpoint", dsql::endpoint(environment))
        .origin(&at);
    block
        .code("max_conns", "each.value.max_conns")
        .code(
            "rate_limiter_table_name",
            "module.dynamodb.rate_limiter_table_name",
        )
        .code("opensearch_endpoint", "module.opensearch.domain_endpoint")
        .origin(&at.join("opensearch.index"))
        .code("visibility_index_name", "var.opensearch.index")
        .origin(&at)
        .code(
            "prometheus_workspace_arn",
            "module.observability.prometheus_workspace_arn",
        )
        .origin(&at.join("history_shards"))
        .code("history_shards", "var.history_shards")
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days")
        .origin(&at.join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection")
        .origin(&at)
        .code("sidecar", "module.alloy_sidecar[each.key].sidecar")
        .code("extra_environment", "each.value.extra_environment");
}

fn fact(environment: &Environment) -> Option<String> {
    Some(format!(
        "- **History shards**: {}; permanent after the first start",
        environment.history_shards
    ))
}

/// The service of this kind.
pub(super) fn of_kind(environment: &Environment, kind: TemporalService) -> Option<&Service> {
    environment.services.iter().find(|it| it.kind == kind)
}

fn in_short(environment: &Environment, kind: TemporalService) -> Option<String> {
    Some(of_kind(environment, kind)?.size.in_short())
}

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let mut boxes = Vec::new();
    for (row, service) in environment.services.iter().enumerate() {
        let port = match service.kind {
            TemporalService::Frontend => ports::API,
            TemporalService::History => ports::HISTORY,
            TemporalService::Matching => ports::MATCHING,
            TemporalService::Worker => ports::WORKER_MEMBERSHIP,
        };
        boxes.push(DiagramBox {
            port: Some(port),
            ..DiagramBox::new(service.name(), service.size.in_short(), (TEMPORAL, row))
        });
    }
    boxes
}
