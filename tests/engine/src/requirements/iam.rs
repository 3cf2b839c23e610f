//! 11: roles and what they may do.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::environment::Limiter;
use composer_core::parts::lease::Lease;
use composer_core::parts::{backup, benchmark, loki, schedule, ui};
use serde_json::json;

use super::observation::{
    Environment, Observation, Statement, addresses, statements, text, wanted_grafana,
};
use super::{Outcome, Row, each, each_if, ensure, row, same};

/// The role of the Temporal services, and its policy.
pub(super) const TEMPORAL_ROLE: &str = "module.iam.aws_iam_role.temporal_task";
pub(super) const TEMPORAL: &str = "module.iam.aws_iam_role_policy.temporal_task";

pub(super) const ROWS: &[Row] = &[
    row(
        "11.1",
        &[
            each(
                "module iam has the execution role, the Temporal task role and Grafana's two roles, with the UI also its \
                 role, and no other but Loki's; ECS tasks of this account and region alone may assume each",
                has_roles,
            ),
            each(
                "each task definition there is holds the execution role and the task role that are meant for it",
                hold_their_roles,
            ),
            each_if(
                "with Loki: module iam has Loki's task role, which Loki's task holds",
                |wanted| loki::FEATURE.is_on(wanted),
                has_loki_role,
            ),
        ],
    ),
    row(
        "11.2",
        &[each(
            "module iam takes dsql_cluster_arn, prometheus_workspace_arn and opensearch_domain_arn, the last two from \
             their modules",
            takes,
        )],
    ),
    row(
        "11.3",
        &[each(
            "module iam outputs execution_role_arn, temporal_task_role_arn, grafana_task_role_arn and \
             loki_task_role_arn of its roles",
            puts_out,
        )],
    ),
    row(
        "11.4",
        &[
            each(
                "all that each role of module iam may do, inline and attached, is action by action and resource by \
                 resource what it uses; `*` only where an action knows no resources",
                is_least,
            ),
            each(
                "so is what the other modules' roles may do, of tasks, hosts, the flow log, backups and schedules, and there \
                 are no further roles",
                is_least_elsewhere,
            ),
            each(
                "no policy of a resource lets everybody in, and the domain's lets in the Temporal services and the setup \
                 task alone",
                lets_in_who_is_named,
            ),
        ],
    ),
];

/// Where the account of the environment is known.
fn account(environment: &Environment) -> Result<&str, String> {
    let identity = environment.at("module.iam.data.aws_caller_identity.current")?;
    Ok(text(&identity["account_id"]))
}

