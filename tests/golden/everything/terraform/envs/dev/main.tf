locals {
  # The prefix of every resource name.
  name = "${var.project}-dev"

  # A deployment stops a task before it starts the next: a short interruption, but no spare capacity needed.
  temporal_services = {
    frontend = merge(var.frontend, { minimum_healthy_percent = 0, maximum_percent = 100, max_count = var.autoscaling.frontend_max })
    history  = merge(var.history, { minimum_healthy_percent = 0, maximum_percent = 100, max_count = var.history.count })
    matching = merge(var.matching, { minimum_healthy_percent = 0, maximum_percent = 100, max_count = var.matching.count })
    worker   = merge(var.worker, { minimum_healthy_percent = 0, maximum_percent = 100, max_count = var.autoscaling.worker_max })
  }

  # The server's dynamic configuration by key. Values are strings, because a map has one type.
  dynamic_config = {
    "history.cacheSizeBasedLimit"              = "true"
    "frontend.shutdownDrainDuration"           = var.dynamic_config.shutdown_drain
    "frontend.shutdownFailHealthCheckDuration" = var.dynamic_config.shutdown_drain
    "history.shutdownDrainDuration"            = var.dynamic_config.shutdown_drain
    "matching.shutdownDrainDuration"           = var.dynamic_config.shutdown_drain
    "history.alignMembershipChange"            = var.dynamic_config.align_membership
    "matching.alignMembershipChange"           = var.dynamic_config.align_membership
    "frontend.persistenceMaxQPS"               = tostring(var.dynamic_config.persistence_qps)
    "history.persistenceMaxQPS"                = tostring(var.dynamic_config.persistence_qps)
    "matching.persistenceMaxQPS"               = tostring(var.dynamic_config.persistence_qps)
    "worker.persistenceMaxQPS"                 = tostring(var.dynamic_config.persistence_qps)
    "frontend.rps"                             = tostring(var.dynamic_config.frontend_rps)
    "frontend.namespaceRPS"                    = tostring(var.dynamic_config.namespace_rps)
    "matching.numTaskqueueReadPartitions"      = tostring(var.dynamic_config.task_queue_partitions)
    "matching.numTaskqueueWritePartitions"     = tostring(var.dynamic_config.task_queue_partitions)
    "history.hostLevelCacheMaxSizeBytes"       = tostring(coalesce(var.dynamic_config.history_cache_mib, min(65536, floor(var.history.memory / 4))) * 1024 * 1024)
    "history.eventsCacheMaxSizeBytes"          = tostring(var.dynamic_config.events_cache_kib * 1024)
    "limit.blobSize.error"                     = tostring(var.dynamic_config.blob_size_kib * 1024)
    "limit.historySize.error"                  = tostring(var.dynamic_config.history_size_mib * 1024 * 1024)
    "limit.historyCount.error"                 = tostring(var.dynamic_config.history_events)
  }

  # The tasks with an Alloy sidecar, and the port from which it scrapes metrics; null if it only collects logs.
  sidecar_metrics_ports = {
    frontend            = 9090
    history             = 9090
    matching            = 9090
    worker              = 9090
    benchmark-generator = 9090
    benchmark-worker    = 9090
    ui                  = null
  }
}

module "vpc" {
  source = "../../modules/vpc"

  project_name        = local.name
  vpc_cidr            = var.network.vpc_cidr
  availability_zones  = var.network.availability_zones
  nat                 = var.network.nat
  endpoints           = var.network.endpoints
  log_retention_days  = var.log_retention_days
  deletion_protection = var.deletion_protection
}

module "ecs_cluster" {
  source = "../../modules/ecs-cluster"

  project_name        = local.name
  vpc_id              = module.vpc.vpc_id
  log_retention_days  = var.log_retention_days
  deletion_protection = var.deletion_protection

  # Services take the capacity provider from this module's output, so that it is associated with the cluster first.
  capacity_providers = {
    main      = module.ec2_capacity.capacity_provider_name
    benchmark = module.benchmark.capacity_provider_name
  }
}

module "ec2_capacity" {
  source = "../../modules/ec2-capacity"

  project_name               = local.name
  cluster_name               = module.ecs_cluster.cluster_name
  vpc_id                     = module.vpc.vpc_id
  subnet_ids                 = module.vpc.private_subnet_ids
  security_group_ids         = [module.vpc.egress_security_group_id]
  instance_type              = var.compute.instance_type
  instance_count             = var.compute.instance_count
  max_count                  = var.compute.max_count
  max_instance_lifetime_days = var.compute.max_instance_lifetime_days
  # All images are named by digest.
  image_pull_behavior = "once"
  min_count           = 0
}

