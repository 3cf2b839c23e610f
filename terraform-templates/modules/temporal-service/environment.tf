# Environment variables for the server, its DSQL plugin and the start script. ECS requires
# strings as values.

locals {
  environment = merge(
    local.server_environment,
    var.own_config ? local.own_config_environment : local.config_environment,
    local.connection_environment,
    local.uses_slots ? local.token_bucket_environment : local.rate_environment,
    var.reservoir_enabled ? local.reservoir_environment : {},
    var.reservoir_enabled || var.max_conns <= 100 ? {} : { DSQL_POOL_WARMUP_STAGGER_DURATION = "${local.pool_warmup}s" },
    var.distributed_conn_lease_enabled ? local.lease_environment : {},
    var.distributed_conn_lease_enabled ? (local.uses_slots ? local.slot_environment : local.limit_environment) : {},
    var.extra_environment, # last, so that it overrides the others
  )

  uses_slots = var.connection_limiter == "slots"

  server_environment = {
    SERVICES   = var.service_name
    AWS_REGION = data.aws_region.current.region
    # Credentials come from the task role: tasks cannot reach the instance metadata.
    AWS_EC2_METADATA_DISABLED = "true"
  }

  # For the start script and the server's configuration in files/ and templates/.
  config_environment = {
    TEMPORAL_SERVER_CONFIG  = local.server_config
    TEMPORAL_DYNAMIC_CONFIG = local.dynamic_config
    TEMPORAL_LOG_LEVEL      = "info"
  }

  # For the start script and the configuration template of an image that has both, such as
  # the image of temporal-dsql-deploy-ecs.
  own_config_environment = {
    DEPLOY_ENVIRONMENT            = var.deploy_environment
    TEMPORAL_HISTORY_SHARDS       = tostring(var.history_shards)
    TEMPORAL_PERSISTENCE_TEMPLATE = "/etc/temporal/config/persistence-dsql-opensearch.template.yaml"

    # Service Connect passes requests to 127.0.0.1, and other tasks connect to the
    # task's own address: the server must listen on both. The start script announces
    # the task's address to the other tasks.
    BIND_ON_IP = "0.0.0.0"

    TEMPORAL_SQL_PLUGIN_NAME = "dsql"
    TEMPORAL_SQL_HOST        = var.dsql_endpoint
    TEMPORAL_SQL_PORT        = "5432"
    # The plugin's tokens are always for the admin role, even if another user is set here.
    TEMPORAL_SQL_USER               = "admin"
    TEMPORAL_SQL_DATABASE           = "postgres"
    TEMPORAL_SQL_TLS_ENABLED        = "true"
    TEMPORAL_SQL_CONNECTION_TIMEOUT = "30s"

    # Equal: a pool that closes idle connections must open them again, which counts against the limit of new connections.
    TEMPORAL_SQL_MAX_CONNS      = tostring(var.max_conns)
    TEMPORAL_SQL_MAX_IDLE_CONNS = tostring(var.max_conns)

    # DSQL ends a connection after 60 minutes.
    TEMPORAL_SQL_MAX_CONN_LIFETIME = "55m"

    TEMPORAL_ELASTICSEARCH_HOST    = var.opensearch_endpoint
    TEMPORAL_ELASTICSEARCH_INDEX   = var.visibility_index_name
    TEMPORAL_ELASTICSEARCH_VERSION = "v8"
  }

  # For the plugin.
  connection_environment = {
    # The lease identifies the cluster only by this name. Without it, the plugin logs
    # that it is empty and continues without any limit.
    CLUSTER_ENDPOINT = var.dsql_endpoint

    # With it, the plugin ignores DSQL_CONNECTION_RATE_LIMIT and DSQL_CONNECTION_BURST_LIMIT,
    # which are for each task.
    DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED = "true"
    DSQL_DISTRIBUTED_RATE_LIMITER_TABLE   = var.rate_limiter_table_name
  }

  # DSQL's limit of new connections per second for a cluster. AWS does not raise it.
  rate_environment = {
    DSQL_DISTRIBUTED_RATE_LIMITER_LIMIT = "100"
  }

  # The same limit, with the 1000 connections that a cluster accepts at once after a pause.
  token_bucket_environment = {
    DSQL_TOKEN_BUCKET_ENABLED  = "true"
    DSQL_TOKEN_BUCKET_RATE     = "100"
    DSQL_TOKEN_BUCKET_CAPACITY = "1000"
  }

  reservoir_environment = {
    DSQL_RESERVOIR_ENABLED         = "true"
    DSQL_RESERVOIR_TARGET_READY    = tostring(var.reservoir.target_ready)
    DSQL_RESERVOIR_BASE_LIFETIME   = var.reservoir.base_lifetime
    DSQL_RESERVOIR_LIFETIME_JITTER = var.reservoir.lifetime_jitter
    DSQL_RESERVOIR_GUARD_WINDOW    = var.reservoir.guard_window

    # By default, the low watermark is max_conns, and the plugin raises a lower target to it.
    DSQL_RESERVOIR_LOW_WATERMARK = tostring(var.reservoir.target_ready)
  }

  lease_environment = {
    DSQL_DISTRIBUTED_CONN_LEASE_ENABLED = "true"
    DSQL_DISTRIBUTED_CONN_LEASE_TABLE   = var.conn_lease_table_name
  }

  limit_environment = {
    DSQL_DISTRIBUTED_CONN_LIMIT = tostring(var.distributed_conn_limit)
  }

  # Equal in all tasks: a task looks for a free block among all of them.
  slot_environment = var.slot_blocks == null ? {} : {
    DSQL_SLOT_BLOCK_SIZE  = tostring(var.slot_blocks.size)
    DSQL_SLOT_BLOCK_COUNT = tostring(var.slot_blocks.count)
    DSQL_SLOT_BLOCK_TTL   = var.slot_blocks.ttl
  }
}
