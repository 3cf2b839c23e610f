# The load balancer's own group. It is the only source that may reach the frontend's tasks for clients, so a client never
# needs a group of the environment that opens more.
resource "aws_security_group" "this" {
  name_prefix = "${local.name}-nlb-"
  description = "Load balancer of the frontend: gRPC from clients, to the tasks of the frontend"
  vpc_id      = var.vpc_id

  tags = { Name = "${local.name}-nlb" }

  lifecycle {
    create_before_destroy = true
  }
}

# For workers in this VPC or in a peered one: attach it, and nothing else has to be set.
resource "aws_security_group" "client" {
  #checkov:skip=CKV2_AWS_5:it is for your workers and clients
  name_prefix = "${local.name}-client-"
  description = "Attached to workers and clients: gRPC to the load balancer of the frontend, and nothing else"
  vpc_id      = var.vpc_id

  tags = { Name = "${local.name}-client" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "client" {
  security_group_id            = aws_security_group.client.id
  description                  = "gRPC to the load balancer of the frontend"
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
  referenced_security_group_id = aws_security_group.this.id
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  security_group_id            = aws_security_group.this.id
  description                  = "gRPC from the group for clients"
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
  referenced_security_group_id = aws_security_group.client.id
}

resource "aws_vpc_security_group_ingress_rule" "client_group" {
  for_each = toset(var.client_security_group_ids)

  security_group_id            = aws_security_group.this.id
  description                  = "gRPC from a group of client_security_group_ids"
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_ingress_rule" "client_network" {
  for_each = toset(var.client_cidrs)

  security_group_id = aws_security_group.this.id
  description       = "gRPC from a network of client_cidrs"
  ip_protocol       = "tcp"
  from_port         = local.grpc_port
  to_port           = local.grpc_port
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_egress_rule" "grpc" {
  security_group_id            = aws_security_group.this.id
  description                  = "gRPC to the frontend"
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
  referenced_security_group_id = var.frontend_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "grpc" {
  security_group_id            = var.frontend_security_group_id
  description                  = "gRPC from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
  referenced_security_group_id = aws_security_group.this.id
}

# Health checks obey the outbound rules of the load balancer's group.
resource "aws_vpc_security_group_egress_rule" "http" {
  count = var.http_check_enabled ? 1 : 0

  security_group_id            = aws_security_group.this.id
  description                  = "Health checks of the frontend"
  ip_protocol                  = "tcp"
  from_port                    = local.http_port
  to_port                      = local.http_port
  referenced_security_group_id = var.frontend_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "http" {
  count = var.http_check_enabled ? 1 : 0

  security_group_id            = var.frontend_security_group_id
  description                  = "Health checks by the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = local.http_port
  to_port                      = local.http_port
  referenced_security_group_id = aws_security_group.this.id
}
