# Needs no AWS account: `terraform init && terraform test`.
#
# The provider is the real one with keys that are none, and all runs only plan:
# mock providers have no ephemeral resources yet, and this module makes a password
# with one. Whatever the provider would ask AWS for is overridden.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_secretsmanager_secret.grafana_admin
  values = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-prod/grafana/admin-AbCdEf" }
}

override_resource {
  target          = aws_prometheus_workspace.this
  override_during = plan
  values = {
    arn                 = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-1a2b"
    prometheus_endpoint = "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/"
  }
}

variables {
  project_name                  = "acme-prod"
  cluster_arn                   = "arn:aws:ecs:eu-west-1:123456789012:cluster/acme-prod"
  capacity_provider_name        = "acme-prod-main"
  service_connect_namespace_arn = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1a2b"
  vpc_id                        = "vpc-1a2b"
  subnet_ids                    = ["subnet-1a", "subnet-1b"]
  security_group_ids            = ["sg-egress"]
  execution_role_arn            = "arn:aws:iam::123456789012:role/acme-prod-ecs-execution"
  grafana_execution_role_arn    = "arn:aws:iam::123456789012:role/acme-prod-grafana-execution"
  grafana_task_role_arn         = "arn:aws:iam::123456789012:role/acme-prod-grafana-task"
  grafana_image                 = "grafana/grafana:13.2.2"
  grafana_cpu                   = 512
  grafana_memory                = 512
  grafana_admin_secret_name     = "acme-prod/grafana/admin"
  config_writer_image           = "grafana/alloy:v1.18.1"

  dashboards = <<-YAML
    requests:
      title: Requests
      panels:
        - title: 'Requests'
          description: 'It''s what is asked.'
          unit: reqps
          queries:
            - expr: 'sum by (operation) (rate(service_requests{service_name="frontend"}[$__rate_interval]))'
              legend: '{{operation}}'
        - title: CPU
          description: CPU of tasks
          unit: percent
          queries:
            - namespace: AWS/ECS
              metric: CPUUtilization
              statistic: Average
              dimensions: { ClusterName: 'acme-prod', ServiceName: '*' }
              by: ServiceName
  YAML

  # The password would be made by AWS.
  create_grafana_admin_secret = false
}

run "without_loki_there_is_none" {
  command = plan

  assert {
    condition     = output.loki_endpoint == null && output.loki_bucket_name == null && output.loki_security_group_id == null
    error_message = "Without Loki its outputs must be null."
  }

  assert {
    condition     = length(aws_ecs_service.grafana.service_connect_configuration) == 0
    error_message = "Without Loki Grafana has nothing to find through Service Connect."
  }

  assert {
    condition     = output.prometheus_remote_write_endpoint == "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/api/v1/remote_write"
    error_message = "The remote write endpoint must be below the workspace."
  }
}

run "every_file_fits_into_a_standard_parameter" {
  command = plan

  assert {
    condition     = alltrue([for parameter in aws_ssm_parameter.grafana : length(parameter.value) <= 4096])
    error_message = "A file for Grafana has outgrown the standard tier of the parameter store."
  }

  assert {
    condition     = alltrue([for parameter in aws_ssm_parameter.dashboards : length(parameter.value) > 0 && length(parameter.value) <= 4096])
    error_message = "Each part of the dashboards has characters, and not too many for a parameter."
  }

  assert {
    condition     = join("", [for part in sort(keys(aws_ssm_parameter.dashboards)) : aws_ssm_parameter.dashboards[part].value]) == local.dashboard_script
    error_message = "The parts in their order are the script."
  }
}

run "a_panel_is_what_grafana_draws" {
  command = plan

  assert {
    condition     = local.grafana_dashboards["requests"].panels[0].targets[0] == { refId = "A", datasource = { type = "grafana-amazonprometheus-datasource", uid = "prometheus" }, expr = "sum by (operation) (rate(service_requests{service_name=\"frontend\"}[$__rate_interval]))", legendFormat = "{{operation}}" }
    error_message = "A query of Prometheus."
  }

  assert {
    condition = (
      local.grafana_dashboards["requests"].panels[1].datasource.uid == "cloudwatch" &&
      jsonencode(local.grafana_dashboards["requests"].panels[1].targets[0].dimensions) == "{\"ClusterName\":[\"acme-prod\"],\"ServiceName\":[\"*\"]}" &&
      local.grafana_dashboards["requests"].panels[1].targets[0].label == "$${PROP('Dim.ServiceName')}"
    )
    error_message = "A query of CloudWatch."
  }

  assert {
    condition     = local.grafana_dashboards["requests"].panels[1].gridPos == { h = 8, w = 12, x = 12, y = 0 }
    error_message = "Two panels in a row."
  }
}

