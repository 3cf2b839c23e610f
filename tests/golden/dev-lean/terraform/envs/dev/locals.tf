# Of a file of values Terraform takes what it knows: an attribute that an object doesn't have goes without a word.
# So the files that it reads by itself are read here too, for the validation of `project` in variables.tf. What comes
# in by -var, -var-file or TF_VAR_… can't be looked through.
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

  # What each variable takes: an object its attributes, another what its type says.
  known_attributes = {
    project              = null
    region               = null
    tags                 = null
    log_retention_days   = null
    deletion_protection  = null
    history_shards       = null
    temporal_image       = null
    admin_tools_image    = null
    ui_image             = null
    grafana_image        = null
    alloy_image          = null
    network              = keys(var.network)
    compute              = keys(var.compute)
    frontend             = keys(var.frontend)
    history              = keys(var.history)
    matching             = keys(var.matching)
    worker               = keys(var.worker)
    dynamic_config       = keys(var.dynamic_config)
    ui                   = keys(var.ui)
    dsql_endpoint        = null
    dsql_cluster_arn     = null
    dsql_max_connections = null
    opensearch           = keys(var.opensearch)
    grafana              = keys(var.grafana)
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

# What AWS has of the instances' type.
data "aws_ec2_instance_type" "main" {
  instance_type = var.compute.instance_type
}

# The tasks that should run, and what an instance has for them. With ENI trunking the interfaces for tasks go by the
# size (larger ones have as many as the largest here), without it all are the tasks' but the host's own.
locals {
  tasks = merge(local.temporal_services, {
    grafana = { cpu = var.grafana.cpu, memory = var.grafana.memory, count = 1 }
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

# What the tasks may open: every service at its deployment's largest, each task with all the connections it may have.
locals {
  most_connections = sum([
    for service in local.temporal_services :
    floor(service.count * service.maximum_percent / 100) * service.max_conns
  ])
  new_connections_per_second = sum([
    for service in local.temporal_services :
    service.count * service.rate_limit
  ])
}
