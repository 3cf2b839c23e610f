variable "project_name" {
  description = "Name of the environment, such as acme-prod. Prefix of all resource names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must have 2 to 17 characters: lower case letters, digits and hyphens, beginning with a letter."
  }
}

variable "service_name" {
  description = "Temporal service to run: frontend, history, matching or worker. It determines the ports, the health check and the role in Service Connect."
  type        = string

  validation {
    condition     = contains(["frontend", "history", "matching", "worker"], var.service_name)
    error_message = "service_name must be frontend, history, matching or worker."
  }
}

variable "image" {
  description = "Temporal server image with the DSQL plugin, for ARM64, with a fixed tag or digest. The image needs /bin/sh, and temporal-server on its PATH."
  type        = string
}

variable "own_config" {
  description = "Whether to use the image's own start script and configuration instead of this module's."
  type        = bool
  default     = false
}

variable "deploy_environment" {
  description = "Dynamic configuration file of the image to use: dev, bench or prod. Required when own_config is true."
  type        = string
  default     = null

  validation {
    condition     = !var.own_config || contains(["dev", "bench", "prod"], coalesce(var.deploy_environment, "none"))
    error_message = "deploy_environment must be dev, bench or prod when own_config is true."
  }
}

variable "dynamic_config" {
  description = "Dynamic configuration of the server by key, such as { \"frontend.rps\" = \"5000\" }. Values are JSON, or text such as 10s. Not used when own_config is true."
  type        = map(string)
  default     = {}

  # The server ignores case, and takes either of two such keys, a different one in each task.
  validation {
    condition     = length(distinct([for key in keys(var.dynamic_config) : lower(key)])) == length(var.dynamic_config)
    error_message = "dynamic_config must not have a key in two spellings, such as frontend.rps and Frontend.RPS."
  }
}

variable "tls" {
  description = "TLS between the services and for the frontend: global.tls of the server's configuration, with the same names. Null disables TLS."

  # A full type would silently drop settings that the server gets later.
  type    = any
  default = null
}

variable "authorization" {
  description = "Authorization of the frontend's callers by JWT: global.authorization of the server's configuration, with the same names. Null allows everybody."

  # A full type would silently drop settings that the server gets later.
  type    = any
  default = null
}

variable "cpu" {
  description = "CPU units of the task. The sidecar and the Service Connect proxy use a part of them. The server gets the rest."
  type        = number

  validation {
    condition     = var.cpu >= 256 && var.cpu <= 196608 && floor(var.cpu) == var.cpu
    error_message = "cpu must be a whole number from 256 to 196608."
  }
}

variable "memory" {
  description = "Memory of the task in MiB. The sidecar and the Service Connect proxy use a part of it. The server gets the rest."
  type        = number

  validation {
    condition     = var.memory >= 512 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MiB, 512 or more."
  }
}

variable "proxy_cpu" {
  description = "CPU units of the task for its Service Connect proxy. AWS recommends 512 if a task gets more than 500 requests per second. Not used where the service has no proxy."
  type        = number
  default     = 256

  validation {
    condition     = var.proxy_cpu >= 256 && floor(var.proxy_cpu) == var.proxy_cpu
    error_message = "proxy_cpu must be a whole number, 256 or more."
  }
}

variable "proxy_memory" {
  description = "Memory of the task for its Service Connect proxy in MiB. AWS recommends 128 for a namespace with more than 100 services or 2000 tasks. It does not depend on the target rate. Not used where the service has no proxy."
  type        = number
  default     = 64

  validation {
    condition     = var.proxy_memory >= 64 && floor(var.proxy_memory) == var.proxy_memory
    error_message = "proxy_memory must be a whole number of MiB, 64 or more."
  }
}

variable "desired_count" {
  description = "Number of tasks when the service is first created. Terraform ignores later changes, so you can scale the service yourself. The default is 0 because tasks cannot start before the database has its schema."
  type        = number
  default     = 0

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, 0 or more."
  }
}

variable "minimum_healthy_percent" {
  description = "Minimum percentage of the tasks that keep running during a deployment."
  type        = number

  validation {
    condition     = var.minimum_healthy_percent >= 0 && var.minimum_healthy_percent <= 100
    error_message = "minimum_healthy_percent must be from 0 to 100."
  }
}

variable "maximum_percent" {
  description = "Maximum percentage of the tasks that can run during a deployment. Above 100, the instances, their network interfaces and DSQL's connection limit need capacity for the additional tasks."
  type        = number

  validation {
    condition     = var.maximum_percent >= 100 && var.maximum_percent <= 200 && var.maximum_percent > var.minimum_healthy_percent
    error_message = "maximum_percent must be from 100 to 200 and above minimum_healthy_percent. Otherwise ECS cannot replace any task."
  }
}

