//! `docs/security.md`: groups and their rules, roles and their actions, secrets, what is exposed.
//!
//! The rules and actions are the modules'; a test holds these tables to what Terraform applies.

use super::presence::Presence;
use crate::blueprint::Blueprint;
use crate::compose::markdown::Markdown;
use crate::environment::{Backend, Environment};
use crate::path::FieldPath;
use crate::rules::has_word;
use crate::tree::File;

pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::of(&["environments"]));
    page.text("# Security").paragraph(
        "Who may talk to whom, which role may do what, where the secrets are, and what can be reached from outside. Names \
         are without their first part, the project and the environment.",
    );
    network(blueprint, &mut page);
    roles(blueprint, &mut page);
    secrets(blueprint, &mut page);
    exposed(blueprint, &mut page);
    page.file()
}

/// Whether an environment has something.
type Has = fn(&Environment) -> bool;

const ALWAYS: Has = |_| true;
const LOKI: Has = |environment| environment.loki.is_some();
const UI: Has = |environment| environment.ui.is_some();
const BENCHMARK: Has = |environment| environment.benchmark.is_some();
const LEASE: Has = |environment| environment.lease_limit.is_some();
const ENDPOINTS: Has = |environment| environment.endpoints;
const FLAT_NAMES: Has = |environment| environment.migration.keep_flat_names;
const UI_AND_LOKI: Has = |environment| environment.ui.is_some() && environment.loki.is_some();
const BENCHMARK_AND_LOKI: Has =
    |environment| environment.benchmark.is_some() && environment.loki.is_some();

const ANYWHERE: &str = "anywhere";

/// A way from one security group to another.
struct Way {
    from: &'static str,
    to: &'static str,
    ports: &'static str,
    why: &'static str,
    key: &'static str,
    has: Has,
}

const fn way(
    from: &'static str,
    to: &'static str,
    ports: &'static str,
    why: &'static str,
    key: &'static str,
    has: Has,
) -> Way {
    Way {
        from,
        to,
        ports,
        why,
        key,
        has,
    }
}

#[rustfmt::skip] // one row a line
const WAYS: &[Way] = &[
    way("ring", "ring", "6933, 6934, 6935, 6939, 7233, 7234, 7235", "the four Temporal services among themselves; the task that makes the namespaces", "", ALWAYS),
    way("ecs-instances", "ring", "6933, 6934, 6935, 6939, 7233, 7234, 7235", "the flat root's tasks, while a deployment replaces them", "migration.keep_flat_names", FLAT_NAMES),
    way("temporal-ui", "temporal-frontend", "7233", "Temporal's API", "ui.enabled", UI),
    way("benchmark", "temporal-frontend", "7233", "Temporal's API", "benchmark.enabled", BENCHMARK),
    way("ring", "opensearch", "443", "visibility records", "opensearch", ALWAYS),
    way("opensearch-setup", "opensearch", "443", "the task that makes the index", "opensearch", ALWAYS),
    way("temporal-frontend", "loki", "3100", "logs", "loki.enabled", LOKI),
    way("temporal-history", "loki", "3100", "logs", "loki.enabled", LOKI),
    way("temporal-matching", "loki", "3100", "logs", "loki.enabled", LOKI),
    way("temporal-worker", "loki", "3100", "logs", "loki.enabled", LOKI),
    way("temporal-ui", "loki", "3100", "logs", "loki.enabled", UI_AND_LOKI),
    way("benchmark", "loki", "3100", "logs", "loki.enabled", BENCHMARK_AND_LOKI),
    way("grafana", "loki", "3100", "queries", "loki.enabled", LOKI),
    way("temporal-frontend", ANYWHERE, "5432", "Aurora DSQL, whose public endpoint has no address range to name", "dsql", ALWAYS),
    way("temporal-history", ANYWHERE, "5432", "Aurora DSQL", "dsql", ALWAYS),
    way("temporal-matching", ANYWHERE, "5432", "Aurora DSQL", "dsql", ALWAYS),
    way("temporal-worker", ANYWHERE, "5432", "Aurora DSQL", "dsql", ALWAYS),
    way("dsql-schema", ANYWHERE, "5432", "Aurora DSQL", "dsql", ALWAYS),
    way("egress", "vpc-endpoints", "443", "AWS without a way over the internet", "network.endpoints", ENDPOINTS),
    way("egress", ANYWHERE, "443", "AWS and the registries of the images; every task and host has this group", "network", ALWAYS),
];

