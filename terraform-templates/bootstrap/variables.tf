variable "project" {
  description = "Project that the environments belong to. It is the first part of their names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project))
    error_message = "project must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "AWS Region to prepare."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region must be the name of a region, such as eu-west-1."
  }
}

variable "account_id" {
  description = "ID of the account to prepare. If you set it, Terraform rejects the credentials of any other account. If it is null, Terraform uses the account of your credentials."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must have 12 digits."
  }
}

variable "eni_trunking" {
  description = "Whether to enable ENI trunking for ECS in the region. If it is false, this root does not set it."
  type        = bool
  default     = true
}

variable "service_linked_roles" {
  description = "Services that need their service-linked role. These roles exist once per account: Terraform imports a role that exists already, and creates the others."
  type        = set(string)
  default     = ["autoscaling.amazonaws.com", "ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com", "opensearchservice.amazonaws.com"]

  validation {
    condition = length(setsubtract(var.service_linked_roles, [
      "autoscaling.amazonaws.com", "ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com", "opensearchservice.amazonaws.com",
    ])) == 0
    error_message = "service_linked_roles can contain only autoscaling.amazonaws.com, ecs.amazonaws.com, elasticloadbalancing.amazonaws.com and opensearchservice.amazonaws.com."
  }
}

variable "tags" {
  description = "Tags for all resources that belong to the project, in addition to Project, ManagedBy and Root."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for key in keys(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{1,127}$", key)) && !startswith(lower(key), "aws:")
    ])
    error_message = "Each key of tags must be 1 to 127 ASCII letters, digits, spaces and + - = . _ : / @, and must not begin with aws:."
  }

  # IAM treats keys that differ only in case as the same key.
  validation {
    condition = length(distinct(concat(
      ["project", "managedby", "root"],
      [for key in keys(var.tags) : lower(key)],
    ))) == 3 + length(var.tags)
    error_message = "tags must not contain two keys that differ only in case, and must not contain Project, ManagedBy or Root in any case."
  }

  validation {
    condition = alltrue([
      for value in values(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{0,255}$", value)) && !startswith(lower(value), "aws:")
    ])
    error_message = "Each value of tags must be up to 255 ASCII letters, digits, spaces and + - = . _ : / @, and must not begin with aws:."
  }
}
