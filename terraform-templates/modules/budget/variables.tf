variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "environment" {
  description = "Value of the tag Environment. The budget counts the costs of resources with this value."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9 +=._:/@-]{1,256}$", var.environment))
    error_message = "environment must be 1 to 256 ASCII letters, digits, spaces and +=._:/@-, because it is the value of a tag."
  }
}

variable "monthly_limit_usd" {
  description = "Monthly cost limit of the environment, in whole USD."
  type        = number

  validation {
    condition     = var.monthly_limit_usd >= 1 && floor(var.monthly_limit_usd) == var.monthly_limit_usd
    error_message = "monthly_limit_usd must be a whole number of at least 1."
  }
}

variable "email" {
  description = "E-mail address that AWS Budgets sends the notifications to."
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.email))
    error_message = "email must be an e-mail address."
  }
}