fn network(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Who may talk to whom").paragraph(
        "By security group. What is not in this table is not let through: the default groups are empty, and no rule names \
         the network as a whole. The groups of the hosts let nothing in.",
    );
    let rows: Vec<_> = WAYS
        .iter()
        .filter_map(|way| {
            let presence = Presence::of(blueprint, way.key, way.has)?;
            let to = match way.to {
                ANYWHERE => ANYWHERE.to_owned(),
                group => format!("`{group}`"),
            };
            let cells = [
                format!("`{}`", way.from),
                to,
                way.ports.to_owned(),
                way.why.to_owned(),
                presence.names(),
            ];
            Some((presence.from, cells))
        })
        .collect();
    page.table(["From", "To", "Ports", "What for", "Environments"], rows);
    if let Some(kept) = Presence::of(blueprint, "migration.keep_flat_names", FLAT_NAMES) {
        let before = FieldPath::of(&["environments"]);
        page.from(&kept.from)
            .paragraph(&format!(
                "In {} the groups that the flat root made also have its rules, such as everything from the network, until they \
                 are revoked: [the migration's page](migration.md) says how.",
                kept.names()
            ))
            .from(&before);
    }
}

/// What a role may do.
struct Right {
    role: &'static str,
    who: &'static str,
    actions: &'static [&'static str],
    on: &'static str,
    key: &'static str,
    has: Has,
}

const fn right(
    role: &'static str,
    who: &'static str,
    actions: &'static [&'static str],
    on: &'static str,
    key: &'static str,
    has: Has,
) -> Right {
    Right {
        role,
        who,
        actions,
        on,
        key,
        has,
    }
}

/// What ECS Exec needs in a task.
const SESSION: &[&str] = &[
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "logs:DescribeLogGroups",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
];
const START: &[&str] = &[
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ssm:GetParameters",
];
const HOST: &[&str] = &[
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonSSMManagedInstanceCore",
];
const SESSIONS: &str = "sessions into its tasks, and their record";

#[rustfmt::skip] // one row a line
const RIGHTS: &[Right] = &[
    right("temporal-task", "the four Temporal services", &["dsql:DbConnectAdmin"], "the DSQL cluster", "dsql", ALWAYS),
    right("temporal-task", "the four Temporal services", &["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"], "the OpenSearch domain", "opensearch", ALWAYS),
    right("temporal-task", "the four Temporal services", &["dynamodb:GetItem", "dynamodb:UpdateItem"], "the table of the rate limiter", "", ALWAYS),
    right("temporal-task", "the four Temporal services", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], "the table of the connection leases", "lease.enabled", LEASE),
    right("temporal-task", "the four Temporal services", &["aps:RemoteWrite"], "the Prometheus workspace", "", ALWAYS),
    right("temporal-task", "the four Temporal services", SESSION, SESSIONS, "", ALWAYS),
    right("ui-task", "the web interface", SESSION, SESSIONS, "ui.enabled", UI),
    right("benchmark-task", "the benchmark", &["aps:RemoteWrite"], "the Prometheus workspace", "benchmark.enabled", BENCHMARK),
    right("benchmark-task", "the benchmark", SESSION, SESSIONS, "benchmark.enabled", BENCHMARK),
    right("grafana-task", "Grafana", &["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"], "the Prometheus workspace", "grafana", ALWAYS),
    right("grafana-task", "Grafana", &["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"], "all metrics, which have no ARN", "grafana", ALWAYS),
    right("grafana-task", "Grafana", SESSION, SESSIONS, "grafana", ALWAYS),
    right("loki-task", "Loki", &["s3:ListBucket", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"], "the bucket of the logs", "loki.enabled", LOKI),
    right("loki-task", "Loki", SESSION, SESSIONS, "loki.enabled", LOKI),
    right("dsql-schema", "the schema task", &["dsql:DbConnectAdmin"], "the DSQL cluster", "dsql", ALWAYS),
    right("opensearch-setup", "the index task", &["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"], "the OpenSearch domain", "opensearch", ALWAYS),
    right("ecs-execution", "ECS, to start tasks", START, "images, the environment's logs and parameters", "", ALWAYS),
    right("grafana-execution", "ECS, to start Grafana", START, "images, the environment's logs and parameters", "grafana", ALWAYS),
    right("grafana-execution", "ECS, to start Grafana", &["secretsmanager:GetSecretValue"], "the secret with Grafana's administrator", "grafana", ALWAYS),
    right("main-host", "the services' hosts", HOST, "AWS's policies for hosts of ECS and for Session Manager", "compute", ALWAYS),
    right("benchmark-host", "the benchmark's hosts", HOST, "AWS's policies for hosts of ECS and for Session Manager", "benchmark.enabled", BENCHMARK),
    right("vpc-flow-log", "the VPC", &["logs:DescribeLogGroups", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], "the log of the network's flows", "network", ALWAYS),
];

fn roles(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Roles").paragraph(
        "Every action of every role, and on what. Tasks can't take over the role of their host: the metadata service is \
         closed to them.",
    );
    let rows: Vec<_> = RIGHTS
        .iter()
        .filter_map(|right| {
            let presence = Presence::of(blueprint, right.key, right.has)?;
            let actions: Vec<String> = right
                .actions
                .iter()
                .map(|action| format!("`{action}`"))
                .collect();
            let cells = [
                format!("`{}`", right.role),
                right.who.to_owned(),
                actions.join(", "),
                right.on.to_owned(),
                presence.names(),
            ];
            Some((presence.from, cells))
        })
        .collect();
    page.table(["Role", "Whose", "Actions", "On", "Environments"], rows);
    if let Some(kept) = Presence::of(blueprint, "migration.keep_flat_names", FLAT_NAMES) {
        let before = FieldPath::of(&["environments"]);
        page.from(&kept.from)
            .paragraph(&format!(
                "In {} some roles have the flat root's names: `ecs-instance` for `main-host`, `opensearch-setup-task` for \
                 `opensearch-setup`, `temporal-ui-task` for `ui-task`.",
                kept.names()
            ))
            .from(&before);
    }
    if let Some(first) = blueprint.environments.first() {
        page.paragraph("As it was applied:").shell(&format!(
            "terraform -chdir=terraform/envs/{} show -json |\n\
             \x20 jq -r '.. | objects | select(.type? == \"aws_iam_role_policy\") | .values |\n\
             \x20   \"\\(.role): \\(.policy | fromjson | .Statement[] | \"\\(.Action) on \\(.Resource)\")\"'",
            first.name
        ));
    }
}

