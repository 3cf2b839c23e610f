//! The connection reservoir: keeps connections to DSQL ready in each task of the Temporal services, ahead of need.

use super::part::{
    ConnectionTexts, DiagramTexts, DocumentTexts, FixContext, Part, PartTexts, Proposal, RootTexts,
    To, Values,
};
use super::subject::Subject;
use crate::alarm::{Alarm, Limit, Rule, Severity as AlarmSeverity, Signal, status};
use crate::catalog::dsql::{CONNECTION_RATE, MAX_CONNECTION_LIFETIME};
use crate::compose::check_block::check_block;
use crate::compose::panel::{DATABASE, Panel, Source, Unit, by};
use crate::diagram::{Flow, SERVICES};
use crate::duration::Duration;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, bool_per_profile, count, environment_row,
    same_integer, same_text,
};
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::connection_demand::{Connections, Pool};
use crate::temporal_service::TemporalService;
use crate::value::Value;

/// The connection reservoir, settled. What follows for the count of connections is its [`Pool`].
#[derive(Clone, Copy, Debug)]
pub struct Reservoir {
    /// Connections kept ready, a task, unless the service has a number of its own.
    pub target_ready: i64,
    /// How long a connection is kept at least.
    pub base_lifetime: Duration,
    /// How much is added at random.
    pub lifetime_jitter: Duration,
    /// How long before its end it is no longer handed out.
    pub guard_window: Duration,
}

/// How long, in seconds, a task waits for its reservoir's first fill before it goes on without.
/// Source: the default of the DSQL plugin's `DSQL_RESERVOIR_INITIAL_FILL_TIMEOUT`.
const FIRST_FILL_WAIT: i64 = 30;

const KEY: &str = "reservoir.enabled";

/// Whether there is a reservoir.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Reservoir>().is_some());

/// The reservoir in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    service_options: SERVICE_OPTIONS,
    check_lifetimes,
    check_connections,
    ..Part::new("reservoir", Subject::ConnectionPool, FEATURE)
};

/// The reservoir in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        arguments: &[(To::TemporalService, service_arguments)],
        variables: &[(
            "reservoir",
            "The reservoir of DSQL connections in each task",
        )],
        ready_connections: Some("coalesce(service.target_ready, var.reservoir.target_ready)"),
        checks,
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        fact: Some(fact),
        connections: Some(ConnectionTexts {
            besides: "the ready connections of its reservoirs",
            fact: connection_fact,
        }),
        ..DocumentTexts::NONE
    },
    overview: &[("Connection reservoir", overview)],
    diagram: DiagramTexts {
        flows: &[Flow {
            from: SERVICES,
            to: "Aurora DSQL",
            port: ports::DSQL,
            about: "workflows and task queues, through the connection reservoir",
        }],
        ..DiagramTexts::NONE
    },
    problems: &[
        LIFETIME_TOO_LONG,
        GUARD_TOO_LONG,
        RENEWED_TOO_OFTEN,
        SLOW_FILL,
    ],
    fixes,
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const LIFETIME_TOO_LONG: ProblemRow = ProblemRow::of_part(
    "lifetime-too-long",
    Severity::Error,
    "The connections would live longer than DSQL allows.",
    "Keep `reservoir.base_lifetime` and `reservoir.lifetime_jitter` together under 60 minutes.",
    Fixable::Yes,
);
const GUARD_TOO_LONG: ProblemRow = ProblemRow::of_part(
    "guard-too-long",
    Severity::Error,
    "The guard window is as long as a connection lives, so no connection would ever be used.",
    "Make `reservoir.guard_window` shorter than `reservoir.base_lifetime`.",
    Fixable::Yes,
);
const RENEWED_TOO_OFTEN: ProblemRow = ProblemRow::of_part(
    "renewed-too-often",
    Severity::Error,
    "The reservoirs renew their connections faster than DSQL accepts new ones.",
    "Raise `reservoir.base_lifetime`, or lower `reservoir.guard_window`.",
    Fixable::Yes,
);
const SLOW_FILL: ProblemRow = ProblemRow::of_part(
    "slow-fill",
    Severity::Advice,
    "When all tasks start at once, filling the reservoirs takes longer than a task waits.",
    "Lower `target_ready`, or start the services one after the other.",
    Fixable::No("How long a start may take is your decision."),
);

/// A duration from `min` to `max`.
const fn between(min: Duration, max: Duration) -> Kind {
    Kind::Duration { min, max }
}

