//! The connection lease: counts the connections to DSQL of all tasks in a table, so that together they stay under a
//! limit. The plugin's older generation counts each connection; the newer one hands out blocks of them to each task when it
//! starts. Both do so for the connections of reservoirs alone.

use super::limiter;
use super::part::{
    DiagramTexts, DocumentTexts, FixContext, Part, PartTexts, Proposal, ProtectedResource,
    RootTexts, To, Values,
};
use super::subject::Subject;
use crate::alarm::{
    self, Alarm, Limit, MetricAlarm, Rule, Severity as AlarmSeverity, Signal, WatchedMetrics,
    status,
};
use crate::compose::check_block::check_block;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, DATABASE, Panel, Source, Unit, by, cloudwatch};
use crate::compose::rows::Right;
use crate::diagram::{Flow, SERVICES};
use crate::environment::{Environment, Limiter, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, bool_per_profile, count, environment_row,
    same_integer,
};
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::connection_demand::{Blocks, Cap, Connections, Pool, ServiceConnections};

/// The connection lease, settled. Where connections are counted it is a [`Cap`].
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The most connections that all tasks may have together.
    pub limit: i64,
}

const KEY: &str = "lease.enabled";
const LIMIT: &str = "lease.limit";
const BLOCK_SIZE: &str = "lease.block_size";

/// The code of how many connections all tasks may have together.
macro_rules! limit {
    () => {
        "coalesce(var.lease.limit, var.dsql_max_connections)"
    };
}

/// The code of how many blocks these are.
macro_rules! blocks {
    () => {
        concat!("floor(", limit!(), " / var.lease.block_size)")
    };
}

/// Whether connections are counted.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Lease>().is_some());

/// Whether a counter counts each of them, which needs a reset now and then: blocks expire by themselves.
pub const COUNTER: Feature = Feature::new(KEY, |it| {
    FEATURE.is_on(it) && it.dsql.limiter == Limiter::Counter
});

/// Whether tasks take blocks of them.
const BLOCKS: Feature = Feature::new(KEY, |it| it.part::<Blocks>().is_some());

/// The lease in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    switch: Some(("conn_lease_enabled", FEATURE)),
    check_connections,
    scripts: &["lease.sh", "lib/scaling/lease.sh"],
    scripts_where: Some(COUNTER),
    values_of: |it, variable| alarm::values_of(it, variable, usize::from(FEATURE.is_on(it))),
    ..Part::new("lease", Subject::ConnectionLimits, FEATURE)
};

