data "aws_region" "current" {}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  # Cron of EventBridge Scheduler: one of the two days is a question mark, and there is a sixth field for the year.
  fields = { for name, cron in { sleep = var.sleep, wake = var.wake } : name => split(" ", cron) }
  schedules = {
    for name, fields in local.fields : name => format(
      "cron(%s %s %s %s %s *)",
      fields[0],
      fields[1],
      fields[4] == "*" ? fields[2] : "?",
      fields[3],
      fields[4] == "*" ? "?" : fields[4],
    )
  }
}

# -----------------------------------------------------------------------------
# Tasks
# -----------------------------------------------------------------------------

resource "aws_scheduler_schedule" "sleep" {
  #checkov:skip=CKV_AWS_297:the schedule holds no secret; it is encrypted with a key of AWS
  for_each = var.scheduled_services

  name                         = "${var.project_name}-${each.key}-sleep"
  description                  = "Stops the tasks of ${each.value.service_name}"
  schedule_expression          = local.schedules.sleep
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${data.aws_partition.current.partition}:scheduler:::aws-sdk:ecs:updateService"
    role_arn = aws_iam_role.this.arn
    input    = jsonencode({ Cluster = var.cluster_name, Service = each.value.service_name, DesiredCount = 0 })

    # Later it could stop an environment that is awake again.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_scheduler_schedule" "wake" {
  #checkov:skip=CKV_AWS_297:the schedule holds no secret; it is encrypted with a key of AWS
  for_each = var.scheduled_services

  name                         = "${var.project_name}-${each.key}-wake"
  description                  = "Starts the tasks of ${each.value.service_name}"
  schedule_expression          = local.schedules.wake
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${data.aws_partition.current.partition}:scheduler:::aws-sdk:ecs:updateService"
    role_arn = aws_iam_role.this.arn
    input    = jsonencode({ Cluster = var.cluster_name, Service = each.value.service_name, DesiredCount = each.value.count })

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

# -----------------------------------------------------------------------------
# Instances
# -----------------------------------------------------------------------------

# -1 leaves a size as it is. At night the capacity provider removes the instances as their tasks end: the group may have
# none at any time, so that no schedule changes a size that Terraform sets. In the morning the instances need not wait for
# the provider, which would start them in several steps.
resource "aws_autoscaling_schedule" "wake" {
  scheduled_action_name  = "wake"
  autoscaling_group_name = var.asg_name
  recurrence             = var.wake
  time_zone              = var.timezone
  min_size               = -1
  max_size               = -1
  desired_capacity       = var.instance_count
}
