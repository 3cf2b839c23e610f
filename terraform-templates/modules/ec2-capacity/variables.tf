variable "project_name" {
  description = "Prefix of every name: project and environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, a letter first."
  }

  validation {
    condition     = !can(regex("^(aws|ecs|fargate)", var.project_name))
    error_message = "project_name must not begin with aws, ecs or fargate: ECS reserves these for its own capacity providers."
  }
}

variable "workload" {
  description = "What runs on these hosts: part of their names, and the ECS instance attribute `workload`."
  type        = string
  default     = "main"

  validation {
    condition     = contains(["benchmark", "main"], var.workload)
    error_message = "workload must be \"main\" or \"benchmark\"."
  }
}

variable "cluster_name" {
  description = "Cluster that the hosts register with."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the hosts' security group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets to spread the hosts over, one per zone."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Groups that hosts attach besides their own. One of them must let HTTPS out, or no host registers."
  type        = list(string)
}

variable "instance_type" {
  description = "Graviton instance type, because all images are built for arm64."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+[0-9]+g[a-z]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type must be a Graviton type, with a g right after the generation: m7g.xlarge, c8gd.2xlarge, t4g.medium."
  }
}

variable "instance_count" {
  description = "Hosts to start with and never to go below. 0 scales from zero with the first task."
  type        = number

  validation {
    condition     = var.instance_count >= 0 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number, 0 or more."
  }
}

variable "max_count" {
  description = "Hosts that managed scaling may go up to, with room for what a rolling deployment adds."
  type        = number

  validation {
    condition     = var.max_count >= 1 && floor(var.max_count) == var.max_count
    error_message = "max_count must be a whole number, 1 or more."
  }

  validation {
    condition     = var.max_count >= var.instance_count
    error_message = "max_count must not be below instance_count."
  }
}

variable "root_volume_size" {
  description = "GiB of the encrypted root volume, which also holds images, container layers and rotated logs."
  type        = number
  default     = 50

  validation {
    condition     = var.root_volume_size >= 30
    error_message = "root_volume_size must be at least 30, the size of the ECS-optimised image."
  }
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    asg                        = optional(string)
    capacity_provider          = optional(string)
    instance_profile           = optional(string)
    launch_template_prefix     = optional(string)
    role                       = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
