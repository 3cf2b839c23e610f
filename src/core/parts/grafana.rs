//! Grafana, which shows the metrics and, where something stores them, the logs. It shares the module `observability` with
//! the metrics' workspace and with what stores logs.

use super::images;
use super::part::{
    Access, Call, DiagramTexts, DocumentTexts, FixContext, FlatSource, FlatTexts, FormSection,
    Image, LogStore, Module, Part, PartTexts, Proposal, ProtectedResource, RootTexts, SecretTexts,
    Service, TagWarning, To, Values,
};
use super::subject::Subject;
use super::telemetry::METRICS_BOX;
use crate::alarm::{self, Alarm, WatchedMetrics};
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::references::{EGRESS, EXECUTION_ROLE, NAME, in_cluster};
use crate::compose::rows::{EXEC, EXEC_PURPOSE, Right, RoleKind, START};
use crate::diagram::{BELOW_SERVICES, DiagramBox, Flow, TEMPORAL};
use crate::environment::{Environment, PartValues, Size};
use crate::feature::Feature;
use crate::hcl::{Body, string};
use crate::option::{
    CPU, DefaultValue, Kind, MEMORY, OptionRow, environment_row, image_row, same_bool,
    same_integer, same_text,
};
use crate::path::FieldPath;
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemCode, ProblemRow, Severity};
use crate::rules::Rule;
use crate::rules::containers;
use crate::rules::names::has_word;
use crate::service_name::ServiceName;
use crate::sizing::bill_line::BillLine;
use crate::sizing::task::{LEAST_APP_REASON, PROXY, TaskOverhead, Tasks, WRITER, row};
use crate::value::Value;

/// Grafana, settled.
#[derive(Clone, Debug)]
pub struct Grafana {
    /// Its one task.
    pub size: Size,
    /// An existing secret with the administrator, if one is used.
    pub admin_secret: Option<String>,
    /// Whether that secret may be other environments' too, so that its name need not have this one's.
    pub shares_admin_secret: bool,
}

/// Every environment has it.
const FEATURE: Feature = Feature::always("grafana");

/// The option that names an existing secret.
const SECRET: &str = "grafana.admin_secret";

/// The option that lets that secret be others', too.
const SHARED: &str = "grafana.shared_admin_secret";

/// Where it is spoken to.
const PORT: &str = "3000";
const SERVICE: ServiceName = ServiceName::new("grafana");

/// A secret that Terraform makes for the administrator.
const OWN_SECRET: Feature = Feature::new(SECRET, |it| {
    let grafana = it.part::<Grafana>();
    grafana.is_some_and(|grafana| grafana.admin_secret.is_none())
});

/// Grafana in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "Grafana",
        summary: "1 × {cpu} / {memory}",
    }),
    image: Some(Image {
        row: image_row(
            "images.grafana",
            "Grafana image",
            "Grafana 12.2.5 or newer, which the plugin for Amazon Managed Service for Prometheus needs, with a shell and wget.",
            same_text("grafana/grafana:13.2.2"),
        )
        .variable("grafana_image"),
        warn: image_warning,
    }),
    settle,
    tasks,
    check,
    switch: Some(("create_grafana_admin_secret", OWN_SECRET)),
    modules: &[Module::new(
        "observability",
        "Prometheus workspace, Grafana and the log store",
        Feature::always(""),
    )],
    values_of: |it, variable| alarm::values_of(it, variable, usize::from(FEATURE.is_on(it))),
    ..Part::new("grafana", Subject::Dashboards, FEATURE)
};

