# What the server, its DSQL plugin and the script that starts it read. Values are strings,
# as ECS wants them.

locals {
  environment = merge(
    local.server_environment,
    var.own_config ? local.own_config_environment : local.config_environment,
    local.connection_environment,
    var.reservoir_enabled ? local.reservoir_environment : {},
    var.distributed_conn_lease_enabled ? local.lease_environment : {},
    var.extra_environment, # last, so that it wins
  )

  server_environment = {
    SERVICES   = var.service_name
    AWS_REGION = data.aws_region.current.region
    # Credentials come from the task role; the host's metadata service is closed to tasks.
    AWS_EC2_METADATA_DISABLED = "true"
  }

  # Read by the start script and the server's configuration in files/.
  config_environment = {
    TEMPORAL_SERVER_CONFIG  = local.server_config
    TEMPORAL_DYNAMIC_CONFIG = local.dynamic_config
    TEMPORAL_LOG_LEVEL      = "info"
  }

  # Read by the start script and the configuration template of an image that brings both,
  # as that of temporal-dsql-deploy-ecs does.
  own_config_environment = {
    DEPLOY_ENVIRONMENT            = var.deploy_environment
    TEMPORAL_HISTORY_SHARDS       = tostring(var.history_shards)
    TEMPORAL_PERSISTENCE_TEMPLATE = "/etc/temporal/config/persistence-dsql-opensearch.template.yaml"

    # Service Connect hands requests over on 127.0.0.1, other tasks come in on the
    # task's own address: the server must listen on both. The start script tells
    # the others the task's address.
    BIND_ON_IP = "0.0.0.0"

    TEMPORAL_SQL_PLUGIN_NAME = "dsql"
    TEMPORAL_SQL_HOST        = var.dsql_endpoint
    TEMPORAL_SQL_PORT        = "5432"
    # The plugin's tokens are for the admin role, whatever is said here.
    TEMPORAL_SQL_USER               = "admin"
    TEMPORAL_SQL_DATABASE           = "postgres"
    TEMPORAL_SQL_TLS_ENABLED        = "true"
    TEMPORAL_SQL_CONNECTION_TIMEOUT = "30s"

    # Equal: a pool that closes idle connections opens them again under the limit of new ones.
    TEMPORAL_SQL_MAX_CONNS      = tostring(var.max_conns)
    TEMPORAL_SQL_MAX_IDLE_CONNS = tostring(var.max_conns)

    # DSQL ends a connection after 60 minutes.
    TEMPORAL_SQL_MAX_CONN_LIFETIME = "55m"

    TEMPORAL_ELASTICSEARCH_HOST    = var.opensearch_endpoint
    TEMPORAL_ELASTICSEARCH_INDEX   = var.visibility_index_name
    TEMPORAL_ELASTICSEARCH_VERSION = "v8"
  }

  # Read by the plugin.
  connection_environment = {
    # The lease knows the cluster by this name alone. Without it the plugin logs
    # that it is empty and goes on without any limit.
    CLUSTER_ENDPOINT = var.dsql_endpoint

    DSQL_CONNECTION_RATE_LIMIT            = tostring(var.rate_limit)
    DSQL_CONNECTION_BURST_LIMIT           = tostring(var.burst_limit)
    DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED = "true"
    DSQL_DISTRIBUTED_RATE_LIMITER_TABLE   = var.rate_limiter_table_name
    # DSQL's limit for a cluster, which AWS does not raise.
    DSQL_DISTRIBUTED_RATE_LIMITER_LIMIT = "100"
  }

  reservoir_environment = {
    DSQL_RESERVOIR_ENABLED         = "true"
    DSQL_RESERVOIR_TARGET_READY    = tostring(var.reservoir.target_ready)
    DSQL_RESERVOIR_BASE_LIFETIME   = var.reservoir.base_lifetime
    DSQL_RESERVOIR_LIFETIME_JITTER = var.reservoir.lifetime_jitter
    DSQL_RESERVOIR_GUARD_WINDOW    = var.reservoir.guard_window

    # By default the mark is at max_conns, and a target below the mark is raised to it.
    DSQL_RESERVOIR_LOW_WATERMARK = tostring(var.reservoir.target_ready)
  }

  lease_environment = {
    DSQL_DISTRIBUTED_CONN_LEASE_ENABLED = "true"
    DSQL_DISTRIBUTED_CONN_LEASE_TABLE   = var.conn_lease_table_name
    DSQL_DISTRIBUTED_CONN_LIMIT         = tostring(var.distributed_conn_limit)
  }
}
