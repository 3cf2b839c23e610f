# Each output waits for the role's policy: if a service starts before its permissions
# exist, AWS denies its requests and it restarts.

output "execution_role_arn" {
  description = "ARN of the execution role, which ECS uses to start all tasks except Grafana's."
  value       = aws_iam_role.execution.arn
  depends_on  = [aws_iam_role_policy.execution]
}

output "execution_role_name" {
  description = "Name of the execution role. Use it to attach your own policies, for example to pull images from another account's registry."
  value       = aws_iam_role.execution.name
  depends_on  = [aws_iam_role_policy.execution]
}

output "grafana_execution_role_arn" {
  description = "ARN of Grafana's execution role, which ECS uses to start Grafana. It can also read the secret with Grafana's first user."
  value       = aws_iam_role.grafana_execution.arn
  depends_on  = [aws_iam_role_policy.grafana_execution]
}

output "grafana_execution_role_name" {
  description = "Name of Grafana's execution role."
  value       = aws_iam_role.grafana_execution.name
  depends_on  = [aws_iam_role_policy.grafana_execution]
}

output "temporal_task_role_arn" {
  description = "ARN of the task role that all four Temporal services share."
  value       = aws_iam_role.temporal_task.arn
  depends_on  = [aws_iam_role_policy.temporal_task]
}

output "temporal_task_role_name" {
  description = "Name of the Temporal services' role."
  value       = aws_iam_role.temporal_task.name
  depends_on  = [aws_iam_role_policy.temporal_task]
}

output "temporal_ui_task_role_arn" {
  description = "ARN of the UI's task role. Null without the UI."
  value       = one(aws_iam_role.temporal_ui_task[*].arn)
  depends_on  = [aws_iam_role_policy.temporal_ui_task]
}

output "temporal_ui_task_role_name" {
  description = "Name of the UI's role. Null without the UI."
  value       = one(aws_iam_role.temporal_ui_task[*].name)
  depends_on  = [aws_iam_role_policy.temporal_ui_task]
}

output "grafana_task_role_arn" {
  description = "ARN of Grafana's task role."
  value       = aws_iam_role.grafana_task.arn
  depends_on  = [aws_iam_role_policy.grafana_task]
}

output "grafana_task_role_name" {
  description = "Name of Grafana's role."
  value       = aws_iam_role.grafana_task.name
  depends_on  = [aws_iam_role_policy.grafana_task]
}

output "loki_task_role_arn" {
  description = "ARN of Loki's task role. Null without Loki."
  value       = one(aws_iam_role.loki_task[*].arn)
  depends_on  = [aws_iam_role_policy.loki_task]
}

output "loki_task_role_name" {
  description = "Name of Loki's role. Null without Loki."
  value       = one(aws_iam_role.loki_task[*].name)
  depends_on  = [aws_iam_role_policy.loki_task]
}
