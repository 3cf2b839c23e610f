//! Telemetry: the workspace that keeps metrics, and the sidecar that collects a task's metrics and logs. The workspace is
//! made by the module `observability`, which also makes what shows it.

use super::part::{
    Call, Calls, DiagramTexts, DocumentTexts, FormSection, Image, Module, ObjectEntries, Part,
    PartTexts, RootTexts, To, Values,
};
use super::subject::Subject;
use crate::alarm::{Alarm, Limit, Rule, Severity, Signal};
use crate::choice::choice;
use crate::compose::output::{Output, output};
use crate::compose::references::NAME;
use crate::compose::rows::Right;
use crate::diagram::{DiagramBox, OUTSIDE};
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    DefaultValue, DerivedDefault, Kind, NO_ITEMS, count, environment_row, image_row,
    integer_per_profile, same_text,
};
use crate::ports;
use crate::rules;
use crate::sizing::task::SidecarSize;
use crate::sizing::usage_line::{UsageLine, usage_line};

choice! {
    /// Which metrics of a task are kept.
    pub enum MetricSelection {
        /// Those that something shows or watches.
        Used = "used", "those that rules and dashboards name";
        /// All but those of the Go runtime.
        All = "all", "all";
    }
}

/// What is kept of the tasks' metrics, settled.
#[derive(Clone, Debug)]
pub(crate) struct KeptMetrics {
    /// Which ones.
    pub(crate) kept: MetricSelection,
    /// Names of further ones.
    pub(crate) more: Vec<String>,
}

/// Every environment has it.
const FEATURE: Feature = Feature::always("");

const KEPT: &str = "telemetry.metrics";
const MORE: &str = "telemetry.more_metrics";
const SAMPLE_LIMIT: &str = "telemetry.sample_limit";

/// The sidecar's image.
const IMAGE: &str = "images.alloy";

/// Telemetry in the form and the counts.
pub(super) static PART: Part = Part {
    image: Some(Image {
        row: image_row(
            IMAGE,
            "Alloy image",
            "Grafana Alloy, the sidecar that collects metrics and logs.",
            same_text("grafana/alloy:v1.18.1"),
        )
        .variable("alloy_image"),
        warn: |_| None,
    }),
    options: &[
        environment_row(
            "telemetry.cpu",
            "CPU",
            "CPU of the Alloy sidecar in each task.",
            count(64, 4096, "CPU units"),
            DefaultValue::Derived(DerivedDefault::SidecarCpu),
        )
        .because(
            "Grafana: 0.4 cores for a million samples a minute, a core for 1 MiB of logs a second",
        )
        .attribute("telemetry", "cpu"),
        environment_row(
            "telemetry.memory",
            "Memory",
            "Memory of the Alloy sidecar in each task.",
            count(128, 16_384, "MiB"),
            DefaultValue::Derived(DerivedDefault::SidecarMemory),
        )
        .because("Grafana: 11 GiB for a million time series")
        .attribute("telemetry", "memory"),
        environment_row(
            KEPT,
            "Metrics",
            "The metrics to keep. AWS bills each sample.",
            Kind::Choice(MetricSelection::CHOICES),
            same_text(MetricSelection::Used.name()),
        )
        .attribute("telemetry", "metrics"),
        environment_row(
            MORE,
            "Further metrics",
            "Names of further metrics to keep.",
            Kind::List {
                rule: rules::Rule::MetricName,
                min: 0,
                max: 100,
            },
            NO_ITEMS,
        )
        .attribute("telemetry", "more_metrics"),
        environment_row(
            SAMPLE_LIMIT,
            "Sample limit",
            "A scrape of a task with more samples fails.",
            count(1000, 1_000_000, "samples"),
            integer_per_profile([20_000, 20_000, 40_000]),
        )
        .because("each namespace and task queue of prod adds series")
        .attribute("telemetry", "sample_limit"),
    ],
    section: Some(FormSection {
        label: "Sidecars",
        summary: "{cpu} / {memory}",
    }),
    settle,
    modules: &[Module::new(
        "alloy-sidecar",
        "configuration and containers of the sidecar that sends metrics and logs",
        FEATURE,
    )
    .called(Calls::EachSidecar)],
    ..Part::new("telemetry", Subject::Telemetry, FEATURE)
};

