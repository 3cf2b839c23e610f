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
