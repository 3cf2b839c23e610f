locals {
  # Traffic between the four Temporal services. The ring needs membership traffic between all members, and gRPC calls
  # go to the address that membership found, not through Service Connect.
  ring_ports = {
    frontend-grpc       = 7233
    history-grpc        = 7234
    matching-grpc       = 7235
    frontend-membership = 6933
    history-membership  = 6934
    matching-membership = 6935
    worker-membership   = 6939
  }

  ring_client_rules = merge([
    for client, security_group_id in var.ring_client_security_group_ids : {
      for port_name, port in local.ring_ports : "${client}-${port_name}" => {
        description       = "${port_name} from ${client}"
        port              = port
        security_group_id = security_group_id
      }
    }
  ]...)
}

# One group with rules for its own members, instead of a rule for each of the sixteen pairs of services.
resource "aws_security_group" "ring" {
  #checkov:skip=CKV2_AWS_5:the root attaches it to tasks of other modules
  name_prefix = "${var.project_name}-ring-"
  description = "Attached to the four Temporal services: gRPC and membership among themselves"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.project_name}-ring" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "ring" {
  for_each = local.ring_ports

  security_group_id            = aws_security_group.ring.id
  description                  = "${each.key} from the ring"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.ring.id
}

resource "aws_vpc_security_group_egress_rule" "ring" {
  for_each = local.ring_ports

  security_group_id            = aws_security_group.ring.id
  description                  = "${each.key} to the ring"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.ring.id
}

resource "aws_vpc_security_group_ingress_rule" "ring_client" {
  for_each = local.ring_client_rules

  security_group_id            = aws_security_group.ring.id
  description                  = each.value.description
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = each.value.security_group_id
}
