# The minimum is 0 and scaling is suspended until scale-services.sh starts the services and sets both: a target with a
# higher minimum could start tasks before the database has its schema, or after somebody has stopped them.
resource "aws_appautoscaling_target" "this" {
  for_each = var.services

  service_namespace  = "ecs"
  resource_id        = "service/${var.cluster_name}/${each.value.service_name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = each.value.max_count

  suspended_state {
    dynamic_scaling_in_suspended  = true
    dynamic_scaling_out_suspended = true
    scheduled_scaling_suspended   = true
  }

  lifecycle {
    # scale-services.sh sets these.
    ignore_changes = [min_capacity, suspended_state]
  }
}

# Target tracking adds tasks as soon as the load needs them. It removes them slowly, because each task that starts
# opens its connections again.
resource "aws_appautoscaling_policy" "cpu" {
  for_each = var.services

  name               = "${var.project_name}-${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.cpu_percent
    scale_out_cooldown = 60
    scale_in_cooldown  = 600

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
