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

check "most_tasks_fit_the_instances" {
  assert {
    condition     = local.most_tasks_ask_for.cpu <= var.compute.max_count * local.instance_has.cpu
    error_message = "With the most tasks of each service, the tasks request ${local.most_tasks_ask_for.cpu} CPU units, but ${var.compute.max_count} × ${var.compute.instance_type} have ${var.compute.max_count * local.instance_has.cpu}."
  }

  assert {
    condition     = local.most_tasks_ask_for.memory <= var.compute.max_count * local.instance_has.memory
    error_message = "With the most tasks of each service, the tasks request ${local.most_tasks_ask_for.memory} MiB of memory, but ${var.compute.max_count} × ${var.compute.instance_type} have ${var.compute.max_count * local.instance_has.memory}."
  }

  assert {
    condition     = local.most_tasks_ask_for.interfaces <= var.compute.max_count * local.instance_has.interfaces
    error_message = "With the most tasks of each service, the tasks request ${local.most_tasks_ask_for.interfaces} network interfaces, but ${var.compute.max_count} × ${var.compute.instance_type} have ${var.compute.max_count * local.instance_has.interfaces}."
  }
}

check "benchmark_fits_its_instances" {
  assert {
    condition     = local.benchmark_asks_for.cpu <= var.benchmark.max_instances * local.benchmark_instance_has.cpu
    error_message = "Generator and workers request ${local.benchmark_asks_for.cpu} CPU units, but ${var.benchmark.max_instances} × ${var.benchmark.instance_type} have ${var.benchmark.max_instances * local.benchmark_instance_has.cpu}."
  }

  assert {
    condition     = local.benchmark_asks_for.memory <= var.benchmark.max_instances * local.benchmark_instance_has.memory
    error_message = "Generator and workers request ${local.benchmark_asks_for.memory} MiB of memory, but ${var.benchmark.max_instances} × ${var.benchmark.instance_type} have ${var.benchmark.max_instances * local.benchmark_instance_has.memory}."
  }

  assert {
    condition     = local.benchmark_asks_for.interfaces <= var.benchmark.max_instances * local.benchmark_instance_has.interfaces
    error_message = "Generator and workers request ${local.benchmark_asks_for.interfaces} network interfaces, but ${var.benchmark.max_instances} × ${var.benchmark.instance_type} have ${var.benchmark.max_instances * local.benchmark_instance_has.interfaces}."
  }
}

check "connections_fit_the_quota" {
  assert {
    condition     = local.most_connections <= var.dsql_max_connections
    error_message = "A deployment of all services may open ${local.most_connections} DSQL connections, but the cluster allows ${var.dsql_max_connections}."
  }
}

check "lease_fits_the_quota_and_the_services" {
  assert {
    condition     = coalesce(var.lease.limit, var.dsql_max_connections) <= var.dsql_max_connections && coalesce(var.lease.limit, var.dsql_max_connections) >= local.most_connections
    error_message = "The lease allows ${coalesce(var.lease.limit, var.dsql_max_connections)} DSQL connections. A deployment of all services may open ${local.most_connections}, and the cluster allows ${var.dsql_max_connections}."
  }
}

check "connections_end_before_dsql_ends_them" {
  assert {
    condition     = timecmp(timeadd(timeadd("2000-01-01T00:00:00Z", var.reservoir.base_lifetime), var.reservoir.lifetime_jitter), timeadd("2000-01-01T00:00:00Z", "60m")) < 0
    error_message = "A connection lives up to ${var.reservoir.base_lifetime} plus ${var.reservoir.lifetime_jitter}, but DSQL closes it after 60m."
  }
}

check "connections_are_handed_out" {
  assert {
    condition     = timecmp(timeadd("2000-01-01T00:00:00Z", var.reservoir.guard_window), timeadd("2000-01-01T00:00:00Z", var.reservoir.base_lifetime)) < 0
    error_message = "The guard window of ${var.reservoir.guard_window} is not less than the lifetime of ${var.reservoir.base_lifetime}, so no connection would ever be used."
  }
}
