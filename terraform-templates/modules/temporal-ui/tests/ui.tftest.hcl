# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  project_name                  = "acme-prod"
  image                         = "temporalio/ui:2.52.0"
  cpu                           = 512
  memory                        = 512
  minimum_healthy_percent       = 100
  maximum_percent               = 200
  cluster_arn                   = "arn:aws:ecs:eu-west-1:123456789012:cluster/acme-prod"
  capacity_provider_name        = "acme-prod-main"
  service_connect_namespace_arn = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1a2b"
  vpc_id                        = "vpc-1a2b"
  subnet_ids                    = ["subnet-1a", "subnet-1b"]
  security_group_ids            = ["sg-egress"]
  frontend_security_group_id    = "sg-frontend"
  execution_role_arn            = "arn:aws:iam::123456789012:role/acme-prod-ecs-execution"
  task_role_arn                 = "arn:aws:iam::123456789012:role/acme-prod-ui-task"
}

run "without_loki_the_task_has_one_container" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)) == 1
    error_message = "Without Loki the UI needs no sidecar."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration.logDriver == "awslogs"
    error_message = "Without Loki the log must go to CloudWatch."
  }
}

run "the_ui_finds_the_frontend" {
  command = plan

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment,
      { name = "TEMPORAL_ADDRESS", value = "temporal-frontend:7233" },
    )
    error_message = "TEMPORAL_ADDRESS must be the frontend's name in Service Connect."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.frontend.security_group_id == "sg-frontend"
    error_message = "The frontend must let the UI in."
  }
}

run "the_browser_returns_the_cookie_without_tls" {
  command = plan

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment,
      { name = "TEMPORAL_CSRF_COOKIE_INSECURE", value = "true" },
    )
    error_message = "The UI is opened at http://localhost, to which some browsers return no secure cookie."
  }
}

run "further_variables_reach_the_ui" {
  command = plan

  variables {
    extra_environment = { TEMPORAL_DEFAULT_NAMESPACE = "orders" }
  }

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment,
      { name = "TEMPORAL_DEFAULT_NAMESPACE", value = "orders" },
    )
    error_message = "extra_environment must reach the container."
  }
}

run "a_variable_of_the_modules_own_is_an_error" {
  command = plan

  variables {
    extra_environment = { TEMPORAL_ADDRESS = "elsewhere:7233" }
  }

  expect_failures = [var.extra_environment]
}

run "loki_needs_the_sidecar" {
  command = plan

  variables {
    loki_enabled           = true
    loki_security_group_id = "sg-loki"
  }

  expect_failures = [var.sidecar]
}

run "too_small_a_task_is_an_error" {
  command = plan

  variables {
    cpu = 256
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "times_and_the_size_of_the_proxy_have_defaults" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck) == jsonencode({
      command     = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:8080/healthz || exit 1"]
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }) && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 30
    error_message = "The defaults must reach the container."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].cpu == 512 - 256 && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].memory == 512 - 64
    error_message = "The UI must get what the proxy leaves."
  }
}

run "times_and_the_size_of_the_proxy_are_inputs" {
  command = plan

  variables {
    proxy_cpu             = 384
    proxy_memory          = 128
    stop_timeout          = 10
    start_period          = 60
    health_check_interval = 15
    health_check_timeout  = 4
    health_check_retries  = 5
  }

  assert {
    condition = jsonencode(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck) == jsonencode({
      command     = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:8080/healthz || exit 1"]
      interval    = 15
      timeout     = 4
      retries     = 5
      startPeriod = 60
    }) && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 10
    error_message = "The inputs must reach the container."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].cpu == 512 - 384 && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].memory == 512 - 128
    error_message = "The UI must get what the proxy leaves."
  }
}

run "what_ecs_refuses_is_an_error" {
  command = plan

  variables {
    proxy_cpu             = 255
    proxy_memory          = 63
    stop_timeout          = 601
    start_period          = 301
    health_check_interval = 4
    health_check_timeout  = 61
    health_check_retries  = 11
  }

  expect_failures = [
    var.proxy_cpu,
    var.proxy_memory,
    var.stop_timeout,
    var.start_period,
    var.health_check_interval,
    var.health_check_timeout,
    var.health_check_retries,
  ]
}

run "a_proxy_that_leaves_too_little_is_an_error" {
  command = plan

  variables {
    proxy_cpu = 385
  }

  expect_failures = [aws_ecs_task_definition.this]
}
