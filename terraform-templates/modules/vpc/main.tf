data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  # The position of a zone in the list determines its address blocks. Add a zone at the end of the list and never
  # insert one. Private blocks are counted from the bottom of the VPC, public blocks from the top.
  zone_index = { for index, zone in var.availability_zones : zone => index }

  # Zones with their own public subnet, NAT gateway and Elastic IP address. A change from "single" to "per-az" adds
  # these to the other zones. Of the existing resources, it changes only the routes of those zones.
  nat_zones = toset(var.nat == "single" ? slice(var.availability_zones, 0, 1) : var.availability_zones)
}

# -----------------------------------------------------------------------------
# VPC
# -----------------------------------------------------------------------------

resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr

  # The private DNS names of interface endpoints need both.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.project_name }
}

# Terraform adopts this group to remove its rules: a resource without a security group cannot connect to anything.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.project_name}-default-locked" }
}

# -----------------------------------------------------------------------------
# Public subnets: only for NAT gateways
# -----------------------------------------------------------------------------

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.project_name }
}

resource "aws_subnet" "public" {
  for_each = local.nat_zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, 255 - local.zone_index[each.key])

  # A NAT gateway has its own address. No other resource should get a public address by accident.
  map_public_ip_on_launch = false

  tags = { Name = "${var.project_name}-public-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.project_name}-public" }
}

resource "aws_route" "public_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = { Name = "${var.project_name}-nat-${each.key}" }

  # AWS assigns an address only to a VPC that has an Internet gateway.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.project_name}-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

# -----------------------------------------------------------------------------
# Private subnets: instances, tasks, OpenSearch and interface endpoints
# -----------------------------------------------------------------------------

resource "aws_subnet" "private" {
  for_each = local.zone_index

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value)

  tags = { Name = "${var.project_name}-private-${each.key}" }
}

# One table per zone in both NAT modes, so that a change of the mode changes a route and not an association.
resource "aws_route_table" "private" {
  for_each = local.zone_index

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.project_name}-private-${each.key}" }
}

resource "aws_route" "private_nat" {
  for_each = local.zone_index

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.nat == "single" ? var.availability_zones[0] : each.key].id
}

resource "aws_route_table_association" "private" {
  for_each = local.zone_index

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id

  # A subnet that changes to a table without a route has no outbound traffic until the route exists.
  depends_on = [aws_route.private_nat]
}
