//! How long a task of the Temporal services may take to start and to stop, and when it counts as unhealthy.

use super::dynamic_config::Drain;
use super::part::{FixContext, FormSection, Part, PartTexts, Proposal, RootTexts, To, Values};
use super::server_config::{self, ConfigSource};
use super::subject::Subject;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{count, environment_row, same_integer};
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};

/// Seconds until ECS ends a task that has its signal to stop.
#[derive(Clone, Copy, Debug)]
struct StopTimeout(i64);

/// Every environment has it.
const FEATURE: Feature = Feature::always("");

const STOP_TIMEOUT: &str = "timing.stop_timeout";
const START_PERIOD: &str = "timing.start_period";
const INTERVAL: &str = "timing.health_check_interval";
const RETRIES: &str = "timing.health_check_retries";

/// Seconds that a server needs to stop besides its drain. As in the module `temporal-service`.
const BESIDES_DRAIN: i64 = 15;

/// The times in the form and the check.
pub(super) static PART: Part = Part {
    options: &[
        environment_row(
            STOP_TIMEOUT,
            "Time to stop",
            "How long ECS waits before it ends a stopping Temporal task.",
            count(30, 600, "seconds"),
            same_integer(120),
        )
        .because("longer than the longest drain, which takes 60 seconds")
        .attribute("timing", "stop_timeout"),
        environment_row(
            START_PERIOD,
            "Time to start",
            "The least time for which failed health checks of a new Temporal task do not count.",
            count(30, 300, "seconds"),
            same_integer(120),
        )
        .because("the module extends it while a task may open its connections")
        .attribute("timing", "start_period"),
        environment_row(
            INTERVAL,
            "Time between health checks",
            "The time between two health checks of a Temporal task.",
            count(5, 300, "seconds"),
            same_integer(15),
        )
        .attribute("timing", "health_check_interval"),
        environment_row(
            RETRIES,
            "Failed health checks",
            "How many health checks in a row must fail before ECS replaces a Temporal task.",
            count(1, 10, "health checks"),
            same_integer(3),
        )
        .because("a task that is busy for half a minute stays")
        .attribute("timing", "health_check_retries"),
    ],
    section: Some(FormSection {
        label: "Start, stop and health checks",
        summary: "{stop_timeout} s to stop",
    }),
    settle,
    warn,
    ..Part::new("timing", Subject::Services, FEATURE)
};

/// The times in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::TemporalService, arguments)],
        variables: &[(
            "timing",
            "How tasks of the Temporal services start and stop, and their health checks",
        )],
        ..RootTexts::NONE
    },
    problems: &[DRAIN_CUT_OFF],
    fixes,
    ..PartTexts::new(&PART)
};

const DRAIN_CUT_OFF: ProblemRow = ProblemRow::of_part(
    "drain-cut-off",
    Severity::Error,
    "ECS would end a stopping frontend in the middle of its drain.",
    "Raise `timing.stop_timeout`, or lower `dynamic_config.shutdown_drain`.",
    Fixable::Yes,
);

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(StopTimeout(values.integer(STOP_TIMEOUT)?));
    Some(())
}

/// Seconds that a frontend takes to stop: it waits for its drain twice, once with a failed health check.
fn needed(environment: &Environment) -> Option<i64> {
    match server_config::source(environment) {
        ConfigSource::Composed => {
            Some(2 * environment.part::<Drain>()?.0.seconds() + BESIDES_DRAIN)
        }
        ConfigSource::Own => None,
    }
}

fn warn(environment: &Environment, problems: &mut Problems) {
    let (Some(needed), Some(StopTimeout(given))) = (needed(environment), environment.part()) else {
        return;
    };
    if *given < needed {
        problems.push(
            Problem::new(
                const { DRAIN_CUT_OFF.code },
                environment.address().join(STOP_TIMEOUT),
                format!("with its drain a frontend takes up to {needed} seconds to stop, but ECS waits for {given}"),
            )
            .hint("raise it, or lower `dynamic_config.shutdown_drain`"),
        );
    }
}

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let raised = needed(found.environment).map(|needed| Proposal::Here(needed.into()));
    raised.into_iter().chain([Proposal::DefaultHere]).collect()
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank();
    for (name, key) in [
        ("stop_timeout", STOP_TIMEOUT),
        ("start_period", START_PERIOD),
        ("health_check_interval", INTERVAL),
        ("health_check_retries", RETRIES),
    ] {
        block
            .origin(&at.join(key))
            .code(name, format!("var.timing.{name}"));
    }
}