/// A lifetime that is short or long enough with the rest as it is; then the defaults.
fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let (code, environment) = (found.problem.code, found.environment);
    let Some(reservoir) = environment.part::<Reservoir>() else {
        return Vec::new();
    };
    let lasting = |key, duration: Duration| Proposal::Value(key, Value::from(duration));
    let second = Duration::from_seconds(1);
    if code == LIFETIME_TOO_LONG.code {
        let rest = MAX_CONNECTION_LIFETIME - second;
        vec![
            lasting("reservoir.base_lifetime", rest - reservoir.lifetime_jitter),
            lasting("reservoir.lifetime_jitter", rest - reservoir.base_lifetime),
            Proposal::Default("reservoir.base_lifetime"),
            Proposal::Default("reservoir.lifetime_jitter"),
        ]
    } else if code == GUARD_TOO_LONG.code {
        vec![
            lasting("reservoir.guard_window", reservoir.base_lifetime - second),
            Proposal::Default("reservoir.guard_window"),
            lasting("reservoir.base_lifetime", reservoir.guard_window + second),
            Proposal::Default("reservoir.base_lifetime"),
        ]
    } else if code == RENEWED_TOO_OFTEN.code {
        // On average a connection must live as long as it takes to renew all that are kept, beside those in use.
        let connections = Connections::of(environment);
        let left = 1000 * CONNECTION_RATE - connections.in_use_renewals_per_1000_seconds();
        let mean = Duration::from_seconds(1000 * connections.kept() / left.max(1) + 1);
        let half = Duration::from_seconds(reservoir.lifetime_jitter.seconds() / 2);
        vec![
            lasting(
                "reservoir.base_lifetime",
                mean + reservoir.guard_window - half,
            ),
            lasting(
                "reservoir.guard_window",
                reservoir.base_lifetime + half - mean,
            ),
            Proposal::Default("reservoir.base_lifetime"),
            Proposal::Default("reservoir.guard_window"),
        ]
    } else {
        Vec::new()
    }
}

