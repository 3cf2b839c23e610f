# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  project_name                  = "acme-prod"
  service_name                  = "history"
  image                         = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal-dsql:1.29.0"
  cpu                           = 2048
  memory                        = 8192
  minimum_healthy_percent       = 50
  maximum_percent               = 150
  cluster_arn                   = "arn:aws:ecs:eu-west-1:123456789012:cluster/acme-prod"
  capacity_provider_name        = "acme-prod-main"
  service_connect_namespace_arn = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1a2b"
  vpc_id                        = "vpc-1a2b"
  subnet_ids                    = ["subnet-1a", "subnet-1b"]
  security_group_ids            = ["sg-egress", "sg-ring"]
  execution_role_arn            = "arn:aws:iam::123456789012:role/acme-prod-ecs-execution"
  task_role_arn                 = "arn:aws:iam::123456789012:role/acme-prod-temporal-task"
  dsql_endpoint                 = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
  max_conns                     = 100
  rate_limiter_table_name       = "acme-prod-rate-limiter"
  opensearch_endpoint           = "vpc-acme-prod.eu-west-1.es.amazonaws.com"
  visibility_index_name         = "temporal_visibility_v1_prod"
  prometheus_workspace_arn      = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-1a2b"
  history_shards                = 4096

  sidecar = {
    init_container      = { name = "alloy-config", image = "grafana/alloy:v1.18.1", memory = 64 }
    container           = { name = "alloy", image = "grafana/alloy:v1.18.1", cpu = 128, memory = 256 }
    volumes             = [{ name = "alloy-config" }]
    cpu                 = 128
    memory              = 320
    prometheus_endpoint = "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/api/v1/remote_write"
  }
}

run "the_sidecar_writes_to_the_workspace_that_the_role_may_write_to" {
  command = plan

  variables {
    prometheus_workspace_arn = "arn:aws:aps:eu-west-1:123456789012:workspace/ws-other"
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "alarms_roll_a_deployment_back" {
  command = plan

  variables {
    alarm_names = ["acme-prod-frontend-unhealthy"]
  }

  assert {
    condition = jsonencode(aws_ecs_service.this.alarms) == jsonencode([{
      alarm_names = ["acme-prod-frontend-unhealthy"]
      enable      = true
      rollback    = true
    }])
    error_message = "ECS must watch the alarms during a deployment, and roll it back."
  }
}

run "without_alarms_ecs_watches_none" {
  command = plan

  assert {
    condition     = length(aws_ecs_service.this.alarms) == 0
    error_message = "ECS refuses a list without names."
  }
}

run "the_server_gets_what_the_others_leave" {
  command = plan

  assert {
    condition = [
      for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.name
    ] == ["temporal-history", "alloy-config", "alloy"]
    error_message = "The task must have the server, the init container and the sidecar."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].cpu == 2048 - 128
    error_message = "The server's CPU must leave room for the sidecar."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].memory == 8192 - 320
    error_message = "The server's memory must leave room for both sidecar containers."
  }

  assert {
    condition     = aws_ecs_service.this.service_connect_configuration[0].enabled == false
    error_message = "History finds the others in the ring, so it needs no proxy."
  }
}

run "with_loki_the_sidecar_needs_a_proxy" {
  command = plan

  variables {
    loki_enabled           = true
    loki_security_group_id = "sg-loki"
  }

  assert {
    condition     = aws_ecs_service.this.service_connect_configuration[0].enabled
    error_message = "The sidecar finds Loki through Service Connect."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].cpu == 2048 - 128 - 256
    error_message = "The server's CPU must leave room for the sidecar and for Service Connect."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].memory == 8192 - 320 - 64
    error_message = "The server's memory must leave room for both sidecar containers and for Service Connect."
  }
}

run "a_drain_is_waited_for" {
  command = plan

  variables {
    service_name = "frontend"
    stop_timeout = 75
    dynamic_config = {
      "frontend.shutdownDrainDuration"           = "30s"
      "frontend.shutdownFailHealthCheckDuration" = "0.5m"
    }
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 75
    error_message = "60 s of drain and 15 s for the rest must be enough."
  }
}

