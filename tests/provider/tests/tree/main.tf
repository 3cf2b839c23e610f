terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}
variable "retention_days" {
  description = "Days to keep logs."
  type        = number
  default     = 7
}

provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Project = "try" }
  }
}
data "aws_caller_identity" "this" {}
data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_availability_zones" "this" { state = "available" }
data "aws_ssm_parameter" "ami" { name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id" }
module "network" {
  source = "./network"

  cidr  = "10.0.0.0/16"
  zones = slice(data.aws_availability_zones.this.names, 0, 2)
}

resource "aws_security_group" "task" {
  name_prefix = "task-"
  description = "tasks"
  vpc_id      = module.network.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "task" {
  security_group_id = aws_security_group.task.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role_policy" "task" {
  name   = "logs"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}

data "aws_iam_policy_document" "task" {
  statement {
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}
resource "aws_ecs_cluster" "this" {
  name = "try"
  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "task" {
  name               = "try-task"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}
resource "aws_launch_template" "this" {
  name_prefix   = "try-"
  image_id      = data.aws_ssm_parameter.ami.value
  instance_type = "m7g.large"
  metadata_options {
    http_tokens = "required"
  }
}
resource "aws_autoscaling_group" "this" {
  name_prefix         = "try-"
  min_size            = 0
  max_size            = 2
  vpc_zone_identifier = module.network.subnet_ids
  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
}
resource "aws_ecs_capacity_provider" "this" {
  name = "try"
  auto_scaling_group_provider {
    auto_scaling_group_arn = aws_autoscaling_group.this.arn
    managed_scaling {
      status = "ENABLED"
    }
  }
}
resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = [aws_ecs_capacity_provider.this.name]
}
resource "aws_cloudwatch_log_group" "this" {
  name              = "/try"
  retention_in_days = var.retention_days
}
resource "aws_ecs_task_definition" "this" {
  family                   = "try"
  network_mode             = "awsvpc"
  requires_compatibilities = ["EC2"]
  cpu                      = 1024
  memory                   = 2048
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([{
    name         = "web", image = "nginx:1", essential = true, cpu = 256, memory = 512
    portMappings = [{ name = "web", containerPort = 80, protocol = "tcp" }]
    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = aws_cloudwatch_log_group.this.name, awslogs-region = data.aws_region.this.region, awslogs-stream-prefix = "web", mode = "non-blocking" }
    }
  }])
}
resource "aws_service_discovery_http_namespace" "this" { name = "try" }
resource "aws_ecs_service" "this" {
  name            = "web"
  cluster         = aws_ecs_cluster_capacity_providers.this.cluster_name
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = 1
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.this.name
    weight            = 1
  }
  network_configuration {
    subnets         = module.network.subnet_ids
    security_groups = [aws_security_group.task.id]
  }
  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.this.arn
    service {
      port_name = "web"
      client_alias {
        port     = 80
        dns_name = "web"
      }
    }
  }
}
resource "aws_dynamodb_table" "this" {
  name         = "try"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  attribute {
    name = "pk"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
}
resource "aws_dsql_cluster" "this" {
  deletion_protection_enabled = false
}
ephemeral "aws_secretsmanager_random_password" "this" {
  password_length = 24
}
resource "aws_secretsmanager_secret" "this" { name = "try/admin" }
resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  secret_string_wo_version = 1
}
resource "aws_s3_bucket" "this" { bucket = "try-${data.aws_caller_identity.this.account_id}" }
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    id     = "all"
    status = "Enabled"
    filter {}
    expiration { days = 7 }
  }
}
resource "aws_opensearch_domain" "this" {
  domain_name    = "try-visibility"
  engine_version = "OpenSearch_2.19"
  cluster_config {
    instance_type  = "m6g.large.search"
    instance_count = 1
  }
  ebs_options {
    ebs_enabled = true
    volume_size = 20
  }
  vpc_options {
    subnet_ids         = [module.network.subnet_ids[0]]
    security_group_ids = [aws_security_group.task.id]
  }
}
resource "aws_prometheus_workspace" "this" { alias = "try" }
output "role" { value = data.aws_iam_policy_document.assume.json }
output "dsql" { value = aws_dsql_cluster.this.identifier }
output "search" { value = aws_opensearch_domain.this.endpoint }
