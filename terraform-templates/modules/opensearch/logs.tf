# The domain's own logs. Slow logs stay empty until you set thresholds on the index, and the audit log until the setup
# task has turned it on.
resource "aws_cloudwatch_log_group" "domain" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  for_each = {
    ES_APPLICATION_LOGS = "application"
    INDEX_SLOW_LOGS     = "index-slow"
    SEARCH_SLOW_LOGS    = "search-slow"
  }

  name              = "/aws/opensearch/${local.domain_name}/${each.value}"
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

resource "aws_cloudwatch_log_group" "audit" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  count = var.audit_log ? 1 : 0

  name              = "/aws/opensearch/${local.domain_name}/audit"
  retention_in_days = var.log_retention_days

  deletion_protection_enabled = var.deletion_protection
}

locals {
  log_groups = merge(aws_cloudwatch_log_group.domain, { for group in aws_cloudwatch_log_group.audit : "AUDIT_LOGS" => group })
}

# One policy for all log groups: AWS allows ten such policies per account and region.
resource "aws_cloudwatch_log_resource_policy" "domain" {
  policy_name = local.domain_name

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
      Resource  = [for group in local.log_groups : "${group.arn}:*"]
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike      = { "aws:SourceArn" = local.domain_arn }
      }
    }]
  })
}
