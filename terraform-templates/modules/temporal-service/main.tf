data "aws_region" "current" {}

locals {
  name = "${var.project_name}-temporal-${var.service_name}"

  # The ports are those of the server's own configuration. Of all of them only the
  # frontend's gRPC goes through Service Connect. History, matching and worker find
  # each other by task address in the database, and the membership ports must stay
  # out of any mesh: the members of the ring connect to single tasks, not to a service.
  # https://docs.temporal.io/self-hosted-guide/defaults
  service_ports = {
    frontend = { grpc = 7233, membership = 6933 }
    history  = { grpc = 7234, membership = 6934 }
    matching = { grpc = 7235, membership = 6935 }
    worker   = { grpc = 7239, membership = 6939 }
  }
  ports = local.service_ports[var.service_name]

  # The worker serves no requests, so the check uses its membership port.
  health_port = var.service_name == "worker" ? local.ports.membership : local.ports.grpc

  metrics_port = 9090

  is_frontend = var.service_name == "frontend"

  # A task needs this capacity for the Service Connect proxy. More memory is for 100 services or 2000 tasks in a namespace.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
  proxy_cpu    = local.uses_service_connect ? var.proxy_cpu : 0
  proxy_memory = local.uses_service_connect ? var.proxy_memory : 0

  # An ARN ends with `workspace/<id>`. An endpoint has `workspaces/<id>` after its host name.
  prometheus_workspace_id = element(split("/", var.prometheus_workspace_arn), 1)

  # The frontend serves through Service Connect. With Loki, the sidecar finds it there. The configuration of an own image
  # may look for the frontend there. Otherwise a service has no use for it: it finds the others in the ring.
  uses_service_connect = local.is_frontend || var.loki_enabled || var.own_config

  server_cpu    = var.cpu - var.sidecar.cpu - local.proxy_cpu
  server_memory = var.memory - var.sidecar.memory - local.proxy_memory

  # Durations as numbers, to compare them.
  seconds = { s = 1, m = 60, h = 3600 }
  lifetimes = {
    for name, duration in {
      base   = var.reservoir.base_lifetime
      jitter = var.reservoir.lifetime_jitter
      guard  = var.reservoir.guard_window
    } : name => tonumber(regex("^[0-9]+", duration)) * local.seconds[regex("[smh]$", duration)]
  }
}

# ------------------------------------------------------------------------------
# Logs
# ------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = coalesce(var.kept_names.log_group, "/ecs/${var.project_name}/${var.service_name}")
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

