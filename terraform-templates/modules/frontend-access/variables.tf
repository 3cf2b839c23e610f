variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "vpc_id" {
  description = "ID of the VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the load balancer, one for each zone in which tasks of the frontend run."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must contain at least one subnet."
  }
}

variable "frontend_security_group_id" {
  description = "Security group of the frontend's tasks. This module adds rules for the load balancer to it."
  type        = string
}

variable "http_check_enabled" {
  description = "Whether the load balancer checks the frontend by HTTP on port 7243, which the composed server configuration opens. Otherwise it opens a TCP connection to port 7233, which also succeeds if only Service Connect's proxy runs."
  type        = bool
}

variable "client_cidrs" {
  description = "IPv4 networks whose clients can connect, for example of a peered VPC or an office."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.client_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr && tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "Each of client_cidrs must be an IPv4 network from /8 to /32 with no host bits set."
  }
}

variable "client_security_group_ids" {
  description = "Security groups whose members can connect, of this VPC or of a peered VPC in the region."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.client_security_group_ids : can(regex("^sg-", id))])
    error_message = "Each of client_security_group_ids must be the ID of a security group."
  }
}

variable "allowed_principals" {
  description = "ARNs of the AWS accounts, roles and users that can connect from another VPC through PrivateLink. Without one there is no endpoint service."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.allowed_principals : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:", arn))])
    error_message = "Each of allowed_principals must be the ARN of an account, a role or a user, such as arn:aws:iam::123456789012:root. A wildcard would open the frontend to every AWS account."
  }
}

variable "certificate_arn" {
  description = "ARN of an ACM certificate of this region. With it, clients connect with TLS, up to the load balancer. It must be valid for the name that clients connect to."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer, whose address your workers and clients have."
  type        = bool
  default     = true
}

variable "hostname" {
  description = "Host name of the load balancer inside the VPC. The module creates a private hosted zone with exactly this name."
  type        = string
  default     = null
}
