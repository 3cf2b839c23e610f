variable "project_name" {
  description = "Name of the environment, such as acme-prod. Prefix of all role names. It also limits the log groups and parameters that the execution roles can use."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "dsql_cluster_arn" {
  description = "ARN of the Aurora DSQL cluster that Temporal stores its state in."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "ARN of the Amazon Managed Prometheus workspace that stores Temporal's metrics and that Grafana queries."
  type        = string
}

variable "opensearch_domain_arn" {
  description = "ARN of the OpenSearch domain that holds Temporal's visibility records."
  type        = string
}

variable "rate_limiter_table_arn" {
  description = "ARN of the DynamoDB table that the tasks use to share DSQL's limit of new connections per second."
  type        = string
}

variable "exec_log_group_arn" {
  description = "ARN of the log group that records ECS Exec sessions."
  type        = string
}

variable "grafana_admin_secret_arn" {
  description = "ARN of the secret with Grafana's first user."
  type        = string
}

variable "ui_enabled" {
  description = "Whether the Temporal UI is deployed. If so, this module creates its role."
  type        = bool
  default     = false
}

variable "connection_limiter" {
  description = "How the DSQL plugin in the image limits the connections of all tasks: counter (iw/temporal until cf90c57d6) or slots (from e74d6b6). It determines what the Temporal role may do with the tables."
  type        = string
  default     = "counter"

  validation {
    condition     = contains(["counter", "slots"], var.connection_limiter)
    error_message = "connection_limiter must be counter or slots."
  }
}

variable "conn_lease_enabled" {
  description = "Whether the tasks lease their DSQL connections from a DynamoDB table."
  type        = bool
  default     = false
}

variable "conn_lease_table_arn" {
  description = "ARN of the lease table. Required when conn_lease_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.conn_lease_enabled || var.conn_lease_table_arn != null
    error_message = "conn_lease_table_arn must be set when conn_lease_enabled is true."
  }
}

variable "loki_enabled" {
  description = "Whether Loki is deployed. If so, this module creates its role."
  type        = bool
  default     = false
}

variable "loki_bucket_arn" {
  description = "ARN of the bucket where Loki stores the logs. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_bucket_arn != null
    error_message = "loki_bucket_arn must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    temporal_ui_task_role = optional(string)
  })
  default  = {}
  nullable = false
}
