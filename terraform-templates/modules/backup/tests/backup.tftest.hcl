# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-prod-backup" }
  }
}

variables {
  project_name     = "acme-prod"
  dsql_cluster_arn = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"
}

run "each_day_and_each_week_have_their_retention" {
  command = plan

  variables {
    retention_days        = 14
    weekly_retention_days = 365
  }

  assert {
    condition = {
      for rule in aws_backup_plan.this.rule : rule.rule_name => one(rule.lifecycle).delete_after
    } == { daily = 14, weekly = 365 }
    error_message = "Each rule must delete its backups after its own time."
  }

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : rule.target_vault_name == "acme-prod"])
    error_message = "All backups must go to the vault of the environment."
  }
}

run "only_the_cluster_is_backed_up" {
  command = plan

  assert {
    condition     = aws_backup_selection.dsql.resources == toset([var.dsql_cluster_arn])
    error_message = "The selection must name the cluster, and nothing else."
  }
}

run "a_role_either_backs_up_or_restores" {
  command = plan

  assert {
    condition = {
      for name, attachment in aws_iam_role_policy_attachment.this : name => attachment.policy_arn
      } == {
      backup  = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
      restore = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"
    }
    error_message = "Each role must have the policy of its own task alone."
  }
}

run "the_lock_can_be_removed_again" {
  command = plan

  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].min_retention_days == 7 && aws_backup_vault_lock_configuration.this[0].changeable_for_days == null
    error_message = "The lock must be in governance mode: compliance mode can never be removed."
  }
}

run "a_vault_without_protection_goes_with_its_backups" {
  command = plan

  variables {
    deletion_protection = false
    lock_enabled        = false
  }

  assert {
    condition     = aws_backup_vault.this.force_destroy && length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "Without protection, Terraform must be able to delete the vault."
  }
}

run "a_protected_vault_must_be_empty_to_go" {
  command = plan

  assert {
    condition     = !aws_backup_vault.this.force_destroy
    error_message = "With protection, Terraform must not delete backups."
  }
}

run "a_backup_is_not_kept_for_less_than_the_lock_demands" {
  command = plan

  variables {
    retention_days        = 6
    weekly_retention_days = 6
  }

  expect_failures = [var.retention_days, var.weekly_retention_days]
}