/// The lease in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| {
            vec![(
                "lease_table",
                "module.dynamodb.conn_lease_table_name".to_owned(),
            )]
        },
        arguments: &[
            (To::DynamoDb, table_arguments),
            (To::Iam, role_arguments),
            (To::TemporalService, service_arguments),
        ],
        variables: &[("lease", "The count of DSQL connections over all tasks")],
        outputs,
        checks,
        block_size: Some("var.lease.block_size"),
        protected: &[ProtectedResource::store(
            "the table of the lease",
            FEATURE,
            "conn_lease_table",
            "module.dynamodb.conn_lease_table_arn",
            "DynamoDB refuses to delete the table.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: RIGHTS,
        fact: Some(fact),
        operations,
        ..DocumentTexts::NONE
    },
    problems: &[
        ABOVE_QUOTA,
        BELOW_NEED,
        BLOCK_ABOVE_LIMIT,
        TOO_FEW_BLOCKS,
        SMALL_BLOCK,
        SHARED,
    ],
    fixes,
    overview: &[("Connection lease", overview)],
    diagram: DiagramTexts {
        flows: &[Flow {
            from: SERVICES,
            to: "DynamoDB",
            port: ports::HTTPS,
            about: "the rate of new connections, and a lease for each connection",
        }],
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const ABOVE_QUOTA: ProblemRow = ProblemRow::of_part(
    "lease-above-quota",
    Severity::Error,
    "The connection lease allows more connections than the cluster's quota.",
    "Lower `lease.limit` to `dsql.max_connections` or less.",
    Fixable::Yes,
);
const BELOW_NEED: ProblemRow = ProblemRow::of_part(
    "lease-below-need",
    Severity::Warning,
    "The connection lease allows fewer connections than the tasks may hold during a deployment, so some wait.",
    "Raise `lease.limit`, or lower `max_conns` or `target_ready` of the services.",
    Fixable::Yes,
);
const BLOCK_ABOVE_LIMIT: ProblemRow = ProblemRow::of_part(
    "block-above-limit",
    Severity::Error,
    "A block has more connections than the lease allows all tasks together, so there is none.",
    "Lower `lease.block_size`, or raise `lease.limit`.",
    Fixable::Mostly("Not where the tasks need more blocks than the quota has."),
);
const TOO_FEW_BLOCKS: ProblemRow = ProblemRow::of_part(
    "too-few-blocks",
    Severity::Warning,
    "During a deployment the tasks take more blocks of connections than there are, so some can't start.",
    "Lower `lease.block_size` or the number of tasks, or raise `lease.limit`.",
    Fixable::Mostly("Not where smaller blocks are too small for a task and the quota has no more."),
);
const SMALL_BLOCK: ProblemRow = ProblemRow::of_part(
    "small-block",
    Severity::Warning,
    "A task's blocks have fewer connections than it may use and keep ready.",
    "Raise `lease.block_size`, or lower `max_conns` or `target_ready` of the service.",
    Fixable::Mostly("Not where larger blocks would be too few."),
);
const SHARED: ProblemRow = ProblemRow::of_part(
    "shared-lease",
    Severity::Warning,
    "Environments share a DSQL cluster, and their leases together allow more connections than its quota.",
    "Divide the quota between the environments with `lease.limit`.",
    Fixable::Mostly("Not where a share of the quota is less than an environment needs."),
);

/// A limit as high as the cluster's, or as what the services may open.
fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let (code, demand) = (found.problem.code, Connections::of(found.environment));
    let blocks = found.environment.part::<Blocks>();
    if code == ABOVE_QUOTA.code {
        vec![Proposal::Value(LIMIT, demand.limit.into())]
    } else if code == BELOW_NEED.code {
        vec![Proposal::Value(LIMIT, demand.deploying().into())]
    } else if let (Some(blocks), true) = (
        blocks,
        code == TOO_FEW_BLOCKS.code || code == BLOCK_ABOVE_LIMIT.code,
    ) {
        let limit = found.environment.part::<Lease>().map_or(0, |it| it.limit);
        let needed = demand.blocks_deploying(blocks.size);
        vec![
            Proposal::Value(BLOCK_SIZE, (limit / needed.max(1)).into()),
            Proposal::Value(LIMIT, (needed * blocks.size).into()),
        ]
    } else if code == SMALL_BLOCK.code {
        let whole = demand
            .services
            .iter()
            .map(|it| it.max_conns + it.target_ready)
            .max();
        vec![Proposal::Value(
            BLOCK_SIZE,
            whole.unwrap_or_default().into(),
        )]
    } else {
        Vec::new()
    }
}

const TABLE: &[(&str, &str)] = &[("TableName", "${lease_table}")];

const PANELS: &[Panel] = &[
    Panel::new(
        DATABASE,
        "Refused leases",
        "Connections that a task could not open because all that the lease allows are taken, or its table did not answer.",
        Unit::PerSecond,
        &[by(
            "service_name",
            Source::Rate(
                "dsql_reservoir_refill_failures_total",
                "reason=\"lease_acquire\"",
            ),
        )],
    ),
    Panel::new(
        DATABASE,
        "Blocks of connections",
        "Blocks that the tasks of a service own.",
        Unit::Count,
        &[by(
            "service_name",
            Source::Sum("dsql_slot_blocks_owned", ""),
        )],
    )
    .only(BLOCKS),
    Panel::new(
        DATABASE,
        "Used connections of the blocks",
        "Connections that tasks have open of those in their blocks.",
        Unit::Count,
        &[by(
            "service_name",
            Source::Sum("dsql_slot_blocks_slots_used", ""),
        )],
    )
    .only(BLOCKS),
    Panel::new(
        AWS,
        "DynamoDB: lease table",
        "Writes to the table that counts connections, and writes that DynamoDB rejected. Without it no connection opens.",
        Unit::Count,
        &[
            cloudwatch(
                "writes",
                "",
                ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum"),
                TABLE,
            ),
            cloudwatch(
                "rejected",
                "",
                ("AWS/DynamoDB", "WriteThrottleEvents", "Sum"),
                TABLE,
            ),
        ],
    ),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        "lease.enabled",
        "Connection lease",
        "Count the connections of all tasks in DynamoDB, so that together they stay below a limit. With \
         `counter`, stopped tasks stay counted until you reset it.",
        Kind::Boolean,
        bool_per_profile([false, true, true]),
    )
    .because("in bench and prod, many tasks share one quota")
    .needs_on("reservoir.enabled"),
    environment_row(
        "lease.limit",
        "Connection limit",
        "The number of connections that all tasks may have together.",
        count(100, 100_000, "connections"),
        DefaultValue::Derived(DerivedDefault::SameAs("dsql.max_connections")),
    )
    .because("the quota of the cluster")
    .attribute("lease", "limit")
    .needs_on("lease.enabled"),
    environment_row(
        BLOCK_SIZE,
        "Connections per block",
        "The number of connections that a task reserves at its start. The limit divided by it is the number of blocks.",
        count(10, 1_000, "connections"),
        same_integer(220),
    )
    .because("the largest task fits into one block, and a deployment of every default into the blocks")
    .attribute("lease", "block_size")
    .needs_choice("dsql.limiter", Limiter::Slots.name()),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    // The plugin counts the connections of a reservoir alone.
    if values.boolean(KEY)? && parts.get::<Pool>().is_some() {
        let limit = values.integer(LIMIT)?;
        if Limiter::parse(&values.text("dsql.limiter")?)? == Limiter::Slots {
            let size = values.integer(BLOCK_SIZE)?;
            let count = limit / size.max(1);
            parts.put(Blocks { size, count });
        }
        parts.put(Lease { limit });
        parts.put(Cap {
            limit,
            name: "lease",
            key: LIMIT,
            over_shared_quota: SHARED.code,
        });
    }
    Some(())
}

