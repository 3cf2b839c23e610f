mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:temporal-test-alarms" }
  }
}

variables {
  project_name             = "temporal-test"
  email                    = "oncall@example.com"
  prometheus_workspace_id  = "ws-12345678-1234-1234-1234-123456789012"
  prometheus_workspace_arn = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-12345678-1234-1234-1234-123456789012"

  metric_alarms = {
    single = {
      section    = "single"
      summary    = "One metric."
      severity   = "critical"
      comparison = "GreaterThanThreshold"
      threshold  = 5
      period     = 60
      periods    = 3
      missing    = "notBreaching"
      deployment = true
      metrics    = [{ id = "value", namespace = "AWS/A", name = "B", statistic = "Sum", dimensions = { C = "d" } }]
    }
    missing-history = {
      section    = "missing"
      summary    = "Two metrics."
      severity   = "warning"
      expression = "a - b"
      comparison = "GreaterThanThreshold"
      threshold  = 0
      period     = 60
      periods    = 10
      missing    = "breaching"
      metrics = [
        { id = "a", namespace = "AWS/A", name = "A", statistic = "Average", dimensions = {} },
        { id = "b", namespace = "AWS/A", name = "B", statistic = "Average", dimensions = {} },
      ]
    }
  }

  event_alarms = {
    failed = {
      summary     = "It failed."
      severity    = "warning"
      source      = "aws.ecs"
      detail_type = "ECS Deployment State Change"
      event_name  = "SERVICE_DEPLOYMENT_FAILED"
      resources   = "arn:aws:ecs:eu-west-1:123456789012:service/temporal-test-cluster/"
    }
  }

  recording_rules = { "a:b:c" = "sum(a)" }

  alert_rules = {
    loud = { expression = "a:b:c > LIMIT", threshold = 0.1, duration = "5m", severity = "critical", summary = "Loud." }
  }
}

run "an_alarm_on_one_metric_has_it_as_its_own" {
  command = apply

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["single"].metric_name == "B" && aws_cloudwatch_metric_alarm.this["single"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["single"].dimensions == tomap({ C = "d" }) && aws_cloudwatch_metric_alarm.this["single"].period == 60
    error_message = "The metric, its statistic, dimensions and period are the alarm's."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this["single"].metric_query) == 0
    error_message = "One metric needs no query."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["single"].alarm_name == "temporal-test-single" && endswith(aws_cloudwatch_metric_alarm.this["single"].alarm_description, "docs/runbook.md#single")
    error_message = "The name has the project's prefix, the text ends with its section."
  }
}

run "an_expression_reads_several_metrics" {
  command = apply

  assert {
    condition     = sort([for query in aws_cloudwatch_metric_alarm.this["missing-history"].metric_query : query.id]) == tolist(["a", "b", "result"])
    error_message = "Each metric and the expression is a query."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["missing-history"].metric_query : query.expression if query.return_data]) == "a - b"
    error_message = "The alarm watches the expression."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["missing-history"].period == null && aws_cloudwatch_metric_alarm.this["missing-history"].metric_name == null
    error_message = "CloudWatch refuses a metric of its own beside queries."
  }

  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.this["missing-history"].alarm_description, "#missing")
    error_message = "Alarms of several services share a section."
  }
}

run "only_some_alarms_roll_back" {
  command = apply

  assert {
    condition     = output.deployment_alarm_names == ["temporal-test-single"]
    error_message = "The names are those of the alarms with deployment."
  }
}

run "rules_are_a_file_of_prometheus" {
  command = apply

  assert {
    condition     = yamldecode(aws_prometheus_rule_group_namespace.this.data).groups[0].rules[0] == { record = "a:b:c", expr = "sum(a)" }
    error_message = "Recording rules come first."
  }

  assert {
    condition     = yamldecode(aws_prometheus_rule_group_namespace.this.data).groups[1].rules[0].annotations.runbook_url == "docs/runbook.md#loud"
    error_message = "Each alert names its section."
  }

  assert {
    condition     = yamldecode(aws_prometheus_rule_group_namespace.this.data).groups[1].rules[0].expr == "a:b:c > 0.1"
    error_message = "The threshold is in the expression."
  }
}

