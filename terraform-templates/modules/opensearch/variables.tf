variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
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
  description = "Number of nodes. A single node has no copy of the data. A multiple of 3 is spread over three zones, a multiple of 2 over two."
  type        = number

  validation {
    condition     = var.instance_count >= 1 && var.instance_count <= 80 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number from 1 to 80."
  }
}

variable "volume_size" {
  description = "Size of the gp3 storage of each node in GiB."
  type        = number

  validation {
    condition     = var.volume_size >= 10 && floor(var.volume_size) == var.volume_size
    error_message = "volume_size must be a whole number of GiB, 10 or more."
  }
}

variable "visibility_index_name" {
  description = "Index that Temporal writes to. Temporal's index template applies only to names that begin with temporal_visibility_v1."
  type        = string

  validation {
    condition     = can(regex("^temporal_visibility_v1[a-z0-9_-]*$", var.visibility_index_name))
    error_message = "visibility_index_name must begin with temporal_visibility_v1, followed by lower-case letters, digits, _ or -."
  }
}

variable "engine_version" {
  description = "Engine version of the domain, from the 2.x line. AWS upgrades the domain to a higher version in place. You cannot go back to a lower version."
  type        = string
  default     = "OpenSearch_2.19"

  validation {
    condition     = can(regex("^OpenSearch_2\\.[0-9]{1,2}$", var.engine_version))
    error_message = "engine_version must be from the 2.x line, such as OpenSearch_2.19."
  }
}

variable "zone_awareness" {
  description = "Whether the nodes are spread over zones. If not, all nodes are in the first zone and are lost with it."
  type        = bool
  default     = true
}

variable "dedicated_masters" {
  description = "Whether three nodes of their own manage the domain instead of the data nodes."
  type        = bool
  default     = false
}

variable "master_type" {
  description = "OpenSearch instance type of the dedicated master nodes. Not used without them."
  type        = string
  default     = "m6g.large.search"

  validation {
    condition     = can(regex("^[a-z0-9]+\\.[a-z0-9]+\\.search$", var.master_type))
    error_message = "master_type must be an OpenSearch type such as m6g.large.search."
  }
}

variable "access_control" {
  description = "Whether the domain has fine-grained access control. The setup task's role is its master user. You cannot turn it off: that replaces the domain."
  type        = bool
  default     = false
}

variable "audit_log" {
  description = "Whether the domain writes an audit log of refused requests and of changes of indexes and rights. It needs access_control."
  type        = bool
  default     = false

  validation {
    condition     = !var.audit_log || var.access_control
    error_message = "audit_log needs access_control: AWS has an audit log only for fine-grained access control."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the domain, in the domain's region. Without it, a key of AWS does. Another key replaces the domain."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab. An alias is not possible."
  }
}

variable "vpc_id" {
  description = "ID of the VPC for the security groups."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one per zone. The domain uses the first one, two or three of them, depending on instance_count."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "subnet_ids must contain at least one subnet."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that can reach the domain over HTTPS, by a name of your choice."
  type        = map(string)
}

variable "security_group_ids" {
  description = "Additional security groups for the setup task. They must allow its outbound traffic. The output `setup_security_group_ids` includes them."
  type        = list(string)
}

variable "temporal_task_role_arn" {
  description = "ARN of the Temporal tasks' role, which the domain's access policy allows."
  type        = string
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull the setup task's image and write its log."
  type        = string
}

variable "admin_tools_image" {
  description = "Admin-tools image for arm64 with /bin/sh and temporal-elasticsearch-tool, in the same version as the server."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep the logs of the domain and of the setup task. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "deletion_protection" {
  description = "Whether CloudWatch refuses to delete the logs of the domain. AWS has no such protection for the domain itself."
  type        = bool
  default     = true
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
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
