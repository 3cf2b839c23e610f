locals {
  grafana_name = "${var.project_name}-grafana"
  grafana_port = 3000

  grafana_provisioning_path = "/etc/grafana/provisioning"
  grafana_dashboard_path    = "${local.grafana_provisioning_path}/dashboards"

  # Grafana uses Service Connect only to find Loki. The sizes of the proxy have their source here:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
  grafana_cpu_share    = var.grafana_cpu - (var.loki_enabled ? var.grafana_proxy_cpu : 0)
  grafana_memory_share = var.grafana_memory - local.writer_memory - (var.loki_enabled ? var.grafana_proxy_memory : 0)
}

# ------------------------------------------------------------------------------
# Configuration
# ------------------------------------------------------------------------------

# Grafana's disk is lost with its task, so all configuration comes from files. Their
# content is in parameters, and an init container writes the files. A dashboard that you
# create in Grafana is lost at the next start.

locals {
  # Keyed by the environment variable that passes the text to the init container.
  # The name is part of the parameter's name.
  grafana_files = {
    DATASOURCES = {
      parameter = "datasources"
      path      = "${local.grafana_provisioning_path}/datasources/datasources.yaml"
      content = templatefile("${path.module}/templates/datasources.yaml.tftpl", {
        region              = local.region
        prometheus_endpoint = aws_prometheus_workspace.this.prometheus_endpoint
        loki_endpoint       = var.loki_enabled ? local.loki_endpoint : null
      })
    }
    DASHBOARD_PROVIDER = {
      parameter = "dashboards"
      path      = "${local.grafana_dashboard_path}/dashboards.yaml"
      content = templatefile("${path.module}/templates/dashboards.yaml.tftpl", {
        path = local.grafana_dashboard_path
      })
    }
  }
}

# Compressed for two reasons: a standard parameter holds 4096 characters, and
# Parameter Store rejects the double braces in a dashboard's legends.
resource "aws_ssm_parameter" "grafana" {
  #checkov:skip=CKV2_AWS_34:it holds configuration and no secret
  for_each = local.grafana_files

  name        = "/${var.project_name}/grafana/${each.value.parameter}"
  description = "File for Grafana, gzip and base64: ${each.value.path}"
  type        = "String"
  tier        = "Standard"
  value       = base64gzip(each.value.content)

  lifecycle {
    precondition {
      condition     = length(base64gzip(each.value.content)) <= 4096
      error_message = "${each.value.path} has ${length(base64gzip(each.value.content))} characters when compressed, but a standard parameter holds 4096."
    }
  }
}

# ------------------------------------------------------------------------------
# Dashboards
# ------------------------------------------------------------------------------

locals {
  prometheus_source = { type = "grafana-amazonprometheus-datasource", uid = "prometheus" }
  cloudwatch_source = { type = "cloudwatch", uid = "cloudwatch" }

  # Two panels in each row. The options are those that a panel does not state.
  grafana_dashboards = {
    for name, dashboard in yamldecode(var.dashboards) : name => {
      uid           = name
      title         = dashboard.title
      tags          = ["temporal"]
      timezone      = "browser"
      editable      = false
      schemaVersion = 39
      refresh       = "1m"
      time          = { from = "now-3h", to = "now" }
      templating    = { list = [] }
      annotations   = { list = [] }

      panels = [
        for index, panel in dashboard.panels : {
          id          = index + 1
          type        = "timeseries"
          title       = panel.title
          description = panel.description
          datasource  = try(panel.queries[0].namespace, null) == null ? local.prometheus_source : local.cloudwatch_source
          gridPos     = { h = 8, w = 12, x = index % 2 * 12, y = floor(index / 2) * 8 }
          options     = { legend = { displayMode = "list", placement = "bottom" }, tooltip = { mode = "multi", sort = "desc" } }

          fieldConfig = {
            overrides = []
            defaults  = { unit = panel.unit, min = 0, custom = { fillOpacity = 10, showPoints = "never" } }
          }

          # A tuple holds both forms of a query: objects of different types cannot be the results of a condition.
          targets = [
            for place, query in panel.queries : [
              {
                refId        = substr("ABCDEFGH", place, 1)
                datasource   = local.prometheus_source
                expr         = try(query.expr, "")
                legendFormat = try(query.legend, "")
              },
              {
                refId            = substr("ABCDEFGH", place, 1)
                datasource       = local.cloudwatch_source
                queryMode        = "Metrics"
                metricQueryType  = 0
                metricEditorMode = 0
                region           = "default"
                namespace        = try(query.namespace, "")
                metricName       = try(query.metric, "")
                statistic        = try(query.statistic, "")
                dimensions       = { for dimension, values in try(query.dimensions, {}) : dimension => split(",", values) }
                matchExact       = true
                period           = "60"
                label            = trimspace("${try(query.legend, "")} ${try("$${PROP('Dim.${query.by}')}", "")}")
              },
            ][try(query.namespace, null) == null ? 0 : 1]
          ]
        }
      ]
    }
  }

  # All dashboards are one compressed shell script that writes their files. So they fit into a fixed number of
  # parameters, whatever the size of each.
  dashboard_script = base64gzip(join("\n", [
    for name, dashboard in local.grafana_dashboards :
    "cat >${local.grafana_dashboard_path}/${name}.json <<'DASHBOARD'\n${jsonencode(dashboard)}\nDASHBOARD"
  ]))

  dashboard_parts = toset(["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"])

  dashboard_part_size = ceil(length(local.dashboard_script) / length(local.dashboard_parts))
}

