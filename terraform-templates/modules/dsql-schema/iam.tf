resource "aws_iam_role" "task" {
  name        = local.name
  description = "Schema task of ${var.project_name}: connect to Aurora DSQL as admin"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:*"
        }
      }
    }]
  })
}

# Only the database role admin can create tables.
resource "aws_iam_role_policy" "connect" {
  name = "dsql-connect-admin"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dsql:DbConnectAdmin"
      Resource = var.dsql_cluster_arn
    }]
  })
}
