# Each part has its own file:
#   main.tf        the alarms of CloudWatch
#   events.tf      the events of AWS that are a message
#   prometheus.tf  the rules of the Prometheus workspace, and the alert manager that sends its alerts
#   topic.tf       the topic to which all send

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  # One metric is an alarm of its own. A sum or a ratio of several needs queries.
  single_metrics = { for name, alarm in var.metric_alarms : name => one(alarm.metrics) if alarm.expression == null }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.metric_alarms

  alarm_name        = "${var.project_name}-${each.key}"
  alarm_description = "${each.value.summary} What to do: ${var.runbook}#${each.value.section}"

  namespace   = try(local.single_metrics[each.key].namespace, null)
  metric_name = try(local.single_metrics[each.key].name, null)
  dimensions  = try(local.single_metrics[each.key].dimensions, null)
  statistic   = try(local.single_metrics[each.key].statistic, null)
  period      = contains(keys(local.single_metrics), each.key) ? each.value.period : null

  comparison_operator = each.value.comparison
  threshold           = lookup(var.thresholds, each.value.section, each.value.threshold)
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing

  alarm_actions = [local.topic_arn]
  ok_actions    = [local.topic_arn]

  dynamic "metric_query" {
    for_each = each.value.expression == null ? [] : each.value.metrics

    content {
      id          = metric_query.value.id
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = each.value.period
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.expression == null ? [] : [each.value.expression]

    content {
      id          = "result"
      expression  = metric_query.value
      label       = each.value.summary
      return_data = true
    }
  }

  tags = { Severity = each.value.severity }
}
