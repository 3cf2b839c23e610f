# -----------------------------------------------------------------------------
# Cluster
# -----------------------------------------------------------------------------

locals {
  cluster_name = "${var.project_name}-cluster"
}

resource "aws_ecs_cluster" "this" {
  #checkov:skip=CKV_AWS_224:Session Manager uses TLS, and the record is encrypted with a key of AWS
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

        # This setting is for a customer managed key on the log group, and sessions fail without such a key. CloudWatch
        # encrypts the group at rest with its own key in either case.
        cloud_watch_encryption_enabled = false
      }
    }
  }

  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.this.arn
  }

  # Otherwise Container Insights could create its log group first.
  depends_on = [aws_cloudwatch_log_group.container_insights]
}

# Container Insights writes to the log group with this name and creates it if it is missing. Such a group has no
# retention period, and nothing manages it, so it remains after the cluster is destroyed.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
resource "aws_cloudwatch_log_group" "container_insights" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/aws/ecs/containerinsights/${local.cluster_name}/performance"
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

# Only for API calls, without a DNS zone: Service Connect clients find the alias through their proxy.
resource "aws_service_discovery_http_namespace" "this" {
  name        = var.project_name
  description = coalesce(var.kept_names.namespace_description, "Service Connect names of ${var.project_name}")
}

resource "aws_cloudwatch_log_group" "exec" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = coalesce(var.kept_names.exec_log_group, "/ecs/${var.project_name}/exec")
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

# -----------------------------------------------------------------------------
# Capacity providers
# -----------------------------------------------------------------------------

# ECS rejects a service whose provider is not associated with the cluster, and AWS does not delete a provider that
# still is. So services read the provider's name from this module's output, which waits for the association.
resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = values(var.capacity_providers)

  default_capacity_provider_strategy {
    capacity_provider = var.capacity_providers["main"]
    weight            = 1
    base              = 0
  }
}
