resource "aws_prometheus_workspace" "main" {
  alias = "${var.project_name}-metrics"

  tags = { Name = "${var.project_name}-prometheus" }
}

data "aws_secretsmanager_secret" "grafana_admin" {
  name = var.grafana_admin_secret_name
}

# Puts the password into the state, in clear. Nothing reads it.
data "aws_secretsmanager_secret_version" "grafana_admin" {
  secret_id = data.aws_secretsmanager_secret.grafana_admin.id
}

resource "aws_cloudwatch_log_group" "grafana" {
  name              = "/ecs/${var.project_name}/grafana"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "grafana" {
  family                   = "${var.project_name}-grafana"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.grafana_cpu
  memory                   = var.grafana_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.grafana_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name         = "grafana"
    image        = var.grafana_image
    essential    = true
    portMappings = [{ name = "http", containerPort = 3000, hostPort = 3000, protocol = "tcp" }]
    environment = [
      { name = "AWS_SDK_LOAD_CONFIG", value = "true" },
      { name = "GF_AUTH_SIGV4_AUTH_ENABLED", value = "true" },
      { name = "GF_SERVER_HTTP_PORT", value = "3000" },
    ]
    secrets = [
      { name = "GF_SECURITY_ADMIN_USER", valueFrom = "${data.aws_secretsmanager_secret.grafana_admin.arn}:admin_user::" },
      { name = "GF_SECURITY_ADMIN_PASSWORD", valueFrom = "${data.aws_secretsmanager_secret.grafana_admin.arn}:admin_password::" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.grafana.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "grafana"
      }
    }
  }])
}

resource "aws_ecs_service" "grafana" {
  name                   = "${var.project_name}-grafana"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.grafana.arn
  desired_count          = var.grafana_count
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

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.grafana.id]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}