/// Grafana in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        variables: &[("grafana", "Grafana")],
        validations: &[("grafana_admin_secret", names_the_environment)],
        outputs: |_| outputs(),
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[
            ProtectedResource::store(
                "the Prometheus workspace",
                FEATURE,
                "prometheus_workspace",
                "module.observability.prometheus_workspace_arn",
                "Nothing.",
            ),
            ProtectedResource::by_aws(
                "the secret of the Grafana administrator",
                OWN_SECRET,
                "Secrets Manager keeps the deleted secret for 30 days.",
            ),
        ],
        services: &[Service {
            name: SERVICE,
            service_name: "module.observability.grafana_service_name",
            // It keeps its data in one task: a second one would write beside the first.
            desired_count: "1",
            size: "{ cpu = var.grafana.cpu, memory = var.grafana.memory, count = 1 }",
            access: Some(Access {
                what: BOX,
                container: "grafana",
                port: PORT,
            }),
            flat_name: Some("grafana"),
        }],
        call: Some(Call {
            takes: &[To::Observability],
            kept_names: &[
                ("grafana_security_group", "\"${local.name}-grafana\""),
                (
                    "grafana_security_group_description",
                    "\"Security group for Grafana service\"",
                ),
            ],
            ..Call::new("observability", "observability", arguments)
        }),
        arguments: &[(To::Iam, role_arguments)],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: RIGHTS,
        access,
        restoring: Some(|_| {
            "- **Grafana** gets its dashboards from `dashboards.yaml` in the environment's folder. Changes made in the browser are \
             lost when its task is replaced.\n\
             - **Metrics** are in the Prometheus workspace, which has no backup and no snapshot: they are lost with it."
                .to_owned()
        }),
        secret: Some(SecretTexts {
            about: "Each environment has one secret, the Grafana administrator, in Secrets Manager. DSQL has no password: \
                    each \
                    connection opens with a token that IAM issues for the task's role. Parameters hold configuration only.",
            key: SECRET,
            name_and_maker,
            own: OWN_SECRET,
            renewal,
        }),
        ..DocumentTexts::NONE
    },
    counted,
    overview: &[("Grafana", overview)],
    flat: FlatTexts {
        values: FLAT_VALUES,
        switch_for: shared,
        blanks: &[(SECRET, "`grafana_admin_secret_name`")],
        ..FlatTexts::NONE
    },
    diagram: DiagramTexts {
        boxes,
        groups: &[("grafana", BOX)],
        flows: &[Flow {
            from: BOX,
            to: METRICS_BOX,
            port: ports::HTTPS,
            about: "reads metrics",
        }],
        ..DiagramTexts::NONE
    },
    problems: &[SHARED_SECRET, GRAFANA_TOO_OLD],
    fixes,
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const ALARMS: &[Alarm] = &[Alarm {
    users: "Nobody sees dashboards. Alarms still arrive.",
    first: "If its task stops again and again, read its log: a secret or a parameter may be gone. If it is pending, instances are missing: see `capacity-short`.",
    ..Alarm::tasks_missing(
        "grafana-missing",
        "Grafana runs fewer tasks than it should.",
        FEATURE,
        |_| vec![WatchedMetrics::tasks("", "\"${local.name}-grafana\"")],
    )
}];

const SHARED_SECRET: ProblemRow = ProblemRow::of_part(
    "shared-secret",
    Severity::Error,
    "The secret of Grafana's administrator doesn't have the environment's name in it, so environments may share it.",
    "Use a secret with the environment's name, or set `grafana.shared_admin_secret = true`.",
    Fixable::Yes,
);
const GRAFANA_TOO_OLD: ProblemRow = ProblemRow::of_part(
    "grafana-too-old",
    Severity::Warning,
    "This version of Grafana doesn't load the plugin for Amazon Managed Service for Prometheus, or gives it no credentials.",
    "Use Grafana 12.4.2 or newer, or a release of an earlier line that the message names.",
    Fixable::Mostly("Only you know which versions your own image has."),
);

/// The secret of the environment's own; of an image that is too old, the default's version, as of any image.
fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    if found.problem.code == SHARED_SECRET.code {
        vec![Proposal::DefaultHere]
    } else {
        Vec::new()
    }
}

const OPTIONS: &[OptionRow] = &[
    environment_row("grafana.cpu", "CPU", "CPU of the Grafana task.", CPU, same_integer(512))
        .because(LEAST_APP_REASON)
        .attribute("grafana", "cpu"),
    environment_row("grafana.memory", "Memory", "Memory of the Grafana task.", MEMORY, same_integer(768))
        .because(LEAST_APP_REASON)
        .attribute("grafana", "memory"),
    environment_row(
        SECRET,
        "Admin secret",
        "The name of an existing secret in Secrets Manager with the keys admin_user and admin_password.",
        Kind::Text(Rule::SecretName),
        DefaultValue::Absent("Terraform makes `<project>-<environment>/grafana/admin` with a password that is in no state"),
    )
    .variable("grafana_admin_secret")
    .not_copied(),
    environment_row(
        SHARED,
        "Shared admin secret",
        "Accept an admin secret whose name doesn't contain the environment's name as a word. Environments may then share an administrator.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("an environment's secret has its name, so that it isn't taken for another's"),
];

/// The plugin needs Grafana 11.6.11, 12.0.10, 12.1.7 or 12.2.5 and newer on each line. Source: the changelog of
/// grafana-amazonprometheus-datasource, 2026. Grafana 12.4.0 and 12.4.1 don't hand the variables to it by which it finds the
/// task role's credentials. Source: grafana/grafana, pull requests 119772 and 120209.
fn image_warning(tag: &str) -> Option<TagWarning> {
    let (major, minor, patch) = containers::version(tag)?;
    let is_too_old = match (major, minor) {
        (11, 6) => patch < 11,
        (12, 0) => patch < 10,
        (12, 1) => patch < 7,
        (12, 2) => patch < 5,
        line => line < (12, 3),
    };
    let has_no_credentials = (major, minor) == (12, 4) && patch < 2;
    let why = match (is_too_old, has_no_credentials) {
        (true, _) => "doesn't load the plugin for Amazon Managed Service for Prometheus",
        (false, true) => "doesn't pass the task's credentials to its plugins",
        (false, false) => return None,
    };
    Some(TagWarning {
        code: const { GRAFANA_TOO_OLD.code },
        message: format!("Grafana {tag} {why}, so its dashboards stay empty"),
        hint: "use 12.4.2 or newer, or 11.6.11, 12.0.10, 12.1.7 or 12.2.5 and newer on those lines",
    })
}

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(Grafana {
        size: Size {
            cpu: values.integer("grafana.cpu")?,
            memory: values.integer("grafana.memory")?,
            count: 1,
        },
        admin_secret: values.text(SECRET),
        shares_admin_secret: values.boolean(SHARED)?,
    });
    Some(())
}

