//! 11: roles and what they may do.

use super::seen::{Environment, Seen, Statement, text};
use super::{Outcome, Row, each, each_if, row, same};

pub(super) const TEMPORAL: &str = "module.iam.aws_iam_role_policy.temporal_task";

pub(super) const ROWS: &[Row] = &[
    row(
        "11.1",
        &[
            each(
                "module iam has the execution role, the Temporal task role and Grafana's task role, which ecs-tasks alone \
                 may assume and the tasks hold",
                has_roles,
            ),
            each_if(
                "with Loki: and Loki's task role",
                |wanted| wanted.loki.is_some(),
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
            "module iam puts out execution_role_arn, temporal_task_role_arn, grafana_task_role_arn and \
             loki_task_role_arn of its roles",
            puts_out,
        )],
    ),
    row(
        "11.4",
        &[
            each(
                "the policies of execution, Temporal and Grafana roles are, action by action and resource by resource, \
                 what each uses; `*` only where an action knows no resources",
                is_least,
            ),
            each_if(
                "with Loki: its role may use its bucket alone",
                |wanted| wanted.loki.is_some(),
                is_least_for_loki,
            ),
        ],
    ),
];

/// The role at an address may be assumed by tasks, and by nothing else.
fn is_for_tasks(environment: &Environment, role: &str) -> Outcome {
    let policy = environment.text_at(role, "assume_role_policy")?;
    let policy: serde_json::Value =
        serde_json::from_str(policy).map_err(|error| error.to_string())?;
    let all: Vec<&serde_json::Value> = match &policy["Statement"] {
        serde_json::Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    same(&format!("statements about {role}"), all.len(), 1)?;
    same(role, text(&all[0]["Action"]), "sts:AssumeRole")?;
    same(
        role,
        text(&all[0]["Principal"]["Service"]),
        "ecs-tasks.amazonaws.com",
    )
}

/// The task at an address holds the role at another.
fn holds(environment: &Environment, task: &str, argument: &str, role: &str) -> Outcome {
    same(
        &format!("{argument} of {task}"),
        environment.text_at(task, argument)?,
        environment.text_at(role, "arn")?,
    )
}

fn has_roles(environment: &Environment, _: &Seen) -> Outcome {
    let [execution, temporal, grafana] = [
        "module.iam.aws_iam_role.execution",
        "module.iam.aws_iam_role.temporal_task",
        "module.iam.aws_iam_role.grafana_task",
    ];
    for role in [execution, temporal, grafana] {
        is_for_tasks(environment, role)?;
    }
    for service in &environment.wanted.services {
        let task = super::service::task(service.name);
        holds(environment, &task, "execution_role_arn", execution)?;
        holds(environment, &task, "task_role_arn", temporal)?;
    }
    holds(
        environment,
        "module.observability.aws_ecs_task_definition.grafana",
        "task_role_arn",
        grafana,
    )
}

fn has_loki_role(environment: &Environment, _: &Seen) -> Outcome {
    let role = "module.iam.aws_iam_role.loki_task[0]";
    is_for_tasks(environment, role)?;
    holds(
        environment,
        "module.observability.aws_ecs_task_definition.loki[0]",
        "task_role_arn",
        role,
    )
}

fn takes(environment: &Environment, _: &Seen) -> Outcome {
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
    let database = match environment.wanted.dsql {
        composer_core::blueprint::Dsql::Create => "module.dsql.arn",
        composer_core::blueprint::Dsql::Existing { .. } => "var.dsql_cluster_arn",
    };
    environment.is_given("iam", "dsql_cluster_arn", &[database])
}

fn puts_out(environment: &Environment, _: &Seen) -> Outcome {
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

fn has_statements(environment: &Environment, policy: &str, mut wanted: Vec<Statement>) -> Outcome {
    wanted.sort();
    let found = environment.statements(policy)?;
    let too_much: Vec<&Statement> = found.iter().filter(|one| !wanted.contains(one)).collect();
    let missing: Vec<&Statement> = wanted.iter().filter(|one| !found.contains(one)).collect();
    super::ensure(too_much.is_empty() && missing.is_empty(), || {
        format!("{policy}: too much {too_much:?}, missing {missing:?}")
    })
}

fn is_least(environment: &Environment, _: &Seen) -> Outcome {
    has_statements(
        environment,
        "module.iam.aws_iam_role_policy.execution",
        execution(environment)?,
    )?;
    has_statements(environment, TEMPORAL, temporal(environment)?)?;
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
    has_statements(
        environment,
        "module.iam.aws_iam_role_policy.grafana_task",
        grafana,
    )
}

/// What ECS needs to start the tasks of this environment.
fn execution(environment: &Environment) -> Result<Vec<Statement>, String> {
    let account =
        text(&environment.at("module.iam.data.aws_caller_identity.current")?["account_id"]);
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
            &["dynamodb:GetItem", "dynamodb:UpdateItem"],
            environment.text_at(&format!("{table}.rate_limiter"), "arn")?,
        ),
        allow(
            &["aps:RemoteWrite"],
            environment.text_at("module.observability.aws_prometheus_workspace.this", "arn")?,
        ),
    ]);
    if environment.wanted.lease_limit.is_some() {
        let leases = environment.text_at(&format!("{table}.conn_lease[0]"), "arn")?;
        wanted.push(lease(leases));
    }
    Ok(wanted)
}

/// What taking and returning a lease needs of its table.
pub(super) fn lease(table: &str) -> Statement {
    allow(
        &[
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
        table,
    )
}

fn is_least_for_loki(environment: &Environment, _: &Seen) -> Outcome {
    let bucket = environment.text_at("module.observability.aws_s3_bucket.loki[0]", "arn")?;
    let mut wanted = exec(environment)?;
    wanted.extend([
        allow(&["s3:ListBucket"], bucket),
        allow(
            &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            &format!("{bucket}/*"),
        ),
    ]);
    has_statements(
        environment,
        "module.iam.aws_iam_role_policy.loki_task[0]",
        wanted,
    )
}
