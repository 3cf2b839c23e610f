# One task runs all of Loki, and there is never a second one: the ring is in its memory,
# and two compactors on one bucket would destroy each other's work. Clients find it as
# loki:3100 through Service Connect.

locals {
  loki_name     = "${var.project_name}-loki"
  loki_port     = 3100
  loki_endpoint = "http://loki:${local.loki_port}"

  loki_config_path = "/etc/loki-config"
  loki_config = var.loki_enabled ? templatefile("${path.module}/templates/loki.yaml.tftpl", {
    region          = local.region
    bucket          = aws_s3_bucket.loki[0].bucket
    retention_hours = var.loki_retention_days * 24
  }) : null

  loki_cpu_share    = var.loki_enabled ? var.loki_cpu - var.loki_proxy_cpu : null
  loki_memory_share = var.loki_enabled ? var.loki_memory - local.writer_memory - var.loki_proxy_memory : null
}

# ------------------------------------------------------------------------------
# Configuration
# ------------------------------------------------------------------------------

resource "aws_ssm_parameter" "loki" {
  #checkov:skip=CKV2_AWS_34:it holds configuration and no secret
  count = var.loki_enabled ? 1 : 0

  name        = "/${var.project_name}/loki/config"
  description = "Configuration of Loki."
  type        = "String"
  tier        = "Standard"
  value       = local.loki_config
}

resource "aws_cloudwatch_log_group" "loki" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  count = var.loki_enabled ? 1 : 0

  name              = "/ecs/${var.project_name}/loki"
  retention_in_days = var.log_retention_days
}

# ------------------------------------------------------------------------------
# Task
# ------------------------------------------------------------------------------

locals {
  # Loki's own log is in CloudWatch: Loki cannot report its own failure.
  loki_logs = {
    logDriver = "awslogs"
    options   = merge(local.cloudwatch_log_options, { awslogs-group = one(aws_cloudwatch_log_group.loki[*].name) })
  }

  # Loki's image has no shell since 3.6, so another image writes the file.
  loki_config_container = {
    name       = "loki-config"
    image      = var.config_writer_image
    essential  = false
    user       = "0"
    memory     = local.writer_memory
    entryPoint = ["/bin/sh", "-c"]
    command    = ["printf '%s' \"$LOKI_CONFIG\" > ${local.loki_config_path}/loki.yaml"]

    # A task reads the parameter when it starts. The hash creates a new task
    # definition for a new configuration.
    environment = [
      { name = "CONFIG_SHA256", value = var.loki_enabled ? sha256(local.loki_config) : null },
    ]
    secrets = [
      { name = "LOKI_CONFIG", valueFrom = one(aws_ssm_parameter.loki[*].arn) },
    ]
    mountPoints = [
      { sourceVolume = "config", containerPath = local.loki_config_path, readOnly = false },
    ]

    logConfiguration = local.loki_logs
  }

  loki_container = {
    name      = "loki"
    image     = var.loki_image
    essential = true
    cpu       = local.loki_cpu_share
    memory    = local.loki_memory_share
    command   = ["-config.file=${local.loki_config_path}/loki.yaml", "-target=all"]

    portMappings = [
      { name = "http", containerPort = local.loki_port, hostPort = local.loki_port, protocol = "tcp" },
    ]

    environment = [
      # Credentials come from the task role: tasks cannot reach the instance metadata.
      { name = "AWS_EC2_METADATA_DISABLED", value = "true" },
    ]
    mountPoints = [
      { sourceVolume = "config", containerPath = local.loki_config_path, readOnly = true },
    ]
    dependsOn = [
      { containerName = "loki-config", condition = "SUCCESS" },
    ]

    healthCheck = {
      # The image has no wget either, so Loki checks itself. Images from 3.6.5 on can do this.
      command  = ["CMD", "/usr/bin/loki", "-health"]
      interval = var.loki_health_check_interval
      timeout  = var.loki_health_check_timeout
      retries  = var.loki_health_check_retries
      # The ingester is ready only after it has waited for other members of the ring. There are none.
      startPeriod = var.loki_start_period
    }

    # A restart in place lets Loki find its write-ahead log after a crash. A new task would not have it.
    restartPolicy = { enabled = true, restartAttemptPeriod = 60 }

    # Time to flush to S3.
    stopTimeout = var.loki_stop_timeout

    linuxParameters = { initProcessEnabled = true }
    ulimits         = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    logConfiguration = local.loki_logs
  }
}

resource "aws_ecs_task_definition" "loki" {
  count = var.loki_enabled ? 1 : 0

  family                   = local.loki_name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.loki_cpu
  memory                   = var.loki_memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.loki_task_role_arn

  container_definitions = jsonencode(concat(
    [local.loki_container],
    [local.loki_config_container],
  ))

  # Old revisions stay registered, so that the service can be rolled back.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  volume {
    name = "config"
  }

  lifecycle {
    precondition {
      condition     = local.loki_cpu_share >= 128
      error_message = "Loki: loki_cpu = ${var.loki_cpu} leaves ${local.loki_cpu_share} CPU units for Loki, because Service Connect uses ${var.loki_proxy_cpu}. Loki needs at least 128: set loki_cpu to ${128 + var.loki_proxy_cpu} or more."
    }

    precondition {
      condition     = local.loki_memory_share >= 256
      error_message = "Loki: loki_memory = ${var.loki_memory} leaves ${local.loki_memory_share} MiB for Loki, because the init container uses ${local.writer_memory} and Service Connect uses ${var.loki_proxy_memory}. Loki needs at least 256: set loki_memory to ${256 + local.writer_memory + var.loki_proxy_memory} or more."
    }
  }
}

# ------------------------------------------------------------------------------
# Service
# ------------------------------------------------------------------------------

resource "aws_ecs_service" "loki" {
  count = var.loki_enabled ? 1 : 0

  name            = local.loki_name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.loki[0].arn
  desired_count   = 0

  # The old task ends before the new one starts.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  # ECS enables it by default, but rejects it with a maximum of 100.
  availability_zone_rebalancing = "DISABLED"

  # The image has no shell, but you can forward ports.
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
    security_groups = concat([aws_security_group.loki[0].id], var.security_group_ids)
  }

  # Without a protocol for the port, the proxy passes TCP through without timeouts.
  service_connect_configuration {
    enabled   = true
    namespace = var.service_connect_namespace_arn

    service {
      port_name      = "http"
      discovery_name = "loki"

      client_alias {
        dns_name = "loki"
        port     = local.loki_port
      }
    }

    log_configuration {
      log_driver = local.loki_logs.logDriver
      options    = merge(local.loki_logs.options, { awslogs-stream-prefix = "service-connect" })
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}
