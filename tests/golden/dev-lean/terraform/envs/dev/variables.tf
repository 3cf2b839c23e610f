variable "project" {
  description = "Prefix of every resource name. With `-dev` it may have 17 characters, because an OpenSearch domain's name ends at 28."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project)) && !can(regex("^(aws|ecs|fargate)|^.$|^.{16}", var.project)) && length(var.project) <= 13
    error_message = "project must have 2 to 13 lower-case letters, digits and single hyphens, a letter first and no hyphen last, and not begin with aws, ecs or fargate."
  }

  # A validation must refer to its variable. This one checks all files of values.
  validation {
    condition     = var.project != null && length(local.unknown_values) == 0
    error_message = "No variable takes ${join(", ", local.unknown_values)}. variables.tf says what each takes. What it doesn't have, such as whether a part is there, is decided in composition.toml: change it there and compose again."
  }
}

variable "region" {
  description = "The environment's AWS region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region)) && !can(regex("^.{33}", var.region))
    error_message = "region must be ap-east-1, ap-northeast-1/2/3, ap-south-1, ap-southeast-1/2/4, ca-central-1, ca-west-1, eu-central-1, eu-north-1, eu-south-2, eu-west-1/2/3, sa-east-1, us-east-1/2 or us-west-2."
  }
}

variable "tags" {
  description = "Tags for all resources of this environment. They override the tags of the composition."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for each in keys(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{1,127}$", each)) && !can(regex("(?i)^aws:|^(project|environment|managedby|root|name|amazonecsmanaged)$", each))])
    error_message = "Each key of tags must be 1 to 127 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), not beginning with `aws:`, and in no case `Project`, `Environment`, `ManagedBy`, `Root`, `Name` or `AmazonECSManaged`, which are set already."
  }

  validation {
    condition     = length(distinct([for key in keys(var.tags) : lower(key)])) == length(var.tags)
    error_message = "tags must have no two keys that differ only in case: IAM takes them for one."
  }

  validation {
    condition     = alltrue([for each in values(var.tags) : can(regex("^[A-Za-z0-9 +=._:/@-]{0,255}$", each)) && !can(regex("(?i)^aws:", each))])
    error_message = "Each value of tags must be up to 255 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), not beginning with `aws:`."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps logs."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days."
  }
}

variable "deletion_protection" {
  description = "Protects what holds data. `protection.tf`, which only a protected composition has, makes Terraform refuse a plan that destroys it. AWS refuses to delete what it can protect. docs/security.md lists both."
  type        = bool
  default     = false
  nullable    = false
}

variable "history_shards" {
  description = "The number of parts into which Temporal divides workflow histories. Permanent after the first start."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.history_shards >= 1 && var.history_shards <= 16384 && floor(var.history_shards) == var.history_shards
    error_message = "history_shards must be a whole number from 1 to 16384 shards."
  }
}

variable "temporal_image" {
  description = "The Temporal server with the DSQL plugin, for ARM64."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$", var.temporal_image)) && !can(regex("^.{256}", var.temporal_image))
    error_message = "temporal_image must be `[registry/]name:tag` or `[registry/]name@sha256:digest`, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`."
  }
}

variable "admin_tools_image" {
  description = "Temporal's schema and index tools with DSQL support, for ARM64."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$", var.admin_tools_image)) && !can(regex("^.{256}", var.admin_tools_image))
    error_message = "admin_tools_image must be `[registry/]name:tag` or `[registry/]name@sha256:digest`, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`."
  }
}

variable "ui_image" {
  description = "The web interface of Temporal."
  type        = string
  default     = "temporalio/ui:2.52.0"
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$", var.ui_image)) && !can(regex("^.{256}", var.ui_image))
    error_message = "ui_image must be `[registry/]name:tag` or `[registry/]name@sha256:digest`, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`."
  }
}

variable "grafana_image" {
  description = "Grafana 12.2.5 or newer, which the plugin for Amazon Managed Service for Prometheus needs, with a shell and wget."
  type        = string
  default     = "grafana/grafana:13.2.2"
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$", var.grafana_image)) && !can(regex("^.{256}", var.grafana_image))
    error_message = "grafana_image must be `[registry/]name:tag` or `[registry/]name@sha256:digest`, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`."
  }
}