/// For whom a service may assume a role.
#[derive(Clone, Copy)]
enum TrustScope {
    /// Without a condition: IAM lets nobody pass a role to a service in another account.
    Everybody,
    /// For the account.
    Account,
    /// For resources of the account and region: their service, a colon, and the rest of their ARN.
    Resources(&'static str),
}

/// A trust policy: this service may assume the role.
fn trust(
    environment: &Environment,
    service: &str,
    trusted: TrustScope,
) -> Result<Vec<Statement>, String> {
    let account = account(environment)?;
    let region = &environment.wanted.region;
    let mut more = BTreeMap::from([(
        "Principal".to_owned(),
        json!({ "Service": service }).to_string(),
    )]);
    let condition = match trusted {
        TrustScope::Everybody => None,
        TrustScope::Account => Some(json!({ "StringEquals": { "aws:SourceAccount": account } })),
        TrustScope::Resources(arn) => {
            let (arn_service, rest) = arn.split_once(':').unwrap_or((arn, "*"));
            Some(json!({
                "StringEquals": { "aws:SourceAccount": account },
                "ArnLike": { "aws:SourceArn": format!("arn:aws:{arn_service}:{region}:{account}:{rest}") },
            }))
        }
    };
    if let Some(condition) = condition {
        more.insert("Condition".to_owned(), condition.to_string());
    }
    Ok(vec![Statement {
        effect: "Allow".to_owned(),
        actions: vec!["sts:AssumeRole".to_owned()],
        resources: Vec::new(),
        more,
    }])
}

/// Who assumes the role of a task.
const TASKS: (&str, TrustScope) = ("ecs-tasks.amazonaws.com", TrustScope::Resources("ecs:*"));

/// The role at an address may be assumed by ECS tasks of this account and region, and by nothing else.
fn is_for_tasks(environment: &Environment, role: &str) -> Outcome {
    same(
        &format!("who may assume {role}"),
        environment.rights(role)?.trust,
        trust(environment, TASKS.0, TASKS.1)?,
    )
}

const LOKI_ROLE: &str = "module.iam.aws_iam_role.loki_task[0]";
const UI_ROLE: &str = "module.iam.aws_iam_role.temporal_ui_task[0]";

fn has_roles(environment: &Environment, _: &Observation) -> Outcome {
    let mut wanted = vec![
        "module.iam.aws_iam_role.execution",
        "module.iam.aws_iam_role.grafana_execution",
        "module.iam.aws_iam_role.grafana_task",
        TEMPORAL_ROLE,
    ];
    if ui::FEATURE.is_on(&environment.wanted) {
        wanted.push(UI_ROLE);
    }
    if loki::FEATURE.is_on(&environment.wanted) {
        wanted.push(LOKI_ROLE);
    }
    wanted.sort_unstable();
    let mut found = addresses(&environment.in_module("iam", "aws_iam_role"));
    found.sort_unstable();
    same("roles of module iam", &found, &wanted)?;
    for role in wanted {
        is_for_tasks(environment, role)?;
    }
    Ok(())
}

fn hold_their_roles(environment: &Environment, _: &Observation) -> Outcome {
    let execution = "module.iam.aws_iam_role.execution";
    let mut wanted: BTreeMap<String, [&str; 2]> = environment
        .wanted
        .services
        .iter()
        .map(|service| {
            (
                super::service::task(service.name()),
                [execution, TEMPORAL_ROLE],
            )
        })
        .collect();
    let mut holds = |task: &str, execution, role| {
        wanted.insert(task.to_owned(), [execution, role]);
    };
    holds(
        "module.observability.aws_ecs_task_definition.grafana",
        "module.iam.aws_iam_role.grafana_execution",
        "module.iam.aws_iam_role.grafana_task",
    );
    holds(
        "module.dsql_schema.aws_ecs_task_definition.this",
        execution,
        SCHEMA_ROLE,
    );
    holds(
        "module.opensearch.aws_ecs_task_definition.setup",
        execution,
        SETUP_ROLE,
    );
    if ui::FEATURE.is_on(&environment.wanted) {
        let task = "module.temporal_ui.aws_ecs_task_definition.this";
        holds(task, execution, UI_ROLE);
    }
    if loki::FEATURE.is_on(&environment.wanted) {
        let task = "module.observability.aws_ecs_task_definition.loki[0]";
        holds(task, execution, LOKI_ROLE);
    }
    if benchmark::FEATURE.is_on(&environment.wanted) {
        for role in ["generator", "worker"] {
            let task = format!("module.benchmark.aws_ecs_task_definition.this[\"{role}\"]");
            holds(&task, execution, BENCHMARK_ROLE);
        }
    }
    let tasks = environment.all("aws_ecs_task_definition");
    let found: BTreeSet<&str> = addresses(&tasks).into_iter().collect();
    let known: BTreeSet<&str> = wanted.keys().map(String::as_str).collect();
    same("task definitions", found, known)?;
    for (task, roles) in &wanted {
        for (argument, role) in ["execution_role_arn", "task_role_arn"].iter().zip(roles) {
            same(
                &format!("{argument} of {task}"),
                environment.text_at(task, argument)?,
                environment.text_at(role, "arn")?,
            )?;
        }
    }
    Ok(())
}

fn has_loki_role(environment: &Environment, _: &Observation) -> Outcome {
    is_for_tasks(environment, LOKI_ROLE)?;
    same(
        "the role of Loki's task",
        environment.text_at(
            "module.observability.aws_ecs_task_definition.loki[0]",
            "task_role_arn",
        )?,
        environment.text_at(LOKI_ROLE, "arn")?,
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "iam",
        &[
            "dsql_cluster_arn",
            "prometheus_workspace_arn",
            "opensearch_domain_arn",
        ],
    )?;
    environment.is_given(
        "iam",
        "prometheus_workspace_arn",
        &["module.observability.prometheus_workspace_arn"],
    )?;
    environment.is_given(
        "iam",
        "opensearch_domain_arn",
        &["module.opensearch.domain_arn"],
    )?;
    let database = match environment.wanted.dsql.cluster {
        composer_core::environment::DsqlCluster::Own => "module.dsql.arn",
        composer_core::environment::DsqlCluster::Existing { .. } => "var.dsql_cluster_arn",
    };
    environment.is_given("iam", "dsql_cluster_arn", &[database])
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "iam",
        &[
            ("execution_role_arn", "aws_iam_role.execution.arn"),
            ("temporal_task_role_arn", "aws_iam_role.temporal_task.arn"),
            ("grafana_task_role_arn", "aws_iam_role.grafana_task.arn"),
            ("loki_task_role_arn", "aws_iam_role.loki_task"),
        ],
    )
}

