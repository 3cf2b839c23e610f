variable "project_name" {
  description = "Name of the environment, such as acme-prod. Begins every resource name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster to run in."
  type        = string
}

variable "capacity_provider_name" {
  description = "Capacity provider whose hosts carry the tasks. It must be associated with the cluster before the services are made, so take it from the module that associates it."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Cloud Map namespace of Service Connect, in which Loki is found. Not used without Loki."
  type        = string
}

variable "vpc_id" {
  description = "VPC for the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the tasks, one in each zone in use."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must name one subnet or more."
  }
}

variable "security_group_ids" {
  description = "Security groups that the tasks have besides their own: the one that lets them out to AWS and, through NAT, to grafana.com."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "ARN of the role with which ECS pulls Loki's images, writes its logs and reads its configuration."
  type        = string
}

variable "grafana_execution_role_arn" {
  description = "ARN of the role with which ECS starts Grafana. It must also be able to read the admin secret."
  type        = string
}

variable "grafana_task_role_arn" {
  description = "ARN of the role with which Grafana queries Prometheus and CloudWatch."
  type        = string
}

variable "grafana_image" {
  description = "Grafana image for ARM64, with a fixed tag or digest: 12.2.5 or later, which the data source plugin needs, and one with Alpine."
  type        = string
}

variable "grafana_cpu" {
  description = "CPU units of Grafana's task. With Loki the Service Connect proxy takes 256 of them."
  type        = number

  validation {
    condition     = var.grafana_cpu >= 256 && var.grafana_cpu <= 196608 && floor(var.grafana_cpu) == var.grafana_cpu
    error_message = "grafana_cpu must be a whole number from 256 to 196608."
  }
}

variable "grafana_memory" {
  description = "MiB of Grafana's task. The init container takes 64 of them and, with Loki, the Service Connect proxy 64 more."
  type        = number

  validation {
    condition     = var.grafana_memory >= 320 && floor(var.grafana_memory) == var.grafana_memory
    error_message = "grafana_memory must be a whole number of MiB, 320 or more."
  }
}

variable "grafana_admin_secret_name" {
  description = "Name of the secret with Grafana's first user, as JSON with admin_user and admin_password. Begin it with the project name, so that environments do not share one."
  type        = string
}

variable "create_grafana_admin_secret" {
  description = "Whether to make that secret, with a random password. False when it exists."
  type        = bool
  default     = true
}

variable "grafana_amp_plugin_version" {
  description = "Version of the plugin grafana-amazonprometheus-datasource that Grafana installs when it starts."
  type        = string
  default     = "3.2.0"

  validation {
    condition     = can(regex("^[0-9]+[.][0-9]+[.][0-9]+$", var.grafana_amp_plugin_version))
    error_message = "grafana_amp_plugin_version must be a version such as 3.2.0."
  }
}

variable "config_writer_image" {
  description = "Image for ARM64 with /bin/sh, base64 and gunzip, which writes configuration files before Grafana and Loki start. The Alloy image has all three."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the log groups. One of the values that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition = contains([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
      1096, 1827, 2192, 2557, 2922, 3288, 3653
    ], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "deletion_protection" {
  description = "Whether what is stored outlives a mistake: the log bucket must be empty before it can be destroyed and keeps deleted objects for a week, and the admin secret can be restored for 30 days."
  type        = bool
  default     = true
}

variable "loki_enabled" {
  description = "Whether to run Loki. Without it logs are in CloudWatch."
  type        = bool
  default     = false
}

variable "loki_image" {
  description = "Loki image for ARM64, with a fixed tag or digest: 3.6.5 or later, the first with a health check. Needed when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_image != null
    error_message = "loki_image must be set when loki_enabled is true."
  }
}

variable "loki_cpu" {
  description = "CPU units of Loki's task, of which the Service Connect proxy takes 256. Needed when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_cpu >= 256 && var.loki_cpu <= 196608 && floor(var.loki_cpu) == var.loki_cpu, false)
    error_message = "loki_cpu must be a whole number from 256 to 196608 when loki_enabled is true."
  }
}

variable "loki_memory" {
  description = "MiB of Loki's task, of which the init container and the Service Connect proxy take 64 each. Needed when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_memory >= 384 && floor(var.loki_memory) == var.loki_memory, false)
    error_message = "loki_memory must be a whole number of MiB, 384 or more, when loki_enabled is true."
  }
}

variable "loki_retention_days" {
  description = "Days that Loki keeps logs. Needed when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_retention_days >= 1 && var.loki_retention_days <= 365 && floor(var.loki_retention_days) == var.loki_retention_days, false)
    error_message = "loki_retention_days must be a whole number from 1 to 365 when loki_enabled is true."
  }
}

variable "loki_task_role_arn" {
  description = "ARN of the role with which Loki reads and writes its bucket. Needed when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_task_role_arn != null
    error_message = "loki_task_role_arn must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    grafana_security_group             = optional(string)
    grafana_security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
