output "service_name" {
  description = "Name of the ECS service, for scaling and for ECS Exec."
  value       = aws_ecs_service.this.name
}

output "service_arn" {
  description = "ARN of the ECS service."
  value       = aws_ecs_service.this.arn
}

output "task_definition_arn" {
  description = "ARN of the newest revision of the task definition."
  value       = aws_ecs_task_definition.this.arn
}

output "task_definition_family" {
  description = "Family of the task definition: its name without a revision."
  value       = aws_ecs_task_definition.this.family
}

output "security_group_id" {
  description = "Security group of the tasks. The frontend's clients add a rule for port 7233 to it."
  value       = aws_security_group.this.id

  # A Service Connect client knows only the names that exist when it is deployed.
  # This output is for clients, so it waits for the name.
  depends_on = [aws_ecs_service.this]
}

output "log_group_name" {
  description = "Log group of the Service Connect proxy and, without Loki, of the server."
  value       = aws_cloudwatch_log_group.this.name
}
