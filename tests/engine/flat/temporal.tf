locals {
  # What all four services are told; each adds how many connections it may have and how fast it may open them.
  temporal_environment = {
    TEMPORAL_SQL_HOST                     = var.dsql_cluster_endpoint
    TEMPORAL_SQL_PORT                     = "5432"
    TEMPORAL_SQL_USER                     = "admin"
    TEMPORAL_SQL_DATABASE                 = "postgres"
    TEMPORAL_SQL_PLUGIN_NAME              = "dsql"
    TEMPORAL_SQL_TLS_ENABLED              = "true"
    TEMPORAL_HISTORY_SHARDS               = tostring(var.temporal_history_shards)
    TEMPORAL_ELASTICSEARCH_HOST           = aws_opensearch_domain.temporal.endpoint
    TEMPORAL_ELASTICSEARCH_INDEX          = var.opensearch_visibility_index
    TEMPORAL_ELASTICSEARCH_VERSION        = "v8"
    AWS_REGION                            = local.region
    DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED = "true"
    DSQL_DISTRIBUTED_RATE_LIMITER_TABLE   = aws_dynamodb_table.dsql_rate_limiter.name
    DSQL_DISTRIBUTED_RATE_LIMITER_LIMIT   = "100"
  }
}

# -----------------------------------------------------------------------------
# History
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "temporal_history" {
  name              = "/ecs/${var.project_name}/temporal-history"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "temporal_history" {
  family                   = "${var.project_name}-temporal-history"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.temporal_history_cpu
  memory                   = var.temporal_history_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.temporal_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([
    {
      name      = "temporal-history"
      image     = var.temporal_image
      essential = true
      portMappings = [
        { name = "grpc", containerPort = 7234, hostPort = 7234, protocol = "tcp" },
        { name = "membership", containerPort = 6934, hostPort = 6934, protocol = "tcp" },
        { name = "metrics", containerPort = 9090, hostPort = 9090, protocol = "tcp" },
      ]
      environment = [
        for name, value in merge(local.temporal_environment, {
          SERVICES                    = "history"
          TEMPORAL_SQL_MAX_CONNS      = "500"
          TEMPORAL_SQL_MAX_IDLE_CONNS = "500"
          DSQL_CONNECTION_RATE_LIMIT  = "8"
          DSQL_CONNECTION_BURST_LIMIT = "40"
        }) : { name = name, value = value }
      ]
      linuxParameters = { initProcessEnabled = true }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.temporal_history.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "history"
        }
      }
    },
    local.adot_container["history"],
  ])
}

resource "aws_ecs_service" "temporal_history" {
  name                   = "${var.project_name}-temporal-history"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.temporal_history.arn
  desired_count          = var.temporal_history_count
  enable_execute_command = true
  force_new_deployment   = true

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 100
    base              = 1
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "instanceId"
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.temporal_history.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "grpc"
      discovery_name = "temporal-history"

      client_alias {
        dns_name = "temporal-history"
        port     = 7234
      }
    }

    service {
      port_name      = "metrics"
      discovery_name = "temporal-history-metrics"

      client_alias {
        dns_name = "temporal-history-metrics"
        port     = 9090
      }
    }
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}

# -----------------------------------------------------------------------------
# Matching
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "temporal_matching" {
  name              = "/ecs/${var.project_name}/temporal-matching"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "temporal_matching" {
  family                   = "${var.project_name}-temporal-matching"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.temporal_matching_cpu
  memory                   = var.temporal_matching_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.temporal_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([
    {
      name      = "temporal-matching"
      image     = var.temporal_image
      essential = true
      portMappings = [
        { name = "grpc", containerPort = 7235, hostPort = 7235, protocol = "tcp" },
        { name = "membership", containerPort = 6935, hostPort = 6935, protocol = "tcp" },
        { name = "metrics", containerPort = 9090, hostPort = 9090, protocol = "tcp" },
      ]
      environment = [
        for name, value in merge(local.temporal_environment, {
          SERVICES                    = "matching"
          TEMPORAL_SQL_MAX_CONNS      = "20"
          TEMPORAL_SQL_MAX_IDLE_CONNS = "20"
          DSQL_CONNECTION_RATE_LIMIT  = "6"
          DSQL_CONNECTION_BURST_LIMIT = "30"
        }) : { name = name, value = value }
      ]
      linuxParameters = { initProcessEnabled = true }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.temporal_matching.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "matching"
        }
      }
    },
    local.adot_container["matching"],
  ])
}

resource "aws_ecs_service" "temporal_matching" {
  name                   = "${var.project_name}-temporal-matching"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.temporal_matching.arn
  desired_count          = var.temporal_matching_count
  enable_execute_command = true
  force_new_deployment   = true

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 100
    base              = 1
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "instanceId"
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.temporal_matching.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "grpc"
      discovery_name = "temporal-matching"

      client_alias {
        dns_name = "temporal-matching"
        port     = 7235
      }
    }

    service {
      port_name      = "metrics"
      discovery_name = "temporal-matching-metrics"

      client_alias {
        dns_name = "temporal-matching-metrics"
        port     = 9090
      }
    }
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}

