output "task_definition_arn" {
  description = "ARN of the generator's task definition."
  value       = aws_ecs_task_definition.this["generator"].arn
}

output "worker_task_definition_arn" {
  description = "ARN of the workers' task definition."
  value       = aws_ecs_task_definition.this["worker"].arn
}

output "capacity_provider_name" {
  description = "Capacity provider of the benchmark instances. The cluster module associates it."
  value       = module.ec2_capacity.capacity_provider_name
}

output "asg_name" {
  description = "Auto Scaling group of the benchmark instances. It is empty between runs."
  value       = module.ec2_capacity.asg_name
}

output "generator_service_name" {
  description = "Name of the generator's service. Scale it to 1 for a run and back to 0 after the run."
  value       = aws_ecs_service.this["generator"].name
}

output "worker_service_name" {
  description = "Name of the workers' service. Scale it to the number of workers that the run needs."
  value       = aws_ecs_service.this["worker"].name
}

output "security_group_id" {
  description = "Security group of the benchmark tasks."
  value       = aws_security_group.this.id
}

output "task_role_arn" {
  description = "ARN of the benchmark tasks' role."
  value       = aws_iam_role.task.arn
}

output "task_definition_family" {
  description = "Family of the generator's task definition. It covers all revisions."
  value       = aws_ecs_task_definition.this["generator"].family
}

output "log_group_names" {
  description = "Log groups by role: generator and worker."
  value       = { for role, group in aws_cloudwatch_log_group.this : role => group.name }
}
