output "capacity_provider_name" {
  description = "Capacity provider to associate with the cluster. Services must not use this one but the name that the cluster module gives back."
  value       = aws_ecs_capacity_provider.this.name
}

output "asg_name" {
  description = "Auto Scaling group of the hosts, for instance refreshes and the console."
  value       = aws_autoscaling_group.this.name
}

output "asg_arn" {
  description = "ARN of the Auto Scaling group, for policies and alarms."
  value       = aws_autoscaling_group.this.arn
}

output "instance_security_group_id" {
  description = "The hosts' own security group, without any rule. It is not for tasks."
  value       = aws_security_group.host.id
}

output "instance_role_arn" {
  description = "Role of the hosts, for those who must name it, such as an ECR repository policy."
  value       = aws_iam_role.host.arn
}

output "instance_role_name" {
  description = "Name of the hosts' role, to attach a policy of your own."
  value       = aws_iam_role.host.name
}

output "launch_template_id" {
  description = "Launch template of the hosts; its latest version is what new hosts use."
  value       = aws_launch_template.this.id
}
