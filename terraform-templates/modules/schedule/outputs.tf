output "role_arn" {
  description = "ARN of the role with which EventBridge Scheduler stops and starts the services."
  value       = aws_iam_role.this.arn
}
