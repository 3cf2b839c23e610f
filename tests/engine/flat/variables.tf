variable "project_name" {
  type    = string
  default = "temporal-dev"
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "vpc_cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "availability_zones" {
  type    = list(string)
  default = ["eu-west-1a", "eu-west-1b"]
}

variable "ec2_instance_type" {
  type    = string
  default = "m7g.xlarge"
}

variable "ec2_instance_count" {
  type    = number
  default = 10
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
}

variable "temporal_history_cpu" {
  type    = number
  default = 4096
}

variable "temporal_history_memory" {
  type    = number
  default = 8192
}

variable "temporal_history_count" {
  type    = number
  default = 0
}

variable "temporal_matching_cpu" {
  type    = number
  default = 1024
}

variable "temporal_matching_memory" {
  type    = number
  default = 2048
}

variable "temporal_matching_count" {
  type    = number
  default = 0
}

variable "temporal_frontend_cpu" {
  type    = number
  default = 2048
}

variable "temporal_frontend_memory" {
  type    = number
  default = 4096
}

variable "temporal_frontend_count" {
  type    = number
  default = 0
}

variable "temporal_worker_cpu" {
  type    = number
  default = 1024
}

variable "temporal_worker_memory" {
  type    = number
  default = 2048
}

variable "temporal_worker_count" {
  type    = number
  default = 0
}

variable "temporal_ui_cpu" {
  type    = number
  default = 256
}

variable "temporal_ui_memory" {
  type    = number
  default = 512
}

variable "temporal_ui_count" {
  type    = number
  default = 0
}

variable "grafana_cpu" {
  type    = number
  default = 256
}

variable "grafana_memory" {
  type    = number
  default = 512
}

variable "grafana_count" {
  type    = number
  default = 0
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
}

variable "benchmark_image" {
  type    = string
  default = "registry.example.com/benchmark:1.0.0"
}

variable "benchmark_cpu" {
  type    = number
  default = 4096
}

variable "benchmark_memory" {
  type    = number
  default = 8192
}

variable "benchmark_max_instances" {
  type    = number
  default = 8
}

variable "benchmark_worker_cpu" {
  type    = number
  default = 2048
}

variable "benchmark_worker_memory" {
  type    = number
  default = 4096
}