run "a_drain_that_is_cut_off_is_an_error" {
  command = plan

  variables {
    service_name = "frontend"
    stop_timeout = 74
    dynamic_config = {
      "frontend.shutdownDrainDuration"           = "30s"
      "frontend.shutdownFailHealthCheckDuration" = "0.5m"
    }
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "a_long_drain_of_history_is_an_error" {
  command = plan

  variables {
    dynamic_config = { "history.shutdownDrainDuration" = "1m46s", "frontend.shutdownDrainDuration" = "10s" }
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "an_own_configuration_may_look_for_the_frontend" {
  command = plan

  variables {
    own_config         = true
    deploy_environment = "prod"
  }

  assert {
    condition     = aws_ecs_service.this.service_connect_configuration[0].enabled
    error_message = "The configuration of an image may name temporal-frontend."
  }
}

run "the_server_is_configured_here" {
  command = plan

  variables {
    dynamic_config = { "frontend.rps" = "5000", "history.shutdownDrainDuration" = "10s", "system.enableNexus" = "false" }
  }

  assert {
    condition = alltrue([
      for part in [
        "# enable-template",
        "connectAddr: \"abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws:5432\"",
        "enableHostVerification: true",
        "maxConns: 100",
        "numHistoryShards: 4096",
        "host: \"vpc-acme-prod.eu-west-1.es.amazonaws.com\"",
        "filepath: \"/run/temporal-config/dynamic-config.yaml\"",
      ] : strcontains(local.server_config, part)
    ])
    error_message = "The server's configuration lacks something:\n${local.server_config}"
  }

  assert {
    condition     = toset(keys(yamldecode(local.server_config).global)) == toset(["membership", "metrics", "pprof"])
    error_message = "Without tls and authorization the server's configuration must have neither."
  }

  assert {
    condition = yamldecode(local.dynamic_config) == {
      "frontend.rps"                  = [{ value = 5000 }]
      "history.shutdownDrainDuration" = [{ value = "10s" }]
      "system.enableNexus"            = [{ value = false }]
    }
    error_message = "The server takes a number only as a number, and a duration as text:\n${local.dynamic_config}"
  }

  assert {
    condition = alltrue([
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].entryPoint[0] == "/bin/sh",
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].command == ["/run/temporal-config"],
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].linuxParameters.tmpfs[0].containerPath == "/run/temporal-config",
    ])
    error_message = "The container must start by the script of this module, in a folder that it can write to."
  }
}

run "tls_and_authorization_have_their_place" {
  command = plan

  variables {
    tls           = { internode = { client = { serverName = "acme" }, server = { certData = "{{ env `CERTIFICATE` }}" } } }
    authorization = { authorizer = "default", jwtKeyProvider = { keySourceURIs = ["https://keys.example.com"] } }
  }

  assert {
    condition = alltrue([
      yamldecode(local.server_config).global.tls == var.tls,
      yamldecode(local.server_config).global.authorization == var.authorization,
      yamldecode(local.server_config).global.membership.maxJoinDuration == "30s",
      yamldecode(local.server_config).services.frontend.rpc.grpcPort == 7233,
    ])
    error_message = "The configuration must have tls and authorization as they are given, beside the rest:\n${local.server_config}"
  }
}

run "an_image_may_bring_its_own_configuration" {
  command = plan

  variables {
    own_config         = true
    deploy_environment = "prod"
  }

  assert {
    condition     = !can(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].entryPoint)
    error_message = "The image's own start script must run."
  }

  assert {
    condition = alltrue([
      for name, value in {
        DEPLOY_ENVIRONMENT     = "prod"
        TEMPORAL_SQL_MAX_CONNS = "100"
      } : contains(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment, { name = name, value = value })
    ])
    error_message = "The image's own start script needs its variables."
  }
}

run "an_image_with_its_own_configuration_must_know_which" {
  command = plan

  variables {
    own_config = true
  }

  expect_failures = [var.deploy_environment]
}

