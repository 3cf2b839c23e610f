# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  # Any document will do where only its place matters.
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = <<-JSON
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:DescribeLogGroups","Resource":"*"}]}
      JSON
    }
  }
}

override_data {
  target = data.aws_iam_policy_document.tasks_assume_role
  values = {
    json = <<-JSON
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}
    JSON
  }
}

variables {
  project_name             = "acme-prod"
  dsql_cluster_arn         = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"
  prometheus_workspace_arn = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-1a2b"
  opensearch_domain_arn    = "arn:aws:es:eu-west-1:123456789012:domain/acme-prod-visibility"
  rate_limiter_table_arn   = "arn:aws:dynamodb:eu-west-1:123456789012:table/acme-prod-rate-limiter"
  exec_log_group_arn       = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/acme-prod/exec"
  grafana_admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-prod/grafana/admin-AbCdEf"
}

run "roles_exist_only_for_what_is_deployed" {
  command = apply

  assert {
    condition     = output.temporal_ui_task_role_arn == null && output.loki_task_role_arn == null
    error_message = "Without the UI and Loki there must be no roles for them."
  }
}

run "everything_on" {
  command = apply

  variables {
    ui_enabled           = true
    conn_lease_enabled   = true
    conn_lease_table_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/acme-prod-conn-lease"
    loki_enabled         = true
    loki_bucket_arn      = "arn:aws:s3:::acme-prod-loki-123456789012-eu-west-1"
  }

  assert {
    condition     = output.temporal_ui_task_role_name == "acme-prod-ui-task" && output.loki_task_role_name == "acme-prod-loki-task"
    error_message = "The UI and Loki must have their roles."
  }

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.temporal_task.statement :
      contains(statement.resources, var.conn_lease_table_arn)
    ])
    error_message = "Temporal must be allowed to use the lease table."
  }
}

run "only_unbounded_actions_have_unbounded_resources" {
  command = apply

  assert {
    condition = alltrue(flatten([
      for statement in concat(
        data.aws_iam_policy_document.temporal_task.statement,
        data.aws_iam_policy_document.execution.statement,
        data.aws_iam_policy_document.grafana_execution.statement,
      ) : [for action in statement.actions : action == "ecr:GetAuthorizationToken"] if contains(statement.resources, "*")
    ]))
    error_message = "A statement names `*` though its actions know resources."
  }
}

run "each_generation_of_the_plugin_may_do_what_it_does" {
  command = plan

  variables {
    conn_lease_enabled   = true
    conn_lease_table_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/acme-prod-conn-lease"
    connection_limiter   = "slots"
  }

  assert {
    # As JSON, since a list and a tuple are never equal.
    condition = jsonencode({
      for statement in data.aws_iam_policy_document.temporal_task.statement : statement.sid => sort(statement.actions)
      if contains(["LimitConnectionRate", "LeaseConnections"], coalesce(statement.sid, "none"))
      }) == jsonencode({
      LimitConnectionRate = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      LeaseConnections    = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    })
    error_message = "With slots, Temporal reads and updates the token bucket, and takes and renews blocks."
  }
}

run "lease_needs_its_table" {
  command = plan

  variables {
    conn_lease_enabled = true
  }

  expect_failures = [var.conn_lease_table_arn]
}

run "loki_needs_its_bucket" {
  command = plan

  variables {
    loki_enabled = true
  }

  expect_failures = [var.loki_bucket_arn]
}
