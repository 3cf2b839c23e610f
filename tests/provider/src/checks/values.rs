//! Values that must be among a few, lengths, ranges and the shape of names.
//!
//! Sources: AWS's API models (botocore 1.44) and the provider's validators.

use std::sync::LazyLock;

use regex::Regex;

use super::refuse;
use crate::diagnostic::Problem;
use crate::value::{Object, Value, get};

enum Rule {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One of these numbers.
    Number(&'static [i64]),
    /// A number in this range.
    Between(i64, i64),
    /// A number in this range, or 0.
    ZeroOr(i64, i64),
    /// A text of this many characters, all of which are letters, digits or these.
    Name(usize, usize, &'static str),
    /// A text that only a function can tell.
    Shape(fn(&str) -> bool, &'static str),
}
use Rule::{Between, Name, Number, OneOf, Shape, ZeroOr};

const RETENTION: Rule = Number(&[
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]);
const SWITCH: Rule = OneOf(&["ENABLED", "DISABLED"]);
const GROUP_DESCRIPTION: Rule = Shape(
    |text| {
        text.len() <= 255
            && text.chars().all(|letter| {
                letter.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(letter)
            })
    },
    "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
);

/// By type and attribute; dots lead into blocks.
const RULES: &[(&str, &str, Rule)] = &[
    (
        "aws_appautoscaling_target",
        "service_namespace",
        OneOf(&[
            "appstream",
            "cassandra",
            "comprehend",
            "custom-resource",
            "dynamodb",
            "ec2",
            "ecs",
            "elasticache",
            "elasticmapreduce",
            "kafka",
            "lambda",
            "neptune",
            "rds",
            "sagemaker",
            "workspaces",
        ]),
    ),
    ("aws_autoscaling_group", "name", Name(1, 255, "._-/ :#@+=")),
    (
        "aws_autoscaling_group",
        "health_check_type",
        OneOf(&["EC2", "ELB"]),
    ),
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html: 0 or a day; the provider: a year.
    (
        "aws_autoscaling_group",
        "max_instance_lifetime",
        ZeroOr(86_400, 31_536_000),
    ),
    (
        "aws_autoscaling_group",
        "instance_maintenance_policy.min_healthy_percentage",
        Between(-1, 100),
    ),
    (
        "aws_autoscaling_group",
        "instance_maintenance_policy.max_healthy_percentage",
        Between(-1, 200),
    ),
    (
        "aws_autoscaling_group",
        "instance_refresh.strategy",
        OneOf(&["Rolling"]),
    ),
    (
        "aws_autoscaling_group",
        "instance_refresh.preferences.scale_in_protected_instances",
        OneOf(&["Refresh", "Ignore", "Wait"]),
    ),
    (
        "aws_autoscaling_group",
        "instance_refresh.preferences.min_healthy_percentage",
        Between(0, 100),
    ),
    // The patterns of the names in the API model of botocore 1.44.
    ("aws_backup_plan", "rule.rule_name", Name(1, 50, "-_.")),
    (
        "aws_backup_plan",
        "rule.target_vault_name",
        Name(2, 50, "-_"),
    ),
    ("aws_backup_selection", "name", Name(1, 50, "-_.")),
    ("aws_backup_vault", "name", Name(2, 50, "-_")),
    (
        "aws_budgets_budget",
        "name",
        Shape(
            |name| {
                (1..=100).contains(&name.chars().count())
                    && !name.contains([':', '\\'])
                    && !name.contains("/action/")
            },
            "1 to 100 characters without colon, backslash and /action/",
        ),
    ),
    (
        "aws_budgets_budget",
        "budget_type",
        OneOf(&[
            "USAGE",
            "COST",
            "RI_UTILIZATION",
            "RI_COVERAGE",
            "SAVINGS_PLANS_UTILIZATION",
            "SAVINGS_PLANS_COVERAGE",
        ]),
    ),
    (
        "aws_budgets_budget",
        "time_unit",
        OneOf(&["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"]),
    ),
    (
        "aws_budgets_budget",
        "limit_amount",
        Shape(is_amount, "a number such as 500 or 0.5, without a sign"),
    ),
    (
        "aws_budgets_budget",
        "notification.comparison_operator",
        OneOf(&["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]),
    ),
    (
        "aws_budgets_budget",
        "notification.notification_type",
        OneOf(&["ACTUAL", "FORECASTED"]),
    ),
    (
        "aws_budgets_budget",
        "notification.threshold_type",
        OneOf(&["PERCENTAGE", "ABSOLUTE_VALUE"]),
    ),
    (
        "aws_budgets_budget",
        "notification.subscriber_email_addresses",
        Shape(is_address, "an e-mail address"),
    ),
    ("aws_cloudwatch_log_group", "name", Name(1, 512, "._-/#")),
    ("aws_cloudwatch_log_group", "retention_in_days", RETENTION),
    (
        "aws_cloudwatch_log_group",
        "log_group_class",
        OneOf(&["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]),
    ),
    ("aws_cloudwatch_event_rule", "name", Name(1, 64, "._-")),
    (
        "aws_cloudwatch_event_rule",
        "description",
        Shape(|text| text.chars().count() <= 512, "at most 512 characters"),
    ),
    (
        "aws_cloudwatch_event_target",
        "target_id",
        Name(1, 64, "._-"),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        Shape(
            |name| (1..=255).contains(&name.chars().count()),
            "1 to 255 characters",
        ),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        "comparison_operator",
        OneOf(&[
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
            "LessThanLowerOrGreaterThanUpperThreshold",
            "LessThanLowerThreshold",
            "GreaterThanUpperThreshold",
        ]),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        "statistic",
        OneOf(&["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        "treat_missing_data",
        OneOf(&["missing", "ignore", "breaching", "notBreaching"]),
    ),
    (
        "aws_codebuild_project",
        "name",
        Shape(
            |name| {
                (2..=150).contains(&name.len())
                    && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
                    && name
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
            },
            "2 to 150 letters, digits, hyphens and underscores, a letter or digit first",
        ),
    ),
    ("aws_codebuild_project", "build_timeout", Between(5, 2160)),
    ("aws_codebuild_project", "queued_timeout", Between(5, 480)),
    (
        "aws_codebuild_project",
        "artifacts.type",
        OneOf(&["CODEPIPELINE", "S3", "NO_ARTIFACTS"]),
    ),
    (
        "aws_codebuild_project",
        "source.type",
        OneOf(&[
            "CODECOMMIT",
            "CODEPIPELINE",
            "GITHUB",
            "GITLAB",
            "GITLAB_SELF_MANAGED",
            "S3",
            "BITBUCKET",
            "GITHUB_ENTERPRISE",
            "NO_SOURCE",
        ]),
    ),
    (
        "aws_codebuild_project",
        "environment.type",
        OneOf(&[
            "WINDOWS_CONTAINER",
            "LINUX_CONTAINER",
            "LINUX_GPU_CONTAINER",
            "ARM_CONTAINER",
            "WINDOWS_SERVER_2019_CONTAINER",
            "WINDOWS_SERVER_2022_CONTAINER",
            "LINUX_LAMBDA_CONTAINER",
            "ARM_LAMBDA_CONTAINER",
            "LINUX_EC2",
            "ARM_EC2",
            "WINDOWS_EC2",
            "MAC_ARM",
        ]),
    ),
    (
        "aws_codebuild_project",
        "environment.compute_type",
        OneOf(&[
            "BUILD_GENERAL1_SMALL",
            "BUILD_GENERAL1_MEDIUM",
            "BUILD_GENERAL1_LARGE",
            "BUILD_GENERAL1_XLARGE",
            "BUILD_GENERAL1_2XLARGE",
            "BUILD_LAMBDA_1GB",
            "BUILD_LAMBDA_2GB",
            "BUILD_LAMBDA_4GB",
            "BUILD_LAMBDA_8GB",
            "BUILD_LAMBDA_10GB",
            "ATTRIBUTE_BASED_COMPUTE",
            "CUSTOM_INSTANCE_TYPE",
        ]),
    ),
    (
        "aws_codebuild_project",
        "environment.image_pull_credentials_type",
        OneOf(&["CODEBUILD", "SERVICE_ROLE"]),
    ),
    (
        "aws_codebuild_project",
        "logs_config.cloudwatch_logs.status",
        SWITCH,
    ),
    ("aws_dynamodb_table", "name", Name(3, 255, "._-")),
    (
        "aws_dynamodb_table",
        "billing_mode",
        OneOf(&["PROVISIONED", "PAY_PER_REQUEST"]),
    ),
    (
        "aws_dynamodb_table",
        "attribute.type",
        OneOf(&["S", "N", "B"]),
    ),
    (
        "aws_dynamodb_table",
        "point_in_time_recovery.recovery_period_in_days",
        Between(1, 35),
    ),
    (
        "aws_dynamodb_table",
        "table_class",
        OneOf(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    ),
    (
        "aws_ecr_repository",
        "name",
        Shape(
            is_repository,
            "2 to 256 lower-case letters, digits, hyphens, underscores, dots and slashes, a letter or digit around each",
        ),
    ),
    (
        "aws_ecr_repository",
        "image_tag_mutability",
        OneOf(&[
            "MUTABLE",
            "IMMUTABLE",
            "IMMUTABLE_WITH_EXCLUSION",
            "MUTABLE_WITH_EXCLUSION",
        ]),
    ),
    (
        "aws_ecs_account_setting_default",
        "name",
        OneOf(&[
            "serviceLongArnFormat",
            "taskLongArnFormat",
            "containerInstanceLongArnFormat",
            "awsvpcTrunking",
            "containerInsights",
            "fargateFIPSMode",
            "tagResourceAuthorization",
            "fargateTaskRetirementWaitPeriod",
            "guardDutyActivate",
            "defaultLogDriverMode",
            "fargateEventWindows",
        ]),
    ),
    ("aws_ecs_capacity_provider", "name", Name(1, 255, "_-")),
    (
        "aws_ecs_capacity_provider",
        "name",
        Shape(
            is_free_prefix,
            "a name that doesn't begin with aws, ecs or fargate",
        ),
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_draining",
        SWITCH,
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_termination_protection",
        SWITCH,
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_scaling.status",
        SWITCH,
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_scaling.target_capacity",
        Between(1, 100),
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_scaling.minimum_scaling_step_size",
        Between(1, 10_000),
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_scaling.maximum_scaling_step_size",
        Between(1, 10_000),
    ),
    (
        "aws_ecs_capacity_provider",
        "auto_scaling_group_provider.managed_scaling.instance_warmup_period",
        Between(0, 10_000),
    ),
    ("aws_ecs_cluster", "name", Name(1, 255, "_-")),
    (
        "aws_ecs_cluster",
        "setting.name",
        OneOf(&["containerInsights"]),
    ),
    (
        "aws_ecs_cluster",
        "setting.value",
        OneOf(&["enabled", "enhanced", "disabled"]),
    ),
    (
        "aws_ecs_cluster",
        "configuration.execute_command_configuration.logging",
        OneOf(&["NONE", "DEFAULT", "OVERRIDE"]),
    ),
    (
        "aws_ecs_cluster_capacity_providers",
        "default_capacity_provider_strategy.base",
        Between(0, 100_000),
    ),
    (
        "aws_ecs_cluster_capacity_providers",
        "default_capacity_provider_strategy.weight",
        Between(0, 1000),
    ),
    ("aws_ecs_service", "name", Name(1, 255, "_-")),
    ("aws_ecs_service", "availability_zone_rebalancing", SWITCH),
    (
        "aws_ecs_service",
        "capacity_provider_strategy.base",
        Between(0, 100_000),
    ),
    (
        "aws_ecs_service",
        "capacity_provider_strategy.weight",
        Between(0, 1000),
    ),
    (
        "aws_ecs_service",
        "deployment_maximum_percent",
        Between(0, 200),
    ),
    (
        "aws_ecs_service",
        "deployment_minimum_healthy_percent",
        Between(0, 100),
    ),
    ("aws_ecs_service", "desired_count", Between(0, 10_000)),
    (
        "aws_ecs_service",
        "launch_type",
        OneOf(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]),
    ),
    (
        "aws_ecs_service",
        "propagate_tags",
        OneOf(&["SERVICE", "TASK_DEFINITION", "NONE"]),
    ),
    (
        "aws_ecs_service",
        "scheduling_strategy",
        OneOf(&["REPLICA", "DAEMON"]),
    ),
    (
        "aws_ecs_service",
        "ordered_placement_strategy.type",
        OneOf(&["random", "spread", "binpack"]),
    ),
    (
        "aws_ecs_service",
        "placement_constraints.type",
        OneOf(&["distinctInstance", "memberOf"]),
    ),
    (
        "aws_ecs_service",
        "service_connect_configuration.service.client_alias.port",
        Between(1, 65_535),
    ),
    ("aws_ecs_task_definition", "family", Name(1, 255, "_-")),
    (
        "aws_ecs_task_definition",
        "network_mode",
        OneOf(&["bridge", "host", "awsvpc", "none"]),
    ),
    (
        "aws_ecs_task_definition",
        "requires_compatibilities",
        OneOf(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]),
    ),
    (
        "aws_ecs_task_definition",
        "ipc_mode",
        OneOf(&["host", "task", "none"]),
    ),
    (
        "aws_ecs_task_definition",
        "pid_mode",
        OneOf(&["host", "task"]),
    ),
    (
        "aws_ecs_task_definition",
        "runtime_platform.cpu_architecture",
        OneOf(&["X86_64", "ARM64"]),
    ),
    (
        "aws_flow_log",
        "traffic_type",
        OneOf(&["ACCEPT", "REJECT", "ALL"]),
    ),
    (
        "aws_flow_log",
        "max_aggregation_interval",
        Number(&[60, 600]),
    ),
    (
        "aws_flow_log",
        "log_destination_type",
        OneOf(&["cloud-watch-logs", "s3", "kinesis-data-firehose"]),
    ),
    ("aws_iam_instance_profile", "name", Name(1, 128, "+=,.@_-")),
    ("aws_iam_policy", "name", Name(1, 128, "+=,.@_-")),
    ("aws_iam_role", "name", Name(1, 64, "+=,.@_-")),
    ("aws_iam_role", "name_prefix", Name(1, 38, "+=,.@_-")),
    (
        "aws_iam_role",
        "max_session_duration",
        Between(3600, 43_200),
    ),
    ("aws_iam_role_policy", "name", Name(1, 128, "+=,.@_-")),
    (
        "aws_kms_alias",
        "name",
        Shape(
            |name| name.starts_with("alias/") && !name.starts_with("alias/aws/"),
            "a name that begins with alias/ and not with alias/aws/",
        ),
    ),
    ("aws_kms_key", "deletion_window_in_days", Between(7, 30)),
    ("aws_launch_template", "name", Name(3, 128, "()./_-")),
    ("aws_launch_template", "name_prefix", Name(1, 99, "()./_-")),
    (
        "aws_launch_template",
        "metadata_options.http_tokens",
        OneOf(&["optional", "required"]),
    ),
    (
        "aws_launch_template",
        "metadata_options.http_endpoint",
        OneOf(&["enabled", "disabled"]),
    ),
    (
        "aws_launch_template",
        "metadata_options.instance_metadata_tags",
        OneOf(&["enabled", "disabled"]),
    ),
    (
        "aws_launch_template",
        "metadata_options.http_put_response_hop_limit",
        Between(1, 64),
    ),
    (
        "aws_launch_template",
        "block_device_mappings.ebs.volume_type",
        OneOf(&["standard", "gp2", "gp3", "io1", "io2", "sc1", "st1"]),
    ),
    ("aws_lb", "name", Name(1, 32, "-")),
    (
        "aws_lb",
        "load_balancer_type",
        OneOf(&["application", "gateway", "network"]),
    ),
    (
        "aws_lb",
        "enforce_security_group_inbound_rules_on_private_link_traffic",
        OneOf(&["on", "off"]),
    ),
    (
        "aws_lb_listener",
        "alpn_policy",
        OneOf(&[
            "HTTP1Only",
            "HTTP2Only",
            "HTTP2Optional",
            "HTTP2Preferred",
            "None",
        ]),
    ),
    ("aws_lb_listener", "port", Between(1, 65_535)),
    (
        "aws_lb_listener",
        "tcp_idle_timeout_seconds",
        Between(60, 6_000),
    ),
    ("aws_lb_target_group", "name", Name(1, 32, "-")),
    (
        "aws_lb_target_group",
        "target_type",
        OneOf(&["instance", "ip", "lambda", "alb"]),
    ),
    (
        "aws_lb_target_group",
        "deregistration_delay",
        Between(0, 3_600),
    ),
    (
        "aws_lb_target_group",
        "health_check.interval",
        Between(5, 300),
    ),
    (
        "aws_lb_target_group",
        "health_check.timeout",
        Between(2, 120),
    ),
    (
        "aws_lb_target_group",
        "health_check.healthy_threshold",
        Between(2, 10),
    ),
    (
        "aws_lb_target_group",
        "health_check.unhealthy_threshold",
        Between(2, 10),
    ),
    (
        "aws_nat_gateway",
        "connectivity_type",
        OneOf(&["public", "private"]),
    ),
    (
        "aws_opensearch_domain",
        "domain_name",
        Shape(
            is_domain_name,
            "3 to 28 lower-case letters, digits and hyphens, a letter first",
        ),
    ),
    (
        "aws_opensearch_domain",
        "cluster_config.instance_type",
        Shape(
            |name| name.ends_with(".search"),
            "an instance type that ends in .search",
        ),
    ),
    (
        "aws_opensearch_domain",
        "cluster_config.dedicated_master_count",
        Number(&[3, 5]),
    ),
    (
        "aws_opensearch_domain",
        "cluster_config.zone_awareness_config.availability_zone_count",
        Number(&[2, 3]),
    ),
    (
        "aws_opensearch_domain",
        "domain_endpoint_options.tls_security_policy",
        OneOf(&[
            "Policy-Min-TLS-1-0-2019-07",
            "Policy-Min-TLS-1-2-2019-07",
            "Policy-Min-TLS-1-2-PFS-2023-10",
            "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
        ]),
    ),
    (
        "aws_opensearch_domain",
        "ebs_options.volume_type",
        OneOf(&["standard", "gp2", "gp3", "io1"]),
    ),
    (
        "aws_opensearch_domain",
        "ebs_options.volume_size",
        Between(10, 24_576),
    ),
    (
        "aws_opensearch_domain",
        "log_publishing_options.log_type",
        OneOf(&[
            "INDEX_SLOW_LOGS",
            "SEARCH_SLOW_LOGS",
            "ES_APPLICATION_LOGS",
            "AUDIT_LOGS",
        ]),
    ),
    (
        "aws_opensearch_domain",
        "engine_version",
        Shape(
            |text| text.starts_with("OpenSearch_") || text.starts_with("Elasticsearch_"),
            "OpenSearch_X.Y or Elasticsearch_X.Y",
        ),
    ),
    (
        "aws_s3_bucket",
        "bucket",
        Shape(
            is_bucket_name,
            "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit first and last, no two dots side by side, no IP address and none of the prefixes and suffixes that S3 keeps",
        ),
    ),
    ("aws_s3_bucket", "bucket_prefix", Name(1, 37, ".-")),
    (
        "aws_s3_bucket_lifecycle_configuration",
        "rule.status",
        OneOf(&["Enabled", "Disabled"]),
    ),
    (
        "aws_s3_bucket_ownership_controls",
        "rule.object_ownership",
        OneOf(&[
            "BucketOwnerPreferred",
            "ObjectWriter",
            "BucketOwnerEnforced",
        ]),
    ),
    (
        "aws_s3_bucket_server_side_encryption_configuration",
        "rule.apply_server_side_encryption_by_default.sse_algorithm",
        OneOf(&["AES256", "aws:kms", "aws:kms:dsse"]),
    ),
    (
        "aws_s3_bucket_versioning",
        "versioning_configuration.status",
        OneOf(&["Enabled", "Suspended", "Disabled"]),
    ),
    ("aws_secretsmanager_secret", "name", Name(1, 512, "/_+=.@-")),
    (
        "aws_secretsmanager_secret",
        "recovery_window_in_days",
        Number(&[
            0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
            29, 30,
        ]),
    ),
    (
        "aws_security_group",
        "name",
        Shape(
            |name| name.len() <= 255 && !name.starts_with("sg-"),
            "at most 255 characters, not beginning with sg-",
        ),
    ),
    (
        "aws_security_group",
        "name_prefix",
        Shape(
            |name| name.len() <= 100 && !name.starts_with("sg-"),
            "at most 100 characters, not beginning with sg-",
        ),
    ),
    ("aws_security_group", "description", GROUP_DESCRIPTION),
    ("aws_security_group_rule", "description", GROUP_DESCRIPTION),
    (
        "aws_security_group_rule",
        "type",
        OneOf(&["ingress", "egress"]),
    ),
    (
        "aws_service_discovery_http_namespace",
        "name",
        Shape(
            |name| {
                (1..=1024).contains(&name.len())
                    && name.chars().all(|letter| letter.is_ascii_graphic())
            },
            "1 to 1024 visible characters",
        ),
    ),
    ("aws_sns_topic", "name", Name(1, 256, "_-")),
    (
        "aws_sns_topic_subscription",
        "protocol",
        OneOf(&[
            "application",
            "email",
            "email-json",
            "firehose",
            "http",
            "https",
            "lambda",
            "sms",
            "sqs",
        ]),
    ),
    ("aws_ssm_parameter", "name", Name(1, 2048, "._-/")),
    (
        "aws_ssm_parameter",
        "type",
        OneOf(&["String", "StringList", "SecureString"]),
    ),
    (
        "aws_ssm_parameter",
        "tier",
        OneOf(&["Standard", "Advanced", "Intelligent-Tiering"]),
    ),
    (
        "aws_vpc",
        "instance_tenancy",
        OneOf(&["default", "dedicated"]),
    ),
    (
        "aws_vpc_endpoint",
        "vpc_endpoint_type",
        OneOf(&[
            "Gateway",
            "Interface",
            "GatewayLoadBalancer",
            "Resource",
            "ServiceNetwork",
        ]),
    ),
    (
        "aws_vpc_security_group_egress_rule",
        "description",
        GROUP_DESCRIPTION,
    ),
    (
        "aws_vpc_security_group_ingress_rule",
        "description",
        GROUP_DESCRIPTION,
    ),
];

pub(super) fn check(kind: &str, resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, path, rule) in RULES.iter().filter(|(name, ..)| *name == kind) {
        let parts: Vec<&str> = path.split('.').collect();
        visit(resource, &parts, "", &mut |place, value| {
            problems.extend(broken(rule, place, value));
        });
    }
    problems
}

/// Calls for every value at a path, elements of lists one by one.
fn visit(object: &Object, parts: &[&str], place: &str, call: &mut impl FnMut(&str, &Value)) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    let place = if place.is_empty() {
        (*first).to_owned()
    } else {
        format!("{place}.{first}")
    };
    match get(object, first) {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                match item {
                    Value::Map(block) => visit(block, rest, &format!("{place}.{index}"), call),
                    // An element of a set has no place of its own.
                    other => call(&place, other),
                }
            }
        }
        Value::Map(block) => visit(block, rest, &place, call),
        other => call(&place, other),
    }
}

fn broken(rule: &Rule, place: &str, value: &Value) -> Option<Problem> {
    let name = place.rsplit('.').next().unwrap_or(place);
    let expected = match (rule, value) {
        (OneOf(allowed), Value::String(text)) => (!text.is_empty()
            && !allowed.contains(&text.as_str()))
        .then(|| format!("to be one of {}", allowed.join(", "))),
        (Number(allowed), _) => value
            .as_i64()
            .filter(|number| !allowed.contains(number))
            .map(|_| {
                let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
                format!("to be one of {}", allowed.join(", "))
            }),
        (Between(least, most), _) => value
            .as_i64()
            .filter(|number| !(*least..=*most).contains(number))
            .map(|_| format!("to be in the range ({least} - {most})")),
        (ZeroOr(least, most), _) => value
            .as_i64()
            .filter(|number| *number != 0 && !(*least..=*most).contains(number))
            .map(|_| format!("to be 0 or in the range ({least} - {most})")),
        (Name(least, most, others), Value::String(text)) => {
            let fits = (*least..=*most).contains(&text.chars().count())
                && text
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter));
            (!text.is_empty() && !fits)
                .then(|| format!("to be {least} to {most} letters, digits and {others}"))
        }
        (Shape(fits, what), Value::String(text)) => {
            (!text.is_empty() && !fits(text)).then(|| format!("to be {what}"))
        }
        (OneOf(_) | Name(..) | Shape(..), _) => None,
    }?;
    let got = match value {
        Value::String(text) => format!("{text} ({} characters)", text.chars().count()),
        other => other.to_json().to_string(),
    };
    let detail = format!("expected {name} {expected}, got {got}");
    Some(refuse(place, &format!("Invalid value for {name}"), detail))
}

fn is_free_prefix(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !["aws", "ecs", "fargate"]
        .iter()
        .any(|taken| name.starts_with(taken))
}

/// As ECR's `RepositoryName`.
fn is_repository(name: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        let part = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*";
        Regex::new(&format!("^{part}(/{part})*$")).expect("the pattern of ECR's model")
    });
    (2..=256).contains(&name.len()) && NAME.is_match(name)
}

