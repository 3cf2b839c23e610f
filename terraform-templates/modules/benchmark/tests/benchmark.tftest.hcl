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

  mock_data "aws_ssm_parameter" {
    defaults = { insecure_value = "ami-0123456789abcdef0" }
  }
}

variables {
  project_name                      = "temporal-test"
  cluster_arn                       = "arn:aws:ecs:eu-west-1:123456789012:cluster/temporal-test-cluster"
  cluster_name                      = "temporal-test-cluster"
  associated_capacity_provider_name = "temporal-test-benchmark-1"
  service_connect_namespace_arn     = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1"
  vpc_id                            = "vpc-1"
  subnet_ids                        = ["subnet-1", "subnet-2"]
  security_group_ids                = ["sg-egress"]
  frontend_security_group_id        = "sg-frontend"
  execution_role_arn                = "arn:aws:iam::123456789012:role/execution"
  exec_log_group_arn                = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/temporal-test/exec"
  prometheus_workspace_arn          = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-1"
  benchmark_image                   = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/benchmark:1.0.0"
  instance_type                     = "m8g.xlarge"
  max_instances                     = 4
  cpu                               = 2048
  memory                            = 4096
  worker_cpu                        = 1024
  worker_memory                     = 2048

  generator_sidecar = {
    init_container = { name = "alloy-config", image = "grafana/alloy:v1.18.1", memory = 64 }
    container      = { name = "alloy", image = "grafana/alloy:v1.18.1", cpu = 128, memory = 256 }
    volumes        = [{ name = "alloy-config" }]
    cpu            = 128
    memory         = 320
  }

  worker_sidecar = {
    init_container = { name = "alloy-config", image = "grafana/alloy:v1.18.1", memory = 64 }
    container      = { name = "alloy", image = "grafana/alloy:v1.18.1", cpu = 128, memory = 256 }
    volumes        = [{ name = "alloy-config" }]
    cpu            = 128
    memory         = 320
  }
}

run "the_benchmark_gets_what_sidecar_and_proxy_leave" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].cpu == 1024 - 128 - 256 &&
      jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].memory == 2048 - 320 - 64
    )
    error_message = "Task less sidecar less Service Connect."
  }

  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.this["generator"].container_definitions) : container.name] == ["benchmark-generator", "alloy-config", "alloy"]
    error_message = "The benchmark and both containers of its sidecar."
  }
}

run "nothing_runs_until_asked_for" {
  command = plan

  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.desired_count == 0])
    error_message = "Both services are created at 0."
  }

  # ECS refuses rebalancing for services that never go above 100 percent.
  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.availability_zone_rebalancing == "DISABLED"])
    error_message = "No rebalancing at a maximum of 100 percent."
  }

  assert {
    condition     = alltrue([for service in aws_ecs_service.this : one(service.capacity_provider_strategy).capacity_provider == "temporal-test-benchmark-1"])
    error_message = "Services use the name that comes back from the cluster."
  }
}

run "a_task_too_small_is_refused" {
  command = plan

  variables {
    worker_cpu = 256
  }

  expect_failures = [aws_ecs_task_definition.this["worker"]]
}

run "loki_needs_its_group" {
  command = plan

  variables {
    loki_enabled = true
  }

  expect_failures = [var.loki_security_group_id]
}

run "a_variable_of_the_modules_own_is_an_error" {
  command = plan

  variables {
    extra_environment = { BENCHMARK_NAMESPACE = "elsewhere" }
  }

  expect_failures = [aws_ecs_task_definition.this]
}
