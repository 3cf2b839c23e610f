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
