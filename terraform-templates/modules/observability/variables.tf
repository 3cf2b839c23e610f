variable "project_name" {
  description = "Name of the environment, such as acme-prod. Prefix of all resource names."
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
  description = "Capacity provider whose instances run the tasks. It must be associated with the cluster before Terraform creates the services, so use the output of the module that associates it."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Service Connect namespace (Cloud Map) in which clients find Loki. Not used without Loki."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the tasks, one for each zone in use."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must contain at least one subnet."
  }
}

variable "security_group_ids" {
  description = "Additional security groups for the tasks: the one that allows outbound traffic to AWS and, through NAT, to grafana.com."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull Loki's images, write its logs and read its configuration."
  type        = string
}

variable "grafana_execution_role_arn" {
  description = "ARN of the execution role, which ECS uses to start Grafana. It must also be allowed to read the admin secret."
  type        = string
}

variable "grafana_task_role_arn" {
  description = "ARN of Grafana's task role, which Grafana uses to query Prometheus and CloudWatch."
  type        = string
}

variable "grafana_image" {
  description = "Grafana image for ARM64, based on Alpine, with a fixed tag or digest. The data source plugin needs Grafana 12.2.5 or later, but not 12.4.0 or 12.4.1, which do not pass the task's credentials to plugins."
  type        = string
}

variable "grafana_cpu" {
  description = "CPU units of Grafana's task. With Loki, the Service Connect proxy uses grafana_proxy_cpu of them."
  type        = number

  validation {
    condition     = var.grafana_cpu >= 256 && var.grafana_cpu <= 196608 && floor(var.grafana_cpu) == var.grafana_cpu
    error_message = "grafana_cpu must be a whole number from 256 to 196608."
  }
}

variable "grafana_memory" {
  description = "Memory of Grafana's task in MiB. The init container uses 64 MiB of it. With Loki, the Service Connect proxy uses grafana_proxy_memory of it."
  type        = number

  validation {
    condition     = var.grafana_memory >= 320 && floor(var.grafana_memory) == var.grafana_memory
    error_message = "grafana_memory must be a whole number of MiB, 320 or more."
  }
}

variable "grafana_proxy_cpu" {
  description = "CPU units of the task for its Service Connect proxy. AWS recommends 512 if a task gets more than 500 requests per second. The default does not follow the target rate, because only the people who use Grafana cause requests to Loki. Not used without Loki."
  type        = number
  default     = 256

  validation {
    condition     = var.grafana_proxy_cpu >= 256 && floor(var.grafana_proxy_cpu) == var.grafana_proxy_cpu
    error_message = "grafana_proxy_cpu must be a whole number, 256 or more."
  }
}

variable "grafana_proxy_memory" {
  description = "Memory of the task for its Service Connect proxy in MiB. AWS recommends 128 for a namespace with more than 100 services or 2000 tasks. It does not depend on the target rate. Not used without Loki."
  type        = number
  default     = 64

  validation {
    condition     = var.grafana_proxy_memory >= 64 && floor(var.grafana_proxy_memory) == var.grafana_proxy_memory
    error_message = "grafana_proxy_memory must be a whole number of MiB, 64 or more."
  }
}

variable "grafana_stop_timeout" {
  description = "Seconds that Grafana's task has to stop. ECS ends it afterwards. Grafana only has to end its requests, at any target rate."
  type        = number
  default     = 30

  validation {
    condition     = var.grafana_stop_timeout >= 2 && var.grafana_stop_timeout <= 600 && floor(var.grafana_stop_timeout) == var.grafana_stop_timeout
    error_message = "grafana_stop_timeout must be a whole number of seconds from 2 to 600."
  }
}

variable "grafana_start_period" {
  description = "Seconds after Grafana's task starts in which failed health checks do not count. It includes the time to download the plugin."
  type        = number
  default     = 120

  validation {
    condition     = var.grafana_start_period >= 0 && var.grafana_start_period <= 300 && floor(var.grafana_start_period) == var.grafana_start_period
    error_message = "grafana_start_period must be a whole number of seconds from 0 to 300, as ECS allows."
  }
}