run "dashboards_that_lack_a_panels_unit_are_refused" {
  command = plan

  variables {
    dashboards = <<-YAML
      requests:
        title: Requests
        panels:
          - title: Requests
            description: Requests
            queries: []
    YAML
  }

  expect_failures = [var.dashboards]
}

run "dashboards_that_are_too_large_are_refused" {
  command = plan

  variables {
    dashboards = yamlencode({
      large = {
        title = "Large"
        # Hashes do not compress.
        panels = [for index in range(1000) : { title = sha512("a${index}"), description = sha512("b${index}"), unit = "s", queries = [] }]
      }
    })
  }

  expect_failures = [aws_ssm_parameter.dashboards]
}

run "loki_is_alone_on_its_bucket" {
  command = plan

  variables {
    loki_enabled        = true
    loki_image          = "grafana/loki:3.7.6"
    loki_cpu            = 1024
    loki_memory         = 2048
    loki_retention_days = 14
    loki_task_role_arn  = "arn:aws:iam::123456789012:role/acme-prod-loki-task"
  }

  assert {
    condition     = aws_ecs_service.loki[0].deployment_maximum_percent == 100 && aws_ecs_service.loki[0].availability_zone_rebalancing == "DISABLED"
    error_message = "A deployment must stop Loki before it starts it again."
  }

  assert {
    condition     = aws_s3_bucket.loki[0].bucket == "acme-prod-loki-123456789012-eu-west-1"
    error_message = "The bucket's name must have the account and the Region in it."
  }

  assert {
    condition     = yamldecode(aws_ssm_parameter.loki[0].value).limits_config.retention_period == "336h"
    error_message = "Loki must keep logs for loki_retention_days."
  }

  assert {
    condition = alltrue([
      for limit in ["grpc_server_max_recv_msg_size", "grpc_server_max_send_msg_size"] :
      # An answer of the ingester has up to 128 lines.
      yamldecode(aws_ssm_parameter.loki[0].value).server[limit] >= 128 * 1024 * parseint(trimsuffix(yamldecode(aws_ssm_parameter.loki[0].value).limits_config.max_line_size, "KB"), 10)
    ])
    error_message = "A message must hold the lines of an answer, each of the largest size."
  }

  assert {
    condition     = yamldecode(aws_ssm_parameter.loki[0].value).limits_config.max_line_size_truncate
    error_message = "A line that is too long must be cut and not lost."
  }

  assert {
    condition     = yamldecode(aws_ssm_parameter.loki[0].value).compactor.delete_request_store == "s3"
    error_message = "Loki does not start with retention and without a store of delete requests."
  }

  assert {
    condition     = aws_s3_bucket_versioning.loki[0].versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.loki[0].force_destroy
    error_message = "A protected bucket keeps versions and is not destroyed while it holds logs."
  }
}

run "loki_needs_its_inputs" {
  command = plan

  variables {
    loki_enabled = true
  }

  expect_failures = [
    var.loki_image,
    var.loki_cpu,
    var.loki_memory,
    var.loki_retention_days,
    var.loki_task_role_arn,
  ]
}

run "too_small_a_task_is_an_error" {
  command = plan

  variables {
    grafana_cpu         = 256
    loki_enabled        = true
    loki_image          = "grafana/loki:3.7.6"
    loki_cpu            = 1024
    loki_memory         = 2048
    loki_retention_days = 14
    loki_task_role_arn  = "arn:aws:iam::123456789012:role/acme-prod-loki-task"
  }

  expect_failures = [aws_ecs_task_definition.grafana]
}

