//! Loki: keeps the services' logs on S3, which each task's sidecar sends it.

use super::part::{
    DiagramTexts, DocumentTexts, Image, LogStore, Part, PartTexts, ProtectedResource, RootTexts,
    Service, TagWarning, To, Values,
};
use super::subject::Subject;
use crate::alarm::{self, Alarm, WatchedMetrics};
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::rows::{EXEC, EXEC_PURPOSE, Right, Way};
use crate::diagram::{self, DiagramBox, Flow, OUTSIDE, kept};
use crate::environment::{Environment, PartValues, Size};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    CPU, Kind, MEMORY, OptionRow, bool_per_profile, count, environment_row, image_row,
    integer_per_profile, same_text,
};
use crate::ports;
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::containers;
use crate::service_name::ServiceName;
use crate::sizing::task::{PROXY, Tasks, WRITER, row};
use crate::sizing::usage_line::{UsageLine, usage_line};

/// Loki, settled.
#[derive(Clone, Copy, Debug)]
pub struct Loki {
    /// Its one task.
    pub size: Size,
    /// How long it keeps logs, in days.
    pub retention_days: i64,
}

const KEY: &str = "loki.enabled";

/// Where it takes logs and queries.
const PORT: &str = "3100";
const SERVICE: ServiceName = ServiceName::new("loki");

/// Whether there is Loki.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Loki>().is_some());

/// Loki in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    image: Some(Image {
        row: image_row(
            "images.loki",
            "Loki image",
            "Loki 3.6.5 or newer of 3.6, or 3.7.0 or newer: older versions have no health check that works in a container \
             without a shell.",
            same_text("grafana/loki:3.7.6"),
        )
        .variable("loki_image"),
        warn: image_warning,
    }),
    settle,
    tasks,
    switch: Some(("loki_enabled", FEATURE)),
    values_of: |it, variable| alarm::values_of(it, variable, usize::from(FEATURE.is_on(it))),
    ..Part::new("loki", Subject::Logs, FEATURE)
};

/// Loki in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[
            (To::Observability, task_arguments),
            (To::Iam, role_arguments),
            (To::Sidecar, sidecar_arguments),
            (To::LogSenders, sender_arguments),
        ],
        variables: &[("loki", "Loki, which keeps the logs")],
        outputs,
        services: &[Service {
            name: SERVICE,
            service_name: "module.observability.loki_service_name",
            // It keeps its data in one task: a second one would write beside the first.
            desired_count: "1",
            size: "{ cpu = var.loki.cpu, memory = var.loki.memory, count = 1 }",
            access: None,
            flat_name: None,
        }],
        protected: &[ProtectedResource::store(
            "the bucket with the logs",
            FEATURE,
            "loki_bucket",
            "module.observability.loki_bucket_arn",
            "S3 refuses to delete a bucket that is not empty.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        logs,
        log_query: Some(("{service=\"history\"}", "Loki")),
        log_port: Some(("loki", PORT)),
        ways: &[Way::new("grafana", "loki", PORT, "queries", FEATURE).arrow("reads logs")],
        rights: RIGHTS,
        exposed: Some(exposed),
        restoring: Some(|_| {
            "- **Loki** stores its logs in a bucket. Where deletion protection is on, the bucket keeps deleted objects \
             for a week."
                .to_owned()
        }),
        ..DocumentTexts::NONE
    },
    used: USED,
    problems: &[WITHOUT_HEALTH_CHECK],
    overview: &[("Loki", overview)],
    diagram: DiagramTexts {
        boxes,
        groups: &[("loki", BOX)],
        flows: &[Flow {
            from: BOX,
            to: BUCKET,
            port: ports::HTTPS,
            about: "keeps logs",
        }],
        takes_logs: Some((BOX, PORT)),
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const ALARMS: &[Alarm] = &[Alarm {
    users: "None yet. Sidecars keep lines until their files rotate, then logs are lost.",
    first: "If its task stops again and again, read its log in CloudWatch: the bucket or its role may have changed. If it is pending, instances are missing: see `capacity-short`.",
    ..Alarm::tasks_missing(
        "loki-missing",
        "Loki runs fewer tasks than it should.",
        FEATURE,
        |_| vec![WatchedMetrics::tasks("", "\"${local.name}-loki\"")],
    )
}];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        "loki.enabled",
        "Loki",
        "Collect the logs of the services in Loki, which stores them in S3. Without Loki they go to CloudWatch. \
         The sidecars then mount the Docker socket, which is root on the host.",
        Kind::Boolean,
        bool_per_profile([false, true, false]),
    )
    .because("CloudWatch needs no socket and loses less; bench writes much, which costs less on S3"),
    environment_row(
        "loki.retention_days",
        "Retention",
        "The time for which Loki keeps logs.",
        count(1, 365, "days"),
        integer_per_profile([7, 14, 30]),
    )
    .attribute("loki", "retention_days")
    .needs_on("loki.enabled"),
    environment_row("loki.cpu", "CPU", "CPU of the Loki task.", CPU, integer_per_profile([768, 2048, 1024]))
        .because("one instance, as its ring is in memory")
        .attribute("loki", "cpu")
        .needs_on("loki.enabled"),
    environment_row(
        "loki.memory",
        "Memory",
        "Memory of the Loki task.",
        MEMORY,
        integer_per_profile([1024, 4096, 4096]),
    )
    .because("chunks stay in memory until they are written to S3")
    .attribute("loki", "memory")
    .needs_on("loki.enabled"),
];