fn tasks(environment: &Environment) -> Vec<Tasks> {
    let Some(grafana) = environment.part::<Grafana>() else {
        return Vec::new();
    };
    let beside: &[TaskOverhead] = match environment.part::<LogStore>() {
        Some(_) => &[WRITER, PROXY],
        None => &[WRITER],
    };
    vec![row(SERVICE, grafana.size, beside, (0, 100))]
}

/// Whether the administrator's secret is the environment's own, unless it is shared on purpose.
fn check(environment: &Environment, problems: &mut Problems) {
    let Some(grafana) = environment.part::<Grafana>() else {
        return;
    };
    let name = &environment.name;
    match &grafana.admin_secret {
        Some(secret) if !grafana.shares_admin_secret && !has_word(secret, name) => problems.push(
            Problem::new(
                const { SHARED_SECRET.code },
                FieldPath::in_environment(name, SECRET),
                format!("the name `{secret}` doesn't contain `{name}` as a word: environments that share a secret share \
                         their \
                         administrator"),
            )
            .hint("use a secret with the environment's name, or set `grafana.shared_admin_secret = true`"),
        ),
        None if grafana.shares_admin_secret => problems.push(
            Problem::new(
                ProblemCode::NoEffect,
                FieldPath::in_environment(name, SHARED),
                "has no effect unless `grafana.admin_secret` is given".to_owned(),
            )
            .hint("it applies once that is so"),
        ),
        _ => {}
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank().code("project_name", NAME);
    in_cluster(block, &[EGRESS]);
    block
        .code("execution_role_arn", EXECUTION_ROLE)
        .code(
            "grafana_execution_role_arn",
            "module.iam.grafana_execution_role_arn",
        )
        .code("dashboards", "local.dashboards")
        .code("grafana_task_role_arn", "module.iam.grafana_task_role_arn");
    let (secret, is_own) = match OWN_SECRET.is_on(environment) {
        true => ("\"${local.name}/grafana/admin\"", "true"),
        false => ("var.grafana_admin_secret", "false"),
    };
    for (name, key, code) in [
        ("grafana_image", "images.grafana", "var.grafana_image"),
        ("grafana_cpu", "grafana.cpu", "var.grafana.cpu"),
        ("grafana_memory", "grafana.memory", "var.grafana.memory"),
        ("grafana_admin_secret_name", SECRET, secret),
        ("create_grafana_admin_secret", SECRET, is_own),
        ("config_writer_image", "images.alloy", "var.alloy_image"),
        (
            "log_retention_days",
            "log_retention_days",
            "var.log_retention_days",
        ),
        (
            "deletion_protection",
            "deletion_protection",
            "var.deletion_protection",
        ),
    ] {
        block.origin(&at.join(key)).code(name, code);
    }
    if images::has_recipe(environment, "images.grafana") {
        block
            .origin(&at.join("images.grafana"))
            .comment("The image has the plugin.")
            .code("grafana_amp_plugin_version", "null");
    }
}

fn role_arguments(environment: &Environment, block: &mut Body) {
    block.origin(&environment.address().join(SECRET)).code(
        "grafana_admin_secret_arn",
        "module.observability.grafana_admin_secret_arn",
    );
}

/// A secret of the environment's own, as the composer's check has it.
fn names_the_environment(environment: &Environment, block: &mut Body) {
    let grafana = environment.part::<Grafana>();
    if grafana.is_none_or(|grafana| grafana.shares_admin_secret) {
        return;
    }
    let name = &environment.name;
    let pattern = format!("(^|[^A-Za-z0-9]){name}([^A-Za-z0-9]|$)");
    block
        .origin(&environment.address().join(SHARED))
        .blank()
        .block("validation", &[], |validation| {
            validation
                .code(
                    "condition",
                    format!("can(regex({}, var.grafana_admin_secret))", string(&pattern)),
                )
                .text(
                    "error_message",
                    &format!(
                        "grafana_admin_secret must contain `{name}` as a word, so that no other environment has the same administrator. To share one, compose with grafana.shared_admin_secret = true."
                    ),
                );
        });
}

fn outputs() -> Vec<Output> {
    vec![output(
        "grafana_admin_secret_name",
        "The secret of the Grafana administrator.",
        SECRET,
        "module.observability.grafana_admin_secret_name",
    )]
}

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("grafana_admin_secret_arn", "module.observability.grafana_admin_secret_arn"),
    ("grafana_service_name", "module.observability.grafana_service_name"),
    ("grafana_task_definition_arn", "module.observability.grafana_task_definition_arn"),
    ("grafana_task_definition_family", "module.observability.grafana_task_definition_family"),
];

