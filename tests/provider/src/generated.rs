//! What AWS would make up: ids, ARNs, endpoints. The same arguments give the
//! same values, so that two runs can be compared.

use sha2::{Digest as _, Sha256};

use crate::schema::{Attribute, Block, Nesting, Type};
use crate::settings::{ACCOUNT, dns_suffix, partition};
use crate::value::{Object, Value, get};

/// How AWS writes the attributes of a type. In braces: another attribute of the
/// resource (`{name|last}` is what follows its last slash or colon, `{name|short}`
/// its first three letters), one of
/// `account`, `region`, `partition`, `suffix`, `next` (one more than before), or
/// a made-up text: `hexN`, `lowerN` (a–z, 0–9), `digitsN`, `upperN`, `uuid`, `ip`.
const WRITTEN: &[(&str, &[(&str, &str)])] = &[
    (
        "aws_appautoscaling_policy",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{service_namespace}/{resource_id}:policyName/{name}",
            ),
        ],
    ),
    (
        "aws_appautoscaling_scheduled_action",
        &[
            ("id", "{name}-{service_namespace}-{resource_id}"),
            (
                "arn",
                "arn:{partition}:autoscaling:{region}:{account}:scheduledAction:{uuid}:resource/{service_namespace}/{resource_id}:scheduledActionName/{name}",
            ),
        ],
    ),
    (
        "aws_appautoscaling_target",
        &[
            ("id", "{resource_id}"),
            (
                "arn",
                "arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{hex32}",
            ),
        ],
    ),
    (
        "aws_autoscaling_group",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
            ),
            (
                "service_linked_role_arn",
                "arn:{partition}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            ),
            ("health_check_type", "EC2"),
            ("default_cooldown", "300"),
            ("desired_capacity", "{min_size}"),
        ],
    ),
    (
        "aws_autoscaling_policy",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:autoScalingGroupName/{autoscaling_group_name}:policyName/{name}",
            ),
        ],
    ),
    (
        "aws_cloudwatch_composite_alarm",
        &[
            ("id", "{alarm_name}"),
            (
                "arn",
                "arn:{partition}:cloudwatch:{region}:{account}:alarm:{alarm_name}",
            ),
        ],
    ),
    (
        "aws_cloudwatch_dashboard",
        &[
            ("id", "{dashboard_name}"),
            (
                "dashboard_arn",
                "arn:{partition}:cloudwatch::{account}:dashboard/{dashboard_name}",
            ),
        ],
    ),
    (
        "aws_cloudwatch_event_rule",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:events:{region}:{account}:rule/{name}",
            ),
        ],
    ),
    (
        "aws_backup_plan",
        &[
            ("id", "{uuid}"),
            (
                "arn",
                "arn:{partition}:backup:{region}:{account}:backup-plan:{id}",
            ),
        ],
    ),
    ("aws_backup_selection", &[("id", "{uuid}")]),
    (
        "aws_backup_vault",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:backup:{region}:{account}:backup-vault:{name}",
            ),
        ],
    ),
    (
        "aws_backup_vault_lock_configuration",
        &[
            ("id", "{backup_vault_name}"),
            (
                "backup_vault_arn",
                "arn:{partition}:backup:{region}:{account}:backup-vault:{backup_vault_name}",
            ),
        ],
    ),
    (
        "aws_budgets_budget",
        &[
            ("id", "{account}:{name}"),
            ("arn", "arn:{partition}:budgets::{account}:budget/{name}"),
        ],
    ),
    (
        "aws_cloudwatch_log_group",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:logs:{region}:{account}:log-group:{name}",
            ),
            ("log_group_class", "STANDARD"),
        ],
    ),
    (
        "aws_cloudwatch_log_resource_policy",
        &[("id", "{policy_name}")],
    ),
    (
        "aws_cloudwatch_log_stream",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:logs:{region}:{account}:log-group:{log_group_name}:log-stream:{name}",
            ),
        ],
    ),
    (
        "aws_cloudwatch_event_rule",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:events:{region}:{account}:rule/{name}",
            ),
        ],
    ),
    (
        "aws_cloudwatch_event_target",
        &[("id", "{rule}-{target_id}")],
    ),
    (
        "aws_cloudwatch_metric_alarm",
        &[
            ("id", "{alarm_name}"),
            (
                "arn",
                "arn:{partition}:cloudwatch:{region}:{account}:alarm:{alarm_name}",
            ),
            ("evaluate_low_sample_count_percentiles", ""),
        ],
    ),
    (
        "aws_codebuild_project",
        &[
            (
                "id",
                "arn:{partition}:codebuild:{region}:{account}:project/{name}",
            ),
            (
                "arn",
                "arn:{partition}:codebuild:{region}:{account}:project/{name}",
            ),
        ],
    ),
    (
        "aws_default_network_acl",
        &[
            ("id", "{default_network_acl_id}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:network-acl/{id}",
            ),
        ],
    ),
    (
        "aws_default_security_group",
        &[
            ("id", "sg-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:security-group/{id}",
            ),
            ("name", "default"),
        ],
    ),
    (
        "aws_dsql_cluster",
        &[
            ("identifier", "{lower26}"),
            (
                "arn",
                "arn:{partition}:dsql:{region}:{account}:cluster/{identifier}",
            ),
            (
                "vpc_endpoint_service_name",
                "com.amazonaws.{region}.dsql-{lower4}",
            ),
            ("kms_encryption_key", "AWS_OWNED_KMS_KEY"),
        ],
    ),
    (
        "aws_dynamodb_table",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
            ),
            ("stream_arn", ""),
            ("stream_label", ""),
        ],
    ),
    (
        "aws_ecr_lifecycle_policy",
        &[("id", "{repository}"), ("registry_id", "{account}")],
    ),
    (
        "aws_ecr_repository",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:ecr:{region}:{account}:repository/{name}",
            ),
            (
                "repository_url",
                "{account}.dkr.ecr.{region}.{suffix}/{name}",
            ),
            ("registry_id", "{account}"),
        ],
    ),
    (
        "aws_ecs_account_setting_default",
        &[
            ("id", "arn:{partition}:iam::{account}:root"),
            ("principal_arn", "arn:{partition}:iam::{account}:root"),
        ],
    ),
    (
        "aws_ecs_capacity_provider",
        &[
            (
                "arn",
                "arn:{partition}:ecs:{region}:{account}:capacity-provider/{name}",
            ),
            ("id", "{arn}"),
            ("managed_draining", "ENABLED"),
            ("managed_termination_protection", "DISABLED"),
        ],
    ),
    (
        "aws_ecs_cluster",
        &[
            (
                "arn",
                "arn:{partition}:ecs:{region}:{account}:cluster/{name}",
            ),
            ("id", "{arn}"),
        ],
    ),
    (
        "aws_ecs_cluster_capacity_providers",
        &[("id", "{cluster_name}")],
    ),
    (
        "aws_ecs_service",
        &[
            (
                "arn",
                "arn:{partition}:ecs:{region}:{account}:service/{cluster|last}/{name}",
            ),
            ("id", "{arn}"),
            ("availability_zone_rebalancing", "ENABLED"),
            (
                "cluster",
                "arn:{partition}:ecs:{region}:{account}:cluster/default",
            ),
            (
                "iam_role",
                "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            ),
            ("launch_type", ""),
            ("platform_version", ""),
        ],
    ),
    (
        "aws_ecs_task_definition",
        &[
            ("id", "{family}"),
            ("revision", "{next}"),
            (
                "arn_without_revision",
                "arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
            ),
            ("arn", "{arn_without_revision}:{revision}"),
            ("network_mode", "bridge"),
        ],
    ),
    (
        "aws_efs_access_point",
        &[
            ("id", "fsap-{hex17}"),
            (
                "arn",
                "arn:{partition}:elasticfilesystem:{region}:{account}:access-point/{id}",
            ),
        ],
    ),
    (
        "aws_efs_file_system",
        &[
            ("id", "fs-{hex17}"),
            (
                "arn",
                "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{id}",
            ),
            ("dns_name", "{id}.efs.{region}.{suffix}"),
        ],
    ),
    ("aws_efs_mount_target", &[("id", "fsmt-{hex17}")]),
    (
        "aws_eip",
        &[
            ("id", "eipalloc-{hex17}"),
            ("allocation_id", "{id}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:elastic-ip/{id}",
            ),
            ("public_ip", "203.0.113.{octet}"),
            ("domain", "vpc"),
            ("public_ipv4_pool", "amazon"),
            ("network_border_group", "{region}"),
        ],
    ),
    (
        "aws_flow_log",
        &[
            ("id", "fl-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{id}",
            ),
            (
                "log_format",
                "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
            ),
        ],
    ),
    (
        "aws_iam_instance_profile",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:iam::{account}:instance-profile{path?}{name}",
            ),
            ("unique_id", "AIPA{upper17}"),
        ],
    ),
    (
        "aws_iam_policy",
        &[
            ("arn", "arn:{partition}:iam::{account}:policy{path?}{name}"),
            ("id", "{arn}"),
            ("policy_id", "ANPA{upper17}"),
        ],
    ),
    (
        "aws_iam_role",
        &[
            ("id", "{name}"),
            ("arn", "arn:{partition}:iam::{account}:role{path?}{name}"),
            ("unique_id", "AROA{upper17}"),
        ],
    ),
    ("aws_iam_role_policy", &[("id", "{role}:{name}")]),
    (
        "aws_iam_role_policy_attachment",
        &[("id", "{role}/{policy_arn}")],
    ),
    (
        "aws_iam_service_linked_role",
        &[
            ("name", "AWSServiceRoleFor{upper8}"),
            ("path", "/aws-service-role/{aws_service_name}/"),
            ("arn", "arn:{partition}:iam::{account}:role{path}{name}"),
            ("id", "{arn}"),
            ("unique_id", "AROA{upper17}"),
        ],
    ),
    (
        "aws_internet_gateway",
        &[
            ("id", "igw-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:internet-gateway/{id}",
            ),
        ],
    ),
    (
        "aws_kms_alias",
        &[
            ("id", "{name}"),
            ("arn", "arn:{partition}:kms:{region}:{account}:{name}"),
            (
                "target_key_arn",
                "arn:{partition}:kms:{region}:{account}:key/{target_key_id|last}",
            ),
        ],
    ),
    (
        "aws_kms_key",
        &[
            ("key_id", "{uuid}"),
            ("id", "{key_id}"),
            ("arn", "arn:{partition}:kms:{region}:{account}:key/{key_id}"),
        ],
    ),
    (
        "aws_launch_template",
        &[
            ("id", "lt-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:launch-template/{id}",
            ),
            ("latest_version", "{next}"),
            ("default_version", "1"),
        ],
    ),
    (
        "aws_lb",
        &[
            (
                "arn",
                "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{load_balancer_type|short}/{name}/{hex16}",
            ),
            ("id", "{arn}"),
            ("dns_name", "{name}-{hex16}.elb.{region}.{suffix}"),
            ("zone_id", "Z{upper13}"),
            (
                "enforce_security_group_inbound_rules_on_private_link_traffic",
                "on",
            ),
        ],
    ),
    (
        "aws_lb_listener",
        &[
            (
                "arn",
                "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/net/{load_balancer_arn|last}/{hex16}",
            ),
            ("id", "{arn}"),
        ],
    ),
    (
        "aws_lb_target_group",
        &[
            (
                "arn",
                "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}",
            ),
            ("id", "{arn}"),
        ],
    ),
    (
        "aws_nat_gateway",
        &[
            ("id", "nat-{hex17}"),
            ("public_ip", "203.0.113.{octet}"),
            ("private_ip", "10.0.{octet}.{octet}"),
            ("network_interface_id", "eni-{hex17}"),
            ("association_id", "eipassoc-{hex17}"),
            ("availability_mode", "zonal"),
        ],
    ),
    (
        "aws_network_acl",
        &[
            ("id", "acl-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:network-acl/{id}",
            ),
        ],
    ),
    (
        "aws_opensearch_domain",
        &[
            (
                "arn",
                "arn:{partition}:es:{region}:{account}:domain/{domain_name}",
            ),
            ("id", "{arn}"),
            ("domain_id", "{account}/{domain_name}"),
            (
                "endpoint",
                "vpc-{domain_name}-{lower26}.{region}.es.{suffix}",
            ),
            ("endpoint_v2", "{domain_name}-{lower26}.aos.{region}.on.aws"),
            ("dashboard_endpoint", "{endpoint}/_dashboards"),
            ("dashboard_endpoint_v2", "{endpoint_v2}/_dashboards"),
            ("engine_version", "OpenSearch_2.19"),
            ("ip_address_type", "ipv4"),
        ],
    ),
    (
        "aws_prometheus_alert_manager_definition",
        &[("id", "{workspace_id}")],
    ),
    (
        "aws_prometheus_rule_group_namespace",
        &[
            (
                "id",
                "arn:{partition}:aps:{region}:{account}:rulegroupsnamespace/{workspace_id}/{name}",
            ),
            (
                "arn",
                "arn:{partition}:aps:{region}:{account}:rulegroupsnamespace/{workspace_id}/{name}",
            ),
        ],
    ),
    (
        "aws_prometheus_workspace",
        &[
            ("id", "ws-{uuid}"),
            (
                "arn",
                "arn:{partition}:aps:{region}:{account}:workspace/{id}",
            ),
            (
                "prometheus_endpoint",
                "https://aps-workspaces.{region}.{suffix}/workspaces/{id}/",
            ),
        ],
    ),
    (
        "aws_route",
        &[
            ("id", "r-{route_table_id}{digits10}"),
            ("origin", "CreateRoute"),
            ("state", "active"),
        ],
    ),
    (
        "aws_route53_record",
        &[("id", "{zone_id}_{name}_{type}"), ("fqdn", "{name}")],
    ),
    (
        "aws_route53_zone",
        &[
            ("id", "Z{upper13}"),
            ("zone_id", "{id}"),
            ("arn", "arn:{partition}:route53:::hostedzone/{id}"),
        ],
    ),
    (
        "aws_route_table",
        &[
            ("id", "rtb-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:route-table/{id}",
            ),
        ],
    ),
    ("aws_route_table_association", &[("id", "rtbassoc-{hex17}")]),
    (
        "aws_s3_bucket",
        &[
            ("id", "{bucket}"),
            ("arn", "arn:{partition}:s3:::{bucket}"),
            ("bucket_domain_name", "{bucket}.s3.{suffix}"),
            (
                "bucket_regional_domain_name",
                "{bucket}.s3.{region}.{suffix}",
            ),
            ("bucket_region", "{region}"),
            ("hosted_zone_id", "Z{upper13}"),
            ("acceleration_status", ""),
            ("request_payer", "BucketOwner"),
        ],
    ),
    (
        "aws_s3_object",
        &[
            ("id", "{bucket}/{key}"),
            ("arn", "arn:{partition}:s3:::{bucket}/{key}"),
            ("etag", "{hex32}"),
            ("storage_class", "STANDARD"),
        ],
    ),
    (
        "aws_scheduler_schedule",
        &[
            ("id", "{group_name}/{name}"),
            ("group_name", "default"),
            (
                "arn",
                "arn:{partition}:scheduler:{region}:{account}:schedule/{group_name}/{name}",
            ),
        ],
    ),
    (
        "aws_secretsmanager_secret",
        &[
            (
                "arn",
                "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{alnum6}",
            ),
            ("id", "{arn}"),
        ],
    ),
    (
        "aws_secretsmanager_secret_version",
        &[
            ("version_id", "{uuid}"),
            ("arn", "{secret_id}"),
            ("secret_arn", "{secret_id}"),
            ("id", "{secret_id}|{version_id}"),
        ],
    ),
    (
        "aws_security_group",
        &[
            ("id", "sg-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:security-group/{id}",
            ),
        ],
    ),
    (
        "aws_security_group_rule",
        &[
            ("id", "sgrule-{digits10}"),
            ("security_group_rule_id", "sgr-{hex17}"),
        ],
    ),
    (
        "aws_service_discovery_http_namespace",
        &[
            ("id", "ns-{lower16}"),
            (
                "arn",
                "arn:{partition}:servicediscovery:{region}:{account}:namespace/{id}",
            ),
            ("http_name", "{name}"),
        ],
    ),
    (
        "aws_service_discovery_private_dns_namespace",
        &[
            ("id", "ns-{lower16}"),
            (
                "arn",
                "arn:{partition}:servicediscovery:{region}:{account}:namespace/{id}",
            ),
            ("hosted_zone", "Z{upper20}"),
        ],
    ),
    (
        "aws_service_discovery_service",
        &[
            ("id", "srv-{lower16}"),
            (
                "arn",
                "arn:{partition}:servicediscovery:{region}:{account}:service/{id}",
            ),
        ],
    ),
    (
        "aws_sns_topic",
        &[
            ("arn", "arn:{partition}:sns:{region}:{account}:{name}"),
            ("id", "{arn}"),
        ],
    ),
    ("aws_sns_topic_policy", &[("id", "{arn}")]),
    (
        "aws_sns_topic_subscription",
        &[("arn", "{topic_arn}:{uuid}"), ("id", "{arn}")],
    ),
    (
        "aws_sqs_queue",
        &[
            ("id", "https://sqs.{region}.{suffix}/{account}/{name}"),
            ("url", "{id}"),
            ("arn", "arn:{partition}:sqs:{region}:{account}:{name}"),
        ],
    ),
    (
        "aws_ssm_parameter",
        &[
            ("id", "{name}"),
            (
                "arn",
                "arn:{partition}:ssm:{region}:{account}:parameter{slash}{name}",
            ),
            ("version", "{next}"),
            ("data_type", "text"),
            ("tier", "Standard"),
        ],
    ),
    (
        "aws_subnet",
        &[
            ("id", "subnet-{hex17}"),
            ("arn", "arn:{partition}:ec2:{region}:{account}:subnet/{id}"),
            ("availability_zone", "{region}a"),
            ("availability_zone_id", "{zone_id}"),
            ("private_dns_hostname_type_on_launch", "ip-name"),
            ("ipv6_cidr_block", ""),
        ],
    ),
    (
        "aws_vpc",
        &[
            ("id", "vpc-{hex17}"),
            ("arn", "arn:{partition}:ec2:{region}:{account}:vpc/{id}"),
            ("default_security_group_id", "sg-{hex17}"),
            ("default_network_acl_id", "acl-{hex17}"),
            ("default_route_table_id", "rtb-{hex17}"),
            ("main_route_table_id", "{default_route_table_id}"),
            ("dhcp_options_id", "dopt-{hex17}"),
            ("ipv6_association_id", ""),
            ("ipv6_cidr_block", ""),
        ],
    ),
    (
        "aws_vpc_dhcp_options",
        &[
            ("id", "dopt-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:dhcp-options/{id}",
            ),
        ],
    ),
    (
        "aws_vpc_endpoint",
        &[
            ("id", "vpce-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}",
            ),
            ("prefix_list_id", "pl-{hex8}"),
            ("state", "available"),
            ("ip_address_type", "ipv4"),
            ("service_region", "{region}"),
        ],
    ),
    (
        "aws_vpc_endpoint_service",
        &[
            ("id", "vpce-svc-{hex17}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/{id}",
            ),
            ("service_name", "com.amazonaws.vpce.{region}.{id}"),
            ("service_type", "Interface"),
            ("state", "Available"),
        ],
    ),
    (
        "aws_vpc_security_group_egress_rule",
        &[
            ("id", "sgr-{hex17}"),
            ("security_group_rule_id", "{id}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:security-group-rule/{id}",
            ),
        ],
    ),
    (
        "aws_vpc_security_group_ingress_rule",
        &[
            ("id", "sgr-{hex17}"),
            ("security_group_rule_id", "{id}"),
            (
                "arn",
                "arn:{partition}:ec2:{region}:{account}:security-group-rule/{id}",
            ),
        ],
    ),
];

