//! Values that are allowed, but likely to hurt: each by itself.

use crate::catalog::{instance_types, opensearch_types};
use crate::options::{Kind, OptionRow};
use crate::parts::PARTS;
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::rules::containers::{image_version, version};
use crate::value::Value;

/// A warning about an allowed value that is likely to hurt.
pub(super) fn find(row: &OptionRow, at: &FieldPath, value: &Value) -> Option<Problem> {
    let (Kind::Text(rule), Value::Text(text)) = (row.kind, value) else {
        return None;
    };
    match rule {
        Rule::Image => match image_version(text) {
            None | Some("latest") => Some(
                Problem::new(
                    ProblemCode::UnpinnedImage,
                    at.clone(),
                    format!("`{text}` names no version: two tasks of one service may run different programs"),
                )
                .hint("give a version as tag, or a digest"),
            ),
            Some(tag) if row.name() == "grafana" && is_too_old_for_the_plugin(tag) => Some(
                Problem::new(
                    ProblemCode::GrafanaTooOld,
                    at.clone(),
                    format!("Grafana {tag} does not load the plugin for Amazon Managed Prometheus: its dashboards stay empty"),
                )
                .hint("use 12.2.5 or newer, or 11.6.11, 12.0.10 or 12.1.7 and newer on those lines"),
            ),
            Some(tag) => {
                let mut parts = PARTS.iter();
                let part = parts.find(|part| row.key.strip_prefix("images.") == Some(part.name))?;
                let warning = (part.image.as_ref()?.warn)(tag)?;
                Some(Problem::new(warning.code, at.clone(), warning.message).hint(warning.hint))
            }
        },
        Rule::InstanceType if instance_types::find(text).is_none() => Some(
            Problem::new(
                ProblemCode::UnknownInstanceType,
                at.clone(),
                format!(
                    "`{text}` is not in the catalog: whether the tasks fit, whether it has ENI trunking \
                     and whether the region offers it are not checked"
                ),
            )
            .hint(
                "look it up with `aws ec2 describe-instance-types`; \
                 `temporal-composer list instance-types` lists the known ones",
            ),
        ),
        Rule::OpenSearchType if opensearch_types::find(text).is_none() => Some(Problem::new(
            ProblemCode::UnknownNodeType,
            at.clone(),
            format!("`{text}` is not in the catalog: its price and its largest volume are not known"),
        )
        .hint(
            "`aws opensearch list-instance-type-details --engine-version OpenSearch_2.19` lists what your region \
             offers; m6g.large.search is known",
        )),
        _ => None,
    }
}

/// The plugin needs Grafana 11.6.11, 12.0.10, 12.1.7 or 12.2.5 and newer on each line. Source: the changelog of
/// grafana-amazonprometheus-datasource, 2026.
fn is_too_old_for_the_plugin(tag: &str) -> bool {
    version(tag).is_some_and(|(major, minor, patch)| match (major, minor) {
        (11, 6) => patch < 11,
        (12, 0) => patch < 10,
        (12, 1) => patch < 7,
        (12, 2) => patch < 5,
        line => line < (12, 3),
    })
}
