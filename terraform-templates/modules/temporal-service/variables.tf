variable "project_name" {
  description = "Name of the environment, such as acme-prod. Begins every resource name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "service_name" {
  description = "Which of Temporal's four services to run. Decides ports, health check and place in Service Connect."
  type        = string

  validation {
    condition     = contains(["frontend", "history", "matching", "worker"], var.service_name)
    error_message = "service_name must be frontend, history, matching or worker."
  }
}

variable "image" {
  description = "Temporal server image with the DSQL plugin, for ARM64, with a fixed tag or digest. It needs /bin/sh and temporal-server on its PATH."
  type        = string
}

variable "own_config" {
  description = "Whether the image's own start script and configuration are used, in place of those of this module."
  type        = bool
  default     = false
}

variable "deploy_environment" {
  description = "Which of the image's own dynamic configuration files to use: dev, bench or prod. Needed when own_config is true."
  type        = string
  default     = null

  validation {
    condition     = !var.own_config || contains(["dev", "bench", "prod"], coalesce(var.deploy_environment, "none"))
    error_message = "deploy_environment must be dev, bench or prod when own_config is true."
  }
}

variable "dynamic_config" {
  description = "Dynamic configuration of the server, by its keys, such as { \"frontend.rps\" = \"5000\" }. Values are JSON, or text such as 10s. Not used when own_config is true."
  type        = map(string)
  default     = {}
}

variable "tls" {
  description = "TLS between the services and of the frontend: global.tls of the server's configuration, in its names. Null for none."

  # A full type would drop, without a word, whatever the server gains later.
  type    = any
  default = null
}

variable "authorization" {
  description = "Who may call the frontend, by JWT: global.authorization of the server's configuration, in its names. Null for everybody."

  # A full type would drop, without a word, whatever the server gains later.
  type    = any
  default = null
}

variable "cpu" {
  description = "CPU units of the task. The sidecar and the Service Connect proxy take theirs from it; the server gets the rest."
  type        = number

  validation {
    condition     = var.cpu >= 256 && var.cpu <= 196608 && floor(var.cpu) == var.cpu
    error_message = "cpu must be a whole number from 256 to 196608."
  }
}

variable "memory" {
  description = "MiB of the task. The sidecar and the Service Connect proxy take theirs from it; the server gets the rest."
  type        = number

  validation {
    condition     = var.memory >= 512 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MiB, 512 or more."
  }
}

variable "desired_count" {
  description = "Tasks when the service is first created. Later changes are ignored: the count belongs to whoever scales. Zero, because tasks cannot start before the database has its schema."
  type        = number
  default     = 0

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, 0 or more."
  }
}

variable "minimum_healthy_percent" {
  description = "Share of the tasks that a deployment leaves running."
  type        = number

  validation {
    condition     = var.minimum_healthy_percent >= 0 && var.minimum_healthy_percent <= 100
    error_message = "minimum_healthy_percent must be from 0 to 100."
  }
}

variable "maximum_percent" {
  description = "Share of the tasks that a deployment may have running. Above 100 the hosts, their network interfaces and DSQL's connection limit need room for the surplus."
  type        = number

  validation {
    condition     = var.maximum_percent >= 100 && var.maximum_percent <= 200 && var.maximum_percent > var.minimum_healthy_percent
    error_message = "maximum_percent must be from 100 to 200 and above minimum_healthy_percent, or no task could be replaced."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster to run in."
  type        = string
}

variable "capacity_provider_name" {
  description = "Capacity provider whose hosts carry the tasks. It must be associated with the cluster before the service is made, so take it from the module that associates it."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Cloud Map namespace of Service Connect."
  type        = string
}

variable "vpc_id" {
  description = "VPC for the security group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the tasks, one in each zone in use."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must name one subnet or more."
  }
}

variable "security_group_ids" {
  description = "Security groups that the tasks have besides their own: the one that lets them out to AWS, and the one of Temporal's ring."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "ARN of the role with which ECS pulls images, writes logs and reads the sidecar's configuration."
  type        = string
}

variable "task_role_arn" {
  description = "ARN of the role that the containers hold."
  type        = string
}

variable "dsql_endpoint" {
  description = "Host name of the Aurora DSQL cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+\\.dsql(-[a-z0-9]+)?\\.[a-z0-9-]+\\.on\\.aws$", var.dsql_endpoint))
    error_message = "dsql_endpoint must be a host name such as abc….dsql.eu-west-1.on.aws, without scheme or port."
  }
}

variable "max_conns" {
  description = "Most DSQL connections that one task may have in use. Also the number it keeps when idle."
  type        = number

  validation {
    condition     = var.max_conns >= 1 && floor(var.max_conns) == var.max_conns
    error_message = "max_conns must be a whole number, 1 or more."
  }
}