variable "alloy_image" {
  description = "Grafana Alloy, the sidecar that collects metrics and logs."
  type        = string
  default     = "grafana/alloy:v1.18.1"
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$", var.alloy_image)) && !can(regex("^.{256}", var.alloy_image))
    error_message = "alloy_image must be `[registry/]name:tag` or `[registry/]name@sha256:digest`, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`."
  }
}

variable "network" {
  description = <<-EOT
    The VPC. You can't change its address range and zones after the first apply:
    - vpc_cidr: The address range of the VPC. The private subnet of each zone takes one sixteenth of it.
    - availability_zones: The names of the zones. Their order decides the address ranges of the subnets.
    - nat: How private subnets reach the internet.
    - endpoints: Reach AWS services (ECR, ECS, SSM, CloudWatch, Secrets Manager, Prometheus, …) without NAT. S3 and DynamoDB always have gateway endpoints, which are free.
  EOT
  type = object({
    vpc_cidr           = optional(string, "10.10.0.0/16")
    availability_zones = optional(list(string), ["eu-west-1a", "eu-west-1b"])
    nat                = optional(string, "single")
    endpoints          = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^(10[.][0-9]+|172[.](1[6-9]|2[0-9]|3[01])|192[.]168|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.][0-9]+[.][0-9]+/(1[6-9]|20)$", var.network.vpc_cidr)) && !can(regex("^.{19}", var.network.vpc_cidr)) && try(cidrsubnet(var.network.vpc_cidr, 0, 0) == var.network.vpc_cidr, false)
    error_message = "network.vpc_cidr must be an IPv4 network from /16 to /20 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, with no host bits set, such as `10.30.0.0/16`."
  }

  validation {
    condition     = length(var.network.availability_zones) >= 2 && length(var.network.availability_zones) <= 4 && length(distinct(var.network.availability_zones)) == length(var.network.availability_zones) && alltrue([for each in var.network.availability_zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", each)) && !can(regex("^.{34}", each))])
    error_message = "network.availability_zones must be 2 to 4 different ones, each a region and a letter, such as `eu-west-1a`."
  }

  validation {
    condition     = contains(["single", "per-az"], var.network.nat)
    error_message = "network.nat must be `single` or `per-az`."
  }
}

variable "compute" {
  description = <<-EOT
    The instances that run the services:
    - instance_type: The Graviton instance type of the services.
    - instance_count: The number of instances, and the minimum after scaling in. With a schedule, a wake starts this number, and the minimum is 0.
    - max_count: The largest number of instances that the capacity provider may run.
    - eni_trunking: More network interfaces for tasks on each instance. `terraform/bootstrap` enables them for the account and region, before instances start. t4g has none.
    - max_instance_lifetime_days: Auto Scaling replaces instances that are older. It then removes instances with tasks too, drained. 0 is no maximum.
  EOT
  type = object({
    instance_type              = optional(string, "m8g.large")
    instance_count             = optional(number, 2)
    max_count                  = optional(number, 3)
    eni_trunking               = optional(bool, true)
    max_instance_lifetime_days = optional(number, 0)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[a-z]+[0-9]+g[a-z]*[.][a-z0-9-]+$", var.compute.instance_type)) && !can(regex("^.{33}", var.compute.instance_type))
    error_message = "compute.instance_type must be a Graviton type (`g` after the generation's digit), such as `m8g.large`, since the images and the machine image are ARM64."
  }

  validation {
    condition     = var.compute.instance_count >= 1 && var.compute.instance_count <= 100 && floor(var.compute.instance_count) == var.compute.instance_count
    error_message = "compute.instance_count must be a whole number from 1 to 100 instances."
  }

  validation {
    condition     = var.compute.max_count >= 1 && var.compute.max_count <= 200 && floor(var.compute.max_count) == var.compute.max_count
    error_message = "compute.max_count must be a whole number from 1 to 200 instances."
  }

  validation {
    condition     = var.compute.max_instance_lifetime_days >= 0 && var.compute.max_instance_lifetime_days <= 365 && floor(var.compute.max_instance_lifetime_days) == var.compute.max_instance_lifetime_days
    error_message = "compute.max_instance_lifetime_days must be a whole number from 0 to 365 days."
  }

  validation {
    condition     = var.compute.max_count >= var.compute.instance_count
    error_message = "compute.max_count must not be less than compute.instance_count."
  }
}

variable "frontend" {
  description = <<-EOT
    The frontend, which serves clients:
    - cpu: CPU of a task of the frontend, which serves clients, including its sidecar and proxy.
    - memory: Memory of a task of the frontend, which serves clients, including its sidecar and proxy.
    - count: The number of tasks of the frontend, which serves clients.
    - max_conns: DSQL connections that a task of Frontend may use at the same time; as many may stay idle.
    - extra_environment: Environment variables of Frontend's container. They override composed ones of the same name.
    - proxy_cpu: CPU of the Service Connect proxy in a frontend task.
  EOT
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 1024)
    count             = optional(number, 1)
    max_conns         = optional(number, 10)
    extra_environment = optional(map(string), {})
    proxy_cpu         = optional(number, 256)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.frontend.cpu >= 256 && var.frontend.cpu <= 196608 && floor(var.frontend.cpu) == var.frontend.cpu
    error_message = "frontend.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.frontend.memory >= 256 && var.frontend.memory <= 1048576 && floor(var.frontend.memory) == var.frontend.memory
    error_message = "frontend.memory must be a whole number from 256 to 1048576 MiB."
  }

  validation {
    condition     = var.frontend.count >= 0 && var.frontend.count <= 200 && floor(var.frontend.count) == var.frontend.count
    error_message = "frontend.count must be a whole number from 0 to 200 tasks."
  }

  validation {
    condition     = var.frontend.max_conns >= 1 && var.frontend.max_conns <= 1000 && floor(var.frontend.max_conns) == var.frontend.max_conns
    error_message = "frontend.max_conns must be a whole number from 1 to 1000 connections."
  }

  validation {
    condition     = var.frontend.proxy_cpu >= 256 && var.frontend.proxy_cpu <= 4096 && floor(var.frontend.proxy_cpu) == var.frontend.proxy_cpu
    error_message = "frontend.proxy_cpu must be a whole number from 256 to 4096 CPU units."
  }
}

variable "history" {
  description = <<-EOT
    History, which owns the shards:
    - cpu: CPU of a task of history, which owns the shards and does most of the database work, including its sidecar and proxy.
    - memory: Memory of a task of history, which owns the shards and does most of the database work, including its sidecar and proxy.
    - count: The number of tasks of history, which owns the shards and does most of the database work.
    - max_conns: DSQL connections that a task of History may use at the same time; as many may stay idle.
    - extra_environment: Environment variables of History's container. They override composed ones of the same name.
  EOT
  type = object({
    cpu               = optional(number, 1024)
    memory            = optional(number, 2048)
    count             = optional(number, 1)
    max_conns         = optional(number, 50)
    extra_environment = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.history.cpu >= 256 && var.history.cpu <= 196608 && floor(var.history.cpu) == var.history.cpu
    error_message = "history.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.history.memory >= 256 && var.history.memory <= 1048576 && floor(var.history.memory) == var.history.memory
    error_message = "history.memory must be a whole number from 256 to 1048576 MiB."
  }

  validation {
    condition     = var.history.count >= 0 && var.history.count <= 200 && floor(var.history.count) == var.history.count
    error_message = "history.count must be a whole number from 0 to 200 tasks."
  }

  validation {
    condition     = var.history.max_conns >= 1 && var.history.max_conns <= 1000 && floor(var.history.max_conns) == var.history.max_conns
    error_message = "history.max_conns must be a whole number from 1 to 1000 connections."
  }
}

variable "matching" {
  description = <<-EOT
    Matching, which dispatches tasks to workers:
    - cpu: CPU of a task of matching, which dispatches tasks to workers, including its sidecar and proxy.
    - memory: Memory of a task of matching, which dispatches tasks to workers, including its sidecar and proxy.
    - count: The number of tasks of matching, which dispatches tasks to workers.
    - max_conns: DSQL connections that a task of Matching may use at the same time; as many may stay idle.
    - extra_environment: Environment variables of Matching's container. They override composed ones of the same name.
  EOT
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 1024)
    count             = optional(number, 1)
    max_conns         = optional(number, 20)
    extra_environment = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.matching.cpu >= 256 && var.matching.cpu <= 196608 && floor(var.matching.cpu) == var.matching.cpu
    error_message = "matching.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.matching.memory >= 256 && var.matching.memory <= 1048576 && floor(var.matching.memory) == var.matching.memory
    error_message = "matching.memory must be a whole number from 256 to 1048576 MiB."
  }

  validation {
    condition     = var.matching.count >= 0 && var.matching.count <= 200 && floor(var.matching.count) == var.matching.count
    error_message = "matching.count must be a whole number from 0 to 200 tasks."
  }

  validation {
    condition     = var.matching.max_conns >= 1 && var.matching.max_conns <= 1000 && floor(var.matching.max_conns) == var.matching.max_conns
    error_message = "matching.max_conns must be a whole number from 1 to 1000 connections."
  }
}

variable "worker" {
  description = <<-EOT
    The worker, which runs Temporal's system workflows:
    - cpu: CPU of a task of the worker, which runs Temporal's own system workflows, including its sidecar and proxy.
    - memory: Memory of a task of the worker, which runs Temporal's own system workflows, including its sidecar and proxy.
    - count: The number of tasks of the worker, which runs Temporal's own system workflows.
    - max_conns: DSQL connections that a task of Worker may use at the same time; as many may stay idle.
    - extra_environment: Environment variables of Worker's container. They override composed ones of the same name.
  EOT
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 1024)
    count             = optional(number, 1)
    max_conns         = optional(number, 10)
    extra_environment = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.worker.cpu >= 256 && var.worker.cpu <= 196608 && floor(var.worker.cpu) == var.worker.cpu
    error_message = "worker.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.worker.memory >= 256 && var.worker.memory <= 1048576 && floor(var.worker.memory) == var.worker.memory
    error_message = "worker.memory must be a whole number from 256 to 1048576 MiB."
  }

  validation {
    condition     = var.worker.count >= 0 && var.worker.count <= 200 && floor(var.worker.count) == var.worker.count
    error_message = "worker.count must be a whole number from 0 to 200 tasks."
  }

  validation {
    condition     = var.worker.max_conns >= 1 && var.worker.max_conns <= 1000 && floor(var.worker.max_conns) == var.worker.max_conns
    error_message = "worker.max_conns must be a whole number from 1 to 1000 connections."
  }
}

