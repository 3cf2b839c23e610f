output "cluster_id" {
  description = "ID of the cluster. In ECS this is the ARN."
  value       = aws_ecs_cluster.this.id
}

output "cluster_arn" {
  description = "ARN of the cluster, for services and policies."
  value       = aws_ecs_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the cluster, for instances that join it and for the command line."
  value       = aws_ecs_cluster.this.name
}

output "service_connect_namespace_arn" {
  description = "ARN of the namespace where services register and look up their Service Connect names."
  value       = aws_service_discovery_http_namespace.this.arn
}

output "service_connect_namespace_name" {
  description = "Name of the Service Connect namespace, as the console shows it."
  value       = aws_service_discovery_http_namespace.this.name
}

output "exec_log_group_name" {
  description = "Log group with the transcripts of ECS Exec sessions."
  value       = aws_cloudwatch_log_group.exec.name
}

output "exec_log_group_arn" {
  description = "ARN of the ECS Exec log group, for the task roles that write to it."
  value       = aws_cloudwatch_log_group.exec.arn
}

output "ring_security_group_id" {
  description = "Security group to attach to all four Temporal services."
  value       = aws_security_group.ring.id

  depends_on = [
    aws_vpc_security_group_ingress_rule.ring,
    aws_vpc_security_group_ingress_rule.ring_client,
    aws_vpc_security_group_egress_rule.ring,
  ]
}

output "capacity_provider_names" {
  description = "Names of the capacity providers by role, available only after they are associated. A service that uses this output is created after the association and destroyed before it."
  value       = var.capacity_providers

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

output "service_connect_namespace_id" {
  description = "ID of the Service Connect namespace, for Cloud Map API calls."
  value       = aws_service_discovery_http_namespace.this.id
}
