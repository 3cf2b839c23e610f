variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_name" {
  description = "Name of the ECS cluster of the services."
  type        = string
}

variable "services" {
  description = "The services to scale, by short name: the name of the ECS service, and the most tasks that it may have."

  type = map(object({
    service_name = string
    max_count    = number
  }))

  validation {
    condition     = alltrue([for service in var.services : service.max_count >= 1 && floor(service.max_count) == service.max_count])
    error_message = "max_count must be a whole number, 1 or more."
  }

  validation {
    condition     = !contains(keys(var.services), "history")
    error_message = "history must not be scaled: each change of its tasks moves shards between them."
  }
}

variable "cpu_percent" {
  description = "The average CPU use of a service's tasks to keep, in percent of what they request."
  type        = number

  validation {
    condition     = var.cpu_percent >= 10 && var.cpu_percent <= 90
    error_message = "cpu_percent must be from 10 to 90."
  }
}