variable "dynamic_config" {
  description = <<-EOT
    The dynamic configuration of the Temporal server:
    - shutdown_drain: The time for which a stopping task still serves requests while others learn that it stops. The frontend waits it twice: first its health check fails, then it drains.
    - align_membership: History and matching tasks join and leave at multiples of this time, so that shards move once.
    - persistence_qps: The number of requests that a task may send to the database.
    - frontend_rps: The number of requests that a frontend task accepts.
    - namespace_rps: The number of requests that one namespace may send to a frontend task.
    - task_queue_partitions: The number of partitions of each task queue. Before you lower it, drain the queues.
    - history_cache_mib: The memory in which a history task caches workflows.
    - events_cache_kib: The memory in which a history task caches the events of one shard.
    - blob_size_kib: The largest payload of a workflow or an activity.
    - history_size_mib: The largest history of a workflow. The server terminates a workflow above it.
    - history_events: The largest number of events of a workflow. The server terminates a workflow above it.
    - keys: Any other key of the server, in its own spelling; these override the options above. Write numbers and durations as text, objects as JSON.
  EOT
  type = object({
    shutdown_drain        = optional(string, "10s")
    align_membership      = optional(string, "10s")
    persistence_qps       = optional(number, 3000)
    frontend_rps          = optional(number, 5000)
    namespace_rps         = optional(number, 5000)
    task_queue_partitions = optional(number, 8)
    history_cache_mib     = optional(number)
    events_cache_kib      = optional(number, 512)
    blob_size_kib         = optional(number, 2048)
    history_size_mib      = optional(number, 50)
    history_events        = optional(number, 51200)
    keys                  = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for seconds in [try(tonumber(regex("^([0-9]{1,19})[hms]$", var.dynamic_config.shutdown_drain)[0]) * { h = 3600, m = 60, s = 1 }[substr(var.dynamic_config.shutdown_drain, -1, 1)], -1)] : seconds >= 1 && seconds <= 30])
    error_message = "dynamic_config.shutdown_drain must be a duration from 1s to 30s, one number with `h`, `m` or `s`."
  }

  validation {
    condition     = alltrue([for seconds in [try(tonumber(regex("^([0-9]{1,19})[hms]$", var.dynamic_config.align_membership)[0]) * { h = 3600, m = 60, s = 1 }[substr(var.dynamic_config.align_membership, -1, 1)], -1)] : seconds >= 1 && seconds <= 10])
    error_message = "dynamic_config.align_membership must be a duration from 1s to 10s, one number with `h`, `m` or `s`."
  }

  validation {
    condition     = var.dynamic_config.persistence_qps >= 100 && var.dynamic_config.persistence_qps <= 100000 && floor(var.dynamic_config.persistence_qps) == var.dynamic_config.persistence_qps
    error_message = "dynamic_config.persistence_qps must be a whole number from 100 to 100000 a second."
  }

  validation {
    condition     = var.dynamic_config.frontend_rps >= 100 && var.dynamic_config.frontend_rps <= 100000 && floor(var.dynamic_config.frontend_rps) == var.dynamic_config.frontend_rps
    error_message = "dynamic_config.frontend_rps must be a whole number from 100 to 100000 a second."
  }

  validation {
    condition     = var.dynamic_config.namespace_rps >= 100 && var.dynamic_config.namespace_rps <= 100000 && floor(var.dynamic_config.namespace_rps) == var.dynamic_config.namespace_rps
    error_message = "dynamic_config.namespace_rps must be a whole number from 100 to 100000 a second."
  }

  validation {
    condition     = var.dynamic_config.task_queue_partitions >= 1 && var.dynamic_config.task_queue_partitions <= 256 && floor(var.dynamic_config.task_queue_partitions) == var.dynamic_config.task_queue_partitions
    error_message = "dynamic_config.task_queue_partitions must be a whole number from 1 to 256 partitions."
  }

  validation {
    condition     = coalesce(var.dynamic_config.history_cache_mib, 64) >= 64 && coalesce(var.dynamic_config.history_cache_mib, 64) <= 65536 && floor(coalesce(var.dynamic_config.history_cache_mib, 64)) == coalesce(var.dynamic_config.history_cache_mib, 64)
    error_message = "dynamic_config.history_cache_mib must be a whole number from 64 to 65536 MiB."
  }

  validation {
    condition     = var.dynamic_config.events_cache_kib >= 16 && var.dynamic_config.events_cache_kib <= 16384 && floor(var.dynamic_config.events_cache_kib) == var.dynamic_config.events_cache_kib
    error_message = "dynamic_config.events_cache_kib must be a whole number from 16 to 16384 KiB."
  }

  validation {
    condition     = var.dynamic_config.blob_size_kib >= 64 && var.dynamic_config.blob_size_kib <= 3072 && floor(var.dynamic_config.blob_size_kib) == var.dynamic_config.blob_size_kib
    error_message = "dynamic_config.blob_size_kib must be a whole number from 64 to 3072 KiB."
  }

  validation {
    condition     = var.dynamic_config.history_size_mib >= 1 && var.dynamic_config.history_size_mib <= 500 && floor(var.dynamic_config.history_size_mib) == var.dynamic_config.history_size_mib
    error_message = "dynamic_config.history_size_mib must be a whole number from 1 to 500 MiB."
  }

  validation {
    condition     = var.dynamic_config.history_events >= 1000 && var.dynamic_config.history_events <= 500000 && floor(var.dynamic_config.history_events) == var.dynamic_config.history_events
    error_message = "dynamic_config.history_events must be a whole number from 1000 to 500000 events."
  }

  validation {
    condition     = alltrue([for each in keys(var.dynamic_config.keys) : can(regex("^[A-Za-z0-9.-]{1,128}$", each))])
    error_message = "Each key of dynamic_config.keys must be 1 to 128 letters, digits, periods and hyphens, such as `frontend.rps`."
  }
}

