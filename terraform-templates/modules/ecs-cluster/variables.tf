variable "project_name" {
  description = "Prefix of every name: project and environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  description = "VPC of the ring's security group."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep what was typed in ECS Exec sessions and what Container Insights measured. One of the values CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "capacity_providers" {
  description = "Names of the capacity providers to associate, by role. `main` must be there and serves what names no provider."
  type        = map(string)

  validation {
    condition     = contains(keys(var.capacity_providers), "main")
    error_message = "capacity_providers must have the key main."
  }
}

variable "ring_client_security_group_ids" {
  description = "Further groups that may reach the ring's ports, each under a name of its own, such as that of tasks made elsewhere that a deployment replaces."
  type        = map(string)
  default     = {}
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    exec_log_group        = optional(string)
    namespace_description = optional(string)
  })
  default  = {}
  nullable = false
}
