variable "project_name" {
  description = "Name of the environment, such as acme-prod. Prefix of all resource names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "image" {
  description = "Temporal UI image for ARM64, with a fixed tag or digest."
  type        = string
}

variable "cpu" {
  description = "CPU units of the task. The Service Connect proxy and, with Loki, the sidecar use a part of them. The UI gets the rest."
  type        = number

  validation {
    condition     = var.cpu >= 256 && var.cpu <= 196608 && floor(var.cpu) == var.cpu
    error_message = "cpu must be a whole number from 256 to 196608."
  }
}

variable "memory" {
  description = "Memory of the task in MiB. The Service Connect proxy and, with Loki, the sidecar use a part of it. The UI gets the rest."
  type        = number

  validation {
    condition     = var.memory >= 320 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MiB, 320 or more."
  }
}

variable "proxy_cpu" {
  description = "CPU units of the task for its Service Connect proxy. AWS recommends 512 if a task gets more than 500 requests per second. The default does not follow the target rate, because only the people who use the UI send it requests."
  type        = number
  default     = 256

  validation {
    condition     = var.proxy_cpu >= 256 && floor(var.proxy_cpu) == var.proxy_cpu
    error_message = "proxy_cpu must be a whole number, 256 or more."
  }
}

variable "proxy_memory" {
  description = "Memory of the task for its Service Connect proxy in MiB. AWS recommends 128 for a namespace with more than 100 services or 2000 tasks. It does not depend on the target rate."
  type        = number
  default     = 64

  validation {
    condition     = var.proxy_memory >= 64 && floor(var.proxy_memory) == var.proxy_memory
    error_message = "proxy_memory must be a whole number of MiB, 64 or more."
  }
}

variable "desired_count" {
  description = "Number of tasks when the service is first created. Terraform ignores later changes, so you can scale the service yourself. The default is 0 because the UI finds no frontend before the services run."
  type        = number
  default     = 0

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, 0 or more."
  }
}

variable "minimum_healthy_percent" {
  description = "Minimum percentage of the tasks that keep running during a deployment."
  type        = number

  validation {
    condition     = var.minimum_healthy_percent >= 0 && var.minimum_healthy_percent <= 100
    error_message = "minimum_healthy_percent must be from 0 to 100."
  }
}

variable "maximum_percent" {
  description = "Maximum percentage of the tasks that can run during a deployment. Above 100, the instances and their network interfaces need capacity for the additional tasks."
  type        = number

  validation {
    condition     = var.maximum_percent >= 100 && var.maximum_percent <= 200 && var.maximum_percent > var.minimum_healthy_percent
    error_message = "maximum_percent must be from 100 to 200 and above minimum_healthy_percent. Otherwise ECS cannot replace any task."
  }
}

variable "stop_timeout" {
  description = "Seconds that a task has to stop. ECS ends it afterwards. The UI only has to end its requests, at any target rate."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout >= 2 && var.stop_timeout <= 600 && floor(var.stop_timeout) == var.stop_timeout
    error_message = "stop_timeout must be a whole number of seconds from 2 to 600."
  }
}

variable "start_period" {
  description = "Seconds after a task starts in which failed health checks do not count. The UI starts within seconds, at any target rate."
  type        = number
  default     = 30

  validation {
    condition     = var.start_period >= 0 && var.start_period <= 300 && floor(var.start_period) == var.start_period
    error_message = "start_period must be a whole number of seconds from 0 to 300, as ECS allows."
  }
}

variable "health_check_interval" {
  description = "Seconds between two health checks of a task."
  type        = number
  default     = 30

  validation {
    condition     = var.health_check_interval >= 5 && var.health_check_interval <= 300 && floor(var.health_check_interval) == var.health_check_interval
    error_message = "health_check_interval must be a whole number of seconds from 5 to 300, as ECS allows."
  }
}

variable "health_check_timeout" {
  description = "Seconds after which a health check of a task that has no answer fails."
  type        = number
  default     = 5

  validation {
    condition     = var.health_check_timeout >= 2 && var.health_check_timeout <= 60 && floor(var.health_check_timeout) == var.health_check_timeout
    error_message = "health_check_timeout must be a whole number of seconds from 2 to 60, as ECS allows."
  }
}

variable "health_check_retries" {
  description = "Number of failed health checks in a row after which ECS replaces a task."
  type        = number
  default     = 3

  validation {
    condition     = var.health_check_retries >= 1 && var.health_check_retries <= 10 && floor(var.health_check_retries) == var.health_check_retries
    error_message = "health_check_retries must be a whole number from 1 to 10, as ECS allows."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster to run in."
  type        = string
}

variable "capacity_provider_name" {
  description = "Capacity provider whose instances run the tasks. It must be associated with the cluster before Terraform creates the service, so use the output of the module that associates it."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Service Connect namespace (Cloud Map)."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the security group."
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
  description = "Additional security groups for the tasks: the one that allows outbound traffic to AWS."
  type        = list(string)
}

variable "frontend_security_group_id" {
  description = "Security group of the Temporal frontend. This module adds a rule for the UI to it."
  type        = string
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull images, write logs and read the sidecar's configuration."
  type        = string
}

variable "task_role_arn" {
  description = "ARN of the task role, which the containers use to call AWS."
  type        = string
}

variable "extra_environment" {
  description = "Additional environment variables for the UI, by name, such as TEMPORAL_DEFAULT_NAMESPACE. None of them can be a variable that this module sets."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.extra_environment), keys(local.own_environment))) == 0
    error_message = "extra_environment sets ${join(", ", setintersection(keys(var.extra_environment), keys(local.own_environment)))}, which this module sets itself."
  }
}

variable "log_retention_days" {
  description = "Days to keep the logs in the log group. Must be a value that CloudWatch accepts."
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

variable "loki_enabled" {
  description = "Whether the sidecar ships the UI's log to Loki. Otherwise the log goes to CloudWatch."
  type        = bool
  default     = false
}

variable "loki_security_group_id" {
  description = "Security group of Loki. This module adds a rule for its own tasks to it. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_security_group_id != null
    error_message = "loki_security_group_id must be set when loki_enabled is true."
  }
}

variable "sidecar" {
  description = "Alloy sidecar of the UI: the output `sidecar` of the alloy-sidecar module. Required when loki_enabled is true. Without Loki the UI needs no sidecar, because it serves no metrics."

  # The module adds the containers to the task unchanged. A full type would silently
  # drop fields that the sidecar gets later.
  type = object({
    init_container = any
    container      = any
    volumes        = list(object({ name = string, host_path = optional(string) }))
    cpu            = number
    memory         = number
  })
  default = null

  validation {
    condition     = !var.loki_enabled || var.sidecar != null
    error_message = "sidecar must be set when loki_enabled is true: only the sidecar ships the log to Loki."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    log_group                  = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
