# An event is over when it arrives, so there is no alarm that could be on: each is one message.
resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.event_alarms

  name        = "${var.project_name}-${each.key}"
  description = each.value.summary

  event_pattern = jsonencode({
    source      = [each.value.source]
    detail-type = [each.value.detail_type]
    resources   = [{ prefix = each.value.resources }]
    detail      = { eventName = [each.value.event_name] }
  })

  tags = { Severity = each.value.severity }
}

resource "aws_cloudwatch_event_target" "topic" {
  for_each = var.event_alarms

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = local.topic_arn

  input_transformer {
    input_paths = {
      reason   = "$.detail.reason"
      resource = "$.resources[0]"
    }

    # A text in JSON. `jsonencode` would escape the angle brackets, which EventBridge reads.
    input_template = "\"${var.project_name}-${each.key}: ${each.value.summary} <resource>: <reason> What to do: ${var.runbook}#${each.key}\""
  }

  # The first message needs the right to send it.
  depends_on = [aws_sns_topic_policy.this]
}
