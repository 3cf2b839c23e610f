# ECS uses these roles to start a task: to pull its images, open its log streams and read
# its configuration. The containers themselves never have these roles.

data "aws_iam_policy_document" "execution" {
  # Does not support resources.
  statement {
    sid       = "LogInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  # Every repository of this account and Region: the user chooses the repository as
  # part of the image's name, so this module does not know it.
  statement {
    sid = "PullImages"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = ["arn:${local.partition}:ecr:${local.region}:${local.account_id}:repository/*"]
  }

  statement {
    sid = "WriteLogs"
    actions = [
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/ecs/${var.project_name}/*"]
  }

  statement {
    sid       = "ReadConfiguration"
    actions   = ["ssm:GetParameters"]
    resources = ["arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/${var.project_name}/*"]
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.project_name}-ecs-execution"
  description        = "ECS starts the tasks of ${var.project_name} with it."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-tasks"
  role   = aws_iam_role.execution.name
  policy = data.aws_iam_policy_document.execution.json
}

# Grafana has its own execution role, so that no other task definition can request
# the secret with Grafana's first user.

data "aws_iam_policy_document" "grafana_execution" {
  source_policy_documents = [data.aws_iam_policy_document.execution.json]

  statement {
    sid       = "ReadAdminSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.grafana_admin_secret_arn]
  }
}

resource "aws_iam_role" "grafana_execution" {
  name               = "${var.project_name}-grafana-execution"
  description        = "ECS starts Grafana of ${var.project_name} with it."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "grafana_execution" {
  name   = "start-grafana"
  role   = aws_iam_role.grafana_execution.name
  policy = data.aws_iam_policy_document.grafana_execution.json
}
