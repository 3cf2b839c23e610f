mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  project_name       = "temporal-test"
  vpc_cidr           = "10.20.0.0/16"
  availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}

run "single_nat_serves_every_zone" {
  command = plan

  variables {
    nat = "single"
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"] && keys(aws_subnet.public) == ["eu-west-1a"]
    error_message = "One NAT gateway, in the first zone."
  }

  assert {
    condition     = length(aws_route_table.private) == 3 && length(aws_route.private_nat) == 3
    error_message = "Each zone keeps its own route table, so that a second gateway changes only a route."
  }
}

run "a_nat_per_zone_keeps_the_addresses" {
  command = plan

  variables {
    nat = "per-az"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "One NAT gateway per zone."
  }

  assert {
    condition = (
      [for zone in var.availability_zones : aws_subnet.private[zone].cidr_block] == ["10.20.0.0/20", "10.20.16.0/20", "10.20.32.0/20"] &&
      [for zone in var.availability_zones : aws_subnet.public[zone].cidr_block] == ["10.20.255.0/24", "10.20.254.0/24", "10.20.253.0/24"]
    )
    error_message = "Private blocks count from the bottom, public ones from the top."
  }
}

run "without_interface_endpoints" {
  command = plan

  variables {
    endpoints = false
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_vpc_endpoint.gateway) == 2
    error_message = "The gateway endpoints stay: they cost nothing."
  }

  assert {
    condition     = output.vpc_endpoints_security_group_id == null
    error_message = "No endpoints, no group."
  }
}

run "bad_inputs_are_refused" {
  command = plan

  variables {
    vpc_cidr           = "10.20.1.0/24"
    availability_zones = ["eu-west-1a", "eu-west-1a"]
    nat                = "none"
    project_name       = "a-name-of-18-chars"
    log_retention_days = 10
  }

  expect_failures = [
    var.vpc_cidr,
    var.availability_zones,
    var.nat,
    var.project_name,
    var.log_retention_days,
  ]
}
