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

variable "scheduled_services" {
  description = "The services to stop and start, by short name: the name of the ECS service, and its number of tasks while it is awake."

  type = map(object({
    service_name = string
    count        = number
  }))
}

variable "asg_name" {
  description = "Name of the Auto Scaling group of the instances."
  type        = string
}

variable "instance_count" {
  description = "Number of instances to start at the wake time."
  type        = number

  validation {
    condition     = var.instance_count >= 0 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number, 0 or more."
  }
}

variable "sleep" {
  description = "When to stop, as cron with five fields and days of the week by name, such as 0 20 * * MON-FRI."
  type        = string

  validation {
    condition     = can(regex("^[0-9*/,-]+ [0-9*/,-]+ ([*] [0-9A-Z*/,-]+ [A-Z,*-]+|[0-9*/,-]+ [0-9A-Z*/,-]+ [*])$", var.sleep))
    error_message = "sleep must be cron with five fields: minute, hour, day of the month, month, and day of the week by name, one of the two days being *."
  }
}

variable "wake" {
  description = "When to start, likewise."
  type        = string

  validation {
    condition     = can(regex("^[0-9*/,-]+ [0-9*/,-]+ ([*] [0-9A-Z*/,-]+ [A-Z,*-]+|[0-9*/,-]+ [0-9A-Z*/,-]+ [*])$", var.wake))
    error_message = "wake must be cron with five fields: minute, hour, day of the month, month, and day of the week by name, one of the two days being *."
  }
}

variable "timezone" {
  description = "Time zone of both, such as Europe/Berlin."
  type        = string
}
