output "capacity_provider_name" {
  description = "Capacity provider to associate with the cluster. Do not use this output in services: use the name that the cluster module outputs after the association."
  value       = aws_ecs_capacity_provider.this.name
}

output "asg_name" {
  description = "Name of the instances' Auto Scaling group, for scripts and the console."
  value       = aws_autoscaling_group.this.name
}

output "asg_arn" {
  description = "ARN of the Auto Scaling group, for policies and alarms."
  value       = aws_autoscaling_group.this.arn
}

output "instance_security_group_id" {
  description = "Security group of the instances. It has no rules. Do not attach it to tasks."
  value       = aws_security_group.host.id
}

output "instance_role_arn" {
  description = "ARN of the instances' role, for policies that must name it, such as an ECR repository policy."
  value       = aws_iam_role.host.arn
}

output "instance_role_name" {
  description = "Name of the instances' role. Use it to attach your own policy."
  value       = aws_iam_role.host.name
}

output "launch_template_id" {
  description = "Launch template of the instances. New instances use its latest version."
  value       = aws_launch_template.this.id
}
