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
