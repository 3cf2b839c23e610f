output "topic_arn" {
  description = "ARN of the topic that alarms go to."
  value       = local.topic_arn
}

output "deployment_alarm_names" {
  description = "Names of the alarms that roll a deployment of Temporal back."
  value       = [for name in sort(keys(var.metric_alarms)) : aws_cloudwatch_metric_alarm.this[name].alarm_name if var.metric_alarms[name].deployment]
}
