variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "image" {
  description = "Admin-tools image for arm64 with /bin/sh and a DSQL-enabled schema tool, built from the same source as the server image."
  type        = string
}

variable "command" {
  description = "Shell command that updates the schema, in place of this module's own. It must be safe to repeat. Null uses temporal-dsql-tool: it creates the schema or updates it to the version in the image."
  type        = string
  default     = null

  validation {
    condition     = !strcontains(coalesce(var.command, "none"), "--overwrite")
    error_message = "command must not use --overwrite: it drops all tables, and anyone can start this task again."
  }
}

variable "dsql_endpoint" {
  description = "Host name of the Aurora DSQL cluster, without port."
  type        = string
}

variable "dsql_cluster_arn" {
  description = "ARN of the Aurora DSQL cluster that the task may connect to as admin."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the task's security group."
  type        = string
}

variable "security_group_ids" {
  description = "Additional security groups for the task. They must allow HTTPS to the image registry and to CloudWatch Logs. The output `security_group_ids` includes them."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull the image and write the log."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the log of the runs. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}
