# Checks before the apply that the zones offer the instance type.
data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.compute.instance_type]
  }
}

check "zones_offer_the_instance_type" {
  assert {
    condition     = length(setsubtract(var.network.availability_zones, data.aws_ec2_instance_type_offerings.zones.locations)) == 0
    error_message = "${var.compute.instance_type} is not offered in ${join(", ", setsubtract(var.network.availability_zones, data.aws_ec2_instance_type_offerings.zones.locations))}."
  }
}

check "tasks_fit_the_instances" {
  assert {
    condition     = local.tasks_ask_for.cpu <= var.compute.instance_count * local.instance_has.cpu
    error_message = "The tasks request ${local.tasks_ask_for.cpu} CPU units, but ${var.compute.instance_count} × ${var.compute.instance_type} have ${var.compute.instance_count * local.instance_has.cpu}."
  }

  assert {
    condition     = local.tasks_ask_for.memory <= var.compute.instance_count * local.instance_has.memory
    error_message = "The tasks request ${local.tasks_ask_for.memory} MiB of memory, but ${var.compute.instance_count} × ${var.compute.instance_type} have ${var.compute.instance_count * local.instance_has.memory}."
  }

  assert {
    condition     = local.tasks_ask_for.interfaces <= var.compute.instance_count * local.instance_has.interfaces
    error_message = "The tasks request ${local.tasks_ask_for.interfaces} network interfaces, but ${var.compute.instance_count} × ${var.compute.instance_type} have ${var.compute.instance_count * local.instance_has.interfaces}."
  }

  assert {
    condition     = alltrue([for task in local.tasks : task.count == 0 || task.cpu <= local.instance_has.cpu && task.memory <= local.instance_has.memory])
    error_message = "${join(", ", [for name, task in local.tasks : name if task.count > 0 && (task.cpu > local.instance_has.cpu || task.memory > local.instance_has.memory)])}: a task requests more CPU units or MiB than a ${var.compute.instance_type} has."
  }
}

check "connections_fit_the_quota" {
  assert {
    condition     = local.most_connections <= var.dsql_max_connections
    error_message = "A deployment of all services may open ${local.most_connections} DSQL connections, but the cluster allows ${var.dsql_max_connections}."
  }
}
