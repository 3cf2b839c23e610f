//! The flat root's addresses, and what becomes of each: one row a line, in the order of its files.
//!
//! Source: the public repository iw/temporal-dsql-deploy-ecs before its modules (commit 551d926), whose root has 128
//! resources and 5 data sources in 24 files.

use crate::feature::Feature;
use crate::parts::benchmark::FEATURE as BENCHMARK;
use crate::parts::endpoints::INTERFACE_ENDPOINTS as ENDPOINTS;
use crate::parts::ui::FEATURE as UI;

/// An address of the flat root and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The address there. `#` stands for the position in the list of zones.
    pub from: &'static str,
    /// What becomes of it.
    pub disposition: Disposition,
    /// What the composition must have for that; else it stays behind.
    pub needs: Feature,
}

/// What becomes of an address of the flat root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It has another address.
    Moved {
        /// The address in the composed root. `{zone}` stands for the zone at the position, `{first}` for the first.
        to: &'static str,
        /// What the first plan changes in it besides tags; empty if nothing.
        changes: &'static str,
    },
    /// Its resource has another type in the composed root, to which Terraform moves nothing: it is imported.
    Imported {
        /// The address in the composed root.
        to: &'static str,
    },
    /// It stays in AWS, in the flat root's state alone, until nothing needs it.
    Leftover {
        /// Why it has no place in the composed root, and how long it is needed.
        why: &'static str,
    },
    /// A data source, which needs nothing.
    Data,
}

/// A resource of the composed root that the flat root has only inside another resource: it is imported, since AWS refuses
/// a second one.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedResource {
    /// The resource of the flat root that it is a part of.
    pub of: &'static str,
    /// Its address in the composed root.
    pub to: &'static str,
    /// What it is.
    pub kind: EmbeddedKind,
}

/// What of a resource is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedKind {
    /// The default route that stands inside a route table.
    DefaultRoute,
    /// The rule that stands inside a security group and lets it out to DSQL.
    DsqlEgress,
    /// The log group that Container Insights made for the cluster.
    InsightsLog,
}

/// What needs nothing.
const ALWAYS: Feature = Feature::always("");

const fn moved(from: &'static str, to: &'static str, needs: Feature, changes: &'static str) -> Row {
    let disposition = Disposition::Moved { to, changes };
    Row {
        from,
        disposition,
        needs,
    }
}

const fn imported(from: &'static str, to: &'static str, needs: Feature) -> Row {
    let disposition = Disposition::Imported { to };
    Row {
        from,
        disposition,
        needs,
    }
}

const fn leftover(from: &'static str, why: &'static str) -> Row {
    let (disposition, needs) = (Disposition::Leftover { why }, ALWAYS);
    Row {
        from,
        disposition,
        needs,
    }
}

const fn data(from: &'static str) -> Row {
    let (disposition, needs) = (Disposition::Data, ALWAYS);
    Row {
        from,
        disposition,
        needs,
    }
}

const COLLECTOR: &str = "the configuration of the old collector; old tasks read it when they start";
const REVISION: &str = "new tasks have a new revision; a rollback starts this one";
const POLICY: &str =
    "a policy with another name replaces it; old tasks need this one until they stop";
const PAIR: &str = "a rule of the ring group replaces it; old tasks need this one until they stop";
const SEARCH: &str =
    "one rule for the ring group replaces the four; old tasks need this one until they stop";
const TEMPLATE: &str = "a new version: image, user data, security groups, IMDSv2 only; instances use it when they are replaced";
const GROUP: &str = "minimum and maximum size, metrics, tags; no instance is replaced";
const PROVIDER: &str = "draining, scaling steps";
const TRUST: &str = "description, and a trust policy for ECS of this account and region only";
const ROLLING: &str = "a rolling deployment: new tasks, security groups and Service Connect";

