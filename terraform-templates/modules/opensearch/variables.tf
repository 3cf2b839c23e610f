variable "project_name" {
  description = "Prefix of every name: project and environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "instance_type" {
  description = "OpenSearch instance type of the nodes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+\\.[a-z0-9]+\\.search$", var.instance_type))
    error_message = "instance_type must be an OpenSearch type such as m6g.large.search."
  }
}

variable "instance_count" {
  description = "Nodes. 1 has no copy of the data; a multiple of 3 or of 2 is spread over as many zones."
  type        = number

  validation {
    condition     = var.instance_count >= 1 && var.instance_count <= 80 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number from 1 to 80."
  }
}

variable "volume_size" {
  description = "GiB of gp3 storage per node."
  type        = number

  validation {
    condition     = var.volume_size >= 10 && floor(var.volume_size) == var.volume_size
    error_message = "volume_size must be a whole number of GiB, 10 or more."
  }
}

variable "visibility_index_name" {
  description = "Index that Temporal writes to. Its index template applies to names that begin with temporal_visibility_v1, and to no other."
  type        = string

  validation {
    condition     = can(regex("^temporal_visibility_v1[a-z0-9_-]*$", var.visibility_index_name))
    error_message = "visibility_index_name must begin with temporal_visibility_v1 and go on with lower-case letters, digits, _ or -."
  }
}

variable "engine_version" {
  description = "Engine of the domain, from the 2.x line. Going up is an upgrade in place; there is no way down."
  type        = string
  default     = "OpenSearch_2.19"

  validation {
    condition     = can(regex("^OpenSearch_2\\.[0-9]{1,2}$", var.engine_version))
    error_message = "engine_version must be of the 2.x line, such as OpenSearch_2.19."
  }
}

variable "zone_awareness" {
  description = "Whether the nodes are spread over zones. Without it all of them are in the first one and go with it."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one per zone. The domain takes the first one, two or three of them, as instance_count allows."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "subnet_ids must have at least one subnet."
  }
}

variable "client_security_group_ids" {
  description = "Groups that may reach the domain by HTTPS, each under a name of its own."
  type        = map(string)
}

variable "security_group_ids" {
  description = "Groups for the setup task besides its own, with its way out. They come back in the output `setup_security_group_ids`."
  type        = list(string)
}

variable "temporal_task_role_arn" {
  description = "Role of the Temporal tasks, which the domain lets in."
  type        = string
}

variable "execution_role_arn" {
  description = "Role that ECS pulls the setup task's image and writes its log with."
  type        = string
}

variable "admin_tools_image" {
  description = "Admin-tools image for arm64 with /bin/sh and temporal-elasticsearch-tool, of the server's version."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the logs of domain and setup task. One of the values CloudWatch accepts."
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
    security_group                   = optional(string)
    security_group_description       = optional(string)
    setup_role                       = optional(string)
    setup_security_group             = optional(string)
    setup_security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
