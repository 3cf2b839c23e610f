//! Alarms: what wakes somebody when the environment can't help itself. The rows are the parts' own, see [`crate::alarm`].
//! The module makes alarms of CloudWatch and rules of Prometheus of them, and a topic to which both send.

use super::part::{Call, DocumentTexts, Module, Part, PartTexts, RootTexts, To, Values};
use super::subject::Subject;
use crate::alarm::{self, Alarm, Limit, Metric, MetricAlarm, Signal, Thresholds, WatchedMetrics};
use crate::choice::choice;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::references::NAME;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, Kind, OptionRow, bool_per_profile, count, environment_row, integer_per_profile,
    same_integer, same_text,
};
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::rules::places::arn;
use crate::value::Value;

choice! {
    /// Where alarms go.
    pub enum Recipient {
        /// To an address, by a topic of the environment's own.
        Email = "email", "an e-mail address";
        /// To a topic that exists.
        Topic = "topic", "an SNS topic of yours";
    }
}

/// The alarms, settled. Address and topic stay among the environment's settings: they may be open.
#[derive(Clone, Copy, Debug)]
pub struct Alarms {
    /// Where they go.
    pub recipient: Recipient,
}

const KEY: &str = "alarms.enabled";
const RECIPIENT: &str = "alarms.notify";
const EMAIL: &str = "alarms.email";
const TOPIC: &str = "alarms.topic_arn";
const ERRORS: &str = "alarms.errors_percent";
const LATENCY: &str = "alarms.latency_ms";
const BACKLOG: &str = "alarms.backlog";
const CONNECTIONS: &str = "alarms.connections_percent";
const RUNBOOK: &str = "alarms.runbook";

/// Whether there are alarms.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Alarms>().is_some());

/// Alarms in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    values_of,
    check,
    modules: &[Module::new(
        "alarms",
        "alarms of CloudWatch and Prometheus, and the topic that they go to",
        FEATURE,
    )],
    ..Part::new("alarms", Subject::Alarms, FEATURE)
};

/// Alarms in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::TemporalService, service_argument)],
        variables: &[("alarms", "When alarms go on, and what their messages name")],
        outputs,
        call: Some(Call::new("alarms", "alarms", arguments)),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        exposed: Some(exposed),
        readme,
        ..DocumentTexts::NONE
    },
    overview: &[("Alarms", overview)],
    alarms: ALARMS,
    problems: &[TOPIC_OF_ANOTHER_REGION, UNKNOWN_ALARM],
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Alarms",
        "Alarms with a runbook. They also roll back deployments.",
        Kind::Boolean,
        bool_per_profile([false, false, true]),
    )
    .because("only prod should wake somebody"),
    environment_row(
        RECIPIENT,
        "Recipient",
        "Where alarms go.",
        Kind::Choice(Recipient::CHOICES),
        same_text(Recipient::Email.name()),
    )
    .needs_on(KEY),
    environment_row(
        EMAIL,
        "E-mail address",
        "AWS sends it a link that must be opened once.",
        Kind::Text(Rule::EmailAddress),
        DefaultValue::Open("oncall@example.com"),
    )
    .variable("alarms_email")
    .needs_choice(RECIPIENT, Recipient::Email.name()),
    environment_row(
        TOPIC,
        "Topic",
        "Its policy must let CloudWatch, EventBridge and Prometheus publish.",
        Kind::Text(Rule::TopicArn),
        DefaultValue::Open("arn:aws:sns:eu-west-1:123456789012:oncall"),
    )
    .variable("alarms_topic_arn")
    .needs_choice(RECIPIENT, Recipient::Topic.name())
    .not_copied(),
    environment_row(
        ERRORS,
        "Failed requests",
        "The share of a service's requests.",
        count(1, 100, "%"),
        same_integer(10),
    )
    .because("a start: look at your own share before you lower it")
    .attribute("alarms", "errors_percent")
    .needs_on(KEY),
    environment_row(
        LATENCY,
        "Slow requests",
        "The 99th percentile of the frontend's requests.",
        count(50, 60_000, "ms"),
        integer_per_profile([2000, 1000, 1000]),
    )
    .because("a start: each request is several transactions")
    .attribute("alarms", "latency_ms")
    .needs_on(KEY),
    environment_row(
        BACKLOG,
        "Backlog",
        "Tasks that wait in a task queue.",
        count(1, 10_000_000, "tasks"),
        integer_per_profile([1000, 100_000, 1000]),
    )
    .because("load makes a backlog on purpose in bench")
    .attribute("alarms", "backlog")
    .needs_on(KEY),
    environment_row(
        CONNECTIONS,
        "Open connections",
        "The share of the cluster's connection quota.",
        count(10, 100, "%"),
        same_integer(80),
    )
    .because("room for a deployment of the largest service")
    .attribute("alarms", "connections_percent")
    .needs_on(KEY),
    environment_row(
        "alarms.thresholds.*",
        "Other thresholds",
        "By the name of the alarm, in the unit that `alarms.tf` has.",
        Kind::Text(Rule::Threshold),
        DefaultValue::Absent("as composed"),
    )
    .keyed_by(Rule::AlarmName)
    .attribute("alarms", "thresholds")
    .needs_on(KEY),
    environment_row(
        RUNBOOK,
        "Runbook",
        "A path or an address. Each message names it and a section.",
        Kind::Text(Rule::Runbook),
        same_text("docs/runbook.md"),
    )
    .because("an address makes links")
    .attribute("alarms", "runbook")
    .needs_on(KEY),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Alarms {
            recipient: Recipient::parse(&values.text(RECIPIENT)?)?,
        });
        parts.put(Thresholds {
            errors_percent: values.integer(ERRORS)?,
            latency_ms: values.integer(LATENCY)?,
            backlog: values.integer(BACKLOG)?,
            connections_percent: values.integer(CONNECTIONS)?,
        });
    }
    Some(())
}

