variable "project_name" {
  description = "Prefix of every name: project and environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "cluster_arn" {
  description = "Cluster of the services."
  type        = string
}

variable "cluster_name" {
  description = "Cluster that the benchmark hosts register with."
  type        = string
}

variable "associated_capacity_provider_name" {
  description = "The module's own output `capacity_provider_name`, handed back by the cluster module once it is associated."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "Namespace in which temporal-frontend, and loki, are found."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for hosts and tasks."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Groups that hosts and tasks attach besides their own. One of them must let HTTPS out."
  type        = list(string)
}

variable "frontend_security_group_id" {
  description = "Security group of the frontend, which gets a rule for port 7233."
  type        = string
}

variable "execution_role_arn" {
  description = "Role that ECS pulls images, reads sidecar configuration and writes logs with."
  type        = string
}

variable "exec_log_group_arn" {
  description = "Log group of ECS Exec sessions, which the task role may write to."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "Workspace that the sidecars may write metrics to."
  type        = string
}

variable "benchmark_image" {
  description = "Image for arm64 that holds both the generator and the worker of the benchmark."
  type        = string

  validation {
    condition     = length(trimspace(var.benchmark_image)) > 0
    error_message = "benchmark_image must name an image."
  }
}

variable "instance_type" {
  description = "Graviton instance type of the benchmark hosts."
  type        = string
}

variable "max_instances" {
  description = "Hosts that a run may bring up at most. All go when it ends."
  type        = number

  validation {
    condition     = var.max_instances >= 1 && floor(var.max_instances) == var.max_instances
    error_message = "max_instances must be a whole number, 1 or more."
  }
}

variable "cpu" {
  description = "CPU units of the generator's task, sidecar and proxy included."
  type        = number
}

variable "memory" {
  description = "MiB of the generator's task, sidecar and proxy included."
  type        = number
}

variable "worker_cpu" {
  description = "CPU units of a worker's task, sidecar and proxy included."
  type        = number
}

variable "worker_memory" {
  description = "MiB of a worker's task, sidecar and proxy included."
  type        = number
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

variable "extra_environment" {
  description = "Environment of both tasks on top of the module's own: BENCHMARK_TARGET_RATE, BENCHMARK_DURATION and what else the image reads."
  type        = map(string)
  default     = {}
}

variable "log_retention_days" {
  description = "Days to keep the logs in CloudWatch. One of the values CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "generator_sidecar" {
  description = "The generator's sidecar, as the alloy-sidecar module puts it out."

  # The containers go into the task as they are. A full type would drop, without a word, whatever field the
  # sidecar gains later.
  type = object({
    init_container = any
    container      = any
    volumes        = list(object({ name = string, host_path = optional(string) }))
    cpu            = number
    memory         = number
  })
}

variable "worker_sidecar" {
  description = "The workers' sidecar, as the alloy-sidecar module puts it out."

  type = object({
    init_container = any
    container      = any
    volumes        = list(object({ name = string, host_path = optional(string) }))
    cpu            = number
    memory         = number
  })
}

variable "loki_enabled" {
  description = "Whether the sidecars send the tasks' logs to Loki. Without it they go to CloudWatch."
  type        = bool
  default     = false
}

variable "loki_security_group_id" {
  description = "Security group of Loki, which gets a rule for port 3100. Needed with loki_enabled."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_security_group_id != null
    error_message = "loki_security_group_id must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    asg                        = optional(string)
    capacity_provider          = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
