# -----------------------------------------------------------------------------
# Cluster
# -----------------------------------------------------------------------------

locals {
  cluster_name = "${var.project_name}-cluster"
}

resource "aws_ecs_cluster" "this" {
  name = local.cluster_name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  configuration {
    execute_command_configuration {
      logging = "OVERRIDE"

      log_configuration {
        cloud_watch_log_group_name = aws_cloudwatch_log_group.exec.name

        # Speaks of a customer managed key on the group and makes sessions fail without one. The group is
        # encrypted at rest with CloudWatch's own key either way.
        cloud_watch_encryption_enabled = false
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.this.arn
  }

  # Else Container Insights may be first to make its group.
  depends_on = [aws_cloudwatch_log_group.container_insights]
}

# Container Insights writes to the group of this name and makes it where it is missing: without a retention, and
# nobody's, so that it stays for ever when the cluster is destroyed.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
resource "aws_cloudwatch_log_group" "container_insights" {
  name              = "/aws/ecs/containerinsights/${local.cluster_name}/performance"
  retention_in_days = var.log_retention_days
}

# API calls only, no DNS zone: Service Connect clients find the alias through their proxy.
resource "aws_service_discovery_http_namespace" "this" {
  name        = var.project_name
  description = coalesce(var.kept_names.namespace_description, "Service Connect names of ${var.project_name}")
}

resource "aws_cloudwatch_log_group" "exec" {
  name              = coalesce(var.kept_names.exec_log_group, "/ecs/${var.project_name}/exec")
  retention_in_days = var.log_retention_days
}

# -----------------------------------------------------------------------------
# Capacity providers
# -----------------------------------------------------------------------------

# ECS refuses a service whose provider is not associated with the cluster, and a provider cannot go while it
# still is. So services read the provider's name from this module's output, behind the association.
resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = values(var.capacity_providers)

  default_capacity_provider_strategy {
    capacity_provider = var.capacity_providers["main"]
    weight            = 1
    base              = 0
  }
}
