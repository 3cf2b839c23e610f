output "task_definition_arn" {
  description = "ARN of the task definition. Start it with `aws ecs run-task --launch-type FARGATE`."
  value       = aws_ecs_task_definition.this.arn

  # Without its permission or its outbound rule, the task would fail for a reason that is not its own.
  depends_on = [aws_iam_role_policy.connect, aws_vpc_security_group_egress_rule.dsql]
}

output "task_definition_family" {
  description = "Family of the task definition. Use it to start the latest revision."
  value       = aws_ecs_task_definition.this.family
}

output "security_group_id" {
  description = "Security group of the task. It allows outbound traffic to port 5432."
  value       = aws_security_group.this.id
}

output "security_group_ids" {
  description = "All security groups to start the task with: its own, and those in the input `security_group_ids`."
  value       = concat([aws_security_group.this.id], var.security_group_ids)
}

output "task_role_arn" {
  description = "ARN of the task role, the only identity in this module that can change tables."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "Log group of the task. Read it when a run fails."
  value       = aws_cloudwatch_log_group.this.name
}