module "dynamodb" {
  source = "../../modules/dynamodb"

  project_name        = local.name
  conn_lease_enabled  = true
  deletion_protection = var.deletion_protection
}

module "dsql" {
  source = "../../modules/dsql"

  project_name        = local.name
  deletion_protection = var.deletion_protection
}

module "backup" {
  source = "../../modules/backup"

  project_name          = local.name
  dsql_cluster_arn      = module.dsql.arn
  retention_days        = var.backup.retention_days
  weekly_retention_days = var.backup.weekly_retention_days
  lock_enabled          = true
  deletion_protection   = var.deletion_protection
}

module "dsql_schema" {
  source = "../../modules/dsql-schema"

  project_name       = local.name
  image              = var.admin_tools_image
  dsql_endpoint      = module.dsql.endpoint
  dsql_cluster_arn   = module.dsql.arn
  vpc_id             = module.vpc.vpc_id
  security_group_ids = [module.vpc.egress_security_group_id]
  execution_role_arn = module.iam.execution_role_arn
  log_retention_days = var.log_retention_days
}

module "opensearch" {
  source = "../../modules/opensearch"

  project_name              = local.name
  instance_type             = var.opensearch.instance_type
  instance_count            = var.opensearch.instance_count
  volume_size               = var.opensearch.volume_size
  zone_awareness            = var.opensearch.zone_awareness
  engine_version            = var.opensearch.engine_version
  visibility_index_name     = var.opensearch.index
  dedicated_masters         = var.opensearch.dedicated_masters
  access_control            = var.opensearch.access_control
  vpc_id                    = module.vpc.vpc_id
  subnet_ids                = module.vpc.private_subnet_ids
  security_group_ids        = [module.vpc.egress_security_group_id]
  client_security_group_ids = { temporal = module.ecs_cluster.ring_security_group_id }
  temporal_task_role_arn    = module.iam.temporal_task_role_arn
  execution_role_arn        = module.iam.execution_role_arn
  admin_tools_image         = var.admin_tools_image
  log_retention_days        = var.log_retention_days
  deletion_protection       = var.deletion_protection
}

module "observability" {
  source = "../../modules/observability"

  project_name                  = local.name
  cluster_arn                   = module.ecs_cluster.cluster_arn
  capacity_provider_name        = module.ecs_cluster.capacity_provider_names["main"]
  service_connect_namespace_arn = module.ecs_cluster.service_connect_namespace_arn
  vpc_id                        = module.vpc.vpc_id
  subnet_ids                    = module.vpc.private_subnet_ids
  security_group_ids            = [module.vpc.egress_security_group_id]
  execution_role_arn            = module.iam.execution_role_arn
  grafana_execution_role_arn    = module.iam.grafana_execution_role_arn
  dashboards                    = local.dashboards
  grafana_task_role_arn         = module.iam.grafana_task_role_arn
  grafana_image                 = var.grafana_image
  grafana_cpu                   = var.grafana.cpu
  grafana_memory                = var.grafana.memory
  grafana_admin_secret_name     = var.grafana_admin_secret
  create_grafana_admin_secret   = false
  config_writer_image           = var.alloy_image
  log_retention_days            = var.log_retention_days
  deletion_protection           = var.deletion_protection
  # The image has the plugin.
  grafana_amp_plugin_version = null

  loki_enabled        = true
  loki_image          = var.loki_image
  loki_cpu            = var.loki.cpu
  loki_memory         = var.loki.memory
  loki_retention_days = var.loki.retention_days
  loki_task_role_arn  = module.iam.loki_task_role_arn
}

module "iam" {
  source = "../../modules/iam"

  project_name             = local.name
  dsql_cluster_arn         = module.dsql.arn
  prometheus_workspace_arn = module.observability.prometheus_workspace_arn
  opensearch_domain_arn    = module.opensearch.domain_arn
  rate_limiter_table_arn   = module.dynamodb.rate_limiter_table_arn
  exec_log_group_arn       = module.ecs_cluster.exec_log_group_arn
  grafana_admin_secret_arn = module.observability.grafana_admin_secret_arn
  ui_enabled               = true

  conn_lease_enabled   = true
  conn_lease_table_arn = module.dynamodb.conn_lease_table_arn

  loki_enabled    = true
  loki_bucket_arn = module.observability.loki_bucket_arn
}

module "alloy_sidecar" {
  source   = "../../modules/alloy-sidecar"
  for_each = local.sidecar_metrics_ports

