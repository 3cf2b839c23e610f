locals {
  # Gateway endpoints are free and keep image layers (S3) and connection leases (DynamoDB) off the NAT gateways.
  gateway_endpoints = toset(["dynamodb", "s3"])

  # These endpoints keep running tasks and instances working if NAT fails. Public registries for image pulls and
  # Aurora DSQL, which has a public endpoint, are not in the list: tasks reach them through NAT.
  interface_endpoints = toset([
    "aps-workspaces", # metrics: Alloy writes, Grafana reads
    "ecr.api",        # image manifests; the layers come from S3
    "ecr.dkr",
    "ecs", # the three that a container instance needs to register and to be given tasks
    "ecs-agent",
    "ecs-telemetry",
    "logs",           # awslogs driver, ECS Exec
    "monitoring",     # Grafana's CloudWatch data source
    "secretsmanager", # Grafana's admin password
    "ssm",            # sidecar configuration, Session Manager
    "ssmmessages",    # ECS Exec, port forwarding
    "sts",            # signing in tasks that assume a role
  ])
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local.gateway_endpoints

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.project_name}-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.endpoints ? local.interface_endpoints : toset([])

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = aws_security_group.vpc_endpoints[*].id
  private_dns_enabled = true

  tags = { Name = "${var.project_name}-${each.key}" }
}
