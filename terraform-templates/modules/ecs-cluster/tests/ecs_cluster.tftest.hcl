mock_provider "aws" {}

variables {
  project_name = "temporal-test"
  vpc_id       = "vpc-1"
}

run "providers_are_associated_and_main_is_the_default" {
  command = plan

  variables {
    capacity_providers = { main = "temporal-test-main-1", benchmark = "temporal-test-benchmark-1" }
  }

  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["temporal-test-main-1", "temporal-test-benchmark-1"])
    error_message = "All providers given are associated."
  }

  assert {
    condition     = one(aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy).capacity_provider == "temporal-test-main-1"
    error_message = "What names no provider runs on main."
  }
}

run "the_group_of_container_insights_ends_what_it_keeps" {
  command = plan

  variables {
    capacity_providers = { main = "temporal-test-main-1" }
    log_retention_days = 7
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.container_insights.name == "/aws/ecs/containerinsights/temporal-test-cluster/performance" &&
      aws_cloudwatch_log_group.container_insights.retention_in_days == 7
    )
    error_message = "Under the name that Container Insights writes to, as long as the other logs."
  }
}

run "the_ring_is_closed" {
  command = plan

  variables {
    capacity_providers = { main = "temporal-test-main-1" }
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.ring : rule.from_port]) == toset([6933, 6934, 6935, 6939, 7233, 7234, 7235])
    error_message = "Membership and gRPC of the four services, nothing else."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.ring : rule.cidr_ipv4 == null])
    error_message = "Only members of the ring may come in."
  }
}

run "main_is_needed" {
  command = plan

  variables {
    capacity_providers = { benchmark = "temporal-test-benchmark-1" }
  }

  expect_failures = [var.capacity_providers]
}

run "a_client_of_the_ring_reaches_its_ports" {
  command = plan

  variables {
    capacity_providers             = { main = "temporal-test-main-1" }
    ring_client_security_group_ids = { old-tasks = "sg-old" }
  }

  assert {
    condition = (
      toset([for rule in aws_vpc_security_group_ingress_rule.ring_client : rule.from_port]) == toset([6933, 6934, 6935, 6939, 7233, 7234, 7235]) &&
      alltrue([for rule in aws_vpc_security_group_ingress_rule.ring_client : rule.referenced_security_group_id == "sg-old"])
    )
    error_message = "Each port of the ring, from that group alone."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.ring_client["old-tasks-history-grpc"].from_port == 7234
    error_message = "A rule is named for its client and its port."
  }
}

run "names_are_kept" {
  command = plan

  variables {
    capacity_providers = { main = "temporal-test-main-1" }
    kept_names         = { exec_log_group = "/old/exec", namespace_description = "Old namespace" }
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.exec.name == "/old/exec" &&
      aws_service_discovery_http_namespace.this.description == "Old namespace"
    )
    error_message = "What is given stays."
  }
}
