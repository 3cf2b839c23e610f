data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# -----------------------------------------------------------------------------
# Instances
# -----------------------------------------------------------------------------

# Separate instances, so that the load does not share a processor with the services that it measures. An instance
# starts when a task waits for it, and is removed when it is empty.
module "ec2_capacity" {
  source = "../ec2-capacity"

  project_name        = var.project_name
  workload            = "benchmark"
  cluster_name        = var.cluster_name
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  security_group_ids  = var.security_group_ids
  instance_type       = var.instance_type
  instance_count      = 0
  max_count           = var.max_instances
  image_pull_behavior = var.image_pull_behavior

  kept_names = {
    asg               = var.kept_names.asg
    capacity_provider = var.kept_names.capacity_provider
  }
}

# -----------------------------------------------------------------------------
# Tasks
# -----------------------------------------------------------------------------

locals {
  # The generator starts workflows, and the workers run them. Both use the same image.
  roles = {
    generator = {
      cpu     = var.cpu
      memory  = var.memory
      sidecar = var.generator_sidecar

      # The script reads the results of a run from CloudWatch.
      loki_enabled = false

      environment = {
        BENCHMARK_DURATION       = var.duration
        BENCHMARK_GENERATOR_ONLY = "true"
        BENCHMARK_RAMP_UP        = var.ramp_up
        BENCHMARK_TARGET_RATE    = tostring(var.rate)
        BENCHMARK_WORKFLOW_TYPE  = var.workflow_type
      }

      # One generator is the whole load, so there are never two generators, not even during a deployment.
      minimum_healthy_percent = 0
      maximum_percent         = 100
    }
    worker = {
      cpu          = var.worker_cpu
      memory       = var.worker_memory
      sidecar      = var.worker_sidecar
      loki_enabled = var.loki_enabled
      environment  = { BENCHMARK_POLLERS = tostring(var.pollers), BENCHMARK_WORKER_ONLY = "true" }

      # More tasks than requested would start another instance.
      minimum_healthy_percent = 50
      maximum_percent         = 100
    }
  }

  # A task needs this capacity for the Service Connect proxy. AWS recommends 512 CPU units above 500 requests per second.
  # The generator sends two for each workflow: its start, and the wait for its result.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
  proxy_cpu = coalesce(var.proxy_cpu, 2 * var.rate > 500 ? 512 : 256)

  seconds = { for name, time in { duration = var.duration, ramp_up = var.ramp_up } :
    name => tonumber(regex("^[0-9]+", time)) * { s = 1, m = 60, h = 3600 }[regex("[smh]$", time)]
  }

  app_cpu    = { for role, task in local.roles : role => task.cpu - task.sidecar.cpu - local.proxy_cpu }
  app_memory = { for role, task in local.roles : role => task.memory - task.sidecar.memory - var.proxy_memory }

  own_environment = {
    for role, task in local.roles : role => merge(task.environment, {
      AWS_EC2_METADATA_DISABLED = "true"
      AWS_REGION                = data.aws_region.current.region
      BENCHMARK_NAMESPACE       = var.namespace
      TEMPORAL_ADDRESS          = "temporal-frontend:7233"
    })
  }

  environment = { for role, own in local.own_environment : role => merge(own, var.extra_environment) }
  overridden  = { for role, own in local.own_environment : role => setintersection(keys(own), keys(var.extra_environment)) }

  cloudwatch_logs = {
    for role, group in aws_cloudwatch_log_group.this : role => {
      logDriver = "awslogs"
      options = {
        awslogs-group         = group.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "ecs"
        # A generator that waits for CloudWatch measures CloudWatch.
        mode            = "non-blocking"
        max-buffer-size = "25m"
      }
    }
  }

  # The sidecar reads the log through the Docker socket and ships it to Loki.
  docker_logs = {
    logDriver = "json-file"
    options   = { max-size = "50m", max-file = "3" }
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.roles

  family                   = "${var.project_name}-benchmark-${each.key}"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = aws_iam_role.task.arn
  skip_destroy             = true

  container_definitions = jsonencode(concat(
    [{
      name      = "benchmark-${each.key}"
      image     = var.benchmark_image
      essential = true
      cpu       = local.app_cpu[each.key]
      memory    = local.app_memory[each.key]

      environment = [for name in sort(keys(local.environment[each.key])) : { name = name, value = local.environment[each.key][name] }]

      # The sidecar starts before the container and stops after it, so that it gets the first and the last lines
      # and samples.
      dependsOn = [{ containerName = each.value.sidecar.container.name, condition = "START" }]

      # Time for a worker to finish its current tasks.
      stopTimeout     = var.stop_timeout
      linuxParameters = { initProcessEnabled = true }
      ulimits         = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

      logConfiguration = each.value.loki_enabled ? local.docker_logs : local.cloudwatch_logs[each.key]
    }],
    [each.value.sidecar.init_container],
    [each.value.sidecar.container],
  ))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  dynamic "volume" {
    for_each = each.value.sidecar.volumes

    content {
      name      = volume.value.name
      host_path = volume.value.host_path
    }
  }

  lifecycle {
    precondition {
      condition     = local.seconds.ramp_up < local.seconds.duration
      error_message = "ramp_up is ${var.ramp_up}, which must be shorter than the duration of ${var.duration}."
    }

    precondition {
      condition     = length(local.overridden[each.key]) == 0
      error_message = "extra_environment sets ${join(", ", local.overridden[each.key])}, which the benchmark ${each.key} sets itself."
    }

    precondition {
      condition     = local.app_cpu[each.key] >= 128
      error_message = "The benchmark ${each.key} needs at least 128 CPU units for itself: of ${each.value.cpu}, its sidecar uses ${each.value.sidecar.cpu} and the Service Connect proxy uses ${local.proxy_cpu}."
    }

    precondition {
      condition     = local.app_memory[each.key] >= 256
      error_message = "The benchmark ${each.key} needs at least 256 MiB for itself: of ${each.value.memory}, its sidecar uses ${each.value.sidecar.memory} and the Service Connect proxy uses ${var.proxy_memory}."
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  for_each = toset(["generator", "worker"])

  name              = "/ecs/${var.project_name}/benchmark-${each.key}"
  retention_in_days = var.log_retention_days
}

# -----------------------------------------------------------------------------
# Services
# -----------------------------------------------------------------------------

# The generator is a service too, although it ends. Tasks outside a service cannot use Service Connect, so they would
# not find the frontend. ECS restarts the generator until you scale it back to 0.
resource "aws_ecs_service" "this" {
  for_each = local.roles

  name                               = "${var.project_name}-benchmark-${each.key}"
  cluster                            = var.cluster_arn
  task_definition                    = aws_ecs_task_definition.this[each.key].arn
  desired_count                      = 0
  deployment_minimum_healthy_percent = each.value.minimum_healthy_percent
  deployment_maximum_percent         = each.value.maximum_percent
  availability_zone_rebalancing      = each.value.maximum_percent > 100 ? "ENABLED" : "DISABLED"
  enable_execute_command             = true
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"

  # Without it, the provider replaces the service when its capacity provider changes, and no task runs meanwhile.
  force_new_deployment = true

  # Not the name from the module above: this one is known only after the cluster has associated the provider.
  capacity_provider_strategy {
    capacity_provider = var.associated_capacity_provider_name
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

  # Only a client: it finds temporal-frontend, and Loki for the sidecar.
  service_connect_configuration {
    enabled   = true
    namespace = var.service_connect_namespace_arn

    log_configuration {
      log_driver = local.cloudwatch_logs[each.key].logDriver
      options    = merge(local.cloudwatch_logs[each.key].options, { awslogs-stream-prefix = "service-connect" })
    }
  }

  depends_on = [
    aws_iam_role_policy.task,
    aws_vpc_security_group_egress_rule.frontend,
    aws_vpc_security_group_ingress_rule.frontend,
  ]

  lifecycle {
    # A script scales the service up for a run and back down.
    ignore_changes = [desired_count]
  }
}