# -----------------------------------------------------------------------------
# Frontend
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "temporal_frontend" {
  name              = "/ecs/${var.project_name}/temporal-frontend"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "temporal_frontend" {
  family                   = "${var.project_name}-temporal-frontend"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.temporal_frontend_cpu
  memory                   = var.temporal_frontend_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.temporal_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([
    {
      name      = "temporal-frontend"
      image     = var.temporal_image
      essential = true
      portMappings = [
        { name = "grpc", containerPort = 7233, hostPort = 7233, protocol = "tcp" },
        { name = "membership", containerPort = 6933, hostPort = 6933, protocol = "tcp" },
        { name = "metrics", containerPort = 9090, hostPort = 9090, protocol = "tcp" },
      ]
      environment = [
        for name, value in merge(local.temporal_environment, {
          SERVICES                    = "frontend"
          TEMPORAL_SQL_MAX_CONNS      = "10"
          TEMPORAL_SQL_MAX_IDLE_CONNS = "10"
          DSQL_CONNECTION_RATE_LIMIT  = "4"
          DSQL_CONNECTION_BURST_LIMIT = "20"
        }) : { name = name, value = value }
      ]
      healthCheck = {
        command     = ["CMD-SHELL", "nc -z localhost 7233 || exit 1"]
        interval    = 30
        timeout     = 5
        retries     = 3
        startPeriod = 60
      }
      linuxParameters = { initProcessEnabled = true }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.temporal_frontend.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "frontend"
        }
      }
    },
    local.adot_container["frontend"],
  ])
}

resource "aws_ecs_service" "temporal_frontend" {
  name                   = "${var.project_name}-temporal-frontend"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.temporal_frontend.arn
  desired_count          = var.temporal_frontend_count
  enable_execute_command = true
  force_new_deployment   = true

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 100
    base              = 1
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "instanceId"
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.temporal_frontend.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "grpc"
      discovery_name = "temporal-frontend"

      client_alias {
        dns_name = "temporal-frontend"
        port     = 7233
      }
    }

    service {
      port_name      = "metrics"
      discovery_name = "temporal-frontend-metrics"

      client_alias {
        dns_name = "temporal-frontend-metrics"
        port     = 9090
      }
    }
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}

# -----------------------------------------------------------------------------
# Worker
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "temporal_worker" {
  name              = "/ecs/${var.project_name}/temporal-worker"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "temporal_worker" {
  family                   = "${var.project_name}-temporal-worker"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.temporal_worker_cpu
  memory                   = var.temporal_worker_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.temporal_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([
    {
      name      = "temporal-worker"
      image     = var.temporal_image
      essential = true
      portMappings = [
        { name = "membership", containerPort = 6939, hostPort = 6939, protocol = "tcp" },
        { name = "metrics", containerPort = 9090, hostPort = 9090, protocol = "tcp" },
      ]
      environment = [
        for name, value in merge(local.temporal_environment, {
          SERVICES                    = "worker"
          TEMPORAL_SQL_MAX_CONNS      = "10"
          TEMPORAL_SQL_MAX_IDLE_CONNS = "10"
          DSQL_CONNECTION_RATE_LIMIT  = "2"
          DSQL_CONNECTION_BURST_LIMIT = "10"
        }) : { name = name, value = value }
      ]
      linuxParameters = { initProcessEnabled = true }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.temporal_worker.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "worker"
        }
      }
    },
    local.adot_container["worker"],
  ])
}

resource "aws_ecs_service" "temporal_worker" {
  name                   = "${var.project_name}-temporal-worker"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.temporal_worker.arn
  desired_count          = var.temporal_worker_count
  enable_execute_command = true
  force_new_deployment   = true

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 100
    base              = 1
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "instanceId"
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.temporal_worker.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "metrics"
      discovery_name = "temporal-worker-metrics"

      client_alias {
        dns_name = "temporal-worker-metrics"
        port     = 9090
      }
    }
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}

# -----------------------------------------------------------------------------
# UI
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "temporal_ui" {
  name              = "/ecs/${var.project_name}/temporal-ui"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "temporal_ui" {
  family                   = "${var.project_name}-temporal-ui"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.temporal_ui_cpu
  memory                   = var.temporal_ui_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.temporal_ui_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name         = "temporal-ui"
    image        = var.temporal_ui_image
    essential    = true
    portMappings = [{ name = "http", containerPort = 8080, hostPort = 8080, protocol = "tcp" }]
    environment = [
      { name = "TEMPORAL_ADDRESS", value = "temporal-frontend:7233" },
      { name = "TEMPORAL_CORS_ORIGINS", value = "http://localhost:8080" },
      { name = "TEMPORAL_UI_PORT", value = "8080" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.temporal_ui.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "ui"
      }
    }
  }])
}

resource "aws_ecs_service" "temporal_ui" {
  name                   = "${var.project_name}-temporal-ui"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.temporal_ui.arn
  desired_count          = var.temporal_ui_count
  enable_execute_command = true
  force_new_deployment   = true

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 100
    base              = 1
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.temporal_ui.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}