fn check_connections(
    environment: &Environment,
    connections: &Connections,
    problems: &mut Problems,
) {
    let Some(lease) = environment.part::<Lease>() else {
        return;
    };
    let limit = lease.limit;
    let place = environment.address().join(LIMIT);
    if limit > connections.limit {
        problems.push(
            Problem::new(
                ABOVE_QUOTA.code,
                place,
                format!(
                    "{limit} is more than the cluster's quota of {} connections",
                    connections.limit
                ),
            )
            .hint("lower it to `dsql.max_connections` or less"),
        );
    } else if let Some(blocks) = environment.part::<Blocks>() {
        check_blocks(environment, *blocks, connections, problems);
    } else if limit < connections.limit && limit < connections.deploying() {
        // Where it is the quota, that has its own problem.
        problems.push(
            Problem::new(
                BELOW_NEED.code,
                place,
                format!(
                    "while all services are deployed at once, the tasks may hold {} connections, but the lease allows \
                     {limit}: the others wait until one is closed",
                    connections.deploying()
                ),
            )
            .hint("raise it, or lower `max_conns` or `target_ready` of the services"),
        );
    }
}

/// Whether each task's blocks are large enough for it, and whether there are enough for all.
fn check_blocks(
    environment: &Environment,
    blocks: Blocks,
    connections: &Connections,
    problems: &mut Problems,
) {
    let place = environment.address().join(BLOCK_SIZE);
    if blocks.count == 0 {
        problems.push(
            Problem::new(
                BLOCK_ABOVE_LIMIT.code,
                place,
                format!(
                    "a block has {} connections, but the lease allows fewer for all tasks together, so there is no block",
                    blocks.size
                ),
            )
            .hint("lower it, or raise `lease.limit`"),
        );
        return;
    }
    let needed = connections.blocks_deploying(blocks.size);
    if blocks.count < needed {
        problems.push(
            Problem::new(
                TOO_FEW_BLOCKS.code,
                place.clone(),
                format!(
                    "a deployment of all services takes {needed} blocks, because those of a stopped task are free only \
                     after 3 minutes, but {} connections have {} blocks of {}",
                    blocks.size * blocks.count,
                    blocks.count,
                    blocks.size
                ),
            )
            .hint("make them smaller, run fewer tasks, or raise `lease.limit`"),
        );
    }
    let is_short = |it: &&ServiceConnections| it.each() < it.max_conns + it.target_ready;
    if let Some(short) = connections.services.iter().find(is_short) {
        problems.push(
            Problem::new(
                SMALL_BLOCK.code,
                place,
                format!(
                    "a {} task may use {} connections and keep {} ready, but its blocks have {}",
                    short.service.name(),
                    short.max_conns,
                    short.target_ready,
                    short.each()
                ),
            )
            .hint("raise it, or lower `max_conns` or `target_ready` of the service"),
        );
    }
}

