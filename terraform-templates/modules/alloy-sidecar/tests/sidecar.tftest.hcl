# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_resource "aws_ssm_parameter" {
    defaults = { arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/acme-prod/alloy/history" }
  }
}

variables {
  project_name        = "acme-prod"
  service_name        = "history"
  image               = "grafana/alloy:v1.18.1"
  prometheus_endpoint = "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/api/v1/remote_write"
}

run "metrics_alone_need_no_socket" {
  command = apply

  variables {
    metrics_port = 9090
  }

  assert {
    condition     = [for volume in output.volumes : volume.name] == ["alloy-config"]
    error_message = "Without Loki the task must not mount the Docker socket."
  }

  assert {
    condition     = output.sidecar_container_definition.command[0] == "run" && jsonencode(output.sidecar_container_definition.entryPoint) == jsonencode(["/bin/alloy"])
    error_message = "Without logs Alloy has nothing to wait for."
  }

  assert {
    condition     = output.sidecar_container_definition.user == "473"
    error_message = "Without the socket Alloy has no reason to be root."
  }

  assert {
    condition     = strcontains(aws_ssm_parameter.config.value, "127.0.0.1:9090") && !strcontains(aws_ssm_parameter.config.value, "loki")
    error_message = "The configuration must scrape the port and must not mention Loki."
  }
}

run "logs_alone_scrape_nothing" {
  command = apply

  variables {
    loki_enabled  = true
    loki_endpoint = "http://loki:3100"
  }

  assert {
    condition     = !strcontains(aws_ssm_parameter.config.value, "prometheus.")
    error_message = "A task without metrics must not scrape or write any."
  }

  assert {
    condition     = [for volume in output.volumes : volume.name] == ["alloy-config", "docker-socket"]
    error_message = "Log collection needs the Docker socket."
  }

  assert {
    condition     = strcontains(aws_ssm_parameter.config.value, "values = [\"running\", \"exited\"]") && strcontains(aws_ssm_parameter.config.value, "refresh_interval = \"5s\"")
    error_message = "Docker must list containers that have ended, before Alloy ends."
  }

  assert {
    condition     = jsonencode(output.sidecar_container_definition.entryPoint) == jsonencode(["/bin/sh", "-c"]) && strcontains(output.sidecar_container_definition.command[0], "trap 'sleep 10;") && output.sidecar_container_definition.stopTimeout > 20
    error_message = "Alloy must run on for longer than it takes to list the containers."
  }
}

run "both_fit_into_a_standard_parameter" {
  command = apply

  variables {
    metrics_port  = 9090
    loki_enabled  = true
    loki_endpoint = "http://loki:3100"
  }

  assert {
    condition     = length(aws_ssm_parameter.config.value) <= 4096
    error_message = "The configuration has outgrown the standard tier of the parameter store."
  }

  assert {
    # The parameter store refuses a value with its own reference syntax in it.
    condition     = !strcontains(aws_ssm_parameter.config.value, "{{")
    error_message = "A parameter value must not hold two opening braces."
  }
}

run "what_is_not_asked_for_by_name_is_all_but_noise" {
  command = plan

  variables {
    metrics_port = 9090
  }

  assert {
    condition     = !strcontains(local.config, "KEPT_METRICS") && strcontains(local.config, "go_memstats_.+")
    error_message = "Without expressions the sidecar must keep all metrics but those of the Go runtime."
  }

  assert {
    condition     = alltrue([for variable in local.sidecar_container.environment : variable.name != "KEPT_METRICS"])
    error_message = "Without expressions the container must have no variable for them."
  }
}

