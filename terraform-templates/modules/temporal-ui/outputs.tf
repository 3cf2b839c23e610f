output "service_name" {
  description = "Name of the ECS service, for scaling and for port forwarding."
  value       = aws_ecs_service.this.name
}

output "task_definition_arn" {
  description = "ARN of the newest revision of the task definition."
  value       = aws_ecs_task_definition.this.arn
}

output "security_group_id" {
  description = "Security group of the tasks. It allows no inbound traffic."
  value       = aws_security_group.this.id
}

output "log_group_name" {
  description = "Log group of the Service Connect proxy and, without Loki, of the UI."
  value       = aws_cloudwatch_log_group.this.name
}

output "task_definition_family" {
  description = "Family of the task definition. It covers all revisions."
  value       = aws_ecs_task_definition.this.family
}
