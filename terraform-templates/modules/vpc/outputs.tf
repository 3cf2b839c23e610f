output "vpc_id" {
  description = "ID of the VPC, for all modules that create resources in it."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "IPv4 CIDR block of the VPC, for peered networks and external firewalls."
  value       = aws_vpc.this.cidr_block
}

output "availability_zones" {
  description = "Availability Zones in the given order. All lists below have the same order."
  value       = var.availability_zones
}

output "private_subnet_ids" {
  description = "Private subnets for instances, tasks and OpenSearch, in the order of the zones."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]

  # A resource in these subnets needs its outbound route when it starts.
  depends_on = [aws_route.private_nat, aws_route_table_association.private]
}

output "private_subnet_ids_by_zone" {
  description = "Private subnets by zone name."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }

  depends_on = [aws_route.private_nat, aws_route_table_association.private]
}

output "public_subnet_id" {
  description = "Public subnet of the first zone. It exists in both NAT modes."
  value       = aws_subnet.public[var.availability_zones[0]].id
}

output "public_subnet_ids" {
  description = "Public subnets, in the order of the zones that have one."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id if contains(local.nat_zones, zone)]
}

output "nat_public_ips" {
  description = "Public IP addresses of the NAT gateways, in the order of the zones that have one. Others see the environment under these addresses and can put them on their allow lists."
  value       = [for zone in var.availability_zones : aws_eip.nat[zone].public_ip if contains(local.nat_zones, zone)]
}

output "private_route_table_ids" {
  description = "Private route tables, in the order of the zones. Use them for peering and transit routes."
  value       = [for zone in var.availability_zones : aws_route_table.private[zone].id]
}

output "egress_security_group_id" {
  description = "Security group to attach to every task and instance. It allows outbound HTTPS. The interface endpoints accept traffic from this group only."
  value       = aws_security_group.egress.id

  # Without the rule a task that starts early cannot pull its image.
  depends_on = [aws_vpc_security_group_egress_rule.https, aws_vpc_security_group_ingress_rule.vpc_endpoints_https]
}

output "vpc_endpoints_security_group_id" {
  description = "Security group of the interface endpoints. Null without interface endpoints."
  value       = one(aws_security_group.vpc_endpoints[*].id)
}

output "private_subnet_cidrs" {
  description = "CIDR blocks of the private subnets, in the order of the zones."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].cidr_block]
}

output "nat_gateway_ids" {
  description = "IDs of the NAT gateways, in the order of the zones that have one. Use them for alarms."
  value       = [for zone in var.availability_zones : aws_nat_gateway.this[zone].id if contains(local.nat_zones, zone)]
}
