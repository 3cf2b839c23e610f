//! 8: metrics, logs and Grafana.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use composer_core::parts::loki;
use flate2::read::GzDecoder;

use super::observation::{Environment, Observation, items, text, wanted_grafana};
use super::{Outcome, Row, each, each_if, ensure, row, same};

const WORKSPACE: &str = "module.observability.aws_prometheus_workspace.this";
const GRAFANA: &str = "module.observability.aws_ecs_task_definition.grafana";
pub(super) const SOURCES: &str = "module.observability.aws_ssm_parameter.grafana[\"DATASOURCES\"]";
const LOKI: &str = "module.observability.aws_ecs_task_definition.loki[0]";
const LOKI_SERVICE: &str = "module.observability.aws_ecs_service.loki[0]";
const BUCKET: &str = "module.observability.aws_s3_bucket.loki[0]";

pub(super) const ROWS: &[Row] = &[
    row(
        "8.1",
        &[
            each(
                "module observability alone has the Prometheus workspace, and has Grafana's service and task",
                encapsulates,
            ),
            each_if(
                "with Loki: its service runs beside them in the module",
                |wanted| loki::FEATURE.is_on(wanted),
                has_loki_service,
            ),
            each_if(
                "without Loki: nothing in the module is of it",
                |wanted| !loki::FEATURE.is_on(wanted),
                has_no_loki,
            ),
        ],
    ),
    row(
        "8.2",
        &[each(
            "module observability takes loki_enabled, grafana_image and grafana_admin_secret_name: Grafana runs the image \
             asked for, and its administrator comes from the secret of that name",
            takes,
        )],
    ),
    row(
        "8.3",
        &[each(
            "module observability outputs prometheus_workspace_arn, prometheus_remote_write_endpoint and loki_endpoint, \
             which the sidecars are given",
            puts_out,
        )],
    ),
    row(
        "8.4",
        &[each_if(
            "with Loki: an S3 bucket, a task definition whose configuration keeps the logs in S3, in that bucket, and the \
             service that others find as loki:3100",
            |wanted| loki::FEATURE.is_on(wanted),
            has_loki,
        )],
    ),
    row(
        "8.5",
        &[
            each(
                "Grafana is given a data source of type grafana-amazonprometheus-datasource at the workspace's endpoint",
                shows_metrics,
            ),
            each_if(
                "with Loki: and one of type loki at http://loki:3100",
                |wanted| loki::FEATURE.is_on(wanted),
                shows_logs,
            ),
            each_if(
                "without Loki: and none of Loki",
                |wanted| !loki::FEATURE.is_on(wanted),
                shows_no_logs,
            ),
        ],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    environment.has_alone("observability", &["aws_prometheus_workspace"], &[])?;
    same(
        "Grafana's task",
        environment.text_at(
            "module.observability.aws_ecs_service.grafana",
            "task_definition",
        )?,
        environment.text_at(GRAFANA, "arn")?,
    )
}

fn has_loki_service(environment: &Environment, _: &Observation) -> Outcome {
    same(
        "Loki's task",
        environment.text_at(LOKI_SERVICE, "task_definition")?,
        environment.text_at(LOKI, "arn")?,
    )
}

fn has_no_loki(environment: &Environment, _: &Observation) -> Outcome {
    let found: Vec<&str> = environment
        .managed()
        .map(|resource| text(&resource["address"]))
        .filter(|address| address.contains("loki"))
        .collect();
    same("resources of Loki", found, Vec::<&str>::new())
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "observability",
        &["loki_enabled", "grafana_image", "grafana_admin_secret_name"],
    )?;
    let grafana = environment.container(GRAFANA, "grafana")?;
    same(
        "Grafana's image",
        grafana["image"].as_str(),
        environment
            .setting("images.grafana")
            .and_then(|image| image.as_text()),
    )?;
    let name = match &wanted_grafana(&environment.wanted).admin_secret {
        Some(name) => name.clone(),
        None => format!("{}/grafana/admin", environment.full_name),
    };
    same(
        "the secret's name",
        text(environment.output("grafana_admin_secret_name")?),
        name.as_str(),
    )?;
    let password = items(&grafana["secrets"])
        .find(|secret| secret["name"] == "GF_SECURITY_ADMIN_PASSWORD")
        .map(|secret| text(&secret["valueFrom"]))
        .unwrap_or_default();
    let secret = match wanted_grafana(&environment.wanted).admin_secret {
        Some(_) => "module.observability.data.aws_secretsmanager_secret.grafana_admin[0]",
        None => "module.observability.aws_secretsmanager_secret.grafana_admin[0]",
    };
    same("the secret", environment.text_at(secret, "name")?, name)?;
    same(
        "GF_SECURITY_ADMIN_PASSWORD",
        password,
        format!("{}:admin_password::", environment.text_at(secret, "arn")?),
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "observability",
        &[
            (
                "prometheus_workspace_arn",
                "aws_prometheus_workspace.this.arn",
            ),
            (
                "prometheus_remote_write_endpoint",
                "aws_prometheus_workspace.this.prometheus_endpoint",
            ),
            ("loki_endpoint", "local.loki_endpoint"),
        ],
    )?;
    environment.is_read("observability", "prometheus_workspace_arn")?;
    environment.is_read("observability", "prometheus_remote_write_endpoint")?;
    same(
        "the root's prometheus_remote_write_endpoint",
        text(environment.output("prometheus_remote_write_endpoint")?),
        format!(
            "{}api/v1/remote_write",
            environment.text_at(WORKSPACE, "prometheus_endpoint")?
        ),
    )?;
    if loki::FEATURE.is_on(&environment.wanted) {
        environment.is_read("observability", "loki_endpoint")?;
        same(
            "the root's loki_endpoint",
            text(environment.output("loki_endpoint")?),
            "http://loki:3100",
        )?;
    }
    Ok(())
}

