# The start script and the server's configuration, which the container adds to the image.
# Both are in the task definition, so that an older revision starts with its own
# configuration.

locals {
  # In memory, at a path that no image has. Docker gives such a folder the mode 1777, so any user
  # can write to it, even if the image's disk is read-only. Fargate has no such folders.
  # https://docs.docker.com/engine/storage/tmpfs/
  config_folder = "/run/temporal-config"

  server_config = templatefile("${path.module}/templates/server.yaml.tftpl", {
    service_ports         = local.service_ports
    metrics_port          = local.metrics_port
    config_folder         = local.config_folder
    region                = data.aws_region.current.region
    history_shards        = var.history_shards
    dsql_endpoint         = var.dsql_endpoint
    max_conns             = var.max_conns
    opensearch_endpoint   = var.opensearch_endpoint
    visibility_index_name = var.visibility_index_name
    tls                   = var.tls
    authorization         = var.authorization
  })

  # A value is JSON, so that a number stays a number. A value that is not JSON, such as 10s, is text.
  dynamic_config = yamlencode({
    for key, value in var.dynamic_config : key => [{ value = try(jsondecode(value), value) }]
    if var.service_name == "history" || !contains(local.history_caches, key)
  })

  # They follow the memory of history, and only history has them. Otherwise another size of history would redeploy all
  # services.
  history_caches = ["history.cacheSizeBasedLimit", "history.eventsCacheMaxSizeBytes", "history.hostLevelCacheMaxSizeBytes"]

  # How long the server waits while it stops, in seconds.
  # https://github.com/iw/temporal/blob/cf90c57d6/service/frontend/service.go and the same file of history and matching
  drains = {
    for name in ["shutdownDrainDuration", "shutdownFailHealthCheckDuration", "alignMembershipChange"] : name => sum(concat([0], [
      for part in regexall("([0-9.]+)(ms|s|m|h)", lookup(var.dynamic_config, "${var.service_name}.${name}", "")) :
      tonumber(part[0]) * { ms = 0.001, s = 1, m = 60, h = 3600 }[part[1]]
    ]))
  }
  # The ring changes at an aligned time, at most 15 seconds later. Without alignment, it changes at once.
  ring_seconds = local.drains.alignMembershipChange > 0 ? 15 : 0
  drain_seconds = {
    # First it fails its health check, then it drains.
    frontend = local.drains.shutdownFailHealthCheckDuration + max(1, local.drains.shutdownDrainDuration)
    history  = max(local.ring_seconds, local.drains.shutdownDrainDuration)
    matching = max(local.ring_seconds, local.drains.shutdownDrainDuration)
    worker   = 0
  }[var.service_name]

  # How the container starts, unless it uses the image's own start script.
  start = {
    for key, value in {
      entryPoint = ["/bin/sh", "-c", file("${path.module}/files/start.sh"), "start"]
      command    = [local.config_folder]
    } : key => value if !var.own_config
  }

  health_check = ["CMD", "/bin/sh", "-c", file("${path.module}/files/is-listening.sh"), "is-listening", format("%04X", local.health_port)]
}
