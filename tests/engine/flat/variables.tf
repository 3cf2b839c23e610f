# Validated, as those of real roots are: Terraform keeps a result of each in the state, and prints them in another order each
# time that the state is pulled.

variable "project_name" {
  type    = string
  default = "temporal-dev"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]+$", var.project_name))
    error_message = "project_name must be lower-case letters, digits and hyphens."
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.region))
    error_message = "region must be one of AWS."
  }
}

variable "vpc_cidr" {
  type    = string
  default = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0))
    error_message = "vpc_cidr must be a network."
  }
}

variable "availability_zones" {
  type    = list(string)
  default = ["eu-west-1a", "eu-west-1b"]

  validation {
    condition     = length(var.availability_zones) >= 2
    error_message = "availability_zones must be two at least."
  }
}

variable "ec2_instance_type" {
  type    = string
  default = "m7g.xlarge"
}

variable "ec2_instance_count" {
  type    = number
  default = 10

  validation {
    condition     = var.ec2_instance_count >= 0
    error_message = "ec2_instance_count must not be negative."
  }
}

variable "dsql_cluster_endpoint" {
  type    = string
  default = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
}

variable "dsql_cluster_arn" {
  type    = string
  default = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"
}

variable "temporal_image" {
  type    = string
  default = "registry.example.com/temporal:1.29.0"
}

variable "temporal_admin_tools_image" {
  type    = string
  default = "registry.example.com/admin-tools:1.29.0"
}

variable "temporal_ui_image" {
  type    = string
  default = "temporalio/ui:latest"
}

variable "grafana_image" {
  type    = string
  default = "grafana/grafana-oss:latest"
}

variable "temporal_history_shards" {
  type    = number
  default = 4096

  validation {
    condition     = contains([512, 1024, 2048, 4096, 8192, 16384], var.temporal_history_shards)
    error_message = "temporal_history_shards must be a power of two from 512 to 16384."
  }
}

variable "temporal_history_cpu" {
  type    = number
  default = 4096

  validation {
    condition     = var.temporal_history_cpu >= 128
    error_message = "temporal_history_cpu must be 128 CPU units or more."
  }
}

variable "temporal_history_memory" {
  type    = number
  default = 8192

  validation {
    condition     = var.temporal_history_memory >= 128
    error_message = "temporal_history_memory must be 128 MiB or more."
  }
}

variable "temporal_history_count" {
  type    = number
  default = 0

  validation {
    condition     = var.temporal_history_count >= 0
    error_message = "temporal_history_count must not be negative."
  }
}

variable "temporal_matching_cpu" {
  type    = number
  default = 1024

  validation {
    condition     = var.temporal_matching_cpu >= 128
    error_message = "temporal_matching_cpu must be 128 CPU units or more."
  }
}

variable "temporal_matching_memory" {
  type    = number
  default = 2048

  validation {
    condition     = var.temporal_matching_memory >= 128
    error_message = "temporal_matching_memory must be 128 MiB or more."
  }
}

variable "temporal_matching_count" {
  type    = number
  default = 0

  validation {
    condition     = var.temporal_matching_count >= 0
    error_message = "temporal_matching_count must not be negative."
  }
}

variable "temporal_frontend_cpu" {
  type    = number
  default = 2048

  validation {
    condition     = var.temporal_frontend_cpu >= 128
    error_message = "temporal_frontend_cpu must be 128 CPU units or more."
  }
}

variable "temporal_frontend_memory" {
  type    = number
  default = 4096

  validation {
    condition     = var.temporal_frontend_memory >= 128
    error_message = "temporal_frontend_memory must be 128 MiB or more."
  }
}

variable "temporal_frontend_count" {
  type    = number
  default = 0

  validation {
    condition     = var.temporal_frontend_count >= 0
    error_message = "temporal_frontend_count must not be negative."
  }
}

variable "temporal_worker_cpu" {
  type    = number
  default = 1024

  validation {
    condition     = var.temporal_worker_cpu >= 128
    error_message = "temporal_worker_cpu must be 128 CPU units or more."
  }
}

variable "temporal_worker_memory" {
  type    = number
  default = 2048

  validation {
    condition     = var.temporal_worker_memory >= 128
    error_message = "temporal_worker_memory must be 128 MiB or more."
  }
}

variable "temporal_worker_count" {
  type    = number
  default = 0

  validation {
    condition     = var.temporal_worker_count >= 0
    error_message = "temporal_worker_count must not be negative."
  }
}

variable "temporal_ui_cpu" {
  type    = number
  default = 256

  validation {
    condition     = var.temporal_ui_cpu >= 128
    error_message = "temporal_ui_cpu must be 128 CPU units or more."
  }
}

variable "temporal_ui_memory" {
  type    = number
  default = 512

  validation {
    condition     = var.temporal_ui_memory >= 128
    error_message = "temporal_ui_memory must be 128 MiB or more."
  }
}

variable "temporal_ui_count" {
  type    = number
  default = 0

  validation {
    condition     = var.temporal_ui_count >= 0
    error_message = "temporal_ui_count must not be negative."
  }
}

variable "grafana_cpu" {
  type    = number
  default = 256

  validation {
    condition     = var.grafana_cpu >= 128
    error_message = "grafana_cpu must be 128 CPU units or more."
  }
}

variable "grafana_memory" {
  type    = number
  default = 512

  validation {
    condition     = var.grafana_memory >= 128
    error_message = "grafana_memory must be 128 MiB or more."
  }
}

variable "grafana_count" {
  type    = number
  default = 0

  validation {
    condition     = var.grafana_count >= 0
    error_message = "grafana_count must not be negative."
  }
}

variable "grafana_admin_secret_name" {
  type    = string
  default = "grafana/admin"
}

variable "opensearch_visibility_index" {
  type    = string
  default = "temporal_visibility_v1_dev"
}

variable "log_retention_days" {
  type    = number
  default = 7

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90], var.log_retention_days)
    error_message = "log_retention_days must be what CloudWatch takes."
  }
}

variable "benchmark_image" {
  type    = string
  default = "registry.example.com/benchmark:1.0.0"
}

variable "benchmark_cpu" {
  type    = number
  default = 4096

  validation {
    condition     = var.benchmark_cpu >= 128
    error_message = "benchmark_cpu must be 128 CPU units or more."
  }
}

variable "benchmark_memory" {
  type    = number
  default = 8192

  validation {
    condition     = var.benchmark_memory >= 128
    error_message = "benchmark_memory must be 128 MiB or more."
  }
}

variable "benchmark_max_instances" {
  type    = number
  default = 8

  validation {
    condition     = var.benchmark_max_instances >= 0
    error_message = "benchmark_max_instances must not be negative."
  }
}

variable "benchmark_worker_cpu" {
  type    = number
  default = 2048

  validation {
    condition     = var.benchmark_worker_cpu >= 128
    error_message = "benchmark_worker_cpu must be 128 CPU units or more."
  }
}

variable "benchmark_worker_memory" {
  type    = number
  default = 4096

  validation {
    condition     = var.benchmark_worker_memory >= 128
    error_message = "benchmark_worker_memory must be 128 MiB or more."
  }
}
