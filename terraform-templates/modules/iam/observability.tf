data "aws_iam_policy_document" "grafana_task" {
  source_policy_documents = [data.aws_iam_policy_document.exec.json]

  statement {
    sid = "ReadMetrics"
    actions = [
      "aps:GetLabels",
      "aps:GetMetricMetadata",
      "aps:GetSeries",
      "aps:QueryMetrics",
    ]
    resources = [var.prometheus_workspace_arn]
  }

  # DSQL's connections, DynamoDB's throttles and the tasks' memory are only in
  # CloudWatch. Its metric actions do not support resources.
  statement {
    sid = "ReadCloudWatch"
    actions = [
      "cloudwatch:GetMetricData",
      "cloudwatch:GetMetricStatistics",
      "cloudwatch:ListMetrics",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role" "grafana_task" {
  name               = "${var.project_name}-grafana-task"
  description        = "What Grafana of ${var.project_name} may do."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "grafana_task" {
  name   = "grafana"
  role   = aws_iam_role.grafana_task.name
  policy = data.aws_iam_policy_document.grafana_task.json
}

data "aws_iam_policy_document" "loki_task" {
  count = var.loki_enabled ? 1 : 0

  source_policy_documents = [data.aws_iam_policy_document.exec.json]

  statement {
    sid       = "ListBucket"
    actions   = ["s3:ListBucket"]
    resources = [var.loki_bucket_arn]
  }

  statement {
    sid = "StoreLogs"
    actions = [
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:PutObject",
    ]
    resources = ["${var.loki_bucket_arn}/*"]
  }
}

resource "aws_iam_role" "loki_task" {
  count = var.loki_enabled ? 1 : 0

  name               = "${var.project_name}-loki-task"
  description        = "What Loki of ${var.project_name} may do."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "loki_task" {
  count = var.loki_enabled ? 1 : 0

  name   = "loki"
  role   = aws_iam_role.loki_task[0].name
  policy = data.aws_iam_policy_document.loki_task[0].json
}
