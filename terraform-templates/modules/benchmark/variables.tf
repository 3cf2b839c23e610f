variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_arn" {
  description = "ARN of the cluster that runs the services."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster that the benchmark instances register with."
  type        = string
}

variable "associated_capacity_provider_name" {
  description = "This module's own output `capacity_provider_name`, as the cluster module outputs it after the association."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Service Connect namespace in which the tasks find temporal-frontend and loki."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for instances and tasks."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Additional security groups for instances and tasks. One of them must allow outbound HTTPS."
  type        = list(string)
}

variable "frontend_security_group_id" {
  description = "Security group of the frontend. This module adds a rule for port 7233 to it."
  type        = string
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull images, read the sidecars' configuration and write logs."
  type        = string
}

variable "exec_log_group_arn" {
  description = "ARN of the log group of ECS Exec sessions. The task role can write to it."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "ARN of the Prometheus workspace that the sidecars can write metrics to."
  type        = string
}

variable "benchmark_image" {
  description = "Image for arm64 that contains both the generator and the worker of the benchmark."
  type        = string

  validation {
    condition     = length(trimspace(var.benchmark_image)) > 0
    error_message = "benchmark_image must be the name of an image."
  }
}

variable "instance_type" {
  description = "Graviton instance type of the benchmark instances."
  type        = string
}

variable "max_instances" {
  description = "Maximum number of instances during a run. All of them are removed when the run ends."
  type        = number

  validation {
    condition     = var.max_instances >= 1 && floor(var.max_instances) == var.max_instances
    error_message = "max_instances must be a whole number, 1 or more."
  }
}

variable "image_pull_behavior" {
  description = "When an instance pulls an image: `default` before each task, `once` only if it does not have the image. Use `once` if all images are named by digest."
  type        = string
  default     = "default"
}

variable "cpu" {
  description = "CPU units of the generator task, including its sidecar and Service Connect proxy."
  type        = number
}

variable "memory" {
  description = "Memory of the generator task in MiB, including its sidecar and Service Connect proxy."
  type        = number
}

variable "worker_cpu" {
  description = "CPU units of a worker task, including its sidecar and Service Connect proxy."
  type        = number
}

variable "worker_memory" {
  description = "Memory of a worker task in MiB, including its sidecar and Service Connect proxy."
  type        = number
}

variable "proxy_cpu" {
  description = "CPU units of each task for its Service Connect proxy. Null follows the rate: 512 above 250 workflows per second, otherwise 256. AWS recommends 512 if a task gets more than 500 requests per second, and the generator sends two for each workflow."
  type        = number
  default     = null

  validation {
    condition     = var.proxy_cpu == null ? true : var.proxy_cpu >= 256 && floor(var.proxy_cpu) == var.proxy_cpu
    error_message = "proxy_cpu must be a whole number, 256 or more, or null."
  }
}

variable "proxy_memory" {
  description = "Memory of each task for its Service Connect proxy in MiB. AWS recommends 128 for a namespace with more than 100 services or 2000 tasks. It does not depend on the rate."
  type        = number
  default     = 64

  validation {
    condition     = var.proxy_memory >= 64 && floor(var.proxy_memory) == var.proxy_memory
    error_message = "proxy_memory must be a whole number of MiB, 64 or more."
  }
}

variable "stop_timeout" {
  description = "Seconds that a task has to stop, so that a worker can end its current workflow tasks and activities. ECS ends it afterwards. It does not depend on the rate."
  type        = number
  default     = 120

  validation {
    condition     = var.stop_timeout >= 2 && var.stop_timeout <= 600 && floor(var.stop_timeout) == var.stop_timeout
    error_message = "stop_timeout must be a whole number of seconds from 2 to 600."
  }
}

variable "pollers" {
  description = "Pollers of each worker for workflow tasks, and as many for activities, from 2 to 200. An image of your own must read BENCHMARK_POLLERS, or its workers keep their number."
  type        = number
  default     = 32

  validation {
    condition     = var.pollers >= 2 && var.pollers <= 200 && floor(var.pollers) == var.pollers
    error_message = "pollers must be a whole number from 2 to 200."
  }
}

variable "namespace" {
  description = "Temporal namespace that the benchmark runs in."
  type        = string
  default     = "benchmark"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$", var.namespace))
    error_message = "namespace must be 2 to 255 letters, digits, dots, hyphens and underscores."
  }
}

variable "rate" {
  description = "Workflows that the generator starts per second, from 1 to 1000."
  type        = number
  default     = 100

  validation {
    condition     = var.rate >= 1 && var.rate <= 1000 && floor(var.rate) == var.rate
    error_message = "rate must be a whole number from 1 to 1000, the range that the generator accepts."
  }
}

variable "duration" {
  description = "Time in which the generator starts workflows, such as 5m, from 1m to 60m."
  type        = string
  default     = "5m"

  validation {
    condition     = can(regex("^(6[0-9]|[7-9][0-9]|[1-9][0-9]{2}|[12][0-9]{3}|3[0-5][0-9]{2}|3600)s$|^([1-9]|[1-5][0-9]|60)m$|^1h$", var.duration))
    error_message = "duration must be a whole number of seconds, minutes or hours from 1m to 60m, the range that the generator accepts."
  }
}

variable "ramp_up" {
  description = "Time in which the rate rises from a tenth to its full value, such as 30s. Must be shorter than the duration."
  type        = string
  default     = "30s"

  validation {
    condition     = can(regex("^[0-9]{1,4}[smh]$", var.ramp_up))
    error_message = "ramp_up must be a whole number of seconds, minutes or hours, such as 30s."
  }
}

variable "workflow_type" {
  description = "What each workflow does: `simple`, `multi-activity`, `timer`, `child-workflow` or `state-transitions`."
  type        = string
  default     = "simple"

  validation {
    condition     = contains(["simple", "multi-activity", "timer", "child-workflow", "state-transitions"], var.workflow_type)
    error_message = "workflow_type must be simple, multi-activity, timer, child-workflow or state-transitions."
  }
}

variable "extra_environment" {
  description = "Environment variables of both tasks, in addition to the module's own: BENCHMARK_ITERATIONS, BENCHMARK_TIMER_DURATION and others that the image reads. None of them can be a variable that this module sets."
  type        = map(string)
  default     = {}
}

variable "log_retention_days" {
  description = "Days to keep the logs in CloudWatch. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "generator_sidecar" {
  description = "Alloy sidecar of the generator: the output `sidecar` of the alloy-sidecar module."

  # The module adds the containers to the task unchanged. A full type would silently drop fields that the sidecar
  # gets later.
  type = object({
    init_container = any
    container      = any
    volumes        = list(object({ name = string, host_path = optional(string) }))
    cpu            = number
    memory         = number
  })
}

variable "worker_sidecar" {
  description = "Alloy sidecar of the workers: the output `sidecar` of the alloy-sidecar module."

  type = object({
    init_container = any
    container      = any
    volumes        = list(object({ name = string, host_path = optional(string) }))
    cpu            = number
    memory         = number
  })
}

variable "loki_enabled" {
  description = "Whether the sidecars ship the tasks' logs to Loki. Otherwise the logs go to CloudWatch."
  type        = bool
  default     = false
}

variable "loki_security_group_id" {
  description = "Security group of Loki. This module adds a rule for port 3100 to it. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_security_group_id != null
    error_message = "loki_security_group_id must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    asg                        = optional(string)
    capacity_provider          = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
