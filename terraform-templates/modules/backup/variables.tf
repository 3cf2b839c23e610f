variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "dsql_cluster_arn" {
  description = "ARN of the DSQL cluster to back up. It must belong to this account and region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:dsql:[a-z0-9-]+:[0-9]{12}:cluster/[a-z0-9]{26}$", var.dsql_cluster_arn))
    error_message = "dsql_cluster_arn must be the ARN of a DSQL cluster, such as arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz."
  }
}

variable "retention_days" {
  description = "Days to keep a daily backup."
  type        = number
  default     = 35

  validation {
    condition     = var.retention_days >= 7 && var.retention_days <= 3650 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 7 to 3650: the lock of the vault refuses backups that are kept for less than 7 days."
  }
}

variable "weekly_retention_days" {
  description = "Days to keep a weekly backup."
  type        = number
  default     = 90

  validation {
    condition     = var.weekly_retention_days >= 7 && var.weekly_retention_days <= 3650 && floor(var.weekly_retention_days) == var.weekly_retention_days
    error_message = "weekly_retention_days must be a whole number from 7 to 3650: the lock of the vault refuses backups that are kept for less than 7 days."
  }
}

variable "lock_enabled" {
  description = "Whether to lock the vault in governance mode, so that only roles that may remove the lock can delete a backup before it is 7 days old."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether Terraform can destroy the vault only when it is empty."
  type        = bool
  default     = true
}
