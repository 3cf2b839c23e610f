mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  project_name       = "temporal-test"
  image              = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/admin-tools:1.29.0"
  dsql_endpoint      = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
  dsql_cluster_arn   = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"
  vpc_id             = "vpc-1"
  security_group_ids = ["sg-egress"]
  execution_role_arn = "arn:aws:iam::123456789012:role/execution"
}

run "the_tool_is_told_where_to_go" {
  command = plan

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment,
      { name = "CLUSTER_ENDPOINT", value = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws" },
    )
    error_message = "The endpoint is in the environment."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.connect.policy).Statement[0].Resource == var.dsql_cluster_arn
    error_message = "Admin on this cluster, and on no other."
  }
}

run "a_command_of_your_own" {
  command = plan

  variables {
    command = "my-schema-tool --endpoint $CLUSTER_ENDPOINT migrate"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].command == ["my-schema-tool --endpoint $CLUSTER_ENDPOINT migrate"]
    error_message = "The command is handed to the shell as it is."
  }
}

run "dropping_tables_is_refused" {
  command = plan

  variables {
    command = "temporal-dsql-tool setup-schema --schema-name dsql/temporal --version 1.1 --overwrite"
  }

  expect_failures = [var.command]
}
