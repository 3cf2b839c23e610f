output "eni_trunking" {
  description = "Whether this root enabled ENI trunking in the region."
  value       = var.eni_trunking
}

output "service_linked_role_arns" {
  description = "Service-linked roles that this root created, by service."
  value       = { for service, role in aws_iam_service_linked_role.this : service => role.arn }
}
