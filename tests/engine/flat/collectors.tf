# One collector's configuration for each service, read by the task at its start, as a side container next to it.

locals {
  adot_config = {
    for service in ["history", "matching", "frontend", "worker", "benchmark-worker"] : service => yamlencode({
      receivers  = { prometheus = { config = { scrape_configs = [{ job_name = service, static_configs = [{ targets = ["localhost:9090"] }] }] } } }
      exporters  = { prometheusremotewrite = { endpoint = "${aws_prometheus_workspace.main.prometheus_endpoint}api/v1/remote_write", auth = { authenticator = "sigv4auth" } } }
      extensions = { sigv4auth = { region = local.region } }
      service    = { extensions = ["sigv4auth"], pipelines = { metrics = { receivers = ["prometheus"], exporters = ["prometheusremotewrite"] } } }
    })
  }

  # By the name of the service, as the container that stands beside it.
  adot_container = {
    for service, parameter in {
      history            = aws_ssm_parameter.adot_sidecar_history
      matching           = aws_ssm_parameter.adot_sidecar_matching
      frontend           = aws_ssm_parameter.adot_sidecar_frontend
      worker             = aws_ssm_parameter.adot_sidecar_worker
      "benchmark-worker" = aws_ssm_parameter.adot_sidecar_benchmark_worker
      } : service => {
      name      = "adot-collector"
      image     = "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0"
      essential = false
      cpu       = 128
      memory    = 256
      command   = ["--config", "env:ADOT_CONFIG"]
      secrets   = [{ name = "ADOT_CONFIG", valueFrom = parameter.arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.adot_sidecar.name
          awslogs-region        = local.region
          awslogs-stream-prefix = service
        }
      }
    }
  }
}

resource "aws_ssm_parameter" "adot_sidecar_history" {
  name  = "/${var.project_name}/adot/sidecar/history"
  type  = "String"
  value = local.adot_config["history"]
}

resource "aws_ssm_parameter" "adot_sidecar_matching" {
  name  = "/${var.project_name}/adot/sidecar/matching"
  type  = "String"
  value = local.adot_config["matching"]
}

resource "aws_ssm_parameter" "adot_sidecar_frontend" {
  name  = "/${var.project_name}/adot/sidecar/frontend"
  type  = "String"
  value = local.adot_config["frontend"]
}

resource "aws_ssm_parameter" "adot_sidecar_worker" {
  name  = "/${var.project_name}/adot/sidecar/worker"
  type  = "String"
  value = local.adot_config["worker"]
}

resource "aws_ssm_parameter" "adot_sidecar_benchmark_worker" {
  name  = "/${var.project_name}/adot/sidecar/benchmark-worker"
  type  = "String"
  value = local.adot_config["benchmark-worker"]
}

resource "aws_cloudwatch_log_group" "adot_sidecar" {
  name              = "/ecs/${var.project_name}/adot-sidecar"
  retention_in_days = var.log_retention_days
}
