# Load from hosts of its own, or so it was meant: the generator is started by hand, as a task on them; the workers are a
# service, but on the hosts of Temporal.

resource "aws_iam_role" "benchmark_task" {
  name               = "${var.project_name}-benchmark-task"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "benchmark_ecs_exec" {
  name   = "ecs-exec"
  role   = aws_iam_role.benchmark_task.id
  policy = local.exec_policy
}

resource "aws_iam_role_policy" "benchmark_prometheus" {
  name = "prometheus-remote-write"
  role = aws_iam_role.benchmark_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "aps:RemoteWrite"
      Resource = aws_prometheus_workspace.main.arn
    }]
  })
}

resource "aws_security_group" "benchmark" {
  name        = "${var.project_name}-benchmark"
  description = "Security group for Benchmark Runner"
  vpc_id      = aws_vpc.main.id

  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-benchmark-sg" }
}

resource "aws_security_group_rule" "frontend_from_benchmark" {
  type                     = "ingress"
  description              = "gRPC from the benchmark"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.benchmark.id
  protocol                 = "tcp"
  from_port                = 7233
  to_port                  = 7233
}

# -----------------------------------------------------------------------------
# Hosts: the role, profile and group of the others
# -----------------------------------------------------------------------------

resource "aws_launch_template" "benchmark" {
  name_prefix   = "${var.project_name}-benchmark-"
  image_id      = data.aws_ssm_parameter.ecs_ami_arm64.value
  instance_type = var.ec2_instance_type

  iam_instance_profile {
    arn = aws_iam_instance_profile.ecs_instance.arn
  }

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [aws_security_group.ecs_instances.id, aws_security_group.benchmark.id]
    delete_on_termination       = true
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 30
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  user_data = base64encode(<<-SCRIPT
    #!/bin/bash
    echo "ECS_CLUSTER=${aws_ecs_cluster.main.name}" >> /etc/ecs/ecs.config
    echo 'ECS_INSTANCE_ATTRIBUTES={"workload":"benchmark"}' >> /etc/ecs/ecs.config
  SCRIPT
  )

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${var.project_name}-benchmark" }
  }

  tags = { Name = "${var.project_name}-benchmark-launch-template" }
}

resource "aws_autoscaling_group" "benchmark" {
  name                = "${var.project_name}-benchmark-asg"
  vpc_zone_identifier = aws_subnet.private[*].id
  min_size            = 0
  max_size            = var.benchmark_max_instances
  desired_capacity    = 0

  launch_template {
    id      = aws_launch_template.benchmark.id
    version = "$Latest"
  }

  tag {
    key                 = "Name"
    value               = "${var.project_name}-benchmark"
    propagate_at_launch = true
  }

  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_capacity_provider" "benchmark" {
  name = "${var.project_name}-benchmark"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.benchmark.arn
    managed_termination_protection = "DISABLED"

    managed_scaling {
      status                    = "ENABLED"
      target_capacity           = 100
      minimum_scaling_step_size = 1
      maximum_scaling_step_size = var.benchmark_max_instances
    }
  }
}

# -----------------------------------------------------------------------------
# Generator
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "benchmark" {
  name              = "/ecs/${var.project_name}/benchmark"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "benchmark" {
  family                   = "${var.project_name}-benchmark"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.benchmark_cpu
  memory                   = var.benchmark_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.benchmark_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name      = "benchmark"
    image     = var.benchmark_image
    essential = true
    environment = [
      { name = "TEMPORAL_ADDRESS", value = "temporal-frontend:7233" },
      { name = "BENCHMARK_NAMESPACE", value = "benchmark" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.benchmark.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "benchmark"
      }
    }
  }])
}

# -----------------------------------------------------------------------------
# Workers
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "benchmark_worker" {
  name              = "/ecs/${var.project_name}/benchmark-worker"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "benchmark_worker" {
  family                   = "${var.project_name}-benchmark-worker"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.benchmark_worker_cpu
  memory                   = var.benchmark_worker_memory
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.benchmark_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([
    {
      name      = "benchmark-worker"
      image     = var.benchmark_image
      essential = true
      environment = [
        { name = "TEMPORAL_ADDRESS", value = "temporal-frontend:7233" },
        { name = "BENCHMARK_NAMESPACE", value = "benchmark" },
        { name = "BENCHMARK_WORKER_ONLY", value = "true" },
      ]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.benchmark_worker.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "benchmark-worker"
        }
      }
    },
    local.adot_container["benchmark-worker"],
  ])
}

resource "aws_ecs_service" "benchmark_worker" {
  name                   = "${var.project_name}-benchmark-worker"
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.benchmark_worker.arn
  desired_count          = 0
  enable_execute_command = true

  # The hosts of the others, not those above.
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 1
    base              = 0
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.ecs_instances.id, aws_security_group.benchmark.id]
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn
  }

  depends_on = [aws_ecs_cluster_capacity_providers.main]
}
