variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "vpc_id" {
  description = "ID of the VPC for the ring's security group."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the transcripts of ECS Exec sessions and the data of Container Insights. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "deletion_protection" {
  description = "Whether CloudWatch refuses to delete the transcripts of ECS Exec sessions and the data of Container Insights."
  type        = bool
  default     = true
}

variable "capacity_providers" {
  description = "Names of the capacity providers to associate, by role. `main` is required. Tasks and services that name no provider use `main`."
  type        = map(string)

  validation {
    condition     = contains(keys(var.capacity_providers), "main")
    error_message = "capacity_providers must have the key `main`."
  }
}

variable "ring_client_security_group_ids" {
  description = "Additional security groups that can reach the ring's ports, by a name of your choice. For example, the group of tasks that existed before a migration and that a deployment replaces."
  type        = map(string)
  default     = {}
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    exec_log_group        = optional(string)
    namespace_description = optional(string)
  })
  default  = {}
  nullable = false
}
