# A rules file as Prometheus itself reads it: `promtool check rules` takes it.
resource "aws_prometheus_rule_group_namespace" "this" {
  name         = "${var.project_name}-alarms"
  workspace_id = var.prometheus_workspace_id

  data = yamlencode({
    groups = [
      {
        name = "recorded"
        rules = [
          for name in sort(keys(var.recording_rules)) : { record = name, expr = var.recording_rules[name] }
        ]
      },
      # In a group, rules follow each other. Groups run side by side, so an alert sees a recorded value with its next
      # evaluation at the latest.
      {
        name = "alerts"
        rules = [
          for name in sort(keys(var.alert_rules)) : {
            alert = name
            expr  = replace(var.alert_rules[name].expression, "LIMIT", tostring(lookup(var.thresholds, name, coalesce(var.alert_rules[name].threshold, 0))))
            # Quoted, since scanners read it as the keyword otherwise.
            "for"  = var.alert_rules[name].duration
            labels = { severity = var.alert_rules[name].severity }
            annotations = {
              summary     = var.alert_rules[name].summary
              runbook_url = "${var.runbook}#${name}"
            }
          }
        ]
      },
    ]
  })
}

locals {
  # As Alertmanager itself reads it: `amtool check-config` takes it.
  alert_manager = {
    route = {
      receiver        = "topic"
      group_by        = ["alertname", "severity"]
      group_wait      = "30s"
      group_interval  = "5m"
      repeat_interval = "4h"

      routes = [
        {
          matchers        = ["severity=\"warning\""]
          repeat_interval = "1d"
        },
      ]
    }

    receivers = [
      {
        name = "topic"

        sns_configs = [
          {
            topic_arn     = local.topic_arn
            sigv4         = { region = data.aws_region.current.region }
            send_resolved = true

            # SNS takes at most 100 characters, so the summary is in the message.
            subject = "[{{ .Status }}] ${var.project_name}-{{ .CommonLabels.alertname }}"
            message = join("\n", [
              "{{ .CommonAnnotations.summary }}",
              "What to do: {{ .CommonAnnotations.runbook_url }}",
              "{{ range .Alerts }}",
              "{{ .Status }} since {{ .StartsAt }}: {{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}",
              "{{ end }}",
            ])
          },
        ]
      },
    ]
  }
}

# A workspace has one.
resource "aws_prometheus_alert_manager_definition" "this" {
  workspace_id = var.prometheus_workspace_id
  definition   = yamlencode({ alertmanager_config = yamlencode(local.alert_manager) })

  # The alert manager's first message needs the right to send it.
  depends_on = [aws_sns_topic_policy.this]
}