variable "rate_limit" {
  description = "New DSQL connections per second that one task may open. All tasks together share the cluster's 100."
  type        = number

  validation {
    condition     = var.rate_limit >= 1 && var.rate_limit <= 100
    error_message = "rate_limit must be from 1 to 100."
  }
}

variable "burst_limit" {
  description = "New DSQL connections that one task may open at once after a quiet time."
  type        = number

  validation {
    condition     = var.burst_limit >= 1 && var.burst_limit <= 1000
    error_message = "burst_limit must be from 1 to 1000."
  }
}

variable "rate_limiter_table_name" {
  description = "DynamoDB table through which all tasks share DSQL's limit of new connections per second."
  type        = string
}

variable "opensearch_endpoint" {
  description = "Host name of the OpenSearch domain, without scheme."
  type        = string

  validation {
    condition     = !strcontains(var.opensearch_endpoint, "://")
    error_message = "opensearch_endpoint must be a host name without https://."
  }
}

variable "visibility_index_name" {
  description = "OpenSearch index of the visibility records."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "ARN of the Amazon Managed Prometheus workspace to which the task role may write. A sidecar that writes to another one is refused: what it sends would be lost."
  type        = string
}

variable "history_shards" {
  description = "Number of history shards. The database keeps the first value for ever; a later change has no effect but a log line."
  type        = number

  validation {
    condition     = var.history_shards >= 1 && var.history_shards <= 16384 && floor(var.history_shards) == var.history_shards
    error_message = "history_shards must be a whole number from 1 to 16384."
  }
}

variable "log_retention_days" {
  description = "Days to keep the log group. One of the values that CloudWatch accepts."
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

variable "sidecar" {
  description = "The Alloy sidecar for this service: the output `sidecar` of the alloy-sidecar module."

  # The containers go into the task as they are. A full type would drop, without a
  # word, whatever the sidecar gains later.
  type = object({
    init_container      = any
    container           = any
    volumes             = list(object({ name = string, host_path = optional(string) }))
    cpu                 = number
    memory              = number
    prometheus_endpoint = string
  })
}

variable "extra_environment" {
  description = "More environment variables for the server, by name. One that this module sets too is replaced."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.extra_environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "extra_environment must have names of letters, digits and underscores, not beginning with a digit."
  }
}

variable "reservoir_enabled" {
  description = "Whether each task keeps a reservoir of DSQL connections that are open and ready, so that a burst of work need not wait for the limit of new ones."
  type        = bool
  default     = false
}

variable "reservoir" {
  description = "The reservoir: connections kept ready, least lifetime of one, the most that chance adds to it, and how long before its end one is no longer handed out. Lifetimes are written like 90s or 11m."
  type = object({
    target_ready    = optional(number, 50)
    base_lifetime   = optional(string, "11m")
    lifetime_jitter = optional(string, "2m")
    guard_window    = optional(string, "45s")
  })
  default = {}

  validation {
    condition     = var.reservoir.target_ready >= 1 && floor(var.reservoir.target_ready) == var.reservoir.target_ready
    error_message = "reservoir.target_ready must be a whole number, 1 or more."
  }

  validation {
    condition = alltrue([
      for duration in [var.reservoir.base_lifetime, var.reservoir.lifetime_jitter, var.reservoir.guard_window] :
      can(regex("^[0-9]+(s|m|h)$", duration))
    ])
    error_message = "reservoir.base_lifetime, lifetime_jitter and guard_window must be whole seconds, minutes or hours, such as 45s, 11m or 1h."
  }
}

variable "distributed_conn_lease_enabled" {
  description = "Whether the tasks lease their DSQL connections from a DynamoDB table, so that all of them together stay below one limit."
  type        = bool
  default     = false
}

variable "conn_lease_table_name" {
  description = "DynamoDB table of the leases. Needed when distributed_conn_lease_enabled is true."
  type        = string
  default     = null
}

variable "distributed_conn_limit" {
  description = "Connections that all tasks together may lease. DSQL's own limit is 10000 for each cluster until AWS raises it."
  type        = number
  default     = 10000

  validation {
    condition     = var.distributed_conn_limit >= 100 && floor(var.distributed_conn_limit) == var.distributed_conn_limit
    error_message = "distributed_conn_limit must be a whole number, 100 or more."
  }
}

variable "loki_enabled" {
  description = "Whether the sidecar ships the server's log to Loki. Otherwise it goes to CloudWatch."
  type        = bool
  default     = false
}

variable "loki_security_group_id" {
  description = "Security group of Loki, which this module opens for its own. Needed when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_security_group_id != null
    error_message = "loki_security_group_id must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names that things made elsewhere keep when they are taken over, where this module would give others and so replace them."
  type = object({
    log_group                  = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