run "what_no_task_definition_holds_is_an_error" {
  command = plan

  variables {
    extra_environment = { LONG = join("", [for number in range(1000) : "a variable of sixty-odd characters, many times: it is far too long."]) }
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "only_the_frontend_serves" {
  command = plan

  assert {
    condition     = length(aws_ecs_service.this.service_connect_configuration[0].service) == 0
    error_message = "History must be a client of Service Connect only."
  }
}

run "long_polls_have_no_timeout" {
  command = plan

  variables {
    service_name            = "frontend"
    proxy_cpu               = 512
    minimum_healthy_percent = 100
    maximum_percent         = 200
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].cpu == 2048 - 128 - 512
    error_message = "The server's CPU must leave room for a larger proxy."
  }

  assert {
    condition     = aws_ecs_service.this.service_connect_configuration[0].service[0].timeout[0].per_request_timeout_seconds == 0
    error_message = "The proxy must not end long polls."
  }

  assert {
    condition     = aws_ecs_service.this.service_connect_configuration[0].service[0].client_alias[0].dns_name == "temporal-frontend"
    error_message = "Clients look for temporal-frontend."
  }
}

run "reservoir_and_lease_reach_the_server" {
  command = plan

  variables {
    reservoir_enabled              = true
    reservoir                      = { target_ready = 60 }
    distributed_conn_lease_enabled = true
    conn_lease_table_name          = "acme-prod-conn-lease"
    extra_environment              = { TEMPORAL_LOG_LEVEL = "debug" }
  }

  assert {
    condition = alltrue([
      for name, value in {
        CLUSTER_ENDPOINT                    = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
        DSQL_DISTRIBUTED_CONN_LEASE_ENABLED = "true"
        DSQL_DISTRIBUTED_CONN_LEASE_TABLE   = "acme-prod-conn-lease"
        DSQL_RESERVOIR_ENABLED              = "true"
        DSQL_RESERVOIR_LOW_WATERMARK        = "60"
        DSQL_RESERVOIR_TARGET_READY         = "60"
        TEMPORAL_LOG_LEVEL                  = "debug"
      } : contains(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment, { name = name, value = value })
    ])
    error_message = "A variable of the reservoir, of the lease or of extra_environment is missing."
  }

  assert {
    condition = length(distinct(
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment[*].name
    )) == length(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment)
    error_message = "A variable is set twice."
  }
}

run "stop_first_switches_rebalancing_off" {
  command = plan

  variables {
    minimum_healthy_percent = 0
    maximum_percent         = 100
  }

  assert {
    condition     = aws_ecs_service.this.availability_zone_rebalancing == "DISABLED"
    error_message = "ECS refuses zone rebalancing with a maximum of 100 percent."
  }
}

run "too_small_a_task_is_an_error" {
  command = plan

  variables {
    cpu = 256
    sidecar = {
      init_container      = { name = "alloy-config", image = "grafana/alloy:v1.18.1", memory = 64 }
      container           = { name = "alloy", image = "grafana/alloy:v1.18.1", cpu = 192, memory = 256 }
      volumes             = [{ name = "alloy-config" }]
      cpu                 = 192
      memory              = 320
      prometheus_endpoint = "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/api/v1/remote_write"
    }
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "a_lease_without_table_is_an_error" {
  command = plan

  variables {
    reservoir_enabled              = true
    distributed_conn_lease_enabled = true
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "connections_must_end_before_dsql_ends_them" {
  command = plan

  variables {
    reservoir_enabled = true
    reservoir         = { base_lifetime = "58m", lifetime_jitter = "2m" }
  }

  expect_failures = [aws_ecs_task_definition.this]
}

run "four_reservoirs_are_waited_for" {
  command = plan

  variables {
    reservoir_enabled = true
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 180
    error_message = "60 s for the rest, and 30 s for each reservoir."
  }
}

run "pools_are_waited_for" {
  command = plan

  variables {
    max_conns = 200
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 180
    error_message = "60 s for the rest, and 30 s of warm-up for each of four pools."
  }
}

run "ecs_accepts_no_longer_wait" {
  command = plan

  variables {
    max_conns = 1000
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 300
    error_message = "800 connections take 400 s and ECS accepts 300."
  }
}

run "blocks_are_waited_for" {
  command = plan

  variables {
    reservoir_enabled              = true
    distributed_conn_lease_enabled = true
    conn_lease_table_name          = "acme-prod-conn-lease"
    connection_limiter             = "slots"
    slot_blocks                    = { size = 220, count = 45 }
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 150
    error_message = "60 s for the rest, 30 s for the blocks, 10 s for each pool of the start, 30 s for the reservoir: 150 s."
  }
}

run "each_generation_of_the_plugin_gets_its_own_variables" {
  command = plan

  variables {
    reservoir_enabled              = true
    distributed_conn_lease_enabled = true
    conn_lease_table_name          = "acme-prod-conn-lease"
    connection_limiter             = "slots"
    slot_blocks                    = { size = 220, count = 45 }
  }

  assert {
    condition = {
      for name, value in local.environment : name => value
      if startswith(name, "DSQL_") && !startswith(name, "DSQL_RESERVOIR_")
      } == {
      DSQL_DISTRIBUTED_CONN_LEASE_ENABLED   = "true"
      DSQL_DISTRIBUTED_CONN_LEASE_TABLE     = "acme-prod-conn-lease"
      DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED = "true"
      DSQL_DISTRIBUTED_RATE_LIMITER_TABLE   = "acme-prod-rate-limiter"
      DSQL_SLOT_BLOCK_COUNT                 = "45"
      DSQL_SLOT_BLOCK_SIZE                  = "220"
      DSQL_SLOT_BLOCK_TTL                   = "3m"
      DSQL_TOKEN_BUCKET_CAPACITY            = "1000"
      DSQL_TOKEN_BUCKET_ENABLED             = "true"
      DSQL_TOKEN_BUCKET_RATE                = "100"
    }
    error_message = "With slots, the plugin reads the blocks and the token bucket, and no limit of leases or of each second."
  }
}

run "slots_need_blocks" {
  command = plan

  variables {
    reservoir_enabled              = true
    distributed_conn_lease_enabled = true
    conn_lease_table_name          = "acme-prod-conn-lease"
    connection_limiter             = "slots"
  }

  expect_failures = [var.slot_blocks]
}

run "a_lease_without_a_reservoir_is_an_error" {
  command = plan

  variables {
    distributed_conn_lease_enabled = true
    conn_lease_table_name          = "acme-prod-conn-lease"
  }

  expect_failures = [var.distributed_conn_lease_enabled]
}

run "a_load_balancer_serves_the_grpc_port" {
  command = plan

  variables {
    service_name      = "frontend"
    target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/acme-prod-frontend/0123456789abcdef"]
  }

  assert {
    condition     = one(aws_ecs_service.this.load_balancer).container_port == 7233 && one(aws_ecs_service.this.load_balancer).container_name == "temporal-frontend"
    error_message = "The load balancer must forward to the server's container."
  }

  assert {
    condition     = aws_ecs_service.this.health_check_grace_period_seconds >= 120
    error_message = "The server may fill its reservoir first."
  }
}

run "without_a_load_balancer_there_is_no_grace_period" {
  command = plan

  assert {
    condition     = length(aws_ecs_service.this.load_balancer) == 0 && aws_ecs_service.this.health_check_grace_period_seconds == null
    error_message = "ECS rejects a grace period without a load balancer."
  }
}

run "the_proxys_memory_and_the_checks_timeout_are_inputs" {
  command = plan

  variables {
    service_name         = "frontend"
    proxy_memory         = 128
    health_check_timeout = 8
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].memory == 8192 - 320 - 128
    error_message = "The server must get what sidecar and proxy leave."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.timeout == 8
    error_message = "health_check_timeout must reach the container."
  }
}

run "a_proxy_below_what_aws_requires_is_an_error" {
  command = plan

  variables {
    proxy_memory         = 63
    health_check_timeout = 61
  }

  expect_failures = [var.proxy_memory, var.health_check_timeout]
}
