//! Telemetry: the workspace that keeps metrics, and the sidecar that collects a task's metrics and logs. The workspace is
//! made by the module `observability`, which also makes what shows it.

use super::part::{
    Call, Calls, DiagramTexts, DocumentTexts, FormSection, Image, Module, ObjectEntries, Part,
    PartTexts, RootTexts, To, Values,
};
use super::subject::Subject;
use crate::compose::output::{Output, output};
use crate::compose::references::NAME;
use crate::compose::rows::Right;
use crate::diagram::{DiagramBox, OUTSIDE};
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    count, environment_row, image_row, integer_per_profile, same_integer, same_text,
};
use crate::sizing::counted::HOURS;
use crate::sizing::money::Money;
use crate::sizing::task::SidecarSize;
use crate::sizing::used::{Used, used};

/// Every environment has it.
const FEATURE: Feature = Feature::always("");

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
            same_integer(128),
        )
        .attribute("telemetry", "cpu"),
        environment_row(
            "telemetry.memory",
            "Memory",
            "Memory of the Alloy sidecar in each task: 11 KiB for each time series.",
            count(128, 16_384, "MiB"),
            integer_per_profile([256, 256, 512]),
        )
        .because("each namespace of prod adds series")
        .attribute("telemetry", "memory"),
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
    used: USED,
    diagram: DiagramTexts {
        boxes: |_| boxes(),
        takes_metrics: Some((METRICS_BOX, "443")),
        ..DiagramTexts::NONE
    },
    ..PartTexts::new(&PART)
};

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(SidecarSize {
        cpu: values.integer("telemetry.cpu")?,
        memory: values.integer("telemetry.memory")?,
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
        .from(&at.join(IMAGE))
        .code("image", "var.alloy_image")
        .from(&at.join("telemetry.cpu"))
        .code("cpu", "var.telemetry.cpu")
        .from(&at.join("telemetry.memory"))
        .code(
            "memory",
            "each.value == null ? min(256, var.telemetry.memory) : var.telemetry.memory",
        )
        .from(&at)
        .code("metrics_port", "each.value")
        .code(
            "prometheus_endpoint",
            "module.observability.prometheus_remote_write_endpoint",
        )
        .from(&at.join("log_retention_days"))
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

const USED: &[Used] = &[
    used(
        "prometheus-samples",
        "Prometheus samples",
        "prometheus-10m-samples",
        "",
    )
    .derived("prometheus-series", samples_of_series, samples_in_words),
    used("logs", "CloudWatch logs", "logs-gb", "by use"),
    used(
        "log-storage",
        "CloudWatch log storage",
        "logs-gb-month",
        "by use",
    ),
];

/// Seconds between two scrapes of a task's metrics. As in the module `alloy-sidecar`.
const SCRAPE_INTERVAL: i64 = 30;

/// Samples that one series of a task is in a month.
const SAMPLES_A_MONTH: i64 = HOURS * 3600 / SCRAPE_INTERVAL;

/// The tasks that are scraped all the time: those of the Temporal services.
fn scraped_tasks(environment: &Environment) -> i64 {
    let services = environment.services.iter();
    services.map(|service| service.size.count).sum()
}

/// Ten millions of samples, which have a price, where each task has this many series.
fn samples_of_series(environment: &Environment, series: Money) -> Money {
    series.of(Money::micros(
        scraped_tasks(environment) * SAMPLES_A_MONTH / 10,
    ))
}

fn samples_in_words(environment: &Environment, series: Option<Money>) -> String {
    let tasks = scraped_tasks(environment);
    match series {
        Some(series) => format!("{} series of each of {tasks} tasks", series.plain()),
        None => format!(
            "{} million for each 1,000 series of a task",
            tasks * SAMPLES_A_MONTH / 1_000
        ),
    }
}

/// The name of the workspace in the diagram.
pub(super) const METRICS_BOX: &str = "Prometheus";

fn boxes() -> Vec<DiagramBox> {
    vec![DiagramBox {
        is_store: true,
        ..DiagramBox::new(METRICS_BOX, "managed workspace".to_owned(), (OUTSIDE, 4))
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn the_scrape_interval_is_that_of_the_module() {
        let path = "modules/alloy-sidecar/variables.tf";
        let (_, text) = templates::ALL.iter().find(|(at, _)| *at == path).unwrap();
        let (_, block) = text.split_once("variable \"scrape_interval\"").unwrap();
        let (_, default) = block.split_once("default").unwrap();
        let line = default.lines().next().unwrap();
        assert_eq!(
            line.trim_matches([' ', '=', '"']),
            format!("{SCRAPE_INTERVAL}s")
        );
    }
}
