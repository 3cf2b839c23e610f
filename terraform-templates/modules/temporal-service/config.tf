# What the container brings to the image: how it starts and how the server is configured.
# All of it stands in the task definition, so that an older revision starts with the
# configuration that it had.

locals {
  # In memory, and at a path that no image has: any user may write to it, whatever else the
  # image makes read-only.
  config_folder = "/run/temporal-config"

  server_config = templatefile("${path.module}/files/server.yaml.tftpl", {
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

  # A value is JSON, so that a number is a number; what is no JSON, such as 10s, is text.
  dynamic_config = yamlencode({
    for key, value in var.dynamic_config : key => [{ value = try(jsondecode(value), value) }]
  })

  # How the container starts, where the image's own start script doesn't do it.
  start = {
    for key, value in {
      entryPoint = ["/bin/sh", "-c", file("${path.module}/files/start.sh"), "start"]
      command    = [local.config_folder]
    } : key => value if !var.own_config
  }

  health_check = ["CMD", "/bin/sh", "-c", file("${path.module}/files/is-listening.sh"), "is-listening", format("%04X", local.health_port)]
}