fn table_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .code("conn_lease_enabled", "true");
}

fn role_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .code("conn_lease_enabled", "true")
        .code(
            "conn_lease_table_arn",
            "module.dynamodb.conn_lease_table_arn",
        );
}

fn service_arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .origin(&at.join(KEY))
        .blank()
        .code("distributed_conn_lease_enabled", "true")
        .code(
            "conn_lease_table_name",
            "module.dynamodb.conn_lease_table_name",
        )
        .origin(&at.join(LIMIT));
    if BLOCKS.is_on(environment) {
        block.attribute(
            "slot_blocks",
            Expr::Object(vec![
                (
                    at.join(BLOCK_SIZE),
                    "size".to_owned(),
                    Expr::code("var.lease.block_size"),
                ),
                (at.join(LIMIT), "count".to_owned(), Expr::code(blocks!())),
            ]),
        );
    } else {
        block.code("distributed_conn_limit", limit!());
    }
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![
        output(
            "conn_lease_table_name",
            "The table of the connection leases.",
            KEY,
            "module.dynamodb.conn_lease_table_name",
        ),
        output(
            "conn_lease_table_arn",
            "The ARN of the table of the connection leases.",
            KEY,
            "module.dynamodb.conn_lease_table_arn",
        ),
        output(
            "conn_lease_limit",
            "The number of connections that all tasks together can lease.",
            LIMIT,
            limit!(),
        ),
    ]
}

fn checks(environment: &Environment, file: &mut Body) {
    file.origin(&environment.address().join(LIMIT));
    if BLOCKS.is_on(environment) {
        check_block(
            file,
            "blocks_fit_the_quota_and_the_services",
            concat!(
                limit!(),
                " <= var.dsql_max_connections && ",
                blocks!(),
                " >= local.most_blocks"
            ),
            concat!(
                "The lease has ${",
                blocks!(),
                "} blocks of ${var.lease.block_size} DSQL connections. A deployment of all services takes \
                 ${local.most_blocks}, and the cluster allows ${var.dsql_max_connections} connections."
            ),
        );
        return;
    }
    check_block(
        file,
        "lease_fits_the_quota_and_the_services",
        concat!(
            limit!(),
            " <= var.dsql_max_connections && ",
            limit!(),
            " >= local.most_connections"
        ),
        concat!(
            "The lease allows ${",
            limit!(),
            "} DSQL connections. A deployment of all services may open ${local.most_connections}, and the cluster allows \
             ${var.dsql_max_connections}."
        ),
    );
}

