//! The Terraform modules: what each makes, and which a composition uses.

use crate::blueprint::Blueprint;
use crate::feature::{BENCHMARK, Feature, OWN_CLUSTER, UI};
use crate::path::FieldPath;

/// Every module and what it makes.
#[rustfmt::skip] // one row a line
pub const ALL: &[(&str, &str)] = &[
    ("alloy-sidecar", "the sidecar's configuration and containers, for metrics and logs"),
    ("benchmark", "load generator and workers on instances of their own, from zero"),
    ("dsql", "the Aurora DSQL cluster"),
    ("dsql-schema", "a task that makes or updates Temporal's schema in DSQL"),
    ("dynamodb", "tables that share DSQL's connection limits between tasks"),
    ("ec2-capacity", "launch template, Auto Scaling group and capacity provider"),
    ("ecs-cluster", "the cluster, its Service Connect namespace and exec logging"),
    ("iam", "the roles of tasks and agents"),
    ("observability", "Prometheus workspace, Grafana and, where used, Loki"),
    ("opensearch", "the visibility store and the task that makes its index"),
    ("temporal-service", "one Temporal service; called over a map of the four"),
    ("temporal-ui", "the web interface"),
    ("vpc", "VPC, subnets, NAT, endpoints and flow log"),
];

/// The modules that some environment uses, each with the value that brings it in.
#[must_use]
pub fn used(blueprint: &Blueprint) -> Vec<(&'static str, FieldPath)> {
    let first = |feature: Feature| {
        let mut environments = blueprint.environments.iter();
        let first = environments.find(|environment| feature.is_on(environment))?;
        Some(first.address().join(feature.key))
    };
    ALL.iter()
        .filter_map(|&(module, _)| {
            let from = match module {
                "benchmark" => first(BENCHMARK)?,
                "dsql" => first(OWN_CLUSTER)?,
                "temporal-ui" => first(UI)?,
                _ => FieldPath::root(),
            };
            Some((module, from))
        })
        .collect()
}

/// What `module` makes.
pub(super) fn purpose(module: &str) -> &'static str {
    let row = ALL.iter().find(|(name, _)| *name == module);
    row.map_or("", |(_, purpose)| purpose)
}
