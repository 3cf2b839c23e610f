# Terraform silently drops an attribute that an object variable doesn't have. So this file reads the files of values
# that Terraform loads automatically, and the validation of `project` in variables.tf checks them. It can't check
# values from -var, -var-file or TF_VAR_….
locals {
  value_files = merge(
    {
      for name in fileset(path.root, "{terraform,*.auto}.tfvars") :
      name => provider::terraform::decode_tfvars(file("${path.root}/${name}"))
    },
    {
      for name in fileset(path.root, "{terraform,*.auto}.tfvars.json") :
      name => jsondecode(file("${path.root}/${name}"))
    },
  )

  # What each variable accepts: an object its attributes, any other what its type says.
  known_attributes = {
    project                  = null
    region                   = null
    account_id               = null
    tags                     = null
    log_retention_days       = null
    deletion_protection      = null
    history_shards           = null
    temporal_image           = null
    admin_tools_image        = null
    benchmark_image          = null
    ui_image                 = null
    grafana_image            = null
    loki_image               = null
    alloy_image              = null
    network                  = keys(var.network)
    compute                  = keys(var.compute)
    frontend                 = keys(var.frontend)
    history                  = keys(var.history)
    matching                 = keys(var.matching)
    worker                   = keys(var.worker)
    autoscaling              = keys(var.autoscaling)
    dynamic_config           = keys(var.dynamic_config)
    timing                   = keys(var.timing)
    access                   = keys(var.access)
    ui                       = keys(var.ui)
    dsql_max_connections     = null
    backup                   = keys(var.backup)
    opensearch               = keys(var.opensearch)
    loki                     = keys(var.loki)
    grafana                  = keys(var.grafana)
    grafana_admin_secret     = null
    telemetry                = keys(var.telemetry)
    reservoir                = keys(var.reservoir)
    lease                    = keys(var.lease)
    benchmark                = keys(var.benchmark)
    alarms_email             = null
    alarms                   = keys(var.alarms)
    budget_monthly_limit_usd = null
    budget_email             = null
    schedule                 = keys(var.schedule)
  }

  unknown_values = flatten([
    for file, values in local.value_files : [
      for name, value in values : [
        for attribute in try(
          setsubtract(keys(value), local.known_attributes[name]),
          contains(keys(local.known_attributes), name) ? [] : [""],
        ) : "${join(".", compact([name, attribute]))} (${file})"
      ]
    ]
  ])
}

# The capacity of the instance type, from AWS.
data "aws_ec2_instance_type" "main" {
  instance_type = var.compute.instance_type
}

# The desired tasks, and the capacity of an instance. With ENI trunking, the number of network interfaces for tasks
# follows from the instance size (sizes above those listed have as many as the largest one listed). Without it,
# tasks can use all interfaces of the instance except its own.
locals {
  tasks = merge(local.temporal_services, {
    grafana = { cpu = var.grafana.cpu, memory = var.grafana.memory, count = 1 }
    loki    = { cpu = var.loki.cpu, memory = var.loki.memory, count = 1 }
    ui      = var.ui
  })
  tasks_ask_for = {
    cpu        = sum([for task in local.tasks : task.count * task.cpu])
    memory     = sum([for task in local.tasks : task.count * task.memory])
    interfaces = sum([for task in local.tasks : task.count])
  }
  trunk_interfaces = {
    medium     = 4
    large      = 10
    xlarge     = 20
    "2xlarge"  = 40
    "4xlarge"  = 60
    "8xlarge"  = 60
    "12xlarge" = 60
    "16xlarge" = 120
  }
  instance_has = {
    cpu        = data.aws_ec2_instance_type.main.default_vcpus * 1024
    memory     = data.aws_ec2_instance_type.main.memory_size
    interfaces = var.compute.eni_trunking && !startswith(var.compute.instance_type, "t4g.") ? lookup(local.trunk_interfaces, split(".", var.compute.instance_type)[1], max(values(local.trunk_interfaces)...)) : data.aws_ec2_instance_type.main.maximum_network_interfaces - 1
  }
}

# What the tasks ask for when each service has the most of them.
locals {
  most_tasks_ask_for = {
    cpu        = sum([for task in local.tasks : try(task.max_count, task.count) * task.cpu])
    memory     = sum([for task in local.tasks : try(task.max_count, task.count) * task.memory])
    interfaces = sum([for task in local.tasks : try(task.max_count, task.count)])
  }
}

data "aws_ec2_instance_type" "benchmark" {
  instance_type = var.benchmark.instance_type
}

locals {
  benchmark_asks_for = {
    cpu        = var.benchmark.cpu + var.benchmark.worker_count * var.benchmark.worker_cpu
    memory     = var.benchmark.memory + var.benchmark.worker_count * var.benchmark.worker_memory
    interfaces = 1 + var.benchmark.worker_count
  }
  benchmark_instance_has = {
    cpu        = data.aws_ec2_instance_type.benchmark.default_vcpus * 1024
    memory     = data.aws_ec2_instance_type.benchmark.memory_size
    interfaces = var.compute.eni_trunking && !startswith(var.benchmark.instance_type, "t4g.") ? lookup(local.trunk_interfaces, split(".", var.benchmark.instance_type)[1], max(values(local.trunk_interfaces)...)) : data.aws_ec2_instance_type.benchmark.maximum_network_interfaces - 1
  }
}

# The connections that the tasks may hold: every service with its largest number of tasks during a deployment, each task with all its connections.
locals {
  most_connections = sum([
    for service in local.temporal_services :
    floor(service.max_count * service.maximum_percent / 100) * (4 * coalesce(service.target_ready, var.reservoir.target_ready) + service.max_conns)
  ])
}

locals {
  # The dashboards, with the values that their panels name.
  dashboards = templatefile("${path.module}/dashboards.yaml", {
    nat_gateways          = join(",", module.vpc.nat_gateway_ids)
    cluster               = module.ecs_cluster.cluster_name
    frontend_target_group = split(":", module.frontend_access.target_group_arn)[5]
    dsql_cluster          = module.dsql.identifier
    limiter_table         = module.dynamodb.rate_limiter_table_name
    lease_table           = module.dynamodb.conn_lease_table_name
    search_domain         = module.opensearch.domain_name
    search_account        = split(":", module.opensearch.domain_arn)[4]
  })

  # What names metrics: the sidecars keep those and all that the composer knows, and drop all others.
  metric_expressions = var.telemetry.metrics == "all" ? null : concat(
    [for rule in local.alert_rules : replace(rule.expression, "LIMIT", "0")],
    values(local.recording_rules),
    flatten([
      for dashboard in yamldecode(file("${path.module}/dashboards.yaml")) : [
        for panel in dashboard.panels : [for query in panel.queries : query.expr if can(query.expr)]
      ]
    ]),
  )
}