resource "aws_ssm_parameter" "dashboards" {
  #checkov:skip=CKV2_AWS_34:it holds dashboards and no secret
  for_each = local.dashboard_parts

  name        = "/${var.project_name}/grafana/dashboards-${each.key}"
  description = "Grafana's dashboards, gzip and base64, part ${each.key} of ${length(local.dashboard_parts)}"
  type        = "String"
  tier        = "Standard"
  value       = substr(local.dashboard_script, (tonumber(each.key) - 1) * local.dashboard_part_size, local.dashboard_part_size)

  lifecycle {
    precondition {
      condition     = local.dashboard_part_size <= 4096
      error_message = "The dashboards have ${length(local.dashboard_script)} characters when compressed, but ${length(local.dashboard_parts)} standard parameters hold ${4096 * length(local.dashboard_parts)}: add elements to local.dashboard_parts."
    }
  }
}

resource "aws_cloudwatch_log_group" "grafana" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/ecs/${var.project_name}/grafana"
  retention_in_days = var.log_retention_days
}

# ------------------------------------------------------------------------------
# Task
# ------------------------------------------------------------------------------

locals {
  grafana_logs = {
    logDriver = "awslogs"
    options   = merge(local.cloudwatch_log_options, { awslogs-group = aws_cloudwatch_log_group.grafana.name })
  }

  grafana_config_container = {
    name       = "grafana-config"
    image      = var.config_writer_image
    essential  = false
    user       = "0"
    memory     = local.writer_memory
    entryPoint = ["/bin/sh", "-c"]
    command = [join(" && ", concat(
      # Grafana logs an error if a provisioning folder does not exist.
      ["cd ${local.grafana_provisioning_path}", "mkdir -p alerting dashboards datasources plugins"],
      [for name, grafana_file in local.grafana_files : format("printf '%%s' \"$%s\" | base64 -d | gunzip > %s", name, grafana_file.path)],
      ["printf '%s' ${join("", [for part in local.dashboard_parts : "\"$DASHBOARDS_${part}\""])} | base64 -d | gunzip | sh -e"],
    ))]

    # A task reads the parameter when it starts. The hash creates a new task
    # definition for a new file, so that a running Grafana gets the file too.
    environment = [
      { name = "CONFIG_SHA256", value = sha256(jsonencode([local.grafana_files, local.grafana_dashboards])) },
    ]
    secrets = concat(
      [for name, parameter in aws_ssm_parameter.grafana : { name = name, valueFrom = parameter.arn }],
      [for part, parameter in aws_ssm_parameter.dashboards : { name = "DASHBOARDS_${part}", valueFrom = parameter.arn }],
    )
    mountPoints = [
      { sourceVolume = "provisioning", containerPath = local.grafana_provisioning_path, readOnly = false },
    ]

    logConfiguration = local.grafana_logs
  }

  grafana_container = {
    name      = "grafana"
    image     = var.grafana_image
    essential = true
    cpu       = local.grafana_cpu_share
    memory    = local.grafana_memory_share

    portMappings = [
      { name = "http", containerPort = local.grafana_port, hostPort = local.grafana_port, protocol = "tcp" },
    ]

    environment = [
      { name = "AWS_EC2_METADATA_DISABLED", value = "true" },
      { name = "AWS_REGION", value = local.region },
      { name = "GF_ANALYTICS_CHECK_FOR_UPDATES", value = "false" },
      { name = "GF_ANALYTICS_REPORTING_ENABLED", value = "false" },
      { name = "GF_AUTH_ANONYMOUS_ENABLED", value = "false" },
      { name = "GF_AUTH_SIGV4_AUTH_ENABLED", value = "true" },
      # Grafana uses only the task role for AWS: no access keys in a data source.
      { name = "GF_AWS_ALLOWED_AUTH_PROVIDERS", value = "default" },
      # The plugins that get these settings, and the variables by which they find the task role's credentials.
      { name = "GF_AWS_FORWARD_SETTINGS_TO_PLUGINS", value = "cloudwatch,grafana-amazonprometheus-datasource" },
      { name = "GF_LOG_MODE", value = "console" },
      # Sync: Grafana waits for the plugin, because it drops a data source without its plugin. An image that
      # has the plugin downloads nothing, also not the plugins that Grafana installs by default.
      var.grafana_amp_plugin_version == null
      ? { name = "GF_PLUGINS_PREINSTALL_DISABLED", value = "true" }
      : { name = "GF_PLUGINS_PREINSTALL_SYNC", value = "grafana-amazonprometheus-datasource@${coalesce(var.grafana_amp_plugin_version, "none")}" },
      { name = "GF_SERVER_HTTP_PORT", value = tostring(local.grafana_port) },
      { name = "GF_USERS_ALLOW_SIGN_UP", value = "false" },
    ]
    secrets = [
      { name = "GF_SECURITY_ADMIN_PASSWORD", valueFrom = "${local.grafana_admin_secret_arn}:admin_password::" },
      { name = "GF_SECURITY_ADMIN_USER", valueFrom = "${local.grafana_admin_secret_arn}:admin_user::" },
    ]
    mountPoints = [
      { sourceVolume = "provisioning", containerPath = local.grafana_provisioning_path, readOnly = true },
    ]
    dependsOn = [
      { containerName = "grafana-config", condition = "SUCCESS" },
    ]

    healthCheck = {
      command  = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:${local.grafana_port}/api/health || exit 1"]
      interval = var.grafana_health_check_interval
      timeout  = var.grafana_health_check_timeout
      retries  = var.grafana_health_check_retries
      # Grafana may download the plugin first.
      startPeriod = var.grafana_start_period
    }

    stopTimeout     = var.grafana_stop_timeout
    linuxParameters = { initProcessEnabled = true }
    ulimits         = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    logConfiguration = local.grafana_logs
  }
}