/// A statement that allows actions with one resource.
fn allow(actions: &[&str], resource: &str) -> Statement {
    Statement {
        effect: "Allow".to_owned(),
        actions: actions.iter().map(|&action| action.to_owned()).collect(),
        resources: vec![resource.to_owned()],
        more: BTreeMap::new(),
    }
}

/// What ECS Exec needs of each task role.
fn exec(environment: &Environment) -> Result<Vec<Statement>, String> {
    let log = environment.text_at("module.ecs_cluster.aws_cloudwatch_log_group.exec", "arn")?;
    Ok(vec![
        allow(
            &[
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            "*",
        ),
        allow(&["logs:DescribeLogGroups"], "*"),
        allow(
            &[
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            &format!("{log}:*"),
        ),
    ])
}

/// The role gives these statements, has these policies attached, and nothing else.
fn may(
    environment: &Environment,
    role: &str,
    mut wanted: Vec<Statement>,
    attached: &[&str],
) -> Outcome {
    wanted.sort();
    let found = environment.rights(role)?;
    let too_much: Vec<&Statement> = found
        .statements
        .iter()
        .filter(|one| !wanted.contains(one))
        .collect();
    let missing: Vec<&Statement> = wanted
        .iter()
        .filter(|one| !found.statements.contains(one))
        .collect();
    ensure(too_much.is_empty() && missing.is_empty(), || {
        format!("{role}: too much {too_much:?}, missing {missing:?}")
    })?;
    let attached: BTreeSet<String> = attached.iter().map(|&arn| arn.to_owned()).collect();
    same(
        &format!("policies attached to {role}"),
        found.attached,
        attached,
    )?;
    same(
        &format!("permissions boundary of {role}"),
        found.boundary,
        "",
    )
}

fn is_least(environment: &Environment, _: &Observation) -> Outcome {
    let iam = |name: &str| format!("module.iam.aws_iam_role.{name}");
    may(environment, &iam("execution"), execution(environment)?, &[])?;
    let mut grafana_execution = execution(environment)?;
    let secret = match wanted_grafana(&environment.wanted).admin_secret {
        Some(_) => "module.observability.data.aws_secretsmanager_secret.grafana_admin[0]",
        None => "module.observability.aws_secretsmanager_secret.grafana_admin[0]",
    };
    grafana_execution.push(allow(
        &["secretsmanager:GetSecretValue"],
        environment.text_at(secret, "arn")?,
    ));
    may(
        environment,
        &iam("grafana_execution"),
        grafana_execution,
        &[],
    )?;
    may(environment, TEMPORAL_ROLE, temporal(environment)?, &[])?;
    let workspace =
        environment.text_at("module.observability.aws_prometheus_workspace.this", "arn")?;
    let mut grafana = exec(environment)?;
    grafana.push(allow(
        &[
            "aps:GetLabels",
            "aps:GetMetricMetadata",
            "aps:GetSeries",
            "aps:QueryMetrics",
        ],
        workspace,
    ));
    grafana.push(allow(
        &[
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:ListMetrics",
        ],
        "*",
    ));
    may(environment, &iam("grafana_task"), grafana, &[])?;
    if ui::FEATURE.is_on(&environment.wanted) {
        may(environment, UI_ROLE, exec(environment)?, &[])?;
    }
    if loki::FEATURE.is_on(&environment.wanted) {
        may(environment, LOKI_ROLE, loki(environment)?, &[])?;
    }
    Ok(())
}

const SCHEMA_ROLE: &str = "module.dsql_schema.aws_iam_role.task";
const SETUP_ROLE: &str = "module.opensearch.aws_iam_role.setup";
const FLOW_LOG_ROLE: &str = "module.vpc.aws_iam_role.flow_log";
const HOST_ROLE: &str = "module.ec2_capacity.aws_iam_role.host";
const BENCHMARK_ROLE: &str = "module.benchmark.aws_iam_role.task";
const BENCHMARK_HOST_ROLE: &str = "module.benchmark.module.ec2_capacity.aws_iam_role.host";

/// What a host needs: its agent's calls and Session Manager, as AWS puts them together.
const HOST_POLICIES: &[&str] = &[
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
];

/// What the setup task does with the domain: it deletes nothing.
const SETUP_ACTIONS: &[&str] = &[
    "es:ESHttpGet",
    "es:ESHttpHead",
    "es:ESHttpPost",
    "es:ESHttpPut",
];

const SCHEDULE_ROLE: &str = "module.schedule.aws_iam_role.this";

/// The roles of AWS Backup, with the policies that AWS has for them.
const BACKUP_ROLES: [(&str, &[&str]); 2] = [
    (
        "module.backup.aws_iam_role.this[\"backup\"]",
        &["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"],
    ),
    (
        "module.backup.aws_iam_role.this[\"restore\"]",
        &["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"],
    ),
];

/// A role outside of module iam: who assumes it and what it may.
struct Elsewhere {
    role: &'static str,
    trusts: (&'static str, TrustScope),
    may: Vec<Statement>,
    attached: &'static [&'static str],
}

impl Elsewhere {
    /// With statements of its own.
    fn with(role: &'static str, trusts: (&'static str, TrustScope), may: Vec<Statement>) -> Self {
        Self {
            role,
            trusts,
            may,
            attached: &[],
        }
    }

    /// With policies of AWS.
    fn attached(
        role: &'static str,
        trusts: (&'static str, TrustScope),
        attached: &'static [&'static str],
    ) -> Self {
        Self {
            role,
            trusts,
            may: Vec::new(),
            attached,
        }
    }
}

fn is_least_elsewhere(environment: &Environment, _: &Observation) -> Outcome {
    let domain = environment.text_at("module.opensearch.aws_opensearch_domain.this", "arn")?;
    let database = text(environment.output("dsql_cluster_arn")?);
    let log = environment.text_at("module.vpc.aws_cloudwatch_log_group.flow_log", "arn")?;
    let mut flow_log = allow(
        &[
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ],
        log,
    );
    flow_log.resources.push(format!("{log}:*"));
    let hosts = ("ec2.amazonaws.com", TrustScope::Everybody);
    let mut wanted = vec![
        Elsewhere::with(
            SCHEMA_ROLE,
            TASKS,
            vec![allow(&["dsql:DbConnectAdmin"], database)],
        ),
        Elsewhere::with(
            SETUP_ROLE,
            TASKS,
            vec![allow(SETUP_ACTIONS, &format!("{domain}/*"))],
        ),
        Elsewhere::with(
            FLOW_LOG_ROLE,
            (
                "vpc-flow-logs.amazonaws.com",
                TrustScope::Resources("ec2:vpc-flow-log/*"),
            ),
            vec![flow_log, allow(&["logs:DescribeLogGroups"], "*")],
        ),
        Elsewhere::attached(HOST_ROLE, hosts, HOST_POLICIES),
    ];
    if benchmark::FEATURE.is_on(&environment.wanted) {
        let mut benchmark = exec(environment)?;
        benchmark.push(allow(
            &["aps:RemoteWrite"],
            environment.text_at("module.observability.aws_prometheus_workspace.this", "arn")?,
        ));
        wanted.push(Elsewhere::with(BENCHMARK_ROLE, TASKS, benchmark));
        wanted.push(Elsewhere::attached(
            BENCHMARK_HOST_ROLE,
            hosts,
            HOST_POLICIES,
        ));
    }
    if backup::FEATURE.is_on(&environment.wanted) {
        let service = ("backup.amazonaws.com", TrustScope::Everybody);
        for (role, policies) in BACKUP_ROLES {
            wanted.push(Elsewhere::attached(role, service, policies));
        }
    }
    if schedule::FEATURE.is_on(&environment.wanted) {
        let service = ("scheduler.amazonaws.com", TrustScope::Account);
        let mut stops = allow(&["ecs:UpdateService"], "");
        stops.resources = scheduled(environment)?;
        wanted.push(Elsewhere::with(SCHEDULE_ROLE, service, vec![stops]));
    }
    let roles = environment.all("aws_iam_role");
    let mut found: Vec<&str> = addresses(&roles)
        .into_iter()
        .filter(|address| !address.starts_with("module.iam."))
        .collect();
    found.sort_unstable();
    let mut known: Vec<&str> = wanted.iter().map(|elsewhere| elsewhere.role).collect();
    known.sort_unstable();
    same("roles outside of module iam", found, known)?;
    for elsewhere in wanted {
        let role = elsewhere.role;
        may(environment, role, elsewhere.may, elsewhere.attached)?;
        let (service, trusted) = elsewhere.trusts;
        same(
            &format!("who may assume {role}"),
            environment.rights(role)?.trust,
            trust(environment, service, trusted)?,
        )?;
    }
    Ok(())
}

/// The services that stop and start by schedule: all but the benchmark's, which run on demand.
fn scheduled(environment: &Environment) -> Result<Vec<String>, String> {
    let account = account(environment)?;
    let region = &environment.wanted.region;
    let cluster = environment.text_at("module.ecs_cluster.aws_ecs_cluster.this", "name")?;
    let services = environment.all("aws_ecs_service");
    let mut arns: Vec<String> = services
        .iter()
        .filter(|service| !text(&service["address"]).starts_with("module.benchmark."))
        .map(|service| {
            let name = text(&service["values"]["name"]);
            format!("arn:aws:ecs:{region}:{account}:service/{cluster}/{name}")
        })
        .collect();
    arns.sort_unstable();
    Ok(arns)
}

/// The arguments in which a resource has a policy of its own, by type. An endpoint's is not among them: it limits what
/// its callers may do and gives nothing.
const RESOURCE_POLICIES: &[(&str, &str)] = &[
    ("aws_opensearch_domain", "access_policies"),
    ("aws_opensearch_domain_policy", "access_policies"),
    ("aws_s3_bucket_policy", "policy"),
    ("aws_secretsmanager_secret_policy", "policy"),
    ("aws_dynamodb_resource_policy", "policy"),
    ("aws_cloudwatch_log_resource_policy", "policy_document"),
    ("aws_kms_key", "policy"),
    ("aws_sns_topic_policy", "policy"),
];

fn lets_in_who_is_named(environment: &Environment, _: &Observation) -> Outcome {
    for (kind, argument) in RESOURCE_POLICIES {
        for resource in environment.all(kind) {
            let policy = text(&resource["values"][argument]);
            if policy.is_empty() {
                continue;
            }
            for statement in statements(policy)? {
                let principal = statement.more.get("Principal").map_or("", String::as_str);
                let is_named = !principal.is_empty() && !principal.contains("\"*\"");
                ensure(statement.effect == "Deny" || is_named, || {
                    format!(
                        "{} lets in {principal:?}: {statement:?}",
                        text(&resource["address"])
                    )
                })?;
            }
        }
    }
    let domain = environment.text_at("module.opensearch.aws_opensearch_domain.this", "arn")?;
    let lets_in = |role: &str, actions: &[&str]| -> Result<Statement, String> {
        let mut statement = allow(actions, &format!("{domain}/*"));
        let principal = json!({ "AWS": environment.text_at(role, "arn")? });
        statement
            .more
            .insert("Principal".to_owned(), principal.to_string());
        Ok(statement)
    };
    let mut temporal = vec!["es:ESHttpDelete"];
    temporal.extend(SETUP_ACTIONS);
    let mut wanted = vec![
        lets_in(TEMPORAL_ROLE, &temporal)?,
        lets_in(SETUP_ROLE, SETUP_ACTIONS)?,
    ];
    wanted.sort();
    let policy = "module.opensearch.aws_opensearch_domain_policy.this";
    same(
        "who may use the domain",
        statements(environment.text_at(policy, "access_policies")?)?,
        wanted,
    )
}

/// What ECS needs to start the tasks of this environment.
fn execution(environment: &Environment) -> Result<Vec<Statement>, String> {
    let account = account(environment)?;
    let (region, name) = (&environment.wanted.region, &environment.full_name);
    Ok(vec![
        allow(&["ecr:GetAuthorizationToken"], "*"),
        allow(
            &[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            &format!("arn:aws:ecr:{region}:{account}:repository/*"),
        ),
        allow(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            &format!("arn:aws:logs:{region}:{account}:log-group:/ecs/{name}/*"),
        ),
        allow(
            &["ssm:GetParameters"],
            &format!("arn:aws:ssm:{region}:{account}:parameter/{name}/*"),
        ),
    ])
}

/// What the Temporal services use.
fn temporal(environment: &Environment) -> Result<Vec<Statement>, String> {
    let table = "module.dynamodb.aws_dynamodb_table";
    let domain = environment.text_at("module.opensearch.aws_opensearch_domain.this", "arn")?;
    let mut wanted = exec(environment)?;
    wanted.extend([
        allow(
            &["dsql:DbConnectAdmin"],
            text(environment.output("dsql_cluster_arn")?),
        ),
        allow(
            &[
                "es:ESHttpDelete",
                "es:ESHttpGet",
                "es:ESHttpHead",
                "es:ESHttpPost",
                "es:ESHttpPut",
            ],
            &format!("{domain}/*"),
        ),
        allow(
            match environment.wanted.dsql.limiter {
                Limiter::Counter => &["dynamodb:UpdateItem"],
                Limiter::Slots => &["dynamodb:GetItem", "dynamodb:UpdateItem"],
            },
            environment.text_at(&format!("{table}.rate_limiter"), "arn")?,
        ),
        allow(
            &["aps:RemoteWrite"],
            environment.text_at("module.observability.aws_prometheus_workspace.this", "arn")?,
        ),
    ]);
    if environment.wanted.part::<Lease>().is_some() {
        let leases = environment.text_at(&format!("{table}.conn_lease[0]"), "arn")?;
        wanted.push(lease(environment.wanted.dsql.limiter, leases));
    }
    Ok(wanted)
}

/// What taking and returning a lease, or taking and renewing a block, needs of its table.
pub(super) fn lease(limiter: Limiter, table: &str) -> Statement {
    allow(
        match limiter {
            Limiter::Counter => &[
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
            Limiter::Slots => &["dynamodb:PutItem", "dynamodb:UpdateItem"],
        },
        table,
    )
}

/// What Loki uses: its bucket alone.
fn loki(environment: &Environment) -> Result<Vec<Statement>, String> {
    let bucket = environment.text_at("module.observability.aws_s3_bucket.loki[0]", "arn")?;
    let mut wanted = exec(environment)?;
    wanted.extend([
        allow(&["s3:ListBucket"], bucket),
        allow(
            &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            &format!("{bucket}/*"),
        ),
    ]);
    Ok(wanted)
}
