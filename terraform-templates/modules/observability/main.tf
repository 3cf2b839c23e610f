# The parts, each in its own file:
#   prometheus.tf       the workspace that metrics are written to
#   grafana.tf          Grafana: configuration, task, service
#   grafana-secret.tf   its first user
#   loki.tf             Loki: configuration, task, service
#   loki-bucket.tf      what it stores
#   security-groups.tf  who may speak to whom

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  region = data.aws_region.current.region

  # What AWS asks to leave free in a task for the Service Connect proxy.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
  proxy_cpu    = 256
  proxy_memory = 64

  # The init container that writes configuration files.
  writer_memory = 64

  # What all log configurations share; each adds its group.
  cloudwatch_log_options = {
    awslogs-region        = local.region
    awslogs-stream-prefix = "ecs"
    mode                  = "non-blocking"
    max-buffer-size       = "25m"
  }
}
