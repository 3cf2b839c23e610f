output "prometheus_workspace_id" {
  description = "ID of the Prometheus workspace."
  value       = aws_prometheus_workspace.this.id
}

output "prometheus_workspace_arn" {
  description = "ARN of the Prometheus workspace, for the roles that write to it and query it."
  value       = aws_prometheus_workspace.this.arn
}

output "prometheus_remote_write_endpoint" {
  description = "Remote write URL for metrics."
  value       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/remote_write"
}

output "prometheus_query_endpoint" {
  description = "URL for metric queries."
  value       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/query"
}

output "grafana_service_name" {
  description = "Name of Grafana's ECS service, for scaling and for port forwarding."
  value       = aws_ecs_service.grafana.name
}

output "grafana_task_definition_arn" {
  description = "ARN of the newest revision of Grafana's task definition."
  value       = aws_ecs_task_definition.grafana.arn
}

output "grafana_security_group_id" {
  description = "Security group of Grafana. It allows no inbound traffic."
  value       = aws_security_group.grafana.id
}

output "grafana_admin_secret_arn" {
  description = "ARN of the secret with Grafana's first user."
  value       = local.grafana_admin_secret_arn
}

output "grafana_admin_secret_name" {
  description = "Name of the secret with Grafana's first user. Use it to look up the password."
  value       = var.grafana_admin_secret_name
}

output "loki_endpoint" {
  description = "Base URL of Loki, for Service Connect clients. Null without Loki."
  value       = var.loki_enabled ? local.loki_endpoint : null

  # A Service Connect client knows only the names that exist when it is deployed.
  # This output is for clients, so it waits for the name.
  depends_on = [aws_ecs_service.loki]
}

output "loki_service_name" {
  description = "Name of Loki's ECS service, for scaling. Null without Loki."
  value       = one(aws_ecs_service.loki[*].name)
}

output "loki_bucket_name" {
  description = "Name of the bucket where Loki stores the logs. Null without Loki."
  value       = one(aws_s3_bucket.loki[*].bucket)
}

output "loki_bucket_arn" {
  description = "ARN of the bucket with the logs, for Loki's task role. Null without Loki."
  value       = one(aws_s3_bucket.loki[*].arn)
}

output "loki_security_group_id" {
  description = "Security group of Loki. Each client adds a rule for port 3100 to it. Null without Loki."
  value       = one(aws_security_group.loki[*].id)
  depends_on  = [aws_ecs_service.loki] # as above
}

output "grafana_task_definition_family" {
  description = "Family of Grafana's task definition. It covers all revisions."
  value       = aws_ecs_task_definition.grafana.family
}
