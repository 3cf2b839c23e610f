//! Temporal's web interface. People reach it by port forwarding, since it has no login. It has no metrics either: its
//! sidecar is there for the logs alone.

use super::part::{
    Access, Call, DiagramTexts, DocumentTexts, FlatSource, FlatTexts, Image, LogStore, Module,
    Part, PartTexts, RootTexts, Service, Sidecar, To, Values, refuse_composed,
};
use super::subject::Subject;
use crate::alarm::{self, Alarm, WatchedMetrics};
use crate::compose::references::{EGRESS, EXECUTION_ROLE, NAME, in_cluster};
use crate::compose::rows::{EXEC, EXEC_PURPOSE, Right, Way};
use crate::diagram::DiagramBox;
use crate::environment::{Environment, PartValues, Size};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    CPU, DefaultValue, Kind, MEMORY, OptionRow, Profile, count, environment_row, image_row,
    integer_per_profile, same_bool, same_integer, same_text,
};
use crate::ports;
use crate::problem::Problems;
use crate::rules::Rule;
use crate::service_name::ServiceName;
use crate::sizing::task::{LEAST_APP_REASON, PROXY, Tasks, logged, row};

/// The web interface, settled.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// Its tasks.
    pub size: Size,
}

const KEY: &str = "ui.enabled";

/// Where it is spoken to.
const PORT: &str = "8080";
const SERVICE: ServiceName = ServiceName::new("ui");

/// Whether there is the web interface.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Ui>().is_some());

/// The web interface in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    image: Some(Image {
        row: image_row(
            "images.ui",
            "Temporal UI image",
            "The web interface of Temporal.",
            same_text("temporalio/ui:2.52.0"),
        )
        .variable("ui_image"),
        warn: |_| None,
    }),
    settle,
    tasks,
    warn,
    switch: Some(("ui_enabled", FEATURE)),
    modules: &[Module::new("temporal-ui", "the web interface", FEATURE)],
    sidecars: &[Sidecar::LogsAlone { task: "ui" }],
    values_of: |it, variable| alarm::values_of(it, variable, usize::from(FEATURE.is_on(it))),
    ..Part::new("ui", Subject::WebInterface, FEATURE)
};

/// The web interface in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::Iam, role_arguments)],
        variables: &[("ui", "The web interface")],
        services: &[Service {
            name: SERVICE,
            service_name: "module.temporal_ui.service_name",
            desired_count: "var.ui.count",
            size: "var.ui",
            access: Some(Access {
                what: "Temporal UI",
                container: "temporal-ui",
                port: PORT,
            }),
            flat_name: Some("temporal_ui"),
        }],
        call: Some(Call {
            takes: &[To::LogSenders],
            further_arguments: sidecar_argument,
            kept_names: &[
                ("log_group", "\"/ecs/${local.name}/temporal-ui\""),
                ("security_group", "\"${local.name}-temporal-ui\""),
                (
                    "security_group_description",
                    "\"Security group for Temporal UI service\"",
                ),
            ],
            ..Call::new("temporal_ui", "temporal-ui", arguments)
        }),
        kept_names: &[(
            To::Iam,
            FEATURE,
            &[(
                "temporal_ui_task_role",
                "\"${local.name}-temporal-ui-task\"",
            )],
        )],
        flat_outputs,
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: &[Way::new(
            "temporal-ui",
            "temporal-frontend",
            ports::API,
            "Temporal's API",
            FEATURE,
        )
        .arrow("gRPC")],
        rights: &[Right::new(
            "ui-task",
            "the web interface",
            EXEC,
            EXEC_PURPOSE,
            FEATURE,
        )],
        log_senders: &["temporal-ui"],
        without_login: Some("the web interface"),
        flat_roles: &[("temporal-ui-task", "ui-task")],
        ..DocumentTexts::NONE
    },
    overview: &[("Temporal UI", overview)],
    flat: FlatTexts {
        switched_on_by: Some("aws_ecs_service.temporal_ui"),
        values: FLAT_VALUES,
        ..FlatTexts::NONE
    },
    diagram: DiagramTexts {
        boxes,
        groups: &[("temporal-ui", BOX)],
        sends_logs: Some(BOX),
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const ALARMS: &[Alarm] = &[Alarm {
    users: "The UI does not open, or is slower. Workflows are not affected.",
    first: "If its tasks stop again and again, read their log and undo the last change. If they are pending, instances are missing: see `capacity-short`.",
    ..Alarm::tasks_missing(
        "ui-missing",
        "Temporal's UI runs fewer tasks than it should.",
        FEATURE,
        |_| vec![WatchedMetrics::tasks("", "\"${local.name}-temporal-ui\"")],
    )
}];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Temporal UI",
        "Run Temporal's web interface. It has no login; you reach it by port forwarding.",
        Kind::Boolean,
        same_bool(true),
    ),
    environment_row(
        "ui.cpu",
        "CPU",
        "CPU of each UI task.",
        CPU,
        same_integer(512),
    )
    .because(LEAST_APP_REASON)
    .attribute("ui", "cpu")
    .needs_on(KEY),
    environment_row(
        "ui.memory",
        "Memory",
        "Memory of each UI task.",
        MEMORY,
        same_integer(768),
    )
    .because(LEAST_APP_REASON)
    .attribute("ui", "memory")
    .needs_on(KEY),
    environment_row(
        "ui.count",
        "Tasks",
        "The number of UI tasks.",
        count(0, 20, "tasks"),
        integer_per_profile([1, 1, 2]),
    )
    .because("two in prod, so that one may fail")
    .attribute("ui", "count")
    .needs_on(KEY),
    environment_row(
        "ui.extra_environment.*",
        "Additional environment variables",
        "Environment variables of the UI's container, such as `TEMPORAL_DEFAULT_NAMESPACE`.",
        Kind::Text(Rule::VariableValue),
        DefaultValue::Absent("none"),
    )
    .attribute("ui", "extra_environment")
    .needs_on(KEY),
];

