//! What several module calls take alike: code that refers to the root's values and to outputs of other modules.

use crate::hcl::Body;

/// The first part of every resource's name.
pub(crate) const NAME: &str = "local.name";
/// The VPC.
pub(crate) const VPC_ID: &str = "module.vpc.vpc_id";
/// The subnets of instances and tasks.
pub(crate) const SUBNET_IDS: &str = "module.vpc.private_subnet_ids";
/// The group that lets a task or host out to AWS.
pub(crate) const EGRESS: &str = "module.vpc.egress_security_group_id";
/// The group of the Temporal services.
pub(crate) const RING: &str = "module.ecs_cluster.ring_security_group_id";
/// The role with which ECS starts tasks.
pub(crate) const EXECUTION_ROLE: &str = "module.iam.execution_role_arn";

/// Where tasks or instances are: the network, and the security groups that they attach.
pub(crate) fn in_network(block: &mut Body, security_groups: &[&str]) {
    block
        .code("vpc_id", VPC_ID)
        .code("subnet_ids", SUBNET_IDS)
        .code(
            "security_group_ids",
            format!("[{}]", security_groups.join(", ")),
        );
}

/// Where a service runs: the cluster, the provider of its instances, the network.
pub(crate) fn in_cluster(block: &mut Body, security_groups: &[&str]) {
    block
        .code("cluster_arn", "module.ecs_cluster.cluster_arn")
        .code(
            "capacity_provider_name",
            "module.ecs_cluster.capacity_provider_names[\"main\"]",
        )
        .code(
            "service_connect_namespace_arn",
            "module.ecs_cluster.service_connect_namespace_arn",
        );
    in_network(block, security_groups);
}
