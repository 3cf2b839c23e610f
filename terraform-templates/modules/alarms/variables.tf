variable "project_name" {
  description = "Prefix of all names: the project and the environment, at most 17 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,16}$", var.project_name))
    error_message = "project_name must match ^[a-z][a-z0-9-]{1,16}$: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "email" {
  description = "E-mail address that alarms go to. The module creates a topic for it. Null with topic_arn."
  type        = string
  default     = null

  validation {
    condition     = var.email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.email))
    error_message = "email must be an e-mail address."
  }

  validation {
    condition     = (var.email == null) != (var.topic_arn == null)
    error_message = "Set either email or topic_arn."
  }
}

variable "topic_arn" {
  description = "ARN of an existing SNS topic of the same region that alarms go to. Its policy must allow CloudWatch, EventBridge and Amazon Managed Service for Prometheus to publish. Null with email."
  type        = string
  default     = null

  validation {
    condition     = var.topic_arn == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a standard SNS topic."
  }
}

variable "runbook" {
  description = "Where the runbook is, a path or an address. Each message ends with it and the section of its alarm."
  type        = string
  default     = "docs/runbook.md"
}

variable "prometheus_workspace_id" {
  description = "ID of the Prometheus workspace that has the server's metrics."
  type        = string
}

variable "prometheus_workspace_arn" {
  description = "ARN of the Prometheus workspace, which may publish to the topic."
  type        = string
}

variable "metric_alarms" {
  description = "Alarms on metrics in CloudWatch, by name. `metrics` has one, or several with `expression`, which calculates with their ids. `section` is the alarm's section of the runbook. With `deployment`, a deployment of Temporal is rolled back while the alarm is on."
  type = map(object({
    section    = string
    summary    = string
    severity   = string
    expression = optional(string)
    comparison = string
    threshold  = number
    period     = number
    periods    = number
    missing    = string
    deployment = optional(bool, false)
    metrics = list(object({
      id         = string
      namespace  = string
      name       = string
      statistic  = string
      dimensions = map(string)
    }))
  }))

  validation {
    condition     = alltrue([for alarm in var.metric_alarms : contains(["critical", "warning"], alarm.severity)])
    error_message = "severity must be critical or warning."
  }

  validation {
    condition     = alltrue([for alarm in var.metric_alarms : alarm.expression == null ? length(alarm.metrics) == 1 : length(alarm.metrics) > 0])
    error_message = "An alarm without expression has exactly one metric."
  }
}

variable "thresholds" {
  description = "Thresholds to use instead of those of metric_alarms, by section, and of alert_rules, by name."
  type        = map(number)
  default     = {}

  validation {
    condition = alltrue([for name in keys(var.thresholds) : anytrue(concat(
      [for alarm in var.metric_alarms : alarm.section == name],
      [try(var.alert_rules[name].threshold, null) != null],
    ))])
    error_message = "Each key of thresholds must be the section of a metric alarm, or an alert rule that has a threshold."
  }
}

variable "event_alarms" {
  description = "Events of AWS that are a message, by name, which is also the section of the runbook. `resources` is what the ARN of the event's first resource begins with."
  type = map(object({
    summary     = string
    severity    = string
    source      = string
    detail_type = string
    event_name  = string
    resources   = string
  }))
  default = {}

  validation {
    condition     = alltrue([for alarm in var.event_alarms : contains(["critical", "warning"], alarm.severity)])
    error_message = "severity must be critical or warning."
  }

  # They are a part of a text in JSON.
  validation {
    condition     = alltrue([for alarm in var.event_alarms : !can(regex("[\"\\\\<>]", alarm.summary))])
    error_message = "A summary has no quotes, backslashes or angle brackets."
  }
}

variable "recording_rules" {
  description = "Rules that record the value of an expression in PromQL under a new name."
  type        = map(string)
  default     = {}
}

variable "alert_rules" {
  description = "Alerts of Prometheus, by name: an expression in PromQL, and for how long it must have a result. LIMIT in an expression stands for its threshold."
  type = map(object({
    expression = string
    threshold  = optional(number)
    duration   = string
    severity   = string
    summary    = string
  }))

  validation {
    condition     = alltrue([for rule in var.alert_rules : contains(["critical", "warning"], rule.severity)])
    error_message = "severity must be critical or warning."
  }

  validation {
    condition     = alltrue([for rule in var.alert_rules : strcontains(rule.expression, "LIMIT") == (rule.threshold != null)])
    error_message = "A rule has a threshold if its expression has LIMIT, and only then."
  }
}
