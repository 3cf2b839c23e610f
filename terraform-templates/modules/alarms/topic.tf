locals {
  topic_arn = var.email == null ? var.topic_arn : aws_sns_topic.this[0].arn
}

# Without a key of your own: CloudWatch cannot publish to a topic that AWS's key for SNS encrypts. Messages name resources
# and values, and no data of workflows.
resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:a message names an alarm and no secret; the key of AWS does not work for CloudWatch
  count = var.email == null ? 0 : 1

  name = "${var.project_name}-alarms"
}

# AWS sends a link that the recipient must open first. Until then nobody gets an e-mail.
resource "aws_sns_topic_subscription" "email" {
  count = var.email == null ? 0 : 1

  topic_arn = aws_sns_topic.this[0].arn
  protocol  = "email"
  endpoint  = var.email
}

resource "aws_sns_topic_policy" "this" {
  count = var.email == null ? 0 : 1

  arn = aws_sns_topic.this[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # A policy replaces the one that SNS gives to a new topic, so it must have the owner's rights again.
      {
        Sid       = "Owner"
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.current.account_id }
        Action = [
          "sns:AddPermission",
          "sns:DeleteTopic",
          "sns:GetTopicAttributes",
          "sns:ListSubscriptionsByTopic",
          "sns:Publish",
          "sns:RemovePermission",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
        ]
        Resource = aws_sns_topic.this[0].arn
      },
      {
        Sid       = "CloudWatch"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this[0].arn
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
      # Without a condition, as AWS documents it: with one, messages of EventBridge may get lost.
      # https://repost.aws/knowledge-center/sns-not-getting-eventbridge-notification
      {
        Sid       = "EventBridge"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this[0].arn
      },
      {
        Sid       = "Prometheus"
        Effect    = "Allow"
        Principal = { Service = "aps.amazonaws.com" }
        Action    = ["sns:GetTopicAttributes", "sns:Publish"]
        Resource  = aws_sns_topic.this[0].arn
        Condition = {
          ArnEquals    = { "aws:SourceArn" = var.prometheus_workspace_arn }
          StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        }
      },
    ]
  })
}
