output "vault_name" {
  description = "Name of the vault with the recovery points."
  value       = aws_backup_vault.this.name
}

output "vault_arn" {
  description = "ARN of the vault with the recovery points."
  value       = aws_backup_vault.this.arn
}

output "backup_role_arn" {
  description = "ARN of the role with which AWS Backup makes backups."
  value       = aws_iam_role.this["backup"].arn

  # A role without its policy makes no backup.
  depends_on = [aws_iam_role_policy_attachment.this]
}

output "restore_role_arn" {
  description = "ARN of the role with which AWS Backup restores a backup into a new cluster."
  value       = aws_iam_role.this["restore"].arn

  # A role without its policy restores nothing.
  depends_on = [aws_iam_role_policy_attachment.this]
}
