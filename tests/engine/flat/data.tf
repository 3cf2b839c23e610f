# One counter a second, for the limit of new connections over all tasks.
resource "aws_dynamodb_table" "dsql_rate_limiter" {
  name         = "${var.project_name}-dsql-rate-limiter"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl_epoch"
    enabled        = true
  }

  tags = { Name = "${var.project_name}-dsql-rate-limiter" }
}

# Three nodes in one zone, whatever the number of zones.
resource "aws_opensearch_domain" "temporal" {
  domain_name    = "${var.project_name}-visibility"
  engine_version = "OpenSearch_2.11"

  cluster_config {
    instance_type            = "m6g.large.search"
    instance_count           = 3
    zone_awareness_enabled   = false
    dedicated_master_enabled = false
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = 100
    iops        = 3000
    throughput  = 125
  }

  vpc_options {
    subnet_ids         = [aws_subnet.private[0].id]
    security_group_ids = [aws_security_group.opensearch.id]
  }

  encrypt_at_rest {
    enabled = true
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }

  # Inline, unlike ours.
  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = [aws_iam_role.temporal_task.arn, aws_iam_role.opensearch_setup_task.arn] }
      Action    = "es:ESHttp*"
      Resource  = "arn:aws:es:${local.region}:${local.account_id}:domain/${var.project_name}-visibility/*"
    }]
  })

  advanced_options = {
    "rest.action.multi.allow_explicit_index" = "true"
  }

  tags = { Name = "${var.project_name}-opensearch" }
}

# -----------------------------------------------------------------------------
# The task that puts the index into the domain
# -----------------------------------------------------------------------------

resource "aws_iam_role" "opensearch_setup_task" {
  name               = "${var.project_name}-opensearch-setup-task"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "opensearch_setup_access" {
  name = "opensearch-access"
  role = aws_iam_role.opensearch_setup_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "es:ESHttp*"
      Resource = "arn:aws:es:${local.region}:${local.account_id}:domain/${var.project_name}-visibility/*"
    }]
  })
}

resource "aws_iam_role_policy" "opensearch_setup_ecs_exec" {
  name   = "ecs-exec"
  role   = aws_iam_role.opensearch_setup_task.id
  policy = local.exec_policy
}

resource "aws_security_group" "opensearch_setup" {
  name        = "${var.project_name}-opensearch-setup"
  description = "Security group for OpenSearch setup task"
  vpc_id      = aws_vpc.main.id

  egress {
    description     = "HTTPS to OpenSearch"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [aws_security_group.opensearch.id]
  }

  egress {
    description     = "HTTPS to the endpoints"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [aws_security_group.vpc_endpoints.id]
  }

  egress {
    description = "HTTPS to S3"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-opensearch-setup-sg" }
}

resource "aws_security_group_rule" "opensearch_from_setup" {
  type                     = "ingress"
  description              = "HTTPS from the setup task"
  security_group_id        = aws_security_group.opensearch.id
  source_security_group_id = aws_security_group.opensearch_setup.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

resource "aws_cloudwatch_log_group" "opensearch_setup" {
  name              = "/ecs/${var.project_name}/opensearch-setup"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "opensearch_setup" {
  family                   = "${var.project_name}-opensearch-setup"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.ecs_execution.arn
  task_role_arn            = aws_iam_role.opensearch_setup_task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name      = "opensearch-setup"
    image     = var.temporal_admin_tools_image
    essential = true
    command   = ["temporal-elasticsearch-tool --ep https://${aws_opensearch_domain.temporal.endpoint} --aws-credentials aws-sdk-default --tls setup-schema"]
    environment = [
      { name = "AWS_REGION", value = local.region },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.opensearch_setup.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "setup"
      }
    }
  }])
}