/// Telemetry in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        sidecar_locals: Some(sidecar_locals),
        variables: &[("telemetry", "The Alloy sidecar of each task")],
        call: Some(Call {
            takes: &[To::Sidecar],
            ..Call::new("alloy_sidecar", "alloy-sidecar", arguments)
        }),
        outputs: |_| outputs(),
        renamed_outputs: &[(
            "prometheus_workspace_id",
            "module.observability.prometheus_workspace_id",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: &[Right::new(
            "temporal-task",
            "the four Temporal services",
            &["aps:RemoteWrite"],
            "the Prometheus workspace",
            FEATURE,
        )],
        ..DocumentTexts::NONE
    },
    alarms: ALARMS,
    used: USED,
    diagram: DiagramTexts {
        boxes: |_| boxes(),
        takes_metrics: Some((METRICS_BOX, ports::HTTPS)),
        ..DiagramTexts::NONE
    },
    ..PartTexts::new(&PART)
};

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(SidecarSize {
        cpu: values.integer("telemetry.cpu")?,
        memory: values.integer("telemetry.memory")?,
    });
    parts.put(KeptMetrics {
        kept: MetricSelection::parse(&values.text(KEPT)?)?,
        more: values.list(MORE)?,
    });
    Some(())
}

fn sidecar_locals(ports: ObjectEntries, block: &mut Body) {
    block
        .blank()
        .comment(
            "The tasks with an Alloy sidecar, and the port from which it scrapes metrics; null if it only collects logs.",
        )
        .attribute("sidecar_metrics_ports", Expr::Object(ports));
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .code("for_each", "local.sidecar_metrics_ports")
        .blank()
        .code("project_name", NAME)
        .code("service_name", "each.key")
        .origin(&at.join(IMAGE))
        .code("image", "var.alloy_image")
        .origin(&at.join("telemetry.cpu"))
        .code("cpu", "var.telemetry.cpu")
        .origin(&at.join("telemetry.memory"))
        .code(
            "memory",
            "each.value == null ? min(256, var.telemetry.memory) : var.telemetry.memory",
        )
        .origin(&at)
        .code("metrics_port", "each.value")
        .origin(&at.join(KEPT))
        .code("metric_expressions", "local.metric_expressions")
        .origin(&at.join(MORE))
        .code("more_metrics", "var.telemetry.more_metrics")
        .origin(&at.join(SAMPLE_LIMIT))
        .code("sample_limit", "var.telemetry.sample_limit")
        .origin(&at)
        .code(
            "prometheus_endpoint",
            "module.observability.prometheus_remote_write_endpoint",
        )
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days");
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "prometheus_workspace_arn",
            "The ARN of the Prometheus workspace.",
            "",
            "module.observability.prometheus_workspace_arn",
        ),
        output(
            "prometheus_remote_write_endpoint",
            "The URL to which the sidecars write metrics.",
            "",
            "module.observability.prometheus_remote_write_endpoint",
        ),
        output(
            "prometheus_query_endpoint",
            "The URL for queries of the metrics.",
            "",
            "module.observability.prometheus_query_endpoint",
        ),
    ]
}

const USED: &[UsageLine] = &[
    usage_line(
        "prometheus-samples",
        "Prometheus samples",
        "prometheus-10m-samples",
        "",
    )
    .of_series("prometheus-series"),
    usage_line("logs", "CloudWatch logs", "logs-gb", "by use"),
    usage_line(
        "log-storage",
        "CloudWatch log storage",
        "logs-gb-month",
        "by use",
    ),
];

const ALARMS: &[Alarm] = &[Alarm {
    name: "metrics-near-limit",
    summary: "A task has nearly as many metrics as a scrape may have.",
    severity: Severity::Warning,
    feature: FEATURE,
    limit: |_| {
        Limit::of(
            SAMPLE_LIMIT,
            "0.8 * var.telemetry.sample_limit",
            "more than 80 % of the sample limit".to_owned(),
        )
    },
    // The scrape reports it too where it fails, which it does above the limit.
    signal: Signal::Server(Rule {
        expression: "max by (service, instance) (scrape_samples_scraped) > LIMIT",
        minutes: 10,
    }),
    users: "Nothing. Above the limit, a scrape fails: alarms and dashboards know nothing of that task.",
    look: None,
    first: "Many task queues or namespaces are the usual reason. Raise `telemetry.sample_limit`, and `telemetry.memory` by \
            12 KiB for each sample.",
    over: "The panel Scraped tasks shows all tasks.",
}];

/// The name of the workspace in the diagram.
pub(super) const METRICS_BOX: &str = "Prometheus";

fn boxes() -> Vec<DiagramBox> {
    vec![DiagramBox {
        is_store: true,
        ..DiagramBox::new(METRICS_BOX, "managed workspace".to_owned(), (OUTSIDE, 4))
    }]
}
