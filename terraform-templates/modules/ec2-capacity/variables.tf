variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }

  validation {
    condition     = !can(regex("^(aws|ecs|fargate)", var.project_name))
    error_message = "project_name must not begin with aws, ecs or fargate: ECS reserves these for its own capacity providers."
  }
}

variable "workload" {
  description = "Workload of these instances. It is part of their names, and the value of the ECS instance attribute `workload`."
  type        = string
  default     = "main"

  validation {
    condition     = contains(["benchmark", "main"], var.workload)
    error_message = "workload must be \"main\" or \"benchmark\"."
  }
}

variable "cluster_name" {
  description = "Name of the cluster that the instances register with."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the instances' security group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the instances, one per zone. The instances are spread over them."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Additional security groups for the instances. One of them must allow outbound HTTPS, or no instance can register."
  type        = list(string)
}

variable "instance_type" {
  description = "Graviton instance type. All images are built for arm64."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+[0-9]+g[a-z]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type must be a Graviton type, with a g directly after the generation, such as m7g.xlarge, c8gd.2xlarge or t4g.medium."
  }
}

variable "instance_count" {
  description = "Initial and minimum number of instances. With 0, the group scales from zero when the first task starts."
  type        = number

  validation {
    condition     = var.instance_count >= 0 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number, 0 or more."
  }
}

variable "min_count" {
  description = "Minimum number of instances, if it is not instance_count: 0 where a schedule stops all tasks."
  type        = number
  default     = null

  validation {
    condition     = var.min_count == null ? true : var.min_count >= 0 && var.min_count <= var.instance_count && floor(var.min_count) == var.min_count
    error_message = "min_count must be a whole number from 0 to instance_count."
  }
}

variable "max_count" {
  description = "Maximum number of instances for managed scaling. Leave capacity for the tasks that a rolling deployment adds."
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

variable "max_instance_lifetime_days" {
  description = "Maximum age of an instance in days. Auto Scaling then drains and replaces it. With 0, no instance is replaced because of its age. With 1 or more, the group has no protection against scaling in: ECS drains instances with tasks too."
  type        = number
  default     = 0

  validation {
    condition     = var.max_instance_lifetime_days >= 0 && var.max_instance_lifetime_days <= 365 && floor(var.max_instance_lifetime_days) == var.max_instance_lifetime_days
    error_message = "max_instance_lifetime_days must be a whole number from 1 to 365, or 0 for no maximum."
  }
}

variable "image_pull_behavior" {
  description = "When an instance pulls an image: `default` before each task, `once` only if it does not have the image. Use `once` if all images are named by digest."
  type        = string
  default     = "default"

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pull-behavior.html
  validation {
    condition     = contains(["always", "default", "once", "prefer-cached"], var.image_pull_behavior)
    error_message = "image_pull_behavior must be always, default, once or prefer-cached."
  }
}

variable "root_volume_size" {
  description = "Size of the encrypted root volume in GiB. The volume also holds images, container layers and rotated logs."
  type        = number
  default     = 50

  validation {
    condition     = var.root_volume_size >= 30
    error_message = "root_volume_size must be at least 30 GiB, the size of the ECS-optimized image."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
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