  project_name        = local.name
  service_name        = each.key
  image               = var.alloy_image
  cpu                 = var.telemetry.cpu
  memory              = each.value == null ? min(256, var.telemetry.memory) : var.telemetry.memory
  metrics_port        = each.value
  metric_expressions  = local.metric_expressions
  more_metrics        = var.telemetry.more_metrics
  sample_limit        = var.telemetry.sample_limit
  prometheus_endpoint = module.observability.prometheus_remote_write_endpoint
  log_retention_days  = var.log_retention_days

  loki_enabled  = true
  loki_endpoint = module.observability.loki_endpoint
}

module "temporal_service" {
  source   = "../../modules/temporal-service"
  for_each = local.temporal_services

  project_name                  = local.name
  service_name                  = each.key
  image                         = var.temporal_image
  cpu                           = each.value.cpu
  memory                        = each.value.memory
  minimum_healthy_percent       = each.value.minimum_healthy_percent
  maximum_percent               = each.value.maximum_percent
  proxy_cpu                     = each.key == "frontend" ? var.frontend.proxy_cpu : 256
  cluster_arn                   = module.ecs_cluster.cluster_arn
  capacity_provider_name        = module.ecs_cluster.capacity_provider_names["main"]
  service_connect_namespace_arn = module.ecs_cluster.service_connect_namespace_arn
  vpc_id                        = module.vpc.vpc_id
  subnet_ids                    = module.vpc.private_subnet_ids
  security_group_ids            = [module.vpc.egress_security_group_id, module.ecs_cluster.ring_security_group_id]
  execution_role_arn            = module.iam.execution_role_arn
  task_role_arn                 = module.iam.temporal_task_role_arn
  dsql_endpoint                 = module.dsql.endpoint
  max_conns                     = each.value.max_conns
  rate_limiter_table_name       = module.dynamodb.rate_limiter_table_name
  opensearch_endpoint           = module.opensearch.domain_endpoint
  visibility_index_name         = var.opensearch.index
  prometheus_workspace_arn      = module.observability.prometheus_workspace_arn
  history_shards                = var.history_shards
  log_retention_days            = var.log_retention_days
  deletion_protection           = var.deletion_protection
  sidecar                       = module.alloy_sidecar[each.key].sidecar
  extra_environment             = each.value.extra_environment
  target_group_arns             = each.key == "frontend" ? [module.frontend_access.target_group_arn] : []

  dynamic_config = merge(local.dynamic_config, var.dynamic_config.keys)

  stop_timeout          = var.timing.stop_timeout
  start_period          = var.timing.start_period
  health_check_interval = var.timing.health_check_interval
  health_check_retries  = var.timing.health_check_retries

  reservoir_enabled = true
  reservoir = {
    target_ready    = coalesce(each.value.target_ready, var.reservoir.target_ready)
    base_lifetime   = var.reservoir.base_lifetime
    lifetime_jitter = var.reservoir.lifetime_jitter
    guard_window    = var.reservoir.guard_window
  }

  distributed_conn_lease_enabled = true
  conn_lease_table_name          = module.dynamodb.conn_lease_table_name
  distributed_conn_limit         = coalesce(var.lease.limit, var.dsql_max_connections)

  alarm_names = module.alarms.deployment_alarm_names

  loki_enabled           = true
  loki_security_group_id = module.observability.loki_security_group_id
}

module "service_autoscaling" {
  source = "../../modules/service-autoscaling"

  project_name = local.name
  cluster_name = module.ecs_cluster.cluster_name
  cpu_percent  = var.autoscaling.cpu_percent

  services = {
    frontend = { service_name = module.temporal_service["frontend"].service_name, max_count = var.autoscaling.frontend_max }
    worker   = { service_name = module.temporal_service["worker"].service_name, max_count = var.autoscaling.worker_max }
  }
}

module "frontend_access" {
  source = "../../modules/frontend-access"

  project_name               = local.name
  vpc_id                     = module.vpc.vpc_id
  subnet_ids                 = module.vpc.private_subnet_ids
  frontend_security_group_id = module.temporal_service["frontend"].security_group_id
  http_check_enabled         = true
  deletion_protection        = var.deletion_protection
  client_cidrs               = var.access.client_cidrs
  client_security_group_ids  = var.access.client_security_group_ids
  allowed_principals         = var.access.allowed_principals
}

module "temporal_ui" {
  source = "../../modules/temporal-ui"