fn secrets(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("Secrets").paragraph(
        "There is one in each environment, Grafana's administrator, in Secrets Manager. DSQL has no password: each \
         connection opens with a token that IAM makes for the task's role. Parameters hold configuration only.",
    );
    page.table(
        ["Environment", "Secret", "Made by"],
        blueprint.environments.iter().map(|environment| {
            let (name, maker) = match &environment.grafana_admin_secret {
                Some(name) if !has_word(name, &environment.name) => (
                    name.clone(),
                    "you, for other environments too; Terraform reads its ARN only",
                ),
                Some(name) => (name.clone(), "you; Terraform reads its ARN only"),
                None => (
                    format!(
                        "{}/grafana/admin",
                        environment.full_name(&blueprint.project)
                    ),
                    "Secrets Manager; handed over so that it is in no state and no plan",
                ),
            };
            (
                environment.address().join("grafana.admin_secret"),
                [
                    environment.name.clone(),
                    format!("`{name}`"),
                    maker.to_owned(),
                ],
            )
        }),
    );
    if let Some(presence) = Presence::of(blueprint, "grafana.admin_secret", |environment| {
        environment.grafana_admin_secret.is_none()
    }) {
        let environment = &presence.environments[0].name;
        page.from(&presence.from).paragraph(
            "For a new password raise `secret_string_wo_version` in `terraform/modules/observability/grafana-secret.tf`, then:",
        )
        .shell(&format!(
            "terraform -chdir=terraform/envs/{environment} apply\n\
             scripts/scale-services.sh {environment} restart --service grafana"
        ))
        .from(&FieldPath::of(&["environments"]));
    }
    let buckets = blueprint
        .environments
        .iter()
        .any(|environment| matches!(environment.backend, Backend::S3 { .. }));
    page.paragraph(if buckets {
        "A state holds no secret, but every name and address of its environment: give the state bucket to those alone who \
         may apply."
    } else {
        "A state holds no secret, but every name and address of its environment: keep it to those who may apply."
    });
}

fn exposed(blueprint: &Blueprint, page: &mut Markdown) {
    page.heading("What can be reached from outside").paragraph(
        "Nothing listens on the internet: no load balancer, no public address on a host or task. What goes out does so \
         through the NAT gateways' addresses, the output `nat_public_ips`.",
    );
    let open = if blueprint.environments.iter().any(|it| UI(it)) {
        "Temporal's API and the web interface ask nobody who they are. Who may forward a port to one of them may do everything in it"
    } else {
        "Temporal's API asks nobody who they are. Who may forward a port to it may do everything in it"
    };
    page.paragraph(&format!(
        "- **The ways in** are Session Manager's and ECS Exec's, for whoever may call `ssm:StartSession` and \
         `ecs:ExecuteCommand`. Who has a session in a task has its role; sessions are recorded in the log group of the \
         output `ecs_exec_log_group_name`.\n\
         - **No login**: {open}.\n\
         - **Not encrypted between tasks**: the Temporal services talk plain gRPC inside the VPC. What goes to DSQL, \
         OpenSearch and AWS is TLS.\n\
         - **At rest** DSQL, OpenSearch, DynamoDB, the buckets and the hosts' disks are encrypted, with AWS's keys."
    ));
    if let Some(presence) = Presence::of(blueprint, "loki.enabled", LOKI) {
        page.from(&presence.from).text(&format!(
            "- **The Docker socket** ({}): where logs go to Loki, each sidecar opens its host's Docker socket, and what can \
             open that is root on the host. Only the sidecars get it.",
            presence.names()
        ));
    }
}
