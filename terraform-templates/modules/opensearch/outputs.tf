output "domain_endpoint" {
  description = "Host name of the domain inside the VPC, port 443, without scheme."
  value       = aws_opensearch_domain.this.endpoint

  # Clients get no response before the access policy and the inbound rules exist.
  depends_on = [aws_opensearch_domain_policy.this, aws_vpc_security_group_ingress_rule.client]
}

output "domain_arn" {
  description = "ARN of the domain, for the policy of the task role."
  value       = aws_opensearch_domain.this.arn
}

output "domain_name" {
  description = "Name of the domain, for the console, alarms and snapshots."
  value       = aws_opensearch_domain.this.domain_name
}

output "security_group_id" {
  description = "Security group of the domain. Use it to add other clients."
  value       = aws_security_group.domain.id
}

output "setup_task_definition_arn" {
  description = "ARN of the task definition. Start it with `aws ecs run-task --launch-type FARGATE`."
  value       = aws_ecs_task_definition.setup.arn

  depends_on = [aws_opensearch_domain_policy.this, aws_iam_role_policy.setup, aws_vpc_security_group_ingress_rule.setup]
}

output "setup_security_group_id" {
  description = "Security group of the setup task. The domain accepts traffic from it."
  value       = aws_security_group.setup.id
}

output "setup_security_group_ids" {
  description = "All security groups to start the setup task with: its own, and those in the input `security_group_ids`."
  value       = concat([aws_security_group.setup.id], var.security_group_ids)
}

output "setup_task_role_arn" {
  description = "ARN of the setup task's role. The task uses it to write the index template and the index."
  value       = aws_iam_role.setup.arn
}

output "setup_log_group_name" {
  description = "Log group of the setup task. Read it when the setup fails."
  value       = aws_cloudwatch_log_group.setup.name
}

output "domain_id" {
  description = "ID of the domain, which consists of the account and the domain name."
  value       = aws_opensearch_domain.this.domain_id
}

output "dashboard_endpoint" {
  description = "Address of OpenSearch Dashboards inside the VPC, without scheme."
  value       = aws_opensearch_domain.this.dashboard_endpoint
}
