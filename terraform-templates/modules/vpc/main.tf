data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  # The position of a zone in the list decides its address blocks, so a zone is added at the end of the
  # list and never inserted: private blocks are counted from the bottom of the VPC, public ones from the top.
  zone_index = { for index, zone in var.availability_zones : zone => index }

  # Zones with a public subnet, a NAT gateway and an address of their own. Going from "single" to "per-az"
  # adds these to the other zones and touches nothing that exists but the routes of those zones.
  nat_zones = toset(var.nat == "single" ? slice(var.availability_zones, 0, 1) : var.availability_zones)
}

# -----------------------------------------------------------------------------
# VPC
# -----------------------------------------------------------------------------

resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr

  # Both are needed for the private DNS names of interface endpoints.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.project_name }
}

# Adopted to take its rules away: whatever is started without a security group can talk to nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.project_name}-default-locked" }
}

# -----------------------------------------------------------------------------
# Public subnets: nothing but NAT gateways lives here
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

  # A NAT gateway brings its own address; nothing else may get a public one by accident.
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

  # An address can only be handed out to a VPC that has a way to the Internet.
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
# Private subnets: hosts, tasks, OpenSearch and interface endpoints
# -----------------------------------------------------------------------------

resource "aws_subnet" "private" {
  for_each = local.zone_index

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value)

  tags = { Name = "${var.project_name}-private-${each.key}" }
}

# One table per zone in both NAT modes, so that changing the mode changes a route and not an association.
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

  # A subnet that changes to a table without a route has no way out until it comes.
  depends_on = [aws_route.private_nat]
}