/// As in the module `temporal-ui`.
const COMPOSED: &[&str] = &[
    "AWS_EC2_METADATA_DISABLED",
    "TEMPORAL_ADDRESS",
    "TEMPORAL_CORS_ORIGINS",
    "TEMPORAL_CSRF_COOKIE_INSECURE",
    "TEMPORAL_UI_PORT",
];

fn warn(environment: &Environment, problems: &mut Problems) {
    if FEATURE.is_on(environment) {
        refuse_composed(environment, "ui.extra_environment", COMPOSED, problems);
    }
}

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Ui {
            size: Size {
                cpu: values.integer("ui.cpu")?,
                memory: values.integer("ui.memory")?,
                count: values.integer("ui.count")?,
            },
        });
    }
    Some(())
}

fn tasks(environment: &Environment) -> Vec<Tasks> {
    let Some(ui) = environment.part::<Ui>() else {
        return Vec::new();
    };
    let with_sidecar = logged(environment);
    let beside = match environment.part::<LogStore>() {
        Some(_) => &with_sidecar[..],
        None => &[PROXY],
    };
    let percents = deployment_percents(environment.profile);
    vec![row(SERVICE, ui.size, beside, percents)]
}

/// The least and the most of it that runs during a deployment, in percent.
fn deployment_percents(profile: Profile) -> (i64, i64) {
    match profile {
        Profile::Dev => (0, 100),
        Profile::Bench | Profile::Prod => (100, 200),
    }
}

fn role_arguments(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(KEY))
        .code("ui_enabled", "true");
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    let (minimum, maximum) = deployment_percents(environment.profile);
    block.blank().code("project_name", NAME);
    for (name, key, code) in [
        ("image", "images.ui", "var.ui_image"),
        ("cpu", "ui.cpu", "var.ui.cpu"),
        ("memory", "ui.memory", "var.ui.memory"),
        (
            "extra_environment",
            "ui.extra_environment",
            "var.ui.extra_environment",
        ),
    ] {
        block.origin(&at.join(key)).code(name, code);
    }
    block
        .origin(&at.join("profile"))
        .code("minimum_healthy_percent", minimum.to_string())
        .code("maximum_percent", maximum.to_string())
        .origin(&at.join(KEY));
    in_cluster(block, &[EGRESS]);
    block
        .code(
            "frontend_security_group_id",
            "module.temporal_service[\"frontend\"].security_group_id",
        )
        .code("execution_role_arn", EXECUTION_ROLE)
        .code("task_role_arn", "module.iam.temporal_ui_task_role_arn")
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days");
}

fn sidecar_argument(environment: &Environment, block: &mut Body) {
    if let Some(store) = environment.part::<LogStore>() {
        block
            .origin(&environment.address().join(store.key))
            .code("sidecar", "module.alloy_sidecar[\"ui\"].sidecar");
    }
}

fn flat_outputs() -> Vec<(&'static str, Expr)> {
    let rows = [
        (
            "temporal_ui_task_role_arn",
            "module.iam.temporal_ui_task_role_arn",
        ),
        (
            "temporal_ui_task_role_name",
            "module.iam.temporal_ui_task_role_name",
        ),
        (
            "temporal_ui_service_name",
            "module.temporal_ui.service_name",
        ),
        (
            "temporal_ui_task_definition_arn",
            "module.temporal_ui.task_definition_arn",
        ),
        (
            "temporal_ui_task_definition_family",
            "module.temporal_ui.task_definition_family",
        ),
    ];
    rows.map(|(name, code)| (name, Expr::code(code))).into()
}

#[rustfmt::skip] // one row a line
const FLAT_VALUES: &[(&str, &str, FlatSource)] = &[
    ("ui.cpu", "aws_ecs_task_definition.temporal_ui", FlatSource::Number("cpu")),
    ("ui.memory", "aws_ecs_task_definition.temporal_ui", FlatSource::Number("memory")),
    ("ui.count", "aws_ecs_service.temporal_ui", FlatSource::Count("desired_count")),
];

fn overview(environment: &Environment) -> Option<String> {
    Some(environment.part::<Ui>()?.size.in_short())
}

/// Its name in the diagram.
const BOX: &str = "Temporal UI";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let Some(ui) = environment.part::<Ui>() else {
        return Vec::new();
    };
    vec![DiagramBox {
        port: Some(PORT),
        ..DiagramBox::new(BOX, ui.size.in_short(), (0, 0))
    }]
}
