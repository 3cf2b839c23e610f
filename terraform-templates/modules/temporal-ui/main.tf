data "aws_region" "current" {}

locals {
  name = "${var.project_name}-temporal-ui"
  port = 8080

  sidecar_cpu    = var.sidecar == null ? 0 : var.sidecar.cpu
  sidecar_memory = var.sidecar == null ? 0 : var.sidecar.memory

  # The sizes of the Service Connect proxy have their source here:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
  ui_cpu    = var.cpu - local.sidecar_cpu - var.proxy_cpu
  ui_memory = var.memory - local.sidecar_memory - var.proxy_memory
}

# ------------------------------------------------------------------------------
# Logs
# ------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = coalesce(var.kept_names.log_group, "/ecs/${var.project_name}/ui")
  retention_in_days = var.log_retention_days
}

locals {
  cloudwatch_logs = {
    logDriver = "awslogs"
    options = tomap({
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = data.aws_region.current.region
      awslogs-stream-prefix = "ecs"
      mode                  = "non-blocking"
      max-buffer-size       = "25m"
    })
  }

  # With Loki, the sidecar reads the log files that Docker keeps. Without limits, Docker keeps all of them.
  docker_logs = {
    logDriver = "json-file"
    options = tomap({
      max-size = "50m"
      max-file = "3"
    })
  }
}

# ------------------------------------------------------------------------------
# Task
# ------------------------------------------------------------------------------

locals {
  environment = merge(local.own_environment, var.extra_environment)

  own_environment = {
    # Tasks cannot reach the instance metadata.
    AWS_EC2_METADATA_DISABLED = "true"
    # The frontend's name in Service Connect.
    TEMPORAL_ADDRESS = "temporal-frontend:7233"
    # The address of the forwarded port in the browser.
    TEMPORAL_CORS_ORIGINS = "http://localhost:${local.port}"
    # This address has no TLS, and some browsers return no secure cookie to it. Without the cookie, the UI can
    # only read.
    TEMPORAL_CSRF_COOKIE_INSECURE = "true"
    TEMPORAL_UI_PORT              = tostring(local.port)
  }

  ui_container = {
    # A short name: users type it for ECS Exec, and it is a label of the log in Loki.
    name      = "temporal-ui"
    image     = var.image
    essential = true
    cpu       = local.ui_cpu
    memory    = local.ui_memory

    portMappings = [
      { name = "http", containerPort = local.port, hostPort = local.port, protocol = "tcp" },
    ]

    environment = [
      for name in sort(keys(local.environment)) : { name = name, value = local.environment[name] }
    ]

    # Alloy starts before the UI and stops after it, so that it also ships the
    # first and the last lines of the log.
    dependsOn = [
      for sidecar in var.sidecar[*] : { containerName = sidecar.container.name, condition = "START" }
    ]

    healthCheck = {
      command     = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:${local.port}/healthz || exit 1"]
      interval    = var.health_check_interval
      timeout     = var.health_check_timeout
      retries     = var.health_check_retries
      startPeriod = var.start_period
    }

    stopTimeout     = var.stop_timeout
    linuxParameters = { initProcessEnabled = true }
    ulimits         = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    logConfiguration = var.loki_enabled ? local.docker_logs : local.cloudwatch_logs
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arn

  container_definitions = jsonencode(concat(
    [local.ui_container],
    var.sidecar[*].init_container,
    var.sidecar[*].container,
  ))

  # Old revisions stay registered, so that the service can be rolled back.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  dynamic "volume" {
    for_each = var.sidecar == null ? [] : var.sidecar.volumes

    content {
      name      = volume.value.name
      host_path = volume.value.host_path
    }
  }

  lifecycle {
    precondition {
      condition     = local.ui_cpu >= 128
      error_message = "UI: cpu = ${var.cpu} leaves ${local.ui_cpu} CPU units for the UI, because the sidecar uses ${local.sidecar_cpu} and Service Connect uses ${var.proxy_cpu}. The UI needs at least 128: set cpu to ${128 + local.sidecar_cpu + var.proxy_cpu} or more."
    }

    precondition {
      condition     = local.ui_memory >= 256
      error_message = "UI: memory = ${var.memory} leaves ${local.ui_memory} MiB for the UI, because the sidecar uses ${local.sidecar_memory} and Service Connect uses ${var.proxy_memory}. The UI needs at least 256: set memory to ${256 + local.sidecar_memory + var.proxy_memory} or more."
    }
  }
}

# ------------------------------------------------------------------------------
# Service
# ------------------------------------------------------------------------------

resource "aws_ecs_service" "this" {
  name            = local.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.desired_count

  deployment_minimum_healthy_percent = var.minimum_healthy_percent
  deployment_maximum_percent         = var.maximum_percent

  # ECS rejects rebalancing if a deployment cannot start more tasks than the count,
  # and enables it by default. So both cases are set.
  availability_zone_rebalancing = var.maximum_percent > 100 ? "ENABLED" : "DISABLED"

  # Users need this too: Session Manager forwards a port to the task.
  enable_execute_command  = true
  enable_ecs_managed_tags = true
  propagate_tags          = "SERVICE"

  # Without it, the provider replaces the service when its capacity provider changes, and no task runs meanwhile.
  force_new_deployment = true

  capacity_provider_strategy {
    capacity_provider = var.capacity_provider_name
    weight            = 1
    base              = 0
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "instanceId"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = concat([aws_security_group.this.id], var.security_group_ids)
  }

  # Only a client: the UI finds the frontend, and nothing has to find the UI.
  service_connect_configuration {
    enabled   = true
    namespace = var.service_connect_namespace_arn

    log_configuration {
      log_driver = local.cloudwatch_logs.logDriver
      options    = merge(local.cloudwatch_logs.options, { awslogs-stream-prefix = "service-connect" })
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}