#[rustfmt::skip] // one row a line
const RIGHTS: &[Right] = &[
    Right::new("grafana-task", "Grafana", &["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"], "the Prometheus workspace", FEATURE),
    Right::new("grafana-task", "Grafana", &["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"], "all metrics, which have no ARN", FEATURE),
    Right::new("grafana-task", "Grafana", EXEC, EXEC_PURPOSE, FEATURE),
    Right::new("grafana-execution", "ECS, to start Grafana", START, "images, the environment's logs and \
                                                                     parameters", FEATURE).of(RoleKind::Execution),
    Right::new("grafana-execution", "ECS, to start Grafana", &["secretsmanager:GetSecretValue"], "the secret of the Grafana administrator", FEATURE).of(RoleKind::Execution),
];

fn access(environment: &Environment, page: &mut Markdown) {
    page.origin(&environment.address().join(SECRET))
        .paragraph(
            "The Grafana administrator is in Secrets Manager. The password is in no state and no plan:",
        )
        .shell(
            "aws secretsmanager get-secret-value --region \"$region\" --secret-id \"$(value \
             .grafana_admin_secret_name.value)\" --query SecretString --output text",
        );
}

fn name_and_maker(environment: &Environment, full_name: &str) -> (String, &'static str) {
    let grafana = environment.part::<Grafana>();
    match grafana.and_then(|grafana| grafana.admin_secret.clone()) {
        Some(name) if !has_word(&name, &environment.name) => (
            name,
            "you, also for other environments; Terraform only reads its ARN",
        ),
        Some(name) => (name, "you; Terraform reads its ARN only"),
        None => (
            format!("{full_name}/grafana/admin"),
            "Secrets Manager; the password is in no state and no plan",
        ),
    }
}

fn renewal(name: &str, page: &mut Markdown) {
    page.paragraph(
        "To change the password, increase `secret_string_wo_version` in \
         `terraform/modules/observability/grafana-secret.tf`, then run:",
    )
    .shell(&format!(
        "terraform -chdir=terraform/envs/{name} apply\n\
         scripts/scale-services.sh {name} restart --service grafana"
    ));
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    if !OWN_SECRET.is_on(environment) {
        return Vec::new();
    }
    vec![BillLine {
        key: "grafana-secret",
        label: "Grafana's secret",
        item: "secret-month".to_owned(),
        units: 1,
        amount: "1".to_owned(),
    }]
}

#[rustfmt::skip] // one row a line
const FLAT_VALUES: &[(&str, &str, FlatSource)] = &[
    (SECRET, "data.aws_secretsmanager_secret.grafana_admin", FlatSource::Text("name")),
    ("grafana.cpu", "aws_ecs_task_definition.grafana", FlatSource::Number("cpu")),
    ("grafana.memory", "aws_ecs_task_definition.grafana", FlatSource::Number("memory")),
];

/// A secret without the environment's name is shared with others.
fn shared(key: &str, value: &Value, environment: &str) -> Option<&'static str> {
    let is_shared = key == SECRET && !has_word(value.as_text()?, environment);
    is_shared.then_some(SHARED)
}

fn overview(environment: &Environment) -> Option<String> {
    Some(environment.part::<Grafana>()?.size.in_short())
}

/// Its name in the diagram.
const BOX: &str = "Grafana";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let Some(grafana) = environment.part::<Grafana>() else {
        return Vec::new();
    };
    vec![DiagramBox {
        port: Some(PORT),
        ..DiagramBox::new(BOX, grafana.size.in_short(), (TEMPORAL, BELOW_SERVICES))
    }]
}
