# Logs both accepted and rejected traffic: after an incident, you need to know which traffic was accepted.
resource "aws_flow_log" "this" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = "ALL"
  log_destination_type = "cloud-watch-logs"
  log_destination      = aws_cloudwatch_log_group.flow_log.arn
  iam_role_arn         = aws_iam_role.flow_log.arn

  # The longer of the two intervals: it creates a tenth of the records, and still shows all connections.
  max_aggregation_interval = 600

  tags = { Name = var.project_name }

  # A flow log without permission to write reports an error and logs nothing.
  depends_on = [aws_iam_role_policy.flow_log]
}

resource "aws_cloudwatch_log_group" "flow_log" {
  #checkov:skip=CKV_AWS_338:log_retention_days decides; CloudWatch bills logs by the month
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/vpc/${var.project_name}/flow-log"
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

resource "aws_iam_role" "flow_log" {
  name        = "${var.project_name}-vpc-flow-log"
  description = "Lets VPC flow logs of ${var.project_name} write to their log group"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ec2:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:vpc-flow-log/*"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flow_log" {
  name = "write-flow-log"
  role = aws_iam_role.flow_log.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [aws_cloudwatch_log_group.flow_log.arn, "${aws_cloudwatch_log_group.flow_log.arn}:*"]
      },
      {
        # The permission to list groups cannot be limited to one group.
        Effect   = "Allow"
        Action   = "logs:DescribeLogGroups"
        Resource = "*"
      },
    ]
  })
}