variable "stop_timeout" {
  description = "Seconds that a task has to stop: to drain, to hand over its shards and to close its connections. ECS ends it afterwards. The plan fails if the drain in dynamic_config takes longer. The default does not follow the target rate: it is longer than the longest drain of the options, 60 seconds."
  type        = number
  default     = 120

  validation {
    condition     = var.stop_timeout >= 30 && var.stop_timeout <= 600 && floor(var.stop_timeout) == var.stop_timeout
    error_message = "stop_timeout must be a whole number of seconds from 30 to 600."
  }
}

variable "start_period" {
  description = "Seconds after a task's start in which failed health checks do not count. The module extends it to the time that the connections of a task can take, so it follows max_conns and the reservoir."
  type        = number
  default     = 120

  validation {
    condition     = var.start_period >= 30 && var.start_period <= 300 && floor(var.start_period) == var.start_period
    error_message = "start_period must be a whole number of seconds from 30 to 300, the maximum of ECS."
  }
}

variable "health_check_interval" {
  description = "Seconds between two health checks of a task. It does not depend on the target rate."
  type        = number
  default     = 15

  validation {
    condition     = var.health_check_interval >= 5 && var.health_check_interval <= 300 && floor(var.health_check_interval) == var.health_check_interval
    error_message = "health_check_interval must be a whole number of seconds from 5 to 300, as ECS allows."
  }
}

variable "health_check_timeout" {
  description = "Seconds after which a health check of a task that has no answer fails. It does not depend on the target rate: the check only looks whether the port is open."
  type        = number
  default     = 5

  validation {
    condition     = var.health_check_timeout >= 2 && var.health_check_timeout <= 60 && floor(var.health_check_timeout) == var.health_check_timeout
    error_message = "health_check_timeout must be a whole number of seconds from 2 to 60, as ECS allows."
  }
}

variable "health_check_retries" {
  description = "Number of failed health checks in a row after which ECS replaces a task. It does not depend on the target rate."
  type        = number
  default     = 3

  validation {
    condition     = var.health_check_retries >= 1 && var.health_check_retries <= 10 && floor(var.health_check_retries) == var.health_check_retries
    error_message = "health_check_retries must be a whole number from 1 to 10, as ECS allows."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster to run in."
  type        = string
}

variable "capacity_provider_name" {
  description = "Capacity provider whose instances run the tasks. It must be associated with the cluster before Terraform creates the service, so use the output of the module that associates it."
  type        = string
}

variable "service_connect_namespace_arn" {
  description = "ARN of the Service Connect namespace (Cloud Map)."
  type        = string
}

variable "vpc_id" {
  description = "ID of the VPC for the security group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the tasks, one for each zone in use."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must contain at least one subnet."
  }
}

variable "security_group_ids" {
  description = "Additional security groups for the tasks: the one that allows outbound traffic to AWS, and the one of Temporal's membership ring."
  type        = list(string)
}

