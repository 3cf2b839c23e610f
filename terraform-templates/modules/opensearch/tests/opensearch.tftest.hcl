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

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/setup" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:domain" }
  }
}

variables {
  project_name              = "temporal-test"
  instance_type             = "m6g.large.search"
  instance_count            = 3
  volume_size               = 50
  visibility_index_name     = "temporal_visibility_v1_test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  client_security_group_ids = { temporal = "sg-ring" }
  security_group_ids        = ["sg-egress"]
  temporal_task_role_arn    = "arn:aws:iam::123456789012:role/temporal"
  execution_role_arn        = "arn:aws:iam::123456789012:role/execution"
  admin_tools_image         = "temporalio/admin-tools:1.29"
}

run "three_nodes_in_three_zones" {
  command = plan

  assert {
    condition     = aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 3
    error_message = "A zone per node."
  }

  assert {
    condition     = aws_opensearch_domain.this.vpc_options[0].subnet_ids == toset(["subnet-1", "subnet-2", "subnet-3"])
    error_message = "A subnet per zone."
  }
}

run "four_nodes_in_two_zones" {
  command = plan

  variables {
    instance_count = 4
  }

  assert {
    condition     = aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 2
    error_message = "Four nodes fit two zones."
  }

  assert {
    condition     = aws_opensearch_domain.this.vpc_options[0].subnet_ids == toset(["subnet-1", "subnet-2"])
    error_message = "A subnet per zone."
  }
}

run "six_nodes_with_two_subnets" {
  command = plan

  variables {
    instance_count = 6
    subnet_ids     = ["subnet-1", "subnet-2"]
  }

  assert {
    condition     = aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 2
    error_message = "Two zones when there are no three."
  }
}

run "one_node_in_one_zone" {
  command = plan

  variables {
    instance_count = 1
  }

  assert {
    condition = (
      !aws_opensearch_domain.this.cluster_config[0].zone_awareness_enabled &&
      length(aws_opensearch_domain.this.cluster_config[0].zone_awareness_config) == 0 &&
      aws_opensearch_domain.this.vpc_options[0].subnet_ids == toset(["subnet-1"])
    )
    error_message = "One node has one zone."
  }
}

run "five_nodes_in_one_zone_are_said" {
  command = plan

  variables {
    instance_count = 5
  }

  expect_failures = [check.zones]
}

run "three_nodes_with_two_subnets_are_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  expect_failures = [aws_opensearch_domain.this]
}

run "without_zone_awareness_all_are_in_one_zone" {
  command = plan

  variables {
    subnet_ids     = ["subnet-1", "subnet-2"]
    zone_awareness = false
  }

  assert {
    condition = (
      !aws_opensearch_domain.this.cluster_config[0].zone_awareness_enabled &&
      length(aws_opensearch_domain.this.cluster_config[0].zone_awareness_config) == 0 &&
      aws_opensearch_domain.this.vpc_options[0].subnet_ids == toset(["subnet-1"])
    )
    error_message = "Three nodes in the first zone, as they are asked for."
  }
}

run "masters_audit_and_keys_are_options" {
  command = plan

  assert {
    condition = (
      !aws_opensearch_domain.this.cluster_config[0].dedicated_master_enabled &&
      !aws_opensearch_domain.this.advanced_security_options[0].enabled &&
      length(aws_cloudwatch_log_group.audit) == 0 &&
      !strcontains(local.setup_script, "curl")
    )
    error_message = "None of them without being asked for."
  }
}

run "three_masters_of_their_own" {
  command = plan

  variables {
    dedicated_masters = true
    master_type       = "m7g.large.search"
  }

  assert {
    condition = (
      aws_opensearch_domain.this.cluster_config[0].dedicated_master_count == 3 &&
      aws_opensearch_domain.this.cluster_config[0].dedicated_master_type == "m7g.large.search"
    )
    error_message = "Three of the type."
  }
}

run "the_setup_is_the_master_user_and_gives_temporal_its_index" {
  command = apply

  variables {
    access_control = true
    audit_log      = true
  }

  assert {
    condition     = aws_opensearch_domain.this.advanced_security_options[0].master_user_options[0].master_user_arn == aws_iam_role.setup.arn
    error_message = "No password, and no role that Temporal's tasks have."
  }

  assert {
    condition     = contains([for log in aws_opensearch_domain.this.log_publishing_options : log.log_type], "AUDIT_LOGS")
    error_message = "The audit log goes to its log group."
  }

  assert {
    condition = (
      strcontains(local.setup_script, "rolesmapping/temporal") &&
      strcontains(local.setup_script, "api/audit/config") &&
      contains([for it in local.grant_environment : it.value if it.name == "SECURITY_MAPPING"], jsonencode({ backend_roles = ["arn:aws:iam::123456789012:role/temporal"] }))
    )
    error_message = "The setup maps Temporal's role and turns the audit log on."
  }
}

run "an_audit_log_needs_access_control" {
  command = plan

  variables {
    audit_log   = true
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/mine"
    master_type = "m6g.large"
  }

  expect_failures = [var.audit_log, var.kms_key_arn, var.master_type]
}

run "bad_inputs_are_refused" {
  command = plan

  variables {
    visibility_index_name = "visibility_v1"
    instance_type         = "m6g.large"
    engine_version        = "OpenSearch_3.1"
    project_name          = "a-name-of-18-chars"
  }

  expect_failures = [
    var.visibility_index_name,
    var.instance_type,
    var.engine_version,
    var.project_name,
  ]
}
