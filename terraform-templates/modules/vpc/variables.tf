variable "project_name" {
  description = "Prefix of every name: project and environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "vpc_cidr" {
  description = "IPv4 range of the VPC, /16 to /20. Ranges of environments that may ever be peered must not overlap."
  type        = string

  validation {
    condition = (
      can(cidrnetmask(var.vpc_cidr)) &&
      try(tonumber(split("/", var.vpc_cidr)[1]), 0) >= 16 &&
      try(tonumber(split("/", var.vpc_cidr)[1]), 99) <= 20
    )
    error_message = "vpc_cidr must be an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0], false)
    error_message = "vpc_cidr must begin with the first address of its range, such as 10.20.0.0/16 and not 10.20.1.0/16."
  }
}

variable "availability_zones" {
  description = "Names of two to four zones, each with one private subnet. Add a zone at the end of the list: the position decides the address blocks."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 4
    error_message = "availability_zones must have 2 to 4 zones."
  }

  validation {
    condition     = length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "availability_zones must not name a zone twice."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]$", zone))])
    error_message = "availability_zones must be zone names such as eu-west-1a, not regions or zone ids."
  }
}

variable "nat" {
  description = "NAT gateways: \"single\" puts one in the first zone, \"per-az\" one in every zone so that losing a zone cuts off no other."
  type        = string
  default     = "per-az"

  validation {
    condition     = contains(["single", "per-az"], var.nat)
    error_message = "nat must be \"single\" or \"per-az\"."
  }
}

variable "endpoints" {
  description = "Whether to add the interface endpoints, which keep AWS traffic off the NAT and are billed per zone and hour. The gateway endpoints for S3 and DynamoDB are always there."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days to keep the flow log. One of the values CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    vpc_endpoints_security_group             = optional(string)
    vpc_endpoints_security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
