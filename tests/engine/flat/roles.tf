# The roles of tasks. That of the hosts is in `cluster.tf`.

resource "aws_iam_role" "ecs_execution" {
  name               = "${var.project_name}-ecs-execution"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy_attachment" "ecs_execution_policy" {
  role       = aws_iam_role.ecs_execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "ecs_execution_secrets" {
  name = "secrets-manager-access"
  role = aws_iam_role.ecs_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = data.aws_secretsmanager_secret.grafana_admin.arn
    }]
  })
}

resource "aws_iam_role_policy" "ecs_execution_ssm" {
  name = "ssm-parameter-access"
  role = aws_iam_role.ecs_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["ssm:GetParameter", "ssm:GetParameters"]
      Resource = "arn:aws:ssm:${local.region}:${local.account_id}:parameter/${var.project_name}/adot/*"
    }]
  })
}

# -----------------------------------------------------------------------------
# Temporal
# -----------------------------------------------------------------------------

resource "aws_iam_role" "temporal_task" {
  name               = "${var.project_name}-temporal-task"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "temporal_ecs_exec" {
  name   = "ecs-exec"
  role   = aws_iam_role.temporal_task.id
  policy = local.exec_policy
}

resource "aws_iam_role_policy" "temporal_dsql" {
  name = "dsql-access"
  role = aws_iam_role.temporal_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dsql:DbConnect", "dsql:DbConnectAdmin"]
      Resource = var.dsql_cluster_arn
    }]
  })
}

resource "aws_iam_role_policy" "temporal_prometheus" {
  name = "prometheus-remote-write"
  role = aws_iam_role.temporal_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:RemoteWrite"]
      Resource = aws_prometheus_workspace.main.arn
    }]
  })
}

resource "aws_iam_role_policy" "temporal_opensearch" {
  name = "opensearch-access"
  role = aws_iam_role.temporal_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
      Resource = "arn:aws:es:${local.region}:${local.account_id}:domain/${var.project_name}-visibility/*"
    }]
  })
}

resource "aws_iam_role_policy" "temporal_dynamodb" {
  name = "dynamodb-access"
  role = aws_iam_role.temporal_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      Resource = aws_dynamodb_table.dsql_rate_limiter.arn
    }]
  })
}

# -----------------------------------------------------------------------------
# Grafana and the UI
# -----------------------------------------------------------------------------

resource "aws_iam_role" "grafana_task" {
  name               = "${var.project_name}-grafana-task"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "grafana_ecs_exec" {
  name   = "ecs-exec"
  role   = aws_iam_role.grafana_task.id
  policy = local.exec_policy
}

resource "aws_iam_role_policy" "grafana_prometheus" {
  name = "prometheus-query"
  role = aws_iam_role.grafana_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"]
      Resource = aws_prometheus_workspace.main.arn
    }]
  })
}

resource "aws_iam_role_policy" "grafana_cloudwatch" {
  name = "cloudwatch-read"
  role = aws_iam_role.grafana_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "ec2:DescribeRegions", "tag:GetResources"]
      Resource = "*"
    }]
  })
}

resource "aws_iam_role" "temporal_ui_task" {
  name               = "${var.project_name}-temporal-ui-task"
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "temporal_ui_ecs_exec" {
  name   = "ecs-exec"
  role   = aws_iam_role.temporal_ui_task.id
  policy = local.exec_policy
}