run "another_threshold_is_used_instead" {
  command = apply

  variables {
    thresholds = { missing = 2, loud = 5 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["missing-history"].threshold == 2 && aws_cloudwatch_metric_alarm.this["single"].threshold == 5
    error_message = "A metric alarm takes the threshold of its section, another one keeps its own."
  }

  assert {
    condition     = yamldecode(aws_prometheus_rule_group_namespace.this.data).groups[1].rules[0].expr == "a:b:c > 5"
    error_message = "An alert takes the threshold of its name."
  }
}

run "a_threshold_of_no_alarm_is_refused" {
  command = plan

  variables {
    thresholds = { failed = 1 }
  }

  expect_failures = [var.thresholds]
}

run "a_rule_that_lacks_its_threshold_is_refused" {
  command = plan

  variables {
    alert_rules = {
      loud = { expression = "a > LIMIT", duration = "5m", severity = "critical", summary = "Loud." }
    }
  }

  expect_failures = [var.alert_rules]
}

run "the_alert_manager_sends_to_the_topic" {
  command = apply

  assert {
    condition     = yamldecode(yamldecode(aws_prometheus_alert_manager_definition.this.definition).alertmanager_config).receivers[0].sns_configs[0].topic_arn == output.topic_arn
    error_message = "The only receiver is the topic."
  }
}

run "the_policy_restates_the_owner" {
  command = apply

  assert {
    condition     = [for statement in jsondecode(aws_sns_topic_policy.this[0].policy).Statement : statement.Sid] == ["Owner", "CloudWatch", "EventBridge", "Prometheus"]
    error_message = "The owner, CloudWatch, EventBridge and Prometheus have rights."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_policy.this[0].policy).Statement[3].Condition.ArnEquals["aws:SourceArn"] == var.prometheus_workspace_arn
    error_message = "Only this workspace may publish."
  }

  assert {
    condition     = !contains(keys(jsondecode(aws_sns_topic_policy.this[0].policy).Statement[2]), "Condition")
    error_message = "With a condition, messages of EventBridge may get lost."
  }
}

run "an_event_is_a_message" {
  command = apply

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.this["failed"].event_pattern) == {
      source      = ["aws.ecs"]
      detail-type = ["ECS Deployment State Change"]
      resources   = [{ prefix = "arn:aws:ecs:eu-west-1:123456789012:service/temporal-test-cluster/" }]
      detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
    }
    error_message = "The rule matches the services of one cluster alone."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_target.topic["failed"].input_transformer[0].input_template) == "temporal-test-failed: It failed. <resource>: <reason> What to do: docs/runbook.md#failed"
    error_message = "The message is a text in JSON that ends with its section."
  }

  assert {
    condition     = aws_cloudwatch_event_target.topic["failed"].arn == output.topic_arn
    error_message = "It goes to the topic."
  }
}

run "a_summary_that_would_end_the_message_is_refused" {
  command = plan

  variables {
    event_alarms = {
      failed = {
        summary     = "It \"failed\"."
        severity    = "warning"
        source      = "aws.ecs"
        detail_type = "A"
        event_name  = "B"
        resources   = "arn:"
      }
    }
  }

  expect_failures = [var.event_alarms]
}

run "a_topic_of_ones_own_is_left_alone" {
  command = apply

  variables {
    email     = null
    topic_arn = "arn:aws:sns:eu-west-1:123456789012:oncall"
  }

  assert {
    condition     = length(aws_sns_topic.this) == 0 && length(aws_sns_topic_policy.this) == 0 && output.topic_arn == "arn:aws:sns:eu-west-1:123456789012:oncall"
    error_message = "Neither a topic nor a policy is made."
  }
}

run "a_recipient_is_needed" {
  command = plan

  variables {
    email = null
  }

  expect_failures = [var.email]
}

run "one_recipient_is_enough" {
  command = plan

  variables {
    topic_arn = "arn:aws:sns:eu-west-1:123456789012:oncall"
  }

  expect_failures = [var.email]
}