/// Of the module's variables that decides whether there is a topic.
fn values_of(environment: &Environment, variable: &str) -> usize {
    let Some(alarms) = environment.part::<Alarms>() else {
        return 0;
    };
    match variable {
        "email" => usize::from(alarms.recipient == Recipient::Email),
        "metric_alarms" => const { alarm::of_cloudwatch(ALARMS) },
        _ => 0,
    }
}

const TOPIC_OF_ANOTHER_REGION: ProblemRow = ProblemRow::of_part(
    "topic-region",
    Severity::Error,
    "The topic is in another region than the environment, and CloudWatch sends alarms to topics of its own region alone.",
    "Use a topic of the environment's region.",
    Fixable::No("Only a person knows the topic."),
);

pub(crate) const UNKNOWN_ALARM: ProblemRow = ProblemRow::of_part(
    "unknown-alarm",
    Severity::Error,
    "The environment has no alarm with this name that goes on at a number of its own.",
    "Use a name of the runbook, or the alarm's own option.",
    Fixable::No("Only you know which alarm you meant."),
);

fn check(environment: &Environment, problems: &mut Problems) {
    if !FEATURE.is_on(environment) {
        return;
    }
    let region = &environment.region;
    for setting in &environment.settings {
        if setting.row.key == TOPIC
            && let Some(Value::Text(topic)) = &setting.value
            && let Some(arn) = arn(topic, "sns")
            && arn.region != region
        {
            problems.push(
                Problem::new(
                    const { TOPIC_OF_ANOTHER_REGION.code },
                    setting.at.clone(),
                    format!(
                        "the topic is in `{}`, but the environment is in `{region}`",
                        arn.region
                    ),
                )
                .hint("use a topic of the environment's region"),
            );
        }
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank().code("project_name", NAME);
    match environment.part::<Alarms>().map(|it| it.recipient) {
        Some(Recipient::Topic) => block
            .origin(&at.join(TOPIC))
            .code("topic_arn", "var.alarms_topic_arn"),
        Some(Recipient::Email) | None => block
            .origin(&at.join(EMAIL))
            .code("email", "var.alarms_email"),
    };
    block
        .origin(&at.join(KEY))
        .blank()
        .code(
            "prometheus_workspace_id",
            "module.observability.prometheus_workspace_id",
        )
        .code(
            "prometheus_workspace_arn",
            "module.observability.prometheus_workspace_arn",
        )
        .blank()
        .code("runbook", "var.alarms.runbook")
        .code("thresholds", "var.alarms.thresholds")
        .code("metric_alarms", "local.metric_alarms")
        .code("event_alarms", "local.event_alarms")
        .code("recording_rules", "local.recording_rules")
        .code("alert_rules", "local.alert_rules");
}

fn service_argument(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .code("alarm_names", "module.alarms.deployment_alarm_names");
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![output(
        "alarms_topic_arn",
        "The SNS topic that alarms go to.",
        KEY,
        "module.alarms.topic_arn",
    )]
}

const ALARMS: &[Alarm] = &[Alarm {
    name: "alerts-undelivered",
    summary: "Alerts of Prometheus do not reach the topic.",
    severity: alarm::Severity::Critical,
    feature: FEATURE,
    limit: |_| Limit::fixed("0", "a message that failed"),
    // Its name: user guide of Amazon Managed Service for Prometheus, "Use CloudWatch metrics to monitor resources". The
    // dimension, which the page leaves out, as public configurations have it.
    // A message that fails is tried again once in `group_interval`.
    signal: Signal::Aws(MetricAlarm {
        period: 300,
        ..MetricAlarm::above(
            |_| {
                WatchedMetrics::one(Metric::new(
                    "AWS/Prometheus",
                    "AlertManagerNotificationsFailed",
                    "Sum",
                    &[("Workspace", "module.observability.prometheus_workspace_id")],
                ))
            },
            1,
        )
    }),
    users: "None, but you do not get the alarms of the server.",
    look: None,
    first: "Ask Prometheus for `ALERTS` to see what is on. The topic's policy, and the policy of its key if it has one, must \
            let `aps.amazonaws.com` publish.",
    over: "No message failed for five minutes.",
}];

fn exposed(names: &str) -> String {
    format!(
        "- **Messages of alarms** ({names}): they leave AWS by e-mail, or where your topic sends them. They name resources, \
         namespaces and task queues, and have no data of workflows."
    )
}

/// Container Insights measures the disks of managed instances alone (developer guide of ECS, "Additional metrics for Amazon ECS
/// Managed Instances", `InstanceOSFilesystemUtilization`). `instance_filesystem_utilization` of other instances needs the
/// CloudWatch agent on each (user guide of CloudWatch, "Setting up Container Insights on Amazon ECS").
fn readme(environment: &Environment, page: &mut Markdown) {
    page.heading("Alarms").paragraph(
        "CloudWatch, EventBridge and Prometheus watch the environment. [The runbook](../../../docs/runbook.md) has a section for each \
         alarm: what users notice, how to see it, what to do first. `alarms.tf` has the values and expressions. To change \
         a threshold that has no option, give its alarm another number in `alarms.thresholds` of `terraform.tfvars`. Set \
         `alarms.runbook` to the address of the runbook, for example in your repository, so that each message links to \
         it. No alarm watches the disks of the instances: no agent reports them. A full disk shows as tasks that don't start.",
    );
    match environment.part::<Alarms>().map(|it| it.recipient) {
        Some(Recipient::Topic) => page.paragraph(
            "They go to your topic. Its policy must allow `sns:Publish` to `cloudwatch.amazonaws.com` and to \
             `events.amazonaws.com`, to the latter without a condition, and `sns:Publish` and `sns:GetTopicAttributes` to \
             `aps.amazonaws.com`. If a key of yours encrypts the topic, the three also need `kms:Decrypt` and \
             `kms:GenerateDataKey*` for it.",
        ),
        Some(Recipient::Email) | None => page.paragraph(
            "They go to the address in `alarms_email`. After the first apply, AWS sends it a message: until somebody opens \
             the link in it, no alarm arrives.",
        ),
    };
    page.paragraph(
        "Some alarms of CloudWatch also roll back a deployment of a Temporal service if they go on meanwhile: their sections in the \
         runbook say so. An alarm that was on before is ignored.",
    );
}

fn overview(environment: &Environment) -> Option<String> {
    let alarms = environment.part::<Alarms>()?;
    let recipient = match alarms.recipient {
        Recipient::Email => "by e-mail",
        Recipient::Topic => "to your topic",
    };
    Some(recipient.to_owned())
}
