//! What a change of a resource replaces, by its type, and what is lost with it. The stand-in provider plans by these rows,
//! and `diff` says by them what an apply would do.
//!
//! Source of what replaces: the documentation of hashicorp/aws ("Forces new resource") and the `ForceNew` and
//! `RequiresReplace` marks of its resources, versions 5 and 6; the schema doesn't carry them. Read in autumn 2026. A type
//! that isn't here is changed in place.

/// The arguments of a type that can't be changed in place. Dots lead into the first block of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedArguments {
    /// These.
    Only(&'static [&'static str]),
    /// Every argument but these and `tags_all`.
    AllBut(&'static [&'static str]),
}
use FixedArguments::{AllBut, Only};

/// A change that replaces only in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectedChange {
    /// The argument or block of this name appears or goes.
    Appears(&'static str),
    /// The same, of a resource whose other argument has this value.
    AppearsWith {
        /// What appears or goes.
        name: &'static str,
        /// The other argument.
        argument: &'static str,
        /// Its value.
        value: &'static str,
    },
    /// The argument gets this value.
    Becomes(&'static str, &'static str),
    /// The argument is no longer `true`.
    Ceases(&'static str),
    /// The argument changes, unless this other one is `true` and there is a value before and after.
    UnlessForced(&'static str, &'static str),
}

/// By type, as the provider's documentation orders them.
pub const FIXED: &[(&str, FixedArguments)] = &[
    (
        "aws_acm_certificate",
        Only(&["domain_name", "validation_method", "key_algorithm"]),
    ),
    (
        "aws_appautoscaling_policy",
        Only(&[
            "name",
            "resource_id",
            "scalable_dimension",
            "service_namespace",
        ]),
    ),
    (
        "aws_appautoscaling_scheduled_action",
        Only(&["name", "resource_id", "service_namespace"]),
    ),
    (
        "aws_appautoscaling_target",
        Only(&["resource_id", "scalable_dimension", "service_namespace"]),
    ),
    ("aws_autoscaling_group", Only(&["name", "name_prefix"])),
    (
        "aws_autoscaling_lifecycle_hook",
        Only(&["autoscaling_group_name", "name"]),
    ),
    (
        "aws_autoscaling_policy",
        Only(&["autoscaling_group_name", "name"]),
    ),
    (
        "aws_autoscaling_schedule",
        Only(&["autoscaling_group_name", "scheduled_action_name"]),
    ),
    ("aws_backup_plan", Only(&[])),
    ("aws_backup_selection", AllBut(&[])),
    ("aws_backup_vault", Only(&["kms_key_arn", "name"])),
    (
        "aws_budgets_budget",
        Only(&["account_id", "name", "name_prefix"]),
    ),
    ("aws_cloudwatch_composite_alarm", Only(&["alarm_name"])),
    ("aws_cloudwatch_dashboard", Only(&["dashboard_name"])),
    (
        "aws_cloudwatch_event_rule",
        Only(&["event_bus_name", "name", "name_prefix"]),
    ),
    (
        "aws_cloudwatch_event_target",
        Only(&["event_bus_name", "rule", "target_id"]),
    ),
    (
        "aws_cloudwatch_log_data_protection_policy",
        Only(&["log_group_name"]),
    ),
    (
        "aws_cloudwatch_log_group",
        Only(&["log_group_class", "name", "name_prefix"]),
    ),
    (
        "aws_cloudwatch_log_metric_filter",
        Only(&["log_group_name", "name"]),
    ),
    ("aws_cloudwatch_log_resource_policy", Only(&["policy_name"])),
    ("aws_cloudwatch_log_stream", AllBut(&[])),
    (
        "aws_cloudwatch_log_subscription_filter",
        Only(&["destination_arn", "log_group_name", "name"]),
    ),
    ("aws_cloudwatch_metric_alarm", Only(&["alarm_name"])),
    ("aws_cloudwatch_query_definition", Only(&[])),
    ("aws_codebuild_project", Only(&["name"])),
    ("aws_default_network_acl", Only(&["default_network_acl_id"])),
    ("aws_default_route_table", Only(&["default_route_table_id"])),
    ("aws_default_security_group", Only(&["vpc_id"])),
    (
        "aws_dsql_cluster",
        Only(&["multi_region_properties.0.witness_region"]),
    ),
    ("aws_dsql_cluster_peering", AllBut(&["timeouts"])),
    ("aws_dsql_cluster_policy", Only(&["identifier"])),
    ("aws_dynamodb_resource_policy", Only(&["resource_arn"])),
    (
        "aws_dynamodb_table",
        Only(&[
            "hash_key",
            "import_table",
            "local_secondary_index",
            "name",
            "range_key",
            "restore_backup_arn",
            "restore_date_time",
            "restore_source_name",
            "restore_source_table_arn",
            "restore_to_latest_time",
        ]),
    ),
    (
        "aws_dynamodb_table_item",
        Only(&["hash_key", "range_key", "table_name"]),
    ),
    (
        "aws_ebs_volume",
        Only(&[
            "availability_zone",
            "encrypted",
            "kms_key_id",
            "snapshot_id",
        ]),
    ),
    ("aws_ec2_managed_prefix_list", Only(&["address_family"])),
    ("aws_ec2_tag", Only(&["key", "resource_id"])),
    ("aws_ecr_lifecycle_policy", Only(&["repository"])),
    (
        "aws_ecr_pull_through_cache_rule",
        Only(&["ecr_repository_prefix", "upstream_registry_url"]),
    ),
    (
        "aws_ecr_repository",
        Only(&["encryption_configuration", "name"]),
    ),
    ("aws_ecr_repository_policy", Only(&["repository"])),
    ("aws_ecs_account_setting_default", Only(&["name"])),
    (
        "aws_ecs_capacity_provider",
        Only(&[
            "auto_scaling_group_provider.0.auto_scaling_group_arn",
            "cluster",
            "name",
        ]),
    ),
    ("aws_ecs_cluster", Only(&["name"])),
    (
        "aws_ecs_cluster_capacity_providers",
        Only(&["cluster_name"]),
    ),
    (
        "aws_ecs_service",
        Only(&[
            "cluster",
            "deployment_controller",
            "iam_role",
            "launch_type",
            "name",
            "scheduling_strategy",
        ]),
    ),
    ("aws_ecs_tag", Only(&["key", "resource_arn"])),
    (
        "aws_ecs_task_definition",
        AllBut(&["skip_destroy", "tags", "track_latest"]),
    ),
    (
        "aws_efs_access_point",
        Only(&["file_system_id", "posix_user", "root_directory"]),
    ),
    (
        "aws_efs_file_system",
        Only(&[
            "availability_zone_name",
            "creation_token",
            "encrypted",
            "kms_key_id",
            "performance_mode",
        ]),
    ),
    (
        "aws_efs_mount_target",
        Only(&["file_system_id", "ip_address", "subnet_id"]),
    ),
    (
        "aws_eip",
        Only(&[
            "address",
            "domain",
            "network_border_group",
            "public_ipv4_pool",
        ]),
    ),
    ("aws_eip_association", AllBut(&[])),
    ("aws_flow_log", AllBut(&["tags"])),
    ("aws_grafana_workspace", Only(&["kms_key_id"])),
    (
        "aws_iam_instance_profile",
        Only(&["name", "name_prefix", "path"]),
    ),
    ("aws_iam_openid_connect_provider", Only(&["url"])),
    (
        "aws_iam_policy",
        Only(&["description", "name", "name_prefix", "path"]),
    ),
    ("aws_iam_role", Only(&["name", "name_prefix", "path"])),
    ("aws_iam_role_policies_exclusive", Only(&["role_name"])),
    (
        "aws_iam_role_policy",
        Only(&["name", "name_prefix", "role"]),
    ),
    (
        "aws_iam_role_policy_attachment",
        Only(&["policy_arn", "role"]),
    ),
    (
        "aws_iam_role_policy_attachments_exclusive",
        Only(&["role_name"]),
    ),
    (
        "aws_iam_service_linked_role",
        Only(&["aws_service_name", "custom_suffix"]),
    ),
    (
        "aws_instance",
        Only(&[
            "ami",
            "availability_zone",
            "key_name",
            "private_ip",
            "subnet_id",
        ]),
    ),
    (
        "aws_key_pair",
        Only(&["key_name", "key_name_prefix", "public_key"]),
    ),
    ("aws_kms_alias", Only(&["name", "name_prefix"])),
    (
        "aws_kms_key",
        Only(&[
            "custom_key_store_id",
            "customer_master_key_spec",
            "key_usage",
            "multi_region",
            "xks_key_id",
        ]),
    ),
    ("aws_kms_key_policy", Only(&["key_id"])),
    (
        "aws_lambda_function",
        Only(&["function_name", "package_type"]),
    ),
    ("aws_lambda_permission", AllBut(&[])),
    ("aws_launch_template", Only(&["name", "name_prefix"])),
    (
        "aws_lb",
        Only(&["internal", "load_balancer_type", "name", "name_prefix"]),
    ),
    ("aws_lb_listener", Only(&["load_balancer_arn"])),
    ("aws_lb_listener_rule", Only(&["listener_arn"])),
    (
        "aws_lb_target_group",
        Only(&[
            "ip_address_type",
            "name",
            "name_prefix",
            "port",
            "protocol",
            "protocol_version",
            "target_type",
            "vpc_id",
        ]),
    ),
    (
        "aws_nat_gateway",
        Only(&[
            "allocation_id",
            "availability_mode",
            "connectivity_type",
            "private_ip",
            "subnet_id",
            "vpc_id",
        ]),
    ),
    ("aws_network_acl", Only(&["vpc_id"])),
    ("aws_network_acl_rule", AllBut(&[])),
    (
        "aws_opensearch_domain",
        Only(&["domain_name", "encrypt_at_rest.0.kms_key_id"]),
    ),
    ("aws_opensearch_domain_policy", Only(&["domain_name"])),
    ("aws_opensearch_vpc_endpoint", Only(&["domain_arn"])),
    (
        "aws_prometheus_alert_manager_definition",
        Only(&["workspace_id"]),
    ),
    (
        "aws_prometheus_query_logging_configuration",
        Only(&["workspace_id"]),
    ),
    ("aws_prometheus_resource_policy", Only(&["workspace_id"])),
    (
        "aws_prometheus_rule_group_namespace",
        Only(&["name", "workspace_id"]),
    ),
    ("aws_prometheus_workspace", Only(&["kms_key_arn"])),
    (
        "aws_prometheus_workspace_configuration",
        Only(&["workspace_id"]),
    ),
    (
        "aws_route",
        Only(&[
            "destination_cidr_block",
            "destination_ipv6_cidr_block",
            "destination_prefix_list_id",
            "route_table_id",
        ]),
    ),
    (
        "aws_route53_record",
        Only(&["name", "set_identifier", "type", "zone_id"]),
    ),
    ("aws_route53_zone", Only(&["delegation_set_id", "name"])),
    ("aws_route_table", Only(&["vpc_id"])),
    (
        "aws_route_table_association",
        Only(&["gateway_id", "subnet_id"]),
    ),
    (
        "aws_s3_bucket",
        Only(&["bucket", "bucket_prefix", "object_lock_enabled"]),
    ),
    (
        "aws_s3_bucket_acl",
        Only(&["bucket", "expected_bucket_owner"]),
    ),
    (
        "aws_s3_bucket_lifecycle_configuration",
        Only(&["bucket", "expected_bucket_owner"]),
    ),
    (
        "aws_s3_bucket_logging",
        Only(&["bucket", "expected_bucket_owner"]),
    ),
    ("aws_s3_bucket_notification", Only(&["bucket"])),
    (
        "aws_s3_bucket_object_lock_configuration",
        Only(&["bucket", "expected_bucket_owner"]),
    ),
    ("aws_s3_bucket_ownership_controls", Only(&["bucket"])),
    ("aws_s3_bucket_policy", Only(&["bucket"])),
    ("aws_s3_bucket_public_access_block", Only(&["bucket"])),
    (
        "aws_s3_bucket_server_side_encryption_configuration",
        Only(&["bucket", "expected_bucket_owner"]),
    ),
    (
        "aws_s3_bucket_versioning",
        Only(&["bucket", "expected_bucket_owner", "mfa"]),
    ),
    ("aws_s3_object", Only(&["bucket", "key"])),
    (
        "aws_scheduler_schedule",
        Only(&["group_name", "name", "name_prefix"]),
    ),
    ("aws_secretsmanager_secret", Only(&["name", "name_prefix"])),
    ("aws_secretsmanager_secret_policy", Only(&["secret_arn"])),
    ("aws_secretsmanager_secret_rotation", Only(&["secret_id"])),
    (
        "aws_secretsmanager_secret_version",
        Only(&[
            "secret_binary",
            "secret_id",
            "secret_string",
            "secret_string_wo_version",
        ]),
    ),
    (
        "aws_security_group",
        Only(&["description", "name", "name_prefix", "vpc_id"]),
    ),
    ("aws_security_group_rule", AllBut(&["description"])),
    (
        "aws_service_discovery_http_namespace",
        Only(&["description", "name"]),
    ),
    (
        "aws_service_discovery_private_dns_namespace",
        Only(&["name", "vpc"]),
    ),
    (
        "aws_service_discovery_public_dns_namespace",
        Only(&["name"]),
    ),
    (
        "aws_service_discovery_service",
        Only(&["name", "namespace_id", "type"]),
    ),
    (
        "aws_sns_topic",
        Only(&["fifo_topic", "name", "name_prefix"]),
    ),
    (
        "aws_sns_topic_subscription",
        Only(&["endpoint", "protocol", "topic_arn"]),
    ),
    (
        "aws_sqs_queue",
        Only(&["fifo_queue", "name", "name_prefix"]),
    ),
    ("aws_ssm_parameter", Only(&["data_type", "name"])),
    (
        "aws_subnet",
        Only(&[
            "availability_zone",
            "availability_zone_id",
            "cidr_block",
            "ipv4_ipam_pool_id",
            "ipv6_native",
            "outpost_arn",
            "vpc_id",
        ]),
    ),
    (
        "aws_vpc",
        Only(&["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"]),
    ),
    ("aws_vpc_dhcp_options", AllBut(&["tags"])),
    ("aws_vpc_dhcp_options_association", Only(&["vpc_id"])),
    (
        "aws_vpc_endpoint",
        Only(&[
            "service_name",
            "service_region",
            "vpc_endpoint_type",
            "vpc_id",
        ]),
    ),
    ("aws_vpc_endpoint_policy", Only(&["vpc_endpoint_id"])),
    ("aws_vpc_endpoint_route_table_association", AllBut(&[])),
    ("aws_vpc_endpoint_security_group_association", AllBut(&[])),
    ("aws_vpc_endpoint_subnet_association", AllBut(&["timeouts"])),
    ("aws_vpc_ipv4_cidr_block_association", AllBut(&["timeouts"])),
    (
        "aws_vpc_security_group_egress_rule",
        Only(&["security_group_id"]),
    ),
    (
        "aws_vpc_security_group_ingress_rule",
        Only(&["security_group_id"]),
    ),
    ("terraform_data", Only(&["triggers_replace"])),
];

/// What replaces in one direction, by type.
pub const DIRECTED: &[(&str, DirectedChange)] = &[
    // A strategy can be changed in place only under a forced deployment, and never from or to "none".
    (
        "aws_ecs_service",
        DirectedChange::UnlessForced("capacity_provider_strategy", "force_new_deployment"),
    ),
    // A Network Load Balancer that was made without security groups never gets one, and one with them keeps some.
    (
        "aws_lb",
        DirectedChange::AppearsWith {
            name: "security_groups",
            argument: "load_balancer_type",
            value: "network",
        },
    ),
    (
        "aws_opensearch_domain",
        DirectedChange::Appears("vpc_options"),
    ),
    (
        "aws_opensearch_domain",
        DirectedChange::Ceases("encrypt_at_rest.0.enabled"),
    ),
    (
        "aws_opensearch_domain",
        DirectedChange::Ceases("node_to_node_encryption.0.enabled"),
    ),
    (
        "aws_opensearch_domain",
        DirectedChange::Ceases("advanced_security_options.0.enabled"),
    ),
    (
        "aws_vpc",
        DirectedChange::Becomes("instance_tenancy", "dedicated"),
    ),
];

/// The beginnings of the types that have no region, and that another region leaves alone.
pub const GLOBAL: &[&str] = &[
    "aws_backup_global_settings",
    "aws_budgets_",
    "aws_ce_",
    "aws_iam_",
    "aws_route53_",
    "aws_route53domains_",
    "aws_route53recovery",
    "aws_s3_account_public_access_block",
    "aws_vpc_ipam_organization_admin_account",
];

/// The beginning of the types that are in a region though they begin as a global one.
pub const REGIONAL: &str = "aws_route53_resolver_";

/// What is lost with a resource that Terraform destroys, also where it makes another in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// Data: what it is.
    Data(&'static str),
    /// An address or a name of AWS that others know: what they know it for.
    Address(&'static str),
    /// Nothing that a new one doesn't have.
    Nothing,
}

/// What resources hold, by type. One that isn't here holds nothing that a new one doesn't have.
pub const HELD: &[(&str, Holds)] = &[
    ("aws_backup_vault", Holds::Data("recovery points")),
    ("aws_cloudwatch_log_group", Holds::Data("logs")),
    ("aws_dsql_cluster", Holds::Data("the database")),
    ("aws_dynamodb_table", Holds::Data("its items")),
    ("aws_ecr_repository", Holds::Data("images")),
    ("aws_opensearch_domain", Holds::Data("its indices")),
    ("aws_prometheus_workspace", Holds::Data("metrics")),
    ("aws_s3_bucket", Holds::Data("objects")),
    ("aws_secretsmanager_secret", Holds::Data("a secret")),
    ("aws_ecs_cluster", Holds::Address("all its services")),
    (
        "aws_eip",
        Holds::Address("the public address of outbound traffic"),
    ),
    (
        "aws_iam_role",
        Holds::Address("its ARN, in policies elsewhere"),
    ),
    ("aws_lb", Holds::Address("its DNS name")),
    (
        "aws_nat_gateway",
        Holds::Address("outbound traffic of its zones"),
    ),
    ("aws_route53_zone", Holds::Address("its records")),
    (
        "aws_service_discovery_http_namespace",
        Holds::Address("the names of the services"),
    ),
    ("aws_sns_topic", Holds::Address("its ARN and subscriptions")),
    (
        "aws_sns_topic_subscription",
        Holds::Address("a confirmed address"),
    ),
    ("aws_subnet", Holds::Address("everything in it")),
    ("aws_vpc", Holds::Address("everything in it")),
    (
        "aws_vpc_endpoint_service",
        Holds::Address("its name, which other VPCs use"),
    ),
];

/// What resources of the type `kind` hold.
#[must_use]
pub fn held(kind: &str) -> Holds {
    let found = HELD.iter().find(|(name, _)| *name == kind);
    found.map_or(Holds::Nothing, |(_, holds)| *holds)
}

/// The arguments of the type `kind` that can't be changed in place. `region` is one of every type that has it.
#[must_use]
pub fn fixed(kind: &str) -> FixedArguments {
    let found = FIXED.iter().find(|(name, _)| *name == kind);
    found.map_or(Only(&[]), |(_, fixed)| *fixed)
}

/// What replaces a resource of the type `kind` in one direction.
pub fn directed(kind: &str) -> impl Iterator<Item = DirectedChange> {
    let rows = DIRECTED.iter().filter(move |(name, _)| *name == kind);
    rows.map(|(_, directed)| *directed)
}

/// Whether resources of the type `kind` are in a region.
#[must_use]
pub fn is_regional(kind: &str) -> bool {
    let is_global = GLOBAL.iter().any(|start| kind.starts_with(start));
    kind.starts_with("aws_") && (!is_global || kind.starts_with(REGIONAL))
}
