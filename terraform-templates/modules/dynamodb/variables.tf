variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "conn_lease_enabled" {
  description = "Whether to create the table that counts the open connections of all tasks."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables. Running tasks that lose their table cannot open connections."
  type        = bool
  default     = true
}
