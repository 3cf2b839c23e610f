output "targets" {
  description = "The scalable target of each service by short name, as Application Auto Scaling calls it."
  value       = { for name, target in aws_appautoscaling_target.this : name => target.resource_id }
}