fn has_loki(environment: &Environment, _: &Observation) -> Outcome {
    let bucket = environment.text_at(BUCKET, "bucket")?;
    let config = environment.text_at("module.observability.aws_ssm_parameter.loki[0]", "value")?;
    for wanted in [
        "object_store: s3".to_owned(),
        format!("bucketnames: {bucket}"),
    ] {
        ensure(config.lines().any(|line| line.trim() == wanted), || {
            format!("Loki's configuration doesn't say {wanted}:\n{config}")
        })?;
    }
    let writer = environment.container(LOKI, "loki-config")?;
    same(
        "where Loki's configuration comes from",
        text(&writer["secrets"][0]["valueFrom"]),
        environment.text_at("module.observability.aws_ssm_parameter.loki[0]", "arn")?,
    )?;
    let alias = &environment.at(LOKI_SERVICE)?["service_connect_configuration"][0]["service"][0]["client_alias"]
        [0];
    same("Loki's name", text(&alias["dns_name"]), "loki")?;
    same("Loki's port", &alias["port"], 3100)
}

/// The data sources, as Grafana gets them.
pub(super) fn sources(environment: &Environment) -> Result<String, String> {
    let writer = environment.container(GRAFANA, "grafana-config")?;
    let given = items(&writer["secrets"])
        .find(|secret| secret["name"] == "DATASOURCES")
        .ok_or("Grafana is given no data sources")?;
    same(
        "the parameter of the data sources",
        text(&given["valueFrom"]),
        environment.text_at(SOURCES, "arn")?,
    )?;
    let packed = STANDARD
        .decode(environment.text_at(SOURCES, "value")?)
        .map_err(|error| error.to_string())?;
    let mut sources = String::new();
    GzDecoder::new(packed.as_slice())
        .read_to_string(&mut sources)
        .map_err(|error| error.to_string())?;
    Ok(sources)
}

/// There is a source of this type with this address.
fn has_source(environment: &Environment, kind: &str, url: &str) -> Outcome {
    let sources = sources(environment)?;
    let (kind, url) = (format!("type: {kind}"), format!("url: {url}"));
    let is_there = sources.split("  - name: ").any(|source| {
        let has = |wanted: &str| source.lines().any(|line| line.trim() == wanted);
        has(&kind) && has(&url)
    });
    ensure(is_there, || {
        format!("no data source has {kind} and {url}:\n{sources}")
    })
}

fn shows_metrics(environment: &Environment, _: &Observation) -> Outcome {
    has_source(
        environment,
        "grafana-amazonprometheus-datasource",
        environment.text_at(WORKSPACE, "prometheus_endpoint")?,
    )
}

fn shows_logs(environment: &Environment, _: &Observation) -> Outcome {
    has_source(environment, "loki", "http://loki:3100")
}

fn shows_no_logs(environment: &Environment, _: &Observation) -> Outcome {
    let sources = sources(environment)?;
    ensure(!sources.contains("loki"), || {
        format!("there is a data source of Loki:\n{sources}")
    })
}
