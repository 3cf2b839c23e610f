//! Values that a person must look up.

use super::plan::{Blank, find_environment};
use super::state::State;
use crate::blueprint::Blueprint;
use crate::options::{self, Scope};
use crate::parts::TEXTS;

/// What only `terraform show -json` shows: the option, and where the flat root has its value.
const BLANKS: &[(&str, &str)] = &[
    (
        "migration.name",
        "`project_name`, if it isn't `<project>-<environment>`",
    ),
    ("region", "`region`"),
    (
        "network.availability_zones",
        "`availability_zones`, in their order",
    ),
    ("network.vpc_cidr", "`vpc_cidr`"),
    ("history_shards", "`temporal_history_shards`"),
    ("log_retention_days", "`log_retention_days`"),
    ("compute.instance_type", "`ec2_instance_type`"),
    ("compute.instance_count", "`ec2_instance_count`"),
    (
        "frontend.cpu",
        "`temporal_frontend_cpu`, and so `memory` and `count`, and the other services",
    ),
    ("dsql.endpoint", "`dsql_cluster_endpoint`"),
    ("dsql.arn", "`dsql_cluster_arn`"),
    ("images.temporal", "`temporal_image`"),
    ("images.admin_tools", "`temporal_admin_tools_image`"),
];

/// As [`BLANKS`], after those of parts.
const BLANKS_OF_STORES: &[(&str, &str)] = &[
    (
        "opensearch.instance_type",
        "`instance_type` of `aws_opensearch_domain.temporal`",
    ),
    ("opensearch.instance_count", "`instance_count` of it"),
    ("opensearch.volume_size", "`volume_size` of it"),
    (
        "opensearch.zone_awareness",
        "`zone_awareness_enabled` of it",
    ),
    ("opensearch.engine_version", "`engine_version` of it"),
    ("opensearch.index", "`opensearch_visibility_index`"),
    ("grafana.admin_secret", "`grafana_admin_secret_name`"),
];

/// All of them, those of parts too.
fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let of_parts = TEXTS.iter().flat_map(|texts| texts.flat.blanks);
    BLANKS.iter().chain(of_parts).chain(BLANKS_OF_STORES)
}

/// The values to look up. If only addresses are known: all that the composition uses. Else those that the flat root has no
/// value for either, so that Terraform will ask for them.
pub(super) fn blanks(blueprint: &Blueprint, environment: &str, state: &State) -> Vec<Blank> {
    let spec = blueprint.spec();
    if state.has_values {
        return find_environment(blueprint, environment)
            .open()
            .filter(|setting| setting.row.key != "backend.bucket")
            .map(|setting| Blank {
                at: setting.row.path(environment),
                value: None,
                find: all()
                    .find(|(key, _)| *key == setting.row.key)
                    .map_or("nowhere", |(_, find)| find),
            })
            .collect();
    }
    all()
        .filter_map(|&(key, find)| {
            let row = options::option(Scope::Environment, key)?;
            let is_used = spec.unmet_need(row, environment).is_none();
            is_used.then(|| Blank {
                at: row.path(environment),
                value: spec.effective(row, environment).value,
                find,
            })
        })
        .collect()
}