resource "aws_ecs_task_definition" "grafana" {
  family                   = local.grafana_name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.grafana_cpu
  memory                   = var.grafana_memory
  execution_role_arn       = var.grafana_execution_role_arn
  task_role_arn            = var.grafana_task_role_arn

  container_definitions = jsonencode(concat(
    [local.grafana_container],
    [local.grafana_config_container],
  ))

  # Old revisions stay registered, so that the service can be rolled back.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  volume {
    name = "provisioning"
  }

  # The secret must have its value before a task reads it.
  depends_on = [aws_secretsmanager_secret_version.grafana_admin]

  lifecycle {
    precondition {
      condition     = local.grafana_cpu_share >= 128
      error_message = "Grafana: grafana_cpu = ${var.grafana_cpu} leaves ${local.grafana_cpu_share} CPU units for Grafana, because Service Connect uses ${var.grafana_proxy_cpu}. Grafana needs at least 128: set grafana_cpu to ${128 + var.grafana_proxy_cpu} or more."
    }

    precondition {
      condition     = local.grafana_memory_share >= 256
      error_message = "Grafana: grafana_memory = ${var.grafana_memory} leaves ${local.grafana_memory_share} MiB for Grafana, because the init container uses ${local.writer_memory} and, only with Loki, Service Connect uses ${var.grafana_proxy_memory}. Grafana needs at least 256: set grafana_memory to ${var.grafana_memory + 256 - local.grafana_memory_share} or more."
    }
  }
}

# ------------------------------------------------------------------------------
# Service
# ------------------------------------------------------------------------------

resource "aws_ecs_service" "grafana" {
  name            = local.grafana_name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.grafana.arn
  desired_count   = 0

  # One task at a time: each task has its own database, so two tasks would have
  # different sessions and alert states.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  # ECS enables it by default, but rejects it with a maximum of 100.
  availability_zone_rebalancing = "DISABLED"

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
    security_groups = concat([aws_security_group.grafana.id], var.security_group_ids)
  }

  dynamic "service_connect_configuration" {
    for_each = var.loki_enabled ? ["client"] : []

    content {
      enabled   = true
      namespace = var.service_connect_namespace_arn

      log_configuration {
        log_driver = local.grafana_logs.logDriver
        options    = merge(local.grafana_logs.options, { awslogs-stream-prefix = "service-connect" })
      }
    }
  }

  # A Service Connect client knows only the names that exist when it is deployed.
  depends_on = [aws_ecs_service.loki]

  lifecycle {
    ignore_changes = [desired_count]
  }
}
