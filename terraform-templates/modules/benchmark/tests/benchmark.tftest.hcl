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

run "a_high_rate_gives_the_proxy_more" {
  command = plan

  variables {
    rate = 251
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this["generator"].container_definitions)[0].cpu == 2048 - 128 - 512
    error_message = "More than 500 requests per second need 512 CPU units."
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

run "a_load_reaches_the_generator_alone" {
  command = plan

  variables {
    rate          = 20
    duration      = "2m"
    ramp_up       = "10s"
    workflow_type = "timer"
  }

  assert {
    condition = alltrue([
      for name, value in { BENCHMARK_TARGET_RATE = "20", BENCHMARK_DURATION = "2m", BENCHMARK_RAMP_UP = "10s", BENCHMARK_WORKFLOW_TYPE = "timer" } :
      contains(jsondecode(aws_ecs_task_definition.this["generator"].container_definitions)[0].environment, { name = name, value = value })
    ])
    error_message = "The generator gets the load."
  }

  assert {
    condition = length(setintersection(
      jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].environment[*].name,
      ["BENCHMARK_TARGET_RATE", "BENCHMARK_DURATION", "BENCHMARK_RAMP_UP", "BENCHMARK_WORKFLOW_TYPE"],
    )) == 0
    error_message = "The workers have no load of their own."
  }

  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].environment, { name = "BENCHMARK_POLLERS", value = "32" })
    error_message = "The workers get their pollers."
  }
}

run "a_single_poller_is_refused" {
  command = plan

  variables {
    pollers = 1
  }

  expect_failures = [var.pollers]
}

run "a_ramp_up_as_long_as_the_run_is_refused" {
  command = plan

  variables {
    duration = "1m"
    ramp_up  = "60s"
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "a_load_that_the_generator_does_not_take_is_refused" {
  command = plan

  variables {
    rate          = 1001
    duration      = "61m"
    ramp_up       = "soon"
    workflow_type = "complex"
  }

  expect_failures = [var.rate, var.duration, var.ramp_up, var.workflow_type]
}

run "the_results_are_in_cloudwatch_with_loki_too" {
  command = plan

  variables {
    loki_enabled           = true
    loki_security_group_id = "sg-loki"
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this["generator"].container_definitions)[0].logConfiguration.logDriver == "awslogs" &&
      jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].logConfiguration.logDriver == "json-file"
    )
    error_message = "Only the workers' log goes to Loki."
  }
}

run "the_proxys_size_and_the_time_to_stop_are_inputs" {
  command = plan

  variables {
    rate         = 251
    proxy_cpu    = 768
    proxy_memory = 128
    stop_timeout = 60
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this["generator"].container_definitions)[0].cpu == 2048 - 128 - 768 &&
      jsondecode(aws_ecs_task_definition.this["generator"].container_definitions)[0].memory == 4096 - 320 - 128 &&
      jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].stopTimeout == 60
    )
    error_message = "The inputs must reach the containers."
  }
}

run "a_proxy_below_what_aws_requires_is_an_error" {
  command = plan

  variables {
    proxy_cpu    = 255
    proxy_memory = 63
    stop_timeout = 1
  }

  expect_failures = [var.proxy_cpu, var.proxy_memory, var.stop_timeout]
}
