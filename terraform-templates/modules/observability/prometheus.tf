resource "aws_prometheus_workspace" "this" {
  alias = var.project_name

  logging_configuration {
    log_group_arn = "${aws_cloudwatch_log_group.prometheus.arn}:*"
  }
}

# The samples that the workspace rejects, with the reason, such as out-of-order samples
# or too many series. The prefix keeps the account's policy for log deliveries short.
# https://docs.aws.amazon.com/prometheus/latest/userguide/CW-logs.html
resource "aws_cloudwatch_log_group" "prometheus" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/aws/vendedlogs/prometheus/${var.project_name}"
  retention_in_days = var.log_retention_days
}
