variable "project_name" {
  description = "Name of the environment, such as acme-prod. Prefix of all resource names, and the `project` label of all metrics and logs."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "service_name" {
  description = "Service whose tasks run this sidecar, such as history. It is the `service` label, and part of the names of the parameter and the log group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.service_name))
    error_message = "service_name must have 1 to 32 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "image" {
  description = "Grafana Alloy image for ARM64, with a fixed tag or digest. The init container uses the same image, because it needs a shell and the image has one."
  type        = string
}

variable "cpu" {
  description = "CPU units of the sidecar."
  type        = number
  default     = 128

  validation {
    condition     = var.cpu >= 64 && floor(var.cpu) == var.cpu
    error_message = "cpu must be a whole number, 64 or more."
  }
}

variable "memory" {
  description = "Memory of the sidecar in MiB. As a rule of thumb, Alloy needs 11 KiB for each active time series: https://grafana.com/docs/alloy/latest/set-up/estimate-resource-usage"
  type        = number
  default     = 256

  validation {
    condition     = var.memory >= 128 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MiB, 128 or more."
  }
}

variable "stop_timeout" {
  description = "Seconds that the sidecar has to stop, after the other containers have stopped. ECS ends it afterwards. With Loki, Alloy looks for ended containers for 10 of them, and then sends the last lines and samples. It does not depend on the target rate."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout >= 30 && var.stop_timeout <= 600 && floor(var.stop_timeout) == var.stop_timeout
    error_message = "stop_timeout must be a whole number of seconds from 30 to 600."
  }
}

variable "metrics_port" {
  description = "Port on which the task serves Prometheus metrics at /metrics. Set it to null if the task serves no metrics: the sidecar then only ships logs."
  type        = number
  default     = null

  validation {
    condition     = var.metrics_port == null ? true : var.metrics_port >= 1 && var.metrics_port <= 65535
    error_message = "metrics_port must be a port number from 1 to 65535, or null."
  }
}

variable "prometheus_endpoint" {
  description = "Remote write URL of the Amazon Managed Prometheus workspace, ending in /api/v1/remote_write. Not used when metrics_port is null."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep Alloy's own log. Must be a value that CloudWatch accepts."
  type        = number
  default     = 30

  validation {
    condition = contains([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
      1096, 1827, 2192, 2557, 2922, 3288, 3653
    ], var.log_retention_days)
    error_message = "log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "loki_enabled" {
  description = "Whether the sidecar ships the task's logs to Loki. This mounts the Docker socket of the instance into the sidecar: see the README for the risk."
  type        = bool
  default     = false
}

variable "loki_endpoint" {
  description = "Base URL of Loki, such as http://loki:3100. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_endpoint != null
    error_message = "loki_endpoint must be set when loki_enabled is true."
  }
}

variable "scrape_interval" {
  description = "Time between two scrapes, such as 30s. Amazon Managed Prometheus charges per sample: half the interval doubles the cost."
  type        = string
  default     = "30s"

  validation {
    condition     = can(regex("^([1-9][0-9]+s|[1-9][0-9]*m)$", var.scrape_interval))
    error_message = "scrape_interval must be 10 seconds or more, in whole seconds or minutes, such as 15s, 30s or 1m."
  }
}

variable "metric_expressions" {
  description = "PromQL expressions of alarms and dashboards. The sidecar keeps the metrics that they name, those that the composer's alarms and dashboards can name, and those of more_metrics. It drops all others. With null, it keeps all metrics but dropped_metrics."
  type        = list(string)
  default     = null
}

variable "more_metrics" {
  description = "Names of further metrics to keep. A histogram needs one name, without _bucket, _count or _sum. Not used when metric_expressions is null."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.more_metrics : can(regex("^[a-zA-Z_:][a-zA-Z0-9_:]*$", name))])
    error_message = "more_metrics must contain names of metrics: letters, digits, underscores and colons, no digit first."
  }
}

variable "sample_limit" {
  description = "Most samples of one scrape, before any are dropped. A scrape with more fails: none of its samples is kept, and `up` is 0. The default is what fits into the default memory."
  type        = number
  default     = 20000

  validation {
    condition     = var.sample_limit >= 1000 && floor(var.sample_limit) == var.sample_limit
    error_message = "sample_limit must be a whole number, 1000 or more."
  }
}

variable "dropped_metrics" {
  description = "Regular expressions (RE2, matched against the whole name) of metrics that are not worth their price. The sidecar drops these metrics before it sends them. With an empty list, it sends all metrics. Only used when metric_expressions is null."
  type        = list(string)
  default     = ["go_gc_.+", "go_memstats_.+", "go_sched_.+", "go_sync_.+", "promhttp_.+"]

  validation {
    condition     = alltrue([for name in var.dropped_metrics : name != "" && !strcontains(name, "`")])
    error_message = "dropped_metrics must contain expressions that are not empty and contain no back-tick."
  }
}
