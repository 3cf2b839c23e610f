//! The schedule: an environment sleeps at night, without tasks and instances. EventBridge Scheduler sets the number of tasks, the
//! capacity provider removes instances as their tasks end, and a scheduled action starts them again.
//!
//! Sources: <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html> for the target that is an
//! operation of ECS, <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html> for the group.

use super::part::{
    Call, DocumentTexts, FixContext, Module, ObjectEntries, Part, PartTexts, Proposal, RootTexts,
    SCHEDULED_SERVICES, To, Values,
};
use super::subject::Subject;
use crate::alarm::{ON_WITHOUT_TASKS, Thresholds};
use crate::compose::markdown::Markdown;
use crate::compose::references::NAME;
use crate::compose::rows::{Right, RoleKind};
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{Kind, OptionRow, environment_row, same_bool, same_text};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::sizing::awake::Sleep;
use crate::sizing::connection_demand::Connections;

const KEY: &str = "schedule.enabled";
const SLEEP: &str = "schedule.sleep";
const WAKE: &str = "schedule.wake";
const ZONE: &str = "schedule.timezone";

/// Whether the environment sleeps.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Sleep>().is_some());

/// The schedule in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    warn_in_production,
    modules: &[Module::new(
        "schedule",
        "no tasks and instances at night",
        FEATURE,
    )],
    ..Part::new("schedule", Subject::Spending, FEATURE)
};

/// The schedule in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::Capacity, least_instances)],
        variables: &[("schedule", "When the environment sleeps")],
        call: Some(Call {
            services: Some(services),
            ..Call::new("schedule", "schedule", arguments)
        }),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: &[Right::new(
            "schedule",
            "EventBridge Scheduler, to stop and start the services",
            &["ecs:UpdateService"],
            "the environment's services",
            FEATURE,
        )
        .of(RoleKind::Network)],
        readme,
        operations,
        ..DocumentTexts::NONE
    },
    overview: &[("Sleeps", overview)],
    problems: &[
        SLEEPS_IN_PRODUCTION,
        NIGHTS_FILL_COUNTER,
        NIGHTS_WAKE_SOMEBODY,
    ],
    fixes,
    warn,
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Schedule",
        "No tasks and instances from one time to another. Databases and network stay.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("it stops every workflow, so somebody must want it"),
    environment_row(
        SLEEP,
        "Sleep",
        "When it stops: minute, hour, day, month, weekday.",
        Kind::Text(Rule::Cron),
        same_text("0 20 * * MON-FRI"),
    )
    .attribute("schedule", "sleep")
    .needs_on(KEY),
    environment_row(
        WAKE,
        "Wake",
        "When it starts, likewise.",
        Kind::Text(Rule::Cron),
        same_text("0 7 * * MON-FRI"),
    )
    .attribute("schedule", "wake")
    .needs_on(KEY),
    environment_row(
        ZONE,
        "Time zone",
        "The time zone of both.",
        Kind::Text(Rule::TimeZone),
        same_text("UTC"),
    )
    .attribute("schedule", "timezone")
    .needs_on(KEY),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Sleep {
            sleep: values.text(SLEEP)?,
            wake: values.text(WAKE)?,
        });
    }
    Some(())
}

const SLEEPS_IN_PRODUCTION: ProblemRow = ProblemRow::of_part(
    "sleeps-in-production",
    Severity::Warning,
    "A production environment sleeps, so no workflow runs at night and no client is answered.",
    "Set `schedule.enabled` to `false`.",
    Fixable::Yes,
);
const NIGHTS_FILL_COUNTER: ProblemRow = ProblemRow::of_part(
    "nights-fill-counter",
    Severity::Warning,
    "Each night leaves connections of stopped tasks counted, so that no task can open one after some nights.",
    "Reset the counter each week, turn it off, or set `schedule.enabled` to `false`.",
    Fixable::Yes,
);
const NIGHTS_WAKE_SOMEBODY: ProblemRow = ProblemRow::of_part(
    "nights-wake-somebody",
    Severity::Warning,
    "Each sleep wakes somebody, because a server that sleeps looks like one that fails.",
    "Set `schedule.enabled` to `false`, or let nobody be woken by this environment at night.",
    Fixable::Yes,
);