/// Every address of the flat root.
#[rustfmt::skip] // one row a line
pub const FLAT: &[Row] = &[
    // adot-sidecar.tf
    leftover("aws_ssm_parameter.adot_sidecar_history", COLLECTOR),
    leftover("aws_ssm_parameter.adot_sidecar_matching", COLLECTOR),
    leftover("aws_ssm_parameter.adot_sidecar_frontend", COLLECTOR),
    leftover("aws_ssm_parameter.adot_sidecar_worker", COLLECTOR),
    leftover("aws_ssm_parameter.adot_sidecar_benchmark_worker", COLLECTOR),
    leftover("aws_cloudwatch_log_group.adot_sidecar", "Alloy is the collector now; this has the logs of the old one"),
    // benchmark-ec2.tf
    moved("aws_launch_template.benchmark", "module.benchmark.module.ec2_capacity.aws_launch_template.this", BENCHMARK, TEMPLATE),
    moved("aws_autoscaling_group.benchmark", "module.benchmark.module.ec2_capacity.aws_autoscaling_group.this", BENCHMARK, GROUP),
    moved("aws_ecs_capacity_provider.benchmark", "module.benchmark.module.ec2_capacity.aws_ecs_capacity_provider.this", BENCHMARK, "draining, scaling steps, protection of instances that run tasks"),
    // benchmark-worker.tf
    leftover("aws_ecs_task_definition.benchmark_worker", REVISION),
    moved("aws_cloudwatch_log_group.benchmark_worker", "module.benchmark.aws_cloudwatch_log_group.this[\"worker\"]", BENCHMARK, ""),
    moved("aws_ecs_service.benchmark_worker", "module.benchmark.aws_ecs_service.this[\"worker\"]", BENCHMARK, "a rolling deployment: new tasks, security groups, Service Connect and the benchmark's capacity provider"),
    // benchmark.tf
    moved("aws_iam_role.benchmark_task", "module.benchmark.aws_iam_role.task", BENCHMARK, TRUST),
    leftover("aws_iam_role_policy.benchmark_ecs_exec", POLICY),
    leftover("aws_iam_role_policy.benchmark_prometheus", POLICY),
    leftover("aws_cloudwatch_log_group.benchmark", "the generator logs to `benchmark-generator`; this has the results of old runs"),
    leftover("aws_ecs_task_definition.benchmark", REVISION),
    moved("aws_security_group.benchmark", "module.benchmark.aws_security_group.this", BENCHMARK, ""),
    imported("aws_security_group_rule.frontend_from_benchmark", "module.benchmark.aws_vpc_security_group_ingress_rule.frontend", BENCHMARK),
    // cloudwatch.tf
    moved("aws_cloudwatch_log_group.temporal_history", "module.temporal_service[\"history\"].aws_cloudwatch_log_group.this", ALWAYS, ""),
    moved("aws_cloudwatch_log_group.temporal_matching", "module.temporal_service[\"matching\"].aws_cloudwatch_log_group.this", ALWAYS, ""),
    moved("aws_cloudwatch_log_group.temporal_frontend", "module.temporal_service[\"frontend\"].aws_cloudwatch_log_group.this", ALWAYS, ""),
    moved("aws_cloudwatch_log_group.temporal_worker", "module.temporal_service[\"worker\"].aws_cloudwatch_log_group.this", ALWAYS, ""),
    moved("aws_cloudwatch_log_group.temporal_ui", "module.temporal_ui.aws_cloudwatch_log_group.this", UI, ""),
    moved("aws_cloudwatch_log_group.grafana", "module.observability.aws_cloudwatch_log_group.grafana", ALWAYS, ""),
    // dynamodb.tf
    moved("aws_dynamodb_table.dsql_rate_limiter", "module.dynamodb.aws_dynamodb_table.rate_limiter", ALWAYS, "encryption with a KMS key of the account, deletion protection"),
    // ec2-cluster.tf
    data("data.aws_ssm_parameter.ecs_ami_arm64"),
    moved("aws_iam_role.ecs_instance", "module.ec2_capacity.aws_iam_role.host", ALWAYS, "description"),
    moved("aws_iam_role_policy_attachment.ecs_instance_role", "module.ec2_capacity.aws_iam_role_policy_attachment.host[\"service-role/AmazonEC2ContainerServiceforEC2Role\"]", ALWAYS, ""),
    moved("aws_iam_role_policy_attachment.ecs_instance_ssm", "module.ec2_capacity.aws_iam_role_policy_attachment.host[\"AmazonSSMManagedInstanceCore\"]", ALWAYS, ""),
    leftover("aws_iam_role_policy.ecs_instance_dsql", "instances need no access to the database: tasks have their own role"),
    moved("aws_iam_instance_profile.ecs_instance", "module.ec2_capacity.aws_iam_instance_profile.host", ALWAYS, ""),
    moved("aws_security_group.ecs_instances", "module.ec2_capacity.aws_security_group.host", ALWAYS, ""),
    moved("aws_launch_template.ecs", "module.ec2_capacity.aws_launch_template.this", ALWAYS, TEMPLATE),
    moved("aws_autoscaling_group.ecs", "module.ec2_capacity.aws_autoscaling_group.this", ALWAYS, GROUP),
    moved("aws_ecs_capacity_provider.ec2", "module.ec2_capacity.aws_ecs_capacity_provider.this", ALWAYS, PROVIDER),
    moved("aws_ecs_cluster_capacity_providers.main", "module.ecs_cluster.aws_ecs_cluster_capacity_providers.this", ALWAYS, "the weights of the default capacity provider strategy"),
    // ecs-cluster.tf
    moved("aws_service_discovery_http_namespace.main", "module.ecs_cluster.aws_service_discovery_http_namespace.this", ALWAYS, ""),
    moved("aws_cloudwatch_log_group.ecs_exec", "module.ecs_cluster.aws_cloudwatch_log_group.exec", ALWAYS, ""),
    moved("aws_ecs_cluster.main", "module.ecs_cluster.aws_ecs_cluster.this", ALWAYS, ""),
    // grafana.tf
    leftover("aws_ecs_task_definition.grafana", REVISION),
    moved("aws_ecs_service.grafana", "module.observability.aws_ecs_service.grafana", ALWAYS, ROLLING),
    // iam.tf
    moved("aws_iam_role.ecs_execution", "module.iam.aws_iam_role.execution", ALWAYS, TRUST),
    leftover("aws_iam_role_policy_attachment.ecs_execution_policy", POLICY),
    leftover("aws_iam_role_policy.ecs_execution_secrets", POLICY),
    leftover("aws_iam_role_policy.ecs_execution_ssm", POLICY),
    moved("aws_iam_role.temporal_task", "module.iam.aws_iam_role.temporal_task", ALWAYS, TRUST),
    leftover("aws_iam_role_policy.temporal_ecs_exec", POLICY),
    leftover("aws_iam_role_policy.temporal_dsql", POLICY),
    leftover("aws_iam_role_policy.temporal_prometheus", POLICY),
    leftover("aws_iam_role_policy.temporal_opensearch", POLICY),
    leftover("aws_iam_role_policy.temporal_dynamodb", POLICY),
    moved("aws_iam_role.grafana_task", "module.iam.aws_iam_role.grafana_task", ALWAYS, TRUST),
    leftover("aws_iam_role_policy.grafana_ecs_exec", POLICY),
    leftover("aws_iam_role_policy.grafana_prometheus", POLICY),
    leftover("aws_iam_role_policy.grafana_cloudwatch", POLICY),
    moved("aws_iam_role.temporal_ui_task", "module.iam.aws_iam_role.temporal_ui_task[0]", UI, TRUST),
    leftover("aws_iam_role_policy.temporal_ui_ecs_exec", POLICY),
    // main.tf
    data("data.aws_caller_identity.current"),
    data("data.aws_region.current"),
    // opensearch.tf
    moved("aws_opensearch_domain.temporal", "module.opensearch.aws_opensearch_domain.this", ALWAYS, "TLS policy, logs, service updates; the access policy becomes a separate resource"),
    moved("aws_iam_role.opensearch_setup_task", "module.opensearch.aws_iam_role.setup", ALWAYS, TRUST),
    leftover("aws_iam_role_policy.opensearch_setup_access", POLICY),
    leftover("aws_iam_role_policy.opensearch_setup_ecs_exec", POLICY),
    moved("aws_security_group.opensearch_setup", "module.opensearch.aws_security_group.setup", ALWAYS, ""),
    imported("aws_security_group_rule.opensearch_from_setup", "module.opensearch.aws_vpc_security_group_ingress_rule.setup", ALWAYS),
    moved("aws_cloudwatch_log_group.opensearch_setup", "module.opensearch.aws_cloudwatch_log_group.setup", ALWAYS, ""),
    leftover("aws_ecs_task_definition.opensearch_setup", REVISION),
    // prometheus.tf
    moved("aws_prometheus_workspace.main", "module.observability.aws_prometheus_workspace.this", ALWAYS, "alias, and a log of errors"),
    // secrets.tf
    data("data.aws_secretsmanager_secret.grafana_admin"),
    data("data.aws_secretsmanager_secret_version.grafana_admin"),
    // security-groups.tf
    moved("aws_security_group.temporal_history", "module.temporal_service[\"history\"].aws_security_group.this", ALWAYS, ""),
    moved("aws_security_group.temporal_matching", "module.temporal_service[\"matching\"].aws_security_group.this", ALWAYS, ""),
    moved("aws_security_group.temporal_frontend", "module.temporal_service[\"frontend\"].aws_security_group.this", ALWAYS, ""),
    moved("aws_security_group.temporal_worker", "module.temporal_service[\"worker\"].aws_security_group.this", ALWAYS, ""),
    moved("aws_security_group.temporal_ui", "module.temporal_ui.aws_security_group.this", UI, ""),
    leftover("aws_security_group_rule.history_from_frontend", PAIR),
    leftover("aws_security_group_rule.matching_from_frontend", PAIR),
    leftover("aws_security_group_rule.matching_from_history", PAIR),
    leftover("aws_security_group_rule.matching_membership_from_history", PAIR),
    leftover("aws_security_group_rule.history_from_matching", PAIR),
    leftover("aws_security_group_rule.history_membership_from_matching", PAIR),
    leftover("aws_security_group_rule.history_membership_from_frontend", PAIR),
    leftover("aws_security_group_rule.matching_membership_from_frontend", PAIR),
    leftover("aws_security_group_rule.frontend_membership_from_history", PAIR),
    leftover("aws_security_group_rule.frontend_membership_from_matching", PAIR),
    leftover("aws_security_group_rule.frontend_from_worker", PAIR),
    imported("aws_security_group_rule.frontend_from_ui", "module.temporal_ui.aws_vpc_security_group_ingress_rule.frontend", UI),
    leftover("aws_security_group_rule.frontend_membership_from_worker", PAIR),
    leftover("aws_security_group_rule.history_membership_from_worker", PAIR),
    leftover("aws_security_group_rule.matching_membership_from_worker", PAIR),
    leftover("aws_security_group_rule.worker_membership_from_frontend", PAIR),
    leftover("aws_security_group_rule.worker_membership_from_history", PAIR),
    leftover("aws_security_group_rule.worker_membership_from_matching", PAIR),
    leftover("aws_security_group_rule.history_from_worker", PAIR),
    leftover("aws_security_group_rule.matching_from_worker", PAIR),
    moved("aws_security_group.grafana", "module.observability.aws_security_group.grafana", ALWAYS, ""),
    moved("aws_security_group.opensearch", "module.opensearch.aws_security_group.domain", ALWAYS, ""),
    leftover("aws_security_group_rule.opensearch_from_history", SEARCH),
    leftover("aws_security_group_rule.opensearch_from_frontend", SEARCH),
    leftover("aws_security_group_rule.opensearch_from_matching", SEARCH),
    leftover("aws_security_group_rule.opensearch_from_worker", SEARCH),
    // temporal-frontend.tf
    leftover("aws_ecs_task_definition.temporal_frontend", REVISION),
    moved("aws_ecs_service.temporal_frontend", "module.temporal_service[\"frontend\"].aws_ecs_service.this", ALWAYS, ROLLING),
    // temporal-history.tf
    leftover("aws_ecs_task_definition.temporal_history", REVISION),
    moved("aws_ecs_service.temporal_history", "module.temporal_service[\"history\"].aws_ecs_service.this", ALWAYS, ROLLING),
    // temporal-matching.tf
    leftover("aws_ecs_task_definition.temporal_matching", REVISION),
    moved("aws_ecs_service.temporal_matching", "module.temporal_service[\"matching\"].aws_ecs_service.this", ALWAYS, ROLLING),
    // temporal-ui.tf
    leftover("aws_ecs_task_definition.temporal_ui", REVISION),
    moved("aws_ecs_service.temporal_ui", "module.temporal_ui.aws_ecs_service.this", UI, ROLLING),
    // temporal-worker.tf
    leftover("aws_ecs_task_definition.temporal_worker", REVISION),
    moved("aws_ecs_service.temporal_worker", "module.temporal_service[\"worker\"].aws_ecs_service.this", ALWAYS, ROLLING),
    // vpc-endpoints.tf
    moved("aws_security_group.vpc_endpoints", "module.vpc.aws_security_group.vpc_endpoints[0]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.ecr_api", "module.vpc.aws_vpc_endpoint.interface[\"ecr.api\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.ecr_dkr", "module.vpc.aws_vpc_endpoint.interface[\"ecr.dkr\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.logs", "module.vpc.aws_vpc_endpoint.interface[\"logs\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.ssm", "module.vpc.aws_vpc_endpoint.interface[\"ssm\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.ssmmessages", "module.vpc.aws_vpc_endpoint.interface[\"ssmmessages\"]", ENDPOINTS, ""),
    leftover("aws_vpc_endpoint.ec2messages", "the SSM agent uses `ssmmessages` instead"),
    moved("aws_vpc_endpoint.secretsmanager", "module.vpc.aws_vpc_endpoint.interface[\"secretsmanager\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.aps_workspaces", "module.vpc.aws_vpc_endpoint.interface[\"aps-workspaces\"]", ENDPOINTS, ""),
    moved("aws_vpc_endpoint.s3", "module.vpc.aws_vpc_endpoint.gateway[\"s3\"]", ALWAYS, "the route tables of the other zones are added"),
    moved("aws_vpc_endpoint.dynamodb", "module.vpc.aws_vpc_endpoint.gateway[\"dynamodb\"]", ALWAYS, "the route tables of the other zones are added"),
    // vpc.tf
    moved("aws_vpc.main", "module.vpc.aws_vpc.this", ALWAYS, ""),
    moved("aws_subnet.private[#]", "module.vpc.aws_subnet.private[\"{zone}\"]", ALWAYS, ""),
    moved("aws_subnet.public_nat", "module.vpc.aws_subnet.public[\"{first}\"]", ALWAYS, ""),
    moved("aws_internet_gateway.main", "module.vpc.aws_internet_gateway.this", ALWAYS, ""),
    moved("aws_eip.nat", "module.vpc.aws_eip.nat[\"{first}\"]", ALWAYS, ""),
    moved("aws_nat_gateway.main", "module.vpc.aws_nat_gateway.this[\"{first}\"]", ALWAYS, ""),
    moved("aws_route_table.public", "module.vpc.aws_route_table.public", ALWAYS, ""),
    moved("aws_route_table_association.public_nat", "module.vpc.aws_route_table_association.public[\"{first}\"]", ALWAYS, ""),
    moved("aws_route_table.private", "module.vpc.aws_route_table.private[\"{first}\"]", ALWAYS, ""),
    moved("aws_route_table_association.private[#]", "module.vpc.aws_route_table_association.private[\"{zone}\"]", ALWAYS, "the route table: each zone now has its own"),
];