/// The pattern of `NumericValue` in the API model of AWS Budgets.
fn is_amount(text: &str) -> bool {
    let is_digits = |digits: &str| digits.chars().all(|digit| digit.is_ascii_digit());
    let (front, back) = text.rsplit_once('.').unwrap_or(("", text));
    is_digits(front) && !back.is_empty() && is_digits(back)
}

/// What any address is. The API model leaves the form of an address open; its documentation says that it is an e-mail's.
fn is_address(text: &str) -> bool {
    let sides = text.split_once('@');
    sides.is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty())
        && text.matches('@').count() == 1
        && !text.contains(char::is_whitespace)
}

fn is_domain_name(name: &str) -> bool {
    (3..=28).contains(&name.len())
        && name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket_name(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.starts_with(is_plain)
        && name.ends_with(is_plain)
        && !name.contains("..")
        && name
            .chars()
            .all(|letter| is_plain(letter) || ".-".contains(letter))
        && !(name.split('.').count() == 4
            && name
                .split('.')
                .all(|part| part.len() <= 3 && part.chars().all(|c| c.is_ascii_digit())))
        && !["xn--", "sthree-", "amzn-s3-demo-"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::checks::tests::check;
    use crate::schema::Provider;
    use serde_json::json;

    #[test]
    fn every_rule_is_about_an_attribute_of_the_schema() {
        let provider = Provider::load().unwrap();
        for (kind, path, _) in RULES {
            let resource = provider
                .resources
                .get(*kind)
                .unwrap_or_else(|| panic!("no `{kind}`"));
            let (blocks, attribute) = path.rsplit_once('.').unwrap_or(("", path));
            let block = blocks.split('.').filter(|name| !name.is_empty()).fold(
                &resource.block,
                |block, name| {
                    &block
                        .blocks
                        .get(name)
                        .unwrap_or_else(|| panic!("`{kind}` has no `{path}`"))
                        .block
                },
            );
            assert!(
                block.attributes.contains_key(attribute),
                "`{kind}` has no `{path}`"
            );
        }
    }

    #[test]
    fn retention_is_one_of_the_values_cloudwatch_has() {
        check(
            "aws_cloudwatch_log_group",
            json!({ "retention_in_days": 30 }),
            &[],
        );
        check(
            "aws_cloudwatch_log_group",
            json!({ "retention_in_days": 8 }),
            &[
                "expected retention_in_days to be one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got 8",
            ],
        );
    }

    #[test]
    fn a_domain_name_has_28_characters_at_most() {
        check(
            "aws_opensearch_domain",
            json!({ "domain_name": "a-visibility" }),
            &[],
        );
        check(
            "aws_opensearch_domain",
            json!({ "domain_name": "temporal-production-visibility" }),
            &[
                "expected domain_name to be 3 to 28 lower-case letters, digits and hyphens, a letter first, got temporal-production-visibility (30 characters)",
            ],
        );
    }

    #[test]
    fn a_budget_has_an_amount_and_an_address() {
        let budget = |amount: &str, address: &str| {
            json!({
                "limit_amount": amount,
                "notification": [{ "subscriber_email_addresses": [address] }],
            })
        };
        for amount in ["500", "0.5", ".5"] {
            check(
                "aws_budgets_budget",
                budget(amount, "costs@example.com"),
                &[],
            );
        }
        check(
            "aws_budgets_budget",
            budget("5e2", "costs"),
            &[
                "expected limit_amount to be a number such as 500 or 0.5, without a sign, got 5e2 (3 characters)",
                "expected subscriber_email_addresses to be an e-mail address, got costs (5 characters)",
            ],
        );
    }

    #[test]
    fn a_repository_has_a_letter_or_digit_around_each_separator() {
        for name in ["temporal/server", "a--b/c__d.e"] {
            check("aws_ecr_repository", json!({ "name": name }), &[]);
        }
        for name in ["temporal-/server", "Temporal/server", "a/", "a._b"] {
            let refused = format!(
                "expected name to be 2 to 256 lower-case letters, digits, hyphens, underscores, dots and slashes, a letter or digit around each, got {name} ({} characters)",
                name.len()
            );
            check("aws_ecr_repository", json!({ "name": name }), &[&refused]);
        }
        check(
            "aws_ecr_repository",
            json!({ "image_tag_mutability": "FIXED" }),
            &[
                "expected image_tag_mutability to be one of MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, got FIXED (5 characters)",
            ],
        );
    }

    #[test]
    fn a_bucket_may_have_dots() {
        for name in ["terraform.example.com", "a-1.b", "1000.0.0.1", "1.2.3.4.5"] {
            check("aws_s3_bucket", json!({ "bucket": name }), &[]);
        }
        for name in [
            "a..b",
            "192.168.5.4",
            "xn--a",
            "sthree-a",
            "amzn-s3-demo-a",
            "a-s3alias",
            "a--ol-s3",
            "a.mrap",
            "a--x-s3",
            "a--table-s3",
            "A.b",
            "a_b",
            ".ab",
            "ab.",
        ] {
            let refused = format!(
                "expected bucket to be 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit first and last, no two dots side by side, no IP address and none of the prefixes and suffixes that S3 keeps, got {name} ({} characters)",
                name.len()
            );
            check("aws_s3_bucket", json!({ "bucket": name }), &[&refused]);
        }
    }

    #[test]
    fn some_prefixes_belong_to_aws() {
        check(
            "aws_ecs_capacity_provider",
            json!({ "name": "ecs-main" }),
            &[
                "expected name to be a name that doesn't begin with aws, ecs or fargate, got ecs-main (8 characters)",
            ],
        );
    }
}