variable "timing" {
  description = <<-EOT
    How tasks of the Temporal services start and stop, and their health checks:
    - stop_timeout: How long ECS waits before it ends a stopping Temporal task.
    - start_period: The least time for which failed health checks of a new Temporal task do not count.
    - health_check_interval: The time between two health checks of a Temporal task.
    - health_check_retries: How many health checks in a row must fail before ECS replaces a Temporal task.
  EOT
  type = object({
    stop_timeout          = optional(number, 120)
    start_period          = optional(number, 120)
    health_check_interval = optional(number, 15)
    health_check_retries  = optional(number, 3)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.timing.stop_timeout >= 30 && var.timing.stop_timeout <= 600 && floor(var.timing.stop_timeout) == var.timing.stop_timeout
    error_message = "timing.stop_timeout must be a whole number from 30 to 600 seconds."
  }

  validation {
    condition     = var.timing.start_period >= 30 && var.timing.start_period <= 300 && floor(var.timing.start_period) == var.timing.start_period
    error_message = "timing.start_period must be a whole number from 30 to 300 seconds."
  }

  validation {
    condition     = var.timing.health_check_interval >= 5 && var.timing.health_check_interval <= 300 && floor(var.timing.health_check_interval) == var.timing.health_check_interval
    error_message = "timing.health_check_interval must be a whole number from 5 to 300 seconds."
  }

  validation {
    condition     = var.timing.health_check_retries >= 1 && var.timing.health_check_retries <= 10 && floor(var.timing.health_check_retries) == var.timing.health_check_retries
    error_message = "timing.health_check_retries must be a whole number from 1 to 10 health checks."
  }
}

variable "ui" {
  description = <<-EOT
    The web interface:
    - cpu: CPU of each UI task.
    - memory: Memory of each UI task.
    - count: The number of UI tasks.
    - extra_environment: Environment variables of the UI's container, such as `TEMPORAL_DEFAULT_NAMESPACE`.
  EOT
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 768)
    count             = optional(number, 1)
    extra_environment = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.ui.cpu >= 256 && var.ui.cpu <= 196608 && floor(var.ui.cpu) == var.ui.cpu
    error_message = "ui.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.ui.memory >= 256 && var.ui.memory <= 1048576 && floor(var.ui.memory) == var.ui.memory
    error_message = "ui.memory must be a whole number from 256 to 1048576 MiB."
  }

  validation {
    condition     = var.ui.count >= 0 && var.ui.count <= 20 && floor(var.ui.count) == var.ui.count
    error_message = "ui.count must be a whole number from 0 to 20 tasks."
  }
}

