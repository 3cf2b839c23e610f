//! Faults in what `iam.rs` asserts.

use serde_json::{Value as Json, json};

use super::Fault;
use super::plant::{
    EXECUTION, GRAFANA_POLICY, add_like, allow_more, attach, change, drop_input, drop_output,
    in_json, made, replace,
};
use crate::requirements::observation::text;

pub(super) const FAULTS: &[Fault] = &[
    made("11.1", "anybody may assume the execution role", |seen| {
        let role = "module.iam.aws_iam_role.execution";
        replace(
            seen,
            role,
            "assume_role_policy",
            "ecs-tasks.amazonaws.com",
            "ec2.amazonaws.com",
        );
    }),
    made(
        "11.1",
        "everybody may assume the execution role, too",
        |seen| {
            in_json(seen, EXECUTION, "assume_role_policy", |policy| {
                let mut open = policy["Statement"][0].clone();
                open["Principal"] = json!({ "AWS": "*" });
                policy["Statement"] = json!([policy["Statement"][0], open]);
            });
        },
    ),
    made(
        "11.1",
        "everybody may assume a role beside the tasks",
        |seen| {
            in_json(seen, EXECUTION, "assume_role_policy", |policy| {
                policy["Statement"][0]["Principal"]["AWS"] = json!("*");
            });
        },
    ),
    made(
        "11.1",
        "another account's ECS may act as the role",
        |seen| {
            in_json(
                seen,
                crate::requirements::iam::TEMPORAL_ROLE,
                "assume_role_policy",
                |policy| {
                    if let Some(statement) = policy["Statement"][0].as_object_mut() {
                        statement.remove("Condition");
                    }
                },
            );
        },
    ),
    made("11.1", "there is a role more", |seen| {
        add_like(seen, EXECUTION, |_| {});
    }),
    made(
        "11.1",
        "the schema's task has the role of the services",
        |seen| {
            let role = seen
                .text_at(crate::requirements::iam::TEMPORAL_ROLE, "arn")
                .unwrap_or_default()
                .to_owned();
            let task = "module.dsql_schema.aws_ecs_task_definition.this";
            change(seen, task, |values| values["task_role_arn"] = json!(role));
        },
    ),
    made("11.1", "Loki's task has no role", |seen| {
        let task = "module.observability.aws_ecs_task_definition.loki[0]";
        change(seen, task, |values| values["task_role_arn"] = Json::Null);
    }),
    made(
        "11.2",
        "module iam takes no opensearch_domain_arn",
        |seen| {
            drop_input(seen, "iam", "opensearch_domain_arn");
        },
    ),
    made("11.3", "grafana_task_role_arn is gone", |seen| {
        drop_output(seen, "iam", "grafana_task_role_arn");
    }),
    made("11.4", "the services may not write metrics", |seen| {
        replace(
            seen,
            crate::requirements::iam::TEMPORAL,
            "policy",
            "aps:RemoteWrite",
            "aps:QueryMetrics",
        );
    }),
    made("11.4", "Grafana may query every workspace", |seen| {
        change(seen, GRAFANA_POLICY, |values| {
            let mut policy: Json =
                serde_json::from_str(text(&values["policy"])).unwrap_or_default();
            for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
                if statement.to_string().contains("aps:") {
                    statement["Resource"] = json!("*");
                }
            }
            values["policy"] = json!(policy.to_string());
        });
    }),
    made(
        "11.4",
        "a second policy of the services allows all",
        |seen| {
            allow_more(
                seen,
                crate::requirements::iam::TEMPORAL,
                &json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }),
            );
        },
    ),
    made("11.4", "a second policy of the UI reads secrets", |seen| {
        allow_more(
            seen,
            "module.iam.aws_iam_role_policy.temporal_ui_task[0]",
            &json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*" }),
        );
    }),
    made("11.4", "a role has AdministratorAccess", |seen| {
        attach(
            seen,
            crate::requirements::iam::TEMPORAL_ROLE,
            "arn:aws:iam::aws:policy/AdministratorAccess",
        );
    }),
    made(
        "11.4",
        "AdministratorAccess is an argument of a role",
        |seen| {
            change(seen, EXECUTION, |values| {
                values["managed_policy_arns"] =
                    json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
            });
        },
    ),
    made(
        "11.4",
        "an inline policy stands in the role itself",
        |seen| {
            change(seen, "module.iam.aws_iam_role.grafana_task", |values| {
                let policy = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
                values["inline_policy"] = json!([{ "name": "odd", "policy": policy }]);
            });
        },
    ),
    made("11.4", "a role may do all but what is named", |seen| {
        in_json(seen, GRAFANA_POLICY, "policy", |policy| {
            if let Some(statement) = policy["Statement"][0].as_object_mut() {
                statement.remove("Action");
                statement.insert("NotAction".to_owned(), json!("iam:*"));
            }
        });
    }),
    made("11.4", "the hosts may do what the services may", |seen| {
        attach(
            seen,
            "module.ec2_capacity.aws_iam_role.host",
            "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",
        );
    }),
    made(
        "11.4",
        "the schema's task may connect to every cluster",
        |seen| {
            in_json(
                seen,
                "module.dsql_schema.aws_iam_role_policy.connect",
                "policy",
                |policy| policy["Statement"][0]["Resource"] = json!("*"),
            );
        },
    ),
    made("11.4", "AWS Backup restores with all rights", |seen| {
        attach(
            seen,
            "module.backup.aws_iam_role.this[\"restore\"]",
            "arn:aws:iam::aws:policy/AdministratorAccess",
        );
    }),
    made("11.4", "the schedule may stop every service", |seen| {
        in_json(
            seen,
            "module.schedule.aws_iam_role_policy.this",
            "policy",
            |policy| policy["Statement"][0]["Resource"] = json!("*"),
        );
    }),
    made(
        "11.4",
        "schedules of every account may use the role",
        |seen| {
            in_json(
                seen,
                "module.schedule.aws_iam_role.this",
                "assume_role_policy",
                |policy| policy["Statement"][0]["Condition"] = json!({}),
            );
        },
    ),
    made("11.4", "the benchmark may read metrics", |seen| {
        replace(
            seen,
            "module.benchmark.aws_iam_role_policy.task",
            "policy",
            "aps:RemoteWrite",
            "aps:*",
        );
    }),
    made("11.4", "everybody may use the visibility store", |seen| {
        in_json(
            seen,
            "module.opensearch.aws_opensearch_domain_policy.this",
            "access_policies",
            |policy| policy["Statement"][0]["Principal"] = json!({ "AWS": "*" }),
        );
    }),
    made("11.4", "everybody may read what Loki stores", |seen| {
        in_json(
            seen,
            "module.observability.aws_s3_bucket_policy.loki[0]",
            "policy",
            |policy| {
                policy["Statement"][0]["Effect"] = json!("Allow");
                policy["Statement"][0]["Principal"] = json!("*");
            },
        );
    }),
    made("11.4", "Loki may use every bucket", |seen| {
        in_json(
            seen,
            "module.iam.aws_iam_role_policy.loki_task[0]",
            "policy",
            |policy| {
                for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
                    if statement.to_string().contains("s3:") {
                        statement["Resource"] = json!("arn:aws:s3:::*");
                    }
                }
            },
        );
    }),
];
