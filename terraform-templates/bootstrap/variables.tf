variable "project" {
  description = "Project that the environments belong to, their names' first part."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project))
    error_message = "project must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Region to prepare."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region must be the name of a region, such as eu-west-1."
  }
}

variable "account_id" {
  description = "Account to prepare. Given, Terraform refuses the credentials of any other; null takes the account of the credentials."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must have 12 digits."
  }
}

variable "eni_trunking" {
  description = "Whether to switch on ENI trunking for ECS in the region. false leaves the setting as it is."
  type        = bool
  default     = true
}

variable "service_linked_roles" {
  description = "Services to create the service-linked role for. Roles are per account: leave out the services that have theirs already."
  type        = set(string)
  default     = ["autoscaling.amazonaws.com", "ecs.amazonaws.com", "opensearchservice.amazonaws.com"]

  validation {
    condition = length(setsubtract(var.service_linked_roles, [
      "autoscaling.amazonaws.com", "ecs.amazonaws.com", "opensearchservice.amazonaws.com",
    ])) == 0
    error_message = "service_linked_roles may have autoscaling.amazonaws.com, ecs.amazonaws.com and opensearchservice.amazonaws.com."
  }
}

variable "tags" {
  description = "Tags for everything this root makes, besides Project, ManagedBy and Root."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for key in keys(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{1,128}$", key)) && !startswith(lower(key), "aws:")
    ])
    error_message = "Each key of tags must be 1 to 128 ASCII letters, digits, spaces and + - = . _ : / @, not beginning with aws:."
  }

  # IAM takes keys that differ only in case for one.
  validation {
    condition = length(distinct(concat(
      ["project", "managedby", "root"],
      [for key in keys(var.tags) : lower(key)],
    ))) == 3 + length(var.tags)
    error_message = "tags must have no two keys that differ only in case, nor Project, ManagedBy or Root in any case."
  }

  validation {
    condition = alltrue([
      for value in values(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{0,256}$", value)) && !startswith(lower(value), "aws:")
    ])
    error_message = "Each value of tags must be up to 256 ASCII letters, digits, spaces and + - = . _ : / @, not beginning with aws:."
  }
}