  project_name                  = local.name
  image                         = var.ui_image
  cpu                           = var.ui.cpu
  memory                        = var.ui.memory
  extra_environment             = var.ui.extra_environment
  minimum_healthy_percent       = 0
  maximum_percent               = 100
  cluster_arn                   = module.ecs_cluster.cluster_arn
  capacity_provider_name        = module.ecs_cluster.capacity_provider_names["main"]
  service_connect_namespace_arn = module.ecs_cluster.service_connect_namespace_arn
  vpc_id                        = module.vpc.vpc_id
  subnet_ids                    = module.vpc.private_subnet_ids
  security_group_ids            = [module.vpc.egress_security_group_id]
  frontend_security_group_id    = module.temporal_service["frontend"].security_group_id
  execution_role_arn            = module.iam.execution_role_arn
  task_role_arn                 = module.iam.temporal_ui_task_role_arn
  log_retention_days            = var.log_retention_days

  loki_enabled           = true
  loki_security_group_id = module.observability.loki_security_group_id
  sidecar                = module.alloy_sidecar["ui"].sidecar
}

module "benchmark" {
  source = "../../modules/benchmark"

  project_name                      = local.name
  cluster_arn                       = module.ecs_cluster.cluster_arn
  cluster_name                      = module.ecs_cluster.cluster_name
  associated_capacity_provider_name = module.ecs_cluster.capacity_provider_names["benchmark"]
  service_connect_namespace_arn     = module.ecs_cluster.service_connect_namespace_arn
  vpc_id                            = module.vpc.vpc_id
  subnet_ids                        = module.vpc.private_subnet_ids
  security_group_ids                = [module.vpc.egress_security_group_id]
  frontend_security_group_id        = module.temporal_service["frontend"].security_group_id
  execution_role_arn                = module.iam.execution_role_arn
  exec_log_group_arn                = module.ecs_cluster.exec_log_group_arn
  prometheus_workspace_arn          = module.observability.prometheus_workspace_arn
  benchmark_image                   = var.benchmark_image
  instance_type                     = var.benchmark.instance_type
  max_instances                     = var.benchmark.max_instances
  cpu                               = var.benchmark.cpu
  memory                            = var.benchmark.memory
  worker_cpu                        = var.benchmark.worker_cpu
  worker_memory                     = var.benchmark.worker_memory
  pollers                           = var.benchmark.pollers
  namespace                         = var.benchmark.namespace
  rate                              = var.benchmark.rate
  duration                          = var.benchmark.duration
  ramp_up                           = var.benchmark.ramp_up
  workflow_type                     = var.benchmark.workflow_type
  extra_environment                 = var.benchmark.extra_environment
  # All images are named by digest.
  image_pull_behavior = "once"
  log_retention_days  = var.log_retention_days
  generator_sidecar   = module.alloy_sidecar["benchmark-generator"].sidecar
  worker_sidecar      = module.alloy_sidecar["benchmark-worker"].sidecar

  loki_enabled           = true
  loki_security_group_id = module.observability.loki_security_group_id
}

module "alarms" {
  source = "../../modules/alarms"

  project_name = local.name
  email        = var.alarms_email

  prometheus_workspace_id  = module.observability.prometheus_workspace_id
  prometheus_workspace_arn = module.observability.prometheus_workspace_arn

  runbook         = var.alarms.runbook
  thresholds      = var.alarms.thresholds
  metric_alarms   = local.metric_alarms
  event_alarms    = local.event_alarms
  recording_rules = local.recording_rules
  alert_rules     = local.alert_rules
}

module "budget" {
  source = "../../modules/budget"

  project_name      = local.name
  environment       = "dev"
  monthly_limit_usd = var.budget_monthly_limit_usd
  email             = var.budget_email
}

module "schedule" {
  source = "../../modules/schedule"

  project_name   = local.name
  cluster_name   = module.ecs_cluster.cluster_name
  asg_name       = module.ec2_capacity.asg_name
  instance_count = var.compute.instance_count
  sleep          = var.schedule.sleep
  wake           = var.schedule.wake
  timezone       = var.schedule.timezone

  scheduled_services = {
    loki     = { service_name = module.observability.loki_service_name, count = 1 }
    grafana  = { service_name = module.observability.grafana_service_name, count = 1 }
    frontend = { service_name = module.temporal_service["frontend"].service_name, count = var.frontend.count }
    history  = { service_name = module.temporal_service["history"].service_name, count = var.history.count }
    matching = { service_name = module.temporal_service["matching"].service_name, count = var.matching.count }
    worker   = { service_name = module.temporal_service["worker"].service_name, count = var.worker.count }
    ui       = { service_name = module.temporal_ui.service_name, count = var.ui.count }
  }
}