locals {
  cloudwatch_logs = {
    logDriver = "awslogs"
    options = tomap({
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = data.aws_region.current.region
      awslogs-stream-prefix = "ecs"
      # When CloudWatch is slow, losing lines is better than a server that waits for it.
      mode            = "non-blocking"
      max-buffer-size = "25m"
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
  server_container = merge(local.start, {
    # A short name: users type it for ECS Exec, and it is a label of the log in Loki.
    name      = "temporal-${var.service_name}"
    image     = var.image
    essential = true
    cpu       = local.server_cpu
    memory    = local.server_memory

    portMappings = [
      for port in [
        { name = "grpc", containerPort = local.ports.grpc, appProtocol = local.is_frontend ? "grpc" : null },
        { name = "membership", containerPort = local.ports.membership, appProtocol = null },
        { name = "metrics", containerPort = local.metrics_port, appProtocol = null },
      ] : { for key, value in merge(port, { hostPort = port.containerPort, protocol = "tcp" }) : key => value if value != null }
    ]

    environment = [
      for name in sort(keys(local.environment)) : { name = name, value = local.environment[name] }
    ]

    # Alloy starts before the server and stops after it, so that it also ships the
    # first and the last lines of the log.
    dependsOn = [
      { containerName = var.sidecar.container.name, condition = "START" },
    ]

    healthCheck = {
      # The image has neither the Temporal CLI nor a gRPC probe.
      command     = local.health_check
      interval    = var.health_check_interval
      timeout     = var.health_check_timeout
      retries     = var.health_check_retries
      startPeriod = local.start_period
    }

    # Time to hand over shards and polls to other tasks before the task ends.
    stopTimeout = var.stop_timeout

    linuxParameters = {
      initProcessEnabled = true
      tmpfs              = var.own_config ? [] : [{ containerPath = local.config_folder, size = 1 }]
    }
    ulimits = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    logConfiguration = var.loki_enabled ? local.docker_logs : local.cloudwatch_logs
  })
}

locals {
  container_definitions = jsonencode(concat(
    [local.server_container],
    [var.sidecar.init_container],
    [var.sidecar.container],
  ))
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arn

  container_definitions = local.container_definitions

  # Old revisions stay registered, so that the service can be rolled back.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  dynamic "volume" {
    for_each = var.sidecar.volumes

    content {
      name      = volume.value.name
      host_path = volume.value.host_path
    }
  }

  lifecycle {
    precondition {
      condition     = local.server_cpu >= 128
      error_message = "${var.service_name}: cpu = ${var.cpu} leaves ${local.server_cpu} CPU units for the server, because the sidecar uses ${var.sidecar.cpu} and Service Connect uses ${local.proxy_cpu}. The server needs at least 128: set cpu to ${128 + var.sidecar.cpu + local.proxy_cpu} or more."
    }

    precondition {
      condition     = local.server_memory >= 256
      error_message = "${var.service_name}: memory = ${var.memory} leaves ${local.server_memory} MiB for the server, because the sidecar uses ${var.sidecar.memory} and Service Connect uses ${local.proxy_memory}. The server needs at least 256: set memory to ${256 + var.sidecar.memory + local.proxy_memory} or more."
    }

    # The task role can write only to that workspace. Metrics for another workspace would be lost silently.
    precondition {
      condition     = strcontains(var.sidecar.prometheus_endpoint, "/workspaces/${local.prometheus_workspace_id}/")
      error_message = "${var.service_name}: the sidecar writes metrics to ${var.sidecar.prometheus_endpoint}, which is not the workspace ${var.prometheus_workspace_arn}."
    }

    # DSQL ends every connection after 60 minutes.
    # https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
    precondition {
      condition     = !var.reservoir_enabled || local.lifetimes.base + local.lifetimes.jitter < 3600
      error_message = "${var.service_name}: reservoir.base_lifetime (${var.reservoir.base_lifetime}) and lifetime_jitter (${var.reservoir.lifetime_jitter}) must be below 60 minutes together, because DSQL ends a connection after 60 minutes."
    }

    precondition {
      condition     = !var.reservoir_enabled || local.lifetimes.guard < local.lifetimes.base
      error_message = "${var.service_name}: reservoir.guard_window (${var.reservoir.guard_window}) must be shorter than base_lifetime (${var.reservoir.base_lifetime}). Otherwise the reservoir would never hand out a connection."
    }

    # ECS would end the server in the middle of its drain.
    precondition {
      condition     = var.own_config || var.stop_timeout >= local.drain_seconds + 15
      error_message = "${var.service_name}: dynamic_config makes it wait ${local.drain_seconds} s while it stops, so stop_timeout = ${var.stop_timeout} is too short: set it to ${ceil(local.drain_seconds) + 15} or more, or shorten the drain."
    }

    # The limit of a task definition, which contains the configuration.
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
    precondition {
      condition     = length(local.container_definitions) <= 60000
      error_message = "${var.service_name}: the container definitions have ${length(local.container_definitions)} characters, but a task definition holds 64 KiB: reduce dynamic_config or extra_environment."
    }

    precondition {
      condition     = !var.distributed_conn_lease_enabled || var.conn_lease_table_name != null
      error_message = "${var.service_name}: distributed_conn_lease_enabled is true but conn_lease_table_name is not set. Without its table the server runs without a limit."
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

  # An alarm that was on before the deployment is ignored.
  dynamic "alarms" {
    for_each = length(var.alarm_names) > 0 ? [var.alarm_names] : []

    content {
      alarm_names = alarms.value
      enable      = true
      rollback    = true
    }
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = concat([aws_security_group.this.id], var.security_group_ids)
  }

  # Longer than the first fill of the reservoir: ECS stops a task that a load balancer calls unhealthy.
  health_check_grace_period_seconds = length(var.target_group_arns) > 0 ? local.start_period : null

  dynamic "load_balancer" {
    for_each = var.target_group_arns

    content {
      target_group_arn = load_balancer.value
      container_name   = local.server_container.name
      container_port   = local.ports.grpc
    }
  }

  # Also where it is not used: without the block, a service that was in the namespace would stay there.
  service_connect_configuration {
    enabled   = local.uses_service_connect
    namespace = local.uses_service_connect ? var.service_connect_namespace_arn : null

    dynamic "service" {
      for_each = local.is_frontend ? ["grpc"] : []

      content {
        port_name      = service.value
        discovery_name = "temporal-frontend"

        client_alias {
          dns_name = "temporal-frontend"
          port     = local.ports.grpc
        }

        # A worker's long poll lasts a minute or more; by default the proxy
        # ends a gRPC request after 15 seconds. 0 is no limit.
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TimeoutConfiguration.html
        timeout {
          per_request_timeout_seconds = 0
          idle_timeout_seconds        = 0
        }
      }
    }

    dynamic "log_configuration" {
      for_each = local.uses_service_connect ? [local.cloudwatch_logs] : []

      content {
        log_driver = log_configuration.value.logDriver
        options    = merge(log_configuration.value.options, { awslogs-stream-prefix = "service-connect" })
      }
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}
