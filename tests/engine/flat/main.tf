# The layout that a migration starts from: one root without modules, everything by name, as such roots are made by hand.
# Its addresses, names, descriptions, ports and tables are facts about one that is public (see the table of addresses in
# `src/core/migrate`); the words are ours. Where nothing is known, a comment says what was chosen.

terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region

  # Only the tag `Environment` is known; the other two are what most roots have.
  default_tags {
    tags = {
      Project     = var.project_name
      Environment = "development"
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  region     = data.aws_region.current.region

  # Who may take on the roles of tasks. Without conditions, as hand-made roots have it.
  tasks_may_assume = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })

  # ECS Exec, in a policy of its own for each role.
  exec_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "*"
      },
    ]
  })
}

# Kept in the state like a variable's validation.
check "zones" {
  assert {
    condition     = length(aws_subnet.private) == length(var.availability_zones)
    error_message = "There must be a subnet in each zone."
  }
}
