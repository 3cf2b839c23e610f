locals {
  # What would wake you: docs/runbook.md has a section for each. `metric_alarms` are of CloudWatch, `event_alarms`
  # of EventBridge. The others are rules for the server's metrics, in PromQL with `LIMIT` for the threshold.
  metric_alarms = {
    nat-ports-eu-west-1a = {
      section    = "nat-ports"
      summary    = "A NAT gateway has no free ports for a destination."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/NATGateway"
          name      = "ErrorPortAllocation"
          statistic = "Sum"
          dimensions = {
            NatGatewayId = module.vpc.nat_gateway_ids[0]
          }
        },
      ]
    }
    capacity-short = {
      section    = "capacity-short"
      summary    = "Tasks wait for instances."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 100
      period     = 60
      periods    = 15
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ECS/ManagedScaling"
          name      = "CapacityProviderReservation"
          statistic = "Average"
          dimensions = {
            CapacityProviderName = module.ec2_capacity.capacity_provider_name
            ClusterName          = module.ecs_cluster.cluster_name
          }
        },
      ]
    }
    instances-at-maximum = {
      section    = "instances-at-maximum"
      summary    = "No more instances may start."
      severity   = "warning"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = var.compute.max_count
      period     = 60
      periods    = 30
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/AutoScaling"
          name      = "GroupInServiceInstances"
          statistic = "Minimum"
          dimensions = {
            AutoScalingGroupName = module.ec2_capacity.asg_name
          }
        },
      ]
    }
    tasks-missing-frontend = {
      section    = "tasks-missing"
      summary    = "A Temporal service runs fewer tasks than it should."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-frontend"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-frontend"
          }
        },
      ]
    }
    tasks-missing-history = {
      section    = "tasks-missing"
      summary    = "A Temporal service runs fewer tasks than it should."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-history"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-history"
          }
        },
      ]
    }
    tasks-missing-matching = {
      section    = "tasks-missing"
      summary    = "A Temporal service runs fewer tasks than it should."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-matching"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-matching"
          }
        },
      ]
    }
    tasks-missing-worker = {
      section    = "tasks-missing"
      summary    = "A Temporal service runs fewer tasks than it should."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-worker"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-worker"
          }
        },
      ]
    }
    frontend-unhealthy = {
      section    = "frontend-unhealthy"
      summary    = "The load balancer finds frontend tasks unhealthy."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      deployment = true
      metrics = [
        {
          id        = "value"
          namespace = "AWS/NetworkELB"
          name      = "UnHealthyHostCount"
          statistic = "Maximum"
          dimensions = {
            LoadBalancer = module.frontend_access.load_balancer_arn_suffix
            TargetGroup  = module.frontend_access.target_group_arn_suffix
          }
        },
      ]
    }
    frontend-ports = {
      section    = "frontend-ports"
      summary    = "The load balancer has no free ports to the frontend."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/NetworkELB"
          name      = "PortAllocationErrorCount"
          statistic = "Sum"
          dimensions = {
            LoadBalancer = module.frontend_access.load_balancer_arn_suffix
          }
        },
      ]
    }
    dsql-connections = {
      section    = "dsql-connections"
      summary    = "Open DSQL connections are near the quota."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = var.dsql_max_connections * var.alarms.connections_percent / 100
      period     = 60
      periods    = 3
      missing    = "notBreaching"
      deployment = true
      metrics = [
        {
          id        = "value"
          namespace = "AWS/Usage"
          name      = "ResourceCount"
          statistic = "Maximum"
          dimensions = {
            Service    = "AuroraDSQL"
            Type       = "Resource"
            Resource   = "ClusterConnectionCount"
            ResourceId = "cluster/${module.dsql.identifier}"
            Class      = "None"
          }
        },
      ]
    }
    dsql-connects = {
      section    = "dsql-connects"
      summary    = "New DSQL connections are near the limit of 100 per second."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 80 * 60
      period     = 60
      periods    = 3
      missing    = "notBreaching"
      deployment = true
      metrics = [
        {
          id        = "value"
          namespace = "AWS/Usage"
          name      = "CallCount"
          statistic = "Sum"
          dimensions = {
            Service    = "AuroraDSQL"
            Type       = "API"
            Resource   = "DbConnectAdmin"
            ResourceId = "cluster/${module.dsql.identifier}"
            Class      = "None"
          }
        },
      ]
    }
    dsql-timeouts = {
      section    = "dsql-timeouts"
      summary    = "Queries to DSQL time out."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/AuroraDSQL"
          name      = "QueryTimeouts"
          statistic = "Sum"
          dimensions = {
            ClusterId = module.dsql.identifier
          }
        },
      ]
    }
    dsql-conflicts = {
      section    = "dsql-conflicts"
      summary    = "Many DSQL transactions conflict."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 5
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "100 * conflicts / total"
      metrics = [
        {
          id        = "conflicts"
          namespace = "AWS/AuroraDSQL"
          name      = "OccConflicts"
          statistic = "Sum"
          dimensions = {
            ClusterId = module.dsql.identifier
          }
        },
        {
          id        = "total"
          namespace = "AWS/AuroraDSQL"
          name      = "TotalTransactions"
          statistic = "Sum"
          dimensions = {
            ClusterId = module.dsql.identifier
          }
        },
      ]
    }
    dsql-storage = {
      section    = "dsql-storage"
      summary    = "The DSQL cluster is nearly full."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 8 * pow(1024, 4)
      period     = 3600
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/AuroraDSQL"
          name      = "ClusterStorageSize"
          statistic = "Maximum"
          dimensions = {
            ClusterId = module.dsql.identifier
          }
        },
      ]
    }
    backup-failed = {
      section    = "backup-failed"
      summary    = "A backup of the database failed."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 3600
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/Backup"
          name      = "NumberOfBackupJobsFailed"
          statistic = "Sum"
          dimensions = {
            BackupVaultName = module.backup.vault_name
          }
        },
      ]
    }
    grafana-missing = {
      section    = "grafana-missing"
      summary    = "Grafana runs fewer tasks than it should."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-grafana"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-grafana"
          }
        },
      ]
    }
    ui-missing = {
      section    = "ui-missing"
      summary    = "Temporal's UI runs fewer tasks than it should."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-ui"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-temporal-ui"
          }
        },
      ]
    }
    limiter-throttled = {
      section    = "limiter-throttled"
      summary    = "DynamoDB throttles the table of the rate limiter."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "ignore"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/DynamoDB"
          name      = "WriteThrottleEvents"
          statistic = "Sum"
          dimensions = {
            TableName = module.dynamodb.rate_limiter_table_name
          }
        },
      ]
    }
    lease-throttled = {
      section    = "lease-throttled"
      summary    = "DynamoDB throttles the table of the leases."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 5
      missing    = "ignore"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/DynamoDB"
          name      = "WriteThrottleEvents"
          statistic = "Sum"
          dimensions = {
            TableName = module.dynamodb.conn_lease_table_name
          }
        },
      ]
    }
    search-red = {
      section    = "search-red"
      summary    = "OpenSearch lost a part of its data."
      severity   = "critical"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = 60
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "ClusterStatus.red"
          statistic = "Maximum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-space = {
      section    = "search-space"
      summary    = "A volume of OpenSearch is nearly full."
      severity   = "warning"
      comparison = "LessThanThreshold"
      threshold  = var.opensearch.volume_size * 1024 / 4
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "FreeStorageSpace"
          statistic = "Minimum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-writes-blocked = {
      section    = "search-writes-blocked"
      summary    = "OpenSearch takes no writes."
      severity   = "critical"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = 60
      periods    = 5
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "ClusterIndexWritesBlocked"
          statistic = "Maximum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-nodes = {
      section    = "search-nodes"
      summary    = "OpenSearch has fewer nodes than composed."
      severity   = "warning"
      comparison = "LessThanThreshold"
      threshold  = var.opensearch.instance_count + (var.opensearch.dedicated_masters ? 3 : 0)
      period     = 3600
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "Nodes"
          statistic = "Minimum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-memory = {
      section    = "search-memory"
      summary    = "OpenSearch is short of memory."
      severity   = "critical"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 95
      period     = 60
      periods    = 3
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "JVMMemoryPressure"
          statistic = "Maximum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-cpu = {
      section    = "search-cpu"
      summary    = "OpenSearch's CPU is at its limit."
      severity   = "warning"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 80
      period     = 900
      periods    = 3
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "CPUUtilization"
          statistic = "Maximum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    search-snapshot = {
      section    = "search-snapshot"
      summary    = "The automatic snapshot of OpenSearch failed."
      severity   = "warning"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = 60
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/ES"
          name      = "AutomatedSnapshotFailure"
          statistic = "Maximum"
          dimensions = {
            DomainName = module.opensearch.domain_name
            ClientId   = split("/", module.opensearch.domain_id)[0]
          }
        },
      ]
    }
    loki-missing = {
      section    = "loki-missing"
      summary    = "Loki runs fewer tasks than it should."
      severity   = "warning"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "notBreaching"
      expression = "desired - running"
      metrics = [
        {
          id        = "desired"
          namespace = "ECS/ContainerInsights"
          name      = "DesiredTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-loki"
          }
        },
        {
          id        = "running"
          namespace = "ECS/ContainerInsights"
          name      = "RunningTaskCount"
          statistic = "Average"
          dimensions = {
            ClusterName = module.ecs_cluster.cluster_name
            ServiceName = "${local.name}-loki"
          }
        },
      ]
    }
    alerts-undelivered = {
      section    = "alerts-undelivered"
      summary    = "Alerts of Prometheus do not reach the topic."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 300
      periods    = 1
      missing    = "notBreaching"
      metrics = [
        {
          id        = "value"
          namespace = "AWS/Prometheus"
          name      = "AlertManagerNotificationsFailed"
          statistic = "Sum"
          dimensions = {
            Workspace = module.observability.prometheus_workspace_id
          }
        },
      ]
    }
  }

  event_alarms = {
    deployment-failed = {
      summary     = "ECS gave up a deployment of a service."
      severity    = "warning"
      source      = "aws.ecs"
      detail_type = "ECS Deployment State Change"
      event_name  = "SERVICE_DEPLOYMENT_FAILED"
      resources   = "${replace(module.ecs_cluster.cluster_arn, ":cluster/", ":service/")}/"
    }
  }

  recording_rules = {
    "temporal:service_errors:ratio"    = "sum by (service_name) (rate(service_errors[5m])) / sum by (service_name) (rate(service_requests[5m]))"
    "temporal:service_latency:p99"     = "histogram_quantile(0.99, sum by (le, operation) (rate(service_latency_bucket{service_name='frontend',operation!~'Poll.+|GetWorkflowExecutionHistory|UpdateWorkflowExecution|ExecuteMultiOperation|QueryWorkflow'}[5m])))"
    "temporal:task_queue_backlog:sum"  = "sum by (namespace, taskqueue) (approximate_backlog_count)"
    "temporal:persistence_latency:p99" = "histogram_quantile(0.99, sum by (le, operation) (rate(persistence_latency_bucket[5m])))"
  }

  alert_rules = {
    frontend-silent = {
      summary    = "The frontend reports no requests."
      severity   = "critical"
      expression = "absent(service_requests{service_name='frontend'})"
      duration   = "5m"
    }
    errors = {
      summary    = "Too many requests of a service fail."
      severity   = "critical"
      expression = "temporal:service_errors:ratio > LIMIT"
      threshold  = var.alarms.errors_percent / 100
      duration   = "5m"
    }
    latency = {
      summary    = "The frontend answers slowly."
      severity   = "warning"
      expression = "max(temporal:service_latency:p99) > LIMIT"
      threshold  = var.alarms.latency_ms / 1000
      duration   = "10m"
    }
    panics = {
      summary    = "A service recovered from a panic."
      severity   = "critical"
      expression = "sum by (service_name) (increase(service_panics[10m]) > 0 or service_panics unless service_panics offset 10m) > LIMIT"
      threshold  = 0
      duration   = "0m"
    }
    overloaded = {
      summary    = "A service rejects requests because the system is overloaded."
      severity   = "critical"
      expression = "sum by (service_name) (rate(service_errors_resource_exhausted{resource_exhausted_cause=~'SystemOverloaded|CircuitBreakerOpen'}[5m])) > LIMIT"
      threshold  = 0
      duration   = "2m"
    }
    rate-limited = {
      summary    = "Requests reach a rate limit."
      severity   = "warning"
      expression = "sum by (service_name, resource_exhausted_cause) (rate(service_errors_resource_exhausted{resource_exhausted_cause=~'RpsLimit|ConcurrentLimit|PersistenceLimit'}[5m])) > LIMIT"
      threshold  = 0
      duration   = "15m"
    }
    shards-unowned = {
      summary    = "Some history shards have no owner."
      severity   = "critical"
      expression = "(sum(numshards_gauge) or vector(0)) < LIMIT"
      threshold  = var.history_shards
      duration   = "15m"
    }
    shards-moving = {
      summary    = "History shards change owners all the time."
      severity   = "warning"
      expression = "sum(increase(sharditem_created_count[10m])) > LIMIT"
      threshold  = var.history_shards
      duration   = "20m"
    }
    shard-locks = {
      summary    = "Requests wait long for the lock of a history shard."
      severity   = "warning"
      expression = "histogram_quantile(0.99, sum by (le) (rate(semaphore_latency_bucket{operation='ShardInfo'}[5m]))) > LIMIT"
      threshold  = 0.3
      duration   = "10m"
    }
    timers-late = {
      summary    = "Timers fire late."
      severity   = "critical"
      expression = "histogram_quantile(0.99, sum by (le) (rate(shardinfo_scheduled_queue_lag_bucket{task_category='timer'}[5m]))) > LIMIT"
      threshold  = 30
      duration   = "10m"
    }
    deadlocks = {
      summary    = "The server suspects a deadlock."
      severity   = "critical"
      expression = "max by (service_name) (dd_current_suspected_deadlocks) > LIMIT"
      threshold  = 0
      duration   = "2m"
    }
    tasks-lost = {
      summary    = "History gave up internal tasks."
      severity   = "warning"
      expression = "sum(increase(task_terminal_failures[10m]) > 0 or task_terminal_failures unless task_terminal_failures offset 10m) > LIMIT"
      threshold  = 0
      duration   = "0m"
    }
    no-pollers = {
      summary    = "Tasks wait in a task queue that no worker polls."
      severity   = "warning"
      expression = "sum by (namespace, taskqueue) (rate(no_poller_tasks[5m])) > LIMIT"
      threshold  = 0
      duration   = "10m"
    }
    backlog = {
      summary    = "Tasks wait for workers."
      severity   = "warning"
      expression = "temporal:task_queue_backlog:sum > LIMIT"
      threshold  = var.alarms.backlog
      duration   = "10m"
    }
    persistence-slow = {
      summary    = "Operations on the database are slow."
      severity   = "critical"
      expression = "max(temporal:persistence_latency:p99) > LIMIT"
      threshold  = 1
      duration   = "10m"
    }
    pool-full = {
      summary    = "A task uses nearly all of its DSQL connections."
      severity   = "warning"
      expression = "sum by (service, instance) (dsql_pool_in_use) / sum by (service, instance) (dsql_pool_max_open) > LIMIT"
      threshold  = 0.9
      duration   = "10m"
    }
    transactions-given-up = {
      summary    = "A transaction conflicted until its retries were used up."
      severity   = "critical"
      expression = "sum by (operation) (increase(dsql_tx_exhausted_total[10m]) > 0 or dsql_tx_exhausted_total unless dsql_tx_exhausted_total offset 10m) > LIMIT"
      threshold  = 0
      duration   = "0m"
    }
    reservoir-low = {
      summary    = "A task has less than half of its ready DSQL connections."
      severity   = "warning"
      expression = "min by (service, instance) (dsql_reservoir_size / (dsql_reservoir_target > 0)) < LIMIT"
      threshold  = 0.5
      duration   = "10m"
    }
    reservoir-empty = {
      summary    = "Requests find no ready DSQL connection."
      severity   = "warning"
      expression = "sum by (service, instance) (rate(dsql_reservoir_empty_total[5m])) > LIMIT"
      threshold  = 0
      duration   = "5m"
    }
    connections-fail = {
      summary    = "Tasks cannot open DSQL connections."
      severity   = "critical"
      expression = "sum by (service, reason) (rate(dsql_reservoir_refill_failures_total{reason=~'token_provider|dsn_inject|connection_open'}[5m])) > LIMIT"
      threshold  = 0
      duration   = "5m"
    }
    connects-limited = {
      summary    = "Tasks wait for the rate limit of new DSQL connections."
      severity   = "warning"
      expression = "sum by (service) (rate(dsql_reservoir_refill_failures_total{reason='rate_limit'}[5m])) > LIMIT"
      threshold  = 0
      duration   = "15m"
    }
    lease-refused = {
      summary    = "Tasks get no lease for a DSQL connection: the limit for all tasks is reached."
      severity   = "critical"
      expression = "sum by (service) (rate(dsql_reservoir_refill_failures_total{reason='lease_acquire'}[5m])) > LIMIT"
      threshold  = 0
      duration   = "2m"
    }
    visibility-errors = {
      summary    = "Reads or writes of visibility records fail."
      severity   = "critical"
      expression = "sum(rate(visibility_persistence_errors[5m])) > LIMIT"
      threshold  = 0.1
      duration   = "10m"
    }
    visibility-slow = {
      summary    = "Reads and writes of visibility records are slow."
      severity   = "warning"
      expression = "histogram_quantile(0.99, sum by (le) (rate(visibility_persistence_latency_bucket[5m]))) > LIMIT"
      threshold  = 3
      duration   = "10m"
    }
    metrics-near-limit = {
      summary    = "A task has nearly as many metrics as a scrape may have."
      severity   = "warning"
      expression = "max by (service, instance) (scrape_samples_scraped) > LIMIT"
      threshold  = 0.8 * var.telemetry.sample_limit
      duration   = "10m"
    }
  }
}