run "the_metrics_that_expressions_name_are_kept" {
  command = plan

  variables {
    metrics_port = 9090
    sample_limit = 5000
    more_metrics = ["a_histogram", "go_goroutines"]
    metric_expressions = [
      "histogram_quantile(0.99, sum by (le, operation) (rate(latency_bucket{a='b}',c=~\"d.*|(e)\"}[$__rate_interval])))",
      "(sum(requests) or vector(0)) < 5 and up unless up offset 10m",
      "topk(10, rate(errors_total[5m])) / ignoring (cause) group_left (kind) sum without (x) (backlog_count > bool 1e3)",
      "recorded:name:sum > 1",
    ]
  }

  assert {
    condition = (
      sort(distinct(local.named_metrics)) == tolist([
        "backlog_count", "errors_total", "latency_bucket", "requests", "up",
      ]) &&
      length(setsubtract(["a_histogram", "backlog", "go_goroutines", "latency", "requests"], local.kept_metrics)) == 0
    )
    error_message = "Found ${jsonencode(local.named_metrics)}."
  }

  assert {
    condition = alltrue([
      for name in ["latency_bucket", "latency_count", "latency_sum", "backlog_count", "up", "a_histogram_bucket", "errors_total"] :
      can(regex(local.kept_pattern, name))
    ])
    error_message = "Each series of a metric that is named must match."
  }

  assert {
    condition = alltrue([
      for name in ["latency_bucket_x", "xlatency", "operation", "rate", "b", "cause", "go_goroutines_x", ""] :
      !can(regex(local.kept_pattern, name))
    ])
    error_message = "A label, a function or another metric must not match."
  }

  assert {
    condition     = contains(local.sidecar_container.environment, { name = "KEPT_METRICS", value = local.kept_pattern })
    error_message = "The container must have the expression for the rule."
  }

  assert {
    condition = (
      strcontains(local.config, "regex         = sys.env(\"KEPT_METRICS\")") &&
      strcontains(local.config, "sample_limit    = 5000") && !strcontains(local.config, "go_memstats")
    )
    error_message = "The configuration must keep what the variable says, and limit the samples of a scrape."
  }
}

run "an_alarm_or_a_panel_of_the_composer_starts_no_task" {
  command = plan

  variables {
    metrics_port       = 9090
    metric_expressions = ["sum(rate(service_panics[5m])) > 0", "temporal:service_errors:ratio > 0.1"]
  }

  assert {
    condition = local.kept_metrics == sort(distinct([
      for name in local.known_metrics : replace(name, "/_(?:bucket|count|sum)$/", "")
    ]))
    error_message = "The variable must not change with what names a known metric."
  }
}

run "a_further_metric_is_a_name" {
  command = plan

  variables {
    metrics_port = 9090
    more_metrics = ["go_.+"]
  }

  expect_failures = [var.more_metrics]
}

run "nothing_to_do_is_an_error" {
  command = plan

  expect_failures = [aws_ssm_parameter.config]
}

run "loki_needs_its_address" {
  command = plan

  variables {
    metrics_port = 9090
    loki_enabled = true
  }

  expect_failures = [var.loki_endpoint]
}

run "the_sidecar_has_its_size" {
  command = plan

  variables {
    metrics_port = 9090
    cpu          = 256
    memory       = 512
  }

  assert {
    condition     = local.sidecar_container.cpu == 256 && local.sidecar_container.memory == 512
    error_message = "The container must have the size that was asked for."
  }

  assert {
    condition     = contains(local.sidecar_container.environment, { name = "GOMEMLIMIT", value = "460MiB" })
    error_message = "Alloy must collect garbage before the container's limit."
  }

  assert {
    condition     = output.cpu == 256 && output.memory == 512 + 64
    error_message = "The outputs must have what the containers use of the task."
  }
}

run "the_time_to_stop_is_an_input" {
  command = apply

  variables {
    metrics_port = 9090
    stop_timeout = 90
  }

  assert {
    condition     = output.sidecar_container_definition.stopTimeout == 90
    error_message = "stop_timeout must reach the container."
  }
}

run "too_short_a_time_to_stop_is_an_error" {
  command = plan

  variables {
    metrics_port = 9090
    stop_timeout = 29
  }

  expect_failures = [var.stop_timeout]
}