variable "dsql_endpoint" {
  description = "The host name of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{26}[.]dsql(-[a-z0-9]{1,16})?[.][a-z]{2}(-[a-z]+)+-[0-9][.]on[.]aws$", var.dsql_endpoint)) && !can(regex("[.][a-z0-9-]{33}", var.dsql_endpoint))
    error_message = "dsql_endpoint must be `CLUSTER.dsql.REGION.on.aws` with the cluster's 26 letters and digits."
  }
}

variable "dsql_cluster_arn" {
  description = "The ARN of the cluster. Roles get access to this cluster only."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws(-us-gov|-cn)?:dsql:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:cluster/[a-z0-9]{26}$", var.dsql_cluster_arn)) && !can(regex(":[a-z-]{32}", var.dsql_cluster_arn))
    error_message = "dsql_cluster_arn must be `arn:aws:dsql:REGION:ACCOUNT:cluster/CLUSTER` with the cluster's 26 letters and digits."
  }
}

variable "dsql_max_connections" {
  description = "The number of connections that the cluster allows."
  type        = number
  default     = 10000
  nullable    = false

  validation {
    condition     = var.dsql_max_connections >= 100 && var.dsql_max_connections <= 100000 && floor(var.dsql_max_connections) == var.dsql_max_connections
    error_message = "dsql_max_connections must be a whole number from 100 to 100000 connections."
  }
}

