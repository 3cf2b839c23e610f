# -----------------------------------------------------------------------------
# Vault
# -----------------------------------------------------------------------------

# It belongs to the environment, but its recovery points outlive the cluster.
resource "aws_backup_vault" "this" {
  #checkov:skip=CKV_AWS_166:AWS Backup encrypts it with a key of AWS
  name = var.project_name

  # AWS Backup deletes only an empty vault. Without protection, Terraform deletes the recovery points first.
  force_destroy = !var.deletion_protection
}

# Governance mode: only roles with the permission to remove the lock can delete recovery points early. Compliance mode, with
# changeable_for_days, can never be removed, not even by AWS, so the vault would last as long as its last recovery point.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
resource "aws_backup_vault_lock_configuration" "this" {
  count = var.lock_enabled ? 1 : 0

  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = 7
}

# -----------------------------------------------------------------------------
# Plan
# -----------------------------------------------------------------------------

# Every backup of a DSQL cluster is a full one, and there is no recovery to a point in time between two.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html
resource "aws_backup_plan" "this" {
  name = var.project_name

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 3 * * ? *)"

    lifecycle {
      delete_after = var.retention_days
    }
  }

  rule {
    rule_name         = "weekly"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 5 ? * SUN *)"

    lifecycle {
      delete_after = var.weekly_retention_days
    }
  }
}

# A resource that is named by its ARN is backed up even if its service is not opted in for the region.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html
resource "aws_backup_selection" "dsql" {
  name         = "dsql"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this["backup"].arn
  resources    = [var.dsql_cluster_arn]

  # Without its policy, the role can't back up anything.
  depends_on = [aws_iam_role_policy_attachment.this]
}