/// Attributes that mean the same in every type.
const COMMON: &[(&str, &str)] = &[
    ("account_id", "{account}"),
    ("aws_account_id", "{account}"),
    ("bucket", "{bucket_prefix}{digits26}"),
    ("create_date", "2026-01-01T00:00:00Z"),
    ("creation_date", "2026-01-01T00:00:00Z"),
    ("creation_time", "2026-01-01T00:00:00Z"),
    ("created_at", "2026-01-01T00:00:00Z"),
    ("created_date", "2026-01-01T00:00:00Z"),
    ("ipv6_cidr_block_association_id", ""),
    ("last_modified", "2026-01-01T00:00:00Z"),
    ("name_prefix", ""),
    ("bucket_prefix", ""),
    ("owner_id", "{account}"),
    ("owner", "{account}"),
    ("region", "{region}"),
    ("registry_id", "{account}"),
    ("status", "ACTIVE"),
    ("state", "ACTIVE"),
];

/// Fills what is unknown in a resource that was just made or changed.
pub(crate) struct Generator<'a> {
    pub(crate) kind: &'a str,
    pub(crate) block: &'a Block,
    pub(crate) region: &'a str,
    /// What tells this resource from one with the same arguments.
    pub(crate) copy: usize,
    pub(crate) prior: Option<&'a Object>,
}

