data "aws_region" "current" {}

locals {
  init_name      = "alloy-config"
  container_name = "alloy"

  config_volume = "alloy-config"
  config_path   = "/etc/alloy-config"

  config = templatefile("${path.module}/templates/config.alloy.tftpl", {
    project_name        = var.project_name
    service_name        = var.service_name
    region              = data.aws_region.current.region
    metrics_port        = var.metrics_port
    scrape_interval     = var.scrape_interval
    sample_limit        = var.sample_limit
    keeps_all           = var.metric_expressions == null
    dropped_metrics     = var.dropped_metrics
    prometheus_endpoint = var.prometheus_endpoint
    loki_enabled        = var.loki_enabled
    loki_endpoint       = var.loki_endpoint
  })

  init_memory = 64
}

# ------------------------------------------------------------------------------
# Metrics to keep
# ------------------------------------------------------------------------------

locals {
  # In an expression without strings, label matchers, ranges and lists of labels, a word is a function, which a
  # parenthesis follows, a keyword or a metric.
  not_names = join("|", [
    "\"[^\"]*\"",
    "'[^']*'",
    "\\{(?:[^{}\"']|\"[^\"]*\"|'[^']*')*\\}",
    "\\[[^\\]]*\\]",
    "\\b(?:by|without|on|ignoring|group_left|group_right) *\\([^()]*\\)",
  ])
  words = flatten([
    for expression in coalesce(var.metric_expressions, []) :
    regexall("\\b[a-zA-Z_:][a-zA-Z0-9_:]*(?: *\\()?", replace(expression, "/${local.not_names}/", " "))
  ])
  # A name with a colon is that of a recording rule, which no task reports.
  named_metrics = [
    for word in local.words : word
    if !endswith(word, "(") && !strcontains(word, ":") && !contains(["and", "or", "unless", "bool", "offset"], lower(word))
  ]

  # A histogram is kept as a whole.
  kept_metrics = sort(distinct([
    for name in concat(local.known_metrics, local.named_metrics, var.more_metrics) : replace(name, "/_(?:bucket|count|sum)$/", "")
  ]))

  # The configuration reads it from a variable, since a parameter is too short for all names.
  kept_pattern = "^(?:${join("|", local.kept_metrics)})(?:_bucket|_count|_sum)?$"
}

# ------------------------------------------------------------------------------
# Configuration
# ------------------------------------------------------------------------------

# The configuration contains no secrets, only addresses and label names. Alloy uses
# the credentials of the task role.
resource "aws_ssm_parameter" "config" {
  #checkov:skip=CKV2_AWS_34:it holds configuration and no secret
  name        = "/${var.project_name}/alloy/${var.service_name}"
  description = "Alloy configuration of the ${var.service_name} tasks."
  type        = "String"
  tier        = "Standard"
  value       = local.config

  lifecycle {
    precondition {
      condition     = var.metrics_port != null || var.loki_enabled
      error_message = "The sidecar of ${var.service_name} has nothing to do: metrics_port is null and loki_enabled is false."
    }

    # The limit of the standard tier. A longer value would need the paid tier.
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
    precondition {
      condition     = length(local.config) <= 4096
      error_message = "The Alloy configuration of ${var.service_name} has ${length(local.config)} characters, but a standard parameter holds 4096."
    }
  }
}

# Alloy's own log. It does not go to Loki, because a broken pipeline could not report its failure there.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/ecs/${var.project_name}/${var.service_name}/alloy"
  retention_in_days = var.log_retention_days
}

# ------------------------------------------------------------------------------
# Containers
# ------------------------------------------------------------------------------

locals {
  log_configuration = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = data.aws_region.current.region
      awslogs-stream-prefix = "ecs"
      mode                  = "non-blocking"
      max-buffer-size       = "10m"
    }
  }

  # Writes the configuration to a volume of the task. The Alloy image has a
  # shell, so you need not pull, trust and update a second image.
  init_container = {
    name       = local.init_name
    image      = var.image
    essential  = false
    user       = "0"
    memory     = local.init_memory
    entryPoint = ["/bin/sh", "-c"]
    command    = ["printf '%s' \"$ALLOY_CONFIG\" > ${local.config_path}/config.alloy"]

    # A task reads the parameter when it starts. The hash creates a new task
    # definition for a new configuration, so that running tasks get it too.
    environment = [
      { name = "ALLOY_CONFIG_SHA256", value = sha256(local.config) },
    ]
    secrets = [
      { name = "ALLOY_CONFIG", valueFrom = aws_ssm_parameter.config.arn },
    ]
    mountPoints = [
      { sourceVolume = local.config_volume, containerPath = local.config_path, readOnly = false },
    ]

    logConfiguration = local.log_configuration
  }

  arguments = [
    "run",
    "${local.config_path}/config.alloy",
    "--storage.path=/var/lib/alloy/data",
    "--server.http.listen-addr=127.0.0.1:12345",
    "--stability.level=generally-available",
    "--disable-reporting",
  ]

  # ECS stops Alloy as soon as the other containers have ended. Alloy runs on, so that it can find a container that ended
  # in its first seconds, and send its last lines.
  run_longer = join("\n", [
    "/bin/alloy ${join(" ", local.arguments)} & alloy=$!",
    "trap 'sleep 10; kill -TERM $alloy' TERM",
    "wait $alloy; code=$?",
    "if [ $code -gt 128 ] && kill -0 $alloy 2>/dev/null; then wait $alloy; code=$?; fi",
    "exit $code",
  ])

  sidecar_container = {
    name      = local.container_name
    image     = var.image
    essential = false
    # 473 is the user `alloy` of the image. Root owns the socket.
    user       = var.loki_enabled ? "0" : "473"
    cpu        = var.cpu
    memory     = var.memory
    entryPoint = var.loki_enabled ? ["/bin/sh", "-c"] : ["/bin/alloy"]
    command    = var.loki_enabled ? [local.run_longer] : local.arguments

    environment = concat([
      # Tasks cannot reach the instance metadata. Without this setting, the AWS SDK would wait for it.
      { name = "AWS_EC2_METADATA_DISABLED", value = "true" },
      { name = "AWS_REGION", value = data.aws_region.current.region },
      # Collects garbage before the container's hard limit is reached.
      { name = "GOMEMLIMIT", value = "${floor(var.memory * 0.9)}MiB" },
      ], var.metrics_port != null && var.metric_expressions != null ? [
      { name = "KEPT_METRICS", value = local.kept_pattern },
    ] : [])
    mountPoints = concat(
      [{ sourceVolume = local.config_volume, containerPath = local.config_path, readOnly = true }],
      [for volume in local.socket_volumes : {
        sourceVolume = volume.name, containerPath = volume.host_path, readOnly = true
      }],
    )
    dependsOn = [
      { containerName = local.init_name, condition = "SUCCESS" },
    ]

    # ECS restarts a container that is not essential only with this policy.
    # Otherwise metrics and logs would stop until the next deployment.
    restartPolicy = { enabled = true, restartAttemptPeriod = 60 }
    stopTimeout   = var.stop_timeout

    logConfiguration = local.log_configuration
  }

  # Anyone who can open this socket is root on the instance: they can start a
  # container that mounts the instance's disk, and so read the credentials of every
  # task there. `readOnly` protects the file, not the API behind it. Without Loki,
  # the socket is not needed and not mounted.
  socket_volumes = var.loki_enabled ? [
    { name = "docker-socket", host_path = "/var/run/docker.sock" },
  ] : []

  volumes = concat(
    [{ name = local.config_volume, host_path = tostring(null) }],
    local.socket_volumes,
  )
}
