output "address" {
  description = "Host name and port that workers and clients in reach of the VPC connect to."
  value       = "${coalesce(var.hostname, aws_lb.this.dns_name)}:${aws_lb_listener.this.port}"
}

output "client_security_group_id" {
  description = "Security group for workers and clients in this VPC. It allows gRPC to the load balancer and nothing else."
  value       = aws_security_group.client.id

  depends_on = [
    aws_vpc_security_group_egress_rule.client,
    aws_vpc_security_group_ingress_rule.client,
  ]
}

output "load_balancer_arn_suffix" {
  description = "End of the load balancer's ARN, which CloudWatch knows it by."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn_suffix" {
  description = "End of the target group's ARN, which CloudWatch knows it by."
  value       = aws_lb_target_group.this.arn_suffix
}

output "endpoint_service_name" {
  description = "Name of the PrivateLink endpoint service for other VPCs, or null without allowed_principals."
  value       = one(aws_vpc_endpoint_service.this[*].service_name)
}

output "target_group_arn" {
  description = "ARN of the target group for the frontend's ECS service. ECS rejects a target group before a listener forwards to it, so this output waits for the listener."
  value       = aws_lb_target_group.this.arn

  depends_on = [aws_lb_listener.this]
}