const RIGHTS: &[Right] = &[
    Right::new(
        "temporal-task",
        "the four Temporal services",
        &[
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
        "the table of the connection leases",
        COUNTER,
    ),
    Right::new(
        "temporal-task",
        "the four Temporal services",
        &["dynamodb:PutItem", "dynamodb:UpdateItem"],
        "the table of the connection leases",
        BLOCKS,
    ),
];

fn fact(environment: &Environment) -> Option<String> {
    let limit = environment.part::<Lease>()?.limit;
    Some(match environment.part::<Blocks>() {
        Some(Blocks { size, count }) => format!(
            "- **Connection lease**: {count} blocks of {size} connections for all tasks together, reserved in DynamoDB"
        ),
        None => format!(
            "- **Connection lease**: {limit} connections for all tasks together, counted in DynamoDB. Stopped tasks \
             stay counted: see [operations](../../../docs/operations.md)"
        ),
    })
}

fn operations(name: &str, page: &mut Markdown) {
    page.heading("Connection lease")
        .paragraph(
            "The lease counts the DSQL connections of all tasks. A task that stops does not subtract most of its \
             connections, and no expiry does, so each restart, deployment and crash raises the counter. At the limit, \
             no task can open a connection. `up`, `restart` and `status` of `scale-services.sh` print how many \
             connections are left. To compare the counter with what the running tasks can hold, run:",
        )
        .shell(&format!("scripts/lease.sh {name} status"))
        .paragraph(&format!(
            "`scale-services.sh {name} down` resets the counter once all tasks have stopped. If you stopped them in \
             another way, reset it before you start them:"
        ))
        .shell(&format!("scripts/lease.sh {name} reset"))
        .paragraph(&format!(
            "While tasks run, `scripts/lease.sh {name} reset --force HELD` sets the counter to the number of connections \
             that are open. `dsql_reservoir_refill_failures_total` with `reason=\"lease_acquire\"` counts the connections that \
             a task could not lease."
        ));
}

fn overview(environment: &Environment) -> Option<String> {
    let limit = environment.part::<Lease>()?.limit;
    Some(format!("{limit} in all"))
}

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "lease-refused",
        summary: "Tasks get no lease for a DSQL connection: the limit for all tasks is reached.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |it| {
            let limit = it.part::<Lease>().map_or(0, |it| it.limit);
            Limit::fixed(
                "0",
                &format!("a refused lease, at {limit} connections of all tasks"),
            )
        },
        signal: Signal::Server(Rule {
            expression: "sum by (service) (rate(dsql_reservoir_refill_failures_total{reason='lease_acquire'}[5m])) > LIMIT",
            minutes: 2,
        }),
        users: "None while ready connections last. Then requests fail.",
        look: Some(status),
        first: "The number of leases includes tasks that no longer run. If `status` shows fewer connections than are leased, \
                reset the count as the chapter about the lease in operations.md says. Otherwise raise `lease.limit` within \
                the quota, or run fewer tasks.",
        over: "No refused leases for five minutes.",
    },
    Alarm {
        name: "lease-nearly-full",
        summary: "A task has used nearly all connections of its blocks.",
        severity: AlarmSeverity::Warning,
        feature: BLOCKS,
        limit: |_| {
            Limit::of(
                BLOCK_SIZE,
                "var.lease.block_size * 0.9",
                "more than 90 % of a task's blocks".to_owned(),
            )
        },
        signal: Signal::Server(Rule {
            expression: "sum by (service, instance) (dsql_slot_blocks_slots_used) / sum by (service, instance) \
                         (dsql_slot_blocks_owned) > LIMIT",
            minutes: 10,
        }),
        users: "None yet. A task without a free slot opens no connection.",
        look: Some(status),
        first: "Start more tasks of the service, or raise `lease.block_size` and restart it.",
        over: "Less than 90 % in use.",
    },
    Alarm {
        name: "lease-throttled",
        summary: "DynamoDB throttles the table of the leases.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a throttled write"),
        signal: Signal::Aws(MetricAlarm {
            missing: "ignore",
            ..MetricAlarm::above(
                |_| {
                    WatchedMetrics::one(limiter::throttled("module.dynamodb.conn_lease_table_name"))
                },
                5,
            )
        }),
        users: "None while tasks have ready connections. New ones come late.",
        look: Some(status),
        first: "Find what opens so many connections, as for `limiter-throttled`.",
        over: "No throttled writes. The alarm ends with the next write.",
    },
];
