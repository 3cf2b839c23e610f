variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "vpc_cidr" {
  description = "IPv4 CIDR block of the VPC, /16 to /20. The blocks of environments that you may peer later must not overlap."
  type        = string

  validation {
    condition = (
      can(cidrnetmask(var.vpc_cidr)) &&
      try(tonumber(split("/", var.vpc_cidr)[1]), 0) >= 16 &&
      try(tonumber(split("/", var.vpc_cidr)[1]), 99) <= 20
    )
    error_message = "vpc_cidr must be an IPv4 CIDR block from /16 to /20, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0], false)
    error_message = "vpc_cidr must begin with the first address of its block, such as 10.20.0.0/16 and not 10.20.1.0/16."
  }
}

variable "availability_zones" {
  description = "Names of two to four Availability Zones. Each gets one private subnet. Add a new zone at the end of the list, because the position determines the address blocks."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 4
    error_message = "availability_zones must have 2 to 4 zones."
  }

  validation {
    condition     = length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "availability_zones must not contain a zone twice."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]$", zone))])
    error_message = "availability_zones must be zone names such as eu-west-1a, not regions or zone IDs."
  }
}

variable "nat" {
  description = "NAT gateways: \"single\" creates one in the first zone. \"per-az\" creates one in every zone, so that the loss of a zone does not cut off another zone."
  type        = string
  default     = "per-az"

  validation {
    condition     = contains(["single", "per-az"], var.nat)
    error_message = "nat must be \"single\" or \"per-az\"."
  }
}

variable "endpoints" {
  description = "Whether to create the interface endpoints. They keep AWS traffic off the NAT gateways. AWS bills them per zone and hour. The gateway endpoints for S3 and DynamoDB always exist."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days to keep the flow log. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "deletion_protection" {
  description = "Whether CloudWatch refuses to delete the flow log."
  type        = bool
  default     = true
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    vpc_endpoints_security_group             = optional(string)
    vpc_endpoints_security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
