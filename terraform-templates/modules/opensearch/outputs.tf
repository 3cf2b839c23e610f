output "domain_endpoint" {
  description = "Host name of the domain inside the VPC, port 443, without scheme."
  value       = aws_opensearch_domain.this.endpoint

  # Before the policy and the way in nobody gets an answer.
  depends_on = [aws_opensearch_domain_policy.this, aws_vpc_security_group_ingress_rule.client]
}

output "domain_arn" {
  description = "ARN of the domain, for the task role's policy."
  value       = aws_opensearch_domain.this.arn
}

output "domain_name" {
  description = "Name of the domain, for the console, alarms and snapshots."
  value       = aws_opensearch_domain.this.domain_name
}

output "security_group_id" {
  description = "Security group of the domain, for further clients."
  value       = aws_security_group.domain.id
}

output "setup_task_definition_arn" {
  description = "Task definition to start with `aws ecs run-task --launch-type FARGATE`."
  value       = aws_ecs_task_definition.setup.arn

  depends_on = [aws_opensearch_domain_policy.this, aws_iam_role_policy.setup, aws_vpc_security_group_ingress_rule.setup]
}

output "setup_security_group_id" {
  description = "The setup task's own security group, which the domain lets in."
  value       = aws_security_group.setup.id
}

output "setup_security_group_ids" {
  description = "All groups to start the setup task with: its own and those given."
  value       = concat([aws_security_group.setup.id], var.security_group_ids)
}

output "setup_task_role_arn" {
  description = "Role of the setup task, which writes template and index."
  value       = aws_iam_role.setup.arn
}

output "setup_log_group_name" {
  description = "Log group to read when the setup fails."
  value       = aws_cloudwatch_log_group.setup.name
}

output "domain_id" {
  description = "Id of the domain, account and name in one."
  value       = aws_opensearch_domain.this.domain_id
}

output "dashboard_endpoint" {
  description = "Address of OpenSearch Dashboards inside the VPC, without scheme."
  value       = aws_opensearch_domain.this.dashboard_endpoint
}
