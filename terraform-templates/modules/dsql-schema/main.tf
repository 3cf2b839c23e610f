data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name = "${var.project_name}-dsql-schema"

  # The first command creates the tables of the version, and leaves a version that is there. The second creates or
  # updates all other tables, and continues where an earlier run was interrupted.
  # https://github.com/iw/temporal/blob/cf90c57d6/tools/common/schema
  command = <<-SCRIPT
    set -eu
    command -v temporal-dsql-tool >/dev/null || { echo "the image has no temporal-dsql-tool on its PATH ($PATH)" >&2; exit 1; }
    temporal-dsql-tool setup-schema --version 0.0
    temporal-dsql-tool update-schema --schema-name dsql/temporal
  SCRIPT
}

# On Fargate, because it has to run before there is an instance. Start it with `aws ecs run-task`: once for a new
# cluster, and again with every image that has a newer schema.
resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = aws_iam_role.task.arn
  skip_destroy             = true

  container_definitions = jsonencode([{
    name      = "dsql-schema"
    image     = var.image
    essential = true

    # The entry point of admin-tools images only keeps the container running for manual work.
    entryPoint = ["/bin/sh", "-c"]
    command    = [coalesce(var.command, local.command)]

    # The tool reads these instead of --endpoint, --port, --user, --database and --region.
    environment = [
      { name = "AWS_REGION", value = data.aws_region.current.region },
      { name = "CLUSTER_ENDPOINT", value = var.dsql_endpoint },
      { name = "SQL_DATABASE", value = "postgres" },
      { name = "SQL_PORT", value = "5432" },
      { name = "SQL_USER", value = "admin" },
    ]

    linuxParameters = { initProcessEnabled = true }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "dsql-schema"
        # A few lines that must not be lost. Nothing else waits for this container.
        mode = "blocking"
      }
    }
  }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/ecs/${var.project_name}/dsql-schema"
  retention_in_days = var.log_retention_days
}