/// Every part of a resource of the flat root that is a resource of the composed root.
#[rustfmt::skip] // one row a line
pub const EMBEDDED: &[EmbeddedResource] = &[
    EmbeddedResource { of: "aws_route_table.public", to: "module.vpc.aws_route.public_internet", kind: EmbeddedKind::DefaultRoute },
    EmbeddedResource { of: "aws_route_table.private", to: "module.vpc.aws_route.private_nat[\"{first}\"]", kind: EmbeddedKind::DefaultRoute },
    EmbeddedResource { of: "aws_security_group.temporal_frontend", to: "module.temporal_service[\"frontend\"].aws_vpc_security_group_egress_rule.dsql", kind: EmbeddedKind::DsqlEgress },
    EmbeddedResource { of: "aws_security_group.temporal_history", to: "module.temporal_service[\"history\"].aws_vpc_security_group_egress_rule.dsql", kind: EmbeddedKind::DsqlEgress },
    EmbeddedResource { of: "aws_security_group.temporal_matching", to: "module.temporal_service[\"matching\"].aws_vpc_security_group_egress_rule.dsql", kind: EmbeddedKind::DsqlEgress },
    EmbeddedResource { of: "aws_security_group.temporal_worker", to: "module.temporal_service[\"worker\"].aws_vpc_security_group_egress_rule.dsql", kind: EmbeddedKind::DsqlEgress },
    EmbeddedResource { of: "aws_ecs_cluster.main", to: "module.ecs_cluster.aws_cloudwatch_log_group.container_insights", kind: EmbeddedKind::InsightsLog },
];