variable "opensearch" {
  description = <<-EOT
    The visibility store:
    - instance_type: The instance type of the data nodes.
    - instance_count: The number of data nodes. A multiple of 3 or 2 can be spread over as many zones.
    - zone_awareness: Spread the nodes over zones. Otherwise all nodes are in the first zone and are lost with it.
    - engine_version: The engine version of the domain. An upgrade happens in place and takes about an hour; a downgrade is not possible.
    - volume_size: The size of each node's gp3 volume.
    - index: The index that holds the visibility records.
    - dedicated_masters: Three nodes that manage the domain and hold no data.
    - access_control: Fine-grained access control: Temporal may use its index alone. AWS can't turn it off.
  EOT
  type = object({
    instance_type     = optional(string, "t3.small.search")
    instance_count    = optional(number, 1)
    zone_awareness    = optional(bool, true)
    engine_version    = optional(string, "OpenSearch_2.19")
    volume_size       = optional(number, 20)
    index             = optional(string, "temporal_visibility_v1_dev")
    dedicated_masters = optional(bool, false)
    access_control    = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9]+[.][a-z0-9]+[.]search$", var.opensearch.instance_type)) && !can(regex("^.{65}", var.opensearch.instance_type))
    error_message = "opensearch.instance_type must be a node type ending in `.search`, such as `m6g.large.search`."
  }

  validation {
    condition     = var.opensearch.instance_count >= 1 && var.opensearch.instance_count <= 80 && floor(var.opensearch.instance_count) == var.opensearch.instance_count
    error_message = "opensearch.instance_count must be a whole number from 1 to 80 nodes."
  }

  validation {
    condition     = contains(["OpenSearch_2.19", "OpenSearch_2.17", "OpenSearch_2.15", "OpenSearch_2.13", "OpenSearch_2.11"], var.opensearch.engine_version)
    error_message = "opensearch.engine_version must be `OpenSearch_2.19` or `OpenSearch_2.17` or `OpenSearch_2.15` or `OpenSearch_2.13` or `OpenSearch_2.11`."
  }

  validation {
    condition     = var.opensearch.volume_size >= 10 && var.opensearch.volume_size <= 3072 && floor(var.opensearch.volume_size) == var.opensearch.volume_size
    error_message = "opensearch.volume_size must be a whole number from 10 to 3072 GiB."
  }

  validation {
    condition     = can(regex("^temporal_visibility_v1[a-z0-9_-]{0,78}$", var.opensearch.index))
    error_message = "opensearch.index must be `temporal_visibility_v1` and then lower-case letters, digits, `_` and `-`, 100 characters at most: Temporal's index template applies to no other name."
  }
}

