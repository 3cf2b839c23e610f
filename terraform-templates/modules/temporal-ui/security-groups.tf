# No rule allows inbound traffic: the UI has no login. Session Manager forwards a port
# to the inside of the task, so it needs no rule.

resource "aws_security_group" "this" {
  name        = var.kept_names.security_group
  name_prefix = var.kept_names.security_group == null ? "${local.name}-" : null
  description = coalesce(var.kept_names.security_group_description, "Temporal UI tasks.")
  vpc_id      = var.vpc_id

  tags = {
    Name = local.name
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "frontend" {
  security_group_id            = aws_security_group.this.id
  description                  = "Temporal frontend"
  ip_protocol                  = "tcp"
  from_port                    = 7233
  to_port                      = 7233
  referenced_security_group_id = var.frontend_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "frontend" {
  security_group_id            = var.frontend_security_group_id
  description                  = "Temporal UI"
  ip_protocol                  = "tcp"
  from_port                    = 7233
  to_port                      = 7233
  referenced_security_group_id = aws_security_group.this.id
}

resource "aws_vpc_security_group_egress_rule" "loki" {
  count = var.loki_enabled ? 1 : 0

  security_group_id            = aws_security_group.this.id
  description                  = "Sidecar to Loki"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = var.loki_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "loki" {
  count = var.loki_enabled ? 1 : 0

  security_group_id            = var.loki_security_group_id
  description                  = "Sidecar of the Temporal UI"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = aws_security_group.this.id
}