impl Generator<'_> {
    /// Replaces everything unknown by what AWS might have said.
    pub(crate) fn fill(&self, planned: &Object) -> Object {
        let seed = self.seed(planned);
        let mut state = planned.clone();
        for name in self.block.attributes.keys() {
            self.settle(&mut state, name, &seed);
        }
        for (name, nested) in &self.block.blocks {
            let value = get(&state, name).clone();
            let filled = self.fill_nested(&nested.block, nested.nesting, &value, &seed, name);
            state.insert(name.clone(), filled);
        }
        state
    }

    /// The made-up value of one attribute, for a resource known by these.
    pub(crate) fn value(&self, state: &Object, name: &str) -> Value {
        let seed = self.seed(state);
        let mut state = state.clone();
        state.insert(name.to_owned(), Value::unknown());
        self.settle(&mut state, name, &seed);
        get(&state, name).clone()
    }

    fn seed(&self, known: &Object) -> String {
        let json = Value::Map(known.clone()).to_json();
        format!("{} {} {} {json}", self.kind, self.region, self.copy)
    }

    /// Makes one attribute known, and what it's written with before it.
    fn settle(&self, state: &mut Object, name: &str, seed: &str) {
        let Some(attribute) = self.block.attributes.get(name) else {
            return;
        };
        if get(state, name).is_wholly_known() {
            return;
        }
        let known = match get(state, name) {
            Value::Unknown(_) => {
                let text = self.template(attribute, name);
                let text = text.map(|text| self.render(&text, state, seed, name));
                Self::typed(attribute, text)
            }
            partly => self.known_part(partly),
        };
        state.insert(name.to_owned(), known);
    }

    fn known_part(&self, value: &Value) -> Value {
        match value {
            Value::Unknown(_) => Value::from("unknown"),
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.known_part(item)).collect())
            }
            Value::Map(items) => Value::Map(
                items
                    .iter()
                    .map(|(key, item)| (key.clone(), self.known_part(item)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn template(&self, attribute: &Attribute, name: &str) -> Option<String> {
        let written = WRITTEN
            .iter()
            .find(|(kind, _)| *kind == self.kind)
            .and_then(|(_, attributes)| attributes.iter().find(|(written, _)| *written == name))
            .or_else(|| COMMON.iter().find(|(common, _)| *common == name))
            .map(|(_, text)| (*text).to_owned());
        written.or_else(|| self.guess(attribute, name))
    }

    /// What the attribute's name suggests, for types not written down above.
    fn guess(&self, attribute: &Attribute, name: &str) -> Option<String> {
        if !matches!(attribute.kind, Type::String) {
            return None;
        }
        let service = self.kind.split('_').nth(1).unwrap_or("aws");
        let noun = self
            .kind
            .splitn(3, '_')
            .nth(2)
            .unwrap_or("thing")
            .replace('_', "-");
        let has = |name: &str| self.block.attributes.contains_key(name);
        let own = [
            "name",
            "bucket",
            "alarm_name",
            "function_name",
            "identifier",
        ]
        .into_iter()
        .find(|own| has(own) && *own != name);
        Some(match (name, own) {
            ("id", Some(own)) => format!("{{{own}}}"),
            ("id", None) => format!("{noun}-{{hex17}}"),
            ("name", _) if has("name_prefix") => "{name_prefix}{digits26}".to_owned(),
            ("name", _) => "terraform-{digits26}".to_owned(),
            ("arn", _) if has("id") => {
                format!("arn:{{partition}}:{service}:{{region}}:{{account}}:{noun}/{{id|last}}")
            }
            ("arn", _) => {
                format!("arn:{{partition}}:{service}:{{region}}:{{account}}:{noun}/{{hex17}}")
            }
            _ if attribute.optional => return None,
            _ if name.ends_with("_arn") => {
                let noun = name.trim_end_matches("_arn").replace('_', "-");
                format!("arn:{{partition}}:{service}:{{region}}:{{account}}:{noun}/{{hex17}}")
            }
            _ if name.ends_with("owner_id") => "{account}".to_owned(),
            _ if name.ends_with("_id") => format!(
                "{}-{{hex17}}",
                name.trim_end_matches("_id").replace('_', "-")
            ),
            _ if name.ends_with("url") => {
                format!("https://{{hex10}}.{service}.{{region}}.{{suffix}}/")
            }
            _ if name.contains("endpoint")
                || name.contains("dns_name")
                || name.contains("domain_name") =>
            {
                format!("{{hex10}}.{service}.{{region}}.{{suffix}}")
            }
            _ => format!("{}-{{hex8}}", name.replace('_', "-")),
        })
    }

    /// What nothing is written about stays null where it could have been given.
    fn typed(attribute: &Attribute, text: Option<String>) -> Value {
        let is_scalar = matches!(attribute.kind, Type::String | Type::Number);
        if text.is_none() && attribute.optional && is_scalar {
            return Value::Null;
        }
        Self::of_type(&attribute.kind, &text.unwrap_or_default())
    }

    fn of_type(kind: &Type, text: &str) -> Value {
        match kind {
            Type::String => Value::from(text),
            Type::Bool => Value::Bool(text == "true"),
            Type::Number => Value::from(text.parse::<i64>().unwrap_or(0)),
            Type::List(_) | Type::Set(_) => Value::List(Vec::new()),
            Type::Map(_) => Value::Map(Object::new()),
            Type::Object(fields) => Value::Map(
                fields
                    .iter()
                    .map(|(field, kind)| (field.clone(), Self::of_type(kind, "")))
                    .collect(),
            ),
        }
    }

    fn fill_nested(
        &self,
        block: &Block,
        nesting: Nesting,
        value: &Value,
        seed: &str,
        place: &str,
    ) -> Value {
        match (nesting, value) {
            (Nesting::List | Nesting::Set, Value::List(items)) => Value::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        let place = format!("{place}.{index}");
                        self.fill_nested(block, Nesting::Single, item, seed, &place)
                    })
                    .collect(),
            ),
            (Nesting::Single, Value::Map(items)) => {
                let attributes = block.attributes.iter().map(|(name, attribute)| {
                    let value = match get(items, name) {
                        Value::Unknown(_) => {
                            let mut state = items.clone();
                            let text = self
                                .template(attribute, name)
                                .filter(|_| !attribute.optional || name.starts_with("managed_"))
                                .map(|text| {
                                    self.render(&text, &mut state, seed, &format!("{place}.{name}"))
                                });
                            Self::typed(attribute, text)
                        }
                        known => self.known_part(known),
                    };
                    (name.clone(), value)
                });
                let blocks = block.blocks.iter().map(|(name, nested)| {
                    let place = format!("{place}.{name}");
                    let value = get(items, name);
                    let value =
                        self.fill_nested(&nested.block, nested.nesting, value, seed, &place);
                    (name.clone(), value)
                });
                Value::Map(attributes.chain(blocks).collect())
            }
            // A dynamic block whose number nobody knew turned out empty.
            (Nesting::List | Nesting::Set, Value::Unknown(_)) => Value::List(Vec::new()),
            (Nesting::Single, Value::Unknown(_)) => Value::Null,
            (_, other) => other.clone(),
        }
    }

    fn render(&self, template: &str, state: &mut Object, seed: &str, name: &str) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            let word = &rest[start + 1..start + length];
            text.push_str(&rest[..start]);
            if rest[..start].ends_with('$') {
                text.push_str(&rest[start..=start + length]);
            } else {
                text.push_str(&self.word(word, state, seed, name));
            }
            rest = &rest[start + length + 1..];
        }
        text + rest
    }

    fn word(&self, word: &str, state: &mut Object, seed: &str, name: &str) -> String {
        let partition = partition(self.region);
        match word {
            "account" => return ACCOUNT.to_owned(),
            "partition" => return partition.to_owned(),
            "suffix" => return dns_suffix(partition).to_owned(),
            "region" => {
                let region = get(state, "region").as_str().unwrap_or(self.region);
                return region.to_owned();
            }
            "next" => {
                let before = self.prior.and_then(|prior| get(prior, name).as_i64());
                return (before.unwrap_or(0) + 1).to_string();
            }
            "path?" => return get(state, "path").as_str().unwrap_or("/").to_owned(),
            // An ARN has one slash between `parameter` and the name.
            "slash" => {
                let is_path = get(state, "name")
                    .as_str()
                    .is_some_and(|name| name.starts_with('/'));
                return if is_path { "" } else { "/" }.to_owned();
            }
            "zone_id" if self.block.attributes.contains_key("availability_zone") => {
                self.settle(state, "availability_zone", seed);
                return zone_id(get(state, "availability_zone").as_str().unwrap_or_default());
            }
            "octet" => {
                let byte = digest(seed, name)[0];
                return (1 + byte % 254).to_string();
            }
            "uuid" => return uuid(&hex(seed, name, 32)),
            _ => {}
        }
        let alphabets: [(&str, &[u8]); 5] = [
            ("hex", b"0123456789abcdef"),
            ("lower", b"abcdefghijklmnopqrstuvwxyz0123456789"),
            ("digits", b"0123456789"),
            ("upper", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            (
                "alnum",
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            ),
        ];
        for (prefix, alphabet) in alphabets {
            if let Some(length) = word.strip_prefix(prefix).and_then(|rest| rest.parse().ok()) {
                return letters(seed, name, alphabet, length);
            }
        }
        let (attribute, part) = word.split_once('|').unwrap_or((word, ""));
        self.settle(state, attribute, seed);
        let text = match get(state, attribute) {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        match part {
            "last" => last(&text).to_owned(),
            "short" => text.chars().take(3).collect(),
            _ => text,
        }
    }
}

/// What follows the last slash or colon: a name out of an ARN.
pub(crate) fn last(text: &str) -> &str {
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// `eu-west-1b` has the id `euw1-az2` in this account.
pub(crate) fn zone_id(zone: &str) -> String {
    let mut parts = zone.split('-');
    let area = parts.next().unwrap_or_default();
    let direction: String = parts
        .clone()
        .take(parts.clone().count().saturating_sub(1))
        .filter_map(|part| part.chars().next())
        .collect();
    let end = parts.next_back().unwrap_or_default();
    let (number, letter) = end.split_at(end.len().saturating_sub(1));
    let index = letter
        .bytes()
        .next()
        .map_or(1, |letter| letter.wrapping_sub(b'a') + 1);
    format!("{area}{direction}{number}-az{index}")
}

pub(crate) fn hex(seed: &str, name: &str, length: usize) -> String {
    letters(seed, name, b"0123456789abcdef", length)
}

/// As many letters of an alphabet as asked for, the same for the same seed.
pub(crate) fn letters(seed: &str, name: &str, alphabet: &[u8], length: usize) -> String {
    (0..)
        .flat_map(|round| digest(seed, &format!("{name}{round}")))
        .take(length)
        .map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]))
        .collect()
}