variable "grafana_health_check_interval" {
  description = "Seconds between two health checks of Grafana's task."
  type        = number
  default     = 30

  validation {
    condition     = var.grafana_health_check_interval >= 5 && var.grafana_health_check_interval <= 300 && floor(var.grafana_health_check_interval) == var.grafana_health_check_interval
    error_message = "grafana_health_check_interval must be a whole number of seconds from 5 to 300, as ECS allows."
  }
}

variable "grafana_health_check_timeout" {
  description = "Seconds after which a health check of Grafana's task that has no answer fails."
  type        = number
  default     = 5

  validation {
    condition     = var.grafana_health_check_timeout >= 2 && var.grafana_health_check_timeout <= 60 && floor(var.grafana_health_check_timeout) == var.grafana_health_check_timeout
    error_message = "grafana_health_check_timeout must be a whole number of seconds from 2 to 60, as ECS allows."
  }
}

variable "grafana_health_check_retries" {
  description = "Number of failed health checks in a row after which ECS replaces Grafana's task."
  type        = number
  default     = 3

  validation {
    condition     = var.grafana_health_check_retries >= 1 && var.grafana_health_check_retries <= 10 && floor(var.grafana_health_check_retries) == var.grafana_health_check_retries
    error_message = "grafana_health_check_retries must be a whole number from 1 to 10, as ECS allows."
  }
}

variable "grafana_admin_secret_name" {
  description = "Name of the secret with Grafana's first user. The secret is JSON with admin_user and admin_password. Begin its name with the project name, so that environments do not share a secret."
  type        = string
}

variable "create_grafana_admin_secret" {
  description = "Whether to create the secret with Grafana's first user and a random password. Set it to false if the secret already exists."
  type        = bool
  default     = true
}

variable "grafana_amp_plugin_version" {
  description = "Version of the plugin grafana-amazonprometheus-datasource that Grafana installs when it starts. Null if the image has the plugin."
  type        = string
  default     = "3.2.0"

  validation {
    condition     = var.grafana_amp_plugin_version == null || can(regex("^[0-9]+[.][0-9]+[.][0-9]+$", var.grafana_amp_plugin_version))
    error_message = "grafana_amp_plugin_version must be a version such as 3.2.0."
  }
}

variable "dashboards" {
  description = "Grafana's dashboards as YAML: by name a title and panels with title, description, unit and queries. A query is an expression (expr, legend) or a CloudWatch metric (namespace, metric, statistic, dimensions, legend, by)."
  type        = string

  validation {
    condition = can([
      for dashboard in values(yamldecode(var.dashboards)) : [
        for panel in dashboard.panels : [
          dashboard.title, panel.title, panel.description, panel.unit,
          [for query in panel.queries : try([query.expr, query.legend], [query.namespace, query.metric, query.statistic, query.dimensions])],
        ]
      ]
    ])
    error_message = "dashboards must be YAML: by name a title and panels, each with title, description, unit and queries."
  }
}

variable "config_writer_image" {
  description = "Image for the init containers that write the configuration files before Grafana and Loki start. It must be for ARM64 and have /bin/sh, base64 and gunzip. The Alloy image has all three."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the logs in the log groups. Must be a value that CloudWatch accepts."
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
  description = "Whether stored data is protected against mistakes. If true, Terraform can destroy the log bucket only when it is empty, the bucket keeps deleted objects for a week, and you can restore the admin secret for 30 days."
  type        = bool
  default     = true
}

variable "loki_enabled" {
  description = "Whether to run Loki. Without Loki, the logs are in CloudWatch."
  type        = bool
  default     = false
}

variable "loki_image" {
  description = "Loki image for ARM64, with a fixed tag or digest. Use Loki 3.6.5 or later: earlier images have no health check. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_image != null
    error_message = "loki_image must be set when loki_enabled is true."
  }
}

variable "loki_cpu" {
  description = "CPU units of Loki's task. The Service Connect proxy uses loki_proxy_cpu of them. Required when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_cpu >= 256 && var.loki_cpu <= 196608 && floor(var.loki_cpu) == var.loki_cpu, false)
    error_message = "loki_cpu must be a whole number from 256 to 196608 when loki_enabled is true."
  }
}

variable "loki_memory" {
  description = "Memory of Loki's task in MiB. The init container uses 64 MiB of it, and the Service Connect proxy loki_proxy_memory. Required when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_memory >= 384 && floor(var.loki_memory) == var.loki_memory, false)
    error_message = "loki_memory must be a whole number of MiB, 384 or more, when loki_enabled is true."
  }
}