variable "alarm_names" {
  description = "CloudWatch alarms that roll a deployment back if one of them goes on while it runs."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "target_group_arns" {
  description = "Target groups of load balancers for the gRPC port. A listener must forward to each of them before ECS accepts it."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "execution_role_arn" {
  description = "ARN of the execution role. ECS uses it to pull images, write logs and read the sidecar's configuration."
  type        = string
}

variable "task_role_arn" {
  description = "ARN of the task role, which the containers use to call AWS."
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
  description = "Maximum number of DSQL connections that one task can have in use. The task also keeps this number of connections when idle."
  type        = number

  validation {
    condition     = var.max_conns >= 1 && floor(var.max_conns) == var.max_conns
    error_message = "max_conns must be a whole number, 1 or more."
  }
}

variable "connection_limiter" {
  description = "How the DSQL plugin in the image limits the connections of all tasks: counter (iw/temporal until cf90c57d6) or slots (from e74d6b6). A plugin of the other generation ignores the limits."
  type        = string
  default     = "counter"

  validation {
    condition     = contains(["counter", "slots"], var.connection_limiter)
    error_message = "connection_limiter must be counter or slots."
  }
}

variable "rate_limiter_table_name" {
  description = "DynamoDB table that all tasks use to share DSQL's limit of new connections per second."
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
  description = "OpenSearch index that holds the visibility records."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "ARN of the Amazon Managed Prometheus workspace that the task role can write to. The module rejects a sidecar that writes to another workspace, because its metrics would be lost."
  type        = string
}

variable "history_shards" {
  description = "Number of history shards. The database keeps the first value permanently. A later change only writes a log line."
  type        = number

  validation {
    condition     = var.history_shards >= 1 && var.history_shards <= 16384 && floor(var.history_shards) == var.history_shards
    error_message = "history_shards must be a whole number from 1 to 16384."
  }
}

variable "log_retention_days" {
  description = "Days to keep the logs in the log group. Must be a value that CloudWatch accepts."
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

variable "deletion_protection" {
  description = "Whether CloudWatch refuses to delete the log group."
  type        = bool
  default     = true
}

variable "sidecar" {
  description = "Alloy sidecar of this service: the output `sidecar` of the alloy-sidecar module."

  # The module adds the containers to the task unchanged. A full type would silently
  # drop fields that the sidecar gets later.
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
  description = "Additional environment variables for the server, by name. A variable that this module also sets is overridden."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.extra_environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "extra_environment must have names of letters, digits and underscores that do not begin with a digit."
  }
}

variable "reservoir_enabled" {
  description = "Whether each task keeps a reservoir of open DSQL connections. With a reservoir, a burst of work does not wait for the limit of new connections."
  type        = bool
  default     = false
}

variable "reservoir" {
  description = "Settings of the connection reservoir. target_ready: number of connections kept ready. base_lifetime: minimum lifetime of a connection. lifetime_jitter: maximum random time added to the lifetime. guard_window: time before its end in which a connection is no longer handed out. Write times as 90s or 11m."
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
  description = "Whether the tasks lease their DSQL connections from a DynamoDB table, so that all tasks together stay below one limit. Only connections of a reservoir are counted, so it requires reservoir_enabled."
  type        = bool
  default     = false

  validation {
    condition     = !var.distributed_conn_lease_enabled || var.reservoir_enabled
    error_message = "distributed_conn_lease_enabled has no effect without reservoir_enabled."
  }
}

variable "conn_lease_table_name" {
  description = "DynamoDB table of the leases. Required when distributed_conn_lease_enabled is true."
  type        = string
  default     = null
}

variable "distributed_conn_limit" {
  description = "Maximum number of connections that all tasks together can lease, with the limiter counter. DSQL's own limit is 10000 for each cluster unless AWS raises it."
  type        = number
  default     = 10000

  validation {
    condition     = var.distributed_conn_limit >= 100 && floor(var.distributed_conn_limit) == var.distributed_conn_limit
    error_message = "distributed_conn_limit must be a whole number, 100 or more."
  }
}

variable "slot_blocks" {
  description = "Blocks of connections that tasks reserve at their start, with the limiter slots. size: connections in a block, above max_conns. count: number of blocks for all tasks. ttl: time until the block of a stopped task is free. Required when distributed_conn_lease_enabled is true and connection_limiter is slots."
  type = object({
    size  = number
    count = number
    ttl   = optional(string, "3m")
  })
  default = null

  validation {
    condition     = !var.distributed_conn_lease_enabled || var.connection_limiter == "counter" || var.slot_blocks != null
    error_message = "slot_blocks must be set when the limiter is slots and distributed_conn_lease_enabled is true."
  }

  validation {
    condition     = var.slot_blocks == null || try(var.slot_blocks.size >= 1 && floor(var.slot_blocks.size) == var.slot_blocks.size && var.slot_blocks.count >= 1 && floor(var.slot_blocks.count) == var.slot_blocks.count, false)
    error_message = "slot_blocks.size and slot_blocks.count must be whole numbers, 1 or more."
  }

  validation {
    condition     = var.slot_blocks == null || can(regex("^[0-9]+(s|m|h)$", var.slot_blocks.ttl))
    error_message = "slot_blocks.ttl must be whole seconds, minutes or hours, such as 3m."
  }
}

variable "loki_enabled" {
  description = "Whether the sidecar ships the server's log to Loki. Otherwise the log goes to CloudWatch."
  type        = bool
  default     = false
}

variable "loki_security_group_id" {
  description = "Security group of Loki. This module adds a rule for its own tasks to it. Required when loki_enabled is true."
  type        = string
  default     = null

  validation {
    condition     = !var.loki_enabled || var.loki_security_group_id != null
    error_message = "loki_security_group_id must be set when loki_enabled is true."
  }
}

variable "kept_names" {
  description = "Names of existing resources that you migrate into this module. Without an entry, the module gives the resource a new name, and that replaces it."
  type = object({
    log_group                  = optional(string)
    security_group             = optional(string)
    security_group_description = optional(string)
  })
  default  = {}
  nullable = false
}