run "times_and_the_sizes_of_the_proxies_have_defaults" {
  command = plan

  variables {
    loki_enabled        = true
    loki_image          = "grafana/loki:3.7.6"
    loki_cpu            = 1024
    loki_memory         = 2048
    loki_retention_days = 14
    loki_task_role_arn  = "arn:aws:iam::123456789012:role/acme-prod-loki-task"
  }

  assert {
    condition = jsonencode(local.grafana_container.healthCheck) == jsonencode({
      command     = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:3000/api/health || exit 1"]
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = 120
    }) && local.grafana_container.stopTimeout == 30
    error_message = "The times must reach the container."
  }

  assert {
    condition = jsonencode(local.loki_container.healthCheck) == jsonencode({
      command     = ["CMD", "/usr/bin/loki", "-health"]
      interval    = 30
      timeout     = 10
      retries     = 3
      startPeriod = 90
    }) && local.loki_container.stopTimeout == 120
    error_message = "The times must reach the container."
  }

  assert {
    condition     = local.grafana_container.cpu == 512 - 256 && local.grafana_container.memory == 512 - 64 - 64
    error_message = "The container must get what the proxy leaves."
  }

  assert {
    condition     = local.loki_container.cpu == 1024 - 256 && local.loki_container.memory == 2048 - 64 - 64
    error_message = "The container must get what the proxy leaves."
  }
}

run "times_and_the_sizes_of_the_proxies_are_inputs" {
  command = plan

  variables {
    loki_enabled        = true
    loki_image          = "grafana/loki:3.7.6"
    loki_cpu            = 1024
    loki_memory         = 2048
    loki_retention_days = 14
    loki_task_role_arn  = "arn:aws:iam::123456789012:role/acme-prod-loki-task"

    grafana_proxy_cpu             = 384
    grafana_proxy_memory          = 128
    grafana_stop_timeout          = 10
    grafana_start_period          = 60
    grafana_health_check_interval = 15
    grafana_health_check_timeout  = 4
    grafana_health_check_retries  = 5

    loki_proxy_cpu             = 512
    loki_proxy_memory          = 96
    loki_stop_timeout          = 300
    loki_start_period          = 200
    loki_health_check_interval = 20
    loki_health_check_timeout  = 6
    loki_health_check_retries  = 7
  }

  assert {
    condition = jsonencode(local.grafana_container.healthCheck) == jsonencode({
      command     = ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:3000/api/health || exit 1"]
      interval    = 15
      timeout     = 4
      retries     = 5
      startPeriod = 60
    }) && local.grafana_container.stopTimeout == 10
    error_message = "The times must reach the container."
  }

  assert {
    condition = jsonencode(local.loki_container.healthCheck) == jsonencode({
      command     = ["CMD", "/usr/bin/loki", "-health"]
      interval    = 20
      timeout     = 6
      retries     = 7
      startPeriod = 200
    }) && local.loki_container.stopTimeout == 300
    error_message = "The times must reach the container."
  }

  assert {
    condition     = local.grafana_container.cpu == 512 - 384 && local.grafana_container.memory == 512 - 64 - 128
    error_message = "The container must get what the proxy leaves."
  }

  assert {
    condition     = local.loki_container.cpu == 1024 - 512 && local.loki_container.memory == 2048 - 64 - 96
    error_message = "The container must get what the proxy leaves."
  }
}

run "what_ecs_refuses_is_an_error" {
  command = plan

  variables {
    grafana_proxy_cpu             = 255
    grafana_proxy_memory          = 63
    grafana_stop_timeout          = 1
    grafana_start_period          = 301
    grafana_health_check_interval = 301
    grafana_health_check_timeout  = 1
    grafana_health_check_retries  = 0

    loki_proxy_cpu             = 255
    loki_proxy_memory          = 63
    loki_stop_timeout          = 29
    loki_start_period          = -1
    loki_health_check_interval = 4
    loki_health_check_timeout  = 61
    loki_health_check_retries  = 11
  }

  expect_failures = [
    var.grafana_proxy_cpu,
    var.grafana_proxy_memory,
    var.grafana_stop_timeout,
    var.grafana_start_period,
    var.grafana_health_check_interval,
    var.grafana_health_check_timeout,
    var.grafana_health_check_retries,
    var.loki_proxy_cpu,
    var.loki_proxy_memory,
    var.loki_stop_timeout,
    var.loki_start_period,
    var.loki_health_check_interval,
    var.loki_health_check_timeout,
    var.loki_health_check_retries,
  ]
}