const PANELS: &[Panel] = &[
    Panel::new(
        DATABASE,
        "Reservoir fill",
        "The share of its target that a service's reservoir has. Below a half, new statements may find it empty.",
        Unit::Share,
        &[by(
            "service_name",
            Source::ShareOfGauge("dsql_reservoir_size", "dsql_reservoir_target"),
        )],
    ),
    Panel::new(
        DATABASE,
        "Empty reservoirs",
        "Requests for a connection that found an empty reservoir.",
        Unit::PerSecond,
        &[by(
            "service_name",
            Source::Rate("dsql_reservoir_empty_total", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Discarded connections",
        "Connections that the reservoir gives up, by reason. Most are at the end of their lifetime.",
        Unit::PerSecond,
        &[by(
            "service_name, reason",
            Source::Rate("dsql_reservoir_discards_total", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Failed refills",
        "Connections that could not be opened, by reason. `rate_limit` means that too many are opened at once.",
        Unit::PerSecond,
        &[by(
            "service_name, reason",
            Source::Rate("dsql_reservoir_refill_failures_total", ""),
        )],
    ),
    Panel::new(
        DATABASE,
        "Time to get a connection, p99",
        "How long a request for a connection of the reservoir takes.",
        Unit::Seconds,
        &[by(
            "service_name",
            Source::Percentile99("dsql_reservoir_checkout_latency", ""),
        )],
    ),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        "reservoir.enabled",
        "Connection reservoir",
        "Open DSQL connections ahead of demand, because a cluster accepts only 100 new connections per second.",
        Kind::Boolean,
        bool_per_profile([false, true, true]),
    )
    .because("dev opens too few connections to reach that limit"),
    environment_row(
        "reservoir.target_ready",
        "Ready connections",
        "The number of connections that each of a task's reservoirs keeps ready: it has four with the limiter \
         `counter`, else one.",
        count(1, 1000, "connections"),
        same_integer(20),
    )
    .because("with the limiter `counter`, a task keeps four times as many, and each stop leaves them counted")
    .attribute("reservoir", "target_ready")
    .needs_on("reservoir.enabled"),
    environment_row(
        "reservoir.base_lifetime",
        "Connection lifetime",
        "The time after which a connection is renewed. DSQL closes every connection after 60 minutes.",
        between(Duration::from_minutes(1), Duration::from_minutes(59)),
        same_text("11m"),
    )
    .because("long enough for few renewals, short enough to spread them out")
    .attribute("reservoir", "base_lifetime")
    .needs_on("reservoir.enabled"),
    environment_row(
        "reservoir.lifetime_jitter",
        "Lifetime jitter",
        "A random addition to the lifetime, so that connections don't all expire together.",
        between(Duration::from_seconds(1), Duration::from_minutes(30)),
        same_text("2m"),
    )
    .attribute("reservoir", "lifetime_jitter")
    .needs_on("reservoir.enabled"),
    environment_row(
        "reservoir.guard_window",
        "Guard window",
        "The time before expiry in which a connection is no longer used.",
        between(Duration::from_seconds(1), Duration::from_minutes(10)),
        same_text("45s"),
    )
    .attribute("reservoir", "guard_window")
    .needs_on("reservoir.enabled"),
];

/// How many connections a service keeps ready in place of `reservoir.target_ready`. A macro, since only literals can be
/// joined in a constant.
macro_rules! service_row {
    ($name:literal, $label:literal) => {
        environment_row(
            concat!($name, ".target_ready"),
            "Ready connections",
            concat!(
                "The number of ready connections in each reservoir of a ",
                $label,
                " task."
            ),
            count(1, 1000, "connections"),
            DefaultValue::Derived(DerivedDefault::SameAs("reservoir.target_ready")),
        )
        .because("the value of `reservoir.target_ready`")
        .attribute($name, "target_ready")
        .needs_on(KEY)
    };
}

const SERVICE_OPTIONS: &[OptionRow] = &[
    service_row!("frontend", "Frontend"),
    service_row!("history", "History"),
    service_row!("matching", "Matching"),
    service_row!("worker", "Worker"),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if !values.boolean(KEY)? {
        return Some(());
    }
    let reservoir = Reservoir {
        target_ready: values.integer("reservoir.target_ready")?,
        base_lifetime: values.duration("reservoir.base_lifetime")?,
        lifetime_jitter: values.duration("reservoir.lifetime_jitter")?,
        guard_window: values.duration("reservoir.guard_window")?,
    };
    let mut target_ready = [0; 4];
    for (ready, service) in target_ready.iter_mut().zip(TemporalService::ALL) {
        *ready = values.integer(&format!("{service}.target_ready"))?;
    }
    parts.put(Pool {
        target_ready,
        lifetime: reservoir.base_lifetime - reservoir.guard_window,
        jitter: reservoir.lifetime_jitter,
    });
    parts.put(reservoir);
    Some(())
}

fn check_lifetimes(environment: &Environment, problems: &mut Problems) {
    let Some(reservoir) = environment.part::<Reservoir>() else {
        return;
    };
    let longest = reservoir.base_lifetime + reservoir.lifetime_jitter;
    if longest >= MAX_CONNECTION_LIFETIME {
        problems.push(
            Problem::new(
                LIFETIME_TOO_LONG.code,
                environment.address().join("reservoir.base_lifetime"),
                format!(
                    "with the jitter, a connection lives up to {longest}, but DSQL closes it after 60m"
                ),
            )
            .hint("keep lifetime and jitter together under 60m"),
        );
    }
    if reservoir.guard_window >= reservoir.base_lifetime {
        problems.push(
            Problem::new(
                GUARD_TOO_LONG.code,
                environment.address().join("reservoir.guard_window"),
                format!(
                    "{} is not less than the lifetime of {}, so no connection would ever be used",
                    reservoir.guard_window, reservoir.base_lifetime
                ),
            )
            .hint("make it shorter than `reservoir.base_lifetime`"),
        );
    }
}

fn check_connections(
    environment: &Environment,
    connections: &Connections,
    problems: &mut Problems,
) {
    // Without a sound lifetime there is no rate to speak of.
    if !FEATURE.is_on(environment) || problems.has_errors() {
        return;
    }
    let renewals = connections.renewals_per_1000_seconds();
    if renewals > CONNECTION_RATE * 1000 {
        problems.push(
            Problem::new(
                RENEWED_TOO_OFTEN.code,
                environment.address().join("reservoir.base_lifetime"),
                format!(
                    "{} ready connections with an average lifetime of {} and those in use need {} new connections per \
                     second, but DSQL accepts {CONNECTION_RATE}",
                    connections.kept(),
                    connections.mean_lifetime(),
                    renewals / 1000
                ),
            )
            .hint("raise `reservoir.base_lifetime`, or lower `reservoir.guard_window`"),
        );
    }
    let fill = connections.fill();
    if fill.one_reservoir > FIRST_FILL_WAIT * 1000 {
        problems.push(
            Problem::new(
                SLOW_FILL.code,
                environment.address().join("reservoir.target_ready"),
                format!(
                    "when all tasks start at once, filling one reservoir of each takes {} s; a task waits \
                     {FIRST_FILL_WAIT} s for it and then starts with what there is",
                    fill.one_reservoir / 1000
                ),
            )
            .hint("lower `target_ready`, or start the services one after the other"),
        );
    }
}

fn service_arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    let row = |name: &str, code: &str| {
        (
            at.join(&format!("reservoir.{name}")),
            name.to_owned(),
            Expr::code(code.to_owned()),
        )
    };
    block
        .origin(&at.join(KEY))
        .blank()
        .code("reservoir_enabled", "true")
        .attribute(
            "reservoir",
            Expr::Object(vec![
                row(
                    "target_ready",
                    "coalesce(each.value.target_ready, var.reservoir.target_ready)",
                ),
                row("base_lifetime", "var.reservoir.base_lifetime"),
                row("lifetime_jitter", "var.reservoir.lifetime_jitter"),
                row("guard_window", "var.reservoir.guard_window"),
            ]),
        );
}

fn checks(environment: &Environment, file: &mut Body) {
    let at = environment.address();
    // Durations have no arithmetic in Terraform, moments have.
    let moment = |parts: &[&str]| {
        parts
            .iter()
            .fold("\"2000-01-01T00:00:00Z\"".to_owned(), |start, part| {
                format!("timeadd({start}, {part})")
            })
    };
    let base = "var.reservoir.base_lifetime";
    file.origin(&at.join("reservoir.base_lifetime"));
    check_block(
        file,
        "connections_end_before_dsql_ends_them",
        &format!(
            "timecmp({}, {}) < 0",
            moment(&[base, "var.reservoir.lifetime_jitter"]),
            moment(&[&format!("\"{}m\"", MAX_CONNECTION_LIFETIME.seconds() / 60)])
        ),
        "A connection lives up to ${var.reservoir.base_lifetime} plus ${var.reservoir.lifetime_jitter}, but DSQL closes \
         it after 60m.",
    );
    file.origin(&at.join("reservoir.guard_window"));
    check_block(
        file,
        "connections_are_handed_out",
        &format!(
            "timecmp({}, {}) < 0",
            moment(&["var.reservoir.guard_window"]),
            moment(&[base])
        ),
        "The guard window of ${var.reservoir.guard_window} is not less than the lifetime of \
         ${var.reservoir.base_lifetime}, so no connection would ever be used.",
    );
}

fn fact(environment: &Environment) -> Option<String> {
    let reservoir = environment.part::<Reservoir>()?;
    Some(format!(
        "- **Connection reservoir**: {} ready connections in each reservoir of a task, unless its service overrides the \
         number",
        reservoir.target_ready
    ))
}

fn connection_fact(environment: &Environment) -> Option<String> {
    let reservoir = environment.part::<Reservoir>()?;
    Some(format!(
        "- **Lifetime**: {} to {}, not used in the last {}; DSQL closes every connection after 60m",
        reservoir.base_lifetime,
        reservoir.base_lifetime + reservoir.lifetime_jitter,
        reservoir.guard_window
    ))
}

fn overview(environment: &Environment) -> Option<String> {
    let reservoir = environment.part::<Reservoir>()?;
    Some(format!("{} ready a task", reservoir.target_ready))
}

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "reservoir-low",
        summary: "A task has less than half of its ready DSQL connections.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("0.5", "less than half of the target"),
        signal: Signal::Server(Rule {
            expression: "min by (service, instance) (dsql_reservoir_size / (dsql_reservoir_target > 0)) < LIMIT",
            minutes: 10,
        }),
        users: "Requests may have to wait for a connection.",
        look: Some(status),
        first: "Other alarms about connections name the cause. Without one, connections are used faster than they come: raise \
                `target_ready`.",
        over: "The reservoir is at its target.",
    },
    Alarm {
        name: "reservoir-empty",
        summary: "Requests find no ready DSQL connection.",
        severity: AlarmSeverity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "an empty reservoir"),
        signal: Signal::Server(Rule {
            expression: "sum by (service, instance) (rate(dsql_reservoir_empty_total[5m])) > LIMIT",
            minutes: 5,
        }),
        users: "Requests are slow or fail.",
        look: Some(status),
        first: "As for `reservoir-low`.",
        over: "No empty reservoir for five minutes.",
    },
    Alarm {
        name: "connections-fail",
        summary: "Tasks cannot open DSQL connections.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a failed attempt"),
        signal: Signal::Server(Rule {
            expression: "sum by (service, reason) (rate(dsql_reservoir_refill_failures_total{reason=~'token_provider|\
                         dsn_inject|connection_open'}[5m])) > LIMIT",
            minutes: 5,
        }),
        users: "None while ready connections last. Then requests fail.",
        look: Some(status),
        first: "`reason` names the step. token_provider: the task role lost its rights. connection_open: the cluster cannot be \
                reached, or its quota is used up.",
        over: "No failed attempts for five minutes.",
    },
];
