# Secrets Manager generates the password, and Terraform passes it as a write-only value.
# So the password is in neither the state nor the plan.

ephemeral "aws_secretsmanager_random_password" "grafana_admin" {
  count = var.create_grafana_admin_secret ? 1 : 0

  password_length     = 32
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "grafana_admin" {
  #checkov:skip=CKV2_AWS_57:Grafana reads it only at its first start; docs/security.md says how to change it
  #checkov:skip=CKV_AWS_149:Secrets Manager encrypts it with a key of AWS
  count = var.create_grafana_admin_secret ? 1 : 0

  name                    = var.grafana_admin_secret_name
  description             = "First user of Grafana of ${var.project_name}."
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "grafana_admin" {
  count = var.create_grafana_admin_secret ? 1 : 0

  secret_id = aws_secretsmanager_secret.grafana_admin[0].id
  secret_string_wo = jsonencode({
    admin_user     = "admin"
    admin_password = ephemeral.aws_secretsmanager_random_password.grafana_admin[0].random_password
  })

  # A new number creates a new password. Grafana uses it from its next start on.
  secret_string_wo_version = 1
}

data "aws_secretsmanager_secret" "grafana_admin" {
  count = var.create_grafana_admin_secret ? 0 : 1

  name = var.grafana_admin_secret_name
}

locals {
  grafana_admin_secret_arn = one(concat(
    aws_secretsmanager_secret.grafana_admin[*].arn,
    data.aws_secretsmanager_secret.grafana_admin[*].arn,
  ))
}