variable "loki_proxy_cpu" {
  description = "CPU units of the task for its Service Connect proxy. AWS recommends 512 if a task gets more than 500 requests per second. The default does not follow the target rate: each sidecar sends about one request per second, whatever the number of lines in it. Not used without Loki."
  type        = number
  default     = 256

  validation {
    condition     = var.loki_proxy_cpu >= 256 && floor(var.loki_proxy_cpu) == var.loki_proxy_cpu
    error_message = "loki_proxy_cpu must be a whole number, 256 or more."
  }
}

variable "loki_proxy_memory" {
  description = "Memory of the task for its Service Connect proxy in MiB. AWS recommends 128 for a namespace with more than 100 services or 2000 tasks. It does not depend on the target rate. Not used without Loki."
  type        = number
  default     = 64

  validation {
    condition     = var.loki_proxy_memory >= 64 && floor(var.loki_proxy_memory) == var.loki_proxy_memory
    error_message = "loki_proxy_memory must be a whole number of MiB, 64 or more."
  }
}

variable "loki_stop_timeout" {
  description = "Seconds that Loki's task has to stop. ECS ends it afterwards. Loki writes the logs in its memory to S3 in this time. Not used without Loki."
  type        = number
  default     = 120

  validation {
    condition     = var.loki_stop_timeout >= 30 && var.loki_stop_timeout <= 600 && floor(var.loki_stop_timeout) == var.loki_stop_timeout
    error_message = "loki_stop_timeout must be a whole number of seconds from 30 to 600."
  }
}

variable "loki_start_period" {
  description = "Seconds after Loki's task starts in which failed health checks do not count. Loki is ready only after it has waited for other members of its ring. It does not depend on the target rate. Not used without Loki."
  type        = number
  default     = 90

  validation {
    condition     = var.loki_start_period >= 0 && var.loki_start_period <= 300 && floor(var.loki_start_period) == var.loki_start_period
    error_message = "loki_start_period must be a whole number of seconds from 0 to 300, as ECS allows."
  }
}

variable "loki_health_check_interval" {
  description = "Seconds between two health checks of Loki's task. Not used without Loki."
  type        = number
  default     = 30

  validation {
    condition     = var.loki_health_check_interval >= 5 && var.loki_health_check_interval <= 300 && floor(var.loki_health_check_interval) == var.loki_health_check_interval
    error_message = "loki_health_check_interval must be a whole number of seconds from 5 to 300, as ECS allows."
  }
}

variable "loki_health_check_timeout" {
  description = "Seconds after which a health check of Loki's task that has no answer fails. Not used without Loki."
  type        = number
  default     = 10

  validation {
    condition     = var.loki_health_check_timeout >= 2 && var.loki_health_check_timeout <= 60 && floor(var.loki_health_check_timeout) == var.loki_health_check_timeout
    error_message = "loki_health_check_timeout must be a whole number of seconds from 2 to 60, as ECS allows."
  }
}

variable "loki_health_check_retries" {
  description = "Number of failed health checks in a row after which ECS replaces Loki's task. Not used without Loki."
  type        = number
  default     = 3

  validation {
    condition     = var.loki_health_check_retries >= 1 && var.loki_health_check_retries <= 10 && floor(var.loki_health_check_retries) == var.loki_health_check_retries
    error_message = "loki_health_check_retries must be a whole number from 1 to 10, as ECS allows."
  }
}

variable "loki_retention_days" {
  description = "Days that Loki keeps logs. Required when loki_enabled is true."
  type        = number
  default     = null

  validation {
    condition     = !var.loki_enabled || try(var.loki_retention_days >= 1 && var.loki_retention_days <= 365 && floor(var.loki_retention_days) == var.loki_retention_days, false)
    error_message = "loki_retention_days must be a whole number from 1 to 365 when loki_enabled is true."
  }
}

variable "loki_task_role_arn" {
  description = "ARN of Loki's task role, which Loki uses to read and write its bucket. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_task_role_arn != null
    error_message = "loki_task_role_arn must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    grafana_security_group             = optional(string)
    grafana_security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
