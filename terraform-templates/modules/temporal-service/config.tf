# The start script and the server's configuration, which the container adds to the image.
# Both are in the task definition, so that an older revision starts with its own
# configuration.

locals {
  # In memory, at a path that no image has. Any user can write to it, even if the image's
  # disk is read-only.
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
  })

  # How the container starts, unless it uses the image's own start script.
  start = {
    for key, value in {
      entryPoint = ["/bin/sh", "-c", file("${path.module}/files/start.sh"), "start"]
      command    = [local.config_folder]
    } : key => value if !var.own_config
  }

  health_check = ["CMD", "/bin/sh", "-c", file("${path.module}/files/is-listening.sh"), "is-listening", format("%04X", local.health_port)]
}