fn digest(seed: &str, name: &str) -> [u8; 32] {
    Sha256::digest(format!("{seed}\n{name}")).into()
}

fn uuid(hex: &str) -> String {
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..32]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Provider;
    use crate::value::conform;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    fn check(kind: &str, known: serde_json::Value, attribute: &str, expected: &str) {
        let provider = Provider::load().unwrap();
        let block = &provider.resources[kind].block;
        let mut planned = conform(&Value::from_json(&known), block);
        for (name, attribute) in &block.attributes {
            if attribute.computed && planned[name].is_null() {
                planned.insert(name.clone(), Value::unknown());
            }
        }
        let generator = Generator {
            kind,
            block,
            region: "eu-west-1",
            copy: 0,
            prior: None,
        };
        let state = generator.fill(&planned);
        assert!(Value::Map(state.clone()).is_wholly_known());
        assert_eq!(state[attribute], Value::from(expected));
    }

    #[test]
    fn arns_are_written_as_aws_writes_them() {
        let service = serde_json::json!({
            "name": "web", "cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/main",
        });
        check(
            "aws_ecs_service",
            service,
            "id",
            "arn:aws:ecs:eu-west-1:123456789012:service/main/web",
        );
        let task = serde_json::json!({ "family": "web" });
        check(
            "aws_ecs_task_definition",
            task,
            "arn",
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1",
        );
        let role = serde_json::json!({ "name": "web" });
        check(
            "aws_iam_role",
            role,
            "arn",
            "arn:aws:iam::123456789012:role/web",
        );
        let bucket = serde_json::json!({ "bucket": "b" });
        check("aws_s3_bucket", bucket, "arn", "arn:aws:s3:::b");
        let parameter = serde_json::json!({ "name": "/a/b" });
        check(
            "aws_ssm_parameter",
            parameter,
            "arn",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
        );
    }

    #[test]
    fn every_attribute_written_down_is_in_the_schema() {
        let provider = Provider::load().unwrap();
        for (kind, attributes) in WRITTEN {
            let resource = provider
                .resources
                .get(*kind)
                .unwrap_or_else(|| panic!("no `{kind}`"));
            for (name, _) in *attributes {
                let nested = resource
                    .block
                    .blocks
                    .values()
                    .any(|nested| nested.block.attributes.contains_key(*name));
                assert!(
                    nested || resource.block.attributes.contains_key(*name),
                    "`{kind}` has no `{name}`"
                );
            }
        }
    }

    #[test]
    fn zones_have_ids() {
        assert_eq!(zone_id("eu-west-1b"), "euw1-az2");
        assert_eq!(zone_id("us-gov-west-1a"), "usgw1-az1");
        assert_eq!(zone_id("ap-northeast-1c"), "apn1-az3");
    }
}
