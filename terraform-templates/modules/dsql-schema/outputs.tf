output "task_definition_arn" {
  description = "Task definition to start with `aws ecs run-task --launch-type FARGATE`."
  value       = aws_ecs_task_definition.this.arn

  # Started without its right or its way out the task fails for no reason of its own.
  depends_on = [aws_iam_role_policy.connect, aws_vpc_security_group_egress_rule.dsql]
}

output "task_definition_family" {
  description = "Family of the task definition, to start its latest revision."
  value       = aws_ecs_task_definition.this.family
}

output "security_group_id" {
  description = "The task's own security group, which lets it out to port 5432."
  value       = aws_security_group.this.id
}

output "security_group_ids" {
  description = "All groups to start the task with: its own and those given."
  value       = concat([aws_security_group.this.id], var.security_group_ids)
}

output "task_role_arn" {
  description = "Role of the task, the one identity of this module that may change tables."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "Log group to read when a run fails."
  value       = aws_cloudwatch_log_group.this.name
}