const WITHOUT_HEALTH_CHECK: ProblemRow = ProblemRow::of_part(
    "loki-without-health-check",
    Severity::Warning,
    "This version of Loki has no health check that works in its image, so its container never becomes healthy.",
    "Use Loki 3.6.5 or newer on the 3.6 line, or 3.7.0 or newer.",
    Fixable::Mostly("Only you know which versions your own image has."),
);

/// Loki's self-probe came with 3.6.5 and 3.7.0 (pull request 20313 of grafana/loki), and from 3.6.0 on the image has
/// no shell for another one.
fn image_warning(tag: &str) -> Option<TagWarning> {
    let is_too_old = containers::version(tag).is_some_and(|version| version < (3, 6, 5));
    is_too_old.then(|| TagWarning {
        code: const { WITHOUT_HEALTH_CHECK.code },
        message: format!("Loki {tag} has no `-health`: its container would never become healthy"),
        hint: "use 3.6.5 or newer on the 3.6 line, or 3.7.0 or newer",
    })
}

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(LogStore {
            name: "Loki",
            key: KEY,
        });
        parts.put(Loki {
            size: Size {
                cpu: values.integer("loki.cpu")?,
                memory: values.integer("loki.memory")?,
                count: 1,
            },
            retention_days: values.integer("loki.retention_days")?,
        });
    }
    Some(())
}

fn tasks(environment: &Environment) -> Vec<Tasks> {
    let loki = environment.part::<Loki>();
    loki.map(|loki| row(SERVICE, loki.size, &[WRITER, PROXY], (0, 100)))
        .into_iter()
        .collect()
}

/// Its task, in the module `observability`.
fn task_arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .origin(&at.join(KEY))
        .blank()
        .code("loki_enabled", "true");
    for (name, key, code) in [
        ("loki_image", "images.loki", "var.loki_image"),
        ("loki_cpu", "loki.cpu", "var.loki.cpu"),
        ("loki_memory", "loki.memory", "var.loki.memory"),
        (
            "loki_retention_days",
            "loki.retention_days",
            "var.loki.retention_days",
        ),
        ("loki_task_role_arn", KEY, "module.iam.loki_task_role_arn"),
    ] {
        block.origin(&at.join(key)).code(name, code);
    }
}

fn role_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .code("loki_enabled", "true")
        .code("loki_bucket_arn", "module.observability.loki_bucket_arn");
}

fn sidecar_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .code("loki_enabled", "true")
        .code("loki_endpoint", "module.observability.loki_endpoint");
}

fn sender_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .blank()
        .code("loki_enabled", "true")
        .code(
            "loki_security_group_id",
            "module.observability.loki_security_group_id",
        );
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![
        output(
            "loki_endpoint",
            "The URL to which the sidecars write logs.",
            KEY,
            "module.observability.loki_endpoint",
        ),
        output(
            "loki_bucket_name",
            "The S3 bucket of the logs.",
            KEY,
            "module.observability.loki_bucket_name",
        ),
    ]
}

fn logs(environment: &Environment, name: &str, page: &mut Markdown) {
    let Some(loki) = environment.part::<Loki>() else {
        return;
    };
    page.paragraph(&format!(
        "The Temporal services write their logs to files that Docker rotates on the host (3 files of 50 MB for each \
         container). The sidecar reads them through the Docker socket and sends them to Loki, which keeps them in S3 for \
         {} days. Grafana shows them. The logs of the sidecars, Loki, Grafana and the Service Connect proxies go to \
         CloudWatch, \
         under `/ecs/{name}/`, for {} days.",
        loki.retention_days, environment.log_retention_days
    ))
    .paragraph(
        "You can lose logs if Loki's instance fails, because Loki keeps up to an hour of them in memory before it writes them \
         to S3. You can also lose logs if a container writes more than its rotated files hold while Loki is unavailable, if a \
         host disappears before the sidecar has sent the last lines of its tasks, or if a task ends before its sidecar runs. \
         Loki cuts lines after 256 KB. A program that can open the Docker socket is root on the host, so only the sidecars \
         get it.",
    );
}

const RIGHTS: &[Right] = &[
    Right::new(
        "loki-task",
        "Loki",
        &[
            "s3:ListBucket",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
        ],
        "the bucket of the logs",
        FEATURE,
    ),
    Right::new("loki-task", "Loki", EXEC, EXEC_PURPOSE, FEATURE),
];

fn exposed(names: &str) -> String {
    format!(
        "- **The Docker socket** ({names}): where logs go to Loki, each sidecar opens its host's Docker socket, and a \
         process that can open it is root on the host. Only the sidecars get it."
    )
}

const USED: &[UsageLine] = &[usage_line(
    "loki-bucket",
    "Loki's bucket",
    "s3-gb-month",
    "by use",
)];

fn overview(environment: &Environment) -> Option<String> {
    let loki = environment.part::<Loki>()?;
    Some(format!(
        "{}, {} days",
        loki.size.in_short(),
        loki.retention_days
    ))
}

/// Its name in the diagram.
const BOX: &str = "Loki";
/// The name of its bucket there.
const BUCKET: &str = "S3";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let Some(loki) = environment.part::<Loki>() else {
        return Vec::new();
    };
    let below = diagram::BELOW_SERVICES;
    vec![
        DiagramBox {
            port: Some(PORT),
            ..DiagramBox::new(BOX, loki.size.in_short(), (0, below))
        },
        DiagramBox {
            is_store: true,
            ..DiagramBox::new(
                BUCKET,
                format!("logs, {}", kept(loki.retention_days)),
                (OUTSIDE, below + 1),
            )
        },
    ]
}