variable "grafana" {
  description = <<-EOT
    Grafana:
    - cpu: CPU of the Grafana task.
    - memory: Memory of the Grafana task.
  EOT
  type = object({
    cpu    = optional(number, 512)
    memory = optional(number, 768)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.grafana.cpu >= 256 && var.grafana.cpu <= 196608 && floor(var.grafana.cpu) == var.grafana.cpu
    error_message = "grafana.cpu must be a whole number from 256 to 196608 CPU units (1024 = one vCPU)."
  }

  validation {
    condition     = var.grafana.memory >= 256 && var.grafana.memory <= 1048576 && floor(var.grafana.memory) == var.grafana.memory
    error_message = "grafana.memory must be a whole number from 256 to 1048576 MiB."
  }
}

variable "telemetry" {
  description = <<-EOT
    The Alloy sidecar of each task:
    - cpu: CPU of the Alloy sidecar in each task.
    - memory: Memory of the Alloy sidecar in each task.
    - metrics: The metrics to keep. AWS bills each sample.
    - more_metrics: Names of further metrics to keep.
    - sample_limit: A scrape of a task with more samples fails.
  EOT
  type = object({
    cpu          = optional(number, 128)
    memory       = optional(number, 256)
    metrics      = optional(string, "used")
    more_metrics = optional(list(string), [])
    sample_limit = optional(number, 20000)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.telemetry.cpu >= 64 && var.telemetry.cpu <= 4096 && floor(var.telemetry.cpu) == var.telemetry.cpu
    error_message = "telemetry.cpu must be a whole number from 64 to 4096 CPU units."
  }

  validation {
    condition     = var.telemetry.memory >= 128 && var.telemetry.memory <= 16384 && floor(var.telemetry.memory) == var.telemetry.memory
    error_message = "telemetry.memory must be a whole number from 128 to 16384 MiB."
  }

  validation {
    condition     = contains(["used", "all"], var.telemetry.metrics)
    error_message = "telemetry.metrics must be `used` or `all`."
  }

  validation {
    condition     = length(var.telemetry.more_metrics) >= 0 && length(var.telemetry.more_metrics) <= 100 && length(distinct(var.telemetry.more_metrics)) == length(var.telemetry.more_metrics) && alltrue([for each in var.telemetry.more_metrics : can(regex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", each))])
    error_message = "telemetry.more_metrics must be up to 100 different ones, each 1 to 128 letters, digits and underscores, no digit first, such as `service_requests`."
  }

  validation {
    condition     = var.telemetry.sample_limit >= 1000 && var.telemetry.sample_limit <= 1000000 && floor(var.telemetry.sample_limit) == var.telemetry.sample_limit
    error_message = "telemetry.sample_limit must be a whole number from 1000 to 1000000 samples."
  }
}
