# One role for frontend, history, matching and worker: all four use the database,
# the visibility store and the connection tables, so four roles would be the same.

data "aws_iam_policy_document" "temporal_task" {
  source_policy_documents = [data.aws_iam_policy_document.exec.json]

  # Temporal's DSQL plugin always logs in as admin, so dsql:DbConnect is not needed.
  statement {
    sid       = "ConnectToDatabase"
    actions   = ["dsql:DbConnectAdmin"]
    resources = [var.dsql_cluster_arn]
  }

  statement {
    sid = "UseVisibilityStore"
    actions = [
      "es:ESHttpDelete",
      "es:ESHttpGet",
      "es:ESHttpHead",
      "es:ESHttpPost",
      "es:ESHttpPut",
    ]
    resources = ["${var.opensearch_domain_arn}/*"]
  }

  # The limiter counter increments one item per second. The token bucket of slots also reads its item.
  statement {
    sid       = "LimitConnectionRate"
    actions   = concat(var.connection_limiter == "slots" ? ["dynamodb:GetItem"] : [], ["dynamodb:UpdateItem"])
    resources = [var.rate_limiter_table_arn]
  }

  # AWS authorizes the transactions that take and return a lease by the actions in them. Blocks are
  # taken and renewed, but never deleted.
  dynamic "statement" {
    for_each = var.conn_lease_enabled ? [var.conn_lease_table_arn] : []

    content {
      sid = "LeaseConnections"
      actions = concat(var.connection_limiter == "slots" ? [] : ["dynamodb:DeleteItem"], [
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
      ])
      resources = [statement.value]
    }
  }

  # The sidecar only writes metrics and never reads them.
  statement {
    sid       = "WriteMetrics"
    actions   = ["aps:RemoteWrite"]
    resources = [var.prometheus_workspace_arn]
  }
}

resource "aws_iam_role" "temporal_task" {
  name               = "${var.project_name}-temporal-task"
  description        = "What the Temporal services of ${var.project_name} may do."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "temporal_task" {
  name   = "temporal"
  role   = aws_iam_role.temporal_task.name
  policy = data.aws_iam_policy_document.temporal_task.json
}

# The UI calls only the frontend and never AWS, so ECS Exec is its only permission:
# users reach the UI through it. The UI serves no metrics that it could write.

resource "aws_iam_role" "temporal_ui_task" {
  count = var.ui_enabled ? 1 : 0

  name               = coalesce(var.kept_names.temporal_ui_task_role, "${var.project_name}-ui-task")
  description        = "What the Temporal UI of ${var.project_name} may do."
  assume_role_policy = data.aws_iam_policy_document.tasks_assume_role.json
}

resource "aws_iam_role_policy" "temporal_ui_task" {
  count = var.ui_enabled ? 1 : 0

  name   = "ui"
  role   = aws_iam_role.temporal_ui_task[0].name
  policy = data.aws_iam_policy_document.exec.json
}
