# Each part has its own file:
#   prometheus.tf       the workspace for metrics
#   grafana.tf          Grafana: configuration, task, service
#   grafana-secret.tf   the secret with Grafana's first user
#   loki.tf             Loki: configuration, task, service
#   loki-bucket.tf      the bucket where Loki stores the logs
#   security-groups.tf  the security groups and their rules

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  region = data.aws_region.current.region

  # The init container that writes configuration files.
  writer_memory = 64

  # The options of all log configurations. Each configuration adds its log group.
  cloudwatch_log_options = {
    awslogs-region        = local.region
    awslogs-stream-prefix = "ecs"
    mode                  = "non-blocking"
    max-buffer-size       = "25m"
  }
}
