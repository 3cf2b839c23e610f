output "eni_trunking" {
  description = "Whether this root enabled ENI trunking in the region."
  value       = var.eni_trunking
}

output "service_linked_role_arns" {
  description = "Service-linked roles in the state of this root, by service."
  value       = { for service, role in aws_iam_service_linked_role.this : service => role.arn }
}