fn warn(environment: &Environment, problems: &mut Problems) {
    if environment.part::<Thresholds>().is_some() {
        let [first, second] = ON_WITHOUT_TASKS;
        problems.push(
            Problem::new(
                const { NIGHTS_WAKE_SOMEBODY.code },
                FieldPath::in_environment(&environment.name, KEY),
                format!("each sleep sets off the alarms `{first}` and `{second}`"),
            )
            .hint("turn off one of the two, or let the recipient ignore them at night"),
        );
    }
    let connections = Connections::of(environment);
    let left = connections.left_behind();
    if let Some(cap) = connections.cap
        && left > 0
    {
        problems.push(
            Problem::new(
                const { NIGHTS_FILL_COUNTER.code },
                FieldPath::in_environment(&environment.name, KEY),
                format!(
                    "a night leaves {left} connections counted, and the limit of {} has room for {}",
                    cap.limit,
                    cap.limit / left
                ),
            )
            .hint("reset the counter in time, or turn off one of the two"),
        );
    }
}

fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    if FEATURE.is_on(environment) {
        problems.push(
            Problem::new(
                const { SLEEPS_IN_PRODUCTION.code },
                FieldPath::in_environment(&environment.name, KEY),
                "no workflow runs while it sleeps".to_owned(),
            )
            .hint("set it to `false`"),
        );
    }
}

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let code = found.problem.code;
    if [
        SLEEPS_IN_PRODUCTION.code,
        NIGHTS_FILL_COUNTER.code,
        NIGHTS_WAKE_SOMEBODY.code,
    ]
    .contains(&code)
    {
        vec![Proposal::Here(false.into())]
    } else {
        Vec::new()
    }
}

/// The group may be empty at any time, so that nothing but Terraform sets its bounds.
fn least_instances(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .code("min_count", "0");
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .code("cluster_name", "module.ecs_cluster.cluster_name")
        .code("asg_name", "module.ec2_capacity.asg_name")
        .origin(&at.join("compute.instance_count"))
        .code("instance_count", "var.compute.instance_count");
    for (name, key) in [("sleep", SLEEP), ("wake", WAKE), ("timezone", ZONE)] {
        block
            .origin(&at.join(key))
            .code(name, format!("var.schedule.{name}"));
    }
}

fn services(environment: &Environment, services: ObjectEntries, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .attribute(SCHEDULED_SERVICES, Expr::Object(services));
}

fn readme(environment: &Environment, page: &mut Markdown) {
    let Some(times) = environment.part::<Sleep>() else {
        return;
    };
    let saving = match times.awake(168) {
        Some(hours) => format!(
            "It runs for {hours} of the 168 hours of a week, so instances cost about that share."
        ),
        None => "How many hours it runs is unknown here: the times are not the same on each day."
            .to_owned(),
    };
    page.heading("Schedule").paragraph(&format!(
        "The environment sleeps at `{}` and wakes at `{}`, as cron in the time zone of `schedule.timezone`. {saving} A wake \
         starts `compute.instance_count` instances. By day too, ECS removes those without tasks, and starts one when a task \
         needs it: a deployment may then wait some minutes for an instance. Without a schedule, ECS keeps the number. A wake \
         also starts what you have stopped, and tasks that have no schema yet: set the environment up first. Workers and \
         clients must expect that nobody answers. Timers that end at night fire after the wake.",
        times.sleep, times.wake
    ));
}

fn operations(name: &str, page: &mut Markdown) {
    page.heading("Sleep and wake")
        .paragraph(&format!(
            "`{name}` stops and starts its tasks at the times in its README. To use it while it sleeps:"
        ))
        .shell(&format!("scripts/scale-services.sh {name} up"))
        .paragraph("The next sleep stops it again. To stop it earlier:")
        .shell(&format!("scripts/scale-services.sh {name} down"))
        .paragraph(
            "To keep it awake for longer, set `schedule.enabled` to `false` in `composition.toml`, compose again and apply.",
        )
        .paragraph(
            "You can plan and apply while it sleeps: Terraform leaves the numbers of tasks and instances alone, and \
             starts none of them.",
        )
        .paragraph(
            "If an environment is not awake in the morning, look at the events of its services: a wake sets the number of tasks \
             even if there is no room for them. `status` shows both numbers, and `up` starts the tasks and waits for them.",
        );
}

fn overview(environment: &Environment) -> Option<String> {
    let times = environment.part::<Sleep>()?;
    Some(match times.awake(168) {
        Some(hours) => format!("runs {hours} of 168 hours a week"),
        None => format!("from {} to {}", times.sleep, times.wake),
    })
}
