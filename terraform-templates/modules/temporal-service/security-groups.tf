# Rules for this service only. The rules for the ports between the four services are in
# the ring's group, and the rules for outbound traffic to AWS are in the egress group.
# Both groups are in security_group_ids.

resource "aws_security_group" "this" {
  name        = var.kept_names.security_group
  name_prefix = var.kept_names.security_group == null ? "${local.name}-" : null
  description = coalesce(var.kept_names.security_group_description, "Temporal ${var.service_name} tasks.")
  vpc_id      = var.vpc_id

  tags = {
    Name = local.name
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "dsql" {
  security_group_id = aws_security_group.this.id
  description       = "Aurora DSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432

  # DSQL's public endpoint has no fixed addresses that this rule could name. Every
  # connection uses TLS and an IAM token for this cluster.
  cidr_ipv4 = "0.0.0.0/0"
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
  description                  = "Sidecar of Temporal ${var.service_name}"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = aws_security_group.this.id
}