/// What the composed root makes as a resource and the flat root has as an attribute of another: the one that is applied
/// last wins, and the end of the resource would take the attribute's value away.
pub const SHARED: &[&str] = &["module.opensearch.aws_opensearch_domain_policy.this"];

/// The row of `address`, and the position that its index names.
#[must_use]
pub fn find(address: &str) -> Option<(&'static Row, Option<usize>)> {
    let (name, position) = match address.strip_suffix(']').and_then(|it| it.split_once('[')) {
        Some((name, digits)) => (name, Some(digits.parse().ok()?)),
        None => (address, None),
    };
    FLAT.iter()
        .find(|row| match position {
            Some(_) => row.from.strip_suffix("[#]") == Some(name),
            None => row.from == name,
        })
        .map(|row| (row, position))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_address_of_the_flat_root_has_one_row() {
        let addresses: BTreeSet<&str> = FLAT.iter().map(|row| row.from).collect();
        assert_eq!((addresses.len(), FLAT.len()), (133, 133));
        let data = FLAT
            .iter()
            .filter(|row| row.disposition == Disposition::Data)
            .count();
        assert_eq!(data, 5);
        for part in EMBEDDED {
            assert!(addresses.contains(part.of), "{}", part.of);
        }
    }

    #[test]
    fn nothing_has_the_target_of_another() {
        let mut targets = BTreeSet::new();
        let rows = FLAT.iter().filter_map(|row| match row.disposition {
            Disposition::Moved { to, .. } | Disposition::Imported { to } => Some(to),
            Disposition::Leftover { .. } | Disposition::Data => None,
        });
        for to in rows.chain(EMBEDDED.iter().map(|part| part.to)) {
            assert!(targets.insert(to), "{to}");
        }
        assert_eq!(targets.len(), 78);
    }

    #[test]
    fn an_address_is_found_with_its_position() {
        let found = |address| find(address).map(|(row, position)| (row.from, position));
        assert_eq!(found("aws_vpc.main"), Some(("aws_vpc.main", None)));
        assert_eq!(found("aws_vpc.main[0]"), None);
        assert_eq!(
            found("aws_subnet.private[2]"),
            Some(("aws_subnet.private[#]", Some(2)))
        );
        assert_eq!(found("aws_subnet.private"), None);
        assert_eq!(found("aws_subnet.private[\"a\"]"), None);
        assert_eq!(found("aws_subnet.private[#]"), None);
    }
}
